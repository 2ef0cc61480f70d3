"""What the steps of a statement offer to choose from, and the rows behind what was chosen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from portal.areas.composition import AreaRef
from portal.areas.models import Area
from portal.core.database import db
from portal.core.errors import Refusal
from portal.indicators.models import Indicator
from portal.needs import figures, parameters, queries
from portal.needs.models import NeedsStatement
from portal.planning import queries as planning
from portal.planning.models import Topic
from portal.stakeholders import queries as stakeholders

_TITLE_OF_ENTRY = 120


@dataclass(frozen=True)
class Places:
    """Topics, places and target groups of step 2; the organisation's own planning areas come first."""

    topics: Sequence[Topic]
    planning_areas: Sequence[AreaRef]
    municipalities: Sequence[AreaRef]
    groups: Sequence[str]

    def stored(self, public_ids: Collection[str]) -> Sequence[Area]:
        """The rows of offered places, by name; others are left out."""
        offered = {place.public_id: place.id for place in (*self.planning_areas, *self.municipalities)}
        ids = [offered[one] for one in public_ids if one in offered]
        return db.session.scalars(select(Area).where(Area.id.in_(ids)).order_by(Area.sort_key, Area.id)).all()


def places(statement: NeedsStatement) -> Places:
    """What can be chosen for this statement."""
    composition = figures.composition_today()
    own = {area.id for area in statement.organisation.areas}
    return Places(
        topics=planning.topics(),
        planning_areas=(
            [] if composition is None else sorted(composition.planning_areas, key=lambda area: area.id not in own)
        ),
        municipalities=[] if composition is None else composition.municipalities,
        groups=offered_groups(),
    )


def usual_areas(statement: NeedsStatement) -> list[str]:
    """Where the organisation works, if that is one planning area: most statements are about it."""
    areas = list(statement.organisation.areas) or stakeholders.planning_areas_of_place(statement.organisation.area)
    return [areas[0].public_id] if len(areas) == 1 else []


def offered_groups() -> list[str]:
    return parameters.offered_target_groups()


def stored_topics(keys: Collection[str]) -> Sequence[Topic]:
    return queries.topics_by_key(keys)


def stored_indicators(keys: Collection[str]) -> Sequence[Indicator]:
    """The catalogue entries with these keys, by name."""
    return db.session.scalars(
        select(Indicator).where(Indicator.key.in_(list(keys))).order_by(Indicator.sort_key, Indicator.id)
    ).all()


def switched() -> Refusal:
    """The form was opened for another organisation than the one acted for now."""
    return Refusal(
        _("Sie handeln inzwischen für eine andere Organisation. Bitte wechseln Sie zurück und senden Sie erneut.")
    )


def number_id(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None


def title_of(text: str) -> str:
    """A first title from an entry of minutes: its first sentence, cut at a word."""
    first = text.split(". ", maxsplit=1)[0].strip().rstrip(".")
    if len(first) <= _TITLE_OF_ENTRY:
        return first
    return first[:_TITLE_OF_ENTRY].rpartition(" ")[0] + " …"


def saved(statement: NeedsStatement, step: str) -> list[tuple[str, str]]:
    """What is stored now of a step, label and words, to compare with what was typed."""
    if step == "worum":
        return [
            (_("Art"), str(statement.kind.label)),
            (_("Titel"), statement.title),
            (_("Begründung"), statement.reason or "–"),
        ]
    if step == "ort":
        return [
            (_("Themen"), ", ".join(str(topic.label) for topic in statement.topics) or "–"),
            (_("Orte"), ", ".join(area.name for area in statement.areas) or "–"),
            (_("Zielgruppen"), ", ".join(statement.target_groups) or "–"),
        ]
    return [
        (_("Zahlen"), "; ".join(one.text for one in statement.numbers) or "–"),
        (_("Verknüpfte Kennzahlen"), ", ".join(one.name for one in statement.indicators) or "–"),
    ]

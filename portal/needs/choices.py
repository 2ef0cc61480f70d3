"""What the steps of a statement offer to choose from, and the rows behind what was chosen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select

from portal.areas import places
from portal.areas.places import Places
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.seed_words import local
from portal.indicators.models import Indicator
from portal.needs import parameters, queries
from portal.needs.models import NeedsStatement
from portal.planning import queries as planning
from portal.planning.models import Topic
from portal.stakeholders import queries as stakeholders

_TITLE_OF_ENTRY = 120


@dataclass(frozen=True)
class Offered:
    """Topics, places and target groups of step 2; the organisation's own planning areas come first."""

    topics: Sequence[Topic]
    places: Places
    groups: Sequence[str]


def offered(statement: NeedsStatement) -> Offered:
    """What can be chosen for this statement."""
    composition = places.today()
    own = set()
    if composition is not None:
        own = {composition.filed_under(area.id) for area in statement.organisation.works_in}
    found = places.offered(statement.areas)
    first = sorted(found.planning_areas, key=lambda area: area.id not in own)
    return Offered(topics=planning.topics(), places=replace(found, planning_areas=first), groups=offered_groups())


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
            (_("Orte"), ", ".join(area.full_name for area in statement.areas) or "–"),
            (_("Zielgruppen"), ", ".join(local(one) for one in statement.target_groups) or "–"),
        ]
    return [
        (_("Zahlen"), "; ".join(one.text for one in statement.numbers) or "–"),
        (_("Verknüpfte Kennzahlen"), ", ".join(one.name for one in statement.indicators) or "–"),
    ]

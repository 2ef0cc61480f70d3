"""What the first pages say of surveys: what is open, what planners have to look after, what people of a place said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.core.languages import german
from portal.home.openings import Opening
from portal.home.today import Due
from portal.surveys import permissions, queries, spool, strengths
from portal.surveys.counting import SurveyItem
from portal.surveys.definition import from_document
from portal.surveys.models import RoundState
from portal.surveys.strengths import Strength
from portal.surveys.wording import LABELS

_ENDS_SOON = timedelta(days=7)
# So many problems are shown on the page of a place; the rest stands with the results.
_SHOWN = 5
_STRENGTHS_SHOWN = 3


def open_surveys() -> Iterable[Opening]:
    """Rounds that are open, with their last day; one whose key is missing says that it takes no answers just now."""
    for one in queries.open_rounds():
        definition = from_document(one.version.definition)
        language = "en" if str(get_locale()) == "en" and "en" in definition.languages else "de"
        title = _("Befragung: %(title)s", title=definition.title[language])
        if not spool.opens(one.public_id, one.public_key):
            yield Opening(
                title=title,
                text=_("Im Moment können wir keine Antworten annehmen. Wir arbeiten daran."),
                url=url_for("surveys.rounds"),
                facts=(("calendar", _("bis %(day)s", day=date_long(one.last_day))),),
            )
            continue
        yield Opening(
            title=title,
            text=definition.opening(language),
            url=url_for("surveys.start", slug=one.slug),
            facts=(
                ("task", ngettext("%(num)d Frage", "%(num)d Fragen", len(definition.questions))),
                ("calendar", _("bis %(day)s", day=date_long(one.last_day))),
                ("info", ", ".join(LABELS[code] for code in definition.languages)),
            ),
            action=_("Befragung starten"),
        )


def surveys_due(actor: Actor) -> Iterable[Due]:
    """Rounds about to end, and sealed answers whose key is missing."""
    if not permissions.may_run(actor):
        return
    now = clock.now()
    for one in queries.watched_rounds(actor):
        if not spool.opens(one.public_id, one.public_key):
            yield Due(
                tone="error",
                icon="lock",
                state=_("nicht zu öffnen"),
                title=_("Der Schlüssel einer Befragung fehlt"),
                detail=_(
                    "Verschlossene Antworten lassen sich ohne ihn nie öffnen. Er liegt im Datenordner unter spool."
                ),
                action=_("Ansehen"),
                url=url_for("surveys.manage"),
                rank=12,
            )
        elif one.state is RoundState.OPEN and one.closes_at - now < _ENDS_SOON:
            yield Due(
                tone="info",
                icon="calendar",
                state=_("endet bald"),
                title=german(one.version.definition["title"]["de"]),
                detail=_("Bis %(day)s.", day=date_long(one.last_day)),
                action=_("Aushang"),
                url=url_for("surveys.poster", public_id=one.public_id),
                rank=45,
                since=one.opens_at.astimezone(clock.LOCAL_ZONE).date(),
            )


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a survey says of a place: the problems named there by most, and what people call good there."""

    title: str
    url: str
    end: Any
    respondents: int
    problems: Sequence[SurveyItem]
    strengths: Sequence[Strength]


def said_in(area_id: int, area_slug: str) -> list[Said]:
    """Per closed round the problems that most people of the place named, and its strengths; what may be shown."""
    found = []
    language = "en" if str(get_locale()) == "en" else "de"
    good = [one for one in strengths.strengths(language=language) if one.area_id == area_id]
    for counted in queries.counted_rounds():
        base = counted.tally.sheets.get(area_id, 0)
        if counted.asked.closed_at is None or base < counted.definition.item_minimum_base:
            continue
        own = [item for item in counted.items if item.area_id == area_id and item.is_printable and "." not in item.item]
        own.sort(key=lambda item: (-(item.share or 0), item.item))
        found.append(
            Said(
                title=counted.definition.title[language],
                url=url_for("surveys.results", slug=counted.slug, planungsraum=area_slug),
                end=counted.asked.closed_at,
                respondents=base,
                problems=own[:_SHOWN],
                strengths=[one for one in good if one.round_slug == counted.slug][:_STRENGTHS_SHOWN],
            )
        )
    return found

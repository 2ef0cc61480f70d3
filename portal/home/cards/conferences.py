"""What *Heute*, *Mein Bereich*, the start page and the pages of planning areas say of events."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from portal.conferences import announced, due_queries, permissions, public_queries, queries
from portal.conferences.models import Conference, ConferenceState
from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.core.languages import german
from portal.home.openings import Opening
from portal.home.today import Dated, Due

SHOWN = 5


@dataclass(frozen=True)
class AreaEvent:
    """A public event on the page of a planning area. `day` and `month` stand on its calendar leaf, `on` in words."""

    title: Any
    name: str
    url: str
    on: date
    day: int
    month: str
    note: str
    is_coming: bool
    is_cancelled: bool


def events_due(actor: Actor) -> Iterable[Due]:
    """Events without invitations, with replies missing, with mail that came back, with letters to print, held ones."""
    if not permissions.may_organise(actor):
        return
    for standing in due_queries.standings(limit=SHOWN):
        yield from _due(standing)


def _due(standing: due_queries.Standing) -> Iterable[Due]:
    conference = standing.conference
    page = url_for("conferences.conference_page", public_id=conference.public_id)
    day = date_long(conference.starts_at.date())
    if clock.now() >= conference.ends:
        yield Due(
            tone="warn", icon="calendar", state=_("nachtragen"), title=german(conference.title),
            detail=_("War am %(day)s. Hat die Veranstaltung stattgefunden?", day=day),
            action=_("Nachtragen"), url=page, rank=34, since=conference.starts_at.date(),
        )  # fmt: skip
        return
    if standing.undeliverable:
        yield Due(
            tone="error", icon="mail", state=_("unzustellbar"), title=german(conference.title),
            detail=str(ngettext(
                "%(num)d Einladung kam nicht an.", "%(num)d Einladungen kamen nicht an.", standing.undeliverable
            )),
            action=_("Ansehen"), url=page + "#eingeladen", rank=12,
        )  # fmt: skip
    if not standing.invited:
        yield Due(
            tone="info", icon="users", state=_("ohne Einladung"), title=german(conference.title),
            detail=_("Am %(day)s. Noch ist niemand eingeladen.", day=day),
            action=_("Einladen"), url=url_for("conferences.choose_invitees", public_id=conference.public_id), rank=40,
        )  # fmt: skip
    if standing.unsent:
        yield Due(
            tone="warn", icon="send", state=_("nicht verschickt"), title=german(conference.title),
            detail=str(ngettext(
                "%(num)d Einladung ist noch nicht verschickt.", "%(num)d Einladungen sind noch nicht verschickt.",
                standing.unsent,
            )),
            action=_("Verschicken"), url=page + "#eingeladen", rank=38,
        )  # fmt: skip
    if standing.to_print:
        yield Due(
            tone="warn", icon="print", state=_("Brief"), title=german(conference.title),
            detail=str(ngettext("%(num)d Brief zu drucken.", "%(num)d Briefe zu drucken.", standing.to_print)),
            action=_("Drucken"), url=url_for("conferences.letters", public_id=conference.public_id), rank=39,
        )  # fmt: skip
    if standing.silent and standing.asks_soon:
        yield Due(
            tone="info", icon="clock", state=_("Antwort fehlt"), title=german(conference.title),
            detail=str(ngettext(
                "%(num)d Person hat noch nicht geantwortet.", "%(num)d Personen haben noch nicht geantwortet.",
                standing.silent,
            )),
            action=_("Ansehen"), url=page + "#eingeladen", rank=45,
        )  # fmt: skip


def next_dates(actor: Actor) -> Iterable[Dated]:
    """The next events on *Heute*, public or not, with how many have answered; two queries."""
    if not permissions.may_see_list(actor):
        return
    found = due_queries.upcoming(limit=SHOWN)
    counts = queries.reply_counts([one.id for one in found])
    today = clock.today()
    last = today + timedelta(days=13 - today.weekday())
    for one in found:
        day = one.starts_at.date()
        yield Dated(
            day=day.day,
            month=format_date(day, "MMM y"),
            title=german(one.title),
            note=" · ".join([announced.hours(one.starts_at, one.ends_at), *_answered(counts.get(one.id))]),
            url=url_for("conferences.conference_page", public_id=one.public_id),
            is_near=day <= last,
        )


def _answered(counted: tuple[int, int] | None) -> list[str]:
    if counted is None:
        return [_("noch niemand eingeladen")]
    return [_("%(answered)s von %(invited)s haben geantwortet", answered=counted[1], invited=counted[0])]


def next_event() -> Iterable[Opening]:
    """The next public event, on the start page; those after it stand in the list of dates."""
    coming = public_queries.coming(limit=SHOWN)
    for conference in [one for one in coming if one.state is not ConferenceState.CANCELLED][:1]:
        yield Opening(
            title=german(conference.title),
            text=_("Es geht um: %(topics)s.", topics=", ".join(str(topic.label) for topic in conference.topics))
            if conference.topics
            else str(conference.kind.label),
            url=url_for("conferences.date_page", public_id=conference.public_id),
            facts=(
                ("calendar", announced.when(conference.starts_at, conference.ends_at)),
                ("pin", announced.where(conference) or _("Ort noch offen")),
            ),
            about=conference.uid,
        )


def events_about(area_ids: Collection[int]) -> list[AreaEvent]:
    """Public events about any of these places: the next first, then the latest past ones; one query."""
    now = clock.now()
    found = public_queries.of_places(area_ids, limit=2 * SHOWN)
    coming = [one for one in reversed(found) if one.ends >= now and one.state is not ConferenceState.HELD]
    past = [one for one in found if one not in coming]
    return [_of_area(one, is_coming=True) for one in coming] + [_of_area(one, is_coming=False) for one in past]


def _of_area(conference: Conference, *, is_coming: bool) -> AreaEvent:
    day = conference.starts_at.date()
    note = [announced.hours(conference.starts_at, conference.ends_at), announced.where(conference)]
    if conference.is_demo:
        note.append(_("Demodaten – frei erfunden"))
    return AreaEvent(
        title=german(conference.title),
        name=conference.title,
        url=url_for("conferences.date_page", public_id=conference.public_id),
        on=day,
        day=day.day,
        month=format_date(day, "MMM y"),
        note=" · ".join(part for part in note if part),
        is_coming=is_coming,
        is_cancelled=conference.state is ConferenceState.CANCELLED,
    )

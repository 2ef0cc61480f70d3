"""What *Heute*, *Mein Bereich* and the pages of planning areas say of minutes."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape

from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_long, date_short
from portal.core.languages import german, quoting
from portal.home.own_page import OwnCard
from portal.home.today import Due
from portal.minutes import permissions, queries, remark_queries, task_queries
from portal.minutes.models import MinutesEntry, MinutesState, MinutesVersion

# Own tasks appear on the first page this long before they are due.
AHEAD = timedelta(days=14)
# So long *Mein Bereich* says that a remark was dealt with.
TOLD = timedelta(weeks=4)
# Minutes of an event are asked for from the day after it.
SHOWN = 5


def minutes_to_write(actor: Actor) -> Iterable[Due]:
    """Events that took place and have no minutes, and drafts nobody handed in yet."""
    if not permissions.may_write(actor):
        return
    for conference in queries.without_minutes()[:SHOWN]:
        yield Due(
            tone="warn",
            icon="note",
            state=_("Protokoll fehlt"),
            title=german(conference.title),
            detail=_("Die Veranstaltung war am %(day)s.", day=date_long(conference.starts_at)),
            action=_("Protokoll beginnen"),
            url=url_for("minutes.begin", public_id=conference.public_id),
            rank=35,
            since=conference.starts_at.date(),
        )
    for version in queries.unreleased(MinutesState.DRAFT):
        yield _draft(version)


def _draft(version: MinutesVersion) -> Due:
    conference = version.minutes.conference
    returned = bool(version.returned_reason)
    return Due(
        tone="warn" if returned else "draft",
        icon="undo" if returned else "draft",
        state=_("zurückgegeben") if returned else version.state.label,
        title=quoting(_("Protokoll: %(title)s"), title=conference.title),
        detail=version.returned_reason or _("Noch nicht zur Mitzeichnung gegeben."),
        action=_("Weiterschreiben"),
        url=url_for("minutes.minutes_page", public_id=version.minutes.public_id),
        rank=30 if returned else 45,
        since=conference.starts_at.date(),
    )  # fmt: skip


def remarks_to_answer(actor: Actor) -> Iterable[Due]:
    """Minutes with remarks that wait for an answer."""
    if not permissions.may_answer_remarks(actor):
        return
    for one in remark_queries.waiting(limit=SHOWN):
        yield Due(
            tone="warn",
            icon="note",
            state=_("Anmerkungen"),
            title=quoting(_("Protokoll: %(title)s"), title=one.title),
            detail=ngettext(
                "%(num)s Anmerkung wartet auf eine Antwort.", "%(num)s Anmerkungen warten auf eine Antwort.", one.count
            ),
            action=_("Ansehen"),
            url=url_for("minutes.minutes_page", public_id=one.minutes_id, _anchor="anmerkungen"),
            rank=45,
            since=one.since.astimezone(clock.LOCAL_ZONE).date(),
        )


def minutes_to_cosign(actor: Actor) -> Iterable[Due]:
    """Versions that wait for the actor's signature."""
    if not permissions.may_cosign_any(actor):
        return
    for version in queries.unreleased(MinutesState.SUBMITTED):
        if permissions.may_cosign(actor, version):
            yield Due(
                tone="warn",
                icon="eye",
                state=version.state.label,
                title=quoting(_("Protokoll: %(title)s"), title=version.minutes.conference.title),
                detail=_("geschrieben von %(name)s", name=version.written_by.name),
                action=_("Lesen und mitzeichnen"),
                url=url_for("minutes.release", public_id=version.minutes.public_id),
                rank=25,
                since=None
                if version.submitted_at is None
                else version.submitted_at.astimezone(clock.LOCAL_ZONE).date(),
            )


def tasks_due(actor: Actor) -> Iterable[Due]:
    """The actor's own tasks that are due soon, and the overdue ones of others for whoever looks after them."""
    if not permissions.may_see_tasks(actor):
        return
    today = clock.today()
    looks_after = permissions.may_write(actor)
    found = task_queries.open_until(today + AHEAD, of=None if looks_after else actor.user_id)
    for entry in found:
        if _is_own(entry, actor):
            yield _task(entry, today)
    others = [entry for entry in found if not _is_own(entry, actor) and entry.due_on and entry.due_on < today]
    if others:
        yield Due(
            tone="warn",
            icon="task",
            state=_("überfällig"),
            title=str(ngettext("%(num)d Aufgabe anderer ist überfällig", "%(num)d Aufgaben anderer sind überfällig",
                               len(others))),
            detail=_("Aus freigegebenen Protokollen."),
            action=_("Ansehen"),
            url=url_for("minutes.task_list", stand="ueberfaellig"),
            rank=55,
        )  # fmt: skip


def _is_own(entry: MinutesEntry, actor: Actor) -> bool:
    return entry.owner is not None and entry.owner.user_id is not None and entry.owner.user_id == actor.user_id


def _task(entry: MinutesEntry, today: date) -> Due:
    assert entry.due_on is not None
    late = entry.due_on < today
    return Due(
        tone="error" if late else "info",
        icon="task",
        state=_("überfällig") if late else _("Aufgabe"),
        title=german(entry.text if len(entry.text) <= 90 else entry.text[:87] + "…"),
        detail=quoting(_("bis %(day)s, aus: %(title)s"), day=escape(date_short(entry.due_on)),
                       title=entry.version.minutes.conference.title),
        action=_("Zu den Aufgaben"),
        url=url_for("minutes.task_list", von="mir"),
        rank=20 if late else 40,
        since=entry.due_on,
    )  # fmt: skip


def answered_remarks(actor: Actor) -> Iterable[OwnCard]:
    """What became of remarks that the actor's organisation made, for some weeks."""
    if actor.organisation_id is None:
        return
    for remark in remark_queries.dealt_with(actor.organisation_id, since=clock.now() - TOLD, limit=SHOWN):
        assert remark.done_at is not None
        yield OwnCard(
            title=quoting(_("Ihre Anmerkung zum Protokoll: %(title)s"), title=remark.minutes.conference.title),
            text=_("Der Landkreis hat geantwortet.")
            if remark.answer
            else _("In Fassung %(number)s berichtigt.", number=remark.correction.number)
            if remark.correction
            else _("Der Landkreis hat sie als erledigt vermerkt."),
            url=url_for("minutes.minutes_page", public_id=remark.minutes.public_id, _anchor=f"a-{remark.public_id}"),
            facts=(("check", date_long(remark.done_at.astimezone(clock.LOCAL_ZONE).date())),),
            rank=35,
        )


def own_minutes(actor: Actor) -> Iterable[OwnCard]:
    """Minutes of events to which the actor's organisation was invited."""
    if actor.organisation_id is None:
        return
    for minutes in queries.released_for_organisation(actor.organisation_id)[:SHOWN]:
        facts: tuple[tuple[str, Any], ...] = (("calendar", date_long(minutes.conference.starts_at)),)
        yield OwnCard(
            title=quoting(_("Protokoll: %(title)s"), title=minutes.conference.title),
            text=_("Was besprochen und vereinbart wurde."),
            url=url_for("minutes.minutes_page", public_id=minutes.public_id),
            facts=facts,
            rank=70,
        )

"""Making and changing events, and their states."""

import re
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.areas.models import Area
from portal.audit import services as audit
from portal.conferences import contact, permissions, states
from portal.conferences.held import VERSION
from portal.conferences.models import (
    AccessOffer,
    AgendaItem,
    Attending,
    Conference,
    ConferenceChange,
    ConferenceKind,
    ConferenceState,
)
from portal.conferences.services import access_needs, replies
from portal.config import Config
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal, together
from portal.core.permissions import require
from portal.core.text import clean_text, one_line, search_key
from portal.core.transaction import lock
from portal.planning.models import Phase, PlanningPeriod, Topic
from portal.settings import services as settings
from portal.stakeholders.models import Body

LONGEST_TEXT = 5000
_ONCE = re.compile(r"[0-9a-f]{32}")
LONGEST_AGENDA = 40
_LONGEST_EVENT = timedelta(days=14)
_FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class AgendaLine:
    """One item as it was typed; `public_id` names an item that is there already."""

    title: str
    topics: Sequence[Topic] = ()
    public_id: str | None = None
    begins: time | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything about an event that is typed. Beginning and end are local wall-clock time."""

    title: str
    kind: ConferenceKind
    phase: Phase
    period: PlanningPeriod
    starts_at: datetime
    ends_at: datetime
    areas: Sequence[Area] = ()
    topics: Sequence[Topic] = ()
    agenda: Sequence[AgendaLine] = field(default=())
    body: Body | None = None
    place_name: str = ""
    place_town: str = ""
    place_area: Area | None = None
    attending: Attending = Attending.ON_SITE
    online_url: str = ""
    costs: str = ""
    access_offers: Collection[AccessOffer] = ()
    access_information: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    description: str = ""
    is_public: bool = False
    seats: int | None = None
    reply_by: date | None = None


def create(plan: Plan, *, actor: Actor, once: str = "", is_demo: bool = False) -> Conference:
    """A draft of an event. Refuses a beginning in the past, an end before it, and texts that are too long.

    `once` is the random part of its UID, given out with the form: the same form sent twice makes one event.
    """
    require(permissions.may_organise(actor))
    uid = _uid(once)
    known = _find(uid)
    if known is not None:
        return known
    _check(plan, lambda: check_day(plan.starts_at))
    try:
        with db.session.begin_nested():
            conference = _create(plan, uid, actor=actor, is_demo=is_demo)
    except IntegrityError:  # the other click was faster
        known = _find(uid)
        if known is None:
            raise
        return known
    audit.record("conferences.created", subject=conference, actor=actor, details={"kind": conference.kind.value})
    return conference


def new_once() -> str:
    """What a form for a new event carries along."""
    return secrets.token_hex(16)


def _find(uid: str) -> Conference | None:
    return db.session.scalars(select(Conference).filter_by(uid=uid)).one_or_none()


def _create(plan: Plan, uid: str, *, actor: Actor, is_demo: bool) -> Conference:
    conference = Conference(
        uid=uid, organiser_id=actor.user_id, state=ConferenceState.DRAFT, is_demo=is_demo, title=plan.title
    )
    with db.session.no_autoflush:
        _fill(conference, plan)
        db.session.add(conference)
    db.session.flush()
    db.session.add(
        ConferenceChange(
            conference_id=conference.id, old_state=None, new_state=ConferenceState.DRAFT, user_id=actor.user_id
        )
    )
    db.session.flush()
    return conference


def change(conference: Conference, plan: Plan, *, edition: int, actor: Actor) -> None:
    """Put the plan in the place of what is there; `edition` is what the person had before their eyes.

    `Conflict` if somebody changed it in between. Who is invited learns of a new date, place, title, way in or contact
    only when the planner says so (`sending.announce`).
    """
    require(permissions.may_organise(actor))
    lock(conference)
    if conference.edition != edition:
        raise Conflict(_("Diese Veranstaltung wurde inzwischen geändert. Nichts wurde überschrieben."))
    if conference.state not in states.OPEN:
        raise Refusal(_("Diese Veranstaltung ist abgeschlossen und wird nicht mehr geändert."))
    is_moved = plan.starts_at != conference.starts_at or plan.ends_at != conference.ends_at
    _check(plan, *([lambda: check_day(plan.starts_at)] if is_moved else []))
    with db.session.no_autoflush:
        _fill(conference, plan)
    db.session.flush()
    replies.fill_seats(conference)
    access_needs.follow_date(conference)
    settings.bump(VERSION)
    audit.record("conferences.changed", subject=conference, actor=actor)


def fix_date(conference: Conference, *, actor: Actor) -> None:
    """The date stands: a draft becomes planned; a public event is shown from now on."""
    require(permissions.may_organise(actor))
    lock(conference)
    check_day(conference.starts_at)
    move(conference, ConferenceState.PLANNED, actor=actor)


def hold(conference: Conference, *, actor: Actor) -> None:
    """The event took place. Not before it began."""
    require(permissions.may_organise(actor))
    lock(conference)
    if not conference.has_begun:
        raise Refusal(_("Die Veranstaltung hat noch nicht begonnen."))
    move(conference, ConferenceState.HELD, actor=actor)


def move(conference: Conference, new: ConferenceState, *, actor: Actor, reason: str = "") -> None:
    """Take a step of the table; the row is locked by the caller. Each step is kept."""
    old = conference.state
    if not states.may_follow(old, new):
        raise Refusal(_("Dieser Schritt ist nicht möglich: Die Veranstaltung ist %(state)s.", state=old.label))
    conference.state = new
    db.session.add(
        ConferenceChange(
            conference_id=conference.id,
            old_state=old,
            new_state=new,
            sequence=conference.sequence,
            reason=reason,
            user_id=actor.user_id,
        )
    )
    db.session.flush()
    settings.bump(VERSION)
    audit.record("conferences.state_changed", subject=conference, actor=actor, details={"state": new.value})


def _check(plan: Plan, *rules: Callable[[], object]) -> None:
    """Refuse a plan for everything that does not fit, `rules` first."""
    together(
        lambda: _title(plan.title),
        *rules,
        lambda: check_times(plan.starts_at, plan.ends_at),
        lambda: check_seats(plan.seats),
        lambda: check_reply_by(plan.reply_by, plan.starts_at),
        lambda: _line(plan.place_name, "place_name"),
        lambda: _line(plan.place_town, "place_town"),
        lambda: check_online(plan.attending, plan.online_url),
        lambda: _line(plan.costs, "costs"),
        lambda: _text(plan.access_information, "access_information"),
        lambda: contact.checked(plan.contact_email, plan.contact_phone),
        lambda: _text(plan.description, "description"),
        lambda: check_agenda(plan.agenda),
    )


def _title(text: str) -> None:
    title = one_line(text)
    if not title:
        raise Refusal(_("Bitte geben Sie einen Titel an."), field="title")
    if len(title) > 200:
        raise Refusal(_("Bitte kürzen Sie den Titel auf 200 Zeichen."), field="title")


def check_seats(seats: int | None) -> None:
    """Refuse a number of seats that nobody can sit on."""
    if seats is not None and not 1 <= seats <= 100_000:
        raise Refusal(_("Bitte geben Sie eine Zahl über 0 ein, oder lassen Sie das Feld leer."), field="seats")


def check_reply_by(reply_by: date | None, starts_at: datetime) -> None:
    """Refuse replies that may come after the event."""
    if reply_by is not None and reply_by > starts_at.date():
        raise Refusal(
            _("Der Tag liegt nach der Veranstaltung. Bitte wählen Sie einen Tag bis zu ihrem Beginn."),
            field="reply_by",
        )


def _fill(conference: Conference, plan: Plan) -> None:
    title = one_line(plan.title)
    conference.title = title
    conference.kind, conference.phase, conference.period, conference.body = (
        plan.kind, plan.phase, plan.period, plan.body,
    )  # fmt: skip
    conference.starts_at, conference.ends_at = plan.starts_at, plan.ends_at
    conference.place_name = _line(plan.place_name, "place_name")
    conference.place_town = _line(plan.place_town, "place_town")
    conference.place_area = plan.place_area
    conference.attending, conference.online_url = plan.attending, check_online(plan.attending, plan.online_url)
    conference.costs = _line(plan.costs, "costs")
    conference.is_step_free = AccessOffer.STEP_FREE in plan.access_offers
    conference.has_hearing_loop = AccessOffer.HEARING_LOOP in plan.access_offers
    conference.has_sign_language = AccessOffer.SIGN_LANGUAGE in plan.access_offers
    conference.access_information = _text(plan.access_information, "access_information")
    asked = contact.checked(plan.contact_email, plan.contact_phone)
    conference.contact_email, conference.contact_phone = asked.email, asked.phone
    conference.description = _text(plan.description, "description")
    conference.is_public, conference.seats, conference.reply_by = plan.is_public, plan.seats, plan.reply_by
    conference.areas, conference.topics = list(plan.areas), list(plan.topics)
    conference.search_key = search_key(title, conference.place_name, conference.place_town)[:500]
    _fill_agenda(conference, plan.agenda)
    # A change of areas, topics or agenda alone must count as an edition, too.
    conference.changed_at = clock.now()


def _fill_agenda(conference: Conference, lines: Sequence[AgendaLine]) -> None:
    """Items keep their identity when they are moved: minutes refer to them."""
    known = {item.public_id: item for item in conference.agenda}
    items = []
    for line in lines:
        title = one_line(line.title)
        if not title:
            continue
        item = known.pop(line.public_id, None) if line.public_id else None
        item = item or AgendaItem(number=0, title=title)
        item.title, item.topics, item.begins = title, list(line.topics), line.begins
        items.append(item)
    moved = [item for number, item in enumerate(items, start=1) if item.id is not None and item.number != number]
    if conference.id is not None and (moved or known):
        # Numbers are unique: gone and moved items leave the way before the new numbers are given.
        for gone in known.values():
            conference.agenda.remove(gone)
        for offset, item in enumerate(moved, start=1):
            item.number = -offset
        db.session.flush()
    for number, item in enumerate(items, start=1):
        item.number = number
    conference.agenda = items


def check_agenda(lines: Sequence[AgendaLine]) -> None:
    """Refuse more items than fit, titles that are too long, and a time or topics without a title.

    Lines without anything are left out when the agenda is kept.
    """
    if len(lines) > LONGEST_AGENDA:
        raise Refusal(_("Eine Tagesordnung hat höchstens %(limit)s Punkte.", limit=LONGEST_AGENDA), field="agenda")
    for number, line in enumerate(lines, start=1):
        title = one_line(line.title)
        if len(title) > 300:
            raise Refusal(_("Bitte kürzen Sie den Tagesordnungspunkt auf 300 Zeichen."), field="agenda")
        if not title and (line.begins is not None or line.topics):
            raise Refusal(
                _(
                    "Punkt %(number)s der Tagesordnung hat eine Uhrzeit oder Themen, aber keinen Titel. "
                    "Bitte schreiben Sie, worum es geht, oder entfernen Sie den Punkt.",
                    number=number,
                ),
                field="agenda",
            )


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """Refuse an end before the beginning, and an event that lasts too long."""
    if ends_at.date() < starts_at.date():
        raise Refusal(
            _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie beide, oder lassen Sie den letzten Tag leer."),
            field="last_day",
        )
    if ends_at <= starts_at:
        raise Refusal(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie beide Uhrzeiten."), field="ends")
    if ends_at - starts_at > _LONGEST_EVENT:
        raise Refusal(_("Eine Veranstaltung dauert höchstens zwei Wochen. Bitte prüfen Sie das Ende."), field="ends")


def check_day(starts_at: datetime) -> None:
    """Refuse a beginning in the past, and one so far ahead that it is a typing error."""
    today = clock.now().astimezone(clock.LOCAL_ZONE).replace(tzinfo=None)
    if starts_at <= today:
        raise Refusal(_("Dieser Termin liegt in der Vergangenheit. Bitte wählen Sie einen Tag ab heute."), field="day")
    if starts_at - today > _FARTHEST:
        raise Refusal(
            _("Dieser Termin liegt mehr als fünf Jahre in der Zukunft. Bitte prüfen Sie das Jahr."), field="day"
        )


def check_online(attending: Attending, online_url: str) -> str:
    """The address of the meeting; refuses what is none, and one of an event that nobody attends online."""
    url = online_url.strip()
    if not url:
        return ""
    if attending is Attending.ON_SITE:
        raise Refusal(
            _("Sie haben eine Adresse für die Online-Sitzung angegeben. Bitte wählen Sie „online“ oder beides."),
            field="attending",
        )
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or len(url) > 500 or one_line(url) != url or " " in url:
        raise Refusal(
            _("Bitte geben Sie die ganze Adresse an. Sie beginnt mit https:// und hat höchstens 500 Zeichen."),
            field="online_url",
        )
    return url


def _line(text: str, name: str) -> str:
    clean = one_line(text)
    if len(clean) > 200:
        raise Refusal(_("Bitte kürzen Sie diese Angabe auf 200 Zeichen."), field=name)
    return clean


def _text(text: str, name: str) -> str:
    clean = clean_text(text)
    if len(clean) > LONGEST_TEXT:
        raise Refusal(_("Bitte kürzen Sie diesen Text auf 5.000 Zeichen."), field=name)
    return clean


def _uid(once: str) -> str:
    config: Config = current_app.config["PORTAL"]
    part = once if _ONCE.fullmatch(once) else new_once()
    return f"{part}@{urlsplit(config.base_url).hostname or 'localhost'}"

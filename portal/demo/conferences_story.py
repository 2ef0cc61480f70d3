"""The story's events: held ones with replies and attendance, coming ones with mail that is really sent.

What was sent in the past is only noted. Of the coming events the invitations, the change and the cancellation are
written into the outbox. The days of replies are not part of the story: they follow one another from two days after
the invitation.
"""

import io
from datetime import date, datetime, time, timedelta

from flask_babel import force_locale, format_date

from portal.conferences.models import (
    AccessKind,
    Attendance,
    Attending,
    Conference,
    ConferenceKind,
    Invitation,
    Reply,
    ReplyChannel,
)
from portal.conferences.services import attendance, events, invitees, papers, replies, sending
from portal.conferences.services.access_needs import AccessWish
from portal.config import SEEDS
from portal.core import clock
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.languages import DEFAULT
from portal.core.seed_files import SeedEntry, read_document
from portal.core.workbooks import xlsx_file
from portal.demo.story import Story
from portal.planning.models import Phase

_ORGANISER = "p_amsel"
_REPLY_DAYS = 9
_REPLY_BEFORE = timedelta(days=7)


def fill(story: Story) -> None:
    """Every event through its life up to the day of seeding; fills `story.conferences` and `story.agenda`."""
    for entry in read_document(SEEDS / "demo" / "events.yaml").entries("events"):
        conference = _live(story, entry)
        key = entry.text("key")
        story.conferences[key] = conference
        for item in conference.agenda:
            story.agenda[key, item.number] = item


def _live(story: Story, entry: SeedEntry) -> Conference:
    sent = entry.optional_integer("invitations_sent_day")
    changes = entry.entries("changes")
    first = changes[0].entry("before") if changes else entry
    with clock.frozen(story.moment(-7 if sent is None else sent - 3)):
        conference = events.create(_plan(story, entry, first), actor=story.actor(_ORGANISER), is_demo=True)
    if sent is None:
        return conference
    coming = entry.text("state") != "held"
    with clock.frozen(story.moment(sent)):
        _add_papers(story, entry, conference)
        _send(story, entry, conference, coming=coming)
    rows = _rows(story, entry, conference)
    _reply(story, rows, conference, begin=sent, sequence=0)
    for change in changes:
        with clock.frozen(story.moment(change.integer("change_day"))):
            actor = story.actor(_ORGANISER)
            events.change(conference, _plan(story, entry, entry), edition=conference.edition, actor=actor)
            sending.announce(conference, reason=change.text("reason"), actor=actor, at_once=True)
        _reply(story, rows, conference, begin=change.integer("change_day"), sequence=change.integer("sequence"))
    cancelled = entry.optional_integer("cancelled_day")
    if cancelled is not None:
        with clock.frozen(story.moment(cancelled)):
            reason = entry.text("cancel_reason")
            sending.cancel(conference, reason=reason, actor=story.actor(_ORGANISER), at_once=True)
    if not coming:
        _hold(story, entry, conference, rows)
    return conference


def _plan(story: Story, entry: SeedEntry, when: SeedEntry) -> events.Plan:
    """The plan of an event; `when` says date and place, which may be those before a change."""
    day = story.weekday(when.integer("day"), when.text("weekday"))
    place = when.entry("place")
    ags, body = place.optional("ags"), entry.optional("body")
    return events.Plan(
        title=_title(story, entry),
        kind=ConferenceKind(entry.text("kind")),
        phase=Phase(entry.text("phase")),
        period=story.period,
        starts_at=datetime.combine(day, time.fromisoformat(when.text("from"))),
        ends_at=datetime.combine(day, time.fromisoformat(when.text("to"))),
        areas=[story.areas[key] for key in entry.texts("areas")],
        topics=story.topics_of(entry),
        agenda=[
            events.AgendaLine(
                title=item.text("title"),
                topics=story.topics_of(item),
                begins=time.fromisoformat(begins) if (begins := item.optional("begins")) else None,
            )
            for item in entry.entries("agenda")
        ],
        body=story.bodies[body] if body else None,
        place_name=place.text("name"),
        place_town=place.optional("town") or "",
        place_area=story.areas[ags] if ags else None,
        access_information=str(entry.values.get("access_information") or ""),
        attending=Attending(entry.optional("attending") or Attending.ON_SITE),
        online_url=entry.optional("online_url") or "",
        costs=entry.optional("costs") or "",
        is_public=entry.flag("public"),
        seats=entry.optional_integer("seats"),
        reply_by=day - _REPLY_BEFORE if entry.text("state") == "planned" else None,
    )


def _add_papers(story: Story, entry: SeedEntry, conference: Conference) -> None:
    """A public paper and one for those invited, both made of the agenda."""
    titles = entry.optional_entry("papers")
    if titles is None:
        return
    for key in ("public", "invited"):
        title = titles.text(key)
        rows = [(item.number, item.title) for item in conference.agenda]
        content = xlsx_file(
            ("Punkt", title), rows, title=title, sheet="Tagesordnung", note="Demodaten – frei erfunden", widths=(8, 60)
        )
        papers.add(
            conference,
            io.BytesIO(content),
            name=f"{title}.xlsx",
            is_public=key == "public",
            actor=story.actor(_ORGANISER),
        )


def _title(story: Story, entry: SeedEntry) -> str:
    with force_locale(DEFAULT):
        month = format_date(_day(story, entry), "MMMM y")
    return entry.text("title").replace("{monat_jahr}", month)


def _day(story: Story, entry: SeedEntry) -> date:
    return story.weekday(entry.integer("day"), entry.text("weekday"))


def _send(story: Story, entry: SeedEntry, conference: Conference, *, coming: bool) -> None:
    actor = story.actor(_ORGANISER)
    events.fix_date(conference, actor=actor)
    people = [
        (story.organisations[one.text("organisation")], story.people[one.text("person")])
        for one in entry.entries("invitees")
    ]
    invitees.invite(conference, people, actor=actor)
    if coming:
        sending.ask(conference, actor=actor, at_once=True)
    else:
        sending.record_sent(conference, actor=actor)


def _rows(story: Story, entry: SeedEntry, conference: Conference) -> list[tuple[SeedEntry, Invitation]]:
    found = {
        (row.organisation_id, row.person_id): row
        for row in db.session.query(Invitation).filter_by(conference_id=conference.id).order_by(Invitation.id)
    }
    return [
        (one, found[story.organisations[one.text("organisation")].id, story.people[one.text("person")].id])
        for one in entry.entries("invitees")
    ]


def _reply(
    story: Story, rows: list[tuple[SeedEntry, Invitation]], conference: Conference, *, begin: int, sequence: int
) -> None:
    """What came in on this version of the date, a day after the other."""
    number = 0
    for entry, invitation in rows:
        reply = Reply(entry.text("reply"))
        if reply is Reply.NONE or (entry.optional_integer("reply_to_sequence") or 0) != sequence:
            continue
        number += 1
        deputy = entry.optional("deputy")
        kinds = frozenset(AccessKind(kind) for kind in entry.texts("access"))
        with clock.frozen(story.moment(min(begin + 2 + number % _REPLY_DAYS, -1), time(11, number % 60))):
            replies.record_reply(
                invitation,
                reply,
                channel=ReplyChannel(entry.text("via")),
                actor=story.actor(_ORGANISER),
                deputy=story.people[deputy] if deputy else None,
                deputy_name=story.people[deputy].name if deputy else "",
                access=AccessWish(kinds=kinds, consent=True) if kinds else None,
            )


def _hold(story: Story, entry: SeedEntry, conference: Conference, rows: list[tuple[SeedEntry, Invitation]]) -> None:
    ended = datetime.combine(_day(story, entry), time.fromisoformat(entry.text("to")), LOCAL_ZONE)
    with clock.frozen(ended + timedelta(minutes=15)):
        actor = story.actor(_ORGANISER)
        events.hold(conference, actor=actor)
        attendance.record_all(
            conference,
            {invitation: Attendance(one.text("attended")) for one, invitation in rows},
            walk_ins=entry.optional_integer("walk_ins") or 0,
            actor=actor,
        )

"""Seats, waiting list, deletion of access needs, attendance and printing, below the pages."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from invited import invite, make_event
from portal_client import fresh
from sqlalchemy import func, select

from portal.conferences import reply_tasks
from portal.conferences.models import AccessKind, AccessNeed, Attendance, Conference, Invitation, Reply, ReplyChannel
from portal.conferences.services import access_needs, attendance, printing, replies
from portal.conferences.services.access_needs import AccessWish
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.jobs import registry
from portal.outbox.models import OutboxMessage

PEOPLE = 6
MANY, SEATS = 24, 3


def answer(invitation: Invitation, reply: Reply, **more: object) -> replies.Outcome:
    with transaction():
        return replies.record_reply(
            invitation,
            reply,
            channel=ReplyChannel.LINK,
            actor=ANONYMOUS,
            confirm=True,
            **more,  # type: ignore[arg-type]
        )


def states(*rows: Invitation) -> list[Reply]:
    return [fresh(row).reply for row in rows]


def kinds() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage.kind).order_by(OutboxMessage.id)))


def test_a_full_event_has_a_waiting_list_that_moves_up(app: Flask) -> None:
    event = make_event(seats=2)
    rows = [invite(event, f"Person {n}", email=f"p{n}@verein.example") for n in range(5)]
    answer(rows[0], Reply.ACCEPTED)
    answer(rows[1], Reply.TENTATIVE)
    answer(rows[2], Reply.DEPUTY, deputy_name="Rosa")
    assert answer(rows[3], Reply.ACCEPTED).reply is Reply.WAITING_LIST
    waiting = answer(rows[4], Reply.DEPUTY, deputy_name="Uwe", deputy_email="uwe@verein.example")
    assert waiting.reply is Reply.WAITING_LIST
    waited_since = fresh(rows[3]).replied_at
    # Another word from somebody who waits does not cost the place in the row.
    with clock.frozen(clock.now() + timedelta(hours=1)):
        answer(rows[3], Reply.ACCEPTED, note="Ich warte gern.")
    assert fresh(rows[3]).replied_at == waited_since
    # Changing between coming and being represented keeps the seat.
    assert answer(rows[2], Reply.ACCEPTED).reply is Reply.ACCEPTED
    assert states(*rows[3:]) == [Reply.WAITING_LIST, Reply.WAITING_LIST]
    answer(rows[0], Reply.DECLINED)
    assert states(*rows[3:]) == [Reply.ACCEPTED, Reply.WAITING_LIST]
    assert kinds()[-1] == "conferences.seat_free"
    assert "conferences.deputy" not in kinds()
    answer(rows[2], Reply.TENTATIVE)
    assert states(rows[4]) == [Reply.DEPUTY]
    assert kinds()[-2:] == ["conferences.seat_free", "conferences.deputy"]


def test_more_seats_let_everybody_in(app: Flask) -> None:
    event = make_event(seats=1)
    rows = [invite(event, f"Person {n}", email=f"p{n}@verein.example") for n in range(3)]
    for row in rows:
        answer(row, Reply.ACCEPTED)
    with transaction():
        event.seats = None
        db.session.flush()
        assert replies.fill_seats(event) == 2
    assert states(*rows) == [Reply.ACCEPTED] * 3


def at_once(app: Flask, *wanted: tuple[int, Reply]) -> None:
    """Everybody answers in the same moment, each in a thread of their own; nobody fails."""
    gate, faults = threading.Barrier(len(wanted)), []

    def reply(invitation_id: int, given: Reply) -> None:
        with app.app_context():
            try:
                invitation = db.session.get_one(Invitation, invitation_id)
                assert invitation.conference.seats == SEATS  # read before the others have written
                db.session.rollback()
                gate.wait(30)
                answer(invitation, given)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=reply, args=one) for one in wanted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    assert faults == []


def test_few_seats_are_given_once_however_many_reply_at_once(app: Flask) -> None:
    """Without the event's lock (PostgreSQL) or the one writer (SQLite) too many come, or a free seat is forgotten."""
    event = make_event(seats=SEATS)
    ids = [invite(event, f"Person {n}", email=f"p{n}@verein.example").id for n in range(MANY)]
    db.session.rollback()

    def of(reply: Reply) -> list[int]:
        db.session.rollback()
        return list(db.session.scalars(select(Invitation.id).filter_by(reply=reply).order_by(Invitation.id)))

    at_once(app, *((one, Reply.ACCEPTED) for one in ids))
    seated, waiting = of(Reply.ACCEPTED), of(Reply.WAITING_LIST)
    assert (len(seated), len(waiting)) == (SEATS, MANY - SEATS)
    assert kinds().count("conferences.reply_confirmed") == MANY
    # Those with a seat and some who wait decline in the same moment: every seat goes on, and to one person each.
    leaving = [*seated, *waiting[::3]]
    at_once(app, *((one, Reply.DECLINED) for one in leaving))
    coming = of(Reply.ACCEPTED)
    assert len(coming) == SEATS
    assert len(of(Reply.WAITING_LIST)) == MANY - len(leaving) - SEATS
    assert set(coming).isdisjoint(leaving)
    told = db.session.scalars(
        select(OutboxMessage.recipient).filter_by(kind="conferences.seat_free").order_by(OutboxMessage.id)
    ).all()
    assert len(told) == len(set(told))
    assert {db.session.get_one(Invitation, one).person.email for one in coming} <= set(told)


def test_the_same_reply_many_times_at_once_is_one_reply(app: Flask) -> None:
    row_id = invite(make_event()).id
    db.session.rollback()
    barrier, new = threading.Barrier(PEOPLE), []

    def reply() -> None:
        with app.app_context():
            invitation = db.session.get_one(Invitation, row_id)
            assert invitation.conference.title
            barrier.wait(20)
            new.append(answer(invitation, Reply.ACCEPTED, note="Gern.").is_new)
            db.session.remove()

    threads = [threading.Thread(target=reply) for _ in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(new) == [False] * (PEOPLE - 1) + [True]
    assert kinds() == ["conferences.reply_confirmed"]


def test_the_office_may_enter_replies_and_nobody_else(app: Flask) -> None:
    row = invite(make_event())
    for channel in (ReplyChannel.TELEPHONE, ReplyChannel.LETTER):
        with pytest.raises(NotAllowed), transaction():
            replies.record_reply(row, Reply.ACCEPTED, channel=channel, actor=ANONYMOUS)
    with transaction():
        replies.record_reply(row, Reply.ACCEPTED, channel=ReplyChannel.TELEPHONE, actor=SYSTEM)
    assert fresh(row).reply_channel is ReplyChannel.TELEPHONE
    assert kinds() == []
    with transaction():
        replies.record_reply(row, Reply.NONE, channel=ReplyChannel.TELEPHONE, actor=SYSTEM)
    assert (fresh(row).reply, row.replied_at, row.reply_channel) == (Reply.NONE, None, None)


def test_access_needs_are_deleted_by_rule_and_follow_the_date(app: Flask) -> None:
    event = make_event()
    row = invite(event)
    answer(row, Reply.ACCEPTED, access=AccessWish(kinds=frozenset({AccessKind.WHEELCHAIR}), consent=True))
    day = access_needs.delete_on(event)
    assert fresh(row).access_needs[0].delete_on == day

    def left() -> int:
        with clock.frozen(moment):
            reply_tasks.delete_access_needs(None)
        db.session.rollback()
        return db.session.scalar(select(func.count()).select_from(AccessNeed)) or 0

    moment = event.ends + timedelta(days=13)
    assert left() == 1
    with transaction():
        event.starts_at += timedelta(days=5)
        event.ends_at += timedelta(days=5)
        db.session.flush()
        access_needs.follow_date(event)
    moment = event.ends + timedelta(days=13)
    assert left() == 1
    moment = event.ends + timedelta(days=14)
    with clock.frozen(moment):
        assert access_needs.of_event(event, actor=SYSTEM) == []
    assert left() == 0


def test_the_deletion_is_scheduled(app: Flask) -> None:
    assert reply_tasks.DELETE_NEEDS in {one.name for one in registry.schedules()}


def test_needs_are_for_the_organiser_alone(app: Flask) -> None:
    with pytest.raises(NotAllowed):
        access_needs.of_event(make_event(), actor=ANONYMOUS)


def test_attendance_is_noted_when_the_event_has_begun(app: Flask) -> None:
    event = make_event()
    rows = [invite(event), invite(event, "Uwe Beispiel", email="uwe@verein.example")]
    sheet: dict[Invitation, Attendance | None] = {rows[0]: Attendance.YES, rows[1]: Attendance.DEPUTY}
    with pytest.raises(Refusal), transaction():
        attendance.record_all(event, sheet, walk_ins=0, actor=SYSTEM)
    with clock.frozen(event.begins):
        with pytest.raises(NotAllowed), transaction():
            attendance.record_all(event, sheet, walk_ins=0, actor=ANONYMOUS)
        with transaction():
            assert attendance.record_all(event, sheet, walk_ins=4, actor=SYSTEM) == 3
        with transaction():
            assert attendance.record_all(event, sheet, walk_ins=4, actor=SYSTEM) == 0
        with pytest.raises(Refusal), transaction():
            attendance.record_all(event, sheet, walk_ins=-1, actor=SYSTEM)
    assert [fresh(row).attendance for row in rows] == [Attendance.YES, Attendance.DEPUTY]
    assert fresh(event).walk_ins == 4


def test_a_letter_overtaken_by_a_change_stays_to_be_printed(app: Flask) -> None:
    event: Conference = make_event()
    first, second = invite(event, "Oma Muster", email=None), invite(event, "Opa Muster", email=None)
    with transaction():
        db.session.get_one(Invitation, second.id).sent_sequence = 1
    versions = {first.public_id: 0, second.public_id: 0}
    with pytest.raises(NotAllowed), transaction():
        printing.note_printed(event, versions, actor=ANONYMOUS)
    with transaction():
        assert printing.note_printed(event, versions, actor=SYSTEM) == 1
    with transaction():
        assert printing.note_printed(event, versions, actor=SYSTEM) == 0
    assert fresh(first).printed_sequence == 0
    assert fresh(second).printed_sequence is None

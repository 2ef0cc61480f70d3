"""Writing mail into the outbox: once per person, occasion and sequence, and nothing that could be injected."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.outbox import queries, services, tasks
from portal.outbox.models import MessageState, OutboxMessage

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//portal//DE\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
    "SUMMARY:Planungsraumkonferenz Nördlicher Kreis mit einem langen Titel\\, der\r\n  gefaltet ist\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def enqueue(**values: object) -> OutboxMessage:
    given: dict[str, object] = {
        "kind": "conference.invitation",
        "occasion": "conference:17",
        "recipient": "ada@verein.example",
        "recipient_name": "Ada Beispiel",
        "subject": "Einladung",
        "text": "Guten Tag",
    }
    return db.session.get_one(OutboxMessage, services.enqueue(**(given | values)))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _app(app: Flask) -> Flask:
    return app


def count() -> int:
    return int(db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0)


def test_message_is_written_with_the_callers_transaction_only() -> None:
    with pytest.raises(RuntimeError), transaction():
        enqueue()
        raise RuntimeError
    assert count() == 0
    with transaction():
        message = enqueue()
    assert message.state is MessageState.WAITING
    assert message.message_id == f"<{message.public_id}@portal.example>"


def test_same_recipient_occasion_and_sequence_is_one_mail() -> None:
    with transaction():
        first = enqueue(sequence=3)
        again = enqueue(sequence=3, recipient="ADA@Verein.example", subject="Etwas anderes")
    assert again is first
    assert count() == 1
    assert first.subject == "Einladung"


def test_without_sequence_each_mail_is_the_next() -> None:
    with transaction():
        numbers = [enqueue().sequence for _ in range(3)]
        other = enqueue(recipient="bo@verein.example").sequence
    assert numbers == [0, 1, 2]
    assert other == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Hallo\r\nBcc: alle@x.example"),
        ("subject", "Hallo\nX-Evil: 1"),
        ("recipient_name", "Ada\r\nBcc: alle@x.example"),
        ("recipient", "ada@verein.example\r\nRCPT TO:<b@x.example>"),
        ("recipient", "ada@verein.example\n"),
    ],
)
def test_line_breaks_are_refused(field: str, value: str) -> None:
    with transaction(), pytest.raises(Refusal) as refused:
        enqueue(**{field: value})
    assert refused.value.field == field
    assert count() == 0


def test_headers_with_line_breaks_are_refused_and_own_names_are_a_fault() -> None:
    with transaction():
        with pytest.raises(Refusal):
            enqueue(headers={"Reply-To": "a@b.example\r\nBcc: x@y.example"})
        for name in ("Bcc", "to", "Content-Type", "Message-ID", "X Y"):
            with pytest.raises(ValueError):
                enqueue(headers={name: "x"})


@pytest.mark.parametrize(
    ("calendar", "method"),
    [
        (CALENDAR, "CANCEL"),
        (CALENDAR.replace("METHOD:REQUEST\r\n", ""), "REQUEST"),
        (CALENDAR.replace("METHOD:REQUEST", "METHOD:REQUEST\r\nMETHOD:REQUEST"), "REQUEST"),
        (CALENDAR, None),
        (None, "REQUEST"),
    ],
)
def test_calendar_must_agree_with_its_method(calendar: str | None, method: str | None) -> None:
    with transaction(), pytest.raises(ValueError):
        enqueue(calendar=calendar, calendar_method=method)


def test_constraints_bear_their_names() -> None:
    with transaction():
        enqueue()
    for change, name in (
        ({"state": MessageState.SENT}, "sent_has_time"),
        ({"state": MessageState.SENDING}, "sending_has_lease"),
        ({"calendar": "x"}, "calendar_has_method"),
        ({"sequence": -1}, "sequence_not_negative"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction():
            message = db.session.scalars(select(OutboxMessage)).one()
            for column, value in change.items():
                setattr(message, column, value)
            db.session.flush()


def undeliverable(**values: object) -> OutboxMessage:
    message = enqueue(**values)
    message.state = MessageState.UNDELIVERABLE
    message.attempts = 16
    message.last_reply = "550 5.1.1 unbekannt"
    db.session.flush()
    return message


def test_retry_starts_anew_and_is_audited() -> None:
    with transaction():
        message = undeliverable()
    with transaction():
        services.retry(message, actor=SYSTEM)
    assert (message.state, message.attempts) == (MessageState.WAITING, 0)
    assert [e.action for e in db.session.scalars(select(AuditEntry))] == ["outbox.retried"]


def test_retry_is_refused_when_overtaken_erased_or_not_allowed() -> None:
    with transaction():
        message = undeliverable()
        later = enqueue()
        later.state = MessageState.SENT
        later.sent_at = clock.now()
    with pytest.raises(Refusal), transaction():
        services.retry(message, actor=SYSTEM)
    with pytest.raises(Refusal), transaction():
        services.retry(later, actor=SYSTEM)
    with pytest.raises(NotAllowed), transaction():
        services.retry(message, actor=ANONYMOUS)
    with pytest.raises(NotAllowed), transaction():
        services.withdraw(message, actor=ANONYMOUS)
    with transaction():
        erased = undeliverable(recipient="bo@verein.example")
        erased.text = ""
    with pytest.raises(Refusal), transaction():
        services.retry(erased, actor=SYSTEM)


def test_retry_of_all_with_the_same_reason() -> None:
    with transaction():
        first = undeliverable()
        undeliverable(recipient="bo@verein.example")
        other = undeliverable(recipient="cy@verein.example")
        other.last_reply = "552 zu groß"
    assert queries.same_reason(first) == 2
    with transaction():
        assert services.retry_same_reason(first, actor=SYSTEM) == 2
    states = db.session.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)).all()
    assert states == [MessageState.WAITING, MessageState.WAITING, MessageState.UNDELIVERABLE]


def test_withdrawn_is_final_and_what_is_in_flight_cannot_be_withdrawn() -> None:
    with transaction():
        message = enqueue()
        flying = enqueue()
        flying.state = MessageState.SENDING
        flying.lease_until = clock.now() + timedelta(minutes=1)
    with transaction():
        services.withdraw(message, actor=SYSTEM)
    assert message.state is MessageState.WITHDRAWN
    for row in (message, flying):
        with pytest.raises(Refusal), transaction():
            services.withdraw(row, actor=SYSTEM)


def test_bodies_are_erased_after_the_retention_time_but_never_before_sending() -> None:
    with transaction():
        waiting, sent, recent = enqueue(), enqueue(calendar=CALENDAR, calendar_method="REQUEST"), enqueue()
        for message, days in ((sent, 91), (recent, 89)):
            message.state = MessageState.SENT
            message.sent_at = clock.now() - timedelta(days=days)
        waiting.created_at = clock.now() - timedelta(days=400)
    assert tasks.erase_old_bodies(None) == {"erased": 1}
    with transaction():
        assert [row.is_erased for row in (waiting, sent, recent)] == [False, True, False]
        assert sent.calendar is None
    assert tasks.erase_old_bodies(None) == {"erased": 0}


def test_backlog_counts_what_is_open() -> None:
    assert queries.backlog() == queries.Backlog(waiting=0, oldest=None, due=0, oldest_due=None, undeliverable=0)
    with transaction():
        first, later = enqueue(), enqueue(recipient="cleo@verein.example")
        first.next_attempt_at = clock.now() - timedelta(hours=1)
        later.next_attempt_at = clock.now() + timedelta(hours=1)
        undeliverable(recipient="bo@verein.example")
    backlog = queries.backlog()
    assert (backlog.waiting, backlog.due, backlog.undeliverable) == (2, 1, 1)
    assert backlog.oldest == first.created_at
    assert backlog.oldest_due == first.next_attempt_at

"""Delivery against a real mail server on this machine, with every fault such a server has."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask
from smtp_server import Behaviour, SmtpServer, smtp_server
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.config import Config, ConfigurationError, MailServer
from portal.core import clock
from portal.core.database import db
from portal.core.transaction import transaction
from portal.outbox import kinds, leases, services
from portal.outbox.delivery import Delivery
from portal.outbox.kinds import MessageKind
from portal.outbox.models import MessageState, OutboxMessage, Priority
from portal.outbox.transport import Outcome, transport_for

CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//portal//DE\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1@x\r\n"
    "SUMMARY:Planungsraumkonferenz Nördlicher Kreis mit einem langen Titel\\, d\r\n er gefaltet ist\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)
NEVER = Event()


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as running:
        yield running


def mail_server(server: SmtpServer, **values: object) -> MailServer:
    plain = MailServer(
        host="localhost", port=server.port, security="none", username=None, password=None, timeout_seconds=5
    )
    return replace(plain, **values)  # type: ignore[arg-type]


def delivery(app: Flask, server: SmtpServer, *, owner: str = "w1", **values: object) -> Delivery:
    config: Config = app.config["PORTAL"]
    return Delivery(replace(config, mail=mail_server(server, **values)), owner=owner)


def write(number: int = 1, **values: object) -> None:
    with transaction():
        for index in range(number):
            given: dict[str, object] = {
                "kind": "note",
                "occasion": f"note:{index}",
                "recipient": f"p{index}@verein.example",
                "recipient_name": "Ada Müller",
                "subject": f"Nachricht {index}",
                "text": "Guten Tag",
            }
            services.enqueue(**(given | values))  # type: ignore[arg-type]


def step(delivery: Delivery) -> None:
    delivery.step(NEVER)
    delivery.close()


def send_all(delivery: Delivery) -> None:
    while delivery.step(NEVER):
        pass
    delivery.close()


def rows() -> list[OutboxMessage]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def states() -> dict[MessageState, int]:
    db.session.rollback()
    return dict(
        db.session.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all()  # type: ignore[arg-type]
    )


def make_due() -> None:
    with transaction():
        for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.state == MessageState.WAITING)):
            row.next_attempt_at = clock.now()


def test_message_arrives_once_with_its_calendar_byte_for_byte(app: Flask, server: SmtpServer) -> None:
    text = "Guten Tag\n.\n..zwei Punkte\nFrom hier"
    write(1, text=text, html="<p>Grüße</p>", calendar=CALENDAR, calendar_method="REQUEST")
    send_all(delivery(app, server))
    (accepted,) = server.accepted()
    message = message_from_bytes(accepted.content, policy=policy.default)
    (row,) = rows()
    assert message["Message-ID"] == row.message_id
    parts = [part.get_payload(decode=True) for part in message.iter_parts()]  # type: ignore[attr-defined]
    assert parts[2] == CALENDAR.encode()
    assert parts[0].decode().splitlines() == text.splitlines()
    assert accepted.content.count(b"\n") == accepted.content.count(b"\r\n")
    assert row.state is MessageState.SENT
    assert row.last_reply == "250 2.0.0 queued as 4F3"
    assert row.attempts == 1


def test_many_messages_travel_on_one_connection(app: Flask, server: SmtpServer) -> None:
    write(50)
    send_all(delivery(app, server))
    assert len(server.accepted()) == 50
    assert server.connections() == 1


def test_a_server_that_hangs_up_now_and_then_is_redialled(app: Flask) -> None:
    with smtp_server(Behaviour(hang_up_every=3)) as server:
        write(10)
        send_all(delivery(app, server))
        assert Counter(a.recipient for a in server.accepted()) == {f"p{i}@verein.example": 1 for i in range(10)}
    assert {row.attempts for row in rows()} == {1}


def test_temporary_refusal_waits_longer_each_time_and_gives_up_after_some_two_days(app: Flask) -> None:
    with smtp_server(Behaviour(recipients={"p0@": "451 4.7.1 greylisted, come back"})) as server:
        write(2)
        sender = delivery(app, server)
        waits = []
        for _ in range(leases.MAX_ATTEMPTS):
            make_due()
            sender.step(NEVER)
            waits.append((rows()[0].next_attempt_at - clock.now()).total_seconds())
        sender.close()
    first, second = rows()
    assert first.state is MessageState.UNDELIVERABLE
    assert first.last_reply == "451 4.7.1 greylisted, come back"
    assert second.state is MessageState.SENT
    assert 40 < waits[0] < 80
    assert 20 * 60 < waits[5] < 40 * 60
    assert 36 * 3600 < sum(waits[:-1]) < 60 * 3600


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize("stage", ["recipients", "data"])
def test_permanent_refusal_is_undeliverable_with_the_servers_words(app: Flask, stage: str, pipelining: bool) -> None:
    refusal = {"p1@": "550 5.1.1 <p1@verein.example> no such user"}
    with smtp_server(Behaviour(pipelining=pipelining, **{stage: refusal})) as server:
        write(3)
        send_all(delivery(app, server))
        assert server.connections() == 1
    assert [row.state.value for row in rows()] == ["sent", "undeliverable", "sent"]
    assert rows()[1].last_reply == "550 5.1.1 <p1@verein.example> no such user"


@pytest.mark.parametrize("pipelining", [True, False])
@pytest.mark.parametrize(
    ("answer", "state", "attempts"),
    [
        ("550 5.7.1 sender refused", MessageState.UNDELIVERABLE, 1),
        ("451 4.3.0 try again", MessageState.WAITING, 1),
        ("421 4.3.2 shutting down", MessageState.WAITING, 0),
        ("530 5.7.0 sign in first", MessageState.WAITING, 0),
    ],
)
def test_a_refused_sender_is_answered_once(
    app: Flask, pipelining: bool, answer: str, state: MessageState, attempts: int
) -> None:
    """A server that had both commands at once answers both; the second answer is not taken for the next one's."""
    with smtp_server(Behaviour(pipelining=pipelining, sender=answer)) as server:
        write(2)
        send_all(delivery(app, server))
        assert server.accepted() == []
    assert {(row.state, row.attempts, row.last_reply) for row in rows()} == {(state, attempts, answer)}


def test_connection_that_breaks_after_data_is_tried_later_with_the_same_id(app: Flask) -> None:
    with smtp_server(Behaviour(drop_after_data="p0@")) as server:
        write(3)
        send_all(delivery(app, server))
        assert [a.recipient for a in server.accepted()] == ["p1@verein.example", "p2@verein.example"]
    first = rows()[0]
    assert (first.state, first.attempts) == (MessageState.WAITING, 1)
    assert "SMTPServerDisconnected" in (first.last_reply or "")
    assert first.next_attempt_at > clock.now()


@pytest.mark.parametrize("greeting", ["554 no service", "421 too busy"])
def test_a_server_that_turns_everybody_away_costs_no_message_an_attempt(app: Flask, greeting: str) -> None:
    with smtp_server(Behaviour(greeting=greeting)) as server:
        write(3)
        sender = delivery(app, server)
        assert sender.step(NEVER)
        assert not sender.step(NEVER), "the run pauses"
        assert server.connections() == 1
    assert {(row.state, row.attempts) for row in rows()} == {(MessageState.WAITING, 0)}
    assert greeting in (rows()[0].last_reply or "")


@pytest.mark.parametrize("stage", ["greeting", "mail", "data", "body"])
def test_a_silent_server_ends_in_a_time_out(app: Flask, stage: str) -> None:
    with smtp_server(Behaviour(silent_at=stage)) as server:
        write(1)
        sender = delivery(app, server, timeout_seconds=0.4)
        begun = datetime.now(UTC)
        assert sender.step(NEVER)
        assert datetime.now(UTC) - begun < timedelta(seconds=4)
    (row,) = rows()
    assert row.state is MessageState.WAITING
    assert row.attempts == (1 if stage == "body" else 0)
    assert "timed out" in (row.last_reply or "") or "SMTPServerDisconnected" in (row.last_reply or "")


def test_nobody_listening_is_a_pause_not_a_fault(app: Flask, server: SmtpServer) -> None:
    write(1)
    sender = delivery(app, server, port=1)
    assert sender.step(NEVER)
    assert rows()[0].state is MessageState.WAITING
    assert "refused" in (rows()[0].last_reply or "").lower()


def certificate(folder: Path, *, name: str = "localhost") -> Path:
    """A self-made certificate with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    day = timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - day)
        .not_valid_after(datetime.now(UTC) + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(("name", "trusted", "sent"), [
    ("localhost", True, True), ("localhost", False, False), ("other.example", True, False),
])  # fmt: skip
def test_only_a_trusted_certificate_of_that_name_gets_mail(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, name: str, trusted: bool, sent: bool
) -> None:
    pem = certificate(tmp_path, name=name)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    with smtp_server(Behaviour(certificate=str(pem), tls_from_start=security == "tls")) as server:
        write(1)
        step(delivery(app, server, security=security))
        assert [a.secure for a in server.accepted()] == ([True] if sent else [])
    (row,) = rows()
    assert row.state is (MessageState.SENT if sent else MessageState.WAITING)
    if not sent:
        assert "certificate verify failed" in (row.last_reply or "").lower()


def test_a_server_without_encryption_gets_nothing_where_encryption_is_asked(app: Flask, server: SmtpServer) -> None:
    write(1)
    step(delivery(app, server, security="starttls"))
    assert server.accepted() == []
    assert "STARTTLS" in (rows()[0].last_reply or "")


def test_wrong_password_is_nobodys_failed_attempt(app: Flask) -> None:
    with smtp_server(Behaviour(login="portal:right")) as server:
        write(1)
        step(delivery(app, server, username="portal", password="wrong"))
        assert (rows()[0].state, rows()[0].attempts) == (MessageState.WAITING, 0)
        assert "535" in (rows()[0].last_reply or "")
        send_all(delivery(app, server, username="portal", password="right"))
        assert len(server.accepted()) == 1


def test_order_per_person_is_kept_while_an_earlier_mail_waits(app: Flask) -> None:
    with smtp_server(Behaviour(recipients={"slow@": "450 later"})) as server:
        for sequence in range(3):
            write(1, occasion="conference:1", recipient="slow@verein.example", sequence=sequence)
            write(1, occasion="conference:1", recipient="fast@verein.example", sequence=sequence)
        send_all(delivery(app, server))
        assert [a.recipient for a in server.accepted()] == ["fast@verein.example"] * 3
    slow = [row for row in rows() if row.recipient.startswith("slow")]
    assert [(row.state.value, row.attempts) for row in slow] == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    with smtp_server() as server:
        make_due()
        send_all(delivery(app, server))
        subjects = [message_from_bytes(a.content)["Message-ID"] for a in server.accepted()]
    assert subjects == [row.message_id for row in slow]


def test_an_undeliverable_mail_does_not_hold_up_the_next(app: Flask) -> None:
    with smtp_server(Behaviour(data={"ada@": "554 spam"})) as server:
        write(1, occasion="c", recipient="ada@verein.example", sequence=0)
        send_all(delivery(app, server))
    with smtp_server() as server:
        write(1, occasion="c", recipient="ada@verein.example", sequence=1)
        send_all(delivery(app, server))
        assert len(server.accepted()) == 1


def test_urgent_mail_overtakes_a_thousand_invitations(app: Flask, server: SmtpServer) -> None:
    write(30, priority=Priority.BULK)
    write(1, recipient="link@verein.example", occasion="sign-in", priority=Priority.IMMEDIATE)
    send_all(delivery(app, server))
    assert server.accepted()[0].recipient == "link@verein.example"


def test_stop_ends_after_the_message_at_hand_and_puts_the_rest_back(app: Flask, server: SmtpServer) -> None:
    write(10)
    stop = Event()
    sender = delivery(app, server)
    hand_over = sender._transport.hand_over

    def one_then_stop(*mail: Any, **calls: Any) -> Outcome:
        stop.set()
        return hand_over(*mail, **calls)

    sender._transport.hand_over = one_then_stop  # type: ignore[method-assign]
    sender.step(stop)
    sender.close()
    assert len(server.accepted()) == 1
    assert states() == {MessageState.SENT: 1, MessageState.WAITING: 9}


def test_a_dead_workers_messages_go_out_when_its_lease_ends(app: Flask, server: SmtpServer) -> None:
    write(3)
    minute = timedelta(minutes=1)
    assert len(leases.claim(owner="dead", sender="a@b.example", lease=minute, limit=20)) == 3
    send_all(delivery(app, server))
    assert server.accepted() == []
    with clock.frozen(clock.now() + 2 * minute):
        send_all(delivery(app, server))
    assert len(server.accepted()) == 3


def test_a_message_that_kills_every_worker_is_given_up(app: Flask) -> None:
    write(1)
    now = clock.now()
    for round_ in range(leases.MAX_ATTEMPTS):
        with clock.frozen(now + round_ * timedelta(minutes=2)):
            leases.claim(owner="dying", sender="a@b.example", lease=timedelta(minutes=1), limit=1)
    with clock.frozen(now + timedelta(days=1)):
        assert leases.claim(owner="next", sender="a@b.example", lease=timedelta(minutes=1), limit=1) == []
    assert (rows()[0].state, rows()[0].last_reply) == (MessageState.UNDELIVERABLE, leases.ABANDONED)


def test_a_worker_that_lost_its_lease_says_nothing_about_the_message(app: Flask) -> None:
    write(1)
    minute = timedelta(minutes=1)
    (slow,) = leases.claim(owner="slow", sender="a@b.example", lease=minute, limit=1)
    with clock.frozen(clock.now() + 2 * minute):
        assert len(leases.claim(owner="other", sender="a@b.example", lease=minute, limit=1)) == 1
    assert leases.renew([slow.id], owner="slow", lease=minute) == set()
    leases.release([slow.id], owner="slow")
    assert (rows()[0].state, rows()[0].lease_owner) == (MessageState.SENDING, "other")


def test_two_workers_send_two_hundred_messages_once_each(app: Flask, server: SmtpServer) -> None:
    write(200)

    def work(owner: str) -> None:
        with app.app_context():
            send_all(delivery(app, server, owner=owner))

    workers = [threading.Thread(target=work, args=(f"w{number}",)) for number in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Counter(a.recipient for a in server.accepted()) == {f"p{i}@verein.example": 1 for i in range(200)}
    assert states() == {MessageState.SENT: 200}
    assert server.connections() >= 2


def test_a_result_that_cannot_be_stored_at_once_is_not_forgotten(
    app: Flask, server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(2)
    record, faults = leases.record, [1, 2]

    def faulty(*message: Any, **values: Any) -> Callable[[], bool]:
        if faults:
            faults.pop()
            raise OperationalError("UPDATE", {}, Exception("database is away"))
        return record(*message, **values)

    monkeypatch.setattr(leases, "record", faulty)
    monkeypatch.setattr("portal.outbox.delivery._STORE_PAUSES", (0.01, 0.01))
    send_all(delivery(app, server))
    assert len(server.accepted()) == 2
    assert states() == {MessageState.SENT: 2}


def test_a_secret_body_is_gone_once_it_is_delivered(app: Flask, server: SmtpServer) -> None:
    kinds.declare({"test.secret": MessageKind("Link", secret=True)})
    write(1, kind="test.secret", text="https://portal.example/einladung/abc", html="<p>abc</p>")
    send_all(delivery(app, server))
    assert b"einladung/abc" in server.accepted()[0].content
    assert (rows()[0].text, rows()[0].html) == ("", None)


def test_the_mailbox_holds_each_message_byte_for_byte(app: Flask) -> None:
    config: Config = app.config["PORTAL"]
    write(2, html="<p>ü</p>", calendar=CALENDAR, calendar_method="REQUEST")
    sender = Delivery(config, owner="w1")
    send_all(sender)
    files = sorted((config.data / "mailbox").iterdir())
    assert len(files) == 2
    ids = [message_from_bytes(path.read_bytes())["Message-ID"] for path in files]
    assert sorted(ids) == sorted(row.message_id for row in rows())
    assert all(path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n") for path in files)
    assert {row.state for row in rows()} == {MessageState.SENT}


def test_without_a_server_mail_goes_to_the_mailbox_only_in_a_demonstration(app: Flask) -> None:
    config: Config = app.config["PORTAL"]
    with pytest.raises(ConfigurationError):
        transport_for(replace(config, testing=False, demo=False))

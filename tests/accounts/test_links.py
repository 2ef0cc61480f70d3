"""Links from mail: new password, confirmation, change of address."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from itsdangerous import TimestampSigner
from portal_client import PASSWORD, PortalClient, comparable, fresh, make_user
from sqlalchemy import event, select

from portal.accounts import security
from portal.accounts.models import SignInSession, User
from portal.accounts.services import invitations, users
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.outbox.models import OutboxMessage

NEW = "Ein ganz anderer Satz"
Mails = Callable[[], list[OutboxMessage]]


def link_in(mail: OutboxMessage) -> str:
    """The path behind the link of a mail."""
    found = re.search(r"^http://portal\.example(/\S+)$", mail.text, re.MULTILINE)
    assert found is not None
    return found[1]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let links be read so much later than they were made."""
    real = TimestampSigner.get_timestamp

    def shift(by: timedelta) -> None:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) + int(by.total_seconds()))

    return shift


def _reset_link(browser: PortalClient, mails: Mails, email: str = "ada@verein.example") -> str:
    browser.submit("/passwort-vergessen", {"email": email})
    mail = mails()[-1]
    assert mail.kind == "accounts.reset"
    assert mail.recipient == email
    return link_in(mail)


def test_a_forgotten_password_is_replaced_once(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    path = _reset_link(browser, mails)
    assert browser.get(path).status_code == 200
    assert browser.submit(path, {"password": NEW}).location == "/anmelden"
    assert mails()[-1].subject == "Ihr Passwort wurde geändert"
    assert browser.sign_in("ada@verein.example").status_code == 422
    assert browser.sign_in("ada@verein.example", NEW).status_code == 302
    again = browser.get(path)
    assert again.status_code == 404
    assert "gilt nicht mehr" in again.text
    assert browser.submit(path, {"password": "Noch ein dritter Satz"}, page="/konto").status_code == 404
    browser.submit("/abmelden", page="/konto")
    assert browser.sign_in("ada@verein.example", NEW).status_code == 302


def test_nobody_learns_who_has_an_account(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    make_user("eingeladen@verein.example", Role.PROVIDER, password=None, confirmed=False)
    with transaction():
        invitations.invite("wartet@verein.example", "Wanda Wartet", [Role.PROVIDER], actor=SYSTEM)
    invited_once = len(mails())
    locked = make_user("gesperrt@verein.example", Role.PROVIDER)
    with transaction():
        users.lock_user(locked, actor=SYSTEM)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: statements.append(sql))
    pages, work = set(), []
    for name in ("ada", "niemand", "eingeladen", "gesperrt", "wartet"):
        email = f"{name}@verein.example"
        token = browser.token("/passwort-vergessen")
        statements.clear()
        answer = browser.post("/passwort-vergessen", data={"csrf_token": token, "email": email})
        assert answer.status_code == 200
        pages.add(comparable(answer.text, email))
        work.append([sum(sql.startswith(kind) for sql in statements) for kind in ("INSERT", "UPDATE user_invitation")])
    assert len(pages) == 1
    # Mail and audit are written for everybody and taken back where there is no account.
    assert all(one == work[0] for one in work)
    assert [mail.recipient for mail in mails()][invited_once:] == ["ada@verein.example", "wartet@verein.example"]


def test_mail_is_not_sent_more_than_three_times_an_hour(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    pages = set()
    for email in ("ada@verein.example", "niemand@verein.example"):
        for _ in range(3):
            assert browser.submit("/passwort-vergessen", {"email": email}).status_code == 200
        answer = browser.submit("/passwort-vergessen", {"email": email})
        assert answer.status_code == 429
        pages.add(re.sub(r"\d\d:\d\d", "", comparable(answer.text, email)))
    assert len(pages) == 1
    assert len(mails()) == 3


@pytest.mark.parametrize("address", ["kein-at", "a@b", "ada@verein.example\r\nBcc: x@y.example", "ä@verein.example"])
def test_what_is_no_address_is_said_at_the_field(browser: PortalClient, mails: Mails, address: str) -> None:
    answer = browser.submit("/passwort-vergessen", {"email": address})
    assert answer.status_code == 422
    assert "Fehler:" in answer.text
    assert mails() == []


def test_a_link_expires(browser: PortalClient, mails: Mails, later: Callable[[timedelta], None]) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    path = _reset_link(browser, mails)
    later(security.RESET_WITHIN + timedelta(seconds=2))
    assert browser.get(path).status_code == 404
    assert browser.submit(path, {"password": NEW}, page="/anmelden").status_code == 404
    assert browser.sign_in("ada@verein.example").status_code == 302


def test_invented_and_foreign_tokens_open_nothing(browser: PortalClient, mails: Mails) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    path = _reset_link(browser, mails)
    token = path.rpartition("/")[2]
    others = [
        # Not the last character: two of its six bits carry nothing, so another one can spell the same signature.
        token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1],
        "x",
        security.confirmation_token(user),
        security.address_token(user, "neu@verein.example"),
    ]
    for other in others:
        assert browser.get(f"/passwort-neu/{other}").status_code == 404
        assert browser.submit(f"/passwort-neu/{other}", {"password": NEW}, page="/anmelden").status_code == 404
    assert browser.get(f"/adresse-bestaetigen/{token}").status_code == 404
    assert browser.get(f"/neue-adresse/{token}").status_code == 404


def test_a_token_sets_its_owners_password_only(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    make_user("ben@verein.example", Role.PROVIDER)
    path = _reset_link(browser, mails)
    browser.submit(path, {"password": NEW, "email": "ben@verein.example", "user": "2"})
    assert browser.sign_in("ben@verein.example", NEW).status_code == 422
    assert browser.sign_in("ben@verein.example").status_code == 302


def test_a_reset_ends_every_session_and_lifts_the_stop(
    browser: PortalClient, other_browser: PortalClient, mails: Mails
) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    other_browser.sign_in("ada@verein.example")
    for _ in range(11):
        browser.sign_in("ada@verein.example", "falsch falsch")
    assert browser.sign_in("ada@verein.example").status_code == 429
    browser.submit(_reset_link(browser, mails), {"password": NEW})
    assert other_browser.get("/konto").status_code == 302
    assert browser.sign_in("ada@verein.example", NEW).status_code == 302


def test_a_link_of_a_locked_person_is_worthless(browser: PortalClient, mails: Mails) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    path = _reset_link(browser, mails)
    with transaction():
        users.lock_user(user, actor=SYSTEM)
    assert browser.submit(path, {"password": NEW}, page="/anmelden").status_code == 404
    with transaction():
        users.unlock_user(user, actor=SYSTEM)
    assert browser.get(path).status_code == 404


def test_one_link_clicked_twice_at_once_sets_one_password(app: Flask, browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    path = _reset_link(browser, mails)
    clients = [app.test_client() for _ in range(4)]
    tokens = [client.token(path) for client in clients]
    before = len(mails())

    def send(number: int) -> int:
        fields = {"csrf_token": tokens[number], "password": f"Satz mit Nummer {number}"}
        return clients[number].post(path, data=fields).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted(answers) == [302, 404, 404, 404]
    assert len(mails()) == before + 1


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("kurz", "mindestens 12"),
        ("a" * 12, "leicht zu erraten"),
        ("ada@verein.example", "leicht zu erraten"),
        ("Ada Mustermann1", None),
        ("Passwort1234", "leicht zu erraten"),
        ("passwortpasswort", "leicht zu erraten"),
        ("Hallo-Frühling-2027!", "leicht zu erraten"),
        ("19.07.1984 030 4711", "leicht zu erraten"),
        ("Das Passwort der Tante", None),
        ("x" * 201, "zu lang"),
    ],
)
def test_weak_passwords_are_refused_with_words(
    browser: PortalClient, mails: Mails, password: str, words: str | None
) -> None:
    make_user("ada@verein.example", Role.PROVIDER, name="Ada Muster")
    answer = browser.submit(_reset_link(browser, mails), {"password": password})
    if words is None:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 422
        assert words in answer.text
        assert 'type="password" value=""' in answer.text


def test_confirming_needs_the_button(browser: PortalClient, mails: Mails) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER, confirmed=False)
    path = link_in(mails()[-1])
    for _ in range(2):
        assert browser.get(path).status_code == 200
        assert browser.head(path).status_code == 200
    assert fresh(user).confirmed_at is None
    assert browser.post(path).status_code == 400
    assert fresh(user).confirmed_at is None
    assert browser.submit(path).location == "/anmelden"
    assert fresh(user).confirmed_at is not None
    assert browser.get(path).status_code == 404
    assert browser.submit(path, page="/anmelden").status_code == 404
    assert browser.sign_in("ada@verein.example").status_code == 302


def test_a_new_confirmation_is_sent_only_where_it_is_needed(browser: PortalClient, mails: Mails) -> None:
    make_user("fertig@verein.example", Role.PROVIDER)
    make_user("offen@verein.example", Role.PROVIDER, confirmed=False)
    before = len(mails())
    pages = {
        comparable(browser.submit("/bestaetigung-anfordern", {"email": email}).text, email)
        for email in ("fertig@verein.example", "offen@verein.example", "niemand@verein.example")
    }
    assert len(pages) == 1
    assert [mail.recipient for mail in mails()[before:]] == ["offen@verein.example"]


def _ask_for(browser: PortalClient, address: str, current: str = PASSWORD) -> int:
    return browser.submit("/konto/adresse", {"email": address, "current": current}).status_code


def test_a_new_address_counts_when_its_owner_says_so(
    browser: PortalClient, other_browser: PortalClient, mails: Mails
) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ada@verein.example")
    assert _ask_for(browser, "Neu@Verein.example") == 302
    mail = mails()[-1]
    assert (mail.kind, mail.recipient) == ("accounts.new_address", "neu@verein.example")
    path = link_in(mail)
    assert browser.get(path).status_code == 200
    assert fresh(user).email == "ada@verein.example"
    assert browser.submit(path).location == "/konto"
    assert fresh(user).email == "neu@verein.example"
    assert mails()[-1].recipient == "ada@verein.example"
    assert browser.get("/konto").status_code == 200
    assert other_browser.get("/konto").status_code == 302
    assert browser.get(path).status_code == 404
    assert other_browser.sign_in("neu@verein.example").status_code == 302


def test_a_taken_address_is_not_given_away(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    make_user("ben@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    before = len(mails())
    assert _ask_for(browser, "ben@verein.example") == 302
    taken = comparable(browser.get("/konto").text, "ben@verein.example")
    assert len(mails()) == before
    assert _ask_for(browser, "frei@verein.example") == 302
    free = comparable(browser.get("/konto").text, "frei@verein.example")
    assert taken == free


def test_an_address_taken_in_the_meantime_stays_with_its_owner(browser: PortalClient, mails: Mails) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    _ask_for(browser, "frei@verein.example")
    path = link_in(mails()[-1])
    make_user("frei@verein.example", Role.PROVIDER)
    assert browser.submit(path).status_code == 404
    assert fresh(user).email == "ada@verein.example"


def test_changing_the_address_asks_for_the_password(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    before = len(mails())
    assert _ask_for(browser, "neu@verein.example", "falsch falsch") == 422
    assert _ask_for(browser, "ada@verein.example") == 422
    assert len(mails()) == before


def test_secret_mail_is_declared_as_such(app: Flask) -> None:
    from portal.outbox.kinds import secret_kinds

    secret = set(secret_kinds())
    assert {"accounts.invitation", "accounts.reset", "accounts.confirmation", "accounts.new_address"} <= secret


def test_nothing_is_left_signed_in_by_links(browser: PortalClient, mails: Mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.submit(_reset_link(browser, mails), {"password": NEW})
    db.session.rollback()
    assert db.session.scalars(select(SignInSession)).all() == []
    assert db.session.scalars(select(User.password)).one() != NEW

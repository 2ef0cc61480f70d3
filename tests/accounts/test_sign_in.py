"""Signing in with address and password: what it opens, what it refuses, what it gives away."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from portal_client import BASE_URL, PASSWORD, PortalClient, comparable, fresh, make_user
from sqlalchemy import event, select

from portal.accounts import limits, security, sessions
from portal.accounts.models import SignInAttempt, SignInSession, User
from portal.accounts.services import users
from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction

SENTENCE = "E-Mail-Adresse oder Passwort passen nicht."
STOPPED = "Zu viele Versuche."


def _sessions() -> list[SignInSession]:
    db.session.rollback()
    return list(db.session.scalars(select(SignInSession).order_by(SignInSession.id)))


def _lock(user: User) -> None:
    with transaction():
        users.lock_user(user, actor=SYSTEM)


def test_the_right_password_opens_a_session_and_leads_on(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    answer = browser.sign_in("Ada@Verein.example", path="/anmelden?next=/konto/passwort")
    assert answer.status_code == 302
    assert answer.location == "/konto/passwort"
    assert "Ada Muster" in browser.get("/konto").text
    (row,) = _sessions()
    assert row.user_id == user.id
    assert row.ended_at is None
    cookie = browser.get_cookie("portal", domain="portal.example")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


def test_staff_begin_with_their_working_page(browser: PortalClient) -> None:
    make_user("plan@kreis.example", Role.PLANNER)
    assert browser.sign_in("plan@kreis.example").location == "/heute"


@pytest.mark.parametrize(
    "target",
    [
        "https://boese.example/", "//boese.example", "/\\boese.example", "javascript:alert(1)", "\\\\boese.example",
        "/%0d%0aLocation:https://boese.example", "http:boese.example", " //boese.example",
    ],
)  # fmt: skip
def test_the_way_back_never_leads_elsewhere(browser: PortalClient, target: str) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    page = "/anmelden"
    answer = browser.post(
        page,
        query_string={"next": target},
        data={"csrf_token": browser.token(page), "email": "ada@verein.example", "password": PASSWORD},
    )
    assert answer.status_code == 302
    assert answer.location.startswith("/")
    assert not answer.location.startswith(("//", "/\\"))
    assert "boese" not in answer.location.split("/")[1]
    assert "\n" not in answer.location


def test_every_failure_reads_the_same_and_takes_the_same_work(
    browser: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_user("offen@verein.example", Role.PROVIDER)
    make_user("eingeladen@verein.example", Role.PROVIDER, password=None, confirmed=False)
    _lock(make_user("gesperrt@verein.example", Role.PROVIDER))
    verified: list[str] = []
    real = security._verify
    monkeypatch.setattr(security, "_verify", lambda password, stored: verified.append(stored) or real(password, stored))

    pages, work, queries = set(), set(), set()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: statements.append(sql))
    for address in ("offen", "eingeladen", "gesperrt", "niemand"):
        email = f"{address}@verein.example"
        token = browser.token("/anmelden")
        verified.clear()
        statements.clear()
        answer = browser.post("/anmelden", data={"csrf_token": token, "email": email, "password": "falsch falsch"})
        assert answer.status_code == 422
        assert SENTENCE in answer.text
        pages.add(comparable(answer.text, email))
        work.add(len(verified))
        queries.add(len([sql for sql in statements if sql.startswith(("INSERT", "UPDATE", "DELETE"))]))
    assert len(pages) == 1
    assert work == {1}
    assert len(queries) == 1
    assert _sessions() == []


@pytest.mark.parametrize("address", ["gesperrt@verein.example", "eingeladen@verein.example"])
def test_a_locked_or_unopened_account_stays_shut(browser: PortalClient, address: str) -> None:
    make_user("eingeladen@verein.example", Role.PROVIDER, password=None, confirmed=False)
    _lock(make_user("gesperrt@verein.example", Role.PROVIDER))
    assert browser.sign_in(address).status_code == 422
    assert _sessions() == []


def test_without_confirmed_address_the_right_password_sends_a_link_only(browser: PortalClient, mails) -> None:
    make_user("ada@verein.example", Role.PROVIDER, confirmed=False)
    before = len(mails())
    answer = browser.sign_in("ada@verein.example")
    assert answer.status_code == 200
    assert "ada@verein.example" in answer.text
    assert [mail.kind for mail in mails()[before:]] == ["accounts.confirmation"]
    assert _sessions() == []
    assert SENTENCE in browser.sign_in("ada@verein.example", "falsch falsch").text
    assert len(mails()) == before + 1


@pytest.mark.parametrize("path", ["/anmelden", "/abmelden", "/passwort-vergessen", "/anmelden/zweiter-faktor"])
def test_forms_without_token_are_refused(browser: PortalClient, path: str) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    answer = browser.post(path, data={"email": "ada@verein.example", "password": PASSWORD})
    assert answer.status_code == 400
    assert _sessions() == []


def test_signing_in_leaves_nothing_of_the_cookie_before(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    token = browser.token("/anmelden")
    with browser.session_transaction(base_url=BASE_URL) as planted:
        planted[sessions.COOKIE_KEY] = "bekanntbeiihm"
        planted["acting"] = "fremd"
        before = planted["csrf_token"]
    browser.post("/anmelden", data={"csrf_token": token, "email": "ada@verein.example", "password": PASSWORD})
    with browser.session_transaction(base_url=BASE_URL) as after:
        assert after[sessions.COOKIE_KEY] == _sessions()[0].public_id
        assert "acting" not in after
        assert after.get("csrf_token") != before


def test_every_sign_in_is_a_session_of_its_own(browser: PortalClient, other_browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ada@verein.example")
    assert len({row.public_id for row in _sessions()}) == 2


def test_signing_out_makes_a_copied_cookie_worthless(browser: PortalClient, other_browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    cookie = browser.get_cookie("portal", domain="portal.example")
    assert cookie is not None
    assert browser.submit("/abmelden", page="/konto").location == "/anmelden"
    other_browser.set_cookie("portal", cookie.value, domain="portal.example")
    assert other_browser.get("/konto").status_code == 302
    assert _sessions()[0].ended_at is not None


def test_signing_out_by_link_does_nothing(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    assert browser.get("/abmelden").status_code == 405
    assert browser.get("/konto").status_code == 200


def test_a_session_ends_by_idling(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    start = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
    with clock.frozen(start):
        browser.sign_in("ada@verein.example")
    with clock.frozen(start + timedelta(minutes=110)):
        assert browser.get("/konto").status_code == 200
    with clock.frozen(start + timedelta(minutes=220)):
        assert browser.get("/konto").status_code == 200
    with clock.frozen(start + timedelta(minutes=341)):
        assert browser.get("/konto").location == "/anmelden?next=/konto"


def test_a_session_ends_after_twelve_hours_however_busy(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    start = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
    for hours in range(12):
        with clock.frozen(start + timedelta(hours=hours)):
            if hours == 0:
                browser.sign_in("ada@verein.example")
            assert browser.get("/konto").status_code == 200
    with clock.frozen(start + timedelta(hours=12)):
        assert browser.get("/konto").status_code == 302


def test_locking_ends_a_session_at_once(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    _lock(user)
    assert browser.get("/konto").status_code == 302


def test_an_account_switched_off_in_the_database_is_out_although_its_session_is_open(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    with transaction():
        user.active = False
    assert browser.get("/konto").status_code == 302


def test_who_is_signed_in_costs_no_query_without_cookie_and_few_with(app: Flask, browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER, Role.COMMITTEE)
    browser.sign_in("ada@verein.example")
    sid = _sessions()[0].public_id
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: statements.append(sql))
    with app.test_request_context("/", base_url=BASE_URL):
        assert sessions.signed_in_user() is None
        assert statements == []
    with app.test_request_context("/", base_url=BASE_URL):
        from flask import session

        session[sessions.COOKIE_KEY] = sid
        db.session.expunge_all()
        user = sessions.signed_in_user()
        assert user is not None
        assert user.role_set == {Role.PROVIDER, Role.COMMITTEE}
        assert sessions.signed_in_user() is user
    # One for the length of sessions among the settings, one for session, person and roles.
    assert len([sql for sql in statements if sql.startswith("SELECT")]) <= 2


@pytest.mark.parametrize("address", ["ada@verein.example", "niemand@verein.example"])
def test_after_ten_guesses_not_even_the_right_password_helps(browser: PortalClient, address: str) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    start = datetime(2026, 12, 3, 8, 0, 10, tzinfo=UTC)
    with clock.frozen(start):
        for _ in range(10):
            assert browser.sign_in(address, "falsch falsch").status_code == 422
        answer = browser.sign_in(address)
        assert answer.status_code == 429
        assert STOPPED in answer.text
        assert "09:16" in answer.text
        assert answer.headers["Retry-After"] == str(15 * 60 + 1)
        assert "Eine kurze Pause, bitte" in answer.text
        assert "passt noch nicht" not in answer.text  # nothing that was typed is wrong
        assert "Bitte ändern Sie" not in answer.text
    with clock.frozen(start + timedelta(minutes=15)):
        assert browser.sign_in(address).status_code == (302 if address.startswith("ada") else 422)


def test_the_stop_reads_the_same_for_nobody(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    pages = set()
    with clock.frozen(datetime(2026, 12, 3, 8, 0, tzinfo=UTC)):
        for address in ("ada@verein.example", "niemand@verein.example"):
            for _ in range(10):
                browser.sign_in(address, "falsch falsch")
            pages.add(comparable(browser.sign_in(address).text, address))
    assert len(pages) == 1


def test_one_address_cannot_try_many_accounts(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    with transaction():
        for number in range(60):
            assert limits.count(limits.sign_in_tries(f"n{number}@verein.example", "127.0.0.1")) is None
    assert browser.sign_in("ada@verein.example").status_code == 429


def test_success_clears_the_account_and_does_not_burden_the_address(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    for _ in range(9):
        browser.sign_in("ada@verein.example", "falsch falsch")
    assert browser.sign_in("ada@verein.example").status_code == 302
    db.session.rollback()
    (left,) = db.session.scalars(select(SignInAttempt))
    assert left.attempts == 9
    assert left.subject == limits.Try(limits._SIGN_IN_NETWORK, "127.0.0.1").subject


def test_simultaneous_guesses_count_each(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    compared: list[str] = []
    real = security._verify
    monkeypatch.setattr(security, "_verify", lambda password, stored: compared.append(stored) or real(password, stored))

    def guess(_number: int) -> int:
        client = app.test_client()
        assert isinstance(client, PortalClient)
        return client.sign_in("ada@verein.example", "falsch falsch").status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert sorted(answers) == [422] * 10 + [429] * 14
    assert len(compared) == 10


def test_what_was_tried_is_not_readable_in_the_table(browser: PortalClient) -> None:
    browser.sign_in("ada@verein.example", "falsch falsch")
    db.session.rollback()
    subjects = db.session.scalars(select(SignInAttempt.subject)).all()
    assert len(subjects) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", subject) for subject in subjects)
    assert hashlib.sha256(b"sign_in:ada@verein.example").hexdigest() not in subjects


def test_networks_are_counted_as_customers_have_them() -> None:
    assert limits.network_of("2001:db8:1:2:aaaa::1") == limits.network_of("2001:db8:1:2:bbbb::2")
    assert limits.network_of("2001:db8:1:3::1") != limits.network_of("2001:db8:1:2::1")
    assert limits.network_of("192.0.2.7") == "192.0.2.7"
    assert limits.network_of(None) == ""


def test_old_counts_and_sessions_are_forgotten(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    start = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
    with clock.frozen(start):
        browser.sign_in("ada@verein.example", "falsch falsch")
        browser.sign_in("ada@verein.example")
    with clock.frozen(start + timedelta(days=1, seconds=1)), transaction():
        assert limits.forget_old() == 1
        assert sessions.forget_ended() == 0
    with clock.frozen(start + timedelta(days=31)), transaction():
        assert sessions.forget_ended() == 1


def test_a_hash_of_weaker_times_is_renewed(app: Flask, browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    old = user.password
    app.extensions["security"].pwd_context.update(argon2__time_cost=2)
    browser.sign_in("ada@verein.example")
    renewed = fresh(user).password
    assert renewed != old
    assert security.password_matches(PASSWORD, renewed)


def test_signing_in_and_out_is_on_record_without_names(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example", "falsch falsch")
    browser.sign_in("ada@verein.example")
    browser.submit("/abmelden", page="/konto")
    db.session.rollback()
    entries = list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    actions = [entry.action for entry in entries]
    assert actions[-3:] == ["accounts.sign_in_failed", "accounts.signed_in", "accounts.signed_out"]
    assert "ada" not in "".join(str(entry.details).lower() for entry in entries)


def test_devices_have_names_people_know() -> None:
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Safari/604.1"
    assert sessions.device_name(firefox) == "Firefox, Windows"
    assert sessions.device_name(safari) == "Safari, iPhone"
    assert sessions.device_name("curl/8") == ""

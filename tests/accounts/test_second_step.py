"""The second step of signing in: codes from an app, recovery codes, and what guessing leads to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from flask import Flask
from portal_client import PASSWORD, PortalClient, code_of, fresh, give_second_factor, make_user
from sqlalchemy import func, select

from portal.accounts import security
from portal.accounts.models import SignInSession, User
from portal.accounts.services import credentials, second_factor
from portal.core import clock
from portal.core.actor import Role
from portal.core.database import db
from portal.core.transaction import transaction

STEP = "/anmelden/zweiter-faktor"
RECOVERY = "/anmelden/notfallcode"
START = datetime(2026, 12, 3, 8, 0, 5, tzinfo=UTC)


def _person() -> tuple[User, str, list[str]]:
    user = make_user("ada@verein.example", Role.PROVIDER)
    secret, codes = give_second_factor(user)
    return user, secret, codes


def _open_sessions() -> int:
    db.session.rollback()
    return int(db.session.scalar(select(func.count()).select_from(SignInSession)) or 0)


def test_password_and_code_open_a_session(browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    answer = browser.sign_in("ada@verein.example", path="/anmelden?next=/konto/adresse")
    assert answer.location == STEP
    assert _open_sessions() == 0
    assert browser.get("/konto").status_code == 302
    answer = browser.submit(STEP, {"code": code_of(secret)})
    assert answer.location == "/konto/adresse"
    assert _open_sessions() == 1
    assert browser.get("/konto").status_code == 200


def test_a_wrong_code_opens_nothing(browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    browser.sign_in("ada@verein.example")
    wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"
    for code in (wrong, "", "abcdef", "123", "١٢٣٤٥٦", "0" * 20):
        assert browser.submit(STEP, {"code": code}).status_code in {422, 429}
    assert _open_sessions() == 0


def test_without_the_password_step_nothing_is_asked(browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    assert browser.get(STEP).location == "/anmelden"
    assert browser.get(RECOVERY).location == "/anmelden"
    assert browser.submit(STEP, {"code": code_of(secret)}, page="/anmelden").location == "/anmelden"
    assert _open_sessions() == 0


def test_a_code_counts_once(browser: PortalClient, other_browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    with clock.frozen(START):
        code = code_of(secret)
        browser.sign_in("ada@verein.example")
        other_browser.sign_in("ada@verein.example")
        assert browser.submit(STEP, {"code": code}).status_code == 302
        assert other_browser.submit(STEP, {"code": code}).status_code == 422
    with clock.frozen(START + timedelta(seconds=25)):
        assert other_browser.submit(STEP, {"code": code}).status_code == 422
    with clock.frozen(START + timedelta(seconds=30)):
        assert other_browser.submit(STEP, {"code": code_of(secret)}).status_code == 302


def test_codes_of_long_ago_are_worth_nothing(browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    with clock.frozen(START):
        old = code_of(secret)
    with clock.frozen(START + timedelta(seconds=30)):
        browser.sign_in("ada@verein.example")
        slow_phone = browser.submit(STEP, {"code": old})
        assert slow_phone.status_code == 302
    with clock.frozen(START + timedelta(minutes=5)):
        old = code_of(secret)
        browser.submit("/abmelden", page="/konto")
    with clock.frozen(START + timedelta(minutes=6, seconds=5)):
        browser.sign_in("ada@verein.example")
        assert browser.submit(STEP, {"code": old}).status_code == 422


def test_one_code_in_two_hands_opens_one_session(app: Flask) -> None:
    _user, secret, _codes = _person()
    clients = [app.test_client() for _ in range(4)]
    for client in clients:
        assert isinstance(client, PortalClient)
        client.sign_in("ada@verein.example")
    code = code_of(secret)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.submit(STEP, {"code": code}).status_code, clients))
    assert sorted(answers) == [302, 422, 422, 422]
    assert _open_sessions() == 1


def test_a_recovery_code_works_once_and_is_reported(browser: PortalClient, other_browser: PortalClient, mails) -> None:
    user, _secret, codes = _person()
    browser.sign_in("ada@verein.example")
    typed = codes[3].replace("-", " ").upper()
    assert browser.submit(RECOVERY, {"code": typed}).status_code == 302
    assert len(fresh(user).mf_recovery_codes) == 7
    assert "7" in mails()[-1].text
    other_browser.sign_in("ada@verein.example")
    again = other_browser.submit(RECOVERY, {"code": codes[3]})
    assert again.status_code == 422
    assert "schon benutzt" in again.text
    assert _open_sessions() == 1


def test_one_recovery_code_in_two_hands_opens_one_session(app: Flask) -> None:
    _user, _secret, codes = _person()
    clients = [app.test_client() for _ in range(4)]
    for client in clients:
        client.sign_in("ada@verein.example")
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda client: client.submit(RECOVERY, {"code": codes[0]}).status_code, clients))
    assert sorted(answers) == [302, 422, 422, 422]


def test_recovery_codes_are_stored_encrypted(app: Flask) -> None:
    user, secret, codes = _person()
    stored = fresh(user).mf_recovery_codes
    assert len(stored) == len(codes) == 8
    assert not set(codes) & set(stored)
    assert security.code_key(secret).replace("-", "") not in secret


def test_guessing_stops_and_the_person_hears_of_it_once(browser: PortalClient, mails) -> None:
    _user, secret, codes = _person()
    with clock.frozen(START):
        browser.sign_in("ada@verein.example")
        wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"
        before = len(mails())
        for _ in range(5):
            assert browser.submit(STEP, {"code": wrong}).status_code == 422
        for path, code in ((STEP, code_of(secret)), (RECOVERY, codes[0]), (STEP, wrong)):
            stopped = browser.submit(path, {"code": code})
            assert stopped.status_code == 429
            assert "09:16" in stopped.text
        (note,) = mails()[before:]
        assert note.subject == "Anmeldung angehalten"
    assert _open_sessions() == 0
    with clock.frozen(START + timedelta(minutes=15)):
        browser.sign_in("ada@verein.example")
        assert browser.submit(STEP, {"code": code_of(secret)}).status_code == 302


def test_signing_in_anew_does_not_give_new_guesses(browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    with clock.frozen(START):
        wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"
        answers = []
        for _ in range(7):
            browser.sign_in("ada@verein.example")
            answers.append(browser.submit(STEP, {"code": wrong}).status_code)
    assert answers == [422] * 5 + [429] * 2


def test_the_second_step_waits_ten_minutes(browser: PortalClient) -> None:
    _user, secret, _codes = _person()
    with clock.frozen(START):
        browser.sign_in("ada@verein.example")
    with clock.frozen(START + timedelta(minutes=10, seconds=1)):
        assert browser.get(STEP).location == "/anmelden"
        assert browser.submit(STEP, {"code": code_of(secret)}, page="/anmelden").location == "/anmelden"
    assert _open_sessions() == 0


def test_a_new_password_ends_the_waiting_second_step(browser: PortalClient) -> None:
    user, secret, _codes = _person()
    browser.sign_in("ada@verein.example")
    token = browser.token(STEP)
    with transaction():
        credentials.reset_password(security.reset_token(user), password_hash=security.hash_password(PASSWORD + "!"))
    answer = browser.post(STEP, data={"csrf_token": token, "code": code_of(secret)})
    assert answer.location == "/anmelden"
    assert _open_sessions() == 0


def test_recovery_codes_are_read_as_people_type_them() -> None:
    assert second_factor.grouped(" 3F9A 07c2-b41e") == "3f9a-07c2-b41e"
    assert second_factor.grouped("3f9a07c2b41e") == "3f9a-07c2-b41e"
    assert second_factor.grouped("") == ""

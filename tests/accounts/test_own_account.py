"""One's own account: what can be changed there, and what cannot."""

from portal_client import PASSWORD, PortalClient, fresh, make_user
from sqlalchemy import select
from test_links import Mails

from portal.accounts.models import SignInSession, StoredRole
from portal.core.actor import Role
from portal.core.database import db

NEW = "Ein ganz anderer Satz"


def _sessions() -> list[SignInSession]:
    db.session.rollback()
    return list(db.session.scalars(select(SignInSession).order_by(SignInSession.id)))


def test_strangers_are_led_to_the_sign_in(browser: PortalClient) -> None:
    for path in ("/konto", "/konto/passwort", "/konto/adresse", "/konto/zweiter-faktor", "/konto/notfallcodes"):
        answer = browser.get(path)
        assert answer.status_code == 302
        assert answer.location == f"/anmelden?next={path}"
    assert browser.submit("/konto", {"name": "Niemand"}, page="/anmelden").status_code == 403


def test_name_and_language_can_be_changed(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    answer = browser.submit("/konto", {"name": "  Ada\r\n Anders ", "locale": "en"})
    assert answer.location == "/konto"
    assert (fresh(user).name, user.locale, user.sort_key) == ("Ada Anders", "en", "ada anders")


def test_an_empty_name_is_refused_at_its_field(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    answer = browser.submit("/konto", {"name": " ", "locale": ""})
    assert answer.status_code == 422
    assert 'href="#name"' in answer.text
    assert fresh(user).name == "Ada Muster"
    assert browser.submit("/konto", {"name": "Ada", "locale": "xx"}).status_code == 422


def test_rights_cannot_be_slipped_into_the_form(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    role_id = db.session.scalars(select(StoredRole.id).where(StoredRole.name == Role.ADMINISTRATOR)).one()
    fields = {
        "name": "Ada", "locale": "", "roles": ["administrator", str(role_id)], "role": "administrator",
        "department": "x", "active": "y", "email": "boss@kreis.example", "confirmed_at": "2020-01-01", "user_id": "1",
    }  # fmt: skip
    assert browser.submit("/konto", fields).status_code == 302
    assert fresh(user).role_set == {Role.PROVIDER}
    assert user.email == "ada@verein.example"
    assert user.department_id is None


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(
    browser: PortalClient, other_browser: PortalClient, mails: Mails
) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ada@verein.example")
    before = {row.public_id for row in _sessions()}
    wrong = browser.submit("/konto/passwort", {"current": "falsch falsch", "password": NEW})
    assert wrong.status_code == 422
    assert "nicht Ihr jetziges Passwort" in wrong.text
    assert browser.submit("/konto/passwort", {"current": PASSWORD, "password": "kurz"}).status_code == 422
    assert other_browser.get("/konto").status_code == 200
    assert browser.submit("/konto/passwort", {"current": PASSWORD, "password": NEW}).location == "/konto"
    assert browser.get("/konto").status_code == 200
    assert other_browser.get("/konto").status_code == 302
    (open_one,) = [row for row in _sessions() if row.ended_at is None]
    assert open_one.public_id not in before
    assert mails()[-1].subject == "Ihr Passwort wurde geändert"
    assert other_browser.sign_in("ada@verein.example", NEW).status_code == 302


def test_guessing_the_password_from_inside_is_limited(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    for _ in range(10):
        browser.submit("/konto/passwort", {"current": "falsch falsch", "password": NEW})
    answer = browser.submit("/konto/passwort", {"current": PASSWORD, "password": NEW})
    assert answer.status_code == 422
    assert "Zu viele Versuche" in answer.text


def test_devices_are_listed_and_can_be_signed_out(browser: PortalClient, other_browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ada@verein.example")
    page = browser.get("/konto").text
    assert "Firefox, Linux" in page
    assert "dieses Gerät" in page
    other = _sessions()[1].public_id
    assert browser.submit(f"/konto/sitzungen/{other}/beenden", page="/konto").status_code == 302
    assert other_browser.get("/konto").status_code == 302
    assert browser.get("/konto").status_code == 200


def test_sign_out_everywhere_else(browser: PortalClient, other_browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ada@verein.example")
    browser.submit("/konto/sitzungen/beenden", page="/konto")
    assert browser.get("/konto").status_code == 200
    assert other_browser.get("/konto").status_code == 302


def test_nobody_ends_foreign_sessions(browser: PortalClient, other_browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    make_user("ben@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ben@verein.example")
    foreign = _sessions()[1].public_id
    assert browser.submit(f"/konto/sitzungen/{foreign}/beenden", page="/konto").status_code == 404
    assert other_browser.get("/konto").status_code == 200
    assert _sessions()[1].ended_at is None

"""Setting up the second factor, keeping it, losing it."""

import re
from datetime import timedelta

import pytest
from portal_client import BASE_URL, PASSWORD, PortalClient, code_of, fresh, give_second_factor, make_user
from test_links import Mails

from portal.accounts import policy
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.transaction import transaction
from portal.settings import services as settings

SET_UP = "/konto/zweiter-faktor/einrichten"
OFF = "/konto/zweiter-faktor/ausschalten"


def _waiting_secret(browser: PortalClient) -> str:
    with browser.session_transaction(base_url=BASE_URL) as kept:
        return str(kept["code_secret"])


def _set_up(browser: PortalClient) -> tuple[str, list[str]]:
    token = browser.token(SET_UP)
    secret = _waiting_secret(browser)
    answer = browser.post(SET_UP, data={"csrf_token": token, "code": code_of(secret)})
    assert answer.status_code == 200
    return secret, re.findall(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}(?=</code>)", answer.text)


def _demand() -> None:
    with transaction():
        settings.put(policy.SECOND_FACTOR_REQUIRED, True, actor=SYSTEM)


def test_setting_up_asks_the_app_and_shows_recovery_codes_once(
    browser: PortalClient, other_browser: PortalClient, mails: Mails
) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    other_browser.sign_in("ada@verein.example")
    secret, codes = _set_up(browser)
    assert len(set(codes)) == 8
    assert fresh(user).has_second_factor
    assert user.tf_totp_secret == secret
    assert codes[0] not in browser.get("/konto/zweiter-faktor").text
    assert codes[0] not in browser.get("/konto/notfallcodes").text
    assert other_browser.get("/konto").status_code == 302
    assert mails()[-1].subject == "Zweiter Faktor eingerichtet"
    assert other_browser.sign_in("ada@verein.example").location == "/anmelden/zweiter-faktor"


def test_the_code_of_the_set_up_does_not_sign_in(browser: PortalClient, other_browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    with clock.frozen(clock.now().replace(second=5)):
        browser.sign_in("ada@verein.example")
        secret, _codes = _set_up(browser)
        other_browser.sign_in("ada@verein.example")
        used = other_browser.submit("/anmelden/zweiter-faktor", {"code": code_of(secret)})
        assert used.status_code == 422


def test_a_wrong_code_sets_nothing_up(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    token = browser.token(SET_UP)
    wrong = f"{(int(code_of(_waiting_secret(browser))) + 1) % 1_000_000:06d}"
    answer = browser.post(SET_UP, data={"csrf_token": token, "code": wrong})
    assert answer.status_code == 422
    assert not fresh(user).has_second_factor
    assert browser.post(SET_UP, data={"csrf_token": token, "code": ""}).status_code == 422


def test_the_key_that_was_scanned_stays_until_it_is_confirmed(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    browser.get(SET_UP)
    scanned = _waiting_secret(browser)
    browser.get("/konto")
    assert "Neuen Schlüssel erzeugen" in browser.get(SET_UP).text
    assert _waiting_secret(browser) == scanned
    assert _set_up(browser)[0] == scanned
    assert fresh(user).tf_totp_secret == scanned
    browser.get(SET_UP)
    assert _waiting_secret(browser) != scanned


def test_another_key_comes_when_asked_for_after_cancelling_and_after_half_an_hour(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    start, keys = clock.now(), []
    with clock.frozen(start):
        browser.get(SET_UP)
        keys.append(_waiting_secret(browser))
        assert browser.submit("/konto/zweiter-faktor/neuer-schluessel", page=SET_UP).location == SET_UP
        keys.append(_waiting_secret(browser))
        assert browser.submit("/konto/zweiter-faktor/abbrechen", page=SET_UP).location == "/konto/zweiter-faktor"
        assert browser.get("/konto/zweiter-faktor/qr.svg").status_code == 404
        token = browser.token(SET_UP)
        keys.append(_waiting_secret(browser))
    with clock.frozen(start + timedelta(minutes=31)):
        late = browser.post(SET_UP, data={"csrf_token": token, "code": code_of(keys[-1])})
        assert late.location == SET_UP
        assert "galt eine halbe Stunde" in browser.get(SET_UP).text
        keys.append(_waiting_secret(browser))
    assert len(set(keys)) == 4


def test_the_picture_is_an_image_of_its_own(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    assert browser.get("/konto/zweiter-faktor/qr.svg").status_code == 404
    page = browser.get(SET_UP).text
    assert "/konto/zweiter-faktor/qr.svg" in page
    image = browser.get("/konto/zweiter-faktor/qr.svg")
    assert image.content_type == "image/svg+xml"
    assert image.text.startswith("<svg")
    assert "<script" not in image.text
    assert " style=" not in image.text
    assert "no-store" in image.headers["Cache-Control"]


def test_codes_can_be_kept_as_a_file(browser: PortalClient) -> None:
    make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    _secret, codes = _set_up(browser)
    path = "/konto/notfallcodes/herunterladen"
    answer = browser.submit(path, {"codes": "\n".join(codes)}, page="/konto")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert all(code in answer.text for code in codes)
    assert browser.submit(path, {"codes": "<script>alert(1)</script>"}, page="/konto").status_code == 404


def test_new_recovery_codes_replace_the_old(browser: PortalClient, other_browser: PortalClient, mails: Mails) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    _secret, old = give_second_factor(user)
    assert browser.submit("/konto/notfallcodes", {"current": "falsch falsch"}).status_code == 422
    answer = browser.submit("/konto/notfallcodes", {"current": PASSWORD})
    assert answer.status_code == 200
    assert mails()[-1].subject == "Neue Notfallcodes"
    other_browser.sign_in("ada@verein.example")
    assert other_browser.submit("/anmelden/notfallcode", {"code": old[0]}).status_code == 422


@pytest.mark.parametrize("role", [Role.PLANNER, Role.LEADERSHIP, Role.ADMINISTRATOR])
def test_far_reaching_roles_set_it_up_before_anything_else(browser: PortalClient, role: Role) -> None:
    _demand()
    make_user("ada@kreis.example", role)
    browser.sign_in("ada@kreis.example")
    for path in ("/konto", "/konten", "/", "/konto/zweiter-faktor/ausschalten", "/gibt-es-nicht"):
        assert browser.get(path).location == SET_UP
    assert browser.submit("/konten/neu", {"name": "X"}, page=SET_UP).location == SET_UP
    _set_up(browser)
    assert browser.get("/konto").status_code == 200


@pytest.mark.parametrize("role", [Role.SECTORAL_PLANNER, Role.MUNICIPALITY, Role.PROVIDER, Role.COMMITTEE])
def test_other_roles_may_do_without(browser: PortalClient, role: Role) -> None:
    _demand()
    make_user("ada@kreis.example", role)
    browser.sign_in("ada@kreis.example")
    assert browser.get("/konto").status_code == 200


def test_who_must_have_it_can_sign_out_instead(browser: PortalClient) -> None:
    _demand()
    make_user("ada@kreis.example", Role.PLANNER)
    browser.sign_in("ada@kreis.example")
    assert browser.submit("/abmelden", page=SET_UP).location == "/anmelden"


def test_switching_off_asks_for_the_password(browser: PortalClient, mails: Mails) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    browser.sign_in("ada@verein.example")
    give_second_factor(user)
    assert browser.submit(OFF, {"current": "falsch falsch"}).status_code == 422
    assert fresh(user).has_second_factor
    assert browser.submit(OFF, {"current": PASSWORD}).location == "/konto/zweiter-faktor"
    assert not fresh(user).has_second_factor
    assert user.mf_recovery_codes in (None, [])
    assert mails()[-1].subject == "Zweiter Faktor ausgeschaltet"


def test_what_is_mandatory_is_not_switched_off(browser: PortalClient) -> None:
    user = make_user("ada@kreis.example", Role.PLANNER)
    browser.sign_in("ada@kreis.example")
    give_second_factor(user)
    _demand()
    assert browser.get(OFF).location == "/konto/zweiter-faktor"
    answer = browser.submit(OFF, {"current": PASSWORD}, page="/konto/notfallcodes")
    assert answer.status_code == 422
    assert fresh(user).has_second_factor


def test_the_app_can_be_changed(browser: PortalClient, other_browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    start = clock.now().replace(second=5)
    with clock.frozen(start):
        browser.sign_in("ada@verein.example")
        old, _codes = give_second_factor(user)
        new, _codes = _set_up(browser)
    with clock.frozen(start + timedelta(minutes=2)):
        other_browser.sign_in("ada@verein.example")
        assert other_browser.submit("/anmelden/zweiter-faktor", {"code": code_of(old)}).status_code == 422
        assert other_browser.submit("/anmelden/zweiter-faktor", {"code": code_of(new)}).status_code == 302

"""Invitations to an account: one link, one person, once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from portal_client import PASSWORD, PortalClient, fresh, make_user
from sqlalchemy import select
from test_links import Mails, link_in

from portal.accounts.models import SignInSession, User, UserInvitation
from portal.accounts.services import invitations, users
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction


def _invite(email: str = "neu@verein.example", *roles: Role) -> User:
    with transaction():
        return invitations.invite(email, "Nele Muster", roles or [Role.PROVIDER], actor=SYSTEM)


def test_an_invited_person_opens_the_account(browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    path = link_in(mails()[-1])
    page = browser.get(path)
    assert page.status_code == 200
    assert "Nele Muster" in page.text
    assert fresh(user).password is None
    assert browser.submit(path, {"password": PASSWORD}).location == "/mein-bereich"
    assert browser.get("/konto").status_code == 200
    assert fresh(user).confirmed_at is not None
    invitation = db.session.scalars(select(UserInvitation)).one()
    assert invitation.accepted_at is not None
    assert invitation.token_hash not in path


def test_the_page_behind_the_link_speaks_the_language_of_the_invitation(browser: PortalClient, mails: Mails) -> None:
    with transaction():
        invitations.invite("new@club.example", "Nell Sample", [Role.PROVIDER], locale="en", actor=SYSTEM)
    path = link_in(mails()[-1])
    assert '<html lang="en"' in browser.get(path).text
    assert '<html lang="en"' in browser.submit(path, {"password": "kurz"}).text
    browser.submit(path, {"password": PASSWORD})
    page = browser.get("/konto").text
    assert "Welcome!" in page
    assert "Willkommen" not in page


def test_a_language_chosen_in_the_browser_counts_more(browser: PortalClient, mails: Mails) -> None:
    with transaction():
        invitations.invite("new@club.example", "Nell Sample", [Role.PROVIDER], locale="en", actor=SYSTEM)
    browser.set_cookie("sprache", "de", domain="portal.example")
    assert '<html lang="de"' in browser.get(link_in(mails()[-1])).text


def test_the_link_works_once(browser: PortalClient, other_browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    path = link_in(mails()[-1])
    browser.submit(path, {"password": PASSWORD})
    kept = fresh(user).password
    assert other_browser.get(path).status_code == 404
    assert other_browser.submit(path, {"password": "Ein ganz anderer Satz"}, page="/anmelden").status_code == 404
    assert fresh(user).password == kept


def test_who_lost_the_invitation_asks_for_it_where_passwords_are_forgotten(browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    lost = link_in(mails()[-1])
    start = clock.now()
    with clock.frozen(start + timedelta(days=20)):
        browser.submit("/passwort-vergessen", {"email": "neu@verein.example"})
        again = mails()[-1]
        assert (again.kind, again.recipient) == ("accounts.invitation", "neu@verein.example")
        assert browser.get(lost).status_code == 404
        assert browser.submit(link_in(again), {"password": PASSWORD}).location == "/mein-bereich"
    assert fresh(user).confirmed_at is not None


def test_a_withdrawn_invitation_is_not_sent_again(browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    with transaction():
        invitations.withdraw(user, actor=SYSTEM)
    before = len(mails())
    assert browser.submit("/passwort-vergessen", {"email": "neu@verein.example"}).status_code == 200
    assert len(mails()) == before


def test_the_link_expires(browser: PortalClient, mails: Mails) -> None:
    start = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)
    with clock.frozen(start):
        _invite()
    path = link_in(mails()[-1])
    with clock.frozen(start + timedelta(days=13, hours=23)):
        assert browser.get(path).status_code == 200
    with clock.frozen(start + timedelta(days=14)):
        assert browser.get(path).status_code == 404
        assert browser.submit(path, {"password": PASSWORD}, page="/anmelden").status_code == 404


def test_invented_links_open_nothing(browser: PortalClient, mails: Mails) -> None:
    _invite()
    stored = db.session.scalars(select(UserInvitation.token_hash)).one()
    for token in ("x", stored, link_in(mails()[-1]).rpartition("/")[2][:-1]):
        assert browser.get(f"/einladung-konto/{token}").status_code == 404


def test_a_new_invitation_replaces_the_old(browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    old = link_in(mails()[-1])
    with transaction():
        invitations.invite_again(user, actor=SYSTEM)
    assert browser.get(old).status_code == 404
    assert browser.get(link_in(mails()[-1])).status_code == 200


def test_a_withdrawn_invitation_is_worthless(browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    path = link_in(mails()[-1])
    with transaction():
        invitations.withdraw(user, actor=SYSTEM)
    assert browser.submit(path, {"password": PASSWORD}, page="/anmelden").status_code == 404
    assert fresh(user).password is None


def test_an_invitation_of_a_locked_account_is_worthless(browser: PortalClient, mails: Mails) -> None:
    user = _invite()
    with transaction():
        users.lock_user(user, actor=SYSTEM)
    assert browser.get(link_in(mails()[-1])).status_code == 404


def test_two_people_with_one_link_open_one_account(app: Flask, mails: Mails) -> None:
    _invite()
    path = link_in(mails()[-1])
    clients = [app.test_client() for _ in range(4)]
    tokens = [client.token(path) for client in clients]

    def send(number: int) -> int:
        fields = {"csrf_token": tokens[number], "password": f"Satz mit Nummer {number}"}
        return clients[number].post(path, data=fields).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted(answers) == [302, 404, 404, 404]
    db.session.rollback()
    assert len(db.session.scalars(select(SignInSession)).all()) == 1


def test_an_address_is_invited_once(app: Flask) -> None:
    _invite()
    with pytest.raises(Refusal) as refused, transaction():
        invitations.invite("NEU@verein.example", "Nele Zwei", [Role.PROVIDER], actor=SYSTEM)
    assert refused.value.field == "email"


def test_an_open_account_is_not_invited(app: Flask) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    with pytest.raises(Refusal), transaction():
        invitations.invite_again(user, actor=SYSTEM)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_invite(app: Flask, role: Role) -> None:
    user = make_user("ada@verein.example", role)
    with pytest.raises(NotAllowed), transaction():
        invitations.invite("neu@verein.example", "Nele", [Role.ADMINISTRATOR], actor=Actor(user=user))

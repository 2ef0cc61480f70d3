"""Accounts as administrators keep them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from portal_client import PASSWORD, PortalClient, fresh, give_second_factor, make_user
from sqlalchemy import select
from test_links import Mails, link_in

from portal.accounts import services
from portal.accounts.models import Department, User
from portal.accounts.services import departments, second_factor, users
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction

OTHERS = [role for role in Role if role is not Role.ADMINISTRATOR]


@pytest.fixture
def admin(browser: PortalClient) -> PortalClient:
    """A browser in which an administrator is signed in."""
    make_user("chef@kreis.example", Role.ADMINISTRATOR, name="Carla Chef")
    browser.sign_in("chef@kreis.example")
    return browser


def _user(email: str) -> User:
    db.session.rollback()
    return db.session.scalars(select(User).where(User.email == email)).one()


def _form(user: User, *roles: Role, **more: str) -> dict[str, object]:
    return {"name": user.name, "roles": [role.value for role in roles], "department": "", **more}


@pytest.mark.parametrize("role", OTHERS)
def test_only_administrators_see_and_change_accounts(browser: PortalClient, role: Role) -> None:
    other = make_user("ben@verein.example", Role.PROVIDER)
    me = make_user("ada@kreis.example", role)
    browser.sign_in("ada@kreis.example")
    assert browser.get("/konten").status_code == 403
    assert browser.get("/konten?format=csv").status_code == 403
    assert browser.get("/konten/neu").status_code == 403
    for user in (other, me):
        page = f"/konten/{user.public_id}"
        assert browser.get(page).status_code == 404
        assert browser.submit(page, _form(user, Role.ADMINISTRATOR), page="/konto").status_code == 404
        for act in ("sperren", "entsperren", "einladung", "einladung/zurueckziehen", "abmelden", "zweiter-faktor"):
            assert browser.submit(f"{page}/{act}", page="/konto").status_code == 404
    assert browser.submit("/konten/neu", {"name": "X", "email": "x@y.example"}, page="/konto").status_code == 403
    assert fresh(me).role_set == {role}
    assert fresh(other).active


def test_nobody_signed_in_sees_nothing(browser: PortalClient) -> None:
    user = make_user("ada@verein.example", Role.PROVIDER)
    assert browser.get("/konten").location == "/anmelden?next=/konten"
    assert browser.get(f"/konten/{user.public_id}").location == f"/anmelden?next=/konten/{user.public_id}"
    assert browser.submit("/konten/neu", {}, page="/anmelden").status_code == 403


def test_the_list_is_searched_filtered_and_sorted(admin: PortalClient) -> None:
    make_user("oezge@verein.example", Role.PROVIDER, name="Özge Zander")
    make_user("ben@stadt.example", Role.MUNICIPALITY, name="Ben Öhring", password=None, confirmed=False)
    locked = make_user("otto@verein.example", Role.PROVIDER, name="Otto Zuletzt")
    with transaction():
        users.lock_user(locked, actor=SYSTEM)

    def names(query: str) -> list[str]:
        page = admin.get(f"/konten?{query}").text.partition("<tbody")[2]
        found = ("Ben Öhring", "Carla Chef", "Otto Zuletzt", "Özge Zander")
        return sorted((name for name in found if f">{name}</a>" in page), key=page.index)

    assert names("") == ["Ben Öhring", "Carla Chef", "Otto Zuletzt", "Özge Zander"]
    assert names("sortierung=-name") == ["Özge Zander", "Otto Zuletzt", "Carla Chef", "Ben Öhring"]
    assert names("suche=ozge") == ["Özge Zander"]
    assert names("suche=STADT.example") == ["Ben Öhring"]
    assert names("rolle=provider") == ["Otto Zuletzt", "Özge Zander"]
    assert names("stand=locked") == ["Otto Zuletzt"]
    assert names("stand=invited") == ["Ben Öhring"]
    assert names("stand=active&rolle=provider") == ["Özge Zander"]
    assert names("stand=unsinn&rolle=x&seite=99&sortierung=passwort") == names("")


def test_the_download_holds_what_is_filtered_and_no_formula(admin: PortalClient) -> None:
    make_user("ben@verein.example", Role.PROVIDER, name='=HYPERLINK("http://boese.example")')
    make_user("ina@stadt.example", Role.MUNICIPALITY, name="Ina")
    answer = admin.get("/konten?format=csv&rolle=provider")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=konten.csv"
    text = answer.data.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    assert "ina@stadt.example" not in text
    assert "Stand:" in text


def test_an_administrator_invites(admin: PortalClient, other_browser: PortalClient, mails: Mails) -> None:
    with transaction():
        department = departments.create_department("Jugendamt", actor=SYSTEM)
    answer = admin.submit(
        "/konten/neu",
        {
            "name": "Nele Muster", "email": "Nele@Kreis.example", "roles": ["planner", "sectoral_planner"],
            "department": department.public_id, "locale": "de",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    user = _user("nele@kreis.example")
    assert answer.location == f"/konten/{user.public_id}"
    assert user.role_set == {Role.PLANNER, Role.SECTORAL_PLANNER}
    assert user.department is not None
    assert "eingeladen" in admin.get(answer.location).text
    other_browser.submit(link_in(mails()[-1]), {"password": PASSWORD})
    assert _user("nele@kreis.example").state.value == "active"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "chef@kreis.example"}, "email"),
        ({"email": "kein-at"}, "email"),
        ({"roles": []}, "roles"),
        ({"roles": ["gott"]}, "roles"),
        ({"name": ""}, "name"),
        ({"department": "fremd"}, "department"),
    ],
)
def test_a_refused_invitation_keeps_what_was_typed(
    admin: PortalClient, mails: Mails, change: dict[str, object], field: str
) -> None:
    fields = {"name": "Nele", "email": "nele@kreis.example", "roles": ["planner"], "department": "", "locale": "de"}
    answer = admin.submit("/konten/neu", {**fields, **change})
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    if field != "name":
        assert 'value="Nele"' in answer.text
    assert mails() == []


def test_other_roles_end_the_persons_sessions(admin: PortalClient, other_browser: PortalClient) -> None:
    user = make_user("ben@kreis.example", Role.SECTORAL_PLANNER, name="Ben")
    other_browser.sign_in("ben@kreis.example")
    page = f"/konten/{user.public_id}"
    assert admin.submit(page, _form(user, Role.SECTORAL_PLANNER, name="Ben Neu")).status_code == 302
    assert other_browser.get("/konto").status_code == 200
    assert admin.submit(page, _form(user, Role.COMMITTEE)).status_code == 302
    assert other_browser.get("/konto").status_code == 302
    assert fresh(user).role_set == {Role.COMMITTEE}


def test_nobody_drops_the_own_administration_or_locks_themselves(admin: PortalClient) -> None:
    make_user("zwei@kreis.example", Role.ADMINISTRATOR)
    me = _user("chef@kreis.example")
    page = f"/konten/{me.public_id}"
    answer = admin.submit(page, _form(me, Role.PLANNER))
    assert answer.status_code == 422
    assert "eigene Verwaltungsrolle" in answer.text
    assert admin.submit(f"{page}/sperren", page=page).status_code == 422
    assert _user("chef@kreis.example").active
    assert "Konto sperren" not in admin.get(page).text


def test_the_last_administrator_stays(app: Flask) -> None:
    last = make_user("eins@kreis.example", Role.ADMINISTRATOR)
    make_user("eingeladen@kreis.example", Role.ADMINISTRATOR, password=None, confirmed=False)
    with pytest.raises(Refusal), transaction():
        users.lock_user(last, actor=SYSTEM)
    with pytest.raises(Refusal) as refused, transaction():
        users.change_user(last, name="Eins", roles=[Role.PLANNER], department=None, actor=SYSTEM)
    assert refused.value.field == "roles"
    assert fresh(last).role_set == {Role.ADMINISTRATOR}


def test_two_administrators_cannot_remove_each_other_at_once(app: Flask) -> None:
    ids = [make_user(f"{n}@kreis.example", Role.ADMINISTRATOR).id for n in ("eins", "zwei")]

    def lock(number: int) -> str:
        with app.app_context():
            actor = Actor(user=db.session.get(User, ids[1 - number]))
            target = db.session.get(User, ids[number])
            assert target is not None
            try:
                with transaction():
                    users.lock_user(target, actor=actor)
            except Refusal:
                return "refused"
            return "locked"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lock, range(2)))
    assert sorted(outcomes) == ["locked", "refused"]


def test_locking_asks_first_and_ends_sessions(admin: PortalClient, other_browser: PortalClient) -> None:
    user = make_user("ben@verein.example", Role.PROVIDER, name="Ben")
    other_browser.sign_in("ben@verein.example")
    page = f"/konten/{user.public_id}/sperren"
    assert "1 Sitzung endet sofort" in admin.get(page).text
    assert fresh(user).active
    assert admin.submit(page).status_code == 302
    assert not fresh(user).active
    assert other_browser.get("/konto").status_code == 302
    assert other_browser.sign_in("ben@verein.example").status_code == 422
    assert admin.submit(f"/konten/{user.public_id}/entsperren", page="/konto").status_code == 302
    assert other_browser.sign_in("ben@verein.example").status_code == 302


def test_an_administrator_helps_who_lost_the_phone(
    admin: PortalClient, other_browser: PortalClient, mails: Mails
) -> None:
    user = make_user("ben@verein.example", Role.PROVIDER, name="Ben")
    give_second_factor(user)
    page = f"/konten/{user.public_id}"
    assert "Zweiten Faktor entfernen" in admin.get(page).text
    assert fresh(user).has_second_factor
    assert admin.submit(f"{page}/zweiter-faktor").status_code == 302
    assert not fresh(user).has_second_factor
    assert mails()[-1].recipient == "ben@verein.example"
    assert other_browser.sign_in("ben@verein.example").location == "/mein-bereich"


def test_nobody_takes_the_own_second_factor_away_without_password(app: Flask) -> None:
    user = make_user("eins@kreis.example", Role.ADMINISTRATOR)
    give_second_factor(user)
    with pytest.raises(NotAllowed), transaction():
        second_factor.take_away(user, actor=Actor(user=user))


def test_an_administrator_signs_somebody_out_everywhere(admin: PortalClient, other_browser: PortalClient) -> None:
    user = make_user("ben@verein.example", Role.PROVIDER, name="Ben")
    other_browser.sign_in("ben@verein.example")
    page = f"/konten/{user.public_id}"
    assert admin.submit(f"{page}/abmelden", page=page).status_code == 302
    assert other_browser.get("/konto").status_code == 302
    assert admin.get(page).status_code == 200


def test_markup_in_names_is_text(admin: PortalClient) -> None:
    user = make_user("ben@verein.example", Role.PROVIDER, name="<script>alert(1)</script>")
    for path in ("/konten", f"/konten/{user.public_id}", f"/konten/{user.public_id}/sperren"):
        page = admin.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_create_user_says_what_is_wrong(app: Flask) -> None:
    with pytest.raises(Refusal) as weak, transaction():
        services.create_user("ada@verein.example", "Ada", [Role.PROVIDER], actor=SYSTEM, password="kurz")
    assert weak.value.field == "password"
    with pytest.raises(NotAllowed), transaction():
        services.create_user("ada@verein.example", "Ada", [Role.ADMINISTRATOR], actor=Actor())
    assert db.session.scalars(select(User)).all() == []


def test_departments_are_kept_by_administrators(admin: PortalClient) -> None:
    answer = admin.submit("/fachbereiche/neu", {"name": "Jugendamt", "email": "jugend@kreis.example"})
    assert answer.location == "/fachbereiche"
    assert "Jugendamt" in admin.get("/fachbereiche").text
    again = admin.submit("/fachbereiche/neu", {"name": "Jugendamt", "email": ""})
    assert again.status_code == 422
    assert "steht schon in der Liste" in again.text
    db.session.rollback()
    department = db.session.scalars(select(Department)).one()
    page = f"/fachbereiche/{department.public_id}"
    assert admin.submit(page, {"name": "Amt für Jugend", "email": ""}).status_code == 302
    assert (fresh(department).name, department.email) == ("Amt für Jugend", None)
    admin.submit(f"{page}/archivieren", page="/fachbereiche")
    assert fresh(department).archived_at is not None
    assert "Amt für Jugend" not in admin.get("/konten/neu").text
    admin.submit(f"{page}/wieder-aufnehmen", page="/fachbereiche")
    assert fresh(department).archived_at is None


@pytest.mark.parametrize(("role", "status"), [(Role.PLANNER, 200), (Role.LEADERSHIP, 200), (Role.PROVIDER, 403)])
def test_staff_read_departments(browser: PortalClient, role: Role, status: int) -> None:
    with transaction():
        department = departments.create_department("Jugendamt", actor=SYSTEM)
    make_user("ada@kreis.example", role)
    browser.sign_in("ada@kreis.example")
    assert browser.get("/fachbereiche").status_code == status
    assert browser.get("/fachbereiche/neu").status_code == 403
    page = f"/fachbereiche/{department.public_id}"
    assert browser.get(page).status_code == 404
    assert browser.submit(f"{page}/archivieren", page="/konto").status_code == 404


def test_a_persons_archived_department_stays_in_the_form(admin: PortalClient) -> None:
    with transaction():
        department = departments.create_department("Jugendamt", actor=SYSTEM)
    user = make_user("ben@kreis.example", Role.PLANNER, name="Ben", department=department)
    with transaction():
        departments.archive_department(department, actor=SYSTEM)
    page = f"/konten/{user.public_id}"
    assert f'<option selected value="{department.public_id}">' in admin.get(page).text
    admin.submit(page, _form(user, Role.PLANNER, department=department.public_id, name="Ben Neu"))
    assert fresh(user).department_id == department.id


def test_the_summary_names_the_fields_in_the_order_of_the_page(admin: PortalClient) -> None:
    page = admin.submit("/konten/neu", {"name": "", "email": ""}).text
    summary = page[page.index("error-summary") : page.index("</ul>", page.index("error-summary"))]
    places = [summary.index(label) for label in ("Vor- und Nachname:", "E-Mail-Adresse:", "Rollen:")]
    assert places == sorted(places)

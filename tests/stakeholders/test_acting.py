"""For whom somebody acts, on every request."""

from datetime import UTC, date, datetime, timedelta
from threading import Event

import pytest
from flask import Flask
from portal_client import BASE_URL, PortalClient, make_user
from sqlalchemy import event

from portal.accounts.models import User
from portal.accounts.services.departments import create_department
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.jobs import registry, worker
from portal.jobs import services as jobs
from portal.jobs.models import Job, JobState
from portal.stakeholders import acting, queries, services
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Person, Representation

NOON = datetime(2026, 12, 3, 11, 0, tzinfo=UTC)
TODAY = date(2026, 12, 3)
CHOICE = "/handeln-fuer"
_FOR_THE_COUNTY = "<span>Sie handeln für</span> <strong>den Landkreis</strong>"


def _organisation(name: str, *, state: OrganisationState = OrganisationState.VERIFIED) -> Organisation:
    with transaction():
        return services.create_organisation(name, OrganisationKind.WELFARE_PROVIDER, actor=SYSTEM, state=state)


def _person(user: User) -> Person:
    with transaction():
        return services.person_behind(user, actor=SYSTEM)


def _represent(person: Person, organisation: Organisation, **more: object) -> Representation:
    with transaction():
        more.setdefault("valid_from", TODAY - timedelta(days=30))
        return services.represent(person, organisation, actor=SYSTEM, **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def noon(app: Flask):
    with clock.frozen(NOON):
        yield


@pytest.fixture
def ada(app: Flask) -> User:
    return make_user("ada@verein.example", Role.PROVIDER)


def _header(browser: PortalClient) -> str:
    """The top of a page; nothing while the choice comes first."""
    answer = browser.get("/konto")
    if answer.location == f"{CHOICE}?next=/konto":
        return ""
    page = answer.text
    return page[: page.index("<main")]


def test_who_represents_one_organisation_acts_for_it(browser: PortalClient, ada: User) -> None:
    _represent(_person(ada), _organisation("Blaue Laterne"))
    assert browser.sign_in("ada@verein.example").location == "/mein-bereich"
    header = _header(browser)
    assert "Sie handeln für" in header
    assert "Blaue Laterne" in header
    assert CHOICE not in header


@pytest.mark.parametrize("path", ["/impressum", "/datenschutz", "/barrierefreiheit"])
def test_legal_pages_are_read_before_the_choice(browser: PortalClient, ada: User, path: str) -> None:
    person = _person(ada)
    _represent(person, _organisation("Blaue Laterne"))
    _represent(person, _organisation("Grüne Laterne"))
    browser.sign_in("ada@verein.example")
    assert browser.get("/konto").location == f"{CHOICE}?next=/konto"
    assert browser.get(path).status_code == 200


def test_who_represents_nobody_acts_for_nobody(browser: PortalClient, ada: User) -> None:
    browser.sign_in("ada@verein.example")
    assert "Sie handeln für" not in _header(browser)


def test_who_represents_several_chooses_before_anything_else(browser: PortalClient, ada: User) -> None:
    person = _person(ada)
    _represent(person, _organisation("Blaue Laterne"))
    wolkenboot = _represent(person, _organisation("Wolkenboot"))
    browser.sign_in("ada@verein.example")
    assert "Sie handeln für" not in _header(browser)
    for path in ("/konto", "/heute"):
        assert browser.get(path).location == f"{CHOICE}?next={path}"
    page = browser.get(CHOICE).text
    assert "Blaue Laterne" in page
    assert "Wolkenboot" in page
    answer = browser.submit(f"{CHOICE}?next=/konto", {"representation": wolkenboot.public_id})
    assert answer.location == "/konto"
    header = _header(browser)
    assert "Wolkenboot" in header
    assert "Blaue Laterne" not in header
    assert CHOICE in header
    assert browser.get("/konto").status_code == 200


def test_the_choice_can_be_changed_and_is_gone_after_signing_out(browser: PortalClient, ada: User) -> None:
    person = _person(ada)
    first = _represent(person, _organisation("Blaue Laterne"))
    second = _represent(person, _organisation("Wolkenboot"))
    browser.sign_in("ada@verein.example")
    for chosen, name in ((first, "Blaue Laterne"), (second, "Wolkenboot")):
        browser.submit(CHOICE, {"representation": chosen.public_id})
        assert name in _header(browser)
    browser.submit("/abmelden", page=CHOICE)
    browser.sign_in("ada@verein.example")
    assert "Sie handeln für" not in _header(browser)


def test_a_foreign_or_invented_choice_does_not_exist(browser: PortalClient, ada: User) -> None:
    person = _person(ada)
    _represent(person, _organisation("Blaue Laterne"))
    _represent(person, _organisation("Wolkenboot"))
    foreign = _represent(_person(make_user("ben@verein.example", Role.PROVIDER)), _organisation("Silbermond"))
    over = _represent(person, _organisation("Kompassrose"), valid_to=TODAY)
    soon = _represent(person, _organisation("Papierdrachen"), valid_from=TODAY + timedelta(days=1))
    refused = _represent(person, _organisation("Zaunkönig", state=OrganisationState.REFUSED))
    browser.sign_in("ada@verein.example")
    wanted = [row.public_id for row in (foreign, over, soon, refused)] + ["niemand", "1", "../konto"]
    for choice in wanted:
        assert browser.submit(CHOICE, {"representation": choice}).status_code == 404
    assert browser.submit(CHOICE, {}).status_code == 422
    assert "Sie handeln für" not in _header(browser)


def test_a_choice_planted_in_the_cookie_is_ignored(browser: PortalClient, ada: User) -> None:
    _represent(_person(ada), _organisation("Blaue Laterne"))
    foreign = _represent(_person(make_user("ben@verein.example", Role.PROVIDER)), _organisation("Silbermond"))
    browser.sign_in("ada@verein.example")
    with browser.session_transaction(base_url=BASE_URL) as planted:
        planted["acting"] = foreign.public_id
    assert "Silbermond" not in _header(browser)
    assert browser.get("/konto").location == f"{CHOICE}?next=/konto"


def test_a_representation_that_ended_stops_at_once(browser: PortalClient, ada: User) -> None:
    row = _represent(_person(ada), _organisation("Blaue Laterne"))
    browser.sign_in("ada@verein.example")
    assert "Blaue Laterne" in _header(browser)
    with transaction():
        services.end_representation(row, actor=SYSTEM)
    assert "Blaue Laterne" not in _header(browser)


def test_what_ended_is_not_replaced_by_another_unasked(browser: PortalClient, ada: User) -> None:
    person = _person(ada)
    first = _represent(person, _organisation("Blaue Laterne"))
    second = _represent(person, _organisation("Wolkenboot"))
    browser.sign_in("ada@verein.example")
    browser.submit(CHOICE, {"representation": first.public_id})
    with transaction():
        services.end_representation(first, actor=SYSTEM)
    assert "Sie handeln für" not in _header(browser)
    assert browser.get("/konto").status_code == 302
    browser.submit(CHOICE, {"representation": second.public_id})
    assert "Wolkenboot" in _header(browser)


def test_a_representation_begins_and_ends_with_the_local_day(browser: PortalClient, ada: User) -> None:
    _represent(_person(ada), _organisation("Blaue Laterne"), valid_from=TODAY, valid_to=TODAY + timedelta(days=1))
    before = datetime(2026, 12, 2, 22, 59, tzinfo=UTC)
    for moment, acts in (
        (before, False),
        (before + timedelta(minutes=2), True),
        (before + timedelta(days=1), True),
        (before + timedelta(days=1, minutes=2), False),
    ):
        with clock.frozen(moment):
            browser.sign_in("ada@verein.example")
            assert ("Blaue Laterne" in _header(browser)) is acts
            browser.submit("/abmelden", page="/konto")


def test_a_refused_organisation_has_no_voice(browser: PortalClient, ada: User) -> None:
    organisation = _organisation("Blaue Laterne")
    _represent(_person(ada), organisation)
    browser.sign_in("ada@verein.example")
    with transaction():
        organisation.state = OrganisationState.REFUSED
    assert "Blaue Laterne" not in _header(browser)
    assert queries.refused_of(Actor(user=ada)) == [organisation]


def test_staff_act_for_the_county_unless_they_say_otherwise(browser: PortalClient) -> None:
    user = make_user("plan@kreis.example", Role.PLANNER)
    row = _represent(_person(user), _organisation("Sportverein"))
    browser.sign_in("plan@kreis.example")
    assert _FOR_THE_COUNTY in _header(browser)
    assert browser.get("/konto").status_code == 200
    assert "Landkreis (meine Arbeit im Kreishaus)" in browser.get(CHOICE).text
    browser.submit(CHOICE, {"representation": row.public_id})
    assert "Sportverein" in _header(browser)
    assert _FOR_THE_COUNTY not in _header(browser)
    browser.submit(CHOICE, {"representation": acting.NOBODY})
    assert _FOR_THE_COUNTY in _header(browser)


def test_the_working_area_says_for_which_department_staff_act(browser: PortalClient) -> None:
    with transaction():
        unit = create_department("Jugendhilfeplanung", actor=SYSTEM)
    make_user("jugend@kreis.example", Role.SECTORAL_PLANNER, department=unit)
    browser.sign_in("jugend@kreis.example")
    header = _header(browser)
    assert "<span>Sie handeln für</span> <strong>Jugendhilfeplanung</strong>" in header
    assert "Wechseln" not in header


def test_their_own_department_is_no_choice_for_staff(browser: PortalClient) -> None:
    user = make_user("plan@kreis.example", Role.PLANNER)
    with transaction():
        department = services.create_organisation(
            "Landkreis, Sozialplanung", OrganisationKind.COUNTY_DEPARTMENT, actor=SYSTEM,
            state=OrganisationState.VERIFIED,
        )  # fmt: skip
    own = _represent(_person(user), department)
    browser.sign_in("plan@kreis.example")
    header = _header(browser)
    assert _FOR_THE_COUNTY in header  # nothing to choose: staff are the county
    assert "Wechseln" not in header
    club = _represent(_person(user), _organisation("Sportverein"))
    assert _FOR_THE_COUNTY in _header(browser)
    page = browser.get(CHOICE).text
    assert club.public_id in page
    assert own.public_id not in page
    assert "Landkreis, Sozialplanung" not in page
    assert browser.submit(CHOICE, {"representation": own.public_id}).status_code == 404


def test_who_acts_is_one_query(app: Flask, ada: User) -> None:
    person = _person(ada)
    for name in ("Blaue Laterne", "Wolkenboot", "Silbermond"):
        _represent(person, _organisation(name))
    statements: list[str] = []
    with app.test_request_context("/", base_url=BASE_URL):
        assert ada.role_set == {Role.PROVIDER}
        event.listen(db.engine, "before_cursor_execute", lambda _c, _k, sql, *_rest: statements.append(sql))
        actor = acting.actor_for(ada)
        assert actor.representation is None
        assert actor.may_switch
        assert [option.label for option in acting.options()] == ["Blaue Laterne", "Silbermond", "Wolkenboot"]
    assert len(statements) == 1


def test_strangers_choose_nothing(browser: PortalClient) -> None:
    assert browser.get(CHOICE).location == f"/anmelden?next={CHOICE}"
    assert browser.submit(CHOICE, {"representation": "x"}, page="/anmelden").status_code == 403


def test_the_way_back_from_the_choice_never_leads_elsewhere(browser: PortalClient, ada: User) -> None:
    person = _person(ada)
    row = _represent(person, _organisation("Blaue Laterne"))
    _represent(person, _organisation("Wolkenboot"))
    browser.sign_in("ada@verein.example")
    answer = browser.submit(f"{CHOICE}?next=https://boese.example", {"representation": row.public_id})
    assert answer.location == "/mein-bereich"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"valid_from": TODAY, "valid_to": TODAY}, "valid_to"),
        ({"valid_from": TODAY - timedelta(days=5)}, "organisation"),
        ({"valid_from": TODAY - timedelta(days=90), "valid_to": TODAY - timedelta(days=29)}, "organisation"),
    ],
)
def test_representations_are_refused_with_reason(app: Flask, ada: User, more: dict[str, date], field: str) -> None:
    person, organisation = _person(ada), _organisation("Blaue Laterne")
    _represent(person, organisation)
    with pytest.raises(Refusal) as refused:
        _represent(person, organisation, **more)
    assert refused.value.field == field
    earlier = _represent(
        person, organisation, valid_from=TODAY - timedelta(days=90), valid_to=TODAY - timedelta(days=30)
    )
    assert earlier.id


def test_nobody_is_the_own_deputy(app: Flask, ada: User) -> None:
    person = _person(ada)
    with pytest.raises(Refusal) as refused:
        _represent(person, _organisation("Blaue Laterne"), deputy_of=person)
    assert refused.value.field == "deputy_of"


def test_one_that_began_today_is_taken_back(app: Flask, ada: User) -> None:
    row = _represent(_person(ada), _organisation("Blaue Laterne"), valid_from=TODAY)
    row_id = row.id
    with transaction():
        services.end_representation(row, actor=SYSTEM)
    assert db.session.get(Representation, row_id) is None


def _works_as(app: Flask, actor: Actor, monkeypatch: pytest.MonkeyPatch) -> Job:
    """What came of a job asked for by this actor: the organisation it ran for, or why it failed."""
    monkeypatch.setattr(registry, "_kinds", {kind: known for kind, known in registry._kinds.items() if kind != "test"})
    registry.register("test", lambda context: {"for": context.actor.acting_for}, label="Probe")
    with transaction():
        job = jobs.enqueue("test", actor=actor)
    assert worker._job_step(app, "w1", Event())
    db.session.rollback()
    db.session.refresh(job)
    return job


def test_a_job_runs_for_the_organisation_it_was_asked_for(
    app: Flask, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = _person(ada)
    _represent(person, _organisation("Blaue Laterne"))
    wolkenboot = _represent(person, _organisation("Wolkenboot"))
    assert _works_as(app, Actor(user=ada), monkeypatch).result == {"for": None}
    assert _works_as(app, Actor(user=ada, representation=wolkenboot), monkeypatch).result == {"for": "Wolkenboot"}


@pytest.mark.parametrize("ended", ["representation", "organisation"])
def test_a_job_asked_for_by_a_representation_that_ended_fails_plainly(
    app: Flask, ada: User, monkeypatch: pytest.MonkeyPatch, ended: str
) -> None:
    lantern = _organisation("Blaue Laterne")
    representation = _represent(_person(ada), lantern)
    actor = Actor(user=ada, representation=representation)
    with transaction():
        if ended == "organisation":
            lantern.state = OrganisationState.REFUSED
        else:
            services.end_representation(representation, actor=SYSTEM)
    job = _works_as(app, actor, monkeypatch)
    assert job.state is JobState.FAILED
    assert job.attempts == 1
    assert "handelt nicht mehr für die Organisation" in str(job.error)


def test_a_locked_persons_job_acts_for_nobody(app: Flask, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    representation = _represent(_person(ada), _organisation("Blaue Laterne"))
    with transaction():
        ada.active = False
    assert _works_as(app, Actor(user=ada, representation=representation), monkeypatch).result == {"for": None}

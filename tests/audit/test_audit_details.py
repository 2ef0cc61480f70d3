"""Entries name what they speak of and say in words what happened; stored are ids and keys alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from portal_client import make_user
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.accounts.services import departments, users
from portal.areas.models import Area, AreaKind
from portal.audit import naming, queries
from portal.audit import services as audit
from portal.audit.models import AuditEntry
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.planning.models import Topic
from portal.settings import services as settings
from portal.stakeholders import colleagues
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Organisation, OrganisationKind, Person

Rows = Callable[[str], list[queries.Change]]


@pytest.fixture
def administrator(app: Flask) -> User:
    return make_user("admin@kreis.example", Role.ADMINISTRATOR, name="Änne Öztürk")


@pytest.fixture
def rows(administrator: User) -> Rows:
    """The entries of one action, newest first, as the administrator sees them."""

    def find(action: str) -> list[queries.Change]:
        return queries.changes(Actor(administrator), {"vorgang": action}, path="/aenderungen").rows

    return find


def represented(name: str = "Blaue Laterne", person: str = "Ada Muster") -> tuple[Person, Organisation]:
    with transaction():
        organisation = stakeholders.create_organisation(name, OrganisationKind.INITIATIVE, actor=SYSTEM)
        somebody = stakeholders.create_person(person, actor=SYSTEM)
        stakeholders.represent(somebody, organisation, actor=SYSTEM)
    return somebody, organisation


@contextmanager
def counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_a_representation_is_named_by_person_and_organisation(rows: Rows) -> None:
    represented()
    (row,) = rows("stakeholders.representation_begun")
    assert (str(row.subject), row.name) == ("Vertretung", "Ada Muster für Blaue Laterne")
    assert row.details == []  # the name says it
    (created,) = rows("stakeholders.organisation_created")
    assert created.name == "Blaue Laterne"
    assert created.details == [("Art", "Initiative")]


def test_topics_of_an_organisation_are_named_in_words(rows: Rows) -> None:
    _person, organisation = represented()
    topics = [Topic(key=key, name=key, position=n) for n, key in enumerate(("sport", "health"))]
    area = Area(kind=AreaKind.COUNTY, key="08999", name="Kreis", official_name="Kreis", slug="kreis", is_own=True)
    with transaction():
        db.session.add_all([*topics, area])
    for chosen in (topics, []):
        with transaction():
            colleagues.edit(
                organisation,
                name=organisation.name,
                umbrella=None,
                address=colleagues.PostalAddress("", None, ""),
                areas=[area],
                topics=chosen,
                actor=SYSTEM,
            )
    none, both = (dict(row.details)["Themen"] for row in rows("stakeholders.organisation_changed"))
    assert both == "Gesundheit, Sport"
    assert none == "keine"


def test_what_is_gone_is_said_to_be_gone(rows: Rows) -> None:
    person, _organisation = represented()
    with transaction():
        for row in stakeholders.queries.representatives(_organisation):
            stakeholders.end_representation(row, actor=SYSTEM)
        db.session.delete(db.session.get_one(Person, person.id))
    (row,) = rows("stakeholders.representation_begun")
    assert row.name is None
    assert row.details == [("Person", "nicht mehr vorhanden"), ("Organisation", "Blaue Laterne")]


def test_nothing_personal_is_stored(app: Flask) -> None:
    represented()
    user = make_user("ben@kreis.example", Role.PLANNER, name="Ben Beispiel")
    with transaction():
        users.change_user(user, name="Bea Beispiel", roles=[Role.LEADERSHIP], department=None, actor=SYSTEM)
    stored = str([entry.details for entry in db.session.scalars(select(AuditEntry))])
    for personal in ("Ada", "Laterne", "Ben", "Bea", "@"):
        assert personal not in stored


def test_changed_values_say_from_what_to_what(rows: Rows) -> None:
    user = make_user("ben@kreis.example", Role.PLANNER, name="Ben Beispiel")
    with transaction():
        old = departments.create_department("Jugendamt", actor=SYSTEM)
        new = departments.create_department("Sozialamt", actor=SYSTEM)
    for department in (old, new):
        with transaction():
            users.change_user(
                user, name="Bea Beispiel", roles=[Role.LEADERSHIP], department=department, actor=SYSTEM
            )  # fmt: skip
    latest, first = rows("accounts.user_changed")
    assert first.details == [
        ("geändert", "Name"),
        ("Fachbereich", "keiner → Jugendamt"),
        ("Rollen dazu", "Leitung"),
        ("Rollen entfernt", "Sozialplanung"),
    ]
    assert latest.details == [("Fachbereich", "Jugendamt → Sozialamt")]
    assert latest.name == "Bea Beispiel"


def test_a_setting_says_what_it_was_and_is(rows: Rows) -> None:
    with transaction():
        settings.put("figures.minimum_coverage", 75, actor=SYSTEM)
    (row,) = rows("settings.changed")
    assert row.name == "Mindestens abgedeckte Bevölkerung"
    assert row.details == [("Wert", "80\u00a0% → 75\u00a0%")]


def test_unknown_keys_of_features_that_are_gone_stay_readable(rows: Rows) -> None:
    with transaction():
        audit.record(
            "job.retried", subject="gone_table", actor=SYSTEM, details={"x": [1, 2], "y": {"old": 1, "new": 2}}
        )
    (row,) = rows("job.retried")
    assert row.details == [("x", "1, 2"), ("y", "1 → 2")]


def test_more_entries_need_no_more_queries(rows: Rows) -> None:
    represented()
    db.session.rollback()
    with counted() as few:
        rows("stakeholders.representation_begun")
    for number in range(20):
        represented(f"Verein {number}", f"Person {number}")
    db.session.rollback()
    with counted() as many:
        assert len(rows("stakeholders.representation_begun")) == 21
    assert len(many) == len(few)


def test_a_reader_without_the_right_sees_no_names(app: Flask) -> None:
    person, organisation = represented()
    provider = Actor(make_user("p@verein.example", Role.PROVIDER))
    assert naming.names("person", {person.id}, actor=provider) == {}
    assert naming.names("representation", {1, 2, 3}, actor=provider) == {}
    assert naming.names("no_such_table", {organisation.id}, actor=provider) == {}

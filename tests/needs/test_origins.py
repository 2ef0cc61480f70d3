"""A need in released minutes becomes a statement: its origin stays, and each organisation makes one of it."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask
from portal_client import BASE_URL, PortalClient, fresh
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from town import NOON, Town

from portal.conferences.models import Conference, ConferenceKind
from portal.core.database import db, new_public_id
from portal.core.errors import NotAllowed, NotFound, Refusal
from portal.core.transaction import transaction
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesState, MinutesVersion
from portal.needs import drafts, queries
from portal.needs.models import Intake, NeedsStatement, StatementKind
from portal.needs.origins import entry_actions
from portal.planning.models import Phase, PlanningPeriod
from portal.stakeholders.models import Person

STEM = "bbbbbbbbbbbb"


@pytest.fixture
def version(town: Town) -> MinutesVersion:
    """Released minutes with a need and a note."""
    with transaction():
        people = {person.name: person for person in db.session.scalars(select(Person))}
        event = Conference(
            title="Konferenz",
            kind=ConferenceKind.PLANNING_AREA_CONFERENCE,
            phase=Phase.NEEDS_ASSESSMENT,
            period=db.session.scalars(select(PlanningPeriod)).one(),
            starts_at=datetime.fromisoformat("2026-11-20T17:00"),
            ends_at=datetime.fromisoformat("2026-11-20T20:00"),
            uid=new_public_id(),
            areas=[town.nord],
        )
        minutes = Minutes(conference=event)
        made = MinutesVersion(
            minutes=minutes, state=MinutesState.SUBMITTED, written_by=people["Anke Amsel"], submitted_at=NOON
        )  # fmt: skip
        made.entries = [
            MinutesEntry(kind=EntryKind.NEED, stem=STEM, text="Abends fahren kaum Busse. Das trifft Jugendliche.",
                         topics=[town.mobility], raised_by=[town.bus]),
            MinutesEntry(kind=EntryKind.NOTE, stem="cccccccccccc", text="Nur notiert.", due_on=date(2026, 12, 1)),
        ]  # fmt: skip
        db.session.add_all([event, minutes, made])
        release(made, people["Emil Erle"])
    return made


def release(version: MinutesVersion, cosigner: Person) -> None:
    db.session.flush()
    version.state, version.cosigned_by, version.released_at = MinutesState.RELEASED, cosigner, NOON
    db.session.flush()


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    with app.test_request_context("/", base_url=BASE_URL):
        yield


def need(version: MinutesVersion) -> MinutesEntry:
    return next(entry for entry in version.entries if entry.kind is EntryKind.NEED)


def test_a_draft_says_who_sees_it(town: Town, version: MinutesVersion, browser: PortalClient) -> None:
    planner, driver = town.planner, town.driver
    with transaction():
        of_minutes = drafts.from_entry(need(version), town.bus, "Bus", actor=planner)
        own = drafts.begin(town.bus, StatementKind.NEED, "Selbst begonnen", actor=driver)
    browser.sign_in("ginster@buerger-bus.example")
    page = browser.get(f"/bedarfe/{fresh(of_minutes).public_id}").text
    assert "sehen ihn nur Ihre Organisation und die Sozialplanung, die ihn begonnen hat" in page
    assert "Nur Ihre Organisation sieht ihn" not in page
    assert "Nur Ihre Organisation sieht ihn" in browser.get(f"/bedarfe/{fresh(own).public_id}").text


def test_an_entry_becomes_one_statement_per_organisation(town: Town, version: MinutesVersion) -> None:
    planner, driver, entry = town.planner, town.driver, need(version)
    with pytest.raises(NotAllowed), transaction():
        drafts.from_entry(entry, town.bus, "Bus", actor=driver)
    with transaction():
        statement = drafts.from_entry(entry, town.bus, "Bus", actor=planner)
    assert fresh(statement).intake is Intake.MINUTES
    assert statement.origin_entry is entry
    assert statement.reason == entry.text
    assert [topic.key for topic in statement.topics] == ["mobility_infrastructure"]
    assert [area.name for area in statement.areas] == ["Nord"]
    with pytest.raises(Refusal) as refused, transaction():
        drafts.from_entry(entry, town.bus, "Noch einmal", actor=planner)
    assert refused.value.field == "organisation"
    with transaction():
        drafts.from_entry(entry, town.kirche, "Auch die Kirche", actor=planner)
    with pytest.raises(IntegrityError), transaction():
        other = db.session.scalars(select(NeedsStatement).where(NeedsStatement.title == "Auch die Kirche")).one()
        other.organisation = statement.organisation
        db.session.flush()


def test_a_correction_of_the_minutes_is_the_same_entry(town: Town, version: MinutesVersion) -> None:
    planner = town.planner
    with transaction():
        drafts.from_entry(need(version), town.bus, "Bus", actor=planner)
        corrected = MinutesVersion(
            minutes=version.minutes, number=2, correction_reason="Name", written_by=version.written_by
        )  # fmt: skip
        corrected.entries = [MinutesEntry(kind=EntryKind.NEED, stem=STEM, text="Berichtigt.")]
        db.session.add(corrected)
        release(corrected, version.cosigned_by)
    with pytest.raises(Refusal), transaction():
        drafts.from_entry(need(corrected), town.bus, "Bus", actor=planner)


@pytest.mark.usefixtures("request_context")
def test_only_needs_and_resources_of_released_minutes_are_offered(town: Town, version: MinutesVersion) -> None:
    planner, deacon = town.planner, town.deacon
    offered = entry_actions(version.entries, actor=planner)
    assert [[action.is_offer for action in actions] for actions in offered.values()] == [[True]]
    assert entry_actions(version.entries, actor=deacon) == {}
    with transaction():
        statement = drafts.from_entry(need(version), town.bus, "Bus", actor=planner)
    (made, offer) = entry_actions(version.entries, actor=town.planner)[STEM]
    assert made.url.endswith(statement.public_id)
    assert offer.is_offer
    assert entry_actions(version.entries, actor=town.deacon) == {}  # another organisation's draft
    with transaction():
        draft = MinutesVersion(
            minutes=version.minutes, number=2, correction_reason="Name", written_by=version.written_by
        )
        draft.entries = [MinutesEntry(kind=EntryKind.NEED, stem=STEM, text="Berichtigt.")]
        db.session.add(draft)
    with pytest.raises(NotFound):
        queries.entry_to_take_over(town.planner, need(draft).public_id)


def test_the_office_makes_it_on_the_page(browser: PortalClient, town: Town, version: MinutesVersion) -> None:
    entry = need(version)
    path = f"/bedarfe/aus-protokoll/{entry.public_id}"
    browser.sign_in("amsel@kreis.example")
    page = browser.get(path).text
    assert 'value="Abends fahren kaum Busse"' in page
    assert page.index("Bürgerbus") < page.index("Rathaus")
    assert browser.submit(path, {"title": "Bus"}).status_code == 422
    answer = browser.submit(path, {"title": "Bus", "organisation": town.bus.public_id})
    db.session.rollback()
    statement = db.session.scalars(select(NeedsStatement)).one()
    assert answer.location == f"/bedarfe/{statement.public_id}/worum"
    assert "Protokoll der Veranstaltung" in browser.get(f"/bedarfe/{statement.public_id}").text
    assert "Daraus gibt es schon" in browser.get(path).text
    assert browser.submit(path, {"title": "Bus", "organisation": town.bus.public_id}).status_code == 422

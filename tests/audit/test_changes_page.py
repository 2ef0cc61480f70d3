"""The page of changes: filters, search, file, and the database that keeps what was recorded."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from portal_client import QUICK_HASHES, PortalClient, make_user
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from portal.accounts import policy
from portal.accounts.models import User
from portal.audit import naming, queries
from portal.audit import services as audit
from portal.audit.models import AuditEntry
from portal.config import Config
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.tables import Listing
from portal.core.transaction import transaction
from portal.settings import services as settings

PATH = "/aenderungen"
AT = datetime(2026, 11, 18, 11, 30, tzinfo=UTC)
Look = Callable[..., Listing[queries.Change]]


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, extra={**config.extra, **QUICK_HASHES})


@pytest.fixture
def administrator(app: Flask) -> User:
    """Somebody who may see the page; their own creation is not among the entries."""
    app.test_client_class = PortalClient
    with transaction():
        settings.put(policy.SECOND_FACTOR_REQUIRED, False, actor=SYSTEM)
    return make_user("admin@kreis.example", Role.ADMINISTRATOR, name="Änne Öztürk")


@pytest.fixture
def browser(app: Flask, administrator: User) -> PortalClient:
    client = app.test_client()
    assert isinstance(client, PortalClient)
    assert client.sign_in(administrator.email).status_code == 302
    return client


@pytest.fixture
def look(administrator: User) -> Look:
    """The entries that arguments of the address leave."""

    def find(**arguments: str) -> Listing[queries.Change]:
        return queries.changes(Actor(administrator), arguments, path=PATH)

    return find


def record(action: str, *, actor: Actor = SYSTEM, at: datetime = AT, **details: object) -> None:
    with clock.frozen(at), transaction():
        audit.record(action, subject="setting_change", actor=actor, details=details)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_see_it(app: Flask, administrator: User, role: Role) -> None:
    person = make_user("somebody@kreis.example", role)
    with pytest.raises(NotAllowed):
        queries.changes(Actor(person), {}, path=PATH)


def test_things_are_named_and_lead_to_their_page(administrator: User, browser: PortalClient) -> None:
    with clock.frozen(AT), transaction():
        audit.record("accounts.user_changed", subject=administrator, actor=SYSTEM)
    page = browser.get(PATH).text
    assert f'<a href="/konten/{administrator.public_id}">Änne Öztürk</a>' in page
    assert "18.11.2026, 12:30:00" in page


def test_entries_speak_in_words_and_names(administrator: User, browser: PortalClient) -> None:
    record("settings.changed", actor=Actor(administrator), key="site.claim")
    page = browser.get(PATH).text
    assert "Einstellung geändert" in page
    assert "Änne Öztürk" in page
    assert "Zeile unter dem Namen" in page  # what the key means
    assert "site.claim" not in page
    assert "18.11.2026, 12:30" in page
    assert "settings.changed</td>" not in page


def test_an_erased_account_keeps_its_entries(administrator: User, look: Look) -> None:
    person = make_user("gone@kreis.example", Role.PROVIDER, name="Gabi Gegangen")
    record("job.retried", actor=Actor(person))
    with transaction():
        db.session.delete(db.session.get_one(User, person.id))
    assert [row.who for row in look(vorgang="job.retried").rows] == ["Konto gelöscht"]


def test_filters_narrow_and_unknown_values_are_ignored(administrator: User, look: Look) -> None:
    everything = look().count
    record("job.retried", actor=ANONYMOUS)
    record("settings.changed", actor=Actor(administrator), key="x")
    assert look(vorgang="job.retried").count == 1
    assert look(person="anonymous", vorgang="job.retried").count == 1
    assert look(person="system", vorgang="job.retried").count == 0
    assert {row.who for row in look(person=administrator.public_id).rows} == {"Änne Öztürk"}
    assert look(person="AAAAAAAAAAAA").count == everything + 2
    assert look(art="setting_change").count >= 2
    assert look(vorgang="'; DROP TABLE audit_entry").count == everything + 2


@pytest.mark.parametrize(
    ("word", "found"),
    [("öztürk", 1), ("OZTURK", 1), ("auftrag", 1), ("erneut ozturk", 1), ("site.claim", 1), ("100%", 0), ("_", 1)],
)
def test_search_looks_in_names_words_and_details(administrator: User, look: Look, word: str, found: int) -> None:
    record("job.retried", actor=Actor(administrator), key="site.claim", some_key=1)
    hits = [row for row in look(suche=word).rows if str(row.action) == "Auftrag erneut gestartet"]
    assert len(hits) == found


def _change_roles(administrator: User) -> None:
    nina = make_user("nina@verein.example", Role.PROVIDER, name="Nina Müller")
    with clock.frozen(AT), transaction():
        audit.record(
            "accounts.user_changed",
            subject=nina,
            actor=Actor(administrator),
            details={"added": [Role.LEADERSHIP.value]},
        )


@pytest.mark.parametrize("word", ["Rollen dazu", "leitung", "rollen LEITUNG nina"])
def test_search_finds_the_words_that_are_shown_under_details(administrator: User, look: Look, word: str) -> None:
    _change_roles(administrator)
    record("job.retried", actor=Actor(administrator), key="x")
    assert [row.name for row in look(suche=word).rows if str(row.action) == "Konto geändert"] == ["Nina Müller"]
    assert "Rollen dazu" in dict(look(suche=word).rows[0].details)
    assert look(suche=f"{word} gibtesnicht").count == 0


def test_words_of_details_are_read_up_to_a_limit_within_the_filters(
    administrator: User, browser: PortalClient, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    _change_roles(administrator)
    for number in range(4):
        record("job.retried", actor=Actor(administrator), n=number)
    assert "neuesten" not in browser.get(PATH).text
    monkeypatch.setattr(queries, "SEARCHED_IN_DETAILS", 3)
    assert look(suche="leitung").count == 0
    assert look(suche="leitung", vorgang="accounts.user_changed").count == 1
    assert "Angaben der neuesten 3 Einträge" in browser.get(PATH).text


@pytest.mark.parametrize("word", ["nina", "MÜLLER", "nina gesperrt", "konto nina"])
def test_search_finds_what_was_done_to_somebody(administrator: User, look: Look, word: str) -> None:
    nina = make_user("nina@verein.example", Role.PROVIDER, name="Nina Müller")
    other = make_user("ole@verein.example", Role.PROVIDER, name="Ole Sander")
    for person in (nina, other):
        with clock.frozen(AT), transaction():
            audit.record("accounts.user_locked", subject=person, actor=Actor(administrator))
    hits = [row for row in look(suche=word).rows if str(row.action) == "Konto gesperrt"]
    assert [row.name for row in hits] == ["Nina Müller"]


def test_search_finds_nothing_by_a_name_the_reader_may_not_see(
    administrator: User, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    nina = make_user("nina@verein.example", Role.PROVIDER, name="Nina Müller")
    with clock.frozen(AT), transaction():
        audit.record("accounts.user_locked", subject=nina, actor=Actor(administrator))
    assert look(suche="nina").count >= 1
    monkeypatch.setitem(naming.namings, "user_account", lambda ids, *, actor: {})
    assert look(suche="nina").count == 0


def test_search_asks_once_per_type_and_knows_a_bounded_number_by_name(
    administrator: User, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [make_user(f"p{number}@verein.example", Role.PROVIDER, name=f"Nina {number}") for number in range(4)]
    with clock.frozen(AT), transaction():
        for person in people:
            audit.record("accounts.user_locked", subject=person, actor=Actor(administrator))
    asked: list[int] = []
    real = naming.namings["user_account"]

    def counted(ids: Collection[int], *, actor: Actor) -> Mapping[int, naming.Name]:
        asked.append(len(ids))
        return real(ids, actor=actor)

    monkeypatch.setitem(naming.namings, "user_account", counted)
    monkeypatch.setattr(queries, "SEARCHED_BY_NAME", 2)
    hits = look(suche="nina", vorgang="accounts.user_locked").rows
    assert sorted(str(row.name) for row in hits) == ["Nina 2", "Nina 3"]
    assert len(asked) == 4  # who acted, who is called so, whom the details name, and who is shown
    assert asked[1] == 2


def test_periods_are_days_of_the_county(look: Look) -> None:
    """A change at 00:30 in Berlin belongs to that day, though in UTC it is still the day before."""
    record("job.retried", at=datetime(2026, 11, 17, 23, 30, tzinfo=UTC))
    record("job.retried", at=datetime(2026, 11, 17, 22, 30, tzinfo=UTC))
    record("job.retried", at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC))
    record("job.retried", at=datetime(2025, 12, 31, 22, 30, tzinfo=UTC))
    with clock.frozen(AT):
        assert look(vorgang="job.retried", zeitraum="heute").count == 1
        assert look(vorgang="job.retried", zeitraum="7").count == 2
        assert look(vorgang="job.retried", zeitraum="2026").count == 3
        assert look(vorgang="job.retried", zeitraum="2025").count == 1


def test_newest_first_and_pages(administrator: User, look: Look) -> None:
    for number in range(60):
        record("job.retried", at=AT.replace(minute=number % 60), n=number)
    first, second = look(vorgang="job.retried"), look(vorgang="job.retried", seite="2")
    assert (first.count, first.pages, len(first.rows), len(second.rows)) == (60, 2, 50, 10)
    numbers = [int(row.details[0][1]) for row in [*first.rows, *second.rows]]
    assert numbers == list(range(59, -1, -1))


def test_the_file_holds_the_whole_selection(administrator: User, browser: PortalClient) -> None:
    for number in range(55):
        record("job.retried", at=AT, n=number, formula="=1+1")
    answer = browser.get(f"{PATH}?vorgang=job.retried&format=csv&seite=2")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Zeitpunkt;Wer;Für;Vorgang;Woran;Name;Angaben"
    assert len([line for line in lines if "Auftrag erneut gestartet" in line]) == 55
    assert "Stand:" in lines[-1]


def test_names_are_asked_for_together_whatever_the_number_of_entries(
    administrator: User, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    def count(ids: object, *, actor: Actor) -> dict[int, naming.Name]:
        nonlocal asked
        asked += 1
        return {}

    for number in range(40):
        record("job.retried", actor=Actor(administrator), n=number)
    monkeypatch.setitem(naming.namings, "user_account", count)
    look()
    assert asked == 2  # once for those who acted, once for the accounts that something was done to


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_what_was_recorded(app: Flask, statement: str) -> None:
    record("job.retried")
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text(statement))
    assert db.session.query(AuditEntry).count() == 1


def test_truncating_is_refused_too(app: Flask) -> None:
    if db.engine.dialect.name != "postgresql":
        assert db.engine.dialect.name == "sqlite"  # which knows no TRUNCATE
        return
    record("job.retried")
    with pytest.raises(DatabaseError, match="append-only"), transaction():
        db.session.execute(text("TRUNCATE audit_entry"))

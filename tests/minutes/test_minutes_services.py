"""Minutes are written, co-signed by somebody else, frozen, and corrected by the next version."""

from datetime import date, timedelta

import pytest
from meetings import Meeting
from portal_client import fresh
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.conferences.models import ConferenceState
from portal.core import clock
from portal.core.actor import ANONYMOUS, Actor, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.minutes import permissions, queries, task_queries
from portal.minutes.frozen import Frozen
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesState, MinutesStep, TaskDone
from portal.minutes.services import entries, tasks, versions
from portal.minutes.voices import voices


def refused(field: str | None, call: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refusal) as caught, transaction():
        call(*args, **kwargs)  # type: ignore[operator]
    assert caught.value.field == field
    return str(caught.value)


def test_the_whole_way_of_a_version(held: Meeting) -> None:
    minutes = held.begun()
    held.write(minutes, held.note(), held.need(), held.task())
    version = held.release(minutes)
    assert version.state is MinutesState.RELEASED
    assert version.cosigned_by is not None
    assert version.cosigned_by.name == "Leo Leitung"
    steps = db.session.scalars(select(MinutesStep.new_state).order_by(MinutesStep.id)).all()
    assert steps == [MinutesState.DRAFT, MinutesState.SUBMITTED, MinutesState.RELEASED]
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"minutes.begun", "minutes.entry_added", "minutes.submitted", "minutes.released"} <= actions


def test_the_latest_minutes_are_those_the_reader_may_open(held: Meeting) -> None:
    minutes = held.released()
    assert queries.released_lately(ANONYMOUS, limit=2) == []
    with transaction():
        versions.set_public(minutes, True, actor=held.planner)
    (found,) = queries.released_lately(ANONYMOUS, limit=2)
    assert (found.public_id, found.number) == (minutes.public_id, 1)
    assert found.released_at == minutes.versions[-1].released_at
    assert queries.released_lately(ANONYMOUS, limit=0) == []


def test_begun_twice_they_are_the_same(held: Meeting) -> None:
    assert held.begun().id == held.begun().id
    assert db.session.scalar(select(func.count()).select_from(Minutes)) == 1


@pytest.mark.parametrize("state", [ConferenceState.DRAFT, ConferenceState.CANCELLED])
def test_only_planned_and_held_events_have_minutes(held: Meeting, state: ConferenceState) -> None:
    with transaction():
        held.conference.state = state
        held.conference.cancelled_reason = "Krankheit"
    assert refused(None, versions.begin, held.conference, actor=held.planner) == versions.not_yet(held.conference)


def test_minutes_begin_with_the_event_and_not_before(held: Meeting) -> None:
    with transaction():
        held.conference.state = ConferenceState.PLANNED
    with clock.frozen(held.conference.begins - timedelta(minutes=1)):
        assert not permissions.may_begin(held.planner, held.conference)
        assert "Vorher lässt sich kein Protokoll" in refused(None, versions.begin, held.conference, actor=held.planner)
    with clock.frozen(held.conference.begins):
        assert permissions.may_begin(held.planner, held.conference)
        assert not permissions.may_begin(held.leadership, held.conference)
        held.begun()


def test_empty_minutes_and_those_of_tomorrow_are_not_handed_in(held: Meeting) -> None:
    minutes = held.begun()
    assert "leeres Protokoll" in refused(None, versions.submit, minutes.versions[0], actor=held.planner)
    held.write(minutes, held.note())
    with transaction():
        held.conference.starts_at += timedelta(days=30)
        held.conference.ends_at += timedelta(days=30)
    assert "noch nicht" in refused(None, versions.submit, minutes.versions[0], actor=held.planner)


def test_entries_are_checked_at_their_field(held: Meeting) -> None:
    minutes = held.begun()
    version = minutes.versions[0]
    planner, add = held.planner, entries.add
    refused("text", add, version, held.note("  \n "), actor=planner)
    refused("text", add, version, held.note("x" * 5_000_000), actor=planner)
    refused("owner", add, version, held.note(kind=EntryKind.TASK, due_on=date(2026, 12, 1)), actor=planner)
    refused("due_on", add, version, held.note(kind=EntryKind.TASK, owner=held.people["planner"]), actor=planner)
    refused("due_on", add, version, held.task(due_on=date(2026, 11, 9)), actor=planner)
    refused("kind", add, version, held.note(due_on=date(2026, 12, 1)), actor=planner)
    refused("raised_by", add, version, held.note(raised_by=[held.absent]), actor=planner)
    refused("raised_by", add, version, held.note(raised_by=[held.stranger]), actor=planner)
    assert queries.entries_of(version) == []


def test_entries_keep_the_order_of_the_agenda_and_move_within_an_item(held: Meeting) -> None:
    minutes = held.begun()
    second = held.conference.agenda[1]
    made = held.write(
        minutes, held.note("A"), held.note("Z", agenda_item=second), held.note("B"), held.note("ohne", agenda_item=None)
    )

    def order() -> list[str]:
        return [entry.text for entry in queries.entries_of(minutes.versions[0])]

    assert order() == ["A", "B", "Z", "ohne"]
    with transaction():
        entries.move(made[2], up=True, actor=held.planner)
    assert order() == ["B", "A", "Z", "ohne"]
    with transaction():
        entries.move(made[2], up=True, actor=held.planner)  # at the edge nothing happens
        entries.move(made[1], up=True, actor=held.planner)
    assert order() == ["B", "A", "Z", "ohne"]
    with transaction():
        entries.delete(made[0], actor=held.planner)
    assert order() == ["B", "Z", "ohne"]


def test_two_people_at_one_entry(held: Meeting) -> None:
    minutes = held.begun()
    entry = held.write(minutes, held.note("alt"))[0]
    read_as = entry.edition
    with transaction():
        entries.edit(entry, held.note("von Ada"), edition=read_as, actor=held.planner)
    with pytest.raises(Conflict), transaction():
        entries.edit(entry, held.note("von Ole"), edition=read_as, actor=held.planner)
    assert fresh(entry).text == "von Ada"


def test_an_entry_sent_twice_stands_once(held: Meeting) -> None:
    minutes = held.begun()
    first, again, other = held.write(minutes, held.note("einmal"), held.note("einmal"), held.note("zweimal"))
    assert again is first
    assert other is not first
    assert [one.text for one in minutes.versions[0].entries] == ["einmal", "zweimal"]


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.PROVIDER, Role.COMMITTEE, Role.ADMINISTRATOR])
def test_who_may_not_write_does_not(held: Meeting, role: Role) -> None:
    minutes = held.begun()
    other = Actor(user=type("Somebody", (), {"id": 99, "role_set": frozenset({role}), "name": "X"})())
    for actor in (other, ANONYMOUS, held.leadership):
        with pytest.raises(NotAllowed), transaction():
            entries.add(minutes.versions[0], held.note(), actor=actor)
        with pytest.raises(NotAllowed), transaction():
            versions.submit(minutes.versions[0], actor=actor)


def test_nobody_co_signs_what_they_wrote(held: Meeting) -> None:
    minutes = held.begun()
    held.write(minutes, held.note())
    version = minutes.versions[0]
    with transaction():
        versions.submit(version, actor=held.planner)
    # A planner who leads as well wrote it; somebody with two roles wrote one entry of it.
    both = type("Both", (), {"role_set": frozenset({Role.PLANNER, Role.LEADERSHIP}), "name": "Doppel"})
    writer = both()
    writer.id = held.planner.user_id
    with pytest.raises(NotAllowed), transaction():
        versions.release(version, actor=Actor(user=writer))
    with transaction():
        versions.take_back(version, actor=held.planner)
    helper = both()
    helper.id = held.leadership.user_id
    with transaction():
        entries.add(version, held.note("nachgetragen"), actor=Actor(user=helper))
        versions.submit(version, actor=held.planner)
    with pytest.raises(NotAllowed), transaction():
        versions.release(version, actor=held.leadership)
    with transaction():
        versions.release(version, actor=held.sectoral)
    assert version.state is MinutesState.RELEASED


def test_given_back_with_a_reason_it_is_a_draft_again(held: Meeting) -> None:
    minutes = held.begun()
    held.write(minutes, held.note())
    version = minutes.versions[0]
    with transaction():
        versions.submit(version, actor=held.planner)
    refused("reason", versions.give_back, version, "  ", actor=held.sectoral)
    refused("reason", versions.give_back, version, "x" * 5_000_000, actor=held.sectoral)
    with transaction():
        versions.give_back(version, "TOP 2 fehlt.", actor=held.sectoral)
    assert version.state is MinutesState.DRAFT
    assert version.returned_reason == "TOP 2 fehlt."
    refused(None, versions.give_back, version, "noch einmal", actor=held.sectoral)
    refused(None, versions.release, version, actor=held.sectoral)


def test_released_minutes_do_not_change(held: Meeting) -> None:
    minutes = held.released()
    version = minutes.versions[0]
    entry = version.entries[0]
    written = held.note("anders")
    refused(None, entries.add, version, written, actor=held.planner)
    refused(None, entries.edit, entry, written, edition=entry.edition, actor=held.planner)
    refused(None, entries.delete, entry, actor=held.planner)
    refused(None, entries.move, entry, up=False, actor=held.planner)
    refused(None, versions.take_back, version, actor=held.planner)
    refused(None, versions.discard, version, actor=held.planner)
    refused(None, versions.release, version, actor=held.leadership)
    refused(None, versions.give_back, version, "doch nicht", actor=held.leadership)


def test_the_session_itself_refuses_to_change_what_is_released(held: Meeting) -> None:
    minutes = held.released()

    def change_text() -> None:
        minutes.versions[0].entries[0].text = "gefälscht"

    def change_topics() -> None:
        minutes.versions[0].entries[0].topics = [held.topic]

    def reopen() -> None:
        minutes.versions[0].state = MinutesState.DRAFT

    def delete() -> None:
        db.session.delete(minutes.versions[0].entries[0])

    def add() -> None:
        version = minutes.versions[0]
        version.entries.append(MinutesEntry(stem="nachtrag", kind=EntryKind.NOTE, text="x", position=99))

    def delete_all() -> None:
        db.session.delete(minutes)

    for change in (change_text, change_topics, reopen, delete, add, delete_all):
        with pytest.raises(Frozen), transaction():
            change()
    assert "Busse" in fresh(minutes.versions[0].entries[0]).text


def test_a_correction_is_the_next_version(held: Meeting) -> None:
    minutes = held.released()
    stems = [entry.stem for entry in queries.entries_of(minutes.versions[0])]
    refused("reason", versions.correct, minutes, " ", actor=held.planner)
    with transaction():
        second = versions.correct(minutes, "Ein Name war falsch.", actor=held.planner)
    assert second.number == 2
    assert [entry.stem for entry in queries.entries_of(second)] == stems
    refused(None, versions.correct, minutes, "gleich noch einmal", actor=held.planner)
    # Until it is released, the first version is what counts.
    assert queries.last_released(minutes).number == 1
    need = next(entry for entry in second.entries if entry.kind is EntryKind.NEED)
    with transaction():
        entries.edit(need, held.need("Nach 19 Uhr fährt kein Bus."), edition=need.edition, actor=held.planner)
    assert [one.text for one in voices()] == ["Abends fährt kein Bus."]
    held.release(minutes)
    found = voices()
    assert [(one.text, one.stem) for one in found] == [("Nach 19 Uhr fährt kein Bus.", need.stem)]
    assert {one.name for one in found[0].organisations} == {"Gemeinde Musterhausen", "Verein Sonnenhut"}
    assert found[0].topic_keys == ("mobility_infrastructure",)


def test_drafts_are_no_voices(held: Meeting) -> None:
    minutes = held.begun()
    held.write(minutes, held.need())
    assert voices() == []


def test_a_correction_can_be_thrown_away(held: Meeting) -> None:
    minutes = held.released()
    with transaction():
        second = versions.correct(minutes, "Irrtum", actor=held.planner)
    with transaction():
        versions.discard(second, actor=held.planner)
    assert [one.number for one in fresh(minutes).versions] == [1]


def test_minutes_begun_by_mistake_disappear_while_they_are_empty(held: Meeting) -> None:
    minutes = held.begun()
    entry = held.write(minutes, held.note())[0]
    refused(None, versions.discard, minutes.versions[0], actor=held.planner)
    with transaction():
        entries.delete(entry, actor=held.planner)
    with transaction():
        versions.discard(minutes.versions[0], actor=held.planner)
    assert db.session.scalar(select(func.count()).select_from(Minutes)) == 0


def test_tasks_are_done_and_open_again(held: Meeting) -> None:
    minutes = held.begun()
    task = held.write(minutes, held.task())[0]
    refused(None, tasks.finish, task, actor=held.planner)  # not released yet
    held.release(minutes)
    refused("done_on", tasks.finish, task, actor=held.planner, done_on=date(2026, 11, 21))
    with pytest.raises(NotAllowed), transaction():
        tasks.finish(task, actor=held.sectoral)
    for _twice in range(2):
        with transaction():
            tasks.finish(task, actor=held.planner)
    assert db.session.scalar(select(func.count()).select_from(TaskDone)) == 1
    with transaction():
        tasks.reopen(task, actor=held.planner)
    assert db.session.scalar(select(func.count()).select_from(TaskDone)) == 0


def test_a_done_task_stays_done_in_the_next_version(held: Meeting) -> None:
    minutes = held.released()
    stem = next(entry.stem for entry in minutes.versions[0].entries if entry.kind is EntryKind.TASK)
    with transaction():
        tasks.finish(task_queries.task_for(held.planner, stem), actor=held.planner)
    with transaction():
        versions.correct(minutes, "Tippfehler", actor=held.planner)
    held.release(minutes)
    entry = task_queries.task_for(held.planner, stem)
    assert entry.version.number == 2
    assert set(queries.done_by_stem([entry])) == {stem}


def test_overdue_tasks_and_own_tasks(held: Meeting) -> None:
    held.released()
    today = clock.today()
    assert task_queries.open_until(today) == []
    later = today + timedelta(days=30)
    assert len(task_queries.open_until(later)) == 1
    assert len(task_queries.open_until(later, of=held.planner.user_id)) == 1
    assert task_queries.open_until(later, of=held.leadership.user_id) == []

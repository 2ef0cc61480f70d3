"""The expected matrix, and the story's findings, from the seeded database; on SQLite and on PostgreSQL."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from expected import ExpectedCell, expected_cells, told
from flask import Flask, current_app
from seeded import build, seeded_config
from sqlalchemy import event, select

from portal.accounts.models import User
from portal.app import create_app
from portal.conferences.models import Conference
from portal.config import SEEDS
from portal.core.actor import ANONYMOUS, SYSTEM, Actor
from portal.core.database import db
from portal.core.seed_files import read_document
from portal.core.transaction import transaction
from portal.evidence import changes, queries, reopening
from portal.evidence.cli import matrix
from portal.evidence.matrix import Matrix
from portal.evidence.models import Finding, FindingState
from portal.evidence.rules import freezing
from portal.evidence.rules.rule import VoiceKind
from portal.evidence.sources import counting
from portal.indicators.models import Indicator
from portal.minutes.models import EntryKind, MinutesEntry
from portal.minutes.services import entries, versions
from portal.needs.models import NeedsStatement
from portal.planning.uses import Used
from portal.settings import services as settings
from portal.surveys.models import SurveyRound

DEMO = SEEDS / "demo"


@pytest.fixture
def told_app(app: Flask, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration, seeded into the database of the test."""
    config = app.config["PORTAL"]
    build(config.database_url, tmp_path / "told")
    application = create_app(seeded_config(config.database_url, tmp_path / "told"))
    with application.app_context():
        try:
            yield application
        finally:
            db.session.remove()
            db.engine.dispose()


def _names() -> tuple[dict[tuple[str, int], str], dict[int, str]]:
    """Rows of the story by the keys of its files: statements by title, entries by text, events by order."""
    titles = {entry.text("title"): entry.text("key") for entry in read_document(DEMO / "needs.yaml").entries("needs")}
    texts = {
        entry.text("text"): entry.text("key")
        for minutes in read_document(DEMO / "minutes.yaml").entries("minutes")
        for entry in minutes.entries("entries")
    }
    stated = {
        (VoiceKind.STATEMENT.value, row.id): titles[row.title]
        for row in db.session.execute(select(NeedsStatement.id, NeedsStatement.title))
        if row.title in titles
    }
    stated |= {
        (VoiceKind.MINUTES_ENTRY.value, row.id): texts[row.text]
        for row in db.session.execute(select(MinutesEntry.id, MinutesEntry.text))
        if row.text in texts
    }
    keys = [entry.text("key") for entry in read_document(DEMO / "events.yaml").entries("events")]
    ids = db.session.scalars(select(Conference.id).order_by(Conference.id)).all()
    return stated, dict(zip(ids, keys, strict=True))


def _sorted(cell: ExpectedCell) -> tuple[object, ...]:
    """A cell to compare: statements of one cell may be named in another order than the files have them."""
    sources = cell.voice_sources
    head, sep, tail = sources.rpartition("Hinweise: ")
    if sep:
        sources = head + sep + ", ".join(sorted(tail.split(", ")))
    return (cell.area, cell.topic, cell.figures, cell.voices, cell.assessment, cell.reason, sorted(cell.indicators),
            sorted(cell.signals), sources, cell.side_notes)  # fmt: skip


def test_the_whole_story(told_app: Flask) -> None:
    period = queries.period()
    found = queries.matrix(SYSTEM, period)
    stated, held = _names()
    slugs = {area.slug: area.id for area in found.areas}
    for cell in expected_cells():
        proposal = found.proposal(slugs[cell.area], cell.topic)
        assert _sorted(told(cell.area, cell.topic, proposal, statements=stated, events=held)) == _sorted(cell)
    _sources_know_their_cells(found)
    _findings_follow_the_story()
    _nothing_reopens_by_itself()
    _a_new_statement_reopens(found)
    _a_need_taken_out_by_a_correction_counts_no_longer()


def _sources_know_their_cells(found: Matrix) -> None:
    """Read from each source, the way leads to the very cells in which the rule looked at it, and to no other."""
    looked_at: dict[tuple[Used, object], set[tuple[int, str]]] = {}
    for (area_id, topic), proposal in found.proposals.items():
        voices = proposal.voices
        for voice in voices.statements:
            looked_at.setdefault((Used(voice.kind.value), voice.id), set()).add((area_id, topic))
        for held in voices.events:
            looked_at.setdefault((Used.EVENT, held.id), set()).add((area_id, topic))
        for one in proposal.figures.used:
            looked_at.setdefault((Used.INDICATOR, one.key), set()).add((area_id, topic))
        for item in (*voices.named_items, *voices.clearing_items, *voices.other_items):
            key = (Used.SURVEY_ROUND, (item.round_id, area_id, item.code.partition(".")[0]))
            looked_at.setdefault(key, set()).add((area_id, topic))
    counted: dict[tuple[Used, object], set[tuple[int, str]]] = {}
    keys = {row.id: row.key for row in db.session.scalars(select(Indicator))}
    for kind, table in (
        (Used.STATEMENT, NeedsStatement), (Used.MINUTES_ENTRY, MinutesEntry), (Used.EVENT, Conference),
        (Used.INDICATOR, Indicator),
    ):  # fmt: skip
        ids = db.session.scalars(select(table.id)).all()
        for row_id, cells in counting.cells(kind, ids, SYSTEM).items():
            name = keys[row_id] if kind is Used.INDICATOR else row_id
            if places := {(cell.area.id, cell.topic.key) for cell in cells if not cell.as_resource}:
                counted[kind, name] = places
            assert all(cell.period is None for cell in cells)
    for one in db.session.scalars(select(SurveyRound)):
        for area in found.areas:
            for code, cells in counting.survey_cells(one, area.id).items():
                if places := {(cell.area.id, cell.topic.key) for cell in cells if not cell.as_resource}:
                    counted[Used.SURVEY_ROUND, (one.id, area.id, code)] = places
    assert counted == looked_at


def _findings_follow_the_story() -> None:
    for entry in read_document(DEMO / "findings.yaml").entries("findings"):
        finding = db.session.scalars(
            select(Finding)
            .join(Finding.area)
            .join(Finding.topic)
            .where(Finding.area.has(slug=entry.text("area")), Finding.topic.has(key=entry.text("topic")))
        ).one()
        version = finding.latest
        assert (version.proposed.value, version.adopted.value, finding.state.value) == (
            entry.text("proposed"), entry.text("adopted"), entry.text("state"),
        ), entry.text("key")  # fmt: skip
        now = queries.matrix(SYSTEM, queries.period()).proposal(finding.area_id, finding.topic.key)
        assert now.assessment.value == entry.text("current_proposal")
        assert "told" not in version.proposal
        assert version.rule_version is not None
        assert version.rule_version.number == (2 if entry.integer("adopted_day") < -60 else 3)


def _nothing_reopens_by_itself() -> None:
    assert reopening.reopen_changed() == 0


def _a_new_statement_reopens(found: Matrix) -> None:
    """Sport in Sinsheim rests on two organisations: without one of them the topic is no longer named."""
    finding = db.session.scalars(
        select(Finding).where(Finding.area.has(slug="sinsheim"), Finding.topic.has(key="sport"))
    ).one()
    before = finding.latest.proposal
    voices = found.proposal(finding.area_id, "sport").voices.statements
    with transaction():
        statement = db.session.get(NeedsStatement, voices[0].id)
        assert statement is not None
        statement.topics = []
        settings.bump("needs")
    assert reopening.reopen_changed() == 1
    db.session.refresh(finding)
    assert finding.state is FindingState.REOPENED
    assert "Stimmen: bisher benannt" in finding.reopened_reason
    assert "1 Hinweis zählt nicht mehr." in finding.reopened_reason
    planner = Actor(user=db.session.scalars(select(User).where(User.email == "amsel@landkreis.example")).one())
    with current_app.test_request_context(base_url="http://portal.example"):
        told = [line.text for line in changes.lines({finding.id: finding.reopened_change}, planner)[finding.id]]
    assert [line for line in told if line.startswith("Zählt nicht mehr: Bedarfshinweis „")]
    assert changes.lines({finding.id: finding.reopened_change}, ANONYMOUS) == {}
    now = queries.matrix(SYSTEM, queries.period()).proposal(finding.area_id, "sport")
    assert freezing.has_changed(before, now)
    assert reopening.reopen_changed() == 0


def _a_need_taken_out_by_a_correction_counts_no_longer() -> None:
    entry = db.session.scalars(
        select(MinutesEntry).where(MinutesEntry.text == "Pflegende Angehörige brauchen kurzfristig Entlastung.")
    ).one()
    area = entry.version.minutes.conference.areas[0]

    def heard() -> list[int]:
        found = queries.matrix(SYSTEM, queries.period()).proposal(area.id, "care_ageing").voices.statements
        return [one.id for one in found if one.kind is VoiceKind.MINUTES_ENTRY]

    planner, leadership = (
        Actor(user=db.session.scalars(select(User).where(User.email == f"{name}@landkreis.example")).one())
        for name in ("amsel", "buche")
    )
    assert entry.id in heard()
    with transaction():
        corrected = versions.correct(entry.version.minutes, "Gehört nicht hierher.", actor=planner)
    with transaction():
        entries.delete(corrected.entries[0], actor=planner)
        entries.add(corrected, entries.Written(kind=EntryKind.NOTE, text="Ohne Anliegen."), actor=planner)
    assert entry.id in heard()
    with transaction():
        versions.submit(corrected, actor=planner)
    with transaction():
        versions.release(corrected, actor=leadership)
    assert heard() == []


@contextmanager
def _counted() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_the_matrix_is_kept_until_something_changes(seeded_app: Flask) -> None:
    period = queries.period()
    queries.matrix(ANONYMOUS, period)
    with _counted() as warm:
        first = queries.matrix(ANONYMOUS, period)
    assert len(warm) == 1
    with transaction():
        settings.bump("minutes")
    with _counted() as cold:
        second = queries.matrix(ANONYMOUS, period)
    assert second is not first
    # Outside of a request every setting is a query of its own. One is for the links that staff made.
    assert len([one for one in cold if "FROM setting" not in one]) <= 23


def test_the_command_prints_every_cell(seeded_app: Flask) -> None:

    answer = CliRunner().invoke(matrix, ["--area", "sinsheim", "--json"])
    assert answer.exit_code == 0, answer.output
    rows = {row["topic"]: row for row in json.loads(answer.output)}
    expected = {cell.topic: cell for cell in expected_cells() if cell.area == "sinsheim"}
    assert {key: (row["figures"], row["voices"], row["assessment"], row["reason"]) for key, row in rows.items()} == {
        key: (cell.figures, cell.voices, cell.assessment, cell.reason) for key, cell in expected.items()
    }
    assert all(row["sources"] for row in rows.values() if row["voices"] == "benannt")

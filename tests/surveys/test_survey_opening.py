"""The sealed pool: what stays behind, what is opened, what is never opened, and that nothing is opened twice."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from survey_samples import NOW, fill_pool, opened, sealed

from portal.cli.backups.archive import may_contain
from portal.cli.backups.create import create
from portal.config import Config
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.surveys import opening, services, spool, tasks
from portal.surveys.models import RoundState, SealedAnswer, SurveyResponse, SurveyRound

ROOT = Path(__file__).parents[2]


class _Context:
    """A job nobody asks about."""

    payload: dict[str, str] = {}
    actor = SYSTEM

    def progress(self, done: int, total: int) -> None:
        """Nobody looks."""


def tend() -> dict[str, int]:
    return tasks.tend(_Context())


def numbers(count: int) -> list[str]:
    return sorted(f"Nummer {number}" for number in range(count))


@pytest.mark.parametrize(("pool", "left"), [(9, 9), (19, 19), (20, 10), (57, 10)])
def test_ten_stay_behind_while_a_round_runs(running: SurveyRound, pool: int, left: int) -> None:
    fill_pool(running, pool)
    tend()
    assert sealed(running) == left
    assert len(opened(running)) == pool - left
    tend()
    assert sealed(running) == left


def test_which_ones_are_opened_is_left_to_chance(running: SurveyRound) -> None:
    fill_pool(running, 40)
    tend()
    assert opened(running) != numbers(40)[:30]
    assert set(opened(running)) < set(numbers(40))


def test_when_a_round_ends_the_rest_is_opened_at_once_and_its_key_goes(running: SurveyRound) -> None:
    fill_pool(running, 25, wohnort="08226085")
    tend()
    assert spool.read_key(running.public_id) is not None
    with clock.frozen(running.closes_at):
        assert tend()["closed"] == 1
    assert opened(running) == numbers(25)
    assert db.session.scalars(select(SealedAnswer.id)).all() == []
    assert spool.read_key(running.public_id) is None
    places = set(db.session.scalars(select(SurveyResponse.municipality_id)))
    assert len(places) == 1
    assert None not in places


def test_fewer_than_ten_are_never_opened(running: SurveyRound) -> None:
    fill_pool(running, 9)
    with clock.frozen(running.closes_at):
        assert tend()["discarded"] == 9
    assert opened(running) == []
    assert sealed(running) == 0
    assert spool.read_key(running.public_id) is None


def test_a_round_begins_and_ends_by_the_clock(make_round: Callable[..., SurveyRound]) -> None:
    one = make_round("spaeter", opens_at=NOW + timedelta(days=2), closes_at=NOW + timedelta(days=3))
    tend()
    assert one.state is RoundState.PLANNED
    with clock.frozen(NOW + timedelta(days=2)):
        tend()
        assert one.state is RoundState.OPEN
    with clock.frozen(NOW + timedelta(days=3)):
        tend()
        tend()
    assert one.state is RoundState.CLOSED
    assert one.closed_at == NOW + timedelta(days=3)


def test_opened_answers_bear_new_ids_and_nothing_of_the_moment(running: SurveyRound) -> None:
    fill_pool(running, 30)
    before = set(db.session.scalars(select(SealedAnswer.id)))
    tend()
    after = set(db.session.scalars(select(SurveyResponse.id)))
    assert not before & after
    assert set(SurveyResponse.__table__.columns.keys()) == {"id", "round_id", "municipality_id", "answers"}
    assert set(SealedAnswer.__table__.columns.keys()) == {"id", "round_id", "content"}


def test_the_order_of_the_rows_says_nothing(running: SurveyRound) -> None:
    fill_pool(running, 60)
    with clock.frozen(running.closes_at):
        tend()
    stored = [row["mitteilung"] for row in db.session.scalars(select(SurveyResponse.answers))]
    assert stored != [f"Nummer {number}" for number in range(60)]


def test_without_the_key_nothing_is_opened_and_nothing_lost(running: SurveyRound) -> None:
    fill_pool(running, 30)
    folder = Path(running.public_id)
    key = spool._path(str(folder))
    kept = key.read_bytes()
    key.unlink()
    with clock.frozen(running.closes_at):
        assert tend()["key_missing"] == 1
        assert sealed(running) == 30
        key.write_bytes(kept)
        tend()
    assert opened(running) == numbers(30)


def test_what_was_not_sealed_for_this_round_stays_closed_and_hinders_nobody(running: SurveyRound) -> None:
    fill_pool(running, 30)
    with transaction():
        services.store_several([{"id": "f" * 32, "round_id": running.id, "content": bytes(200)}])
    with clock.frozen(running.closes_at):
        assert tend()["unreadable"] >= 1
    assert opened(running) == numbers(30)
    assert sealed(running) == 1


def test_closing_twice_is_refused(running: SurveyRound) -> None:
    with transaction():
        services.close_round(running, actor=SYSTEM)
    with pytest.raises(Refusal), transaction():
        services.close_round(running, actor=SYSTEM)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": NOW - timedelta(days=2)}, "closes_at"),
        ({"opens_at": NOW - timedelta(days=9), "closes_at": NOW - timedelta(days=2)}, "closes_at"),
        ({"areas": []}, "areas"),
        ({"slug": "Leben Hier"}, "slug"),
        ({"slug": "verwaltung"}, "slug"),
        ({"slug": "leben"}, "slug"),
    ],
)
def test_rounds_that_make_no_sense_are_refused(
    running: SurveyRound, make_round: Callable[..., SurveyRound], changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        make_round(**({"slug": "andere"} | changes))
    assert refused.value.field == field


def test_the_key_is_in_no_backup(running: SurveyRound, app: Flask, tmp_path: Path) -> None:
    config: Config = app.config["PORTAL"]
    key = spool._path(running.public_id)
    assert key.stat().st_mode & 0o777 == 0o600
    assert not may_contain(key.relative_to(config.data).as_posix())
    assert not may_contain(f"files/{spool.FOLDER}/{running.public_id}")
    secret = key.read_bytes()
    db.session.rollback()
    create(config, tmp_path / "sicherung.zip")
    with zipfile.ZipFile(tmp_path / "sicherung.zip") as archive:
        names = archive.namelist()
        assert not any(running.public_id in name or spool.FOLDER in name for name in names)
        assert not any(secret in archive.read(name) for name in names)
    assert secret.hex() not in str(db.session.execute(select(SurveyRound.public_key)).all())


@pytest.mark.slow
@pytest.mark.parametrize("die_at", ["chosen", "decrypted", "inserted", "before commit", "after commit"])
def test_killed_at_any_step_each_answer_is_opened_once(running: SurveyRound, app: Flask, die_at: str) -> None:
    config: Config = app.config["PORTAL"]
    fill_pool(running, 31)
    db.session.rollback()
    script = Path(__file__).with_name("survey_opener.py")
    command = [sys.executable, "-W", "ignore", str(script), str(config.data), config.database_url, str(running.id)]
    died = subprocess.run([*command, die_at], cwd=ROOT, check=False, capture_output=True, text=True)
    assert died.returncode == -9, died.stderr
    assert sealed(running) + len(opened(running)) == 31
    assert sealed(running) in {31, 10}
    with clock.frozen(running.closes_at):
        tend()
    assert opened(running) == numbers(31)


def test_opening_needs_the_right(running: SurveyRound) -> None:
    for step in (opening.open_part, opening.open_rest, services.close_round, services.open_round):
        with pytest.raises(NotAllowed), transaction():
            step(running, actor=ANONYMOUS)

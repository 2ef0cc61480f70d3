"""A round whose private key is not here: nothing is taken in that nobody could ever read."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from portal_client import BASE_URL, PortalClient
from survey_samples import NOW, fill_pool, sealed, send, stand, state, walk

from portal.cli import backup, checks, main
from portal.cli.backups.create import create
from portal.cli.checks import State
from portal.config import Config
from portal.core.database import db
from portal.home.cards import surveys as cards
from portal.surveys import keys, spool
from portal.surveys.models import RoundState, SurveyRound


def _key(one: SurveyRound, config: Config) -> Path:
    return config.data / spool.FOLDER / one.public_id


@pytest.mark.parametrize("language", ["de", "en", "ls"])
def test_the_start_says_that_no_answers_are_taken(
    running: SurveyRound, respondent: PortalClient, config: Config, language: str
) -> None:
    _key(running, config).unlink()
    page = respondent.get(f"/befragungen/leben?sprache={language}")
    assert page.status_code == 503
    assert state(page) == "paused"
    assert page.text.count("mailto:") == 2, "the office stands in the text and below"
    assert 'method="post"' not in page.text
    begun = send(respondent, 0, None, {"sprache": language})
    assert (begun.status_code, state(begun)) == (503, "paused")


def test_pages_invite_to_no_survey_whose_key_is_missing(
    running: SurveyRound, respondent: PortalClient, config: Config, app: Flask
) -> None:
    def offered() -> list[str]:
        with app.test_request_context("/", base_url=BASE_URL):
            return [one.action for one in cards.open_surveys()]

    assert "Zur Befragung" in respondent.get("/befragungen").text
    assert offered() == ["Befragung starten"]
    path = _key(running, config)
    content = path.read_bytes()
    path.unlink()
    page = respondent.get("/befragungen").text
    assert "Im Moment können wir keine Antworten annehmen." in page
    assert "Zur Befragung" not in page
    assert offered() == [""]
    path.write_bytes(content)
    assert "Zur Befragung" in respondent.get("/befragungen").text, "the page is kept, but not beyond the key's return"


def test_who_is_answering_keeps_everything_and_goes_on_when_the_key_is_back(
    running: SurveyRound, respondent: PortalClient, config: Config
) -> None:
    page = send(respondent, 0, None, {"sprache": "de"})
    page = send(respondent, 1, stand(page), {"wohnort": "08226085"})
    path = _key(running, config)
    content = path.read_bytes()
    path.unlink()
    refused = send(respondent, 2, stand(page), {"minuten_hausarzt": "45"})
    assert (refused.status_code, state(refused)) == (503, "page-2")
    assert 'value="45"' in refused.text
    assert "keine Antworten annehmen" in refused.text
    path.write_bytes(content)
    page = send(respondent, 2, stand(refused), {"minuten_hausarzt": "45"})
    assert state(page) == "page-3"
    page = send(respondent, 3, stand(page))
    path.unlink()
    last = send(respondent, 4, stand(page), {"mitteilung": "Mehr Bänke"})
    assert (last.status_code, state(last)) == (503, "page-4")
    assert "Mehr Bänke" in last.text
    assert sealed(running) == 0
    path.write_bytes(content)
    assert state(send(respondent, 4, stand(last), {"mitteilung": "Mehr Bänke"})) == "completed"
    assert sealed(running) == 1


def test_the_key_of_another_round_opens_nothing(
    make_round: Callable[..., SurveyRound], respondent: PortalClient, config: Config
) -> None:
    first, second = make_round("leben"), make_round("anders")
    assert keys.keyless_rounds() == []
    _key(first, config).write_bytes(_key(second, config).read_bytes())
    assert [one.slug for one in keys.keyless_rounds()] == ["leben"]
    assert state(respondent.get("/befragungen/leben")) == "paused"
    assert state(respondent.get("/befragungen/anders")) == "start"
    _key(first, config).write_bytes(b"short")
    assert [one.slug for one in keys.keyless_rounds()] == ["leben"]


def test_asking_reads_the_key_once(
    running: SurveyRound, respondent: PortalClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    true_read = spool.read_key
    monkeypatch.setattr(spool, "read_key", lambda name: read.append(name) or true_read(name))
    for _ in range(3):
        assert state(walk(respondent, {1: {"wohnort": "08226085"}})[-1]) == "completed"
    assert len(read) <= 1


def test_only_rounds_that_need_a_key_are_missed(
    make_round: Callable[..., SurveyRound], county: Flask, config: Config
) -> None:
    running = make_round("leben")
    planned = make_round("spaeter", opens_at=NOW + timedelta(days=40), closes_at=NOW + timedelta(days=50))
    fill_pool(running, 2)
    found = checks.survey_keys(config)
    assert found.state is State.OK
    for one in (running, planned):
        _key(one, config).unlink()
    assert [(one.slug, one.state, one.sealed) for one in keys.keyless_rounds()] == [
        ("leben", RoundState.OPEN, 2), ("spaeter", RoundState.PLANNED, 0),
    ]  # fmt: skip
    found = checks.survey_keys(config)
    assert found.is_error
    assert "/befragungen/leben" in found.words
    assert "läuft, 2 Antworten verschlossen" in found.words
    assert "geplant" in found.words


def test_monitoring_counts_rounds_without_their_key(
    running: SurveyRound, respondent: PortalClient, config: Config
) -> None:
    assert respondent.get("/healthz").get_json()["surveys"] == {"state": "ok", "rounds_without_key": 0}
    _key(running, config).unlink()
    found = respondent.get("/healthz").get_json()["surveys"]
    assert found == {"state": "keys_missing", "rounds_without_key": 1}


def test_restoring_names_the_rounds_whose_key_is_in_no_archive(
    running: SurveyRound, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into the same database with an empty data folder, as on a new machine; then with the folder of keys put back."""
    fill_pool(running, 3)
    archive = tmp_path / "backup.zip"
    create(config, archive)
    fresh = replace(config, data=tmp_path / "fresh")
    monkeypatch.setattr(backup, "load_config", lambda: fresh)
    said = []
    for _ in range(2):
        db.session.remove()
        db.engine.dispose()
        found = CliRunner().invoke(main, ["restore", "--force", str(archive)])
        assert found.exit_code == 0, found.output
        said.append(found.output)
        shutil.copytree(config.data / spool.FOLDER, fresh.data / spool.FOLDER, dirs_exist_ok=True)
    assert "in keiner Sicherung" in said[0]
    assert "/befragungen/leben" in said[0]
    assert "läuft, 3 Antworten verschlossen" in said[0]
    assert str(fresh.data / spool.FOLDER) in said[0]
    assert "in keiner Sicherung" not in said[1]

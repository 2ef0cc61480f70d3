"""Several files handed in at once: one page over all, one answer to the same question, one act, all or nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.transaction import transaction
from portal.indicators import tasks
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries import together
from portal.indicators.models import BatchState, ImportBatch
from portal.jobs.models import Job
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.test_indicator_pages import in_page, upload_all, work

PLACES = ("08226003", "08226006", "08226009")


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@pytest.fixture
def planner(county: Flask) -> PortalClient:
    county.test_client_class = PortalClient
    client = county.test_client()
    assert isinstance(client, PortalClient)
    with transaction():
        settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    make_user("amsel@landkreis.example", Role.PLANNER)
    assert client.sign_in("amsel@landkreis.example").status_code == 302
    return client


def file(folder: Path, place: str, value: str, name: str = "") -> Path:
    rows = [long_row(place, value, series="da_st_einnkr", unit="EUR je Person", period="2031")]
    return long_form(folder / (name or f"{place}.csv"), rows)


def read_all() -> None:
    for job in db.session.scalars(select(Job).where(Job.kind == "indicators.read").order_by(Job.id)).all():
        work(job)


def compare_all() -> list[tuple[int, int]]:
    """What the worker does with the job that compares anew; the progress it reports."""
    job = db.session.scalars(select(Job).where(Job.kind == together.COMPARE_JOB)).one()
    told: list[tuple[int, int]] = []

    class Context:
        payload = job.payload
        actor = SYSTEM

        @staticmethod
        def progress(done: int, total: int) -> None:
            told.append((done, total))

    tasks.compare_upload(Context())
    with transaction():
        db.session.delete(db.session.get_one(Job, job.id))
    return told


def handed_in(planner: PortalClient, paths: list[Path]) -> str:
    answer = upload_all(planner, paths)
    assert answer.status_code == 302
    read_all()
    return str(answer.location)


def name_terms(planner: PortalClient, page: str) -> None:
    """Say once what no file of the upload says."""
    (address,) = re.findall(r'href="(/importe/[a-z0-9]+/quelle)"', planner.get(page).text)
    answer = planner.submit(address, {"lizenz": "Nutzung mit Quellenangabe"})
    assert (answer.status_code, str(answer.location)) == (302, page)


def states() -> dict[str, BatchState]:
    db.session.rollback()
    return dict(db.session.execute(select(ImportBatch.file_name, ImportBatch.state)).all())


def test_one_page_over_all_files_and_one_act(planner: PortalClient, tmp_path: Path) -> None:
    broken = tmp_path / "kaputt.csv"
    broken.write_text(file(tmp_path, PLACES[0], "1500").read_text().replace("1500", "zwölf"), encoding="utf-8")
    page = handed_in(planner, [broken, *(file(tmp_path, key, "1500") for key in PLACES)])
    text = in_page(planner.get(page).text)
    assert "Quelle und Lizenz fehlen noch." in text
    assert "3 Lieferungen übernehmen" not in text
    assert planner.submit(f"{page}/uebernehmen", page="/importe/neu").status_code == 302
    assert [states()[f"{key}.csv"] for key in PLACES] == [BatchState.STAGED] * 3
    name_terms(planner, page)
    text = in_page(planner.get(page).text)
    assert "Quelle und Lizenz fehlen noch." not in text
    assert "3 Lieferungen übernehmen" in text
    assert "kaputt.csv" in text
    assert "zwölf" in text, "why the file is refused"
    assert "Zusammen würde sich ändern" in text
    assert planner.submit(f"{page}/uebernehmen", page=page).status_code == 302
    found = states()
    assert [found[f"{key}.csv"] for key in PLACES] == [BatchState.ACTIVE] * 3
    assert found["kaputt.csv"] is BatchState.REFUSED
    text = in_page(planner.get(page).text)
    assert "3 Lieferungen sind übernommen." in text
    assert "Alle zurücknehmen" in text
    times = db.session.scalars(select(ImportBatch.activated_at).where(ImportBatch.upload.is_not(None))).all()
    known = [one for one in times if one is not None]
    assert len(set(known)) == len(known) == 3, "of two values the later file's counts"
    assert planner.get(f"{page}/zuruecknehmen").status_code == 200
    undone = planner.submit(f"{page}/zuruecknehmen", {"grund": "Irrtum"}, page=f"{page}/zuruecknehmen")
    assert undone.status_code == 302
    assert [states()[f"{key}.csv"] for key in PLACES] == [BatchState.UNDONE] * 3


def test_one_that_cannot_be_taken_over_is_named_and_none_is(planner: PortalClient, tmp_path: Path) -> None:
    page = handed_in(planner, [file(tmp_path, key, "1500") for key in PLACES])
    ready = list(together.upload(page.rsplit("/", 1)[1], actor=SYSTEM).ready)
    tasks.take_over(ready[-1], actor=SYSTEM)
    with pytest.raises(Conflict), transaction():
        import_services.take_over_all(ready[:2], actor=SYSTEM)
    with pytest.raises(Refusal) as refused, transaction():
        import_services.take_over_all([ready[2], *ready[:2]], actor=SYSTEM)
    assert f"„{PLACES[2]}.csv“: Die Lieferung ist schon" in str(refused.value.message)
    found = states()
    assert [found[f"{key}.csv"] for key in PLACES] == [BatchState.STAGED, BatchState.STAGED, BatchState.ACTIVE]
    with pytest.raises(Refusal) as refused, transaction():
        import_services.undo_all([ready[2], ready[0]], actor=SYSTEM, reason="")
    assert f"„{PLACES[0]}.csv“" in str(refused.value.message)
    assert states()[f"{PLACES[2]}.csv"] is BatchState.ACTIVE, "nothing is taken back by halves"


def test_sums_that_nobody_has_seen_are_not_taken_over(planner: PortalClient, tmp_path: Path) -> None:
    """Somebody else took figures over in between: everything is compared anew first."""
    page = handed_in(planner, [file(tmp_path, key, "1500") for key in PLACES])
    name_terms(planner, page)
    other = tasks.read_in(file(tmp_path, PLACES[0], "1400", "andere.csv"), actor=SYSTEM)
    assert other.batch is not None
    tasks.take_over(other.batch, actor=SYSTEM)
    assert planner.submit(f"{page}/uebernehmen", page=page).status_code == 302
    assert states()[f"{PLACES[0]}.csv"] is BatchState.STAGED
    text = in_page(planner.get(page).text)
    assert "Inzwischen haben sich die Zahlen geändert" in text
    assert "Lieferungen werden neu verglichen" in text
    assert compare_all() == [(0, 3), (1, 3), (2, 3)]
    found = together.upload(page.rsplit("/", 1)[1], actor=SYSTEM)
    assert (found.total("new_values"), found.total("changed_values")) == (2, 1)
    assert planner.submit(f"{page}/uebernehmen", page=page).status_code == 302
    assert states()[f"{PLACES[0]}.csv"] is BatchState.ACTIVE


def test_the_same_question_is_asked_once(planner: PortalClient, tmp_path: Path) -> None:
    paths = [file(tmp_path, key, value) for key, value in zip(PLACES, ("1500", "1500", "1501"), strict=True)]
    page = handed_in(planner, paths)
    upload = page.rsplit("/", 1)[1]
    asked = {"open": "period", "reason": "Der Zeitraum fehlt.", "options": [], "answers": {}, "cells": []}
    with transaction():
        for batch in db.session.scalars(select(ImportBatch).where(ImportBatch.upload == upload)):
            batch.state, batch.summary = BatchState.ASKING, {together.ASKED: asked, "kept": f"{batch.id}"}
    found = together.upload(upload, actor=SYSTEM)
    (question,) = found.questions
    assert (len(question.batches), found.asking) == (3, 3)
    text = in_page(planner.get(page).text)
    assert "Dieselbe Angabe fehlt bei 3 Dateien." in text
    address = f"{page}/angabe/{question.key}"
    assert planner.submit(address, {"zeitraum": "irgendwann"}).status_code == 422
    assert planner.submit(address, {"zeitraum": "2024"}).status_code == 302
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.kind == "indicators.read").order_by(Job.id.desc()).limit(3)).all()
    assert [job.payload["answers"] for job in jobs] == [{"period": "2024"}] * 3
    assert planner.get(address).location == page, "it was answered"

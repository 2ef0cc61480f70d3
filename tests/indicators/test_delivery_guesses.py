"""A delivery that guesses a hidden number tells nobody whether the guess was right.

Two worlds that differ in nothing but a hidden count (and the one that hides it) answer alike to every guess: the lists
and the page of the delivery, the JSON and the words of the commands, what is kept of the delivery, and the audit.
"""

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select

from portal.areas import queries as areas
from portal.areas.models import AreaKind
from portal.audit.models import AuditEntry
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import cli, tasks
from portal.indicators.deliveries import counting
from portal.indicators.deliveries import services as import_services
from portal.indicators.models import BatchState, ImportBatch
from tests.indicators.files import long_form, long_row
from tests.indicators.test_delivery_secrets import PERIOD, _day, put, staged, withheld
from tests.indicators.test_public_outputs import NUMERATOR, SECRET

__all__ = ["_day"]

# What is hidden, and the neighbour that hides it; together they are the same in both worlds.
WORLDS = ((1.0, 1500.0), (2.0, 1499.0))
GUESSES = ((1, 1500), (2, 1499), (2, None), (None, 1500))
_ADDRESSES = (
    "/importe", "/importe?sortierung=werte", "/importe?sortierung=-werte", "/importe/{}", "/importe/{}?werte=geheim",
    "/importe/{}?werte=geaendert", "/importe/{}?werte=unveraendert", "/importe/{}?werte=neu", "/heute",
)  # fmt: skip


def file_of(folder: Path, numbers: Mapping[str, float], name: str = "vermutung.csv", series: str = NUMERATOR) -> Path:
    rows = [
        long_row(key, f"{value:g}", series=series, unit="Personen", period=PERIOD, kind="reference_date")
        for key, value in numbers.items()
    ]
    return long_form(folder / name, rows)


def in_words(text: str, batch: ImportBatch | None) -> str:
    """Without what is another in every delivery: its address, the time, tokens."""
    if batch is not None:
        text = text.replace(batch.public_id, "KENNUNG")
    return re.sub(r'(name="csrf_token"[^>]*value|nonce|content)="[^"]*"|figures\d+|\?v=\w+', "", text)


def told(client: PortalClient, batch: ImportBatch) -> list[str]:
    """Everything that a guess lets somebody see: pages, the JSON of the command, what is kept, the audit."""
    public_id = batch.public_id
    pages = [client.get(address.format(public_id)) for address in _ADDRESSES]
    assert {page.status_code for page in pages} == {200}
    db.session.rollback()
    listed = CliRunner().invoke(cli.list_batches, ["--json"])
    printed = CliRunner().invoke(cli.list_batches, [])
    db.session.rollback()
    kept = db.session.scalars(select(ImportBatch).where(ImportBatch.public_id == public_id)).one()
    # SQLite gives the number of a delivery that was discarded to the next one.
    entries = select(AuditEntry.action, AuditEntry.details).where(AuditEntry.subject_id == kept.id)
    audited = [tuple(row) for row in db.session.execute(entries.order_by(AuditEntry.id))]
    while ("import.begun", {}) in audited[1:]:
        audited = audited[1:]
    numbers = (kept.new_values, kept.changed_values, kept.unchanged_values, kept.withheld_values)
    plain: list[Any] = [*[page.text for page in pages], listed.output, printed.output, str(numbers), str(audited)]
    return [in_words(one, kept) for one in plain]


def test_counts_of_a_guess_do_not_say_whether_it_was_right(planner: PortalClient, tmp_path: Path) -> None:
    composition = areas.composition_of(areas.own_county())
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET)
    keys = [place.key or "" for place in composition.municipalities]
    truth = staged(file_of(tmp_path, {key: 100.0 + n for n, key in enumerate(keys)}, "wahrheit.csv"))
    put(truth, {(secret.id, ""): 1.0})
    (further,) = {area_id for area_id, _dimensions in withheld(truth)} - {secret.id}
    further_key = next(place.key or "" for place in composition.municipalities if place.id == further)
    tasks.take_over(truth, actor=SYSTEM)
    others = dict(itertools.islice(((key, 100.0 + n) for n, key in enumerate(keys)
                                    if key not in {secret.key, further_key}), 3))  # fmt: skip
    planner.get("/heute")  # counts what is due, which every page then says
    for guess, beside in GUESSES:
        numbers = {**others, keys[-1]: 77.0}
        numbers |= {} if guess is None else {secret.key or "": float(guess)}
        numbers |= {} if beside is None else {further_key: float(beside)}
        path = file_of(tmp_path, numbers)
        seen = []
        for hidden, hiding in WORLDS:
            put(truth, {(secret.id, ""): hidden, (further, ""): hiding})
            batch = staged(path)
            assert batch.withheld_values == (guess is not None) + (beside is not None)
            before = told(planner, batch)
            with transaction():
                import_services.take_over(batch, actor=SYSTEM)
            seen.append([*before, *told(planner, batch)])
            _forget(batch)
        first, second = seen
        for one, other in zip(first, second, strict=True):
            assert one == other, (guess, beside)


def _forget(batch: ImportBatch) -> None:
    """Both worlds begin with the same deliveries."""
    db.session.rollback()
    with transaction():
        found = db.session.get_one(ImportBatch, batch.id)
        found.state, found.activated_at, found.undone_at = BatchState.STAGED, None, None
    tasks.discard(db.session.get_one(ImportBatch, batch.id), actor=SYSTEM)


def test_the_command_says_the_same_of_right_and_wrong_guesses(county: Flask, tmp_path: Path) -> None:
    composition = areas.composition_of(areas.own_county())
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET)
    keys = [place.key or "" for place in composition.municipalities]
    truth = staged(file_of(tmp_path, {key: 100.0 + n for n, key in enumerate(keys)}, "wahrheit.csv"))
    put(truth, {(secret.id, ""): 1.0})
    tasks.take_over(truth, actor=SYSTEM)
    terms = ["--source", "Amt", "--licence", "dl-de/by-2-0"]
    for options in (terms, [*terms, "--json"]):
        outputs = []
        for hidden in (1.0, 2.0):
            put(truth, {(secret.id, ""): hidden})
            answer = CliRunner().invoke(
                cli.import_indicators, [str(file_of(tmp_path, {secret.key or "": 1.0})), *options]
            )
            assert answer.exit_code == 0, answer.output
            db.session.rollback()
            batch = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc()).limit(1)).one()
            assert batch.id != truth.id, "the guess was forgotten as if nothing was new"
            outputs.append(in_words(answer.output, batch))
            with transaction():
                import_services.undo(batch, actor=SYSTEM, reason="")
        assert outputs[0] == outputs[1]
        if "--json" in options:
            assert '"values": 1' in outputs[0]
        else:
            assert "0 neu, 0 geändert, 0 unverändert. 1 an der Stelle geheimer Werte." in outputs[0]


@pytest.mark.parametrize("at_once", [0, 30_000])
def test_open_numbers_are_counted_as_what_they_are(county: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                   at_once: int) -> None:  # fmt: skip
    """Large deliveries are counted series by series, with the same result; only hidden numbers are counted apart."""
    monkeypatch.setattr(counting, "MOST_AT_ONCE", at_once)
    keys = [place.key or "" for place in areas.composition_of(areas.own_county()).municipalities]
    tasks.take_over(staged(file_of(tmp_path, dict.fromkeys(keys[:-1], 100.0), series="offen")), actor=SYSTEM)
    batch = staged(file_of(tmp_path, dict.fromkeys(keys[2:], 100.0) | {keys[0]: 99.0}, series="offen"))
    expected = counting.Counts(1, 1, len(keys) - 3, 0, batch.compared_with)
    assert counting.Counts.of(batch) == expected
    assert batch.values == len(keys) - 1

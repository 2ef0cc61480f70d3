"""What came in, went out as CSV, workbook or JSON, and came in again is the same."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.indicators import downloads, open_data, queries, tasks
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.imports.source import open_source
from portal.indicators.mapping.grid import open_file
from portal.indicators.mapping.suggest import complete
from portal.indicators.models import Indicator
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row

KEY, PERIOD = "steuereinnahmekraft", "2025"
# How the portal's own files are read again: no value is made of a state or of a planning area.
ANSWERS = {
    "source": "Ausfuhr",
    "head": [1, 1],
    "level": "mixed",
    "rows_without_key": "skip",
    "decimal": ",",
    "signs": {"": "missing"},
    "columns": [
        {"heading": "Ebene", "holds": "nothing"},
        {"heading": "Schlüssel", "holds": "area"},
        {"heading": "Name", "holds": "name"},
        {"heading": "Zeitraum", "holds": "period"},
        {"heading": "Wert", "holds": "value"},
        {"heading": "Klasse", "holds": "nothing"},
        {"heading": "Einheit", "holds": "unit"},
        {"heading": "Zustand", "holds": "nothing"},
        {"heading": "Zensus", "holds": "nothing"},
    ],
}
Values = dict[str, float | None]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def drawn(places: list[str], seed: int) -> Values:
    """A value for most municipalities: whole, with many decimals, tiny, huge, negative; some have none."""
    dice = random.Random(seed)
    kinds = (
        lambda: float(dice.randrange(10_000)),
        lambda: dice.uniform(-1e3, 1e6),
        lambda: round(dice.uniform(0, 100), dice.randrange(1, 6)),
        lambda: dice.uniform(0, 1e-3),
        lambda: dice.choice((1e9, 123456789.125, 0.1 + 0.2, 1 / 3)),
    )
    return {key: None if dice.random() < 0.1 else dice.choice(kinds)() for key in places}


def imported(folder: Path, values: Values) -> tuple[IndicatorFigures, CountyFigures]:
    link = db.session.scalars(select(Indicator).where(Indicator.key == KEY)).one().series_links[0]
    rows = [
        long_row(
            key,
            "" if value is None else format(Decimal(repr(value)), "f"),
            series=link.series.code,
            unit=link.series.unit,
            period=PERIOD,
            status="missing_in_source" if value is None else "",
        )
        for key, value in values.items()
    ]
    read = tasks.read_in(long_form(folder / "herein.csv", rows), actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    tasks.take_over(read.batch, actor=SYSTEM)
    county = queries.county_figures(ANONYMOUS)
    return county.indicators[KEY], county


def again(path: Path) -> Values:
    """Value by municipality as an exported table is read."""
    rule = complete(open_file(path), ANSWERS, known_keys=frozenset())
    found = [one for chunk in open_source(path, rule=rule).read() for one in chunk]
    assert {one.period for one in found} == {PERIOD}
    return {one.area_key: one.value for one in found if len(one.area_key) == 8}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_file_of_an_indicator_comes_back(county: Flask, tmp_path: Path, seed: int) -> None:
    places = [place.key or "" for place in queries.county_figures(ANONYMOUS).composition.municipalities]
    values = drawn(places, seed)
    figures, everything = imported(tmp_path, values)
    assert figures.period == PERIOD
    # A workbook keeps sixteen digits of a number; that is more than any office publishes.
    kept = {key: None if value is None else float(f"{value:.16G}") for key, value in values.items()}
    for name, content, expected in (
        ("werte.csv", downloads.indicator_csv(figures, everything), values),
        ("werte.xlsx", downloads.indicator_xlsx(figures, everything), kept),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert again(path) == expected, name
    document = open_data.indicator_document(figures, everything)
    assert {one["key"]: one["value"] for one in document["values"] if one["level"] == "municipality"} == values

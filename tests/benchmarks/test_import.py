"""Reading 100,000 values in, against sqlite3 writing the same rows bare; memory, and what others wait meanwhile."""

import csv
import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.app import create_app
from portal.areas.models import Area, AreaKind
from portal.config import sqlite_url
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import queries, tasks
from portal.settings import services as settings
from tests.seeded import seeded_config, seeded_sqlite  # noqa: F401

VALUES = int(os.environ.get("PORTAL_BENCHMARK_VALUES", "100000"))
HEAD = (
    "level", "ags", "area_name", "indicator_id", "period", "period_type", "value", "unit", "value_status", "source",
    "territorial_status",
)  # fmt: skip


def generated(places: list[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    for i in range(VALUES):
        key, name = places[i % len(places)]
        turn = i // len(places)
        yield (
            "municipality", key, name, f"reihe_{turn // 20}", str(2001 + turn % 20), "year", f"{i % 977 / 7:.4f}",
            "Anzahl", "", "Generiert", "2024-06-30",
        )  # fmt: skip


def write_file(path: Path, places: list[tuple[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(generated(places))


def bare(path: Path, target: Path) -> float:
    """Seconds that sqlite3 alone needs to read the file and write its rows into one table with one index."""
    begun = time.perf_counter()
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE bare (area, series, period, value, UNIQUE (series, area, period))")
    with path.open(encoding="utf-8", newline="") as stream, connection:
        rows = ((row[1], row[3], row[4], float(row[6])) for row in list(csv.reader(stream))[1:])
        connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return time.perf_counter() - begun


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.benchmark
@pytest.mark.slow
def test_import(seeded_sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    folder = tmp_path / "data"
    shutil.copytree(seeded_sqlite, folder)
    app = create_app(seeded_config(sqlite_url(folder), folder))
    waits: list[float] = []
    memory: list[float] = []
    stop = threading.Event()

    def beside() -> None:
        with app.app_context():
            while not stop.wait(0.02):
                begun = time.perf_counter()
                with transaction():
                    settings.bump("somebody_else")
                waits.append(time.perf_counter() - begun)
                memory.append(resident_mb())
            db.session.remove()

    with app.app_context():
        statement = select(Area.key, Area.name).where(Area.kind == AreaKind.MUNICIPALITY).order_by(Area.key)
        places = [(key or "", name) for key, name in db.session.execute(statement)]
        path = tmp_path / "werte.csv"
        write_file(path, places)
        before = resident_mb()
        other = threading.Thread(target=beside)
        other.start()
        begun = time.perf_counter()
        try:
            read = tasks.read_in(path, actor=SYSTEM)
            staged = time.perf_counter() - begun
            assert read.batch is not None
            assert read.batch.new_values == VALUES
            tasks.take_over(read.batch, actor=SYSTEM)
        finally:
            stop.set()
            other.join()
        begun = time.perf_counter()
        queries.county_figures(ANONYMOUS)
        cold = time.perf_counter() - begun
        db.session.remove()
        db.engine.dispose()
    alone = bare(path, tmp_path / "bare.sqlite3")
    result = {
        "benchmark": "import",
        "values": VALUES,
        "rows_per_second": round(VALUES / staged),
        "bare_rows_per_second": round(VALUES / alone),
        "memory_growth_mb": round(max(memory) - before, 1),
        "others_waited_at_most_s": round(max(waits), 3),
        "others_waited_median_s": round(sorted(waits)[len(waits) // 2], 4),
        "figures_cold_s": round(cold, 3),
    }
    with capsys.disabled():
        print("\n" + json.dumps(result))
    assert result["rows_per_second"] > 1_000
    assert result["memory_growth_mb"] < 150
    assert result["others_waited_at_most_s"] < 5

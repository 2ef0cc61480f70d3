"""A million values: read in while others write, in flat memory; pages and proposals with all of them loaded.

93 series of all 10,800 municipalities. The file is read by the command, as a process of its own, so that its memory
and its locks are those of the real thing. Beside it, in the same minutes, bare sqlite3 writes the same rows.
"""

import csv
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from portal.app import create_app
from portal.config import sqlite_url
from portal.core.database import db
from portal.core.transaction import transaction
from portal.settings import services as settings
from tests.benchmarks import germany
from tests.seeded import seeded_config, seeded_sqlite  # noqa: F401

ENVIRON = {
    "PORTAL_BASE_URL": "http://127.0.0.1",
    "PORTAL_MAIL_SENDER": "Sozialplanung <sozialplanung@landkreis.example>",
    "PORTAL_SMTP_HOST": "127.0.0.1",
    "PORTAL_SMTP_SECURITY": "none",
}
# What bare sqlite3 needs for the rows on the machine on which they are to be read in within a minute.
BARE_SECONDS = 4.0
MOST_SECONDS = 60
MOST_GROWTH_MB = 40
MOST_WAIT_SECONDS = 5


@dataclass(frozen=True)
class Loaded:
    """A data folder with a million values."""

    folder: Path
    places: list[str]
    series: list[germany.Delivered]


@pytest.fixture(scope="module")
def settled(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:  # noqa: F811
    """The demonstration with every municipality of Germany and every entry of the catalogue in use."""
    folder = tmp_path_factory.mktemp("million") / "data"
    shutil.copytree(seeded_sqlite, folder)
    database = folder / "portal.sqlite3"
    places = germany.settle(database)
    return Loaded(folder, places, germany.watch_everything(database))


def bare(path: Path, target: Path) -> float:
    """Seconds that sqlite3 alone needs to read the file and write its rows into one table with one index."""
    begun = time.perf_counter()
    connection = sqlite3.connect(target)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE bare (area, series, period, value, UNIQUE (series, area, period))")
    with path.open(encoding="utf-8", newline="") as stream, connection:
        reader = csv.reader(stream)
        next(reader)
        rows = ((row[1], row[3], row[4], float(row[6])) for row in reader)
        connection.executemany("INSERT INTO bare VALUES (?, ?, ?, ?)", rows)
    connection.close()
    return time.perf_counter() - begun


def read_in(folder: Path, path: Path) -> tuple[float, float, dict[str, object]]:
    """`portal import indicators` as a process: seconds, its largest memory in MB, what it said."""
    said = path.with_suffix(".said")
    command = [sys.executable, "-m", "portal.cli", "import", "indicators", str(path), "--format", "long", "--json"]
    begun = time.perf_counter()
    with said.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, env=os.environ | ENVIRON | {"PORTAL_DATA": str(folder)})
        _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said.read_text(encoding="utf-8")
    result: dict[str, object] = json.loads(said.read_text(encoding="utf-8"))
    return time.perf_counter() - begun, usage.ru_maxrss / 1024, result


class Others:
    """People who change something fifty times a second, each change an ordinary transaction."""

    def __init__(self, folder: Path) -> None:
        self._app = create_app(seeded_config(sqlite_url(folder), folder))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.waits: list[float] = []
        self.faults: list[str] = []

    def __enter__(self) -> "Others":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _work(self) -> None:
        with self._app.app_context():
            while not self._stop.wait(0.02):
                begun = time.perf_counter()
                try:
                    with transaction():
                        settings.bump("somebody_else")
                except Exception as error:  # noqa: BLE001 - whatever it is, nobody's change may be refused
                    self.faults.append(repr(error))
                self.waits.append(time.perf_counter() - begun)
            db.session.remove()
            db.engine.dispose()


def one(folder: Path, statement: str) -> int:
    with sqlite3.connect(folder / "portal.sqlite3") as connection:
        return int(connection.execute(statement).fetchone()[0])


@pytest.mark.benchmark
@pytest.mark.slow
def test_million_values_are_read_in(settled: Loaded, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tenth, whole = tmp_path / "tenth.csv", tmp_path / "whole.csv"
    germany.write_long(tenth, settled.places, settled.series[:9])
    count = germany.write_long(whole, settled.places, settled.series)
    beside = tmp_path / "beside"
    shutil.copytree(settled.folder, beside)
    _seconds, small_mb, _said = read_in(beside, tenth)
    alone = bare(whole, tmp_path / "bare.sqlite3")
    with Others(settled.folder) as others:
        seconds, memory, said = read_in(settled.folder, whole)
    waits = sorted(others.waits)
    most = MOST_SECONDS * max(1.0, alone / BARE_SECONDS)
    line = {
        "benchmark": "million_values",
        "values": count,
        "seconds": round(seconds, 1),
        "most_seconds": round(most, 1),
        "bare_seconds": round(alone, 1),
        "memory_mb": round(memory),
        "memory_of_a_tenth_mb": round(small_mb),
        "others_wrote": len(waits),
        "others_waited_at_most_s": round(waits[-1], 3),
        "others_waited_p99_s": round(waits[int(len(waits) * 0.99)], 3),
        "others_waited_median_s": round(waits[len(waits) // 2], 4),
    }
    with capsys.disabled():
        print("\n" + json.dumps(line))
    assert said["values"] == count
    assert one(settled.folder, f"SELECT new_values + changed_values FROM import_batch WHERE file_name = '{whole.name}'") == count  # noqa: S608 E501
    assert not others.faults
    assert one(settled.folder, "SELECT number FROM data_version WHERE name = 'somebody_else'") == len(waits)
    assert waits[-1] < MOST_WAIT_SECONDS
    assert memory - small_mb < MOST_GROWTH_MB
    assert seconds < most

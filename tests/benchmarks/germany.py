"""Every municipality of Germany and a million generated values, for the benchmarks only.

Keys have the shape of the official ones (Land, district, county, municipality) and those that the portal ships stay
among them; names and figures are generated. A million values are 93 series of 10,800 municipalities.
"""

import csv
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from tests.indicators.files import names

MUNICIPALITIES = 10_800
SERIES = 93
COUNTIES = 400
_HEAD = (
    "level", "ags", "area_name", "indicator_id", "period", "period_type", "value", "unit", "value_status", "source",
    "territorial_status",
)  # fmt: skip
_PERIOD_WORDS = {"date": "reference_date", "range": "period"}
_MOMENT = "2026-01-01 00:00:00.000000"


class Delivered(NamedTuple):
    """A series that the file brings: of one period."""

    code: str
    unit: str
    period: str
    kind: str


def settle(database: Path) -> list[str]:
    """Add counties and municipalities until there are as many as in Germany; the keys of all municipalities."""
    with sqlite3.connect(database) as connection:
        known = dict(connection.execute("SELECT key, kind FROM area WHERE kind IN ('county', 'municipality')"))
        keys = sorted(key for key, kind in known.items() if kind == "municipality")
        counties = [key for key in _county_keys() if key not in known]
        counties = counties[: COUNTIES - sum(kind == "county" for kind in known.values())]
        first = connection.execute("SELECT max(id) FROM area").fetchone()[0] + 1
        ids = {key: first + number for number, key in enumerate(counties)}
        places = [f"{county}{number:03}" for number in range(1, 40) for county in counties]
        places = places[: MUNICIPALITIES - len(keys)]
        rows = [_area(ids[key], "county", key, None) for key in counties]
        rows += [
            _area(first + len(counties) + number, "municipality", key, ids[key[:5]])
            for number, key in enumerate(places)
        ]
        connection.executemany(
            "INSERT INTO area (id, public_id, kind, key, county_id, name, official_name, slug, sort_key, search_key, "
            "type_name, is_own, character, description, urbanisation, square_km, edition, created_at) "
            f"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '', '', '', 25.0, 1, '{_MOMENT}')",
            rows,
        )
        connection.execute("UPDATE data_version SET number = number + 1 WHERE name = 'areas'")
    connection.close()
    return sorted(keys + places)


def watch_everything(database: Path) -> list[Delivered]:
    """Feed every entry of the catalogue and have all of them in use; the series that the file is to bring.

    Those that are linked to an entry keep their unit and newest period; entries without one get a series of the
    benchmark. What others are weighted with is left alone.
    """
    with sqlite3.connect(database) as connection:
        linked = [
            Delivered(*row)
            for row in connection.execute(
                "SELECT s.code, s.unit, max(v.period), v.period_kind FROM indicator_series l "
                "JOIN series s ON s.id = l.series_id JOIN series_value v ON v.series_id = s.id "
                "WHERE l.position = 0 AND s.code LIKE 'da!_%' ESCAPE '!' GROUP BY s.id ORDER BY s.code"
            )
        ]
        bare = connection.execute(
            "SELECT id FROM indicator i WHERE delivery = 'files' AND aggregation = 'none' "
            "AND NOT EXISTS (SELECT 1 FROM indicator_series l WHERE l.indicator_id = i.id) ORDER BY id"
        ).fetchall()
        own = [Delivered(f"benchmark_{number}", "Prozent", "2024", "year") for number in range(SERIES - len(linked))]
        for number, one in enumerate(own):
            series = connection.execute(
                "INSERT INTO series (public_id, code, unit, title, sort_key, search_key, definition, data_basis, note, "
                "is_own, created_at) VALUES (?, ?, ?, ?, ?, ?, '', '', '', 0, ?)",
                (f"benchmark{number:03}", one.code, one.unit, *[one.code] * 3, _MOMENT),
            ).lastrowid
            if number < len(bare):
                connection.execute(
                    "INSERT INTO indicator_series (indicator_id, series_id, position, dimensions) VALUES (?, ?, 0, '')",
                    (bare[number][0], series),
                )
        connection.execute(
            "UPDATE indicator SET aggregation = 'population_weighted_mean', in_use = 1 "
            "WHERE aggregation = 'none' AND delivery = 'files' AND retired_on IS NULL"
        )
        connection.execute("UPDATE data_version SET number = number + 1 WHERE name = 'figures'")
    connection.close()
    return linked + own


def rows(places: Sequence[str], series: Sequence[Delivered], *, shift: int = 0) -> Iterator[tuple[str, ...]]:
    """One row for each series and municipality, in the long form; another `shift` gives other figures."""
    called = {key: names().get(key, f"Gemeinde {key}") for key in places}
    for turn, one in enumerate(series):
        word = _PERIOD_WORDS.get(one.kind, one.kind)
        for number, key in enumerate(places):
            value = f"{(turn * 7_919 + number * 104_729 + shift) % 9_973 / 100:.2f}"
            yield (
                "municipality", key, called[key], one.code, one.period, word, value, one.unit, "", "Generiert",
                "2024-12-31",
            )  # fmt: skip


def write_long(path: Path, places: Sequence[str], series: Sequence[Delivered], *, shift: int = 0) -> int:
    """The rows as a file in the long form; how many."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_HEAD)
        writer.writerows(rows(places, series, shift=shift))
    return len(places) * len(series)


def _county_keys() -> Iterator[str]:
    """Five digits: 16 Länder, up to five districts, up to eight counties in each."""
    for number, district, land in product(range(51, 59), range(5), range(1, 17)):
        yield f"{land:02}{district}{number}"


def _area(area_id: int, kind: str, key: str, county_id: int | None) -> tuple[object, ...]:
    name = f"{'Landkreis' if county_id is None else 'Gemeinde'} {key}"
    slug = name.lower().replace(" ", "-")
    return area_id, f"germ{area_id:08}", kind, key, county_id, name, name, slug, name.lower(), name.lower()

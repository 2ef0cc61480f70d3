"""Damaged tables through the mapping assistant: a precise refusal or what the sound table says, never another number.

Each damaged table is read twice: by the rule made for the sound one (a remembered mapping), and by what the assistant
suggests for the damaged one with the answers that were given for the sound one. Damage is drawn with a fixed seed.
"""

import random
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from import_samples import CLASSIC_FOOT, CLASSIC_ORIGINAL, FLAT_ORIGINAL, ORIGINALS, classic_file, flat_file
from mapping_samples import LONG, WIDE, read, rule_of, text
from test_import_workbook import bomb
from workbook_samples import Content, Formula, SheetSample, packed, xlsx

from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import ImportRefused
from portal.indicators.imports.source import open_source
from portal.indicators.mapping.rule import Rule

SEED = 20261130
Figures = set[tuple[str, str, float | None]]
Answers = Mapping[str, Any]
Row = Sequence[Content]
OWN = {"signs": {"k.A.": "missing", "-": "zero_or_not_available"}}
OFFICE = {"level": "mixed", "signs": {"-": "zero_or_not_available", ".": "suppressed"}}
CLASSIC: Answers = {
    **OFFICE,
    "delimiter": ";",
    "head": [6, 9],
    "columns": [
        {"heading": "(Spalte A)", "holds": "period"},
        {"heading": "(Spalte B)", "holds": "area"},
        {"heading": "(Spalte C)", "holds": "name"},
    ],
}
_HOLDS = {
    "time": "period",
    "1_variable_attribute_code": "area",
    "1_variable_attribute_label": "name",
    "2_variable_attribute_label": "part",
    "value": "value",
    "value_unit": "unit",
    "value_variable_label": "series",
}
FLAT: Answers = {
    **OFFICE,
    "columns": [
        {"heading": heading, "holds": _HOLDS.get(heading, "nothing")}
        for heading in flat_file().splitlines()[0].split(";")
    ],
}
_FOOT = tuple(line for line in CLASSIC_FOOT if not line.startswith("31.12."))
TEXTS: dict[str, tuple[str, Answers]] = {
    "long": (text(LONG), OWN),
    "wide": (text(WIDE), OWN),
    "classic": (classic_file(foot=_FOOT), CLASSIC),
    "flat": (flat_file(), FLAT),
}


def as_cells(rows: Sequence[Sequence[str]]) -> list[list[Content]]:
    """A table as a sheet keeps it: keys as text, figures as numbers."""
    return [
        [float(cell.replace(".", "").replace(",", ".")) if is_figure(cell) else cell for cell in row] for row in rows
    ]


def is_figure(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").isdigit() and not cell.startswith("0")


SHEETS = {"long": as_cells(LONG), "wide": as_cells(WIDE)}


@pytest.fixture
def dice() -> random.Random:
    return random.Random(SEED)


def figures(path: Path, rule: Rule | None, answers: Answers) -> Figures | None:
    """Area, period and number of every figure; None for a refusal (checked to name a place and a reason)."""
    try:
        if rule is None:
            found = read(path, answers)
        else:
            found = [one for chunk in open_source(path, rule=rule).read() for one in chunk]
    except ImportRefused as refused:
        said = [(cell.row, bool(cell.column), bool(str(cell.reason))) for cell in refused.refusals]
    else:
        return numbers_of(found)
    assert said
    assert all(row >= 1 and has_column and has_reason for row, has_column, has_reason in said)
    return None


def numbers_of(found: Sequence[Observation]) -> Figures:
    return {(one.area_key, one.period, one.value) for one in found if one.value is not None}


class Sound:
    """An undamaged table: what it says, and the rule it was read by."""

    def __init__(self, path: Path, content: bytes, answers: Answers) -> None:
        self._path, self._answers = path, answers
        path.write_bytes(content)
        self.rule = rule_of(path, **answers)
        self.whole = figures(path, self.rule, answers)
        assert self.whole

    def holds_against(self, content: bytes, why: object) -> list[Figures | None]:
        """Read damaged content both ways: nothing but what the sound table says."""
        self._path.write_bytes(content)
        found = [figures(self._path, rule, self._answers) for rule in (self.rule, None)]
        for one in found:
            assert one is None or one <= (self.whole or set()), why
        return found

    def is_refused(self, content: bytes) -> bool:
        return self.holds_against(content, "") == [None, None]


def rows_of(content: str) -> list[list[str]]:
    return [line.split(";") for line in content.splitlines()]


def joined(rows: Sequence[Sequence[str]], delimiter: str = ";") -> bytes:
    return ("\n".join(delimiter.join(cells) for cells in rows) + "\n").encode()


def damages(dice: random.Random) -> dict[str, Callable[[str], bytes]]:
    def cut(content: str) -> bytes:
        return content.encode()[: dice.randrange(len(content))]

    def other_byte(content: str) -> bytes:
        """Any byte in place of one that is no digit and makes no number of another."""
        raw = content.encode()
        at = dice.choice([i for i, byte in enumerate(raw) if not 48 <= byte <= 57 and byte not in b"-,."])
        byte = dice.choice([b for b in range(256) if not 48 <= b <= 57 and b not in b"-,."])
        return raw[:at] + bytes([byte]) + raw[at + 1 :]

    def charset(content: str) -> bytes:
        return content.replace("©", "(c)").encode(dice.choice(["utf-16", "utf-16-le", "cp850", "utf-32", "mac_roman"]))

    def field_lost(content: str) -> bytes:
        rows = rows_of(content)
        row = dice.choice([cells for cells in rows if len(cells) > 4 and cells[4]])
        del row[dice.randrange(len(row))]
        return joined(rows)

    def field_doubled(content: str) -> bytes:
        rows = rows_of(content)
        row = dice.choice([cells for cells in rows if len(cells) > 4 and cells[4]])
        at = dice.randrange(len(row))
        row.insert(at, row[at])
        return joined(rows)

    def column_lost(content: str) -> bytes:
        rows = rows_of(content)
        at = dice.randrange(len(rows[-1]) if len(rows[-1]) > 4 else 5)
        return joined([[*cells[:at], *cells[at + 1 :]] if len(cells) > 4 else cells for cells in rows])

    def nonsense(content: str) -> bytes:
        rows = rows_of(content)
        row = dice.choice([cells for cells in rows if len(cells) > 4 and cells[4]])
        row[dice.randrange(len(row))] = dice.choice(["=1+1", "NaN", "1e5", "#REF!", "0x1F", "12,3,4", "Σ¿", "1 000 0"])
        return joined(rows)

    def moved(content: str) -> bytes:
        rows = rows_of(content)
        width = max(map(len, rows))
        order = dice.sample(range(width), width)
        return joined([[cells[i] for i in order] if len(cells) == width else cells for cells in rows])

    def row_doubled_with_another_value(content: str) -> bytes:
        rows = rows_of(content)
        at = dice.choice(
            [i for i, cells in enumerate(rows) if len(cells) > 4 and cells[-1].isdigit()] or [len(rows) - 1]
        )
        return joined([*rows[: at + 1], rows[at], *rows[at + 1 :]])

    drawn = (
        cut, other_byte, charset, field_lost, field_doubled, column_lost, nonsense, moved,
        row_doubled_with_another_value,
    )  # fmt: skip
    return {one.__name__: one for one in drawn}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_damaged_text_tables(name: str, tmp_path: Path, dice: random.Random) -> None:
    content, answers = TEXTS[name]
    sound = Sound(tmp_path / "tabelle.csv", content.encode(), answers)
    for damage, hurt in damages(dice).items():
        for _ in range(12):
            hurt_content = hurt(content)
            found = sound.holds_against(hurt_content, (damage, hurt_content))
            if damage in {"field_lost", "field_doubled"}:
                assert found == [None, None], (damage, hurt_content)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_keys_as_floats_and_other_delimiters(name: str, tmp_path: Path) -> None:
    content, answers = TEXTS[name]
    sound = Sound(tmp_path / "tabelle.csv", content.encode(), answers)
    for key in ("08226003", "08226"):
        if f"{key};" in content:
            assert sound.is_refused(content.replace(f"{key};", f"{key[1:]}.0;").encode())
            assert sound.is_refused(content.replace(f"{key};", f"{key[1:]};").encode())
    for delimiter in (",", "|", " "):
        sound.holds_against(content.replace(";", delimiter).encode(), delimiter)


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_damaged_workbooks(name: str, tmp_path: Path, dice: random.Random) -> None:
    rows = SHEETS[name]
    sound = Sound(tmp_path / "tabelle.xlsx", packed(xlsx({"Daten": rows})), OWN)
    content = packed(xlsx({"Daten": rows}))
    for at in dice.sample(range(len(content)), 15):
        assert sound.is_refused(content[:at])
    for at in dice.sample(range(len(content)), 30):
        sound.holds_against(content[:at] + bytes([content[at] ^ (1 << dice.randrange(8))]) + content[at + 1 :], at)
    places = [(row, column) for row, cells in enumerate(rows) for column in range(len(cells))]
    for row, column in dice.sample(places, len(places)):
        for cell in (Formula(), Formula("#REF!", is_error=True), "=1+1", True, "1.234,5,6"):
            damaged = [list(cells) for cells in rows]
            damaged[row][column] = cell
            sound.holds_against(packed(xlsx({"Daten": damaged})), (row, column, cell))
        # What is merged keeps the upper left cell only.
        merged = [list(cells) for cells in rows]
        merged[row][column + 1 : column + 3] = [None] * len(merged[row][column + 1 : column + 3])
        area = f"{'ABCDEFGH'[column]}{row + 1}:{'ABCDEFGH'[column + 2]}{row + 1}"
        sound.holds_against(packed(xlsx({"Daten": SheetSample(merged, merged=(area,))})), area)


@pytest.mark.parametrize("name", sorted(SHEETS))
def test_formulas_with_their_results_and_columns_in_any_order(name: str, tmp_path: Path, dice: random.Random) -> None:
    rows = SHEETS[name]
    sound = Sound(tmp_path / "tabelle.xlsx", packed(xlsx({"Daten": rows})), OWN)
    computed = [
        [Formula(cell) if isinstance(cell, float) and at else cell for cell in row] for at, row in enumerate(rows)
    ]
    assert sound.holds_against(packed(xlsx({"Daten": computed})), "computed") == [sound.whole, sound.whole]
    never = packed(xlsx({"Daten": computed}, workbook_extra='<calcPr fullCalcOnLoad="1"/>'))
    assert sound.is_refused(never)
    for _ in range(6):
        order = dice.sample(range(len(rows[0])), len(rows[0]))
        moved = packed(xlsx({"Daten": [[row[at] for at in order] for row in rows]}))
        assert sound.holds_against(moved, order) == [sound.whole, sound.whole]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bombe.xlsx"
    path.write_bytes(bomb(b""))
    assert figures(path, None, OWN) is None


_HUGE = """
import resource, sys
sys.path.insert(0, "tests/indicators/imports")
from mapping_samples import rule_of
from pathlib import Path
from portal.indicators.imports.source import open_source
source = open_source(path := Path(sys.argv[1]), rule=rule_of(path))
print(source.validate().numbers, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def read_apart(folder: Path, rows: int) -> tuple[int, float]:
    """Numbers read of a long table of so many rows, in a process of its own, and its largest memory in MB."""
    keys = ("08226003", "08226009", "08226012", "08226095")
    path = folder / f"{rows}.csv"
    with path.open("w", encoding="utf-8") as stream:
        stream.write("AGS;Gemeinde;Jahr;Reihe;Einheit;Wert\n")
        for at in range(rows):
            place, turn = at % 4, at // 4
            stream.write(f"{keys[place]};Ort {place};{1901 + turn % 120};Reihe {turn // 120};Anzahl;{at}\n")
    found = subprocess.run(
        [sys.executable, "-c", _HUGE, str(path)],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).resolve().parents[3],
    )
    numbers, kilobytes = map(int, found.stdout.split())
    return numbers, kilobytes / 1024


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    few, little = read_apart(tmp_path, 4_800)
    many, much = read_apart(tmp_path, 120_000)
    assert (few, many) == (4_800, 120_000)
    assert much < little + 15, (little, much)


def test_more_rows_than_can_be_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = tmp_path / "riesig.csv"
    line = b"08226003;2023;1\n"
    with path.open("wb") as stream:
        stream.write(b"AGS;Jahr;Wert\n")
        for _ in range(101):
            stream.write(line * 50_000)
    with pytest.raises(ImportRefused, match="Zeilen"):
        rule_of(path)


if ORIGINALS.is_dir():

    @pytest.mark.parametrize(
        ("original", "answers"), [(CLASSIC_ORIGINAL, CLASSIC), (FLAT_ORIGINAL, FLAT)], ids=["classic", "flat"]
    )
    def test_the_offices_own_files(original: Path, answers: Answers, tmp_path: Path, dice: random.Random) -> None:
        """What the assistant reads is what the format's own reader reads; damaged, it is refused or a part of that."""
        content = original.read_bytes()
        sound = Sound(tmp_path / original.name, content, answers)
        own = [one for chunk in open_source(original).read() for one in chunk]
        assert sound.whole == numbers_of(own)
        for at in dice.sample(range(len(content)), 3):
            sound.holds_against(content[:at], at)
        marks = [i for i, byte in enumerate(content) if not 48 <= byte <= 57 and byte not in b"-,."]
        for at in dice.sample(marks, 4):
            byte = dice.choice([b for b in range(256) if not 48 <= b <= 57 and b not in b"-,."])
            sound.holds_against(content[:at] + bytes([byte]) + content[at + 1 :], (at, byte))
        assert sound.is_refused(content.replace(b";08226;", b";8226.0;"))
        assert sound.is_refused(content.replace(b";08226;", b";8226;"))

    def test_the_agencys_workbook_has_no_column_of_keys(tmp_path: Path) -> None:
        path = tmp_path / "mappe.xlsx"
        path.write_bytes((ORIGINALS / "Arbeitsmarkt-kommunal_06440001_Altenstadt.xlsx").read_bytes())
        with pytest.raises(ImportRefused) as refused:
            read(path, {"sheet": "Daten"})
        assert "In welcher Spalte steht der Gebietsschlüssel (AGS)?" in str(refused.value.refusals[0].reason)

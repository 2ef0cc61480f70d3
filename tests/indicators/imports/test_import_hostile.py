"""Damaged deliveries of every format: a precise refusal or what the undamaged file says, never another number.

Damage is drawn with a fixed seed. One thing no reader can tell: a digit that became another digit in a format
without checksums. XLSX has them, so there every changed byte counts.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from atlas_samples import ATLAS_SHEETS
from import_samples import CLASSIC_ORIGINAL, FLAT_ORIGINAL, ORIGINALS, facts, read_all
from inkar_samples import INKAR_LINES, INKAR_LONG_LINES, INKAR_ROWS, inkar_file
from labour_samples import LABOUR_ROWS, MERGED
from test_import_flat_older import whole as older_flat
from workbook_samples import Content, Formula, Rows, SheetSample, packed, xls, xlsx

from portal.indicators.imports.refusals import ImportRefused

SEED = 20261130
WORKBOOKS: dict[str, dict[str, Rows]] = {
    "labour": {"Daten": LABOUR_ROWS},
    "atlas": ATLAS_SHEETS,
    "inkar": {"Daten": INKAR_ROWS},
}
TEXTS = {"inkar": inkar_file(INKAR_LINES), "inkar-long": inkar_file(INKAR_LONG_LINES), "older-flat": older_flat()}
NONSENSE: tuple[Content, ...] = (
    "=1+1", "1.234", "1,234", "NaN", "1e5", "#REF!", "1 000", "0x1F", "8226003.0", "Σ¿", True, Formula(),
    Formula("#DIV/0!", is_error=True), None,
)  # fmt: skip
Facts = set[tuple[object, ...]]


def outcome(path: Path, content: bytes) -> Facts | None:
    """Facts read, or None for a refusal (checked to name a place and a reason)."""
    path.write_bytes(content)
    try:
        return facts(read_all(path))
    except ImportRefused as refused:
        for cell in refused.refusals:
            assert cell.row >= 1
            assert cell.column
            assert str(cell.reason)
        return None


def numbers(found: Facts) -> Facts:
    """Area, period and number of every figure."""
    return {(fact[0], fact[6], fact[9]) for fact in found if fact[9] is not None}


def build(kind: str, sheets: dict[str, Rows], *, older: bool = False) -> bytes:
    if older:
        return xls(sheets)
    samples = {name: SheetSample(rows, merged=MERGED if kind == "labour" else ()) for name, rows in sheets.items()}
    return packed(xlsx(samples))


@pytest.fixture(params=sorted(WORKBOOKS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def dice() -> random.Random:
    return random.Random(SEED)


def undamaged(path: Path, content: bytes) -> Facts:
    found = outcome(path, content)
    assert found
    return found


def test_bytes_of_newer_workbooks(kind: str, tmp_path: Path, dice: random.Random) -> None:
    """Cut anywhere, and any byte changed: refused, or nothing that counts was hit."""
    path = tmp_path / "mappe.xlsx"
    content = build(kind, WORKBOOKS[kind])
    whole = undamaged(path, content)
    for at in dice.sample(range(len(content)), 25):
        assert outcome(path, content[:at]) is None
    for at in dice.sample(range(len(content)), 80):
        flipped = content[:at] + bytes([content[at] ^ (1 << dice.randrange(8))]) + content[at + 1 :]
        assert outcome(path, flipped) in (None, whole), at


def test_bytes_of_older_workbooks(kind: str, tmp_path: Path, dice: random.Random) -> None:
    """No checksum guards them: whatever was hit, the answer is a refusal or a reading, and a cut is always seen."""
    path = tmp_path / "mappe.xls"
    content = build(kind, WORKBOOKS[kind], older=True)
    assert undamaged(path, content) == undamaged(tmp_path / "m.xlsx", build(kind, WORKBOOKS[kind]))
    for at in dice.sample(range(len(content)), 25):
        assert outcome(path, content[:at]) is None
    for at in dice.sample(range(len(content)), 80):
        outcome(path, content[:at] + bytes([dice.randrange(256)]) + content[at + 1 :])


def filled(sheets: dict[str, Rows]) -> Iterator[tuple[str, int, int, Content]]:
    for name, rows in sheets.items():
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    yield name, row, column, cell


def with_cell(sheets: dict[str, Rows], place: tuple[str, int, int], content: Content) -> dict[str, Rows]:
    name, at, column = place
    rows = [list(cells) for cells in sheets[name]]
    rows[at][column] = content
    return {**sheets, name: rows}


def test_cells_of_workbooks(kind: str, tmp_path: Path, dice: random.Random) -> None:
    """A cell replaced by nonsense may lose figures, but makes none."""
    path = tmp_path / "mappe.xlsx"
    sheets = WORKBOOKS[kind]
    whole = numbers(undamaged(path, build(kind, sheets)))
    cells = list(filled(sheets))
    for name, row, column, _ in dice.sample(cells, min(60, len(cells))):
        found = outcome(path, build(kind, with_cell(sheets, (name, row, column), dice.choice(NONSENSE))))
        assert found is None or numbers(found) <= whole, (name, row, column)


def test_formulas_in_place_of_figures(kind: str, tmp_path: Path, dice: random.Random) -> None:
    path = tmp_path / "mappe.xlsx"
    sheets = WORKBOOKS[kind]
    whole = undamaged(path, build(kind, sheets))
    figures = [cell for cell in filled(sheets) if isinstance(cell[3], float)]
    for name, row, column, cell in dice.sample(figures, 8):
        assert isinstance(cell, float)
        kept = with_cell(sheets, (name, row, column), Formula(cell))
        assert outcome(path, build(kind, kept)) == whole
        assert outcome(path, build(kind, with_cell(sheets, (name, row, column), Formula()))) is None
        never_computed = packed(xlsx(dict(kept), workbook_extra='<calcPr fullCalcOnLoad="1"/>'))
        assert outcome(path, never_computed) is None


def test_columns_missing_doubled_and_moved(kind: str, tmp_path: Path, dice: random.Random) -> None:
    path = tmp_path / "mappe.xlsx"
    sheets = WORKBOOKS[kind]
    whole = undamaged(path, build(kind, sheets))
    for name, rows in sheets.items():
        width = max(map(len, rows))
        full = [list(cells) + [None] * (width - len(cells)) for cells in rows]
        for column in range(width):
            without = [[*cells[:column], *cells[column + 1 :]] for cells in full]
            found = outcome(path, build(kind, {**sheets, name: without}))
            assert found is None or numbers(found) <= numbers(whole), column
            doubled = [[*cells[: column + 1], *cells[column:]] for cells in full]
            found = outcome(path, build(kind, {**sheets, name: doubled}))
            assert found is None or numbers(found) <= numbers(whole), column
        for _ in range(6):
            order = dice.sample(range(width), width)
            moved = [[cells[i] for i in order] for cells in full]
            found = outcome(path, build(kind, {**sheets, name: moved}))
            assert found is None or numbers(found) <= numbers(whole), order


def test_rows_missing_and_doubled(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "mappe.xlsx"
    sheets = WORKBOOKS[kind]
    whole = undamaged(path, build(kind, sheets))
    for name, rows in sheets.items():
        for row in range(len(rows)):
            found = outcome(path, build(kind, {**sheets, name: [*rows[:row], *rows[row + 1 :]]}))
            assert found is None or numbers(found) <= numbers(whole), row
            found = outcome(path, build(kind, {**sheets, name: [*rows[: row + 1], *rows[row:]]}))
            assert found is None or numbers(found) <= numbers(whole), row


def test_any_cells_merged(kind: str, tmp_path: Path, dice: random.Random) -> None:
    """What is merged keeps the upper left cell only."""
    path = tmp_path / "mappe.xlsx"
    sheets = WORKBOOKS[kind]
    whole = numbers(undamaged(path, build(kind, sheets)))
    name = next(iter(sheets))
    rows = sheets[name]
    for _ in range(15):
        row, column = dice.randrange(len(rows)), dice.randrange(5)
        merged = [list(cells) for cells in rows]
        for cell in range(column + 1, min(column + 3, len(merged[row]))):
            merged[row][cell] = None
        letters = "ABCDEFGH"
        sample = SheetSample(merged, merged=(f"{letters[column]}{row + 1}:{letters[column + 2]}{row + 1}",))
        found = outcome(path, packed(xlsx({**sheets, name: sample})))
        assert found is None or numbers(found) <= whole, (row, column)


def damages(dice: random.Random) -> dict[str, Callable[[str], bytes]]:
    def cut(text: str) -> bytes:
        return text.encode()[: dice.randrange(len(text))]

    def other_byte(text: str) -> bytes:
        """Any byte in place of one that is no digit, and no digit in its place."""
        content = text.encode()
        at = dice.choice([i for i, byte in enumerate(content) if not 48 <= byte <= 57])
        byte = dice.choice([b for b in range(256) if not 48 <= b <= 57 and b not in b"-,."])
        return content[:at] + bytes([byte]) + content[at + 1 :]

    def delimiter(text: str) -> bytes:
        return text.replace(";", dice.choice([",", "\t", "|", " "])).encode()

    def charset(text: str) -> bytes:
        return text.encode(dice.choice(["utf-16", "utf-16-le", "cp850", "utf-32", "mac_roman"]))

    def field_lost(text: str) -> bytes:
        rows = [line.split(";") for line in text.splitlines()]
        row = dice.choice(rows[1:])
        del row[dice.randrange(len(row))]
        return ("\n".join(";".join(cells) for cells in rows) + "\n").encode()

    def float_key(text: str) -> bytes:
        return text.replace(dice.choice([";8226;", ";08226;", "\n08226;"]), ";8226.0;").encode()

    def moved(text: str) -> bytes:
        rows = [line.split(";") for line in text.splitlines()]
        order = dice.sample(range(len(rows[0])), len(rows[0]))
        return ("\n".join(";".join(cells[i] for i in order) for cells in rows) + "\n").encode()

    return {f.__name__: f for f in (cut, other_byte, delimiter, charset, field_lost, float_key, moved)}


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_damaged_text_files(name: str, tmp_path: Path, dice: random.Random) -> None:
    path = tmp_path / "datei.csv"
    whole = undamaged(path, TEXTS[name].encode())
    for damage, hurt in damages(dice).items():
        for _ in range(20):
            content = hurt(TEXTS[name])
            found = outcome(path, content)
            assert found is None or numbers(found) <= numbers(whole), (damage, content)
            if damage == "delimiter":
                assert found is None
            if damage == "moved":
                assert found in (None, whole)


if ORIGINALS.is_dir():

    def test_the_agencys_own_workbook(tmp_path: Path, dice: random.Random) -> None:
        content = (ORIGINALS / "Arbeitsmarkt-kommunal_06440001_Altenstadt.xlsx").read_bytes()
        path = tmp_path / "mappe.xlsx"
        whole = undamaged(path, content)
        assert len(whole) == 165
        for at in dice.sample(range(len(content)), 8):
            assert outcome(path, content[:at]) is None
        for at in dice.sample(range(len(content)), 20):
            flipped = content[:at] + bytes([content[at] ^ (1 << dice.randrange(8))]) + content[at + 1 :]
            assert outcome(path, flipped) in (None, whole), at

    @pytest.mark.parametrize("original", [CLASSIC_ORIGINAL, FLAT_ORIGINAL], ids=["classic", "flat"])
    def test_the_offices_own_text_files(original: Path, tmp_path: Path, dice: random.Random) -> None:
        content = original.read_bytes()
        path = tmp_path / original.name
        whole = numbers(undamaged(path, content))
        for at in dice.sample(range(len(content)), 4):
            found = outcome(path, content[:at])
            assert found is None or numbers(found) <= whole
        for at in dice.sample([i for i, byte in enumerate(content) if not 48 <= byte <= 57], 6):
            byte = dice.choice([b for b in range(256) if not 48 <= b <= 57 and b not in b"-,."])
            found = outcome(path, content[:at] + bytes([byte]) + content[at + 1 :])
            assert found is None or numbers(found) <= whole, (at, byte)
        assert outcome(path, content.replace(b";", b",")) is None
        assert outcome(path, content.replace(b";08226;", b";8226.0;")) is None
        assert outcome(path, content.replace(b";08226;", b";8226;")) is None

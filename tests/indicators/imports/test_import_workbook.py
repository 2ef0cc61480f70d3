"""Workbooks are looked at before they are opened; what comes out of them is read strictly."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from import_samples import ORIGINALS
from python_calamine import CalamineWorkbook
from workbook_samples import PERCENT, THOUSANDS, Formula, SheetSample, Styled, packed, write_xlsx, xls, xlsx

from portal.indicators.imports import archive, newer_workbook, sheet_parts, workbook, xml_parts
from portal.indicators.imports.detect import detect
from portal.indicators.imports.number_formats import is_date, is_rescaling, moment
from portal.indicators.imports.refusals import ImportRefused
from portal.indicators.imports.workbook import Sheet, Workbook, figure_of, inspect, period_of, text_of
from portal.indicators.value_states import ValueState

# Cells of a workbook know no time zone.
NEW_YEARS_EVE_NOON = datetime.fromisoformat("2024-12-31T12:00:00")
MIDNIGHT, NOON = (datetime.fromisoformat(f"2024-06-30T{hour}:00:00") for hour in ("00", "12"))
ROWS = [["Schlüssel", "Wert"], [8226003.0, 12.5], ["08226009", "*"]]


def opened(path: Path) -> Workbook:
    return Workbook(path, inspect(path))


def written(folder: Path, content: bytes) -> Path:
    path = folder / "mappe.xlsx"
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    """Why a workbook is not opened; fails if it is."""
    with pytest.raises(ImportRefused) as caught:
        inspect(path)
    assert (caught.value.refusals[0].row, caught.value.refusals[0].column) == (1, "A")
    return str(caught.value.refusals[0].reason)


def test_cells_of_both_kinds_of_workbook(tmp_path: Path) -> None:
    older = tmp_path / "mappe.xls"
    older.write_bytes(xls({"Daten": [[None, None], *([None, *row] for row in ROWS), [None, Formula(3.0)]]}))
    newer = write_xlsx(tmp_path / "mappe.xlsx", {"Daten": [[], *([None, *row] for row in ROWS), [None, Formula(3.0)]]})
    for path in (older, newer):
        sheet = opened(path).sheet("Daten")
        assert (sheet.width, sheet.height) == (3, 5)
        assert list(sheet.rows()) == [
            (1, ["", "", ""]),
            (2, ["", "Schlüssel", "Wert"]),
            (3, ["", 8226003.0, 12.5]),
            (4, ["", "08226009", "*"]),
            (5, ["", 3.0, ""]),
        ]


def test_errors_dates_truths_merged_and_hidden(tmp_path: Path) -> None:
    rows = [
        [date(2024, 12, 31), True, None],
        [Formula("#VALUE!", is_error=True), "x", None],
        [None, None, Formula("#N/A", is_error=True)],
    ]
    path = write_xlsx(
        tmp_path / "m.xlsx",
        {"Daten": SheetSample(rows, merged=("B2:C3",)), "Versteckt": SheetSample([[1]], state="veryHidden")},
    )
    book = opened(path)
    assert book.visible == ("Daten",)
    assert "Versteckt" in book
    sheet = book.sheet("Daten")
    assert [cells for _, cells in sheet.rows()] == [
        [date(2024, 12, 31), True, ""],
        ["#VALUE!", "x", ""],
        ["", "", "#N/A"],
    ]
    assert sheet.merged == ((2, 1, 3, 2),)
    assert book.peek("Daten", 1) == [[date(2024, 12, 31), True, ""]]


def test_formulas_without_a_result_are_named(tmp_path: Path) -> None:
    rows = [[1, Formula(2.0)], [Formula(), Formula("")], [Formula()]]
    path = write_xlsx(tmp_path / "m.xlsx", {"Daten": rows})
    with pytest.raises(ImportRefused) as caught:
        opened(path).sheet("Daten")
    assert [(cell.sheet, cell.row, cell.column, cell.place) for cell in caught.value.refusals] == [
        ("Daten", 2, "A", "Daten!A2"),
        ("Daten", 3, "A", "Daten!A3"),
    ]
    assert str(caught.value.message).startswith("Blatt „Daten“, Zeile 2, Spalte A: Die Zelle enthält eine Formel")
    # A writer that never computed anything leaves zeros and says so.
    path = write_xlsx(tmp_path / "n.xlsx", {"Daten": rows[:1]}, workbook_extra='<calcPr fullCalcOnLoad="1"/>')
    with pytest.raises(ImportRefused, match="Spalte B"):
        opened(path).sheet("Daten")
    older = tmp_path / "mappe.xls"
    older.write_bytes(xls({"Daten": [[Formula()]]}))
    with pytest.raises(ImportRefused, match="ohne gespeichertes Ergebnis"):
        opened(older).sheet("Daten")


def test_columns_that_show_another_number_than_they_hold(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "m.xlsx", {"Daten": [[1, 2, 3], [1, Styled(0.123, PERCENT), Styled(5000, THOUSANDS)]]})
    sheet = opened(path).sheet("Daten")
    sheet.check_scale(range(1))
    for columns, letter in ((range(2), "B"), (range(2, 3), "C")):
        with pytest.raises(ImportRefused, match=f"Zeile 2, Spalte {letter}: Die Zelle zeigt eine andere Zahl"):
            sheet.check_scale(columns)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("0%", True), ("0.0 %", True), ("#,##0", False), ("#,##0,", True), ("0.00,,", True), ("#,##0.0", False),
     ('0" %"', False), ("0\\%", False), ("General", False), ("#,##0_);[Red](#,##0)", False), ("0,.0", True)],
)  # fmt: skip
def test_number_formats_that_rescale(code: str, expected: bool) -> None:
    assert is_rescaling(170, code) is expected
    assert is_rescaling(10, None)
    assert not is_rescaling(0, None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("dd.mm.yyyy", True), ("[h]:mm", True), ("[$-407]mmm yy", True), ("General", False), ("0.0", False),
     ('0 "km"', False), ("[Red]0", False), ("0\\m", False), ("@", False), ("#,##0;[Red]-#,##0", False)],
)  # fmt: skip
def test_number_formats_that_show_a_date(code: str, expected: bool) -> None:
    assert is_date(170, code) is expected
    assert is_date(14, None)


def test_days_since_1900_and_1904() -> None:
    assert moment(45657, is_1904=False) == date(2024, 12, 31)
    assert moment(45657.5, is_1904=False) == NEW_YEARS_EVE_NOON
    assert moment(1, is_1904=False) == date(1900, 1, 1)
    assert moment(59, is_1904=False) == date(1900, 2, 28)
    assert moment(61, is_1904=False) == date(1900, 3, 1)
    assert moment(0.75, is_1904=False) == time(18)
    assert moment(44195, is_1904=True) == date(2024, 12, 31)
    assert (moment(-1, is_1904=False), moment(3e6, is_1904=False)) == (None, None)


def test_what_cells_say() -> None:
    assert [text_of(c) for c in (8226003.0, 1.5, "  a\n b ", True, date(2024, 6, 30), MIDNIGHT, 1e20)] == [
        "8226003", "1.5", "a b", "WAHR", "2024-06-30", "2024-06-30", "1e+20",
    ]  # fmt: skip
    readings = [figure_of(c) for c in (3.0, 3, "3", "3,25", "(3,2)")]
    assert [reading and reading.value for reading in readings] == [3, 3, 3, 3.25, 3.2]
    odd = ("", "1.234", "1,234", "3.25", "#VALUE!", True, date(2024, 1, 1), time(), timedelta())
    assert {figure_of(c) for c in odd} == {None}
    star = figure_of("*")
    assert star is not None
    assert (star.value, star.state) == (None, ValueState.SUPPRESSED)
    periods = [period_of(c) for c in (2024.0, "2024", date(2024, 12, 31), MIDNIGHT, "31.12.2024")]
    assert [p and p.text for p in periods] == ["2024", "2024", "2024-12-31", "2024-06-30", "2024-12-31"]
    assert {period_of(c) for c in (2024.5, True, "", 24.0, NOON)} == {None}


def local_lie(content: bytes) -> bytes:
    """The directory claims that the first sheet is shorter than what unpacks."""
    return _claimed(content, b"xl/worksheets/sheet1.xml", 24, struct.pack("<L", 10))


def _claimed(content: bytes, name: bytes, offset: int, value: bytes) -> bytes:
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(name))
    return content[: at + offset] + value + content[at + offset + len(value) :]


def bomb(_: bytes) -> bytes:
    parts = xlsx({"Daten": ROWS})
    return packed({**parts, "xl/worksheets/sheet1.xml": parts["xl/worksheets/sheet1.xml"] + b" " * (40 << 20)})


def overlapping(content: bytes) -> bytes:
    """Two names for the same bytes, as in bombs without nesting."""
    first = content.rindex(b"xl/worksheets/sheet1.xml")
    at = content.rindex(b"PK\x01\x02", 0, first)
    return _claimed(content, b"xl/worksheets/sheet1.xml", 42, struct.pack("<L", 0)) if at else content


def nested(_: bytes) -> bytes:
    return packed({**xlsx({"Daten": ROWS}), "xl/embeddings/package.bin": packed(xlsx({"Daten": ROWS}))})


def test_a_document_that_describes_the_figures_is_left_alone(tmp_path: Path) -> None:
    parts = {**xlsx({"Daten": ROWS}), "xl/embeddings/Beschreibung.docx": packed({"word/document.xml": b"<a/>"})}
    assert opened(written(tmp_path, packed(parts))).sheet("Daten").height == 3


def with_part(name: str, text: str) -> Callable[[bytes], bytes]:
    return lambda _: packed({**xlsx({"Daten": ROWS}), name: text.encode()})


def replaced(name: str, old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def damage(_: bytes) -> bytes:
        parts = xlsx({"Daten": ROWS})
        assert old in parts[name]
        return packed({**parts, name: parts[name].replace(old, new)})

    return damage


def without(name: str) -> Callable[[bytes], bytes]:
    return lambda _: packed({key: value for key, value in xlsx({"Daten": ROWS}).items() if key != name})


def twice(_: bytes) -> bytes:
    parts = xlsx({"Daten": ROWS})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("xl/workbook.xml", parts["xl/workbook.xml"])
    return out.getvalue()


SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
LAST_ROW = b'<row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve">08226009</t></is></c><c r="B3"'
FAR_ROW = b'<row r="1048576"><c r="A1048576"><v>1</v></c><c r="XFD1048576"'
BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda content: content[:-40], "abgeschnitten"),
        (lambda content: content[: len(content) // 2], "abgeschnitten"),
        (lambda content: content + b"PK", "abgeschnitten"),
        (lambda content: b"PK\x03\x04irgendwas", "abgeschnitten"),
        (lambda content: _claimed(content, b"xl/styles.xml", 8, b"\x01\x00"), "verschlüsselt"),
        (lambda content: _claimed(content, b"xl/styles.xml", 10, b"\x0c\x00"), "unbekannte Art"),
        (lambda content: _claimed(content, b"xl/styles.xml", 16, bytes(4)), "abgeschnitten"),
        (lambda content: _claimed(content, b"xl/styles.xml", 24, struct.pack("<L", 1 << 31)), "unverhältnismäßig"),
        (local_lie, "unverhältnismäßig"),
        (bomb, "unverhältnismäßig"),
        (overlapping, "überdecken"),
        (nested, "weiteres Archiv"),
        (twice, "zweimal"),
        (without(BOOK), "keine Arbeitsmappe"),
        (without(SHEET), "Inhalt des Blatts „Daten“ fehlt"),
        (without("xl/_rels/workbook.xml.rels"), "Verzeichnis der Blätter"),
        (with_part("xl/vbaProject.bin", "x"), "Makros"),
        (replaced("[Content_Types].xml", b"sheet.main+xml", b"macroEnabled.main+xml"), "Makros"),
        (with_part("xl/workbook.bin", "x"), "XLSB"),
        (with_part("content.xml", "<x/>"), "OpenDocument"),
        (with_part("docProps/app.xml", BILLION), "Dokumenttyp"),
        (with_part("docProps/app.xml", "<a>" * 100), "verschachtelt"),
        (with_part("docProps/app.xml", "<a><b></a>"), "beschädigt"),
        (with_part("docProps/app.xml", '<?xml version="1.0" encoding="UTB-8"?><a/>'), "beschädigt"),
        (replaced(SHEET, b'r="B3"', b'r="XFD1048576"'), "beschädigt"),
        (replaced(SHEET, b'r="B3"', b'r="A3"'), "beschädigt"),
        (replaced(SHEET, b'<row r="3">', b'<row r="2">'), "beschädigt"),
        (replaced(SHEET, LAST_ROW, FAR_ROW), "mehr als"),
        (replaced(SHEET, b"<v>12.5</v>", b"<v>1_2</v>"), "beschädigt"),
        (replaced(SHEET, b"<v>12.5</v>", b"<v>nan</v>"), "beschädigt"),
        (replaced(SHEET, b"<v>12.5</v>", b"<v>1e999</v>"), "beschädigt"),
        (replaced(SHEET, b'<c r="B2"><v>12.5</v>', b'<c r="B2" t="s"><v>0</v>'), "beschädigt"),
        (replaced(SHEET, b'r="B3"', b'r="AAAA3"'), "gibt es nicht"),
        (replaced(SHEET, b'r="B3"', b'r="B0"'), "gibt es nicht"),
        (replaced(BOOK, b'r:id="rId1"', b'r:id="rId7"'), "fehlt"),
        (replaced("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"../../etc/passwd"), "fehlt"),
    ],
)
def test_hostile_and_damaged_archives(tmp_path: Path, damage: Callable[[bytes], bytes], word: str) -> None:
    assert word in refusal(written(tmp_path, damage(packed(xlsx({"Daten": ROWS})))))


def test_limits_of_number_and_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, packed(xlsx({"Daten": ROWS, "Zwei": ROWS})))
    for module, name, limit, word in (
        (workbook, "MOST_BYTES", 100, "größer als"),
        (archive, "MOST_ENTRIES", 3, "Teile"),
        (archive, "MOST_UNPACKED", 1000, "unverhältnismäßig"),
        (newer_workbook, "MOST_SHEETS", 1, "Blätter"),
        (sheet_parts, "MOST_CELLS", 5, "mehr als"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(module, name, limit)
            assert word in refusal(path)


def test_a_word_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parts, "LONGEST_TOKEN", 100_000)
    path = written(tmp_path, with_part("docProps/app.xml", f'<a b="{"x" * 600_000}"/>')(b""))
    assert "zu lange" in refusal(path)


def test_a_bomb_costs_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path, bomb(b""))
    tracemalloc.start()
    try:
        refusal(path)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


# A number in the second row, first column.
NUMBER = struct.pack("<4H", 0x203, 14, 1, 0)


def older(folder: Path, content: bytes) -> Path:
    path = folder / "mappe.xls"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (lambda _: xls({"Daten": ROWS}, password=True), "verschlüsselt"),
        (lambda content: content.replace("Workbook".encode("utf-16-le"), "Document".encode("utf-16-le")), "keine"),
        (lambda content: content.replace("Workbook".encode("utf-16-le"), "Book\0\0\0\0".encode("utf-16-le")), ""),
        (lambda content: content[:3000], "beschädigt"),
        (lambda content: content[:100], "beschädigt"),
        (lambda content: b"\xd0\xcf\x11\xe0" + bytes(600), "beschädigt"),
        # A cell far outside.
        (lambda content: content.replace(NUMBER, NUMBER[:4] + struct.pack("<2H", 65_000, 250)), "mehr als"),
        (lambda content: content.replace(NUMBER, NUMBER[:4] + struct.pack("<2H", 1, 60_000)), "beschädigt"),
        (lambda content: content.replace(NUMBER, b"\xfd\x00" + NUMBER[2:]), "beschädigt"),
        (lambda content: content.replace(NUMBER, NUMBER[:2] + b"\xff\xff" + NUMBER[4:]), "beschädigt"),
        (lambda content: content.replace(struct.pack("<d", 12.5), struct.pack("<d", float("nan"))), "beschädigt"),
    ],
)
def test_hostile_and_damaged_older_workbooks(tmp_path: Path, damage: Callable[[bytes], bytes], word: str) -> None:
    content = xls({"Daten": ROWS})
    assert word in refusal(older(tmp_path, damage(content)))


def test_chains_that_run_in_circles(tmp_path: Path) -> None:
    content = bytearray(xls({"Daten": ROWS}))
    fat = len(content) - 512
    content[fat : fat + 4] = struct.pack("<L", 0)
    assert "beschädigt" in refusal(older(tmp_path, bytes(content)))


def test_an_encrypted_newer_workbook_says_so(tmp_path: Path) -> None:
    names = "Workbook", "EncryptedPackage"
    content = xls({"Daten": ROWS})
    entry = content.index(names[0].encode("utf-16-le"))
    name = names[1].encode("utf-16-le").ljust(64, b"\0")
    content = content[:entry] + name + struct.pack("<H", 34) + content[entry + 66 :]
    assert "Kennwort" in refusal(older(tmp_path, content))


def test_an_independent_reader_agrees(tmp_path: Path) -> None:
    """Cell by cell and range by range with calamine, on what another library and our samples write."""
    newer = tmp_path / "mappe.xlsx"
    book = xlsxwriter.Workbook(str(newer))
    formats = {"num_format": "dd.mm.yyyy"}, {"num_format": "0%"}, {"bold": 1}
    day, share, bold = map(book.add_format, formats)
    sheet = book.add_worksheet("Daten & <mehr>")
    sheet.write_row(2, 1, [8226003, 12.5, -0.25, 1e15, "Ärger & <b>", "", True, "#VALUE!"])
    sheet.write_datetime(3, 1, NEW_YEARS_EVE_NOON, day)
    sheet.write(3, 2, 0.123, share)
    sheet.write_rich_string(3, 3, "Ge", bold, "biet", "e")
    sheet.write_formula(3, 4, "=1", None, 2.5)
    sheet.write_formula(3, 5, "=A1", None, "Text")
    sheet.merge_range(5, 1, 6, 3, "Kopf")
    book.close()
    oldest = older(
        tmp_path, xls({"Daten": [[None, 1.5, "Ärger", -3.0], [], [Formula(2.0), "*"]], "Zwei": [[8226003.0]]})
    )
    for path in (newer, oldest):
        envelope = inspect(path)
        theirs = CalamineWorkbook.from_path(path)
        assert theirs.sheet_names == [part.name for part in envelope.sheets]
        for part in envelope.sheets:
            loaded = theirs.get_sheet_by_name(part.name)
            ours = [cells for _, cells in Sheet(part, envelope.container).rows()]
            assert ours == loaded.to_python(skip_empty_area=False)
            ranges = loaded.merged_cell_ranges or []
            assert part.merged == [(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in ranges]


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFFFFF])
def test_claims_of_billions_are_not_believed(tmp_path: Path, size: int) -> None:
    """Room is made for what is there, never for what is claimed: other readers end the process here."""
    strings = f'<sst count="{size}" uniqueCount="{size}"><si><t>a</t></si></sst>'
    link = b'<Relationship Id="r7" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    name = "xl/_rels/workbook.xml.rels"
    parts = xlsx({"Daten": ROWS})
    parts |= {name: parts[name].replace(b"</Relationships>", link), "xl/sharedStrings.xml": strings.encode()}
    assert opened(written(tmp_path, packed(parts))).sheet("Daten").height == 3
    table = struct.pack("<2H2L", 0xFC, 8, size, size)
    assert "beschädigt" in refusal(older(tmp_path, xls({"Daten": ROWS}, extra=table)))


def test_a_workbook_of_no_known_format(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="Format der Arbeitsmappe ist nicht bekannt"):
        detect(write_xlsx(tmp_path / "m.xlsx", {"Daten": ROWS}))


def test_a_sheet_changed_behind_its_check_is_not_believed(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "m.xlsx", {"Daten": ROWS})
    book = opened(path)
    write_xlsx(path, {"Daten": [*ROWS, ["08226010", 1.0]]})
    with pytest.raises(ImportRefused):
        book.sheet("Daten")


def test_unpacking_is_checked_against_the_checksum(tmp_path: Path) -> None:
    content = packed(xlsx({"Daten": ROWS}))
    assert zlib.crc32(content)
    path = written(tmp_path, _claimed(content, b"xl/worksheets/sheet1.xml", 16, b"\0\0\0\0"))
    assert "beschädigt" in refusal(path)


if ORIGINALS.is_dir():

    def test_the_agencys_own_workbook_opens() -> None:
        path = ORIGINALS / "Arbeitsmarkt-kommunal_06440001_Altenstadt.xlsx"
        envelope = inspect(path)
        assert envelope.visible == ("Deckblatt", "Impressum", "Daten", "Statistik-Infoseite")
        assert Workbook(path, envelope).sheet("Daten").width == 7

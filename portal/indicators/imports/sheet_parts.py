"""What the XML of an XLSX workbook says about its sheets, read once with limits before anything is loaded.

A sheet is loaded as a rectangle from A1 to its last filled cell, so one cell at XFD1048576 would ask for
hundreds of gigabytes: the last row and column are looked at first. The reader that loads it gives the stored
result of a formula and hides that it is one, and an error becomes an empty cell: here formulas without a result
and errors are found. Element names are those of ECMA-376, part 1, section 18.3. A document type or an entity is
refused, no workbook has any.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath
from typing import Any
from xml.parsers import expat

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.archive import Archive
from portal.indicators.imports.refusals import ImportRefused, refuse

MOST_CELLS = 4_000_000
MOST_SHEETS = 200
MOST_COLUMNS = 1 << 14
DEEPEST = 64
MOST_NOTED = 20
ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
)
_LONGEST_TOKEN = 2 << 20
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_PERCENT_BUILT_IN = frozenset({9, 10})
# A comma at the end of the digits divides what is shown by a thousand; text in quotation marks does not count.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_SCALED = re.compile(r"[0#?],+(?:[^0#?,]|$)")


@dataclass(slots=True)
class SheetPart:
    """A sheet before it is loaded: rows and columns up to the last filled cell, and what is odd about cells.

    `unfinished` holds row and column (from 1 and 0) of formulas without a usable result, at most `MOST_NOTED`;
    `errors` the text of cells in error (`#VALUE!`) by row and column; `rescaled` maps a column to the first row
    where the number shown is not the one stored (`12 %` for 0.12).
    """

    name: str
    is_hidden: bool = False
    rows: int = 0
    columns: int = 0
    unfinished: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    rescaled: dict[int, int] = field(default_factory=dict)

    def note_cell(self, row: int, columns: int) -> None:
        """Take a filled cell into the size; raises ImportRefused where the sheet grows beyond the limit."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, columns)
        if row < 1 or self.columns > MOST_COLUMNS or self.rows * self.columns > MOST_CELLS:
            reason = _l("Das Blatt hat mehr als %(limit)s Zellen oder Zellen an unmöglicher Stelle.", limit=MOST_CELLS)
            raise refused(reason, sheet=self.name)

    def note_unfinished(self, row: int, column: int) -> None:
        """Take down a formula without a result."""
        if len(self.unfinished) < MOST_NOTED:
            self.unfinished.append((row, column))

    def note_error(self, row: int, column: int, text: str) -> None:
        """Take down a cell in error."""
        self.errors.setdefault(row, {})[column] = text if text in ERRORS else "#ERROR!"


def sheet_parts(archive: Archive) -> list[SheetPart]:
    """The worksheets in the order of the workbook. Raises ImportRefused."""
    _refuse_relatives(archive)
    workbook = _Workbook()
    _scan(archive, "xl/workbook.xml", workbook.start)
    links: dict[str, str] = {}
    _scan(archive, "xl/_rels/workbook.xml.rels", lambda name, attributes: _note_link(links, name, attributes))
    styles = _Styles()
    if "xl/styles.xml" in archive.entries:
        _scan(archive, "xl/styles.xml", styles.start)
    if len(workbook.sheets) > MOST_SHEETS:
        raise refused(_l("Die Arbeitsmappe hat mehr als %(limit)s Blätter.", limit=MOST_SHEETS))
    found, seen = [], {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    for name, link, is_hidden in workbook.sheets:
        part = _part_of(links.get(link, ""))
        if part in seen or part not in archive.entries:
            raise refused(_l("Der Inhalt des Blatts „%(name)s“ fehlt.", name=name[:80]))
        seen.add(part)
        scan = _Sheet(SheetPart(name, is_hidden), styles.rescaling, is_recomputed=workbook.is_recomputed)
        _scan(archive, part, scan.start, end=scan.end, text=scan.text)
        found.append(scan.part)
    for part in archive.entries:
        if part not in seen and part.lower().endswith((".xml", ".rels")):
            _scan(archive, part, lambda _name, _attributes: None)
    return found


def _refuse_relatives(archive: Archive) -> None:
    """Other files that are archives too: say what they are."""
    names = {name.lower() for name in archive.entries}
    if "xl/workbook.bin" in names:
        raise refused(_l("Binäre Arbeitsmappe (XLSB). Bitte speichern Sie sie als XLSX."))
    if "content.xml" in names:
        raise refused(_l("OpenDocument-Datei. Bitte speichern Sie die Tabelle als XLSX oder CSV."))
    if "xl/workbook.xml" not in archive.entries:
        raise refused(_l("Das ist ein ZIP-Archiv, keine Arbeitsmappe. Bitte entpacken Sie es zuerst."))
    if "xl/_rels/workbook.xml.rels" not in archive.entries or "[Content_Types].xml" not in archive.entries:
        raise refused(_l("Das Verzeichnis der Blätter fehlt."))
    has_macros = b"macroEnabled" in archive.content("[Content_Types].xml")
    if has_macros or any(name.endswith(("vbaproject.bin", "macrosheets/sheet1.xml")) for name in names):
        raise refused(_l("Die Arbeitsmappe enthält Makros. Bitte speichern Sie sie als XLSX ohne Makros."))


def _part_of(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))


def _note_link(links: dict[str, str], name: str, attributes: Mapping[str, str]) -> None:
    if name == "Relationship" and attributes.get("TargetMode") != "External":
        links[attributes.get("Id", "")] = attributes.get("Target", "")


class _Workbook:
    """Sheets by name with their link, and whether stored results are to be thrown away when opened."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, bool]] = []
        self.is_recomputed = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), link, attributes.get("state", "visible") != "visible"))
        elif name == "calcPr":
            self.is_recomputed = attributes.get("fullCalcOnLoad") in {"1", "true"}


class _Styles:
    """Which cell formats show another number than the one stored."""

    def __init__(self) -> None:
        self.rescaling: frozenset[str] = frozenset()
        self._formats: set[int] = set(_PERCENT_BUILT_IN)
        self._is_cell_format = False
        self._count = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt" and _is_rescaling(attributes.get("formatCode", "")):
            self._formats.add(_whole(attributes.get("numFmtId", "")))
        elif name in {"cellXfs", "cellStyleXfs", "dxfs"}:
            self._is_cell_format = name == "cellXfs"
        elif name == "xf" and self._is_cell_format:
            if _whole(attributes.get("numFmtId", "0")) in self._formats:
                self.rescaling |= {str(self._count)}
            self._count += 1


def _is_rescaling(code: str) -> bool:
    plain = _LITERAL.sub("", code)
    return "%" in plain or "‰" in plain or _SCALED.search(plain) is not None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class _Sheet:
    """Walks over the cells of one sheet."""

    def __init__(self, part: SheetPart, rescaling: frozenset[str], *, is_recomputed: bool) -> None:
        self.part = part
        self._rescaling = rescaling
        self._is_recomputed = is_recomputed
        self._row, self._column = 0, -1
        self._type, self._style, self._error = "", "", ""
        self._has_formula = self._has_value = self._is_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            place = attributes.get("r")
            if place is None:
                self._column += 1
            else:
                self._row, self._column = _place(place, self.part.name)
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._has_formula = self._has_value = False
            self._error = ""
        elif name == "row":
            number = attributes.get("r")
            self._row = self._row + 1 if number is None else _whole(number)
            self._column = -1
        elif name == "f":
            self._has_formula = True
        elif name in {"v", "t"}:
            self._is_value = True
            if name == "t":
                self._has_value = True

    def text(self, data: str) -> None:
        if self._is_value:
            self._has_value = True
            if self._type == "e":
                self._error = (self._error + data)[:20]

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "c" and (self._has_value or self._has_formula):
            self._note()

    def _note(self) -> None:
        self.part.note_cell(self._row, self._column + 1)
        if self._has_formula and (self._is_recomputed or (not self._has_value and self._type != "str")):
            self.part.note_unfinished(self._row, self._column)
        elif self._type == "e":
            self.part.note_error(self._row, self._column, self._error)
        elif self._style in self._rescaling and self._type == "n":
            self.part.rescaled.setdefault(self._column, self._row)


def _place(text: str, sheet: str) -> tuple[int, int]:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise refused(_l("Die Zelle „%(place)s“ gibt es nicht.", place=text[:20]), sheet=sheet)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _scan(
    archive: Archive,
    part: str,
    start: Callable[[str, Mapping[str, str]], None],
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk over one XML part with local element names. Raises ImportRefused for anything no workbook needs."""
    parser = expat.ParserCreate()
    local: dict[str, str] = {}
    depth = 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise refused(_l("Der Teil „%(name)s“ ist zu tief verschachtelt.", name=part[:80]))
        short = local.get(name)
        if short is None:
            short = local[name] = name.rpartition(":")[2]
        start(short, attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(local[name])

    def on_type(*_: object) -> None:
        raise refused(_l("Der Teil „%(name)s“ enthält eine Dokumenttyp-Angabe.", name=part[:80]))

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.StartDoctypeDeclHandler = on_type
    parser.EntityDeclHandler = on_type
    if text is not None:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        for block in archive.blocks(part):
            parser.Parse(block, False)
            fed += len(block)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise refused(_l("Der Teil „%(name)s“ enthält zu lange Angaben.", name=part[:80]))
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise refused(_l("Der Teil „%(name)s“ ist beschädigt.", name=part[:80])) from error


def refused(reason: Any, *, sheet: str = "") -> ImportRefused:
    """The refusal of a workbook before it is opened."""
    return refuse(1, "A", _l("Die Arbeitsmappe wird nicht geöffnet: %(reason)s", reason=reason), sheet=sheet)

"""XLSX workbooks, read row by row: names of elements as in ECMA-376, part 1, section 18.

All sheets are walked over once when the workbook is looked at, cell by cell and with every value understood, so
that nothing is refused half-way through; reading walks over one sheet again. No sheet is ever held in memory. Why
no library does it: calamine makes room for as many cells and strings as a file claims, and a file of 6 KB that
claims billions ends the whole process, which no caller can prevent (measured with 0.9.1).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import isfinite
from posixpath import join, normpath

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.archive import Archive
from portal.indicators.imports.number_formats import is_date, is_rescaling, moment
from portal.indicators.imports.sheet_parts import MOST_SHEETS, MOST_STRINGS, Cell, Range, SheetPart, refused
from portal.indicators.imports.xml_parts import scan, walk

_BOOK, _LINKS, _STYLES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"
_PLACE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
# How control characters are written: `_x000D_`.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TRUE = frozenset({"1", "true"})


@dataclass(slots=True)
class _Formats:
    """Cell formats by their number as the cells name it."""

    rescaling: set[str] = field(default_factory=set)
    dates: set[str] = field(default_factory=set)
    codes: dict[int, str] = field(default_factory=dict)
    count: int = 0
    is_cell_format: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "numFmt":
            self.codes[_whole(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
        elif name in {"cellXfs", "cellStyleXfs", "dxfs"}:
            self.is_cell_format = name == "cellXfs"
        elif name == "xf" and self.is_cell_format:
            number = _whole(attributes.get("numFmtId", "0"))
            code = self.codes.get(number)
            if is_rescaling(number, code):
                self.rescaling.add(str(self.count))
            elif is_date(number, code):
                self.dates.add(str(self.count))
            self.count += 1


class NewerWorkbook:
    """An XLSX workbook that was looked at. Raises ImportRefused."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        _refuse_relatives(archive)
        self._is_1904 = self._is_recomputed = False
        self._sheets: list[tuple[str, str, bool]] = []
        self._links: dict[str, tuple[str, str]] = {}
        self._formats = _Formats()
        scan(archive, _BOOK, self._note_book)
        scan(archive, _LINKS, self._note_link)
        if _STYLES in archive.entries:
            scan(archive, _STYLES, self._formats.start)
        if len(self._sheets) > MOST_SHEETS:
            raise refused(_l("Die Arbeitsmappe hat mehr als %(limit)s Blätter.", limit=MOST_SHEETS))
        self._strings = self._read_strings()
        self.parts = tuple(self._sheet_parts())
        seen = {_BOOK, _LINKS, _STYLES, *(part.place for part in self.parts)}
        for name in archive.entries:
            if name not in seen and name.lower().endswith((".xml", ".rels")):
                scan(archive, name, _ignore)

    def rows(self, part: SheetPart) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Filled cells of every row that has any, by column."""
        walker = _Walker(part, self._formats, self._strings, is_1904=self._is_1904)
        for _ in walk(self._archive, str(part.place), walker.start, end=walker.end, text=walker.text):
            yield from walker.take()

    def _sheet_parts(self) -> Iterator[SheetPart]:
        seen: set[str] = set()
        for name, link, is_hidden in self._sheets:
            kind, target = self._links.get(link, ("", ""))
            if kind in {"chartsheet", "dialogsheet"}:
                continue
            place = _part_of(target)
            if kind != "worksheet" or place in seen or place not in self._archive.entries:
                raise refused(_l("Der Inhalt des Blatts „%(name)s“ fehlt.", name=name[:80]))
            seen.add(place)
            part = SheetPart(name, place, is_hidden)
            walker = _Walker(part, self._formats, self._strings, is_1904=self._is_1904, notes=True)
            walker.is_recomputed = self._is_recomputed
            for _ in walk(self._archive, place, walker.start, end=walker.end, text=walker.text):
                walker.take()
            yield part

    def _note_book(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self._sheets.append((attributes.get("name", ""), link, attributes.get("state", "visible") != "visible"))
        elif name == "calcPr":
            self._is_recomputed = attributes.get("fullCalcOnLoad") in _TRUE
        elif name == "workbookPr":
            self._is_1904 = attributes.get("date1904") in _TRUE

    def _note_link(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            self._links[attributes.get("Id", "")] = kind, attributes.get("Target", "")

    def _read_strings(self) -> list[str]:
        """The texts that cells share, without phonetic readings."""
        place = next((_part_of(target) for kind, target in self._links.values() if kind == "sharedStrings"), "")
        found: list[str] = []
        pieces: list[str] = []
        state = {"t": False, "rPh": False}

        def start(name: str, _attributes: Mapping[str, str]) -> None:
            if name == "si":
                pieces.clear()
            elif name in state:
                state[name] = True

        def text(data: str) -> None:
            if state["t"] and not state["rPh"]:
                pieces.append(data)

        def end(name: str) -> None:
            if name in state:
                state[name] = False
            elif name == "si":
                if len(found) >= MOST_STRINGS:
                    raise refused(_l("Die Arbeitsmappe hat mehr als %(limit)s Texte.", limit=MOST_STRINGS))
                found.append(_unescaped("".join(pieces)))

        if place in self._archive.entries:
            scan(self._archive, place, start, end=end, text=text)
        return found


class _Walker:
    """Walks over the cells of one sheet; with `notes` it writes down in the part what it sees."""

    def __init__(
        self, part: SheetPart, formats: _Formats, strings: list[str], *, is_1904: bool, notes: bool = False
    ) -> None:
        self.is_recomputed = False
        self._part, self._formats, self._strings, self._is_1904 = part, formats, strings, is_1904
        self._notes = notes
        self._ready: list[tuple[int, dict[int, Cell]]] = []
        self._cells: dict[int, Cell] = {}
        self._row, self._column = 0, -1
        self._type, self._style = "n", ""
        self._has_formula = self._is_value = self._is_reading = False
        self._pieces: list[str] = []

    def take(self) -> list[tuple[int, dict[int, Cell]]]:
        """The rows finished since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            number = attributes.get("r")
            row = self._row + 1 if number is None else _whole(number)
            if row <= self._row:
                raise self._damaged()
            self._row, self._column = row, -1
        elif name == "f":
            self._has_formula = True
        elif name in {"v", "t"}:
            self._is_value = True
        elif name == "rPh":
            self._is_reading = True
        elif name == "mergeCell" and self._notes:
            self._part.note_merged(_range(attributes.get("ref", ""), self._part.name))

    def text(self, data: str) -> None:
        if self._is_value and not self._is_reading:
            self._pieces.append(data)

    def end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_value = False
        elif name == "rPh":
            self._is_reading = False
        elif name == "c":
            self._end_cell()
        elif name == "row" and self._cells:
            self._ready.append((self._row, self._cells))
            self._cells = {}

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = attributes.get("r")
        row, column = (self._row, self._column + 1) if place is None else _place(place, self._part.name)
        if row != self._row or column <= self._column:
            raise self._damaged()
        self._column = column
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._has_formula = False
        self._pieces.clear()

    def _end_cell(self) -> None:
        text = "".join(self._pieces)
        if not text and not self._has_formula:
            return
        if self._notes:
            self._part.note_cell(self._row, self._column)
            if self._has_formula and (self.is_recomputed or (not text and self._type != "str")):
                self._part.note_unfinished(self._row, self._column)
            elif self._type == "n" and self._style in self._formats.rescaling:
                self._part.rescaled.setdefault(self._column, self._row)
        if text:
            self._cells[self._column] = self._value(text)

    def _value(self, text: str) -> Cell:
        """The value of a cell by its type: number, shared text, text, truth, error or date."""
        kind = self._type
        if kind == "s":
            index = _whole(text.strip())
            if not 0 <= index < len(self._strings):
                raise self._damaged()
            return self._strings[index]
        if kind in {"str", "inlineStr", "e"}:
            return _unescaped(text)
        if kind == "b":
            return text.strip() in _TRUE
        if kind == "d":
            return _iso(text.strip()) or text
        number = float(text) if kind == "n" and _NUMBER.fullmatch(text := text.strip()) else None
        if number is None or not isfinite(number):
            raise self._damaged()
        if self._style in self._formats.dates:
            found = moment(number, is_1904=self._is_1904)
            return number if found is None else found
        return number

    def _damaged(self) -> Exception:
        return refused(_l("Der Inhalt ist beschädigt."), sheet=self._part.name)


def _ignore(_name: str, _attributes: Mapping[str, str]) -> None:
    """Well-formed is all that such a part has to be."""


def _refuse_relatives(archive: Archive) -> None:
    """Other files that are archives too: say what they are."""
    names = {name.lower() for name in archive.entries}
    if "xl/workbook.bin" in names:
        raise refused(_l("Binäre Arbeitsmappe (XLSB). Bitte speichern Sie sie als XLSX."))
    if "content.xml" in names:
        raise refused(_l("OpenDocument-Datei. Bitte speichern Sie die Tabelle als XLSX oder CSV."))
    if _BOOK not in archive.entries:
        raise refused(_l("Das ist ein ZIP-Archiv, keine Arbeitsmappe. Bitte entpacken Sie es zuerst."))
    if _LINKS not in archive.entries or "[Content_Types].xml" not in archive.entries:
        raise refused(_l("Das Verzeichnis der Blätter fehlt."))
    has_macros = b"macroEnabled" in archive.content("[Content_Types].xml")
    if has_macros or any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise refused(_l("Die Arbeitsmappe enthält Makros. Bitte speichern Sie sie als XLSX ohne Makros."))


def _part_of(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else normpath(join("xl", target))


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _place(text: str, sheet: str) -> tuple[int, int]:
    match = _PLACE.fullmatch(text)
    if match is None:
        raise refused(_l("Die Zelle „%(place)s“ gibt es nicht.", place=text[:20]), sheet=sheet)
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column - 1


def _range(text: str, sheet: str) -> Range:
    first, _, last = text.partition(":")
    top, left = _place(first, sheet)
    bottom, right = _place(last or first, sheet)
    return top, left, bottom, right


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _iso(text: str) -> date | datetime | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None

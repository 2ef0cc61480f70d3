"""XLS workbooks of Excel 97 to 2003: records of the workbook stream as in [MS-XLS], section 2.4.

Read as bytes, with every length checked against what is there, for the same reason as `newer_workbook`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from math import isfinite

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.compound import Compound
from portal.indicators.imports.number_formats import is_date, is_rescaling, moment
from portal.indicators.imports.sheet_parts import MOST_SHEETS, MOST_STRINGS, Cell, SheetPart, refused

_BOF, _END, _SHEET, _PASSWORD, _DATE_MODE, _FORMAT, _STYLE = 0x809, 0x0A, 0x85, 0x2F, 0x22, 0x41E, 0xE0
_STRINGS, _CONTINUE, _RESULT, _MERGED = 0xFC, 0x3C, 0x207, 0xE5
_NUMBER, _RK, _MANY_RK, _TEXT, _RICH_TEXT, _SHARED, _TRUTH = 0x203, 0x27E, 0xBD, 0x204, 0xD6, 0xFD, 0x205
_FORMULAS = frozenset({0x06, 0x206, 0x406})
# BErr, section 2.5.10.
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUND_SHEET = struct.Struct("<L2BBB")
_PLACE = struct.Struct("<3H")
_WIDEST = 256
# The sheet is put together in memory, because its rows need not stand in order.
MOST_OLDER_CELLS = 1_500_000


@dataclass(slots=True)
class _Globals:
    """What all sheets share: texts, formats, the epoch."""

    strings: list[str] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    is_1904: bool = False

    def format_of(self, style: int) -> tuple[int, str | None]:
        number = self.styles[style] if style < len(self.styles) else 0
        return number, self.codes.get(number)


class OlderWorkbook:
    """An XLS workbook that was looked at. Raises ImportRefused."""

    def __init__(self, content: bytes) -> None:
        self._stream = _workbook_stream(content)
        self._globals = _Globals()
        try:
            self.parts = tuple(self._read_globals())
            for part in self.parts:
                for row, cells in self._cells(part, notes=True).items():
                    for column in cells:
                        part.note_cell(row, column)
        except (struct.error, IndexError, UnicodeDecodeError) as error:
            raise _damaged() from error

    def rows(self, part: SheetPart) -> Iterator[tuple[int, dict[int, Cell]]]:
        """Filled cells of every row that has any, by column."""
        cells = self._cells(part, notes=False)
        for row in sorted(cells):
            yield row, cells[row]

    def _read_globals(self) -> list[SheetPart]:
        found: list[SheetPart] = []
        records = list(_records(self._stream, 0))
        for index, (kind, content) in enumerate(records):
            if kind == _PASSWORD:
                raise refused(_l("Die Arbeitsmappe ist verschlüsselt. Bitte entfernen Sie das Kennwort."))
            if kind == _END:
                break
            if kind == _SHEET:
                offset, state, sheet_kind, letters, is_wide = _BOUND_SHEET.unpack_from(content)
                name = _letters(content[_BOUND_SHEET.size :], letters, is_wide=bool(is_wide & 1))
                if sheet_kind == 0:
                    found.append(SheetPart(name, offset, is_hidden=bool(state & 3)))
            elif kind == _DATE_MODE:
                self._globals.is_1904 = content[:1] == b"\x01"
            elif kind == _FORMAT:
                self._globals.codes[struct.unpack_from("<H", content)[0]] = _string(content, 2)
            elif kind == _STYLE:
                self._globals.styles.append(struct.unpack_from("<H", content, 2)[0])
            elif kind == _STRINGS:
                pieces = [content]
                for next_kind, more in records[index + 1 :]:
                    if next_kind != _CONTINUE:
                        break
                    pieces.append(more)
                self._globals.strings = _SharedStrings(pieces).read()
        places = sorted(int(part.place) for part in found)
        if not found or len(found) > MOST_SHEETS or any(one == two for one, two in pairwise(places)):
            raise refused(_l("Das Verzeichnis der Blätter fehlt."))
        return found

    def _cells(self, part: SheetPart, *, notes: bool) -> dict[int, dict[int, Cell]]:
        """All cells of a sheet by row (from 1) and column."""
        found: dict[int, dict[int, Cell]] = {}
        for count, (row, column, style, value) in enumerate(self._placed(part, notes=notes)):
            if count >= MOST_OLDER_CELLS:
                reason = _l("Das Blatt hat mehr als %(limit)s Zellen.", limit=MOST_OLDER_CELLS)
                raise refused(reason, sheet=part.name)
            if column >= _WIDEST or row > 1 << 16:
                raise _damaged(part.name)
            number, code = self._globals.format_of(style)
            if notes and isinstance(value, float) and is_rescaling(number, code):
                part.rescaled.setdefault(column, row)
            found.setdefault(row, {})[column] = self._shown(value, number, code)
        return found

    def _shown(self, value: Cell, number: int, code: str | None) -> Cell:
        """A number as a date where it is shown as one."""
        if not isinstance(value, float) or is_rescaling(number, code) or not is_date(number, code):
            return value
        found = moment(value, is_1904=self._globals.is_1904)
        return value if found is None else found

    def _placed(self, part: SheetPart, *, notes: bool) -> Iterator[tuple[int, int, int, Cell]]:
        """Row, column, style and value of every filled cell, in the order of the file."""
        awaiting: tuple[int, int, int] | None = None
        depth = 0
        for kind, content in _records(self._stream, int(part.place)):
            if kind == _BOF:
                depth += 1  # charts inside the sheet are substreams of their own
            elif kind == _END:
                depth -= 1
                if depth == 0:
                    return
            elif depth != 1:
                continue
            elif kind == _RESULT and awaiting is not None:
                if text := _string(content, 0):
                    yield *awaiting, text
                awaiting = None
            elif kind == _MERGED and notes:
                for start in range(2, 2 + 8 * struct.unpack_from("<H", content)[0], 8):
                    top, bottom, left, right = struct.unpack_from("<4H", content, start)
                    part.note_merged((top + 1, left, bottom + 1, right))
            elif kind in _FORMULAS:
                row, column, style = _PLACE.unpack_from(content)
                value = _result(content)
                if value is not None:
                    yield row + 1, column, style, value
                elif content[6] == 0:
                    awaiting = row + 1, column, style
                elif notes:
                    part.note_cell(row + 1, column)
                    part.note_unfinished(row + 1, column)
            else:
                yield from self._values(kind, content)
        raise _damaged(part.name)

    def _values(self, kind: int, content: bytes) -> Iterator[tuple[int, int, int, Cell]]:
        """Row (from 1), column, style and value of the cells of a record; nothing for other records."""
        if kind == _MANY_RK:
            row, column = struct.unpack_from("<2H", content)
            for start in range(4, len(content) - 2, 6):
                style, raw = struct.unpack_from("<HL", content, start)
                yield row + 1, column, style, _rk(raw)
                column += 1
            return
        value: Cell
        if kind == _NUMBER:
            value = _double(content[6:14])
        elif kind == _RK:
            value = _rk(struct.unpack_from("<L", content, 6)[0])
        elif kind in {_TEXT, _RICH_TEXT}:
            value = _string(content, 6)
        elif kind == _SHARED:
            value = self._globals.strings[struct.unpack_from("<L", content, 6)[0]]
        elif kind == _TRUTH:
            value = _ERRORS.get(content[6], "#ERROR!") if content[7] else bool(content[6])
        else:
            return
        row, column, style = _PLACE.unpack_from(content)
        if value != "":
            yield row + 1, column, style, value


class _SharedStrings:
    """The table of texts, which may be cut anywhere by the limit of a record's length (section 2.5.293)."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces
        self._piece, self._at = 0, 8

    def read(self) -> list[str]:
        """All texts. Their claimed number is no promise: each has to be there."""
        count = struct.unpack_from("<L", self._pieces[0], 4)[0]
        if count > min(MOST_STRINGS, sum(map(len, self._pieces))):
            raise _damaged()
        return [self._next() for _ in range(count)]

    def _next(self) -> str:
        length, flags = struct.unpack("<HB", self._take(3))
        runs = struct.unpack("<H", self._take(2))[0] if flags & 0x08 else 0
        extra = struct.unpack("<L", self._take(4))[0] if flags & 0x04 else 0
        text = self._letters(length, is_wide=bool(flags & 0x01))
        self._take(4 * runs + extra)
        return text

    def _letters(self, length: int, *, is_wide: bool) -> str:
        """Letters; where a record ends among them, the next begins with how wide the rest is."""
        found = []
        while length:
            room = len(self._pieces[self._piece]) - self._at
            size = 2 if is_wide else 1
            count = min(length, room // size)
            raw = self._pieces[self._piece][self._at : self._at + count * size]
            found.append(_letters(raw, count, is_wide=is_wide))
            self._at += count * size
            length -= count
            if length:
                self._piece += 1
                is_wide = bool(self._pieces[self._piece][0] & 0x01)
                self._at = 1
        return "".join(found)

    def _take(self, count: int) -> bytes:
        found = b""
        while count:
            piece = self._pieces[self._piece]
            taken = piece[self._at : self._at + count]
            found += taken
            count -= len(taken)
            self._at += len(taken)
            if count:
                self._piece += 1
                self._at = 0
                if self._piece >= len(self._pieces):
                    raise _damaged()
        return found


def _workbook_stream(content: bytes) -> bytes:
    compound = Compound(content)
    if "EncryptedPackage" in compound.streams:
        raise refused(_l("Die Arbeitsmappe ist verschlüsselt. Bitte entfernen Sie das Kennwort."))
    if {"_VBA_PROJECT_CUR", "_VBA_PROJECT"} & compound.folders:
        raise refused(_l("Die Arbeitsmappe enthält Makros. Bitte speichern Sie sie als XLSX ohne Makros."))
    name = next((name for name in ("Workbook", "WORKBOOK", "Book", "BOOK") if name in compound.streams), None)
    if name is None:
        raise refused(_l("Das ist keine Arbeitsmappe."))
    if name.upper() == "BOOK":
        raise refused(_l("Arbeitsmappe aus der Zeit vor Excel 97. Bitte speichern Sie sie als XLSX."))
    return compound.stream(name)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Kind and content of every record from `start` on."""
    while start + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, start)
        if start + 4 + length > len(stream):
            raise _damaged()
        yield kind, stream[start + 4 : start + 4 + length]
        start += 4 + length


def _rk(raw: int) -> float:
    """A number of 30 bits: a whole one or the first half of a double, perhaps a hundredfold (section 2.5.217)."""
    if raw & 2:
        value = float((raw >> 2) - (1 << 30) if raw & 0x80000000 else raw >> 2)
    else:
        value = struct.unpack("<d", b"\0\0\0\0" + struct.pack("<L", raw & 0xFFFFFFFC))[0]
    return value / 100 if raw & 1 else value


def _result(content: bytes) -> Cell | None:
    """Result of a formula; None where a text follows in a record of its own, or where there is none."""
    raw = content[6:14]
    if raw[6:8] != b"\xff\xff":
        return _double(raw)
    if raw[0] == 1:
        return bool(raw[2])
    return _ERRORS.get(raw[2], "#ERROR!") if raw[0] == 2 else None


def _double(raw: bytes) -> float:
    value = float(struct.unpack("<d", raw)[0])
    if not isfinite(value):
        raise _damaged()
    return value


def _string(content: bytes, start: int) -> str:
    length, flags = struct.unpack_from("<HB", content, start)
    return _letters(content[start + 3 :], length, is_wide=bool(flags & 1))


def _letters(raw: bytes, length: int, *, is_wide: bool) -> str:
    size = length * 2 if is_wide else length
    if len(raw) < size:
        raise _damaged()
    return raw[:size].decode("utf-16-le" if is_wide else "latin-1")


def _damaged(sheet: str = "") -> Exception:
    return refused(_l("Die Datei ist beschädigt oder abgeschnitten."), sheet=sheet)

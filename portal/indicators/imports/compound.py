"""The container of older Excel workbooks (XLS), read with limits before any other program opens it.

An OLE file is a small file system: sectors in chains. Layout: [MS-CFB], sections 2.2 (header), 2.3 (FAT), 2.6
(directory). The records of the workbook stream are those of [MS-XLS], section 2.4; only their places are read
here, to know how large a sheet is, whether the workbook is encrypted and which formulas have no result.
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.refusals import refuse
from portal.indicators.imports.sheet_parts import MOST_SHEETS, SheetPart, refused

MOST_BYTES = 60 << 20
_LAST_SECTOR = 0xFFFFFFFA
_HEADER = struct.Struct("<8s16x4H8x9L")
_ENTRY = struct.Struct("<64sHB49xLL4x")
_RECORD = struct.Struct("<2H")
_BOF, _END, _SHEET, _PASSWORD, _MANY_NUMBERS, _TRUTH_OR_ERROR = 0x809, 0x0A, 0x85, 0x2F, 0xBD, 0x205
_FORMULAS = frozenset({0x06, 0x206, 0x406})
_CELLS = _FORMULAS | {0xFD, 0x204, 0x203, 0x27E, 0xD6, _TRUTH_OR_ERROR, _MANY_NUMBERS}
# BErr, [MS-XLS] section 2.5.10.
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUND_SHEET = struct.Struct("<L2BBB")


class Compound:
    """The streams of an OLE file by name. Raises ImportRefused for damage."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        if len(content) < 512:
            raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
        _, _, major, order, shift, _, _, directory, _, self._cutoff, mini_fat, _, difat, _ = _HEADER.unpack_from(
            content
        )
        if order != 0xFFFE or (major, shift) not in {(3, 9), (4, 12)}:
            raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
        self._size = 1 << shift
        self._most = len(content) // self._size + 2
        self._fat = self._read_fat(difat)
        self._mini_fat = self._numbers(self._chained(mini_fat))
        entries = self._chained(directory)
        self.streams: dict[str, tuple[int, int]] = {}
        self.folders: set[str] = set()
        self._mini = b""
        for offset in range(0, len(entries) - 127, 128):
            raw, length, kind, start, size = _ENTRY.unpack_from(entries, offset)
            name = raw[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if kind == 5:
                self._mini = self._chained(start)
            elif kind == 1:
                self.folders.add(name)
            elif kind == 2:
                self.streams.setdefault(name, (start, size))

    def stream(self, name: str) -> bytes:
        """A whole stream."""
        start, size = self.streams[name]
        if size > len(self._content):
            raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
        content = self._mini_chained(start) if size < self._cutoff else self._chained(start)
        if len(content) < size:
            raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
        return content[:size]

    def _read_fat(self, difat: int) -> Sequence[int]:
        places = list(struct.unpack_from("<109L", self._content, 76))
        seen = 0
        while difat < _LAST_SECTOR:
            seen += 1
            if seen > self._most:
                raise refused(_l("Die Datei verweist auf sich selbst."))
            *more, difat = self._numbers(self._sector(difat))
            places += more
        if len([place for place in places if place < _LAST_SECTOR]) > self._most:
            raise refused(_l("Die Datei verweist auf sich selbst."))
        return self._numbers(b"".join(self._sector(place) for place in places if place < _LAST_SECTOR))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        sector = self._content[start : start + self._size]
        if not sector:
            raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
        return sector

    def _numbers(self, content: bytes) -> Sequence[int]:
        return struct.unpack(f"<{len(content) // 4}L", content[: len(content) // 4 * 4])

    def _chained(self, start: int) -> bytes:
        return b"".join(self._sector(number) for number in self._chain(start, self._fat))

    def _mini_chained(self, start: int) -> bytes:
        return b"".join(self._mini[number * 64 : number * 64 + 64] for number in self._chain(start, self._mini_fat))

    def _chain(self, start: int, table: Sequence[int]) -> Iterator[int]:
        seen = 0
        while start < _LAST_SECTOR:
            seen += 1
            if start >= len(table) or seen > len(table):
                raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
            yield start
            start = table[start]


def older_sheet_parts(path: Path) -> list[SheetPart]:
    """The worksheets of an XLS workbook in its order. Raises ImportRefused."""
    if path.stat().st_size > MOST_BYTES:
        raise refuse(1, "A", _l("Die Arbeitsmappe ist größer als %(limit)s MB.", limit=MOST_BYTES >> 20))
    compound = Compound(path.read_bytes())
    if "EncryptedPackage" in compound.streams:
        raise refused(_l("Die Arbeitsmappe ist verschlüsselt. Bitte entfernen Sie das Kennwort."))
    if "_VBA_PROJECT_CUR" in compound.folders or "_VBA_PROJECT" in compound.folders:
        raise refused(_l("Die Arbeitsmappe enthält Makros. Bitte speichern Sie sie als XLSX ohne Makros."))
    name = next((name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in compound.streams), None)
    if name is None:
        raise refused(_l("Das ist keine Arbeitsmappe."))
    if name.upper() == "BOOK":
        raise refused(_l("Arbeitsmappe aus der Zeit vor Excel 97. Bitte speichern Sie sie als XLSX."))
    return _sheets(compound.stream(name))


def _sheets(stream: bytes) -> list[SheetPart]:
    found: list[tuple[int, SheetPart]] = []
    for kind, start, length in _records(stream, 0):
        if kind == _PASSWORD:
            raise refused(_l("Die Arbeitsmappe ist verschlüsselt. Bitte entfernen Sie das Kennwort."))
        if kind == _END:
            break
        if kind == _SHEET and length >= _BOUND_SHEET.size:
            offset, state, sheet_kind, letters, is_wide = _BOUND_SHEET.unpack_from(stream, start)
            raw = stream[start + _BOUND_SHEET.size : start + length]
            name = raw[: letters * 2].decode("utf-16-le", "replace") if is_wide & 1 else raw[:letters].decode("latin-1")
            if sheet_kind == 0:
                found.append((offset, SheetPart(name, is_hidden=bool(state & 3))))
    if not found or len(found) > MOST_SHEETS or any(one >= two for one, two in pairwise(sorted(o for o, _ in found))):
        raise refused(_l("Das Verzeichnis der Blätter fehlt."))
    for offset, part in found:
        _measure(stream, offset, part)
    return [part for _, part in found]


def _measure(stream: bytes, offset: int, part: SheetPart) -> None:
    """Read the places of a sheet's cells; charts inside the sheet are substreams of their own."""
    depth = 0
    for kind, start, length in _records(stream, offset):
        if kind == _BOF:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth == 0:
                return
        elif kind in _CELLS and length >= 6:
            row, column = struct.unpack_from("<2H", stream, start)
            last = struct.unpack_from("<H", stream, start + length - 2)[0] if kind == _MANY_NUMBERS else column
            if last >= 256:
                raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."), sheet=part.name)
            part.note_cell(row + 1, last + 1)
            _note_result(kind, stream[start : start + length], row + 1, column, part)
    raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))


def _note_result(kind: int, content: bytes, row: int, column: int, part: SheetPart) -> None:
    """A formula's result that is no number has 0xFFFF at its end and says at its beginning what it is."""
    if kind in _FORMULAS and len(content) >= 14 and content[12:14] == b"\xff\xff":
        if content[6] == 3:
            part.note_unfinished(row, column)
        elif content[6] == 2:
            part.note_error(row, column, _ERRORS.get(content[8], ""))
    elif kind == _TRUTH_OR_ERROR and len(content) >= 8 and content[7]:
        part.note_error(row, column, _ERRORS.get(content[6], ""))


def _records(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the content and length of every record from `start` on."""
    while start + 4 <= len(stream):
        kind, length = _RECORD.unpack_from(stream, start)
        if start + 4 + length > len(stream):
            raise refused(_l("Die Datei ist beschädigt oder abgeschnitten."))
        yield kind, start + 4, length
        start += 4 + length

"""The container of older Excel workbooks (XLS): an OLE file, a small file system of sectors in chains.

Layout: [MS-CFB], sections 2.2 (header), 2.3 (FAT), 2.6 (directory). Every chain is bounded by the file's size.
"""

import struct
from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.sheet_parts import refused

_LAST_SECTOR = 0xFFFFFFFA
_HEADER = struct.Struct("<8s16x4H8x9L")
_ENTRY = struct.Struct("<64sHB49xLL4x")


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
        if len(sector) < self._size:
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

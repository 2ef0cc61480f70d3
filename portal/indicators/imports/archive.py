"""The archive that an XLSX workbook is: looked at piece by piece before any other program opens it.

Sizes in the directory are claims. So every entry is unpacked here once, in blocks that are thrown away, and has
to be exactly as long as claimed; places in the file must not overlap, names not repeat, nothing may be
encrypted or hold a further archive. Two programs that read such an archive see the same. Limits: see the
constants. The layout is that of PKWARE's APPNOTE, sections 4.3.7 (local header) and 4.3.16 (end of directory).
"""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.refusals import ImportRefused, refuse

MOST_BYTES = 60 << 20
MOST_UNPACKED = 300 << 20
MOST_ENTRIES = 2_000
# Deflate reaches 1,032; sheets of workbooks that people use stay below 100.
HIGHEST_RATIO = 250
_SMALL = 1 << 20
_BLOCK = 1 << 18
_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# Printer settings and embedded objects of other programs are OLE files, and publishers embed the description of
# their figures as a document; nobody opens them here.
_DOCUMENTS = (".docx", ".xlsx", ".pptx")
_OLE_FOLDERS = ("xl/printersettings/", "xl/embeddings/oleobject", "xl/activex/", "customxml/")


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was unpacked once and found to be what it says."""

    path: Path
    entries: dict[str, zipfile.ZipInfo]

    def blocks(self, name: str) -> Iterator[bytes]:
        """An entry, unpacked in blocks."""
        with self.path.open("rb") as file:
            yield from _unpacked(file, self.entries[name])

    def content(self, name: str, *, most: int = 4 << 20) -> bytes:
        """A small entry as a whole; raises ImportRefused for a large one."""
        if self.entries[name].file_size > most:
            raise _broken(_l("Der Teil „%(name)s“ ist unerwartet groß.", name=name[:80]))
        return b"".join(self.blocks(name))


def open_archive(path: Path) -> Archive:
    """Check the directory, then every entry. Raises ImportRefused."""
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise refuse(1, "A", _l("Die Arbeitsmappe ist größer als %(limit)s MB.", limit=MOST_BYTES >> 20))
    try:
        with path.open("rb") as file:
            _check_end(file, size)
            entries = _directory(file)
            _check_claims(entries)
            _check_places(file, entries, size)
            for entry in entries:
                _check_entry(file, entry)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise _broken(_l("Das Archiv ist beschädigt oder abgeschnitten.")) from error
    return Archive(path, {entry.filename: entry for entry in entries})


def _check_end(file: BinaryIO, size: int) -> None:
    """The directory has to end the file: with bytes after it, two programs may find two directories."""
    if size < _END.size:
        raise _broken(_l("Das Archiv ist beschädigt oder abgeschnitten."))
    file.seek(size - _END.size)
    magic, *_, comment = _END.unpack(file.read(_END.size))
    if magic != b"PK\x05\x06" or comment:
        raise _broken(_l("Das Archiv ist beschädigt oder abgeschnitten."))


def _directory(file: BinaryIO) -> list[zipfile.ZipInfo]:
    with zipfile.ZipFile(file) as archive:
        return archive.infolist()


def _check_claims(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise _broken(_l("Das Archiv hat mehr als %(limit)s Teile.", limit=MOST_ENTRIES))
    names = {entry.filename.lower() for entry in entries}
    if len(names) != len(entries):
        raise _broken(_l("Ein Teil steht zweimal im Archiv."))
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise _broken(_l("Die Arbeitsmappe ist verschlüsselt. Bitte entfernen Sie das Kennwort."))
        if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise _broken(_l("Der Teil „%(name)s“ ist auf unbekannte Art gepackt.", name=entry.filename[:80]))
        if entry.file_size > _SMALL and entry.file_size > HIGHEST_RATIO * entry.compress_size:
            raise _bomb()
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise _bomb()


def _check_places(file: BinaryIO, entries: list[zipfile.ZipInfo], size: int) -> None:
    """Local headers agree with the directory and no two entries share bytes."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise _broken(_l("Teile des Archivs überdecken einander."))
        name, start = _local(file, entry)
        if name != entry.orig_filename:
            raise _broken(_l("Das Verzeichnis des Archivs passt nicht zu seinem Inhalt."))
        end = start + entry.compress_size
    if end > size:
        raise _broken(_l("Das Archiv ist beschädigt oder abgeschnitten."))


def _local(file: BinaryIO, entry: zipfile.ZipInfo) -> tuple[str, int]:
    """Name in the local header and place of the first packed byte."""
    file.seek(entry.header_offset)
    fields = _LOCAL.unpack(file.read(_LOCAL.size))
    magic, flags, name_length, extra_length = fields[0], fields[2], fields[-2], fields[-1]
    if magic != b"PK\x03\x04":
        raise _broken(_l("Das Archiv ist beschädigt oder abgeschnitten."))
    name = file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437")
    return name, entry.header_offset + _LOCAL.size + name_length + extra_length


def _check_entry(file: BinaryIO, entry: zipfile.ZipInfo) -> None:
    checksum, is_first = 0, True
    for block in _unpacked(file, entry):
        if is_first and block.startswith(_ARCHIVES) and not _is_attachment(entry.filename.lower()):
            reason = _l("In der Arbeitsmappe steckt ein weiteres Archiv („%(name)s“).", name=entry.filename[:80])
            raise _broken(reason)
        is_first = False
        checksum = zlib.crc32(block, checksum)
    if checksum != entry.CRC:
        raise _broken(_l("Das Archiv ist beschädigt oder abgeschnitten."))


def _is_attachment(name: str) -> bool:
    return name.startswith(_OLE_FOLDERS) or (name.startswith("xl/embeddings/") and name.endswith(_DOCUMENTS))


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry in blocks; raises as soon as it is longer or shorter than the directory claims."""
    _, start = _local(file, entry)
    file.seek(start)
    left, length = entry.compress_size, 0
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(_BLOCK, left))
        if not packed:
            raise EOFError
        left -= len(packed)
        is_more = True
        while is_more:
            block = packed if unpacker is None else unpacker.decompress(packed, _BLOCK)
            packed = b"" if unpacker is None else unpacker.unconsumed_tail
            # A full block may leave output waiting though all input is taken.
            is_more = bool(packed) or (unpacker is not None and len(block) == _BLOCK)
            length += len(block)
            if length > entry.file_size:
                raise _bomb()
            if block:
                yield block
    if length != entry.file_size or (unpacker is not None and (not unpacker.eof or unpacker.unused_data)):
        raise EOFError


def _bomb() -> ImportRefused:
    return _broken(_l("Die Arbeitsmappe wird beim Entpacken unverhältnismäßig groß."))


def _broken(reason: Any) -> ImportRefused:
    return refuse(1, "A", _l("Die Arbeitsmappe wird nicht geöffnet: %(reason)s", reason=reason))

"""What a file really is, by its first bytes and its inner directory; names and headers are never asked.

Nothing is unpacked: of a zip file only the directory is read, so a packing bomb costs nothing.
"""

import codecs
import zipfile
from collections.abc import Callable
from pathlib import Path

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"
TEXT = "text/plain"

# The ending a stored file gets, whatever it was called.
ENDINGS = {
    PDF: ".pdf", PNG: ".png", JPEG: ".jpg", ODT: ".odt", ODS: ".ods", DOCX: ".docx", XLSX: ".xlsx", CSV: ".csv",
    TEXT: ".txt",
}  # fmt: skip

_HEAD = 16
_TAIL = 1024
_CHUNK = 1 << 16
_ENTRIES = 5000
_MIMETYPE_BYTES = 128
# A text beginning like this is a page or a program for somebody's browser, whatever it is called.
_ACTIVE = (
    b"<!doctype",
    b"<html",
    b"<svg",
    b"<?xml",
    b"<script",
    b"<head",
    b"<body",
    b"<!--",
    b"<?php",
    b"#!",
    b"%!ps",
    b"%pdf-",
)


def is_type(path: Path, media_type: str) -> bool:
    """Whether the file's content is of that type; unknown types never are."""
    check = _CHECKS.get(media_type)
    return check is not None and check(path)


def _begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_HEAD)


def _ends(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL))
        return file.read()


def _is_pdf(path: Path) -> bool:
    return _begins(path).startswith(b"%PDF-") and b"%%EOF" in _ends(path)


def _is_png(path: Path) -> bool:
    return _begins(path).startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"[:_HEAD]) and b"IEND" in _ends(path)


def _is_jpeg(path: Path) -> bool:
    return _begins(path).startswith(b"\xff\xd8\xff") and b"\xff\xd9" in _ends(path)


def _directory(path: Path) -> list[zipfile.ZipInfo] | None:
    """Entries of a zip file, or None if it is none or has far too many."""
    if not _begins(path).startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, UnicodeDecodeError):
        return None
    return entries if 0 < len(entries) <= _ENTRIES else None


def _opendocument(media_type: str) -> Callable[[Path], bool]:
    """OpenDocument names its type in a first, unpacked entry of the zip file."""

    def check(path: Path) -> bool:
        entries = _directory(path)
        if not entries or entries[0].filename != "mimetype" or entries[0].compress_type != zipfile.ZIP_STORED:
            return False
        if entries[0].file_size > _MIMETYPE_BYTES:
            return False
        with zipfile.ZipFile(path) as archive:
            return archive.read(entries[0]).strip() == media_type.encode()

    return check


def _office(part: str) -> Callable[[Path], bool]:
    """Office Open XML has a list of parts and one main part; files with macros are refused."""

    def check(path: Path) -> bool:
        names = {entry.filename for entry in _directory(path) or []}
        macros = any(name.lower().endswith("vbaproject.bin") for name in names)
        return {"[Content_Types].xml", part} <= names and not macros

    return check


def _is_text(path: Path) -> bool:
    """UTF-8 without control characters, and nothing a browser would run."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        first = True
        while chunk := file.read(_CHUNK):
            if first:
                first = False
                if chunk.removeprefix(codecs.BOM_UTF8).lstrip()[:_HEAD].lower().startswith(_ACTIVE):
                    return False
            if any(byte < 32 and byte not in b"\t\n\r\x0c" for byte in set(chunk)):
                return False
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


_CHECKS: dict[str, Callable[[Path], bool]] = {
    PDF: _is_pdf,
    PNG: _is_png,
    JPEG: _is_jpeg,
    ODT: _opendocument(ODT),
    ODS: _opendocument(ODS),
    DOCX: _office("word/document.xml"),
    XLSX: _office("xl/workbook.xml"),
    CSV: _is_text,
    TEXT: _is_text,
}

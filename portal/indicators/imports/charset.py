"""The bytes of a file: limits, character set, damage; one pass in blocks before anything is parsed."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from portal.core.machine_words import why
from portal.indicators.imports.refusals import ImportRefused, column_letter, refuse

MOST_BYTES = 500 * 1024 * 1024
# A trace of each value is kept while a file is checked: 40 MB for as many.
MOST_LINES = 5_000_000
LONGEST_LINE = 100_000
_BLOCK = 1 << 20

UTF8 = "utf-8"
UTF8_BOM = "utf-8-sig"
UTF16 = "utf-16"
WINDOWS = "windows-1252"

_FOREIGN = (
    (b"\x1f\x8b", _l("Die Datei ist gepackt (gzip). Bitte entpacken Sie sie zuerst.")),
    (b"%PDF", _l("Die Datei ist ein PDF-Dokument. Gelesen werden CSV-Dateien und Arbeitsmappen (XLSX, XLS).")),
)
# A carriage return alone would count as a line for some programs and not for others.
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_REPLACEMENT = b"\xef\xbf\xbd"
# UTF-8 read as Windows-1252 and saved again: `Ã¼` in place of `ü`. No German name holds these pairs.
_TWICE_ENCODED = re.compile("[ÃÂ][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
# What umlauts of DOS (850) and Macintosh files become when read as Windows-1252.
_OTHER_CHARSET = re.compile("[A-Za-zÀ-ÿ][„”…†‡™€‹›][a-z]|[ŠšŸŽžƒˆ‰Œáõý]")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the bytes say: character set, size, number of lines, whether the last line is ended."""

    encoding: str
    size: int
    lines: int
    is_last_line_ended: bool
    fingerprint: tuple[int, int]

    def check_unchanged(self, path: Path) -> None:
        """Raise ImportRefused if the file was changed since it was looked at."""
        if _fingerprint(path) != self.fingerprint:
            raise refuse(1, "A", _l("Die Datei wurde während des Lesens verändert."))


def start_of(path: Path) -> bytes:
    """The first bytes of a file. Raises ImportRefused for one that is not there, not readable or empty."""
    try:
        if not path.is_file():
            raise refuse(1, "A", _l("Die Datei wurde nicht gefunden."))
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise refuse(1, "A", _l("Die Datei kann nicht gelesen werden: %(why)s", why=why(error))) from error
    if not start.strip():
        raise refuse(1, "A", _l("Die Datei ist leer."))
    return start


def inspect(path: Path) -> Envelope:
    """Look at every byte once. Raises ImportRefused for anything that is not a plain text file within
    limits."""
    start = start_of(path)
    fingerprint = _fingerprint(path)
    size = fingerprint[0]
    if size > MOST_BYTES:
        raise refuse(1, "A", _l("Die Datei ist größer als %(limit)s MB.", limit=MOST_BYTES >> 20))
    for magic, reason in _FOREIGN:
        if start.startswith(magic):
            raise refuse(1, "A", reason)
    encoding = _encoding(path, start)
    scan = _Scan(encoding)
    for block in _utf8_blocks(path, encoding):
        scan.feed(block)
    lines, is_ended = scan.conclude()
    return Envelope(encoding, size, lines, is_ended, fingerprint)


def _fingerprint(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _encoding(path: Path, start: bytes) -> str:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return UTF16
    has_mark = start.startswith(codecs.BOM_UTF8)
    try:
        for _ in _decoded(path, UTF8):
            pass
    except UnicodeDecodeError:
        if has_mark:
            row, column = _place_of_bad_byte(path, UTF8)
            raise refuse(
                row,
                column,
                _l("Die Datei ist als UTF-8 gekennzeichnet, aber hier steht kein gültiges Zeichen."),
            ) from None
        return WINDOWS
    return UTF8_BOM if has_mark else UTF8


def _decoded(path: Path, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            yield decoder.decode(block)
        yield decoder.decode(b"", final=True)


def _utf8_blocks(path: Path, encoding: str) -> Iterator[bytes]:
    if encoding in {UTF8, UTF8_BOM}:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                yield block
        return
    try:
        for text in _decoded(path, encoding):
            yield text.encode(UTF8)
    except (UnicodeDecodeError, UnicodeEncodeError) as error:
        row, column = _place_of_bad_byte(path, encoding)
        raise refuse(
            row,
            column,
            _l("Unbekannter Zeichensatz: das Zeichen ist in %(name)s nicht gültig.", name=encoding),
        ) from error


def _place_of_bad_byte(path: Path, encoding: str) -> tuple[int, str]:
    if encoding == UTF16:
        return 1, "A"
    with path.open("rb") as file:
        row = 0
        while line := file.readline(LONGEST_LINE):
            row += 1
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                return row, _column_at(line, error.start)
    return 1, "A"


def _column_at(line: bytes, position: int) -> str:
    delimiter = b";" if b";" in line else b","
    return column_letter(line[:position].count(delimiter))


class _Scan:
    """Checks lines of UTF-8 bytes without keeping more than one unfinished line."""

    def __init__(self, encoding: str) -> None:
        self._lines = 0
        self._rest = b""
        self._from_windows = encoding == WINDOWS

    def feed(self, block: bytes) -> None:
        joined = self._rest + block
        cut = joined.rfind(b"\n") + 1
        self._check(joined[:cut])
        self._rest = joined[cut:]
        if len(self._rest) > LONGEST_LINE:
            raise self._too_long(self._lines + 1)

    def conclude(self) -> tuple[int, bool]:
        is_ended = not self._rest
        self._check(self._rest)
        return self._lines + (0 if is_ended else 1), is_ended

    def _check(self, lines: bytes) -> None:
        if not lines:
            return
        if len(lines) > LONGEST_LINE and max(map(len, lines.split(b"\n"))) > LONGEST_LINE:
            before = next(i for i, line in enumerate(lines.split(b"\n")) if len(line) > LONGEST_LINE)
            raise self._too_long(self._lines + before + 1)
        match = _CONTROL.search(lines)
        if match:
            raise self._at(lines, match.start(), _l("Steuerzeichen mitten im Text; die Datei ist beschädigt."))
        if _REPLACEMENT in lines:
            found = lines.find(_REPLACEMENT)
            raise self._at(lines, found, _l("Ersatzzeichen „�“: hier ging beim Speichern ein Buchstabe verloren."))
        if not lines.isascii():
            self._check_letters(lines)
        self._lines += lines.count(b"\n")
        if self._lines > MOST_LINES:
            reason = _l("Die Datei hat mehr als %(limit)s Zeilen. Bitte teilen Sie sie auf.", limit=MOST_LINES)
            raise refuse(MOST_LINES + 1, "A", reason)

    def _check_letters(self, lines: bytes) -> None:
        # Most files hold neither letter; decoding and searching all of them takes ten times as long.
        may_be_twice = b"\xc3\x83" in lines or b"\xc3\x82" in lines
        if not may_be_twice and not self._from_windows:
            return
        text = lines.decode(UTF8)
        match = _TWICE_ENCODED.search(text) or (_OTHER_CHARSET.search(text) if self._from_windows else None)
        if match:
            raise self._at(
                lines,
                len(text[: match.start()].encode(UTF8)),
                _l("Zeichensatz unklar: „%(letters)s“.", letters=match[0]),
            )

    def _at(self, lines: bytes, position: int, reason: object) -> ImportRefused:
        start = lines.rfind(b"\n", 0, position) + 1
        end = lines.find(b"\n", position)
        line = lines[start : end if end >= 0 else None]
        return refuse(self._lines + lines.count(b"\n", 0, position) + 1, _column_at(line, position - start), reason)

    def _too_long(self, row: int) -> ImportRefused:
        return refuse(row, "A", _l("Die Zeile ist länger als %(limit)s Zeichen.", limit=LONGEST_LINE))

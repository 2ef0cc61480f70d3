"""Files: what is let in, how it is kept, how it is handed out."""

import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.core.transaction import transaction
from portal.files import services, signatures
from portal.files.models import StoredFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 13 + b"abcd" + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 20 + b"\xff\xd9"
EVERYTHING = tuple(signatures.ENDINGS)


def zipped(*entries: tuple[str, bytes], stored: bool = False) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def odt() -> bytes:
    return zipped(("mimetype", signatures.ODT.encode()), ("content.xml", b"<x/>"), stored=True)


def docx(*more: str) -> bytes:
    return zipped(*((name, b"<x/>") for name in ("[Content_Types].xml", "word/document.xml", *more)))


def store(content: bytes, *, name: str = "x", allowed: tuple[str, ...] = EVERYTHING, most: int = 10_000) -> StoredFile:
    with transaction():
        return services.store(io.BytesIO(content), name=name, allowed=allowed, max_bytes=most, actor=ANONYMOUS)


def left_over(app: Flask) -> list[Path]:
    return [path for path in (app.config["PORTAL"].data / "files").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, signatures.PDF),
        (PNG, signatures.PNG),
        (JPEG, signatures.JPEG),
        (odt(), signatures.ODT),
        (docx(), signatures.DOCX),
        (zipped(("[Content_Types].xml", b""), ("xl/workbook.xml", b"")), signatures.XLSX),
        ("Gemeinde;Wert\nÖhringen;1,5\n".encode(), signatures.CSV),
        ("\ufeffGemeinde;Wert\n".encode(), signatures.CSV),
    ],
)
def test_the_content_says_what_it_is(tmp_path: Path, content: bytes, media_type: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert next(known for known in EVERYTHING if signatures.is_type(path, known)) == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\xef\xbb\xbf  <!DOCTYPE html><script>alert(1)</script>",
        b"<?xml version='1.0'?><svg/>",
        b"MZ\x90\x00program",
        b"#!/bin/sh\nrm -rf /",
        b"%PDF-1.7 cut off",
        b"GIF89a" + b"\x00" * 30,
        "Größe".encode("latin-1"),
        b"text with \x00 in it",
        zipped(("evil.exe", b"MZ")),
        zipped(("mimetype", b"application/zip"), stored=True),
        docx("word/vbaProject.bin"),
        b"PK\x03\x04 broken",
        PNG[:20],
    ],
)
def test_what_it_is_not_is_refused_and_leaves_nothing(app: Flask, content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        store(content, name="harmlos.pdf")
    assert refused.value.field == "file"
    assert left_over(app) == []


def test_a_packing_bomb_is_never_unpacked(app: Flask) -> None:
    bomb = zipped(("[Content_Types].xml", b""), ("word/document.xml", b"\x00" * 50_000_000))
    begun = time.process_time()
    assert store(bomb, allowed=(signatures.DOCX,), most=1_000_000).size == len(bomb)
    assert time.process_time() - begun < 1


class Endless(io.RawIOBase):
    """A stream that never ends."""

    read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        self.read_bytes += size
        return b"a" * size


def test_reading_stops_at_the_limit(app: Flask) -> None:
    stream = Endless()
    with pytest.raises(Refusal), transaction():
        services.store(stream, name="x.txt", allowed=EVERYTHING, max_bytes=100_000, actor=SYSTEM)  # type: ignore[arg-type]
    assert stream.read_bytes < 300_000
    assert left_over(app) == []


def test_an_empty_file_is_refused(app: Flask) -> None:
    with pytest.raises(Refusal):
        store(b"")


def test_same_bytes_are_kept_once_and_read_back(app: Flask) -> None:
    first, second = store(PDF, name="a.pdf"), store(PDF, name="b.pdf")
    (path,) = left_over(app)
    assert path.relative_to(app.config["PORTAL"].data / "files").as_posix() == (
        f"{first.sha256[:2]}/{first.sha256[2:4]}/{first.sha256}"
    )
    assert path.stat().st_mode & 0o077 == 0
    with services.open_file(second) as file:
        assert file.read() == PDF
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 2


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bericht.pdf", "Bericht.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Daten\\Übersicht 2026.PDF", "Übersicht 2026.pdf"),
        ("böse\r\nX: 1.html", "böse X: 1.html.pdf"),
        ("", "Datei.pdf"),
        ("..", "Datei.pdf"),
        ("x" * 500, "x" * 196 + ".pdf"),
    ],
)
def test_names_are_cleaned_and_get_the_right_ending(app: Flask, given: str, kept: str) -> None:
    assert store(PDF, name=given).name == kept


def test_files_are_handed_out_for_saving_only(app: Flask) -> None:
    with app.test_request_context():
        response = services.send(store(PDF, name="Übersicht.pdf"))
        response.direct_passthrough = False
        assert response.get_data() == PDF
        assert response.headers["Content-Disposition"].startswith("attachment;")
        assert "filename*=UTF-8''%C3%9Cbersicht.pdf" in response.headers["Content-Disposition"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.content_length == len(PDF)
        response.close()


def test_lost_bytes_are_not_found(app: Flask) -> None:
    file = store(PDF)
    left_over(app)[0].unlink()
    with pytest.raises(NotFound):
        services.open_file(file)


def test_sweep_removes_what_no_row_names_and_is_old(app: Flask) -> None:
    kept, gone = store(PDF), store(PNG)
    with transaction():
        db.session.delete(gone)
    assert services.sweep() == 0
    for path in left_over(app):
        os.utime(path, (0, 0))
    assert services.sweep() == 1
    with services.open_file(kept) as file:
        assert file.read() == PDF

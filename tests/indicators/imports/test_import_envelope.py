"""Bytes, character sets, limits and recognition."""

import tracemalloc
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from import_samples import (
    FLAT_HEAD,
    LONG_LINES,
    classic_file,
    flat_file,
    long_file,
    places,
    refusals_of,
    write,
)

from portal.indicators.imports import charset, source
from portal.indicators.imports.detect import detect
from portal.indicators.imports.formats import Format
from portal.indicators.imports.refusals import ImportRefused
from portal.indicators.imports.source import open_source


def file_of(folder: Path, content: bytes) -> Path:
    path = folder / "datei.csv"
    path.write_bytes(content)
    return path


def test_recognition_goes_by_content(tmp_path: Path) -> None:
    for text, expected in ((long_file(), Format.LONG), (classic_file(), Format.CLASSIC), (flat_file(), Format.FLAT)):
        found = detect(write(tmp_path, text, name="irgendwas.txt"))
        assert (found.format, found.encoding) == (expected, "utf-8")
        assert found.evidence in text
    with pytest.raises(ImportRefused, match="erwartet war"):
        open_source(write(tmp_path, long_file()), format=Format.FLAT)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "leer"),
        (b" \n\n", "leer"),
        (b"PK\x03\x04irgendwas", "Arbeitsmappe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Arbeitsmappe"),
        (b"\x1f\x8b\x08\x00", "gepackt"),
        (b"%PDF-1.7\n", "PDF"),
        (b"a,b,c\n1,2,3\n", "Format"),
        (b"<html><body>Fehler 500</body></html>\n", "Format"),
        (b"Tabelle ohne Doppelpunkt\n", "Format"),
    ],
)
def test_foreign_files(tmp_path: Path, content: bytes, word: str) -> None:
    [refused] = refusals_of(file_of(tmp_path, content))
    assert (refused.row, refused.column) == (1, "A")
    assert word in str(refused.reason)


def test_a_real_archive_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "flat.zip", "w") as archive:
        archive.writestr("x_flat.csv", flat_file())
    for path in (tmp_path / "flat.zip", tmp_path, tmp_path / "fehlt.csv"):
        assert places(path) == [(1, "A")]


@pytest.mark.parametrize("text", [long_file(), flat_file()])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_wrong_delimiter_is_named(tmp_path: Path, text: str, delimiter: str) -> None:
    right = ";" if text.startswith("statistics") else ","
    refused = refusals_of(write(tmp_path, text.replace(right, delimiter)))
    assert bool(refused) is (delimiter != right)
    if refused:
        assert "Trennzeichen" in str(refused[0].reason)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (b"\x00", "Steuerzeichen"),
        (b"\x07", "Steuerzeichen"),
        (b"\x1b", "Steuerzeichen"),
        ("�".encode(), "Ersatzzeichen"),
        ("Ã¼".encode(), "Zeichensatz"),
    ],
)
def test_damage_is_found_where_it_is(tmp_path: Path, bad: bytes, word: str) -> None:
    content = long_file().encode().replace(b"Dossenheim", b"Dossen" + bad + b"heim", 1)
    [refused] = refusals_of(file_of(tmp_path, content))
    assert (refused.row, refused.column) == (4, "C")
    assert word in str(refused.reason)


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman", "utf-8+latin-1", "utf-8 as cp1252"])
def test_other_character_sets_are_refused(tmp_path: Path, encoding: str) -> None:
    text = classic_file().replace("Karlsruhe", "Tübingen")
    if encoding == "utf-8+latin-1":
        content = text.encode() + "Fußnote\n".encode("latin-1")
    elif encoding == "utf-8 as cp1252":
        content = text.encode().decode("cp1252", errors="replace").replace("�", "").encode()
    else:
        content = text.replace("©", "(c)").replace("–", "-").encode(encoding)
    assert refusals_of(file_of(tmp_path, content))


def test_a_marked_file_must_be_what_it_says(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + flat_file().encode("cp1252")
    [refused] = refusals_of(file_of(tmp_path, content))
    assert (refused.row, refused.column) == (2, "B")


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huge = long_file((*LONG_LINES[:2], LONG_LINES[2].replace("Dossenheim", "D" * charset.LONGEST_LINE)))
    assert places(write(tmp_path, huge)) == [(4, "A")]
    endless = long_file() + "9" * (3 * charset.LONGEST_LINE)
    assert places(write(tmp_path, endless)) == [(8, "A")]
    assert places(write(tmp_path, long_file((LONG_LINES[0].replace("Rhein-Neckar-Kreis", "R" * 501),)))) == [
        (2, "area_name")
    ]
    assert places(write(tmp_path, FLAT_HEAD + ";x" * 300 + "\n")) == [(1, "GS")]
    monkeypatch.setattr(charset, "MOST_BYTES", 100)
    assert places(write(tmp_path, long_file())) == [(1, "A")]


def test_ten_million_rows_are_refused_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "zehn_millionen.csv"
    with path.open("wb") as file:
        file.write(long_file().encode())
        for _ in range(10):
            file.write(b",\n" * 1_000_000)
    tracemalloc.start()
    try:
        [refused] = refusals_of(path)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (refused.row, refused.column) == (5_000_001, "A")
    assert "mehr als 5000000 Zeilen" in str(refused.reason)
    assert most < 64 << 20


def test_a_file_names_a_limited_number_of_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MOST_MEASURES", 1)
    assert len(refusals_of(write(tmp_path, long_file()))) == 1
    monkeypatch.setattr(source, "MOST_AREAS", 1)
    [refused] = refusals_of(write(tmp_path, long_file()))
    assert "Gebiete" in str(refused.reason)


def test_quotes_that_never_end(tmp_path: Path) -> None:
    text = long_file().replace('"8,50 bis unter 10,00"', '"8,50 bis unter 10,00')
    assert places(write(tmp_path, text))[0][0] == 5
    assert places(write(tmp_path, long_file() * 1 + 'county,08226,"x'))[0][0] == 8
    assert places(write(tmp_path, long_file().replace("Dossenheim", '"Dossen"heim', 1))) == [(4, "A")]


def test_a_file_changed_in_between_is_refused(tmp_path: Path) -> None:
    opened = open_source(write(tmp_path, long_file()))
    opened.validate()
    write(tmp_path, long_file().replace("12345", "54321") + "\n")
    with pytest.raises(ImportRefused, match="verändert"):
        list(opened.read())


def test_only_so_many_refusals_are_collected(tmp_path: Path) -> None:
    lines = tuple(LONG_LINES[1].replace("5985", "viele") for _ in range(500))
    assert len(refusals_of(write(tmp_path, long_file(lines)))) == 50


def test_reasons_can_be_read_outside_and_inside_an_application(tmp_path: Path) -> None:
    path = write(tmp_path, long_file().replace("5985", "viele"))
    [refused] = refusals_of(path)
    assert str(refused.reason) == "„viele“ ist keine Zahl."
    app = Flask("pruefung")
    Babel(app, default_locale="de")
    with app.test_request_context():
        assert str(refused.reason) == "„viele“ ist keine Zahl."

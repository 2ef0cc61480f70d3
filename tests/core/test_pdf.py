"""PDF documents: accessible, and what people typed stays text."""

import io
import re

import pytest
from flask import Flask
from pypdf import PdfReader

from portal.config import TEMPLATES
from portal.core import pdf
from portal.core.errors import Refusal

HOSTILE = (
    '#read("/etc/passwd") #image("/etc/hostname") *fett* $x^2$ <marke> @quelle `code` \\ // nichts /* weg */ #{1+1}'
)


def sample(text: str, **more: object) -> dict[str, object]:
    return {
        "title": "Probe",
        "county": "Musterkreis",
        "source": "Stand: heute",
        "heading": "Text",
        "text": text,
        **more,
    }


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


@pytest.fixture
def context(app: Flask):
    with app.test_request_context():
        yield


def test_document_is_accessible_and_says_what_it_is(context: None) -> None:
    content = pdf.render("pdf/sample.typ", sample("Guten Tag.\nZweite Zeile."))
    assert content.startswith(b"%PDF-1.7")
    assert re.search(rb"pdfuaid:part>1<", content)
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "de"
    assert root["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Probe"
    text = text_of(content)
    for words in ("Musterkreis", "Stand: heute", "Guten Tag.", "Zweite Zeile.", "Seite 1 / 1"):
        assert words in text


def test_demonstration_is_watermarked(context: None) -> None:
    assert "Demodaten – frei erfunden" not in text_of(pdf.render("pdf/sample.typ", sample("Text")))
    assert text_of(pdf.render("pdf/sample.typ", sample("Text", is_demo=True))).count("Demodaten – frei erfunden") == 2


def test_what_people_typed_is_never_evaluated(context: None) -> None:
    text = text_of(pdf.render("pdf/sample.typ", sample(HOSTILE, title=HOSTILE)))
    flat = text.replace("\n", " ")
    for words in ('#read("/etc/passwd")', "*fett*", "$x^2$", "<marke>", "@quelle", "/* weg */", "#{1+1}"):
        assert words in flat
    assert "root:" not in text


def test_characters_no_font_knows_do_not_break_the_document(context: None) -> None:
    text = text_of(
        pdf.render("pdf/sample.typ", sample("Zoë Łódź Ελλάδα Київ \ufdfd 漢字 👩‍👩‍👧 \x00\x07 e\u0301 Ende"))
    )
    for words in ("Zoë", "Łódź", "Ελλάδα", "Київ", "Ende"):
        assert words in text
    assert "漢" not in text


@pytest.mark.parametrize("text", ["ä" * 5_000_000, "Zeile\n" * 30_000], ids=["5 MB", "lines"])
def test_a_document_beyond_the_limits_is_refused(context: None, text: str) -> None:
    with pytest.raises(Refusal):
        pdf.render("pdf/sample.typ", sample(text))


def test_templates_stay_in_their_folder() -> None:
    found = sorted(TEMPLATES.rglob("*.typ"))
    assert found
    for path in found:
        code = path.read_text(encoding="utf-8")
        for word in ("@preview", "@local", "eval(", "read(", "plugin("):
            assert word not in code, f"{path}: {word}"
        assert "../" not in code


def test_file_names_are_harmless() -> None:
    assert pdf.file_name("protokoll", "Größe / Länge: „x“") == "protokoll-Größe-Länge-x.pdf"
    assert "/" not in pdf.file_name("../../etc/passwd")

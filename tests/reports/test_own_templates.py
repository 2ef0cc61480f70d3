"""A county's own Word templates: those that fit, that do not fit, and that mean harm."""

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing

import pytest
from docx import Document
from docx.opc.constants import NAMESPACE as NS
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from house import House
from papers import DOSSIER, numbers_in, tables_headed, taken, words_in

from portal.reports import template_parts, template_trial, word_files
from portal.reports.content import Report
from portal.reports.models import ReportKind


def upload(
    house: House, content: bytes, name: str = "vorlage.docx", *, kind: ReportKind = ReportKind.DOSSIER
) -> tuple[int, str]:
    client: FlaskClient = house.client("planner")
    answer = client.post(
        f"/berichte/vorlagen/{kind.value}",
        data={"csrf_token": house.tokens["planner"], "datei": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text


def template(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_the_countys_own_template_is_used_until_it_is_taken_back(house: House) -> None:
    try:
        status, _text = upload(house, template("Kopf des Landkreises", "{{ areas[0].name }}"))
        assert status == 302
        words = words_in(taken(house, f"{DOSSIER}.docx"))
        assert "Kopf des Landkreises" in words
        # A template without the sentences that must stand in every copy gets them back.
        assert "verzichtbar" in words
        assert "Demodaten – frei erfunden" in words
        client = house.client("planner")
        client.post("/berichte/vorlagen/dossier/zuruecksetzen", data={"csrf_token": house.tokens["planner"]})
        assert "Kopf des Landkreises" not in words_in(taken(house, f"{DOSSIER}.docx"))
    finally:
        house.put_back()


def test_a_countys_own_paper_without_the_table_of_figures_goes_on_working(house: House) -> None:
    try:
        status, _text = upload(
            house, template("Eigene Vorlage", "{{ areas[0].name }}"), kind=ReportKind.COMMITTEE_PAPER
        )
        assert status == 302
        content = taken(house, "/berichte/vorlage.docx", "planner")
        assert "Eigene Vorlage" in words_in(content)
        assert not tables_headed(content, "Kennzahl")
    finally:
        house.put_back()


def test_a_countys_own_paper_that_names_numbers_gets_their_sources(house: House) -> None:
    try:
        own = template(
            "{% for one in areas[0].figures %}{{ one.name }} {{ one.value }} {{ one.reference }}\n{% endfor %}"
        )
        assert upload(house, own)[0] == 302
        text = words_in(taken(house, f"{DOSSIER}.docx"))
        entries = set(re.findall(r"^\[(\d+)\] ", text, re.MULTILINE))
        assert numbers_in(text) == entries
        assert len(entries) > 10
    finally:
        house.put_back()


def test_a_template_that_would_show_nothing_or_was_cut_off_says_so(house: House) -> None:
    status, text = upload(house, template("Nur ein Briefkopf"))
    assert status == 422
    assert "kein Platzhalter für die Planungsräume" in text
    status, text = upload(house, template("{{ areas[0].name }}")[:3000])
    assert status == 422
    assert "beschädigt oder nicht ganz übertragen" in text
    status, text = upload(house, b"no word file at all")
    assert status == 422
    assert "lässt sich aber nicht als DOCX lesen" in text
    status, text = upload(house, b"no word file at all", "vorlage.odt")
    assert status == 422
    assert "Möglich sind: DOCX" in text


def test_a_template_that_prints_values_without_their_sources_is_refused(house: House) -> None:
    loop = "{% for one in areas[0].figures %}{{ one.name }} {{ one.value }} {{ one.county }}{% endfor %}"
    try:
        status, text = upload(house, template(loop, "{{ areas[0].figures[0].reference }}"))
        assert status == 422
        assert "ohne die Nummer ihrer Quelle" in text
    finally:
        house.put_back()


@pytest.mark.parametrize(
    "content",
    [
        template("{{ areas[0].name "),
        template("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
        template("{% for n in range(10 ** 9) %}x{% endfor %}"),
        template("{{ areas.append(1) }}"),
        template("{{ no_such_thing.at_all }}"),
        template("{{ areas[0].name }} {{ no_such_thing }}"),
        template("{% for one in areas[0].figures %}{{ one.valeu }} {{ one.reference }}{% endfor %}"),
        b"PK\x03\x04 no word file",
        b"%PDF-1.7 something else",
        b"",
    ],
    ids=[
        "broken",
        "reaching out",
        "endless",
        "changing",
        "unknown",
        "a word of none",
        "misspelt",
        "damaged",
        "another kind",
        "empty",
    ],
)
def test_a_template_that_does_not_fit_is_refused_and_the_old_one_stays(house: House, content: bytes) -> None:
    try:
        status, text = upload(house, content)
        assert status == 422
        assert "field-error" in text
        with house.app.app_context():
            assert "Stimmen und Zahlen im Vergleich" in words_in(taken(house, f"{DOSSIER}.docx"))
    finally:
        house.put_back()


def test_a_file_that_unpacks_without_end_is_refused(house: House) -> None:
    target = io.BytesIO(template("x"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.bin", bytes(70 * 1024 * 1024))
    assert len(target.getvalue()) < template_parts.MOST_BYTES
    try:
        assert upload(house, target.getvalue())[0] == 422
    finally:
        house.put_back()


@pytest.mark.parametrize("kind", list(ReportKind))
def test_the_shipped_templates_come_back_as_they_are_shipped(house: House, kind: ReportKind) -> None:
    assert taken(house, f"/berichte/vorlagen/{kind.value}.docx", "planner") == word_files.shipped(kind)


REFERENCES = "{% for one in areas[0].figures %}{{ one.name }} {{ one.value }} {{ one.reference }}{% endfor %}"


@pytest.mark.parametrize(
    "text",
    [
        '{{ "x"|center(999999999) }}',
        '{{ "x" * 999999999 }}',
        '{{ "%999999999d" % 1 }}',
        '{{ "x".ljust(999999999) }}',
        '{{ "{:>999999999}".format(1) }}',
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 10 ** 10 ** 10 }}",
        "{{ lipsum(n=1000000) }}",
    ],
)
def test_a_template_cannot_make_texts_or_loops_without_end(house: House, text: str) -> None:
    try:
        status, answer = upload(house, template("{{ areas[0].name }}", text))
        assert status == 422
        assert "passt nicht zum Bericht" in answer
    finally:
        house.put_back()


def _doubling() -> bytes:
    """Thirty lines that are two sheets long and would be a text of many gigabytes."""
    return template("{{ areas[0].name }}", '{% set x = "xxxxxxxx" %}' + "{% set x = x ~ x %}" * 34 + "{{ x }}")


def _nested() -> bytes:
    loops = "{% for b in areas %}{% for c in areas[0].figures %}" * 5
    return template("{{ areas[0].name }}", f"{loops}x{'{% endfor %}' * 10}")


def _calling_itself() -> bytes:
    return template("{{ areas[0].name }}", "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}")


@pytest.mark.parametrize("made", [_doubling, _nested, _calling_itself])
def test_a_template_that_takes_all_time_or_memory_ends_alone(
    house: House, made: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_trial, "MOST_SECONDS", 10)
    try:
        status, answer = upload(house, made())
        assert status == 422
        assert "zu viel Zeit oder Speicher" in answer
    finally:
        house.put_back()


def test_others_can_write_while_a_template_is_tried_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    real = template_trial.try_out

    def watched(content: bytes, sample: Report) -> template_trial.Tried:
        with closing(sqlite3.connect(house.folder / "portal.sqlite3", timeout=0.2)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
        tried.append(content)
        return real(content, sample)

    monkeypatch.setattr(template_trial, "try_out", watched)
    try:
        assert upload(house, template("{{ areas[0].name }}"))[0] == 302
        assert tried
    finally:
        house.put_back()


def _hanging_on_another() -> bytes:
    document = Document()
    document.add_paragraph("{{ areas[0].name }}")
    hangs = next(part for part in document.part.package.iter_parts() if part.partname == "/word/settings.xml")
    hangs.relate_to("https://elsewhere.example/x.dotm", f"{NS.OFC_RELATIONSHIPS}/attachedTemplate", is_external=True)
    return _saved(document)


def _with_a_picture_from_elsewhere() -> bytes:
    document = Document()
    document.add_paragraph("{{ areas[0].name }}")
    document.part.relate_to("https://elsewhere.example/x.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    return _saved(document)


def _fetching() -> bytes:
    document = Document()
    run = document.add_paragraph("{{ areas[0].name }}").add_run()
    for part in ("INCLUDE", 'TEXT "c:\\\\secret.txt"'):
        field = OxmlElement("w:instrText")
        field.text = part
        run._r.append(field)
    return _saved(document)


def _saved(document: object) -> bytes:
    target = io.BytesIO()
    document.save(target)  # type: ignore[attr-defined]
    return target.getvalue()


@pytest.mark.parametrize("made", [_hanging_on_another, _with_a_picture_from_elsewhere, _fetching])
def test_a_template_that_fetches_something_is_refused(house: House, made: Callable[[], bytes]) -> None:
    try:
        status, answer = upload(house, made())
        assert status == 422
        assert "holt etwas von außen" in answer
    finally:
        house.put_back()


def test_a_link_in_a_template_is_left_alone(house: House) -> None:
    document = Document()
    paragraph = document.add_paragraph("{{ areas[0].name }}")
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), document.part.relate_to("https://kreis.example", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    paragraph._p.append(link)
    try:
        assert upload(house, _saved(document))[0] == 302
    finally:
        house.put_back()


def test_a_template_that_includes_another_says_why_it_cannot(house: House) -> None:
    try:
        status, answer = upload(house, template("{{ areas[0].name }}", '{% include "other" %}'))
        assert status == 422
        assert "keine andere einbinden" in answer
    finally:
        house.put_back()


def test_a_template_damaged_in_the_middle_is_refused(house: House) -> None:
    content = bytearray(template("{{ areas[0].name }}"))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        start = archive.getinfo("word/document.xml").header_offset + 60
    content[start : start + 40] = bytes(255 - value for value in content[start : start + 40])
    try:
        status, answer = upload(house, bytes(content))
        assert status == 422
        assert "field-error" in answer
    finally:
        house.put_back()


def test_a_template_that_rewrites_the_numbers_of_sources_is_refused(house: House) -> None:
    try:
        assert upload(house, template(REFERENCES))[0] == 302
        rewritten = REFERENCES.replace("one.reference", "one.reference[1:-1]")
        status, answer = upload(house, template(rewritten))
        assert status == 422
        assert "ohne die Nummer ihrer Quelle" in answer
    finally:
        house.put_back()

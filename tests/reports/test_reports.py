"""Dossiers and papers in every format; templates that fit, that do not fit, and that mean harm."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from docx import Document
from docx.oxml.ns import qn
from flask.testing import FlaskClient
from house import ANONYMOUS, House, Request
from portal_client import BASE_URL
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts.models import User
from portal.core.actor import ANONYMOUS as NOBODY
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.formats import date_long
from portal.core.transaction import transaction
from portal.evidence import queries as evidence
from portal.evidence.models import Finding, FindingState
from portal.indicators import queries as indicators
from portal.indicators.catalogue import lead_rules, references
from portal.indicators.catalogue.reference_models import ReferenceDirection, ReferenceKind
from portal.indicators.catalogue.references import Written
from portal.indicators.models import ComparedWith, Indicator, Visibility
from portal.reports import word_files
from portal.reports.models import ReportKind
from portal.settings import services as settings

DOSSIER = "/planungsraeume/sinsheim/dossier"


def _words(content: bytes) -> str:
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def _file(house: House, path: str, visitor: str = ANONYMOUS) -> bytes:
    answer = _asked(house, path, visitor)
    assert answer.status_code == 200, answer.text[:500]
    return answer.data


def _asked(house: House, path: str, visitor: str) -> TestResponse:
    address = urlsplit(path)
    return house.ask(visitor, Request("GET", address.path, dict(parse_qsl(address.query)), {}))


def test_every_format_of_a_dossier_says_the_same_and_carries_its_notices(house: House) -> None:
    pdf = PdfReader(io.BytesIO(_file(house, f"{DOSSIER}.pdf")))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    word, sheets = _words(_file(house, f"{DOSSIER}.docx")), _sheets(_file(house, f"{DOSSIER}.xlsx"))
    listed = "\n".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    for text in (printed, word, listed):
        assert "Hinweise und Zahlen stimmen überein" in text
        assert "Demodaten – frei erfunden" in text
        assert "Beispielzuordnung" in text
    assert "verzichtbar" in word
    assert "verzichtbar" in listed
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Dossier Planungsraum Sinsheim"


def test_the_numbers_of_the_workbook_are_those_of_the_pages_with_their_sources(house: House) -> None:
    rows = _sheets(_file(house, f"{DOSSIER}.xlsx"))["Zahlen"]
    head, body = rows[0], rows[1:]
    with house.app.app_context():
        county = indicators.county_figures(NOBODY)
        area = next(one for one in county.composition.planning_areas if one.slug == "sinsheim")
        expected = {key: one.areas[area.id].value.value for key, one in county.indicators.items() if one.has_values}
    found = {str(row[head.index("Kürzel")]): row[head.index("Wert")] for row in body}
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        if value is None:
            assert isinstance(found[key], str), key
        else:
            assert found[key] == pytest.approx(value), key
    assert all(row[head.index("Quelle")] for row in body)


def test_the_matrix_of_the_paper_is_the_matrix_of_the_portal(house: House) -> None:
    rows = _sheets(_file(house, "/berichte/vorlage.xlsx", "planner"))["Einordnungen"]
    with house.app.app_context(), house.app.test_request_context("/", base_url="http://portal.example"):
        matrix = evidence.matrix(NOBODY, evidence.period(None))
        cells = len(matrix.areas) * len(matrix.topics)
        axes = {
            (area.name, str(topic.label)): str(matrix.proposal(area.id, topic.key).voices.axis.label)
            for area in matrix.areas
            for topic in matrix.topics
        }
    assert len(rows) - 1 == cells
    assert {(str(row[0]), str(row[1])): str(row[3]) for row in rows[1:]} == axes


def test_a_dossier_tells_staff_nothing_that_it_does_not_tell_everybody(house: House) -> None:
    assert _sheets(_file(house, f"{DOSSIER}.xlsx", "planner")) == _sheets(_file(house, f"{DOSSIER}.xlsx"))
    paper = _words(_file(house, "/berichte/vorlage.docx?fuer=intern", "planner"))
    assert str(FindingState.REOPENED.label) in paper


def test_a_public_paper_holds_what_the_public_page_shows_and_an_internal_one_is_marked(house: House) -> None:
    """A municipality is heard before anybody else reads a finding about it."""
    with house.app.app_context():
        rows = db.session.scalars(select(Finding)).all()
        texts = {one.topic.key + one.area.slug: one.latest.recommendation.split("\n")[0] for one in rows}
        hidden = {
            key: texts[key]
            for one in rows
            if not one.public_version and len(texts[key := one.topic.key + one.area.slug]) > 20
        }
        assert any(one.state is FindingState.HEARING for one in rows if not one.public_version)
    assert hidden
    assert len(hidden) < len(texts)
    for ending in ("docx", "pdf", "xlsx"):
        address = f"/berichte/vorlage.{ending}"
        assert _flat(house, address) == _flat(house, f"{address}?fuer=oeffentlich")
        public, internal = (_unmarked(_flat(house, f"{address}{query}")) for query in ("", "?fuer=intern"))
        for text in hidden.values():
            assert _tight(text) not in public
            assert _tight(text) in internal
        mark = _tight("Nicht öffentlich, nur für die Kreisverwaltung")
        assert mark in internal
        assert mark not in public
        assert _tight("in Anhörung – nicht öffentlich") in internal
        assert _tight("in Anhörung") not in public
    assert "Sitzung am: ______    öffentlich" in _words(_file(house, "/berichte/vorlage.docx", "planner"))
    assert "Sitzung am: ______    nicht öffentlich" in _words(
        _file(house, "/berichte/vorlage.docx?fuer=intern", "planner")
    )
    assert _asked(house, "/berichte/vorlage.docx?fuer=alle", "planner").status_code == 404


def _unmarked(text: str) -> str:
    """Without the numbers of sources, which stand in the middle of sentences."""
    return re.sub(r"\[\d+(,\d+)*\]", "", text)


def _tight(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "")


def _flat(house: House, path: str) -> str:
    content = _file(house, path, "planner")
    if ".docx" in path:
        return _tight(_words(content))
    if ".pdf" in path:
        return _tight("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    return _tight("\n".join(str(cell) for rows in _sheets(content).values() for row in rows for cell in row))


def test_papers_say_which_numbers_have_a_source_and_which_are_peoples_words(house: House) -> None:
    """Values that the portal brings carry the number of their source; of what people wrote each has one or none."""
    pdf = PdfReader(io.BytesIO(_file(house, f"{DOSSIER}.pdf")))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    sheets = _sheets(_file(house, f"{DOSSIER}.xlsx"))
    listed = " ".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    paper, dossier = _words(_file(house, "/berichte/vorlage.docx", "planner")), _words(_file(house, f"{DOSSIER}.docx"))
    for text in (printed, listed, paper, dossier):
        assert "Zahlen ohne Nummer in Befunden, Stellungnahmen und Empfehlungen sind Worte der Menschen" in text
    for text in (paper, dossier):
        known = set(re.findall(r"^\[(\d+)\] ", text, re.MULTILINE))
        lines = [line for line in text.splitlines() if re.search(r", im Landkreis .*\(.*\)\.", line)]
        assert lines
        for line in lines:
            found = re.search(r"\)\..* \[([\d, ]+)\]", line)
            assert found is not None, line
            assert set(found[1].split(", ")) <= known


def test_the_source_of_the_population_names_the_dates_that_are_printed(house: House) -> None:
    text = _words(_file(house, f"{DOSSIER}.docx"))
    entry = next(line for line in text.splitlines() if line.startswith("[1] "))
    dates = entry.split("Stand ", 1)[1].split(": ", 1)[0]
    printed = " ".join(line for line in text.splitlines() if re.match(r"(Menschen|Veränderung seit)", line))
    assert re.findall(r"\d{4}", dates)
    assert set(re.findall(r"\d{4}", dates)) <= set(re.findall(r"\b20\d\d\b", printed))


def test_numbers_in_the_texts_of_findings_lead_to_the_sources_that_people_named(house: House) -> None:
    text = _words(_file(house, "/berichte/vorlage.docx", "planner"))
    (number,) = re.findall(r"Ohne Walldorf läge er bei 1\.463 EUR \[(\d+)\] \(eigene Rechnung", text)
    entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
    assert entry.startswith(f"[{number}] Quelle zum Text „1.463 EUR“: Eigene Rechnung der Sozialplanung")
    assert "https://www.deutschlandatlas.bund.de Befund: " in entry
    assert f"{BASE_URL}/befunde/sinsheim/economy" in entry
    for path in ("/berichte/vorlage.pdf", "/berichte/vorlage.xlsx", f"{DOSSIER}.pdf", f"{DOSSIER}.xlsx"):
        printed = _flat(house, path)
        (number,) = re.findall(r"1\.463EUR\[(\d+)\]\(eigeneRechnung", printed)
        assert f"[{number}]QuellezumText„1.463EUR“:EigeneRechnungderSozialplanung" in printed, path
    page = " ".join(_asked(house, "/befunde/sinsheim/economy", ANONYMOUS).text.split())
    assert "Ohne Walldorf läge er bei 1.463 EUR [1] (eigene Rechnung" in page


def test_a_share_of_a_survey_in_a_text_leads_to_round_question_base_and_days(house: House) -> None:
    text = _words(_file(house, f"{DOSSIER}.docx"))
    (number,) = set(re.findall(r"In der Befragung sagen 46 von 100 \[(\d+)\], dass sie mit Bus und Bahn", text))
    entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
    assert re.match(
        r"\[\d+\] Befragung „.+“ \(\d+\. \w+ \d{4} bis \d+\. \w+ \d{4}\), „.+“: 202 gültige Antworten, "
        r"Planungsraum Sinsheim\. " + re.escape(BASE_URL) + "/befragungen/",
        entry,
    ), entry
    (proof,) = [line for line in text.splitlines() if "93 von 202 gültigen Antworten" in line and "Stimmen" in line]
    assert _numbers(proof) == {number}


def _table(content: bytes, head: str) -> list[list[list[str]]]:
    """Rows of every table of a Word file whose first column has this heading."""
    tables = Document(io.BytesIO(content)).tables
    rows = [[[cell.text for cell in row.cells] for row in table.rows] for table in tables]
    return [found for found in rows if found[0][0] == head]


def test_the_papers_word_file_holds_the_figures_of_its_pdf_numbered_to_their_sources(house: House) -> None:
    content = _file(house, "/berichte/vorlage.docx", "planner")
    pdf = PdfReader(io.BytesIO(_file(house, "/berichte/vorlage.pdf", "planner")))
    printed = "".join("".join(page.extract_text().split()) for page in pdf.pages).replace("\u00ad", "")
    rows = _sheets(_file(house, "/berichte/vorlage.xlsx", "planner"))["Zahlen"]
    entries = dict(re.findall(r"^\[(\d+)\] (.*)$", _words(content), re.MULTILINE))
    tables = _table(content, "Kennzahl")
    assert len(tables) == len({row[0] for row in rows[1:]}) > 1
    found = [row for table in tables for row in table[1:]]
    assert len(found) == len(rows) - 1
    for word, listed in zip(found, rows[1:], strict=True):
        name, number = word[0], word[5].strip("[]")
        assert name == listed[3]
        assert entries[number].startswith(f"{name.split(', Anteil der Menschen')[0]}, Stand "), name
        assert entries[number].endswith(f". {BASE_URL}/indikatoren/{listed[1]}"), name
        assert f"[{number}]" == listed[14]
        assert "".join(word[1].split()) in printed, word


def _numbers(text: str) -> set[str]:
    return {number for group in re.findall(r"\[(\d+(?:, \d+)*)\]", text) for number in group.split(", ")}


def _enter_land_value(house: House) -> None:
    """A value of the Land for an indicator that judges Sinsheim, and the rule compares with it."""
    with house.app.app_context():
        row = db.session.scalars(select(Indicator).where(Indicator.key == "breitband50")).one()
        written = Written(
            kind=ReferenceKind.LAND, direction=ReferenceDirection.COMPARE, value=97.3, refers_on=date(2025, 6, 30),
            valid_from=date(2026, 1, 1), valid_to=None, source="Landesamt, Bericht 2025, Tabelle 4 (Probe)",
        )  # fmt: skip
        with transaction():
            references.add(row, written, actor=SYSTEM)
        row = db.session.scalars(select(Indicator).where(Indicator.key == "breitband50")).one()
        rule = replace(lead_rules.rule_of(row), compared_with=ComparedWith.LAND)
        amsel = db.session.scalars(select(User).where(User.email == "amsel@landkreis.example")).one()
        with transaction():
            lead_rules.change({row.key: rule}, editions={row.key: row.edition}, reason="Probe", actor=Actor(user=amsel))


@pytest.mark.parametrize(
    ("path", "visitor"),
    [
        (f"{DOSSIER}.docx", ANONYMOUS),
        ("/berichte/vorlage.docx", "planner"),
        ("/berichte/vorlage.docx?fuer=intern", "planner"),
    ],
    ids=["dossier", "paper", "internal paper"],
)
def test_every_number_of_a_word_file_leads_to_an_entry_with_an_address(house: House, path: str, visitor: str) -> None:
    try:
        _enter_land_value(house)
        content = _file(house, path, visitor)
        text = _words(content)
        entries = dict(re.findall(r"^\[(\d+)\] (.*)$", text, re.MULTILINE))
        for number, entry in entries.items():
            is_kept_back = "intern" not in path and entry.startswith("Nicht öffentliche Hinweise")
            assert BASE_URL in entry or is_kept_back, (number, entry)
        rows = [row for table in _table(content, "Kennzahl") for row in table[1:]]
        assert rows
        for name, value, county, _spread, period, source in rows:
            assert len(_numbers(source)) == 1, name
            assert source.startswith("["), "numbers alone, not the whole source again"
            assert source.endswith("]")
            (number,) = _numbers(source)
            assert entries[number].startswith(name.split(", Anteil der Menschen")[0]), name
            assert "Stand " in entries[number], (value, period)
            assert _numbers(county) <= entries.keys()
            assert bool(_numbers(county)) == ("Wert des Landes" in county)
        land = [row[2] for row in rows if row[0].startswith("Breitbandversorgung ab 50")]
        for cell in land:
            (number,) = _numbers(cell)
            assert "97,3\u00a0%" in cell
            assert entries[number].startswith("Breitbandversorgung ab 50 Mbit/s, Wert des Landes: 97,3")
            assert "Landesamt, Bericht 2025, Tabelle 4 (Probe). " in entries[number]
            assert entries[number].endswith("/indikatoren/breitband50")
        proofs = [line for line in text.splitlines() if re.match(r"(Stimmen|Zahlen): .*\d", line)]
        assert len(proofs) > 20
        for line in proofs:
            assert _numbers(line) or "noch keine Werte" in line, line
            assert _numbers(line) <= entries.keys(), line
            assert "()" not in line
        # A line of figures that is compared with the Land names both sources.
        compared = [line for line in proofs if line.startswith("Zahlen: Breitbandversorgung ab 50")]
        assert compared
        assert all(len(_numbers(line)) == 2 for line in compared)
        facts = [
            line
            for line in text.splitlines()
            if re.match(r"(Menschen|Veränderung seit|Städte und Gemeinden): .*\d", line)
        ]
        assert facts
        assert all(_numbers(line) and _numbers(line) <= entries.keys() for line in facts)
    finally:
        house.put_back()


def test_a_share_of_people_says_what_it_is_a_share_of_and_a_count_is_not_compared(house: House) -> None:
    content = _file(house, f"{DOSSIER}.docx")
    (table,) = _table(content, "Kennzahl")
    named = [row[0] for row in table[1:] if row[0].startswith("Pkw-Fahrzeit zur nächsten Grundschule")]
    assert named == ["Pkw-Fahrzeit zur nächsten Grundschule, Anteil der Menschen in Gemeinden mit mehr als 5\u00a0Min."]
    rows = _sheets(_file(house, f"{DOSSIER}.xlsx"))["Zahlen"]
    apart = {str(row[1]): row[rows[0].index("Unterschied")] for row in rows[1:]}
    assert apart["bev_gesamt"] == ""
    assert str(apart["bev_dichte"]).endswith("darunter")


def _upload(
    house: House, content: bytes, name: str = "vorlage.docx", *, kind: ReportKind = ReportKind.DOSSIER
) -> tuple[int, str]:
    client: FlaskClient = house.client("planner")
    answer = client.post(
        f"/berichte/vorlagen/{kind.value}",
        data={"csrf_token": house.tokens["planner"], "datei": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    return answer.status_code, answer.text


def _template(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_the_countys_own_template_is_used_until_it_is_taken_back(house: House) -> None:
    try:
        status, _text = _upload(house, _template("Kopf des Landkreises", "{{ areas[0].name }}"))
        assert status == 302
        words = _words(_file(house, f"{DOSSIER}.docx"))
        assert "Kopf des Landkreises" in words
        # A template without the sentences that must stand in every copy gets them back.
        assert "verzichtbar" in words
        assert "Demodaten – frei erfunden" in words
        client = house.client("planner")
        client.post("/berichte/vorlagen/dossier/zuruecksetzen", data={"csrf_token": house.tokens["planner"]})
        assert "Kopf des Landkreises" not in _words(_file(house, f"{DOSSIER}.docx"))
    finally:
        house.put_back()


def test_a_countys_own_paper_without_the_table_of_figures_goes_on_working(house: House) -> None:
    try:
        status, _text = _upload(
            house, _template("Eigene Vorlage", "{{ areas[0].name }}"), kind=ReportKind.COMMITTEE_PAPER
        )
        assert status == 302
        content = _file(house, "/berichte/vorlage.docx", "planner")
        assert "Eigene Vorlage" in _words(content)
        assert not _table(content, "Kennzahl")
    finally:
        house.put_back()


def test_a_countys_own_paper_that_names_numbers_gets_their_sources(house: House) -> None:
    try:
        own = _template(
            "{% for one in areas[0].figures %}{{ one.name }} {{ one.value }} {{ one.reference }}\n{% endfor %}"
        )
        assert _upload(house, own)[0] == 302
        text = _words(_file(house, f"{DOSSIER}.docx"))
        entries = set(re.findall(r"^\[(\d+)\] ", text, re.MULTILINE))
        assert _numbers(text) == entries
        assert len(entries) > 10
    finally:
        house.put_back()


def test_a_template_that_would_show_nothing_or_was_cut_off_says_so(house: House) -> None:
    status, text = _upload(house, _template("Nur ein Briefkopf"))
    assert status == 422
    assert "kein Platzhalter für die Planungsräume" in text
    status, text = _upload(house, _template("{{ areas[0].name }}")[:3000])
    assert status == 422
    assert "beschädigt oder nicht ganz übertragen" in text
    status, text = _upload(house, b"no word file at all")
    assert status == 422
    assert "lässt sich aber nicht als DOCX lesen" in text
    status, text = _upload(house, b"no word file at all", "vorlage.odt")
    assert status == 422
    assert "Möglich sind: DOCX" in text


def test_a_template_that_prints_values_without_their_sources_is_refused(house: House) -> None:
    loop = "{% for one in areas[0].figures %}{{ one.name }} {{ one.value }} {{ one.county }}{% endfor %}"
    try:
        status, text = _upload(house, _template(loop, "{{ areas[0].figures[0].reference }}"))
        assert status == 422
        assert "ohne die Nummer ihrer Quelle" in text
    finally:
        house.put_back()


@pytest.mark.parametrize(
    "content",
    [
        _template("{{ areas[0].name "),
        _template("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
        _template("{% for n in range(10 ** 9) %}x{% endfor %}"),
        _template("{{ areas.append(1) }}"),
        _template("{{ no_such_thing.at_all }}"),
        _template("{{ areas[0].name }} {{ no_such_thing }}"),
        _template("{% for one in areas[0].figures %}{{ one.valeu }} {{ one.reference }}{% endfor %}"),
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
        status, text = _upload(house, content)
        assert status == 422
        assert "field-error" in text
        with house.app.app_context():
            assert "Stimmen und Zahlen im Vergleich" in _words(_file(house, f"{DOSSIER}.docx"))
    finally:
        house.put_back()


def test_a_file_that_unpacks_without_end_is_refused(house: House) -> None:
    target = io.BytesIO(_template("x"))
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/big.bin", bytes(70 * 1024 * 1024))
    assert len(target.getvalue()) < word_files.MOST_BYTES
    try:
        assert _upload(house, target.getvalue())[0] == 422
    finally:
        house.put_back()


@pytest.mark.parametrize("kind", list(ReportKind))
def test_the_shipped_templates_come_back_as_they_are_shipped(house: House, kind: ReportKind) -> None:
    assert _file(house, f"/berichte/vorlagen/{kind.value}.docx", "planner") == word_files.shipped(kind)


def test_rows_stay_whole_heads_repeat_and_an_empty_section_says_so(house: House) -> None:
    """On paper nobody finds half a row, a table without its head, or a heading with nothing below."""
    for path in (f"{DOSSIER}.docx", "/berichte/vorlage.docx"):
        document = Document(io.BytesIO(_file(house, path, "planner")))
        for table in document.tables:
            properties = [row._tr.trPr for row in table.rows]
            assert all(one is not None and one.find(qn("w:cantSplit")) is not None for one in properties)
            assert properties[0].find(qn("w:tblHeader")) is not None
    words = _words(_file(house, "/berichte/vorlage.docx", "planner"))
    assert "Bisher ist nichts empfohlen, beschlossen oder vereinbart." in words
    assert "Empfehlungen, Beschlüsse und Aufträge\nPlanungsraum" not in words


def test_figures_in_peoples_texts_carry_the_number_of_their_source(house: House) -> None:
    text = _words(_file(house, f"{DOSSIER}.docx"))
    line = next(line for line in text.splitlines() if line.startswith("Die Steuereinnahmekraft liegt bei 1.325"))
    entries = dict(re.findall(r"^\[(\d+)\] (.*)$", text, re.MULTILINE))
    assert _numbers(line)
    assert all(entries[number].startswith("Steuereinnahmekraft") for number in _numbers(line))
    assert len(re.findall(r"EUR \[", line)) == 2
    walldorf = next(line for line in text.splitlines() if "Ohne Walldorf" in line)
    assert re.search(r"11\.222 EUR \[\d+\]", walldorf)
    assert re.search(r"1\.463 EUR \[\d+\] \(eigene Rechnung", walldorf), "a source that people named"


def _make_internal(house: House, key: str) -> None:
    with house.app.app_context(), transaction():
        db.session.scalars(select(Indicator).where(Indicator.key == key)).one().visibility = Visibility.INTERNAL
        settings.bump("figures")


def test_a_number_of_an_internal_indicator_is_marked_inside_and_withheld_outside(house: House) -> None:
    """The finding was written while everybody saw the indicator."""
    try:
        before = _unmarked(_flat(house, "/berichte/vorlage.docx"))
        assert "liegtbei1.325EUR" in before
        _make_internal(house, "steuereinnahmekraft")
        for path in ("/berichte/vorlage.docx", "/berichte/vorlage.pdf", "/berichte/vorlage.xlsx", f"{DOSSIER}.pdf"):
            public = _flat(house, path)
            assert "liegtbei[Zahlnichtöffentlich]" in public, path
            for number in ("1.325EUR", "1.742EUR", "11.222EUR"):
                assert number not in public, (path, number)
            # What people gave a source of their own for is theirs to publish.
            assert "1.463EUR" in public, path
            assert "interneKennzahl" not in public
        text = _words(_file(house, "/berichte/vorlage.docx?fuer=intern", "planner"))
        (number,) = re.findall(r"liegt bei 1\.325 EUR \(intern\) \[(\d+)\]", text)
        entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
        assert entry.startswith(f"[{number}] Steuereinnahmekraft")
        assert "interne Kennzahl, nur für die Kreisverwaltung. " in entry
        assert entry.endswith("/indikatoren/steuereinnahmekraft")
        assert "[Zahl nicht öffentlich]" not in text
    finally:
        house.put_back()


def test_a_number_of_an_earlier_delivery_says_so_with_the_new_value_beside(house: House) -> None:
    address = "/befunde/sinsheim/economy"
    try:
        with house.app.app_context(), transaction():
            finding = next(one for one in db.session.scalars(select(Finding)) if one.topic.key == "economy")
            version = finding.latest
            day = date_long(version.adopted_at)
            numbers = version.proposal["numbers"]
            kept = {**numbers["steuereinnahmekraft"], "value": 1288.4, "county": 1699.6, "period": "2020"}
            version.proposal = {**version.proposal, "numbers": {**numbers, "steuereinnahmekraft": kept}}
            version.figures_show = version.figures_show.replace("1.325", "1.288").replace("1.742", "1.700")
            settings.bump("evidence")
        text = _words(_file(house, f"{DOSSIER}.docx"))
        (number,) = re.findall(r"liegt bei 1\.288 EUR \[(\d+)\]", text)
        entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
        assert entry.replace("\u00a0", " ") == (
            f"[{number}] Steuereinnahmekraft je Person (Planungsraum), Zahl der früheren Lieferung (2020), wie sie "
            f"am {day} im Portal stand; jetzt 1.325 € je Person (2022). {BASE_URL}/indikatoren/steuereinnahmekraft"
        )
        for visitor in (ANONYMOUS, "planner"):
            page = " ".join(_asked(house, address, visitor).text.replace("\u00a0", " ").split())
            assert "In den Texten stehen Zahlen der früheren Lieferung" in page
            assert "1.288 EUR: Steuereinnahmekraft" in page
            assert "1.700 EUR: Steuereinnahmekraft" in page
            assert "jetzt 1.742 € je Person (2022)" in page
            assert "Für Zahlen in den Texten fehlt eine Quelle" not in page
        draft = " ".join(_asked(house, f"{address}/uebernehmen", "planner").text.replace("\u00a0", " ").split())
        assert "In den Texten stehen Zahlen der früheren Lieferung" in draft
        assert "1.288 EUR; 1.700 EUR" in draft
    finally:
        house.put_back()


def test_word_papers_are_german_numbered_by_page_and_begin_each_planning_area_on_its_own(house: House) -> None:
    for path in (f"{DOSSIER}.docx", "/berichte/vorlage.docx"):
        document = Document(io.BytesIO(_file(house, path, "planner")))
        fields = [node.text.strip() for node in document.sections[0].footer._element.iter(qn("w:instrText"))]
        assert fields == ["PAGE", "NUMPAGES"]
        assert document.settings.element.find(qn("w:autoHyphenation")) is not None
        (language,) = document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
        assert language.get(qn("w:val")) == "de-DE"
        widths = {cell.text: cell.width.cm for table in document.tables for cell in table.rows[0].cells}
        assert widths["Zahlen"] > 3, "room for `aussagekräftig`"
        sources = [one for one in document.paragraphs if re.match(r"\[\d+\] ", one.text)]
        assert sources
        assert all(one.style is not None and one.style.name == "Normal" for one in sources)
    headings = [
        one for one in document.paragraphs if one.text.startswith("Planungsraum ") and "Heading" in one.style.name
    ]
    assert [bool(one.paragraph_format.page_break_before) for one in headings] == [False, *[True] * (len(headings) - 1)]
    assert len(headings) > 3

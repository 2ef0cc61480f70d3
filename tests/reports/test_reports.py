"""Dossiers and papers in every format."""

import io
import itertools
import re
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.oxml.ns import qn
from house import ANONYMOUS, House
from papers import DOSSIER, asked, numbers_in, tables_headed, taken, words_in
from portal_client import BASE_URL
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
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
from portal.indicators.models import (
    BatchState,
    ComparedWith,
    ImportBatch,
    Indicator,
    Series,
    SeriesSource,
    SeriesValue,
    Visibility,
)
from portal.settings import services as settings


def _sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_every_format_of_a_dossier_says_the_same_and_carries_its_notices(house: House) -> None:
    pdf = PdfReader(io.BytesIO(taken(house, f"{DOSSIER}.pdf")))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    word, sheets = words_in(taken(house, f"{DOSSIER}.docx")), _sheets(taken(house, f"{DOSSIER}.xlsx"))
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
    rows = _sheets(taken(house, f"{DOSSIER}.xlsx"))["Zahlen"]
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


def test_findings_in_the_workbook_say_dissent_resources_and_the_version_of_the_rule(house: House) -> None:
    head, *rows = _sheets(taken(house, f"{DOSSIER}.xlsx"))["Befunde"]
    found = {row["Thema"]: row for row in (dict(zip(head, row, strict=True)) for row in rows)}
    mobility = found["Mobilität und technische Infrastruktur"]
    assert "Die Fachplanung sieht den Bedarf für Rufangebote" in str(mobility["Abweichende Sicht"])
    assert "Rufangebote" not in str(mobility["Stellungnahmen"])
    assert "Die Verwaltung begrüßt den Befund." in str(mobility["Stellungnahmen"])
    assert mobility["Ressourcen und Stärken"] == (
        "Zwölf Freiwillige mit Personenbeförderungsschein in der Bürgerbus-Initiative."
    )
    named = r"veröffentlicht; vorgeschlagen nach Regel 1, Fassung \d+ vom \d+\. \w+ \d{4}"
    assert re.fullmatch(named, str(mobility["Stand"]))
    assert re.search(named, words_in(taken(house, f"{DOSSIER}.docx")))
    assert re.search(re.sub(r"[ ;]", "", named), _flat(house, f"{DOSSIER}.pdf").replace(";", ""))


def test_the_matrix_of_the_paper_is_the_matrix_of_the_portal(house: House) -> None:
    rows = _sheets(taken(house, "/berichte/vorlage.xlsx", "planner"))["Einordnungen"]
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
    assert _sheets(taken(house, f"{DOSSIER}.xlsx", "planner")) == _sheets(taken(house, f"{DOSSIER}.xlsx"))
    paper = words_in(taken(house, "/berichte/vorlage.docx?fuer=intern", "planner"))
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
    assert "Sitzung am: ______    öffentlich" in words_in(taken(house, "/berichte/vorlage.docx", "planner"))
    assert "Sitzung am: ______    nicht öffentlich" in words_in(
        taken(house, "/berichte/vorlage.docx?fuer=intern", "planner")
    )
    assert asked(house, "/berichte/vorlage.docx?fuer=alle", "planner").status_code == 404


def _unmarked(text: str) -> str:
    """Without the numbers of sources, which stand in the middle of sentences."""
    return re.sub(r"\[\d+(,\d+)*\]", "", text)


def _tight(text: str) -> str:
    return "".join(text.split()).replace("\u00ad", "")


def _flat(house: House, path: str) -> str:
    content = taken(house, path, "planner")
    if ".docx" in path:
        return _tight(words_in(content))
    if ".pdf" in path:
        return _tight("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages))
    return _tight("\n".join(str(cell) for rows in _sheets(content).values() for row in rows for cell in row))


def test_papers_say_which_numbers_have_a_source_and_which_are_peoples_words(house: House) -> None:
    """Values that the portal brings carry the number of their source; of what people wrote each has one or none."""
    pdf = PdfReader(io.BytesIO(taken(house, f"{DOSSIER}.pdf")))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    sheets = _sheets(taken(house, f"{DOSSIER}.xlsx"))
    listed = " ".join(str(cell) for rows in sheets.values() for row in rows for cell in row)
    paper, dossier = (
        words_in(taken(house, "/berichte/vorlage.docx", "planner")),
        words_in(taken(house, f"{DOSSIER}.docx")),
    )
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
    text = words_in(taken(house, f"{DOSSIER}.docx"))
    entry = next(line for line in text.splitlines() if line.startswith("[1] "))
    dates = entry.split("Stand ", 1)[1].split(": ", 1)[0]
    printed = " ".join(line for line in text.splitlines() if re.match(r"(Menschen|Veränderung seit)", line))
    assert re.findall(r"\d{4}", dates)
    assert set(re.findall(r"\d{4}", dates)) <= set(re.findall(r"\b20\d\d\b", printed))


def test_numbers_in_the_texts_of_findings_lead_to_the_sources_that_people_named(house: House) -> None:
    text = words_in(taken(house, "/berichte/vorlage.docx", "planner"))
    (number,) = re.findall(r"Ohne Walldorf läge er bei 1\.463 EUR \[(\d+)\] \(eigene Rechnung", text)
    entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
    assert entry.startswith(f"[{number}] Quelle zum Text „1.463 EUR“: Eigene Rechnung der Sozialplanung")
    assert "https://www.deutschlandatlas.bund.de Befund: " in entry
    assert f"{BASE_URL}/befunde/sinsheim/economy" in entry
    for path in ("/berichte/vorlage.pdf", "/berichte/vorlage.xlsx", f"{DOSSIER}.pdf", f"{DOSSIER}.xlsx"):
        printed = _flat(house, path)
        (number,) = re.findall(r"1\.463EUR\[(\d+)\]\(eigeneRechnung", printed)
        assert f"[{number}]QuellezumText„1.463EUR“:EigeneRechnungderSozialplanung" in printed, path
    page = " ".join(asked(house, "/befunde/sinsheim/economy", ANONYMOUS).text.split())
    assert "Ohne Walldorf läge er bei 1.463 EUR [1] (eigene Rechnung" in page


def test_a_share_of_a_survey_in_a_text_leads_to_round_question_base_and_days(house: House) -> None:
    text = words_in(taken(house, f"{DOSSIER}.docx"))
    (number,) = set(re.findall(r"In der Befragung sagen 46 von 100 \[(\d+)\], dass sie mit Bus und Bahn", text))
    entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
    assert re.match(
        r"\[\d+\] Befragung „.+“ \(\d+\. \w+ \d{4} bis \d+\. \w+ \d{4}\), „.+“: 202 gültige Antworten, "
        r"Planungsraum Sinsheim\. " + re.escape(BASE_URL) + "/befragungen/",
        entry,
    ), entry
    (proof,) = [line for line in text.splitlines() if "93 von 202 gültigen Antworten" in line and "Stimmen" in line]
    assert numbers_in(proof) == {number}


def test_the_papers_word_file_holds_the_figures_of_its_pdf_numbered_to_their_sources(house: House) -> None:
    content = taken(house, "/berichte/vorlage.docx", "planner")
    pdf = PdfReader(io.BytesIO(taken(house, "/berichte/vorlage.pdf", "planner")))
    printed = "".join("".join(page.extract_text().split()) for page in pdf.pages).replace("\u00ad", "")
    rows = _sheets(taken(house, "/berichte/vorlage.xlsx", "planner"))["Zahlen"]
    entries = dict(re.findall(r"^\[(\d+)\] (.*)$", words_in(content), re.MULTILINE))
    tables = tables_headed(content, "Kennzahl")
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
        content = taken(house, path, visitor)
        text = words_in(content)
        entries = dict(re.findall(r"^\[(\d+)\] (.*)$", text, re.MULTILINE))
        for number, entry in entries.items():
            is_kept_back = "intern" not in path and entry.startswith("Nicht öffentliche Hinweise")
            assert BASE_URL in entry or is_kept_back, (number, entry)
        rows = [row for table in tables_headed(content, "Kennzahl") for row in table[1:]]
        assert rows
        for name, value, county, _spread, period, source in rows:
            assert len(numbers_in(source)) == 1, name
            assert source.startswith("["), "numbers alone, not the whole source again"
            assert source.endswith("]")
            (number,) = numbers_in(source)
            assert entries[number].startswith(name.split(", Anteil der Menschen")[0]), name
            assert "Stand " in entries[number], (value, period)
            assert numbers_in(county) <= entries.keys()
            assert bool(numbers_in(county)) == ("Wert des Landes" in county)
        land = [row[2] for row in rows if row[0].startswith("Breitbandversorgung ab 50")]
        for cell in land:
            (number,) = numbers_in(cell)
            assert "97,3\u00a0%" in cell
            assert entries[number].startswith("Breitbandversorgung ab 50 Mbit/s, Wert des Landes: 97,3")
            assert "Landesamt, Bericht 2025, Tabelle 4 (Probe). " in entries[number]
            assert entries[number].endswith("/indikatoren/breitband50")
        proofs = [line for line in text.splitlines() if re.match(r"(Stimmen|Zahlen): .*\d", line)]
        assert len(proofs) > 20
        for line in proofs:
            assert numbers_in(line) or "noch keine Werte" in line, line
            assert numbers_in(line) <= entries.keys(), line
            assert "()" not in line
        # A line of figures that is compared with the Land names both sources.
        compared = [line for line in proofs if line.startswith("Zahlen: Breitbandversorgung ab 50")]
        assert compared
        assert all(len(numbers_in(line)) == 2 for line in compared)
        facts = [
            line
            for line in text.splitlines()
            if re.match(r"(Menschen|Veränderung seit|Städte und Gemeinden): .*\d", line)
        ]
        assert facts
        assert all(numbers_in(line) and numbers_in(line) <= entries.keys() for line in facts)
    finally:
        house.put_back()


def test_a_share_of_people_says_what_it_is_a_share_of_and_a_count_is_not_compared(house: House) -> None:
    content = taken(house, f"{DOSSIER}.docx")
    (table,) = tables_headed(content, "Kennzahl")
    named = [row[0] for row in table[1:] if row[0].startswith("Pkw-Fahrzeit zur nächsten Grundschule")]
    assert named == ["Pkw-Fahrzeit zur nächsten Grundschule, Anteil der Menschen in Gemeinden mit mehr als 5\u00a0Min."]
    rows = _sheets(taken(house, f"{DOSSIER}.xlsx"))["Zahlen"]
    apart = {str(row[1]): row[rows[0].index("Unterschied")] for row in rows[1:]}
    assert apart["bev_gesamt"] == ""
    assert str(apart["bev_dichte"]).endswith("darunter")


def test_rows_stay_whole_heads_repeat_and_an_empty_section_says_so(house: House) -> None:
    """On paper nobody finds half a row, a table without its head, or a heading with nothing below."""
    for path in (f"{DOSSIER}.docx", "/berichte/vorlage.docx"):
        document = Document(io.BytesIO(taken(house, path, "planner")))
        for table in document.tables:
            properties = [row._tr.trPr for row in table.rows]
            assert all(one is not None and one.find(qn("w:cantSplit")) is not None for one in properties)
            assert properties[0].find(qn("w:tblHeader")) is not None
    words = words_in(taken(house, "/berichte/vorlage.docx", "planner"))
    assert "Bisher ist nichts empfohlen, beschlossen oder vereinbart." in words
    assert "Empfehlungen, Beschlüsse und Aufträge\nPlanungsraum" not in words


def test_figures_in_peoples_texts_carry_the_number_of_their_source(house: House) -> None:
    text = words_in(taken(house, f"{DOSSIER}.docx"))
    line = next(line for line in text.splitlines() if line.startswith("Die Steuereinnahmekraft liegt bei 1.325"))
    entries = dict(re.findall(r"^\[(\d+)\] (.*)$", text, re.MULTILINE))
    assert numbers_in(line)
    assert all(entries[number].startswith("Steuereinnahmekraft") for number in numbers_in(line))
    assert len(re.findall(r"EUR \[", line)) == 2
    walldorf = next(line for line in text.splitlines() if "Ohne Walldorf" in line)
    assert re.search(r"11\.222 EUR \[\d+\]", walldorf)
    assert re.search(r"1\.463 EUR \[\d+\] \(eigene Rechnung", walldorf), "a source that people named"


_changes = itertools.count(20)


def _figures_changed() -> None:
    """What the house puts back are versions, too: two tests must not keep different figures under one number."""
    for _time in range(next(_changes)):
        settings.bump("figures")


def _make_internal(house: House, key: str) -> None:
    with house.app.app_context(), transaction():
        db.session.scalars(select(Indicator).where(Indicator.key == key)).one().visibility = Visibility.INTERNAL
        _figures_changed()


def test_a_number_of_an_internal_indicator_is_marked_inside_and_withheld_outside(house: House) -> None:
    """The finding was written while everybody saw the indicator."""
    try:
        before = _unmarked(_flat(house, "/berichte/vorlage.docx"))
        assert "liegtbei1.325EUR" in before
        _make_internal(house, "steuereinnahmekraft")
        for path in ("/berichte/vorlage.docx", "/berichte/vorlage.pdf", "/berichte/vorlage.xlsx", f"{DOSSIER}.pdf"):
            public = _flat(house, path)
            assert "liegtbei[Zahlnichtöffentlich]" in public, (path, public[public.find("liegtbei") :][:80])
            for number in ("1.325EUR", "1.742EUR", "11.222EUR"):
                assert number not in public, (path, number)
            # What people gave a source of their own for is theirs to publish.
            assert "1.463EUR" in public, path
            assert "interneKennzahl" not in public
        text = words_in(taken(house, "/berichte/vorlage.docx?fuer=intern", "planner"))
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
        text = words_in(taken(house, f"{DOSSIER}.docx"))
        (number,) = re.findall(r"liegt bei 1\.288 EUR \[(\d+)\]", text)
        entry = next(line for line in text.splitlines() if line.startswith(f"[{number}] "))
        # Nothing in the portal can tell any more whose numbers these were.
        assert entry.replace("\u00a0", " ") == (
            f"[{number}] Steuereinnahmekraft je Person, Stand 2020, frühere Lieferung, wie sie am {day} im Portal "
            f"stand. {BASE_URL}/indikatoren/steuereinnahmekraft"
        )
        (proof,) = (
            line for line in text.replace("\u00a0", " ").splitlines() if "Steuereinnahmekraft je Person: " in line
        )
        assert re.search(
            rf"1\.288 € je Person, im Landkreis 1\.700 € je Person \(2020\)\. \[{number}\] "
            r"Neuer im Portal: 1\.325 € je Person, im Landkreis 1\.742 € je Person \(2022\)\. \[\d+\]",
            proof,
        )
        for visitor in (ANONYMOUS, "planner"):
            page = " ".join(asked(house, address, visitor).text.replace("\u00a0", " ").split())
            assert "In den Texten stehen Zahlen der früheren Lieferung" in page
            assert "1.288 EUR: Steuereinnahmekraft" in page
            assert "1.700 EUR: Steuereinnahmekraft" in page
            assert "jetzt 1.742 € je Person (2022)" in page
            assert "Für Zahlen in den Texten fehlt eine Quelle" not in page
        draft = " ".join(asked(house, f"{address}/uebernehmen", "planner").text.replace("\u00a0", " ").split())
        assert "In den Texten stehen Zahlen der früheren Lieferung" in draft
        assert "1.288 EUR; 1.700 EUR" in draft
    finally:
        house.put_back()


def test_word_papers_are_german_numbered_by_page_and_begin_each_planning_area_on_its_own(house: House) -> None:
    for path in (f"{DOSSIER}.docx", "/berichte/vorlage.docx"):
        document = Document(io.BytesIO(taken(house, path, "planner")))
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


def _deliver(house: House, code: str, factor: float, *, period: str) -> None:
    """A later delivery of a series: every value of 2022 times a factor."""
    with house.app.app_context(), transaction():
        wanted = select(SeriesValue).join(Series).where(Series.code == code, SeriesValue.period == "2022")
        rows = list(db.session.scalars(wanted))
        made = ImportBatch(
            file_name="neu.csv",
            sha256="0" * 64,
            state=BatchState.ACTIVE,
            activated_at=clock.now(),
            new_values=len(rows),
        )
        db.session.add(made)
        db.session.flush()
        db.session.add(
            SeriesSource(batch_id=made.id, series_id=rows[0].series_id, period=period, text="Neue Lieferung (neu.csv)")
        )
        for row in rows:
            value = None if row.value is None else row.value * factor
            db.session.add(
                SeriesValue(
                    batch_id=made.id, series_id=row.series_id, area_id=row.area_id, period=period,
                    period_kind=row.period_kind, dimensions=row.dimensions, value=value, state=row.state,
                )
            )  # fmt: skip
        _figures_changed()


@pytest.mark.parametrize("period", ["2023", "2022"])
def test_after_another_delivery_a_finding_still_leads_to_the_figures_it_was_adopted_on(
    house: House, period: str
) -> None:
    """A further year, and a correction of the same year."""
    try:
        _deliver(house, "da_st_einnkr", 1.1, period=period)
        text = words_in(taken(house, "/berichte/vorlage.docx", "planner")).replace("\u00a0", " ")
        own, county = re.findall(
            r"liegt bei 1\.325 EUR \[(\d+)\] je Person, im Landkreis bei 1\.742 EUR \[(\d+)\]", text
        )[0]
        (walldorf,) = re.findall(r"Walldorf \(11\.222 EUR \[(\d+)\] je Person\)", text)
        assert own == county == walldorf
        entry = next(line for line in text.splitlines() if line.startswith(f"[{own}] "))
        assert entry.startswith(f"[{own}] Steuereinnahmekraft je Person, Stand 2022, frühere Lieferung, wie sie am ")
        assert "Deutschlandatlas" in entry
        assert "neu.csv" not in entry
        (proof,) = (line for line in text.splitlines() if "Steuereinnahmekraft je Person: 1.325 € je Person" in line)
        newer = re.search(
            rf"1\.742 € je Person \(2022\)\. \[{own}\] Neuer im Portal: 1\.457 € je Person, im Landkreis 1\.916 € je "
            rf"Person \({period}\)\. \[(\d+)\]",
            proof,
        )
        assert newer is not None
        assert newer[1] != own
        entry = next(line for line in text.splitlines() if line.startswith(f"[{newer[1]}] "))
        assert f"Stand {period}" in entry
        assert "neu.csv" in entry
        for visitor in (ANONYMOUS, "planner"):
            page = " ".join(asked(house, "/befunde/sinsheim/economy", visitor).text.replace("\u00a0", " ").split())
            assert "1.457 € je Person, im Landkreis 1.916 € je Person" in page
            assert "Neuer als der Befund. Er beruht auf: Steuereinnahmekraft je Person: 1.325 € je Person" in page
            assert "Für Zahlen in den Texten fehlt eine Quelle" not in page
    finally:
        house.put_back()


def test_another_rule_does_not_take_the_evidence_of_a_finding_away(house: House) -> None:
    try:
        before = words_in(taken(house, "/berichte/vorlage.docx", "planner"))
        with house.app.app_context(), transaction():
            settings.put("evidence.municipalities", 2, actor=SYSTEM)
            _figures_changed()
        text = words_in(taken(house, "/berichte/vorlage.docx", "planner"))
        for number in (r"32 von 100 \[\d+\] Menschen", r"im Landkreis 16 von 100 \[\d+\]"):
            assert re.search(number, before)
            assert re.search(number, text), number
        proofs = [line for line in text.splitlines() if line.startswith("Zahlen: ") and "Sekundarstufe II" in line]
        assert proofs, [line for line in text.splitlines() if line.startswith("Zahlen: ")]
        page = " ".join(asked(house, "/befunde/sinsheim/education", ANONYMOUS).text.split())
        assert "Worauf der Befund außerdem beruht" in page
        assert "Menschen haben anders eingeordnet" not in page
    finally:
        house.put_back()


def test_hiding_an_indicator_does_not_say_that_people_departed_from_the_rule(house: House) -> None:
    address = "/befunde/sinsheim/mobility_infrastructure"
    try:
        before = asked(house, address, ANONYMOUS).text
        assert "94 von 100" in before
        assert "Ein Teil der Zahlen ist nicht öffentlich." not in before
        _make_internal(house, "breitband50")
        page = asked(house, address, ANONYMOUS).text
        assert "Menschen haben anders eingeordnet" not in page
        assert "Ein Teil der Zahlen ist nicht öffentlich." in page
        assert "94 von 100" not in page
        assert "[Zahl nicht öffentlich]" in page
        # The threshold that the catalogue fixes is no value of anybody.
        assert "das Ziel von 50 Mbit/s" in page
        assert "geeignete Zahlen fehlen" not in page.split('id="regel"', 1)[0]
        matrix = asked(house, "/befunde?planungsraum=sinsheim&thema=mobility_infrastructure", ANONYMOUS).text
        assert "Vorschlag der Regel" not in matrix
        assert "94 von 100" in asked(house, address, "planner").text
        paper = words_in(taken(house, "/berichte/vorlage.docx", "planner"))
        assert "Ein Teil der Zahlen ist nicht öffentlich." in paper
        # Where people did depart, the page says from what.
        economy = " ".join(asked(house, "/befunde/sinsheim/economy", ANONYMOUS).text.split())
        assert "Menschen haben anders eingeordnet als die Regel." in economy
        assert "Vorschlag der Regel: Zahlen auffällig; bisher nicht benannt." in economy
    finally:
        house.put_back()

"""A planning area's figure never stands without its source and, for now, without *Beispielzuordnung*."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

import access_table
import pytest
from house import ANONYMOUS, BASE_URL, House
from markup import parsed
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from portal.areas.models import AreaMembership
from portal.core.actor import ANONYMOUS as NOBODY
from portal.core.database import db
from portal.core.seams import SOFT_HYPHEN
from portal.core.transaction import transaction
from portal.indicators import queries, words
from portal.settings import services as settings

EXAMPLE = "Beispielzuordnung"
CLAIMS = ("Zuordnung der Gemeinden: Beispielzuordnung", "ist ein Beispiel", "ist frei gewählt")
ROWS = [row for row in access_table.rows() if row.method == "GET" and row.expected[ANONYMOUS] == "ok"]
# Where figures of planning areas stand for certain: the crawl must know them.
CERTAIN = (
    "/", "/befunde", "/befunde/sinsheim/mobility_infrastructure", "/themen/mobility_infrastructure",
    "/planungsraeume/sinsheim", "/planungsraeume/sinsheim/steckbrief",
    "/vergleich?gebiet=raum:sinsheim&gebiet=raum:weinheim",
    "/indikatoren/p_hausarzt",
)  # fmt: skip
FILES = ("/befunde?format=csv", "/vergleich?gebiet=raum:sinsheim&gebiet=raum:weinheim&format=csv")
RESULTS = "/befragungen/leben-im-planungsraum-runde-1/ergebnisse"


@dataclass(frozen=True)
class _Printed:
    """An indicator as a page prints it: its name, the value of each planning area by its name, and the sources."""

    key: str
    name: str
    values: Mapping[str, str]
    sources: tuple[str, ...]

    def stands_in(self, text: str) -> bool:
        return self.name in text and any(area in text and value in text for area, value in self.values.items())


@pytest.fixture(scope="module")
def figures(house: House) -> list[_Printed]:
    with house.app.test_request_context("/", base_url=BASE_URL):
        found = queries.county_figures(NOBODY)
        printed = [
            _Printed(
                one.indicator.key,
                _plain(one.indicator.name),
                {
                    area.name: _plain(words.area_number(one.indicator, one.areas[area.id].value.value))
                    for area in found.composition.planning_areas
                    if area.id in one.areas and one.areas[area.id].value.value is not None
                },
                tuple(_plain(source.text).rstrip(". ") for source in one.sources),
            )
            for one in found.indicators.values()
        ]
        db.session.rollback()
    return printed


def _plain(text: str) -> str:
    return " ".join(text.replace(SOFT_HYPHEN, "").split())


def _text(page: str) -> str:
    return _plain("".join(parsed(page).find("body").itertext()))


def _addresses(house: House) -> list[str]:
    crawled = [house.request("GET", row.rule, row.record, ANONYMOUS) for row in ROWS if row.rule != "/postfach"]
    plain = [one.path for one in crawled if not one.query]
    return list(dict.fromkeys([*CERTAIN, *plain]))


def _page(house: House, address: str) -> str:
    answer = house.client(ANONYMOUS).get(address, buffered=True)
    return answer.text if answer.mimetype == "text/html" and answer.status_code == 200 else ""


def test_a_figure_of_a_planning_area_stands_with_its_source_and_the_mark(house: House, figures: list[_Printed]) -> None:
    silent, sourceless, printing = [], [], set()
    for address in _addresses(house):
        page = _page(house, address)
        text = _text(page) if page else ""
        printed = [one for one in figures if one.stands_in(text)]
        if not printed:
            continue
        printing.add(address)
        if EXAMPLE not in text:
            silent.append(address)
        sourceless += [(address, one.key) for one in printed if not any(source in text for source in one.sources)]
    assert silent == []
    assert sourceless == []
    assert set(CERTAIN) - {"/"} <= printing


@pytest.mark.parametrize("address", ["/", RESULTS, f"{RESULTS}?planungsraum=sinsheim"])
def test_people_and_answers_counted_by_planning_area_stand_with_the_mark(house: House, address: str) -> None:
    document = parsed(_page(house, address))
    assert any(EXAMPLE in "".join(line.itertext()) for line in document.iterfind(".//p[@class='source']"))


@pytest.mark.parametrize("address", [*FILES, f"{RESULTS}?format=csv"])
def test_files_say_it_too(house: House, address: str) -> None:
    assert EXAMPLE in house.client(ANONYMOUS).get(address).text


def test_the_workbook_of_findings_names_sources_and_the_mark(house: House) -> None:
    content = house.client(ANONYMOUS).get("/befunde?format=xlsx").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    said = " ".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )
    assert EXAMPLE in said
    assert "Deutschlandatlas" in said


def test_a_confirmed_assignment_is_no_example(house: House) -> None:
    with house.app.app_context(), transaction():
        db.session.execute(update(AreaMembership).values(is_example=False))
        settings.bump("areas")
    try:
        for address in (*CERTAIN, *FILES, RESULTS):
            text = house.client(ANONYMOUS).get(address).text
            # The history of a place goes on telling how it began.
            assert not any(words in text for words in CLAIMS), address
    finally:
        house.put_back()

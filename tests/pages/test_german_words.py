"""What exists in German only says so on an English page, for the voice that reads it (WCAG 3.1.2)."""

import pytest
from house import ANONYMOUS, House, Request
from markup import parsed

PAGES = ("/planungsraeume/sinsheim", "/gemeinden/sinsheim", "/landkreise/rhein-neckar-kreis", "/indikatoren/p_hausarzt")


def _marked(house: House, path: str, language: str) -> str:
    tree = parsed(house.ask(ANONYMOUS, Request("GET", path, {}, {}), sprache=language).text)
    found = (element for element in tree.iter() if element.get("lang") == "de" and element.tag != "html")
    return " ".join("".join(element.itertext()) for element in found)


@pytest.mark.parametrize("path", PAGES)
def test_german_sources_are_marked_on_english_pages_and_english_words_are_not(house: House, path: str) -> None:
    marked = _marked(house, path, "en")
    for german in ("Deutschlandatlas", "GeoBasis-DE / BKG"):
        assert german in marked, german
    # The shipped names stand in English there; questions that people answered are quoted as they were asked.
    assert "Pkw-Fahrzeit zur nächsten Hausarztpraxis" not in marked
    for english in ("Driving time", "of people live", "people per"):
        assert english not in marked, english


@pytest.mark.parametrize("path", PAGES)
def test_german_pages_need_no_mark(house: House, path: str) -> None:
    assert "Pkw-Fahrzeit zur nächsten Hausarztpraxis" not in _marked(house, path, "de")

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
def test_names_and_sources_are_marked_on_english_pages(house: House, path: str) -> None:
    marked = _marked(house, path, "en")
    for german in ("Pkw-Fahrzeit zur nächsten Hausarztpraxis", "Deutschlandatlas", "GeoBasis-DE / BKG"):
        assert german in marked, german


@pytest.mark.parametrize("path", PAGES)
def test_german_pages_need_no_mark(house: House, path: str) -> None:
    assert "Hausarztpraxis" not in _marked(house, path, "de")

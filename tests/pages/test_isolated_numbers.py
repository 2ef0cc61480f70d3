"""Numbers with units keep their order on a page that is written from right to left: each is isolated."""

from datetime import date
from typing import Any

import pytest
from flask_babel import force_locale
from house import ANONYMOUS, House, Request
from markup import parsed

from portal.core.formats import DASH, END_OF_ISOLATE, ISOLATE, date_long, percent, signed, with_unit
from portal.core.languages import COOKIE, PSEUDO

PAGES = (
    "/planungsraeume/sinsheim",
    "/gemeinden/sinsheim",
    "/indikatoren/p_hausarzt",
    "/planungsraeume/sinsheim/steckbrief",
)
HOLDERS = (
    ".//dl[@class='stat-row']//dd", ".//ul[@class='legend']/li", ".//p[@class='strip-ends']",
    ".//table//td[@class='num']",
)  # fmt: skip


def _bare(element: Any) -> str:
    """Text of the element outside of its isolated parts and of small remarks."""
    words = element.text or ""
    for child in element:
        if child.tag not in {"bdi", "small", "svg"} and child.get("class") != "sub":
            words += _bare(child)
        words += child.tail or ""
    return words


@pytest.mark.parametrize("path", PAGES)
def test_figures_legends_and_ends_of_scales_are_isolated(house: House, path: str) -> None:
    page = house.ask(ANONYMOUS, Request("GET", path, {}, {}), **{COOKIE: PSEUDO}).text
    assert 'dir="rtl"' in page
    tree = parsed(page)
    found = [element for holder in HOLDERS for element in tree.iterfind(holder)]
    assert found
    # A number alone needs nothing; one with a unit or words beside it does.
    texts = {" ".join(_bare(element).split()) for element in found}
    assert [text for text in texts if " " in text and any(one.isdigit() for one in text)] == []


def test_amounts_and_dates_in_sentences_are_isolated_where_the_page_runs_from_right_to_left(house: House) -> None:
    with house.app.test_request_context():
        for locale, first, last in ((PSEUDO, ISOLATE, END_OF_ISOLATE), ("de", "", "")):
            with force_locale(locale):
                for text in (date_long(date(2026, 12, 3)), percent(12.4), signed(-0.3), with_unit(8.6, "Min.")):
                    assert text.startswith(first)
                    assert text.endswith(last)
                    assert (ISOLATE in text) is bool(first)
                assert percent(None) == DASH


@pytest.mark.parametrize("path", ["/planungsraeume/sinsheim", "/befunde"])
def test_what_is_isolated_ends_again(house: House, path: str) -> None:
    page = house.ask(ANONYMOUS, Request("GET", path, {}, {}), **{COOKIE: PSEUDO}).text
    assert page.count(ISOLATE) == page.count(END_OF_ISOLATE) > 0
    assert ISOLATE not in house.get(ANONYMOUS, path).text

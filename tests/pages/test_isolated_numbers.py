"""Numbers with units keep their order on a page that is written from right to left: each is isolated."""

from typing import Any

import pytest
from house import ANONYMOUS, House, Request
from markup import parsed

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

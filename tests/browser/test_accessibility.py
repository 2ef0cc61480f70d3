"""Every page before axe, and its width: light, dark, on a phone, with text twice as large, from right to left."""

import json
from typing import Any

import access_table
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from house import ANONYMOUS, House
from windows import DESKTOP, PHONE, WIDER_PHONE, Opener, Window

pytestmark = pytest.mark.browser

STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
OF_COLOUR = ["color-contrast", "link-in-text-block"]
OF_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable"]
# Whose pages differ in more than a name: everybody's, all of the working area, part of it, and outside of it.
LOOKS = (ANONYMOUS, "administrator", "planner", "leadership", "provider")
_FILES = (
    ".csv",
    ".svg",
    ".geojson",
    ".pdf",
    ".ics",
    ".docx",
    ".xlsx",
    ".json",
    ".jsonld",
    ".txt",
    "/healthz",
    "/html",
    "/datei",
    "/anlagen/<paper_id>",
)
_PAGES = [row for row in access_table.rows() if row.method == "GET" and not row.rule.endswith(_FILES)]


def _visits() -> list[tuple[str, access_table.Row]]:
    """Each page for nobody if it is public; otherwise for up to two kinds of people that see it differently."""
    found = []
    for row in _PAGES:
        seeing = [visitor for visitor in LOOKS if row.expected[visitor] == "ok"]
        if ANONYMOUS in seeing:
            found.append((ANONYMOUS, row))
        else:
            found += [(visitor, row) for visitor in seeing[:1] + [v for v in seeing[2:3] if v == "leadership"]]
    # The frame around public pages of somebody signed in, and pages that say no.
    by_name = {row.name: row for row in _PAGES}
    found += [(visitor, by_name["GET /"]) for visitor in ("planner", "municipality", "provider", "committee")]
    found += [(visitor, by_name["GET /konto"]) for visitor in ("provider", "municipality")]
    found += [("provider", by_name["GET /konten"]), ("planner", by_name["GET /konten/<public_id> foreign account"])]
    return found


def violations(window: Window, rules: list[str] | None = None) -> list[str]:
    """What axe finds by the whole standard or by some rules, with the place."""
    only = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARD}
    options = json.dumps({"runOnly": only, "resultTypes": ["violations"]})
    if not window.page.evaluate("typeof window.axe === 'object'"):
        window.page.evaluate(AXE_SCRIPT)
    result: dict[str, Any] = window.page.evaluate(f"axe.run(document, {options})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']} | {node['html'][:160]}"
        for one in result["violations"]
        for node in one["nodes"][:4]
    ]


def look(window: Window) -> dict[str, list[str]]:
    """Findings by state. The page is loaded once and brought into each state in its place.

    Names, roles and structure are the same in each state; what colours, widths and direction change is asked anew.
    """
    page = window.page
    found = {}

    def note(state: str, rules: list[str] | None = None) -> None:
        window.settle()
        found[state] = [*violations(window, rules), *(f"sideways: {one}" for one in window.overflow())]

    def width(state: str) -> None:
        window.settle()
        found[state] = [f"sideways: {one}" for one in window.overflow()]

    note("light")
    page.emulate_media(color_scheme="dark")
    note("dark", OF_COLOUR)
    page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    note("200 % text", OF_LAYOUT)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(PHONE)
    note("320 px")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for phone in (WIDER_PHONE, PHONE):
        page.set_viewport_size(phone)
        width(f"{phone['width']} px, 200 % text")
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.evaluate("document.documentElement.dir = 'rtl'")
    note("320 px, right to left", OF_LAYOUT)
    page.set_viewport_size(DESKTOP)
    note("right to left", OF_LAYOUT)
    return {state: findings for state, findings in found.items() if findings}


@pytest.mark.parametrize(("visitor", "row"), _visits(), ids=lambda one: one if isinstance(one, str) else one.name)
def test_pages_keep_what_the_accessibility_statement_says(
    served: tuple[House, int], window: Opener, visitor: str, row: access_table.Row
) -> None:
    house, _port = served
    request = house.request("GET", row.rule, row.record, visitor)
    opened = window(visitor)
    opened.open(request.path)
    assert look(opened) == {}
    assert opened.complaints == []

"""A resident reads why one topic is said to be conspicuous in one place of a page and not in another."""

from collections.abc import Callable

from portal_client import PortalClient
from test_finding_pages import visitor

__all__ = ["visitor"]

LINKED = "zählt zuerst die Zahl, die zu dem passt, was Menschen gesagt haben"
OPEN_AGAIN = "Wir prüfen ihn deshalb gerade neu."


def test_the_hub_and_the_finding_say_why_they_differ(visitor: Callable[[str], PortalClient]) -> None:
    for path in ("/planungsraeume/sinsheim", "/befunde/sinsheim/health"):
        page = visitor("anonymous").get(path).text
        assert page.count(LINKED) == page.count(OPEN_AGAIN) == 1, path
        assert "sagt noch: Nur in Zahlen." in page


def test_nothing_is_explained_where_nothing_differs(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("anonymous").get("/befunde/sinsheim/mobility_infrastructure").text
    assert LINKED not in page
    assert OPEN_AGAIN not in page

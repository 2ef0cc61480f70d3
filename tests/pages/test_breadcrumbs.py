"""Pages of the working area lead back to what is due today."""

import pytest
from house import House, Request
from markup import parsed

from portal.core.actor import Role

PAGES = ("/organisationen", "/konten", "/postausgang", "/aenderungen", "/auftraege")


def _first_crumb(house: House, visitor: str, path: str) -> str:
    tree = parsed(house.ask(visitor, Request("GET", path, {}, {})).text)
    return "".join(tree.find(".//ol[@class='crumbs']").find(".//a").itertext()).strip()


@pytest.mark.parametrize("path", PAGES)
def test_lists_of_the_working_area_begin_with_today(house: House, path: str) -> None:
    assert _first_crumb(house, Role.ADMINISTRATOR.value, path) == "Heute"


@pytest.mark.parametrize(("visitor", "first"), [(Role.PLANNER.value, "Heute"), ("anonymous", "Protokolle")])
def test_minutes_begin_with_today_for_staff_alone(house: House, visitor: str, first: str) -> None:
    request = house.request("GET", "/protokolle/<public_id>", "public minutes", visitor)
    assert _first_crumb(house, visitor, request.path) == first

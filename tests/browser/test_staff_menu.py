"""The menu of the working area on screens of offices: everything in reach, and where one is stands open."""

import pytest
from playwright.sync_api import expect
from windows import Opener

pytestmark = pytest.mark.browser

_PAGES = ("/heute", "/einstellungen", "/auftraege", "/indikatoren", "/organisationen", "/befunde/vergleich")


@pytest.mark.parametrize("height", [720, 900])
def test_the_menu_fits_and_shows_where_one_is(window: Opener, height: int) -> None:
    opened = window("administrator", viewport={"width": 1280, "height": height}, java_script_enabled=True)
    for path in _PAGES:
        opened.open(path)
        menu = opened.page.locator(".side-nav")
        assert menu.evaluate("menu => menu.scrollHeight <= menu.clientHeight"), path
        current = menu.locator("[aria-current=page]")
        if current.count():
            expect(current.first).to_be_in_viewport()
        assert menu.locator("details[open]").count() == 1, path


def test_another_group_opens_without_a_script_and_closes_the_first(window: Opener) -> None:
    page = window("administrator", viewport={"width": 1280, "height": 720}, java_script_enabled=False).page
    page.goto("http://portal.example/einstellungen")
    expect(page.locator(".side-nav").get_by_role("link", name="Aufträge")).to_be_visible()
    page.locator(".side-nav summary", has_text="Beobachten").click()
    expect(page.locator(".side-nav").get_by_role("link", name="Importe")).to_be_visible()
    expect(page.locator(".side-nav").get_by_role("link", name="Aufträge")).not_to_be_visible()


def test_settings_do_not_scroll_sideways_in_large_type(window: Opener) -> None:
    opened = window("administrator", viewport={"width": 640, "height": 800}, java_script_enabled=True)
    opened.open("/einstellungen")
    opened.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert opened.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "tallest"), [(1280, 52), (1024, 52), (390, 93), (320, 112)])
def test_the_header_says_who_acts_for_whom_without_growing(window: Opener, width: int, tallest: int) -> None:
    opened = window("planner", viewport={"width": width, "height": 844})
    opened.open("/heute")
    header = opened.page.locator(".staff-head")
    expect(header.locator(".acting p")).to_be_visible()
    expect(header.locator(".acting p")).to_contain_text("Sie handeln für")
    assert header.evaluate("head => head.offsetHeight") <= tallest


def test_on_a_phone_the_languages_stand_in_the_menu(window: Opener) -> None:
    opened = window("planner", viewport={"width": 390, "height": 844})
    opened.open("/heute")
    expect(opened.page.locator(".staff-account").get_by_role("link", name="English")).not_to_be_visible()
    opened.page.get_by_role("button", name="Menü", exact=True).click()
    expect(opened.page.locator("#bereiche").get_by_role("link", name="English")).to_be_visible()


@pytest.mark.parametrize("path", ["/heute", "/organisationen", "/importe"])
def test_large_type_on_the_smallest_phone_keeps_to_the_page(window: Opener, path: str) -> None:
    opened = window("planner", viewport={"width": 320, "height": 700})
    opened.open(path)
    opened.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert opened.overflow() == []
    name, out = (
        opened.page.locator(f".staff-account {part}").bounding_box() for part in (".staff-name[href='/konto']", "form")
    )
    assert name is not None
    assert out is not None
    assert out["x"] >= name["x"] + name["width"] or out["y"] >= name["y"] + name["height"]

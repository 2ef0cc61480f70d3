"""Ways through the portal: with the keyboard alone, without scripts, on paper and in a system's own colours."""

from pathlib import Path

import pytest
from house import House
from playwright.sync_api import expect
from windows import DESKTOP, Opener, Window

from portal.demo.logins import LOGINS

pytestmark = pytest.mark.browser

PLANNER = LOGINS[0]
MOST_STOPS = 120
_FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const box = element.getBoundingClientRect();
  const shows = one => {
    const style = getComputedStyle(one);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };
  // Links on a map draw the line of their area, choices the box around their label.
  const label = element.closest("label");
  const ring = shows(element) || (label && shows(label)) ||
    [...element.querySelectorAll("path")].some(path => parseFloat(getComputedStyle(path).strokeWidth) >= 2);
  const seen = box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight &&
    box.right > 0 && box.left < innerWidth;
  return {what: element.outerHTML.slice(0, 140), ring, seen};
}"""


def tab_to(window: Window, selector: str) -> None:
    """Press Tab until an element that fits has the focus; every stop on the way is on screen and marked."""
    for _ in range(MOST_STOPS):
        window.page.keyboard.press("Tab")
        focus = window.page.evaluate(_FOCUS)
        if focus is None:
            continue
        assert focus["seen"], f"focus out of sight: {focus['what']}"
        assert focus["ring"], f"focus not marked: {focus['what']}"
        if window.page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{MOST_STOPS} times Tab do not reach {selector}")


def enter(window: Window) -> None:
    """Follow the focused link or press the focused button."""
    with window.page.expect_navigation():
        window.page.keyboard.press("Enter")


def test_the_keyboard_alone_suffices(window: Opener) -> None:
    opened = window()
    page = opened.page
    opened.open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('a.skip')")
    expect(page.locator("a.skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"
    page.reload()

    tab_to(opened, "main svg a")
    enter(opened)
    assert "/planungsraeume/" in page.url

    tab_to(opened, "main select[name=zahl]")
    before = page.locator("main select[name=zahl]").input_value()
    page.keyboard.press("ArrowDown")
    if page.locator("main select[name=zahl]").input_value() == before:
        page.keyboard.press("ArrowUp")
    tab_to(opened, "main form button[type=submit], main form button:not([type])")
    enter(opened)
    assert "zahl=" in page.url
    assert page.locator("main select[name=zahl]").input_value() != before

    tab_to(opened, "header a[href^='/anmelden']")
    enter(opened)
    tab_to(opened, "input[name=email]")
    page.keyboard.type(PLANNER.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PLANNER.password)
    enter(opened)
    assert "zahl=" in page.url, "back where the sign-in was asked for"
    expect(page.locator("header")).to_contain_text(PLANNER.name)

    tab_to(opened, "header a[href='/heute']")
    enter(opened)
    assert page.url.endswith("/heute")
    tab_to(opened, "form[action='/abmelden'] button")
    enter(opened)
    expect(page.locator("main")).to_contain_text("abgemeldet")
    assert opened.complaints == []


def test_on_a_phone_the_menu_opens_and_closes_with_the_keyboard(window: Opener) -> None:
    opened = window(viewport={"width": 390, "height": 800})
    page = opened.page
    opened.open("/")
    menu = page.locator("#hauptmenue")
    expect(menu).not_to_be_visible()
    tab_to(opened, "button.menu-button")
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    tab_to(opened, "#hauptmenue a")
    page.keyboard.press("Escape")
    expect(menu).not_to_be_visible()
    assert page.evaluate("document.activeElement.matches('button.menu-button')")
    page.keyboard.press("Enter")
    tab_to(opened, "#hauptmenue a[href='/planungsraeume']")
    enter(opened)
    assert page.url.endswith("/planungsraeume")


def test_everything_works_without_scripts(window: Opener) -> None:
    opened = window(java_script_enabled=False)
    page = opened.page
    opened.open("/anmelden")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".error-summary")).to_be_visible()
    page.locator(".error-summary a").first.click()
    page.fill("input[name=email]", PLANNER.email)
    page.fill("input[name=password]", PLANNER.password)
    page.locator("main form button[type=submit]").click()
    assert "/heute" in page.url

    opened.open("/planungsraeume/sinsheim")
    choice = page.locator("main select[name=zahl]")
    other = choice.locator("option:not([selected])").first.get_attribute("value")
    choice.select_option(other)
    page.locator("main form:has(select[name=zahl]) button").click()
    assert f"zahl={other}" in page.url
    assert page.locator("main select[name=zahl]").input_value() == other

    opened.open("/organisationen")
    rows = page.locator("main tbody tr").count()
    page.fill("main input[name=suche]", "Kraniche")
    enter(opened)
    assert "suche=Kraniche" in page.url
    assert 0 < page.locator("main tbody tr").count() < rows

    opened.open("/planungsraeume/neu")
    page.locator("main form[method=post] button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_visible()
    opened.open("/konto")
    page.locator("form[action='/abmelden'] button").first.click()
    assert page.url.endswith("/anmelden")


def test_a_refused_form_moves_the_focus_to_its_errors(window: Opener) -> None:
    opened = window()
    page = opened.page
    opened.open("/anmelden")
    page.fill("input[name=email]", "falsch")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("load")
    expect(page.locator(".error-summary")).to_be_focused()
    assert page.locator("input[name=email]").input_value() == "falsch"
    assert page.title().startswith("Fehler")


def test_opening_a_link_into_a_page_lands_below_whatever_sticks(window: Opener) -> None:
    opened = window()
    opened.open("/planungsraeume/sinsheim#karte")
    top = opened.page.evaluate("document.getElementById('karte').getBoundingClientRect().top")
    assert -2 <= top < 400


KEY_PAGES = {
    "start": ("anonymous", "/"),
    "planungsraeume": ("anonymous", "/planungsraeume"),
    "planungsraum": ("anonymous", "/planungsraeume/sinsheim"),
    "gemeinde": ("anonymous", "/gemeinden/bammental"),
    "kennzahl": ("anonymous", "/indikatoren/p_hausarzt"),
    "anmelden": ("anonymous", "/anmelden"),
    "heute": ("planner", "/heute"),
    "organisationen": ("planner", "/organisationen"),
    "zuordnung": ("planner", "/planungsraeume/zuordnung"),
    "konten": ("administrator", "/konten"),
    "postausgang": ("administrator", "/postausgang"),
    "aenderungen": ("administrator", "/aenderungen"),
    "einstellungen": ("administrator", "/einstellungen"),
    "gestaltung": ("planner", "/gestaltung"),
    "konto": ("provider", "/konto"),
}


@pytest.mark.parametrize("name", KEY_PAGES)
def test_key_pages_on_screen_on_paper_and_in_forced_colours(window: Opener, pictures: Path, name: str) -> None:
    visitor, path = KEY_PAGES[name]
    opened = window(visitor)
    page = opened.page
    assert opened.open(path) == 200
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=pictures / f"{name}-{width}.png", full_page=True)
        assert opened.overflow() == []
    page.set_viewport_size(DESKTOP)
    page.emulate_media(forced_colors="active")
    opened.settle()
    page.screenshot(path=pictures / f"{name}-forced-colours.png")
    page.emulate_media(media="print", forced_colors="none")
    opened.settle()
    assert page.locator("h1").is_visible()
    assert not page.locator(".site-nav, .staff-nav").first.is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")
    assert opened.complaints == []


@pytest.mark.parametrize("path", ["/", "/planungsraeume/sinsheim", "/anmelden"])
def test_the_pseudo_language_runs_from_right_to_left(served: tuple[House, int], window: Opener, path: str) -> None:
    for viewport in (DESKTOP, {"width": 320, "height": 700}):
        opened = window(language="ar", viewport=viewport)
        opened.open(path)
        assert opened.page.evaluate("document.documentElement.dir") == "rtl"
        assert opened.overflow() == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_language_is_chosen_in_the_header_and_kept(window: Opener, language: str) -> None:
    opened = window(language="en" if language == "de" else "de")
    opened.open("/planungsraeume/sinsheim?zahl=p_hausarzt")
    opened.page.locator(f"header a[hreflang={language}]:visible").click()
    opened.page.wait_for_load_state("load")
    assert opened.page.url.endswith("/planungsraeume/sinsheim?zahl=p_hausarzt")
    assert opened.page.evaluate("document.documentElement.lang") == language

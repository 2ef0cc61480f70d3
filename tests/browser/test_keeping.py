"""A half-typed entry of minutes or statement keeps itself: offline, signed out, in two windows, on leaving the page."""

import re

import pytest
from house import House
from playwright.sync_api import Locator, Page, expect
from portal_client import BASE_URL
from windows import Opener

pytestmark = pytest.mark.browser

SAVED = re.compile(r"^Entwurf gespeichert, \d\d:\d\d Uhr$")


def state(page: Page) -> Locator:
    return page.locator("[data-keep-state]")


def test_an_entry_keeps_itself_while_it_is_written(served: tuple[House, int], window: Opener) -> None:
    house, _port = served
    address = house.request("GET", "/protokolle/<public_id>", "draft minutes", "planner").path
    opened = window("planner")
    page, text = opened.page, opened.page.get_by_label("Text", exact=True)

    def go_on(words: str) -> None:
        text.press("Control+End")
        text.press_sequentially(words)

    opened.open(address)
    expect(state(page)).to_be_empty()
    go_on("Der Bus fährt")
    expect(state(page)).to_have_text(SAVED)
    opened.open(address)
    expect(text).to_have_value("Der Bus fährt")
    expect(page.get_by_text("Ihre Eingaben sind wieder da.")).to_be_visible()

    page.context.set_offline(True)
    go_on(" zu selten")
    expect(state(page)).to_contain_text("Keine Verbindung")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)

    cookies = page.context.cookies()
    page.context.clear_cookies()
    go_on(" am Abend")
    expect(state(page)).to_contain_text("Sie sind abgemeldet")
    expect(text).to_have_value("Der Bus fährt zu selten am Abend")
    page.context.add_cookies([{"name": one["name"], "value": one["value"], "url": BASE_URL} for one in cookies])  # type: ignore[typeddict-item]
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(state(page)).to_have_text(SAVED)

    go_on(" und am Sonntag.")
    opened.open("/heute")  # at once, without a pause in typing
    opened.open(address)
    expect(text).to_have_value("Der Bus fährt zu selten am Abend und am Sonntag.")

    go_on(" Das trifft viele.")
    page.reload()  # sooner than the last words can arrive
    expect(text).to_have_value("Der Bus fährt zu selten am Abend und am Sonntag. Das trifft viele.")
    expect(state(page)).to_have_text(SAVED)

    page.get_by_role("button", name="Hinzufügen").click()
    expect(page.get_by_text("Der Eintrag ist gespeichert.")).to_be_visible()
    expect(text).to_have_value("")
    expect(page.get_by_text("Ihre Eingaben sind wieder da.")).to_have_count(0)
    assert [one for one in opened.complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []


def test_an_entry_changed_in_another_window_is_not_overwritten(served: tuple[House, int], window: Opener) -> None:
    house, _port = served
    path = house.request("GET", "/protokolle/<public_id>/eintraege/<entry_id>", "draft minutes", "planner").path
    mine, theirs = window("planner").page, window("planner").page
    for page in (mine, theirs):
        page.goto(BASE_URL + path)
    theirs.get_by_label("Text", exact=True).fill("Aus dem anderen Fenster.")
    theirs.get_by_role("button", name="Speichern").click()
    expect(theirs.get_by_text("Der Eintrag ist gespeichert.")).to_be_visible()
    mine.get_by_label("Text", exact=True).fill("Aus meinem Fenster.")
    expect(state(mine)).to_contain_text("Der Text wurde inzwischen an anderer Stelle geändert.")
    mine.goto(BASE_URL + path.rpartition("/eintraege")[0])
    expect(mine.get_by_text("sind noch nicht gespeichert")).to_be_visible()
    mine.get_by_role("link", name="Weiterschreiben").click()
    expect(mine.get_by_label("Text", exact=True)).to_have_value("Aus meinem Fenster.")
    mine.get_by_role("button", name="Speichern").click()
    expect(mine.get_by_text("Aus dem anderen Fenster.")).to_be_visible()
    expect(mine.get_by_label("Text", exact=True)).to_have_value("Aus meinem Fenster.")
    mine.get_by_role("button", name="Meine Fassung speichern").click()
    expect(mine.get_by_text("Aus meinem Fenster.", exact=True)).to_be_visible()


def test_a_statement_keeps_itself_for_its_writer(served: tuple[House, int], window: Opener) -> None:
    house, _port = served
    address = house.request("GET", "/bedarfe/<public_id>", "own draft", "provider").path
    page = window("provider").page
    page.goto(BASE_URL + address + "/worum")
    page.get_by_label("Begründung").fill("Wer nicht Auto fährt, kommt nicht hin.")
    expect(state(page)).to_have_text(SAVED)
    page.goto(BASE_URL + address + "/pruefen")
    expect(page.get_by_text("Nicht alles, was Sie geschrieben haben, ist gespeichert")).to_be_visible()
    page.goto(BASE_URL + address + "/worum")
    expect(page.get_by_label("Begründung")).to_have_value("Wer nicht Auto fährt, kommt nicht hin.")
    page.get_by_role("button", name="Diese Eingaben verwerfen").click()
    expect(page.get_by_label("Begründung")).to_have_value("Probe.")

    page.goto(BASE_URL + "/bedarfe/neu")
    page.get_by_label("Titel").fill("Abends fährt kein Bus")
    expect(state(page)).to_have_text(SAVED)
    page.goto(BASE_URL + "/bedarfe/neu")
    expect(page.get_by_label("Titel")).to_have_value("Abends fährt kein Bus")
    page.get_by_role("button", name="Speichern und weiter").click()
    expect(page.get_by_role("heading", name="Thema und Ort", level=1)).to_be_visible()
    page.goto(BASE_URL + "/bedarfe/neu")
    expect(page.get_by_label("Titel")).to_have_value("")

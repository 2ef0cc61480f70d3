"""A portal with a worker to walk through: its clock, its mailbox, and the windows of those who take part."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any, Self

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from seeded import seeded_config
from werkzeug.serving import WSGIRequestHandler, make_server
from windows import DESKTOP, OVERFLOW

from portal.app import create_app
from portal.core import clock
from portal.core.database import db
from portal.demo.logins import PASSWORD
from portal.jobs.worker import run

PHONE = {"width": 390, "height": 844}
BASE = "http://portal.example"
PATIENCE = 20.0


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


class Days:
    """The portal's clock, set ahead by whole days: an event is held without waiting for it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        ahead = self

        class Moved(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                moment = datetime.now(tz) + ahead._by
                return cls.combine(moment.date(), moment.timetz())

        self._by = timedelta()
        patch.setattr(clock, "datetime", Moved)

    def pass_(self, count: int) -> None:
        self._by += timedelta(days=count)


@contextmanager
def open_house(url: str, folder: Path) -> Iterator[int]:
    """Web server and worker on a seeded installation; the port it answers on."""
    app = create_app(seeded_config(url, folder))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    stop = Event()
    threads = [Thread(target=server.serve_forever), Thread(target=run, args=(app,), kwargs={"stop": stop})]
    for thread in threads:
        thread.start()
    try:
        yield int(server.server_port)
    finally:
        stop.set()
        server.shutdown()
        for thread in threads:
            thread.join()
        server.server_close()
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


@dataclass
class Walk:
    """Who walks where: one window per person, and a picture of every step."""

    browser: Browser
    pictures: Path
    days: Days
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    people: dict[str, Page] = field(default_factory=dict)
    taken: int = 0
    # What later steps need of earlier ones: addresses.
    event: str = ""
    minutes: str = ""
    statement: str = ""
    code: str = ""

    def window(self, *, phone: bool = False, scripts: bool = True, **options: Any) -> Page:
        """A fresh window of somebody who is not signed in."""
        context = self.browser.new_context(
            viewport=PHONE if phone else DESKTOP, java_script_enabled=scripts, reduced_motion="reduce",
            locale="de-DE", base_url=BASE, **options,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE * 1000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def signed_in(self, email: str, *, password: str = PASSWORD) -> Page:
        """The window in which somebody is signed in, through the form; the same one all day."""
        if email in self.people:
            return self.people[email]
        page = self.people[email] = self.window()
        page.goto("/anmelden")
        fill(page, "E-Mail-Adresse", email)
        fill(page, "Passwort", password)
        page.get_by_role("main").get_by_role("button", name="Anmelden", exact=True).click()
        expect(page.get_by_role("button", name="Abmelden").first).to_be_attached()
        return page

    def pass_days(self, count: int) -> None:
        """Everybody goes home; who comes back later signs in again."""
        self.days.pass_(count)
        self.people.clear()

    def mail(self, recipient: str, subject: str) -> Page:
        """The mail in the demonstration's mailbox, as soon as the worker has handed it over."""
        page = self.window()
        link = page.locator("main a", has_text=subject)
        await_(page, f"/postfach?suche={recipient}", link.first)
        link.first.click()
        expect(page.locator("main")).to_contain_text(recipient)
        return page

    def look(self, page: Page, name: str) -> None:
        """Take a picture; nothing may stick out sideways."""
        self.taken += 1
        page.evaluate("() => scrollTo(0, 0)")
        page.screenshot(path=self.pictures / f"{self.taken:02d}-{name}.png", full_page=True)
        found = page.evaluate(OVERFLOW)
        assert found == [], f"{name}: {found}"

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def await_(page: Page, path: str, wanted: Locator) -> None:
    """Open the page again and again until the worker's doing shows there."""
    until = monotonic() + PATIENCE
    page.goto(path)
    while monotonic() < until:
        try:
            expect(wanted).to_be_visible(timeout=300)
            return
        except AssertionError:
            page.goto(path)
    expect(wanted).to_be_visible()


def labelled(label: str) -> re.Pattern[str]:
    """A label with or without the remark that the field may stay empty."""
    return re.compile(rf"^\s*{re.escape(label)}\s*(\(freiwillig\))?\s*$")


def fill(scope: Page | Locator, label: str, value: str) -> None:
    scope.get_by_label(labelled(label)).fill(value)


def choose(scope: Page | Locator, label: str, option: str) -> None:
    scope.get_by_label(labelled(label)).select_option(label=option)


def tick(scope: Page | Locator, group: str, option: str) -> None:
    """A box or a choice below its question."""
    scope.get_by_role("group", name=labelled(group)).get_by_label(option, exact=True).check()


def press(scope: Page | Locator, name: str) -> None:
    scope.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def follow(scope: Page | Locator, name: str | re.Pattern[str]) -> None:
    scope.get_by_role("main").get_by_role("link", name=name).first.click()


def shows(page: Page, *words: str) -> None:
    for word in words:
        expect(page.locator("main")).to_contain_text(word)

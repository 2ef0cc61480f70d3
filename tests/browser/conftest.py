"""Debian's chromium before a real server on the furnished house. Chromium resolves `portal.example` to that server."""

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from furnished import furnished, house, seeded_sqlite
from house import ANONYMOUS, House
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, sync_playwright
from portal_client import BASE_URL
from werkzeug.serving import WSGIRequestHandler, make_server
from windows import DESKTOP, Opener, Window

from tests.conftest import missing

__all__ = ["furnished", "house", "seeded_sqlite"]

CHROMIUM = Path("/usr/bin/chromium")
# Answers like 403 and 422 are looked at on purpose; the server of the tests speaks plain HTTP.
EXPECTED = ("Failed to load resource", "Cross-Origin-Opener-Policy header has been ignored")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def served(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, int]]:
    """A house of this process's own, and the port where it answers."""
    folder = tmp_path_factory.mktemp("served") / "data"
    shutil.copytree(furnished, folder)
    opened = House(folder)
    server = make_server("127.0.0.1", 0, opened.app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield opened, int(server.server_port)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        opened.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Callable[[int], Browser]]:
    """Starts a chromium for which `portal.example` is the server on a port of this machine."""
    if not CHROMIUM.exists():
        missing(f"chromium ({CHROMIUM})")
    with sync_playwright() as playwright:

        def start(port: int) -> Browser:
            try:
                return playwright.chromium.launch(
                    executable_path=str(CHROMIUM),
                    args=[f"--host-resolver-rules=MAP portal.example 127.0.0.1:{port}", "--no-sandbox"],
                )
            except Error as error:
                missing(f"a chromium that starts ({error.message.splitlines()[0]})")
                raise

        yield start


@pytest.fixture(scope="session")
def browser(chromium: Callable[[int], Browser], served: tuple[House, int]) -> Iterator[Browser]:
    """One chromium per test process."""
    started = chromium(served[1])
    yield started
    started.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of pages are put, to be looked at; pytest keeps those of the last three runs."""
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture
def window(browser: Browser, served: tuple[House, int]) -> Iterator[Opener]:
    """Opens a fresh browser window in which a visitor is signed in; further options go to the context."""
    house_, _port = served
    contexts: list[BrowserContext] = []

    def open_window(visitor: str = ANONYMOUS, *, language: str | None = None, **options: Any) -> Window:
        context = browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce", **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        cookies = {} if visitor == ANONYMOUS else {"portal": house_.cookies[visitor]}
        if language:
            cookies["sprache"] = language
        context.add_cookies([{"name": name, "value": value, "url": BASE_URL} for name, value in cookies.items()])
        opened = Window(context.new_page())

        def complain(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"} and not any(one in message.text for one in EXPECTED):
                opened.complaints.append(message.text)

        opened.page.on("console", complain)
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        return opened

    yield open_window
    for context in contexts:
        context.close()
    if house_.changed():
        house_.put_back()

"""Fixtures of the command line's tests."""

import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.cli import main


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def portal() -> Iterator[Callable[..., Ended]]:
    """Run a command to its end, in this process; keyword `environ` gives its PORTAL_ variables."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def call(*arguments: str, environ: Mapping[str, str] | None = None, text: str = "") -> Ended:
        none = {name: None for name in os.environ if name.startswith("PORTAL_")}
        result = CliRunner().invoke(main, list(arguments), env=none | dict(environ or {}), input=text)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ended(result.exit_code, result.stdout, result.stderr)

    yield call
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def production(tmp_path: Path) -> dict[str, str]:
    """A complete environment of a production installation on SQLite."""
    return {
        "PORTAL_DATA": str(tmp_path / "data"),
        "PORTAL_BASE_URL": "https://beteiligung.kreis.example",
        "PORTAL_MAIL_SENDER": "Sozialplanung <sozialplanung@kreis.example>",
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_SMTP_PORT": "9",
        "PORTAL_SMTP_SECURITY": "none",
    }

"""Processes of a test: started in a group of their own, watched, and ended without fail."""

import http.cookiejar
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).parents[1]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a child process: ours without any PORTAL_ variable, plus what the test says."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | changes


def command(*arguments: str) -> list[str]:
    """`portal …` as this Python runs it."""
    return [sys.executable, "-P", "-m", "portal.cli", *arguments]


@dataclass
class Running:
    """A command that was started, and what it printed so far."""

    process: subprocess.Popen[str]
    output: Path
    started_at: float = field(default_factory=time.monotonic)

    @property
    def printed(self) -> str:
        return self.output.read_text(encoding="utf-8")

    @property
    def worked(self) -> float:
        """Seconds of processor time of the process itself so far; waiting and other processes do not count."""
        times = psutil.Process(self.process.pid).cpu_times()
        return float(times.user + times.system)

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def wait_for(self, url: str, *, seconds: float = 60) -> float:
        """Ask until there is an answer; seconds from the start of the process to the answer."""
        while time.monotonic() - self.started_at < seconds:
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}:\n{self.printed}")
            try:
                urllib.request.urlopen(url, timeout=seconds).read()
                return time.monotonic() - self.started_at
            except urllib.error.HTTPError:
                return time.monotonic() - self.started_at
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"no answer from {url} in {seconds} s:\n{self.printed}")

    def end(self, number: int = signal.SIGINT, *, seconds: float = 30) -> int:
        """Send a signal to the process alone and wait for its end."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@contextmanager
def running(*arguments: str, output: Path, environ: Mapping[str, str] | None = None) -> Iterator[Running]:
    """`portal …` in the background; whatever is left of it afterwards is killed."""
    with running_program(command(*arguments), output=output, environ=environment(**(environ or {}))) as started:
        yield started


@contextmanager
def running_program(
    program: list[str], *, output: Path, environ: Mapping[str, str], folder: Path | None = None
) -> Iterator[Running]:
    """Any program in the background, in the given folder and with nothing but the given environment."""
    file: IO[str]
    with output.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            program, env=dict(environ), cwd=folder, stdout=file, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, text=True, start_new_session=True, preexec_fn=_as_a_shell_s_background_job,
        )  # fmt: skip
        try:
            yield Running(process, output)
        finally:
            for left in in_group(process.pid):
                left.kill()
            process.wait()


def _as_a_shell_s_background_job() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def in_group(leader: int) -> list[psutil.Process]:
    """Living processes of the group."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.Error):
            continue
    return found


def gone(leader: int, *, seconds: float = 30) -> bool:
    """Whether every process of the group ends within that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not in_group(leader):
            return True
        time.sleep(0.1)
    return False


class Browser:
    """Just enough of a browser to sign in: cookies, forms with their token, redirects."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def get(self, path: str) -> tuple[int, str]:
        return self._open(urllib.request.Request(self._base_url + path))

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Open the page, then send its form."""
        _status, page = self.get(path)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token, f"{path} has no form"
        body = urllib.parse.urlencode(fields | {"csrf_token": token[1]}).encode()
        return self._open(urllib.request.Request(self._base_url + path, data=body))

    def _open(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with self._opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

"""Reading the page of a planning area with its map, against a plain Flask page on the same machine and minute."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.seeded import seeded_sqlite  # noqa: F401

HERE = Path(__file__).parent
SECONDS = float(os.environ.get("PORTAL_BENCHMARK_SECONDS", "4"))
READERS = 8
PATHS = ("/planungsraeume/sinsheim", "/", "/planungsraeume/sinsheim?zahl=p_hallenbad")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], *, address: str, environ: dict[str, str] | None = None) -> Iterator[int]:
    """A server process, ready when its address answers; ended with everything it started."""
    process = subprocess.Popen(
        command, env=os.environ | (environ or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(address, timeout=1).read()
                break
            except OSError:
                assert process.poll() is None, "the server ended"
                time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=20)


def measure(url: str, seconds: float = SECONDS) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(HERE / "readers.py"), url, str(READERS), str(seconds)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result: dict[str, float] = json.loads(done.stdout)
    return result


def resident_mb(pid: int) -> float:
    """Memory of a process and its children that is in RAM, in MB (Linux)."""
    pids = [pid, *map(int, subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split())]
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in pids)
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)


@pytest.mark.benchmark
def test_area_page(seeded_sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
    data = tmp_path / "data"
    shutil.copytree(seeded_sqlite, data)
    plain_port, port = free_port(), free_port()
    with running(
        [sys.executable, str(HERE / "plain_page.py"), str(plain_port)], address=f"http://127.0.0.1:{plain_port}/"
    ):
        baseline = measure(f"http://127.0.0.1:{plain_port}/")
    environ = {
        "PORTAL_DATA": str(data),
        "PORTAL_BASE_URL": f"http://127.0.0.1:{port}",
        "PORTAL_MAIL_SENDER": "Sozialplanung <sozialplanung@landkreis.example>",
        "PORTAL_SMTP_HOST": "127.0.0.1",
        "PORTAL_SMTP_SECURITY": "none",
    }
    command = [sys.executable, "-m", "portal.cli", "serve", "--port", str(port)]
    with running(command, address=f"http://127.0.0.1:{port}/", environ=environ) as pid:
        results = {path: measure(f"http://127.0.0.1:{port}{path}") for path in PATHS}
        memory = resident_mb(pid)
    line = {"benchmark": "area_page", "readers": READERS, "baseline": baseline, "pages": results, "memory_mb": memory}
    with capsys.disabled():
        print("\n" + json.dumps(line))
    for path, result in results.items():
        assert result["per_second"] >= 100, path
        assert result["p95_ms"] < 150, path
        assert result["bytes"] < 150_000, path
        assert result["per_second"] / baseline["per_second"] > 0.05, path
    assert memory < 450

"""Reading the matrix of findings, against a plain Flask page on the same machine and minute."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from tests.benchmarks.test_area_page import HERE, READERS, free_port, measure, running
from tests.seeded import seeded_sqlite  # noqa: F401

PATHS = ("/befunde", "/befunde?einordnung=hidden", "/befunde/sinsheim/mobility_infrastructure")


@pytest.mark.benchmark
def test_matrix(seeded_sqlite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: F811
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
    with running(command, address=f"http://127.0.0.1:{port}/", environ=environ):
        for path in PATHS:  # both processes compute the county's figures once
            measure(f"http://127.0.0.1:{port}{path}", 1)
        results = {path: measure(f"http://127.0.0.1:{port}{path}") for path in PATHS}
    line = {"benchmark": "matrix", "readers": READERS, "baseline": baseline, "pages": results}
    with capsys.disabled():
        print("\n" + json.dumps(line))
    for path, result in results.items():
        assert result["per_second"] >= 100, path

"""A wheel built from the checkout carries everything and runs the demonstration far from any checkout."""

import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest
from cli_processes import ROOT, Browser, environment, running_program

from portal import config

pytestmark = pytest.mark.slow

PARTS = ("templates", "static", "migrations", "seeds")


def shipped(folder: str) -> set[str]:
    """Every file of a top-level folder that belongs to the product."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without network from a copy, so that no other test sees half of it."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("portal", *PARTS):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "_bundled"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "wsgi.py", ".gitignore"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", folder, source], check=True, timeout=300, env=environment())
    (found,) = folder.glob("*.whl")
    return found


def test_everything_is_inside(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
        metadata = archive.read(next(name for name in inside if name.endswith("METADATA"))).decode()
    for part in PARTS:
        missing = {name for name in shipped(part) if f"portal/_bundled/{name}" not in inside}
        assert not missing, part
    assert {name for name in shipped("portal") if name not in inside and name.endswith((".py", ".po"))} == set()
    assert "License-Expression: Apache-2.0" in metadata
    assert not [
        name for name in inside if "__pycache__" in name or name.startswith(("tests/", "portal/_bundled/tests"))
    ]


def test_it_runs_the_demonstration_outside_of_the_checkout(wheel: Path, tmp_path: Path, free_port: int) -> None:
    """In an environment of its own that borrows the installed dependencies, but not our checkout."""
    home = tmp_path / "env"
    venv.create(home, with_pip=False, symlinks=True)
    (packages,) = home.glob("lib/python3*/site-packages")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(packages)
    borrowed = Path(next(path for path in sys.path if path.endswith("site-packages")))
    for path in borrowed.iterdir():
        if "portal" not in path.name.lower() and not path.name.endswith(".pth"):
            (packages / path.name).symlink_to(path)
    python = home / "bin" / "python"
    clean = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
    where = subprocess.run(
        [python, "-P", "-c", "import portal.config; print(portal.config.ROOT)"],
        env=clean, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert where.stdout.strip() == str(packages / "portal" / "_bundled")
    assert where.stdout.strip() != str(config.ROOT)
    data = tmp_path / "data"
    program = [str(python), "-P", "-m", "portal.cli", "demo", "--port", str(free_port), "--data", str(data)]
    with running_program(program, output=tmp_path / "out", environ=clean, folder=tmp_path) as demo:
        url = f"http://127.0.0.1:{free_port}"
        demo.wait_for(url + "/anmelden")
        status, page = Browser(url).get("/")
        assert status == 200
        assert "Rhein-Neckar-Kreis" in page
        status, style = Browser(url).get("/static/css/tokens.css")
        assert status == 200
        assert "--county-1" in style
        demo.end()
    assert not list((packages / "portal").rglob("*.sqlite3"))
    assert (data / "portal.sqlite3").is_file()

"""Fixtures that open the furnished house; imported by the `conftest` of each folder that walks through it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import House, furnish
from seeded import once_per_run, seeded_sqlite

__all__ = ["furnished", "house", "seeded_sqlite"]


@pytest.fixture(scope="session")
def furnished(seeded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with records and signed-in visitors, made once per run; copy it."""

    def make(folder: Path) -> None:
        shutil.copytree(seeded_sqlite, folder, dirs_exist_ok=True)
        furnish(folder)

    return once_per_run("furnished", make, tmp_path_factory)


@pytest.fixture(scope="session")
def house(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of this test process. Whoever changes something puts it back."""
    folder = tmp_path_factory.mktemp("house") / "data"
    shutil.copytree(furnished, folder)
    found = House(folder)
    try:
        yield found
    finally:
        found.close()

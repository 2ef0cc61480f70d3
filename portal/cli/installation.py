"""Which installation a command works on: its configuration and its application."""

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask

from portal import config as configuration
from portal.app import create_app
from portal.cli.folder_lock import NAME as LOCK_NAME
from portal.config import Config
from portal.core.database import db
from portal.core.migrations import current_revision, expected_revision

P = ParamSpec("P")
R = TypeVar("R")

MARKER = "demo.json"


@dataclass(frozen=True)
class DemoMarker:
    """What `portal demo` notes in its data folder: proof that the folder is a demonstration's."""

    port: int
    seeded: bool


def read_marker(folder: Path) -> DemoMarker | None:
    """The marker of a demonstration's data folder; None for every other folder."""
    try:
        found = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("portal") != "demo" or not isinstance(found.get("port"), int):
        return None
    return DemoMarker(port=found["port"], seeded=found.get("seeded") is True)


def write_marker(folder: Path, marker: DemoMarker) -> None:
    """Note that the folder is a demonstration's. Written under a draft name, so that it is never half there."""
    draft = folder / f".{MARKER}"
    content = {"portal": "demo", "port": marker.port, "seeded": marker.seeded}
    draft.write_text(json.dumps(content) + "\n", encoding="utf-8")
    draft.replace(folder / MARKER)


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything but a demonstration: its data must not become demo data."""
    if read_marker(folder) is None and folder.exists() and any(p.name != LOCK_NAME for p in folder.iterdir()):
        raise click.ClickException(
            f"{folder} enthält schon etwas, aber keine Vorführung. Es wurde nichts geändert. "
            "Bitte mit --data oder PORTAL_DATA einen leeren oder neuen Ordner wählen."
        )


def load_config(environ: Mapping[str, str] | None = None) -> Config:
    """Configuration of the installation that `PORTAL_DATA` names.

    A demonstration's folder brings its own; every other installation is described by the environment, and
    `ConfigurationError` says what is missing there.
    """
    data = configuration.data_folder(environ)
    marker = read_marker(data)
    if marker is not None:
        return configuration.for_demo(data, port=marker.port, environ=environ)
    return configuration.from_environment(environ)


@contextmanager
def opened() -> Iterator[Flask]:
    """The application of this installation, its context open and its connections closed in the end.

    A caller that has an application already hands it in as click's `obj`.
    """
    context = click.get_current_context(silent=True)
    given = None if context is None else context.find_root().obj
    app = given if isinstance(given, Flask) else create_app(load_config())
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            if app is not given:
                db.engine.dispose()


def require_current_database() -> None:
    """Refuse to work on a database that is not at the code's revision. Needs an application context."""
    current, expected = current_revision(), expected_revision()
    if current != expected:
        raise click.ClickException(
            f"Die Datenbank steht auf {current or 'keinem Stand'}, das Programm erwartet {expected}. "
            "Bitte zuerst „portal db upgrade“ ausführen."
        )


def in_app(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command inside the application context of an installation whose database is up to date."""

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with opened():
            require_current_database()
            return function(*args, **kwargs)

    return run


def with_app(command: click.Command) -> click.Command:
    """The same command, run inside an application context; groups with everything below them."""
    wrapped: Any = type(command).__new__(type(command))
    wrapped.__dict__.update(command.__dict__)
    if isinstance(command, click.Group):
        wrapped.commands = {name: with_app(below) for name, below in command.commands.items()}
    elif command.callback is not None:
        wrapped.callback = in_app(command.callback)
    found: click.Command = wrapped
    return found

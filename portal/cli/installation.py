"""Which installation a command works on: its configuration and its application."""

import contextlib
import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click
from flask import Flask
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from portal import config as configuration
from portal.app import create_app
from portal.cli.folder_lock import NAMES as LOCK_NAMES
from portal.cli.folder_lock import FolderBusyError, in_use
from portal.config import Config, ConfigurationError
from portal.core.data_folder import made
from portal.core.database import db
from portal.core.migrations import current_revision, expected_revision
from portal.core.secrets import FOLDER as SECRETS_FOLDER

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
    if read_marker(folder) is None and folder.exists() and any(p.name not in LOCK_NAMES for p in folder.iterdir()):
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


def complete(config: Config) -> Config:
    """The same configuration, unless secrets are damaged or lost that the database's content needs.

    Either is a `ConfigurationError`.

    New ones are made where none were. Beside a database with accounts they would make every password, second factor
    and open link worthless without a word. An empty folder says that this is wanted.
    """
    folder = config.data / SECRETS_FOLDER
    needed = ["password_salt", "recovery_codes", "totp.json", *([] if config.secret_key else ["secret_key"])]
    missing = [name for name in needed if not (folder / name).is_file()]
    wanted = folder.is_dir() and not any(folder.iterdir())
    if missing and not wanted and _has_accounts(config):
        raise ConfigurationError(
            f"In {folder} fehlen Geheimnisse ({', '.join(missing)}), die Datenbank hat aber schon Konten. "
            "Bitte den Ordner aus einer Sicherung zurücklegen. Sind sie verloren, legen Sie ihn leer an: Dann macht "
            "das Portal neue, und alle wählen über „Passwort vergessen“ ein neues Passwort und richten den zweiten "
            "Faktor neu ein."
        )
    return config


def _has_accounts(config: Config) -> bool:
    if config.is_sqlite and not Path(config.database_url.removeprefix("sqlite:///")).is_file():
        return False
    engine = create_engine(config.database_url)
    try:
        with engine.connect() as connection:
            return (
                inspect(connection).has_table("user_account")
                and connection.execute(text("SELECT 1 FROM user_account LIMIT 1")).first() is not None
            )
    except SQLAlchemyError:  # who cannot be asked is reported by whoever asks next
        return False
    finally:
        engine.dispose()


@contextmanager
def at_work(config: Config) -> Iterator[None]:
    """Use the installation's data beside others; refused while a backup is being put back."""
    made(config.data)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(in_use(config.data))
        except FolderBusyError as error:
            raise click.ClickException(
                f"In {config.data} wird gerade eine Sicherung zurückgespielt. Bitte warten, bis das fertig ist."
            ) from error
        yield


@contextmanager
def opened() -> Iterator[Flask]:
    """The application of this installation, its context open and its connections closed in the end.

    A caller that has an application already hands it in as click's `obj`.
    """
    context = click.get_current_context(silent=True)
    given = None if context is None else context.find_root().obj
    if isinstance(given, Flask):
        with given.app_context():
            try:
                yield given
            finally:
                db.session.remove()
        return
    config = complete(load_config())
    with at_work(config):
        app = create_app(config)
        with app.app_context():
            try:
                yield app
            finally:
                db.session.remove()
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

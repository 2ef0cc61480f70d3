"""`portal demo`: a complete portal with example data on this machine, for looking and trying."""

import os
import shutil
import socket
from dataclasses import replace
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url

from portal import config as configuration
from portal.app import create_app
from portal.cli.child import Child
from portal.cli.folder_lock import NAMES as LOCK_NAMES
from portal.cli.folder_lock import FolderBusyError, held
from portal.cli.installation import MARKER, DemoMarker, complete, read_marker, refuse_foreign, write_marker
from portal.cli.web import PortInUseError, listen, serve_one_process, stop_on_signals
from portal.config import DEMO_PORT, Config
from portal.core.data_folder import made
from portal.core.database import db
from portal.core.loading import loading
from portal.core.migrations import upgrade
from portal.demo.logins import LOGINS
from portal.demo.seeding import seed
from portal.home import health

HOST = "127.0.0.1"


@click.command(help="Startet eine Vorführung mit Beispieldaten: Webserver und Worker auf diesem Rechner.")
@click.option(
    "--port", default=DEMO_PORT, show_default=True, metavar="PORT", type=click.IntRange(1, 65535),
    help="Port, an dem das Portal antwortet.",
)  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Datenordner (Vorgabe: PORTAL_DATA).")
@click.option("--reset", is_flag=True, help="Löscht die Daten der Vorführung und beginnt neu.")
def demo(port: int, data: Path | None, reset: bool) -> None:
    folder = configuration.data_folder() if data is None else data.expanduser().resolve()
    stop_on_signals()
    try:
        listening = listen(HOST, port)
    except PortInUseError as error:
        raise click.ClickException(
            f"Port {port} ist belegt, vielleicht läuft die Vorführung schon: http://{HOST}:{port}/\n"
            f"Mit einem anderen Port geht es: portal demo --port {port + 1}"
        ) from error
    with listening:
        refuse_foreign(folder)
        made(folder)
        try:
            with held(folder):
                if reset:
                    clear(folder)
                _run(configuration.for_demo(folder, port=port), listening)
        except FolderBusyError as error:
            raise click.ClickException(
                f"Im Ordner {folder} läuft schon eine Vorführung. Bitte zuerst beenden (Strg+C) oder --data wählen."
            ) from error


def clear(folder: Path) -> None:
    """Delete what a demonstration left in its folder. Only a folder with the marker is touched."""
    if read_marker(folder) is None:
        return
    # The marker goes last: after an interruption the folder is still recognised.
    entries = sorted(folder.iterdir(), key=lambda path: path.name == MARKER)
    for path in entries:
        if path.name in LOCK_NAMES:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def claim(config: Config) -> DemoMarker:
    """Note that the folder is a demonstration's, before anything else is put there; hand back what was noted."""
    marker = read_marker(config.data)
    if marker is None and not config.is_sqlite:
        _refuse_foreign_database(config)
    seeded = marker is not None and marker.seeded
    claimed = DemoMarker(port=int(config.base_url.rpartition(":")[2]), seeded=seeded)
    write_marker(config.data, claimed)
    return claimed


def _refuse_foreign_database(config: Config) -> None:
    engine = create_engine(config.database_url)
    try:
        names = inspect(engine).get_table_names()
    finally:
        engine.dispose()
    if names:
        raise click.ClickException(
            "Die Datenbank in PORTAL_DATABASE_URL ist nicht leer und gehört zu keiner Vorführung in diesem Ordner. "
            "Bitte eine leere Datenbank angeben."
        )


def prepare(app: Flask, config: Config, marker: DemoMarker) -> None:
    """Bring the database to the code's revision and fill it once. Needs an application context."""
    if marker.seeded:
        upgrade()
        return
    if config.is_sqlite:  # what an interrupted start left behind is worth nothing
        database = make_url(config.database_url).database or ""
        for path in (Path(database + suffix) for suffix in ("", "-wal", "-shm")):
            path.unlink(missing_ok=True)
    upgrade()
    seed(app)
    write_marker(config.data, replace(marker, seeded=True))


def welcome(config: Config) -> str:
    """What is printed when the demonstration answers. Needs an application context (words of the roles)."""
    rows = [(str(login.role.label), login.email, login.password) for login in LOGINS]
    head = ("Anmelden als", "E-Mail", "Passwort")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(3)]
    table = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in [head, *rows]]
    lines = [
        f"Portal    {config.base_url}/",
        f"Postfach  {config.base_url}/postfach",
        f"Daten     {config.data}",
        "",
        table[0].rstrip(),
        "  ".join("─" * width for width in widths),
        *(row.rstrip() for row in table[1:]),
        "",
        "Ende mit Strg+C. Die Daten bleiben; „portal demo --reset“ beginnt von vorn.",
    ]
    return "\n" + "\n".join(f"  {line}".rstrip() for line in lines) + "\n"


def _run(config: Config, listening: socket.socket) -> None:
    marker = claim(config)
    with loading():
        app = create_app(complete(config))
        with app.app_context():
            prepare(app, config, marker)
            words = welcome(config)
            db.session.remove()
    environ = os.environ | {"PORTAL_DATA": str(config.data)}
    worker = Child(["worker", "--until-parent-ends"], environ=environ, say=lambda text: click.echo(text, err=True))
    health.expect_worker(app)
    try:
        click.echo(words)
        serve_one_process(app, config, listening)
    finally:
        worker.stop()

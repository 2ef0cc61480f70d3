"""`portal backup` and `portal restore`."""

from datetime import datetime
from pathlib import Path

import click

from portal import config as configuration
from portal.app import create_app
from portal.cli import checks
from portal.cli.backups.archive import manifest_of
from portal.cli.backups.create import create
from portal.cli.backups.restore import restore as put_back
from portal.cli.folder_lock import FolderBusyError, alone, held
from portal.cli.installation import DemoMarker, load_config, read_marker, refuse_foreign, write_marker
from portal.config import DEMO_PORT, Config
from portal.core.clock import LOCAL_ZONE
from portal.core.data_folder import made
from portal.core.database import db
from portal.core.formats import file_size
from portal.surveys.keys import keyless_rounds

_BUSY = (
    "In {folder} arbeiten Webserver, Worker, eine Vorführung oder ein anderer Befehl. Bitte zuerst anhalten: Was sie "
    "nach dem Zurückspielen schreiben, ginge verloren. Es wurde nichts geändert."
)


@click.command(help="Sichert Datenbank, Dateien und Geheimnisse in eine Datei. Das Portal darf dabei laufen.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    report = create(load_config(), file)
    click.echo(f"{file}: {report.rows} Zeilen, {report.files} Dateien, {file_size(report.size)}; geprüft.")
    click.echo("Die Datei enthält Geheimnisse und personenbezogene Daten: bitte verschlüsselt aufbewahren.")


@click.command(help="Spielt eine Sicherung zurück. Webserver und Worker müssen angehalten sein.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--force", is_flag=True, help="Ersetzt eine Installation, die schon Daten hat.")
def restore(file: Path, force: bool) -> None:
    manifest = manifest_of(file)
    begins_demo = manifest.demo and read_marker(configuration.data_folder()) is None
    config = _as_demo() if begins_demo else load_config()
    made(config.data)
    try:
        with held(config.data), alone(config.data):
            put_back(config, file, force=force)
            if begins_demo:
                write_marker(config.data, DemoMarker(port=DEMO_PORT, seeded=True))
    except FolderBusyError as error:
        raise click.ClickException(_BUSY.format(folder=config.data)) from error
    click.echo(f"Zurückgespielt: Stand vom {_local(manifest.created_at)} Uhr, {sum(manifest.tables.values())} Zeilen.")
    _say_missing_keys(config)
    if config.demo:
        click.echo(f"Es ist eine Vorführung; starten mit „portal demo --data {config.data}“.")
    else:
        click.echo("Jetzt Webserver und Worker starten und mit „portal check“ prüfen.")


def _say_missing_keys(config: Config) -> None:
    """Keys of surveys are in no archive, so that nobody who finds one reads answers: say which rounds lack theirs."""
    app = create_app(config)
    with app.app_context():
        missing = keyless_rounds()
        db.session.remove()
        db.engine.dispose()
    if not missing:
        return
    click.echo("Achtung: Die Schlüssel der Befragungen sind in keiner Sicherung. Hier fehlen die Schlüssel von:")
    for one in missing:
        click.echo(f"  {checks.round_in_words(one)}")
    click.echo(checks.key_remedy(config))


def _local(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(LOCAL_ZONE):%d.%m.%Y, %H:%M}"


def _as_demo() -> Config:
    """A demonstration's archive brings its own configuration, as its folder did; only an empty folder takes it."""
    data = configuration.data_folder()
    refuse_foreign(data)
    return configuration.for_demo(data, port=DEMO_PORT)

"""`portal db`: the database's tables and their revisions."""

import click
import flask_migrate

from portal import config as configuration
from portal.cli.installation import opened
from portal.core.migrations import current_revision, expected_revision, upgrade


@click.group(help="Datenbank anlegen und auf den neuen Stand bringen.")
def database() -> None:
    pass


@database.command(
    "upgrade",
    short_help="Ausstehende Migrationen ausführen",
    help="Führt ausstehende Migrationen aus; legt die Tabellen beim ersten Mal an.",
)
def upgrade_command() -> None:
    with opened():
        before = current_revision()
        upgrade()
        after = current_revision()
    if before == after:
        click.echo(f"Die Datenbank war schon auf dem Stand {after}.")
    else:
        click.echo(f"Die Datenbank ist jetzt auf dem Stand {after} (vorher: {before or 'leer'}).")


@database.command(
    "current",
    short_help="Den Stand der Datenbank nennen",
    help="Nennt den Stand der Datenbank; endet mit 1, wenn Migrationen ausstehen.",
)
def current_command() -> None:
    with opened():
        current, expected = current_revision(), expected_revision()
    click.echo(f"Datenbank: {current or 'leer'}, Programm: {expected}")
    if current != expected:
        raise click.exceptions.Exit(1)


@database.command(
    "revision",
    short_help="Für die Entwicklung: eine Migration schreiben",
    help="Für die Entwicklung: schreibt eine Migration aus den geänderten Modellen.",
)
@click.option("-m", "--message", required=True, metavar="TEXT", help="Was die Migration ändert, auf Englisch.")
def revision_command(message: str) -> None:
    with opened():
        flask_migrate.revision(directory=str(configuration.MIGRATIONS), message=message, autogenerate=True)

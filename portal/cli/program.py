"""`portal`: the list of commands, and how their refusals are shown."""

from importlib import import_module
from typing import Any

import click

from portal.cli import german
from portal.cli.lazy import Lazy, LazyGroup
from portal.config import ConfigurationError
from portal.core.errors import NotAllowed, NotFound, Refusal

COMMANDS = {
    "demo": Lazy("portal.cli.demo:demo", "Vorführung mit Beispieldaten starten"),
    "serve": Lazy("portal.cli.serve:serve", "Webserver starten"),
    "worker": Lazy("portal.cli.worker:worker", "Worker starten: E-Mails, Aufträge, Zeitpläne"),
    "check": Lazy("portal.cli.check:check", "Installation prüfen"),
    "db": Lazy("portal.cli.database:database", "Datenbank anlegen und auf den neuen Stand bringen"),
    "seed": Lazy("portal.cli.seed:seed", "Mitgelieferte Gebiete, Themen und Zahlen einspielen"),
    "user": Lazy("portal.cli.users:user", "Konten anlegen"),
    "import": Lazy("portal.cli.features:imports", "Daten einlesen"),
    "indicators": Lazy("portal.cli.features:indicators", "Werte von Kennzahlen zeigen"),
    "findings": Lazy("portal.cli.features:findings", "Vorschläge für Befunde zeigen"),
    "surveys": Lazy("portal.cli.features:surveys", "Befragungen anlegen und zeigen"),
    "backup": Lazy("portal.cli.backup:backup", "Alles in eine Datei sichern"),
    "restore": Lazy("portal.cli.backup:restore", "Eine Sicherung zurückspielen"),
}

_INTERRUPTED = 130  # what shells report for a program ended by Ctrl-C


class Program(LazyGroup):
    """Shows what was refused, or what the machine lacks, in one line and ends with 1; a fault keeps its traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo("Abgebrochen.", err=True)
            ctx.exit(_INTERRUPTED)
        except (ConfigurationError, Refusal) as error:
            raise click.ClickException(str(error)) from error
        except NotAllowed as error:
            raise click.ClickException("Dazu fehlt das Recht.") from error
        except NotFound as error:
            raise click.ClickException("Das gibt es hier nicht.") from error
        except Exception as error:
            words = _faults().in_plain_words(error)
            if words is None:
                raise
            raise click.ClickException(words) from error


def _faults() -> Any:
    """Loaded when something went wrong: it knows databases, and `--help` needs none."""
    return import_module("portal.cli.faults")


german.speak()


@click.group(
    cls=Program,
    lazy=COMMANDS,
    help="Beteiligungsportal der Sozialplanung. Der Ordner PORTAL_DATA (Vorgabe: .data) gilt für alle Befehle.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
def main() -> None:
    pass


german.spoken(main)

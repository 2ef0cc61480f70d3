"""`portal serve`: the web server of a production installation."""

import click

from portal.app import create_app
from portal.cli import checks
from portal.cli.installation import at_work, complete, load_config, require_current_database
from portal.cli.processes import serve_processes
from portal.cli.web import PortInUseError, listen, serve_one_process, stop_on_signals
from portal.config import Config
from portal.core.database import db
from portal.core.loading import loading


@click.command(help="Startet den Webserver. Vor ihm steht ein Reverse Proxy, der HTTPS spricht.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="ADRESSE", help="Adresse, an der gelauscht wird."
)
@click.option(
    "--port", default=8000, show_default=True, metavar="PORT", type=click.IntRange(1, 65535),
    help="Port, an dem gelauscht wird.",
)  # fmt: skip
@click.option(
    "--workers", default=1, show_default=True, metavar="ZAHL", type=click.IntRange(1, 64),
    help="Zahl der Webprozesse.",
)  # fmt: skip
def serve(host: str, port: int, workers: int) -> None:
    config = complete(load_config())
    if config.demo:
        raise click.ClickException(
            f"{config.data} ist der Ordner einer Vorführung mit bekannten Passwörtern. „portal demo“ startet sie; "
            "für den Betrieb bitte mit PORTAL_DATA einen anderen Ordner wählen."
        )
    with at_work(config):
        _serve(config, host=host, port=port, processes=workers)


def _serve(config: Config, *, host: str, port: int, processes: int) -> None:
    with loading():
        app = create_app(config)
    with app.app_context():
        require_current_database()
        db.engine.dispose()
    stop_on_signals()
    try:
        listening = listen(host, port)
    except PortInUseError as error:
        raise click.ClickException(
            f"An {host}:{port} lauscht schon ein anderes Programm. Bitte --port ändern."
        ) from error
    found = checks.configuration(config)
    if found.is_error:
        click.echo(f"{found.state.value}: {found.words}", err=True)
    number = "einem Prozess" if processes == 1 else f"{processes} Prozessen"
    click.echo(f"Portal {config.base_url} lauscht an http://{host}:{port} mit {number}; Ende mit Strg+C.")
    if processes == 1:
        serve_one_process(app, config, listening)
        return
    listening.close()
    serve_processes(config, host=host, port=port, processes=processes)

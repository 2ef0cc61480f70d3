"""`portal check`: one line for everything an installation needs."""

import click

from portal.app import create_app
from portal.cli import checks
from portal.cli.checks import Finding, State
from portal.cli.installation import complete, load_config
from portal.config import Config, ConfigurationError
from portal.core.database import db


@click.command(help="Prüft die Installation; endet mit 1, wenn etwas nicht stimmt.")
def check() -> None:
    try:
        found = examine(load_config())
    except ConfigurationError as error:
        found = [Finding("Konfiguration", State.ERROR, problem) for problem in error.problems]
    width = max(len(finding.name) for finding in found)
    for finding in found:
        click.echo(f"{finding.state.value:<7}  {finding.name:<{width}}  {finding.words}")
    if any(finding.is_error for finding in found):
        raise click.exceptions.Exit(1)


def examine(config: Config) -> list[Finding]:
    """Everything there is to say about an installation, in the order in which it is mended."""
    found = [checks.configuration(config), checks.disk(config)]
    if found[-1].is_error:  # without a folder to write to there is no application to ask
        return found
    try:
        complete(config)
    except ConfigurationError as error:  # an application would make new ones
        return [*found, *(Finding(checks.SECRETS, State.ERROR, problem) for problem in error.problems)]
    app = create_app(config)
    with app.app_context():
        found.append(checks.secrets(config))
        found.append(checks.database(config))
        if not found[-1].is_error:
            found.append(checks.migration())
            if not found[-1].is_error:
                found += [checks.clock(config), checks.worker(config), checks.outbox()]
        db.session.remove()
        db.engine.dispose()
    found.append(checks.mail_server(config))
    return found

"""`portal check`: one line for everything an installation needs."""

import click

from portal.app import create_app
from portal.cli import checks
from portal.cli.checks import Finding, State
from portal.cli.installation import complete, load_config
from portal.config import Config, ConfigurationError, unknown_variables
from portal.core.database import db


@click.command(help="Prüft die Installation; endet mit 1, wenn etwas nicht stimmt.")
def check() -> None:
    try:
        found = examine(load_config())
    except ConfigurationError as error:
        found = _in_full([Finding("Konfiguration", State.ERROR, problem) for problem in error.problems])
    found = _with_variables(found)
    width = max(len(finding.name) for finding in found)
    for finding in found:
        click.echo(f"{finding.state.value:<7}  {finding.name:<{width}}  {finding.words}")
    if any(finding.is_error for finding in found):
        raise click.exceptions.Exit(1)


def examine(config: Config) -> list[Finding]:
    """Everything there is to say about an installation, in the order in which it is mended; one line at least each."""
    found = [checks.configuration(config), checks.disk(config)]
    if not found[-1].is_error:  # without a folder to write to there is no application to ask
        found += _inside(config)
    if not any(finding.name == checks.CLOCK for finding in found):
        found.append(checks.clock(config, compared=False))
    return _in_full([*found, checks.mail_server(config)])


def _in_full(found: list[Finding]) -> list[Finding]:
    """With a line for whatever could not be asked, because something before it is broken."""
    broken = next((finding.name for finding in found if finding.is_error), "")
    lines = []
    for name in checks.NAMES:
        lines += [finding for finding in found if finding.name == name] or [
            Finding(name, State.WARNING, f"nicht geprüft; zuerst „{broken}“ in Ordnung bringen.")
        ]
    return lines


def _with_variables(found: list[Finding]) -> list[Finding]:
    """With a warning for every variable that begins like ours and means nothing: a typing error leaves the default."""
    warnings = [
        Finding(
            checks.NAMES[0],
            State.WARNING,
            f"{name} ist unbekannt und wirkt nicht." + (f" Ist {nearest} gemeint?" if nearest else ""),
        )
        for name, nearest in unknown_variables().items()
    ]
    return [*[one for one in found if one.name == checks.NAMES[0]], *warnings,
            *[one for one in found if one.name != checks.NAMES[0]]]  # fmt: skip


def _inside(config: Config) -> list[Finding]:
    """What the application itself has to be asked for."""
    try:
        app = create_app(complete(config))
    except ConfigurationError as error:
        return [Finding(checks.SECRETS, State.ERROR, problem) for problem in error.problems]
    with app.app_context():
        found = [checks.secrets(config), checks.database(config)]
        if not found[-1].is_error:
            found.append(checks.migration())
        can_be_read = not found[-1].is_error
        found.append(checks.clock(config))
        if can_be_read:
            found += [checks.contact(config), checks.worker(config), checks.outbox(), checks.survey_keys(config)]
        db.session.remove()
        db.engine.dispose()
    return found

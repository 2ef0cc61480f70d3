"""`portal user`: accounts made from the command line, above all the first administrator's."""

import sys

import click

from portal.accounts.services.invitations import invite
from portal.accounts.services.users import create_user
from portal.cli.installation import in_app
from portal.core.actor import SYSTEM, Role
from portal.core.transaction import transaction


@click.group(help="Konten anlegen.")
def user() -> None:
    pass


@user.command(
    "create",
    short_help="Ein Konto anlegen",
    help="Legt ein Konto an: mit Passwort sofort nutzbar, mit --invite per Einladung.",
)
@click.option("--email", required=True, metavar="ADRESSE", help="Anmeldename und Adresse.")
@click.option("--name", required=True, metavar="NAME", help="Vor- und Nachname.")
@click.option(
    "--role", "roles", required=True, multiple=True, metavar="ROLLE",
    type=click.Choice([role.value for role in Role]),
    help=f"Mehrfach möglich: {', '.join(role.value for role in Role)}.",
)  # fmt: skip
@click.option("--password-stdin", is_flag=True, help="Liest das Passwort aus der Standardeingabe.")
@click.option("--invite", "invited", is_flag=True, help="Schickt statt eines Passworts eine Einladung.")
@in_app
def create(email: str, name: str, roles: tuple[str, ...], password_stdin: bool, invited: bool) -> None:
    if password_stdin and invited:
        raise click.UsageError("Bitte nur eines von beiden: --password-stdin oder --invite.")
    chosen = [Role(role) for role in roles]
    if invited:
        with transaction():
            created = invite(email, name, chosen, actor=SYSTEM)
            address = created.email
        click.echo(f"{address} bekommt eine Einladung, sobald der Worker läuft.")
        return
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    with transaction():
        created = create_user(email, name, chosen, actor=SYSTEM, password=password, confirmed=True)
        address = created.email
    click.echo(f"Konto {address} angelegt ({', '.join(str(role.label) for role in chosen)}).")


def _asked() -> str:
    return str(click.prompt("Passwort", hide_input=True, confirmation_prompt="Passwort wiederholen"))

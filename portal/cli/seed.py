"""`portal seed`: the facts a production installation starts with."""

import click

from portal.areas.seeding.files import read_counties
from portal.areas.seeding.services import OWN_COUNTY, seed_areas
from portal.cli.installation import in_app
from portal.config import SEEDS
from portal.core.actor import SYSTEM
from portal.core.transaction import transaction
from portal.indicators.seeding.loading import seed_indicators
from portal.planning.seeding import seed_topics

_WORDS = {
    "area": "Gebiete",
    "boundary_set": "Kartenstände",
    "boundary_shape": "Gebietsgrenzen",
    "area_membership": "Zuordnungen",
    "attribution": "Quellenangaben",
}


@click.command(
    help="Spielt ein, was mitgeliefert wird: Landkreise, Gemeinden, Grenzen, Themen, Indikatoren und Werte mit ihren "
    "Quellen. Wiederholt ergänzt es nur, was fehlt. Planungsräume legt der Landkreis selbst an."
)
@click.option("--county", default=OWN_COUNTY, show_default=True, help="Schlüssel (AGS) des eigenen Landkreises.")
@in_app
def seed(county: str) -> None:
    shipped = {found.ags: found.name for found in read_counties(SEEDS)}
    if county not in shipped:
        known = ", ".join(f"{ags} {name}" for ags, name in sorted(shipped.items()))
        raise click.ClickException(f"Den Landkreis {county} enthält dieses Portal nicht. Mitgeliefert sind: {known}.")
    with transaction():
        areas = seed_areas(actor=SYSTEM, own_county=county)
        seed_topics(actor=SYSTEM)
        figures = seed_indicators(actor=SYSTEM)
    if areas.nothing_new and not figures:
        click.echo("Alles war schon da; es wurde nichts geändert.")
        return
    for word, counts in (("neu", areas.added), ("geändert", areas.changed)):
        for table, rows in counts.items():
            click.echo(f"{rows:>6}  {_WORDS.get(table, table)} {word}")
    if figures:
        click.echo("        Kennzahlen mit ihren Reihen und Werten ergänzt")
    click.echo(f"Eigener Landkreis: {shipped[county]}.")

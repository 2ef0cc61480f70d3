"""`portal surveys add`, `portal surveys list`: a survey from a file with questions, and how its rounds stand."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.core.actor import SYSTEM
from portal.core.errors import Refusal
from portal.core.seed_files import SeedError, read_document
from portal.core.transaction import transaction
from portal.planning.models import Phase
from portal.planning.queries import period_on
from portal.surveys import queries, rounds, services
from portal.surveys.definition import read

_HELP = """\
Legt eine Runde einer Befragung aus einer Datei mit Fragen an (Muster: seeds/demo/survey.yaml).

Die Runde beginnt und endet von selbst; dafür muss „portal worker“ laufen. Der private Schlüssel liegt unter
PORTAL_DATA/spool und ist in keiner Sicherung: Ohne ihn kann niemand die Antworten öffnen.
"""
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("add", help=_HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", required=True, help="Adresse unter /befragungen, z. B. leben-im-planungsraum.")
@click.option("--from", "first", required=True, type=_DAY, help="Erster Tag, JJJJ-MM-TT.")
@click.option("--to", "last", required=True, type=_DAY, help="Letzter Tag, JJJJ-MM-TT.")
@click.option("--name", default="", help="Name der Runde, z. B. „Runde 2“.")
def add(file: Path, slug: str, first: datetime, last: datetime, name: str) -> None:
    begins, ends = rounds.midnight(first.date()), rounds.midnight(last.date() + timedelta(days=1))
    services.check_end(begins, ends)
    try:
        document = read_document(file)
        definition = read(document)
        phase = Phase(document.one_of("phase", set(Phase)))
    except SeedError as error:
        raise Refusal(str(error)) from error
    with transaction():
        period = period_on(first.date())
        if period is None:
            raise Refusal(_("Für den ersten Tag gibt es keine Planungsperiode."))
        version = services.create_version(definition, actor=SYSTEM)
        rounds.add(
            version,
            services.RoundPlan(
                key=slug,
                slug=slug,
                name=name,
                opens_at=begins,
                closes_at=ends,
                phase=phase,
                period=period,
                areas=areas.planning_areas(on=first.date()),
            ),
            actor=SYSTEM,
        )
    click.echo(f"/befragungen/{slug}")


@click.command("list", help="Zeigt die Runden und wie viele Antworten geöffnet und verschlossen sind.")
@click.option("--json", "as_json", is_flag=True, help="Ergebnis als JSON.")
def list_rounds(as_json: bool) -> None:
    found = [
        {
            "slug": row.round.slug,
            "name": row.round.name,
            "state": row.round.state.value,
            "opens": row.round.opens_at.isoformat(),
            "closes": row.round.closes_at.isoformat(),
            "opened": row.opened,
            "sealed": row.sealed,
        }
        for row in queries.overview(SYSTEM)
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for one in found:
        click.echo(f"{one['slug']}: {one['state']}, {one['opened']} geöffnet, {one['sealed']} verschlossen")

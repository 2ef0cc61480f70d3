"""`portal findings matrix`."""

import json
from typing import Any

import click
from flask_babel import gettext as _

from portal.core.actor import SYSTEM
from portal.core.errors import NotFound, Refusal
from portal.evidence import queries
from portal.evidence.matrix import Matrix
from portal.evidence.rules.reasons import SIGNAL_KEYS, reason
from portal.evidence.rules.rule import Proposal
from portal.evidence.sources.keys import source_keys
from portal.planning.models import PlanningPeriod

_HELP = """\
Gibt den Vorschlag von Regel 1 für jeden Planungsraum und jedes Thema aus: beide Seiten, Einordnung, Begründung und
Quellen.

Es ist der Vorschlag der Regel, nicht das, was Menschen daraus gemacht haben. Gerechnet wird mit allen Kennzahlen,
auch mit internen, und mit dem Stand von heute.
"""


@click.command("matrix", help=_HELP)
@click.option("--area", metavar="SCHLÜSSEL", help="Nur dieser Planungsraum, z. B. sinsheim.")
@click.option("--period", "period_key", metavar="SCHLÜSSEL", help="Planungsperiode; ohne Angabe die von heute.")
@click.option("--json", "as_json", is_flag=True, help="Ausgabe als JSON.")
def matrix(area: str | None, period_key: str | None, as_json: bool) -> None:
    found = queries.matrix(SYSTEM, _period(period_key))
    if area is not None and found.area(area) is None:
        known = ", ".join(one.slug for one in found.areas)
        raise Refusal(_("Diesen Planungsraum gibt es nicht. Bekannt sind: %(known)s.", known=known))
    rows = _rows(found, area)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.secho(f"{row['area']}  {row['topic']}  {row['period']}", bold=True)
        click.echo(f"  {row['figures']} | {row['voices']} | {row['assessment']}: {row['reason']}")
        for source in row["sources"]:
            click.echo(f"    {source}")


def _period(key: str | None) -> PlanningPeriod:
    try:
        return queries.period(key)
    except NotFound as error:
        if key is None:
            raise Refusal(_("Es gibt noch keine Planungsperiode. Bitte legen Sie im Portal eine an.")) from error
        raise Refusal(_("Diese Planungsperiode gibt es nicht.")) from error


def _rows(found: Matrix, slug: str | None) -> list[dict[str, Any]]:
    return [
        _row(found, area.slug, topic.key, found.proposal(area.id, topic.key))
        for topic in found.topics
        for area in found.areas
        if slug in {None, area.slug}
    ]


def _row(found: Matrix, area: str, topic: str, proposal: Proposal) -> dict[str, Any]:
    return {
        "area": area,
        "topic": topic,
        "period": found.period_key,
        "figures": SIGNAL_KEYS[proposal.figures.signal],
        "voices": proposal.voices.axis.value,
        "assessment": proposal.assessment.value,
        "reason": reason(proposal),
        "sources": source_keys(proposal),
        "side_notes": [one.key for one in proposal.figures.side_notes],
    }

"""`portal import areas`."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas import tasks
from portal.areas.imports import boundaries as geojson
from portal.areas.imports import register
from portal.areas.tasks import AreasRead, Said
from portal.core.actor import SYSTEM
from portal.core.formats import date_short, number

# What to choose if the keys of boundaries count, whatever the names beside them are.
KEYS_COUNT = "name=keys"
# What to choose if the numbers of a register are right, far as they are from the known ones.
NUMBERS_COUNT = "numbers=file"
_SHOWN = 20

_HELP = """\
Liest amtliche Dateien über Orte ein: das Gemeindeverzeichnis (GV100AD) und Grenzen (GeoJSON).

Aus dem Verzeichnis kommen neue und umbenannte Städte und Gemeinden und die Verwaltungsgemeinschaften. Bevölkerung
und Fläche werden nur mit --figures-date übernommen: Den Stichtag nennt nicht die Datei, sondern Hinweise.txt.

Grenzen brauchen --territorial-date, --attribution und --licence, wenn die Datei sie nicht selbst nennt.

Fehlt im Verzeichnis eine Gemeinde des Portals, wird es abgelehnt, bis --removed sie nennt: Abgeschnittene Dateien
sehen genauso aus.

Ist die Datei an einer Stelle zweifelhaft, wird nichts übernommen, und der Befehl endet mit 1.
"""


def _day(_context: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return None if value is None else value.date()


_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command("areas", help=_HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Nur prüfen, nichts schreiben.")
@click.option("--json", "as_json", is_flag=True, help="Ergebnis als JSON.")
@click.option("--figures-date", type=_DATE, callback=_day, help="Stichtag von Bevölkerung und Fläche (JJJJ-MM-TT).")
@click.option("--census", type=click.Choice(["1987", "2011", "2022"]), help="Zensus, auf dem die Bevölkerung beruht.")
@click.option("--territorial-date", type=_DATE, callback=_day, help="Gebietsstand der Grenzen (JJJJ-MM-TT).")
@click.option("--attribution", default="", help="Quellenvermerk der Grenzen, wie ihn der Bereitsteller verlangt.")
@click.option("--publisher", default="", help="Bereitsteller der Grenzen.")
@click.option("--licence", default="", help="Lizenz der Grenzen.")
@click.option("--licence-url", default="", help="Adresse des Lizenztextes.")
@click.option("--source", default="", help="Titel der Quelle der Grenzen.")
@click.option(
    "--choose",
    "chosen",
    multiple=True,
    type=click.Choice([KEYS_COUNT, NUMBERS_COUNT]),
    help="name=keys: Die Schlüssel gelten, auch wo Namen ihnen widersprechen oder sich wiederholen. "
    "numbers=file: Fläche und Bevölkerung stimmen, auch wo sie weit von den bekannten abweichen.",
)
@click.option(
    "--removed",
    multiple=True,
    metavar="SCHLÜSSEL",
    callback=lambda _context, _parameter, value: frozenset(value),
    help="Gemeinde, die zu Recht nicht mehr im Verzeichnis steht; für jede einmal.",
)
def import_areas(
    *,
    file: Path,
    dry_run: bool,
    as_json: bool,
    figures_date: date | None,
    census: str | None,
    chosen: tuple[str, ...],
    **said: Any,
) -> None:
    limit = max(register.MOST_BYTES, geojson.MAX_BYTES)
    with file.open("rb") as stream:
        # One byte more than allowed is enough to be refused; a file without end is not read to it.
        raw = stream.read(limit + 1)
    given = Said(
        figures_day=figures_date,
        census_year=None if census is None else int(census),
        keys_count=KEYS_COUNT in chosen,
        numbers_count=NUMBERS_COUNT in chosen,
        **said,
    )
    act = tasks.look_at if dry_run else tasks.take_in
    read = act(raw, name=file.name, said=given, actor=SYSTEM)
    if as_json:
        click.echo(json.dumps(read.as_json(), ensure_ascii=False, indent=2))
    else:
        _describe(read, dry_run=dry_run)
    if read.refused:
        raise SystemExit(1)


def _describe(read: AreasRead, *, dry_run: bool) -> None:
    click.secho(read.file, bold=True)
    if read.format is not None:
        click.echo("  " + _("Format") + f": {read.format.label} ({read.encoding})")
    if read.territorial_date is not None:
        click.echo("  " + _("Gebietsstand") + f": {date_short(read.territorial_date)}")
    if read.outcome is None:
        click.secho("  " + _("Abgelehnt; es wurde nichts übernommen."), fg="red")
        for cell in read.refused[:_SHOWN]:
            place = _("Zeile %(row)s, %(column)s", row=cell.row, column=cell.column)
            click.echo(f"  {place}: {cell.reason}")
        if read.is_open:
            click.echo("  " + _("Gelten die Schlüssel: --choose %(choice)s", choice=KEYS_COUNT))
        if read.is_odd:
            click.echo("  " + _("Stimmen die Zahlen: --choose %(choice)s", choice=NUMBERS_COUNT))
        if read.missing:
            options = " ".join(f"--removed {key}" for key in read.missing)
            click.echo("  " + _("Fehlen sie zu Recht: %(options)s", options=options))
        return
    found = read.outcome
    click.echo("  " + _("Landkreise") + f": {', '.join(found.counties)}")
    words = _(
        "%(matched)s bekannt, %(new)s neu, %(changed)s geändert, %(gone)s nicht mehr im Verzeichnis",
        matched=number(found.matched),
        new=number(len(found.new)),
        changed=number(found.changed_areas),
        gone=number(len(found.gone)),
    )
    click.echo("  " + _("Gebiete") + f": {words}")
    _list(_("Neu"), [f"{name} ({key})" for key, name in found.new])
    _list(_("Geändert"), [f"{one.name} ({one.key}), {one.what}: {one.old} → {one.new}" for one in found.changed])
    _list(_("Nicht mehr im Verzeichnis"), [f"{name} ({key})" for key, name in found.gone])
    if found.gone:
        click.echo("  " + _("Das Verzeichnis sagt nicht, was aus ihnen wurde. Sie bleiben bestehen."))
    if found.figures is not None:
        click.echo(
            "  "
            + _(
                "Bevölkerung und Fläche: %(new)s neu, %(changed)s geändert, %(same)s unverändert.",
                new=number(found.figures.new),
                changed=number(found.figures.changed),
                same=number(found.figures.unchanged),
            )
        )
    for note in found.notes:
        click.echo(f"  {note}")
    click.echo("  " + _result(read, dry_run=dry_run))


def _result(read: AreasRead, *, dry_run: bool) -> str:
    assert read.outcome is not None
    if read.outcome.nothing_new:
        return _("Keine Änderung: Alles ist schon da.")
    return _("Nur geprüft, nichts geschrieben.") if dry_run else _("Übernommen.")


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    click.echo(f"  {title}:")
    for line in lines[:_SHOWN]:
        click.echo(f"    {line}")
    more = len(lines) - _SHOWN
    if more > 0:
        click.echo("    " + ngettext("und %(num)d weitere", "und %(num)d weitere", more))

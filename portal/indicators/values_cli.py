"""`portal indicators values`."""

import json
from typing import Any

import click
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.models import Area, AreaKind
from portal.core.actor import SYSTEM
from portal.core.errors import NotFound, Refusal
from portal.core.formats import date_short, datetime_short
from portal.indicators import queries, units, value_queries, words
from portal.indicators.aggregation import AreaValue
from portal.indicators.figures import CoursePoint, IndicatorFigures
from portal.indicators.value_queries import AreaValues, DeliveredValue, PeriodValues

_HELP = """\
Gibt jeden sichtbaren Wert einer Kennzahl in einem Gebiet aus: Zeitraum, Wert, Zustand, Einheit, Gebietsstand, Zensus,
Lieferung und Quelle.

Das Gebiet ist ein amtlicher Schlüssel (08226095) oder der letzte Teil der Adresse eines Planungsraums (sinsheim).
Werte von Planungsräumen und von Kennzahlen aus Zähler und Nenner werden berechnet: Dabei stehen die Lieferungen der
Werte, aus denen sie berechnet sind, bei Zähler und Nenner die von beiden.

--history zeigt zu jedem Zeitraum auch, was eine spätere Lieferung ersetzt hat oder was zurückgenommen wurde.

Geheime Werte und solche, aus denen man sie ausrechnen könnte, gibt der Befehl so wenig aus wie die Seiten. War in
einem Zeitraum irgendwo ein Wert geheim, zeigt er dort keine früheren Zahlen.
"""


@click.command("values", help=_HELP)
@click.option("--indicator", "key", metavar="SCHLÜSSEL", required=True, help="Kürzel der Kennzahl, z. B. bev_gesamt.")
@click.option("--area", metavar="SCHLÜSSEL", required=True, help="Schlüssel oder Adresse des Gebiets, z. B. 08226095.")
@click.option("--history", is_flag=True, help="Auch frühere Werte zeigen.")
@click.option("--json", "as_json", is_flag=True, help="Ausgabe als JSON.")
def values(key: str, area: str, history: bool, as_json: bool) -> None:
    found = _found(key, area)
    if as_json:
        click.echo(json.dumps(_plain(found, history), ensure_ascii=False, indent=2))
        return
    click.secho(f"{found.indicator.name}, {found.area.name}", bold=True)
    if not found.delivered and not found.computed and found.partial is None:
        click.echo("  " + _("Noch keine Werte."))
    for one in found.delivered:
        _describe(one, history)
    if found.figures is not None and found.partial is not None:
        partial = _partial_words(found.figures, found.area, found.partial)
        click.echo("  " + "  ".join([*partial, *_delivery_words(found, found.figures.period)]))
    for point in found.computed:
        click.echo("  " + "  ".join([words.period_short(point.period), *_point_words(found, point)]))
    for text in _sources(found.figures, None if found.figures is None else found.figures.period):
        click.echo("  " + _("Quelle: %(source)s", source=text))


def _found(key: str, area: str) -> AreaValues:
    try:
        indicator = queries.find(key, actor=SYSTEM)
    except NotFound:
        raise Refusal(_("Die Kennzahl „%(key)s“ gibt es nicht.", key=key)) from None
    try:
        place = value_queries.area_by_key(area)
    except NotFound:
        raise Refusal(_("Das Gebiet „%(key)s“ gibt es nicht.", key=area)) from None
    return value_queries.values_of(indicator, place)


def _plain(found: AreaValues, history: bool) -> dict[str, Any]:
    rows = []
    for one in found.delivered:
        if one.visible is None and not history:
            continue
        row: dict[str, Any] = {"period": one.period}
        row |= {"value": None, "state": None, "batch": None} if one.visible is None else _delivered(one.visible)
        if history:
            row["earlier"] = [_delivered(value) for value in one.earlier]
        rows.append(row)
    if found.figures is not None and found.partial is not None:
        rows.append(_partial(found, found.figures, found.partial))
    rows += [_computed(found, point) for point in reversed(found.computed)]
    return {
        "indicator": found.indicator.key,
        "name": found.indicator.name,
        "area": found.area.key or found.area.slug,
        "area_name": found.area.name,
        "values": rows,
    }


def _delivered(value: DeliveredValue) -> dict[str, Any]:
    return {
        "period": value.period,
        "period_type": value.kind.value,
        "value": value.value,
        "text": value.text,
        "state": value.state.value,
        "held_back": value.held_back,
        "unit": value.unit,
        "territorial_date": None if value.territorial_date is None else value.territorial_date.isoformat(),
        "census_base": None if value.census_base is None else value.census_base.value,
        "series": value.series,
        "dimensions": value.dimensions,
        "batch": value.batch,
        "batch_state": value.batch_state.value,
        "file": value.file,
        "taken_over_at": None if value.taken_over_at is None else value.taken_over_at.isoformat(),
        "source": value.source,
        "licence": value.licence,
    }


def _computed(found: AreaValues, point: CoursePoint) -> dict[str, Any]:
    return {
        "period": point.period,
        "value": point.value,
        "state": point.state.value,
        "unit": found.indicator.area_unit or found.indicator.unit,
        "territorial_date": None,
        "census_base": None if point.basis is None else point.basis.value,
        "computed": str(found.indicator.aggregation.label),
        "batch": None,
        "deliveries": _deliveries(found, point.period),
        "sources": _sources(found.figures, point.period),
    }


def _sources(figures: IndicatorFigures | None, period: str | None) -> list[str]:
    """What computed values rest on; known of the period that pages show."""
    return [] if figures is None or period != figures.period else [one.text for one in figures.sources]


def _deliveries(found: AreaValues, period: str | None) -> list[dict[str, Any]]:
    """The deliveries behind a computed value, by series."""
    return [
        {
            "series": one.series,
            "batch": one.batch,
            "file": one.file,
            "taken_over_at": None if one.taken_over_at is None else one.taken_over_at.isoformat(),
        }
        for one in found.deliveries.get(period or "", ())
    ]


def _delivery_words(found: AreaValues, period: str | None) -> list[str]:
    """For each series the deliveries of its values; the day is told by `portal import batches`."""
    batches: dict[str, list[str]] = {}
    for one in found.deliveries.get(period or "", ()):
        batches.setdefault(one.series, []).append(one.batch)
    return [
        ngettext("%(series)s: Lieferung %(batches)s", "%(series)s: Lieferungen %(batches)s", len(those), series=series,
                 batches=", ".join(those))
        for series, those in batches.items()
    ]  # fmt: skip


def _partial(found: AreaValues, figures: IndicatorFigures, value: AreaValue) -> dict[str, Any]:
    is_county = found.area.kind is AreaKind.COUNTY
    return {
        "period": figures.period,
        "value": figures.county.value if is_county else value.value,
        "state": value.state.value,
        "unit": found.indicator.area_unit or found.indicator.unit,
        "territorial_date": None,
        "census_base": None,
        "computed": str(found.indicator.aggregation.label),
        "coverage": value.coverage,
        "batch": None,
        "deliveries": _deliveries(found, figures.period),
        "sources": _sources(figures, figures.period),
    }


def _partial_words(figures: IndicatorFigures, area: Area, value: AreaValue) -> list[str]:
    """The value as pages print it, what it rests on, and how it was computed."""
    facts = figures.indicator
    is_county = area.kind is AreaKind.COUNTY
    shown = words.county_value(facts, figures.county) if is_county else words.area_value(facts, value)
    parts = [words.period_short(figures.period), shown, str(value.state.label), words.coverage(value)]
    return list(dict.fromkeys(filter(None, [*parts, _("berechnet: %(how)s", how=words.method(facts))])))


def _describe(one: PeriodValues, history: bool) -> None:
    period = words.period_short(one.period)
    if one.visible is not None:
        click.echo("  " + "  ".join([period, *_value_words(one.visible)]))
    elif history:
        click.echo("  " + "  ".join([period, _("zurzeit ohne Wert")]))
    if history:
        for value in one.earlier:
            click.echo("    " + _("früher:") + " " + "  ".join([*_value_words(value), str(value.batch_state.label)]))


def _value_words(value: DeliveredValue) -> list[str]:
    unit = units.on_screen(value.unit)
    if value.value is not None:
        shown = f"{value.value:.12g} {unit}".strip().replace(".", ",", 1)
    else:
        shown = value.text or words.withheld_words(value.state, by_portal=value.held_back)
    parts = [shown]
    if value.value is not None:
        parts.append(str(value.state.label))
    if value.territorial_date is not None:
        parts.append(_("Gebietsstand %(day)s", day=date_short(value.territorial_date)))
    if value.census_base is not None:
        parts.append(str(value.census_base.label))
    parts.append(_("Lieferung %(batch)s vom %(at)s", batch=value.batch, at=datetime_short(value.taken_over_at)))
    if value.source:
        parts.append(value.source)
    return parts


def _point_words(found: AreaValues, point: CoursePoint) -> list[str]:
    unit = found.indicator.area_unit or found.indicator.unit
    shown = str(point.state.label) if point.value is None else f"{point.value:.12g} {unit}".strip().replace(".", ",", 1)
    parts = [shown, _("berechnet: %(how)s", how=found.indicator.aggregation.label)]
    if point.basis is not None:
        parts.append(str(point.basis.label))
    return [*parts, *_delivery_words(found, point.period)]

"""What the pages of the catalogue and of an indicator show, as plain values for their templates."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import escape

from portal.areas.composition import AreaRef
from portal.core.formats import number
from portal.core.languages import german, quoting
from portal.core.seed_words import local
from portal.indicators import words
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue import references
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.chance import PlaceChance
from portal.indicators.charts.scales import least_axis, least_between_places
from portal.indicators.charts.strips import Strip, strip
from portal.indicators.figures import AreaFigure, CountyFigures, IndicatorFigures, Level, ShownValue
from portal.indicators.models import Indicator

_SORTS: Mapping[str, Callable[["PlaceRow"], Any]] = {
    "name": lambda row: row.area.sort_key,
    "raum": lambda row: ("" if row.group is None else row.group.sort_key, row.area.sort_key),
    "wert": lambda row: (float("-inf") if row.number is None else row.number, row.area.sort_key),
}


@dataclass(frozen=True, kw_only=True)
class CatalogueRow:
    """One entry of the catalogue with the county's value, if there is one."""

    key: str
    name: str
    explanation: str
    topic: Any
    level: str
    value: str
    period: str
    is_internal: bool


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """A municipality in the table beside the map. `number` is for sorting only."""

    area: AreaRef
    group: AreaRef | None
    number: float | None
    value: str
    remark: str
    is_missing: bool
    interval: str = ""
    verdict: str = ""
    stands: bool = False


@dataclass(frozen=True, kw_only=True)
class AreaRow:
    """A planning area beside the county; `spread` are its lowest and highest municipality."""

    area: AreaRef
    value: str
    difference: str
    spread: tuple[str, ...]
    coverage: str
    strip: Strip | None
    strip_label: str
    figure: AreaFigure
    interval: str = ""
    verdict: str = ""


@dataclass(frozen=True, kw_only=True)
class CourseTable:
    """Values over time; a period on another census base than the one before it is marked."""

    periods: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    breaks: tuple[str, ...]


def catalogue_row(indicator: Indicator, figures: CountyFigures) -> CatalogueRow:
    """The entry with what is known of the county."""
    found = figures.find(indicator.key)
    has_value = found is not None and found.has_values
    return CatalogueRow(
        key=indicator.key,
        name=indicator.name,
        explanation=indicator.explanation or indicator.definition,
        topic=indicator.topic.label,
        level=words.level(found) if found is not None else str(Level.NONE.label),
        value=words.county_value(found.indicator, found.county) if found is not None and has_value else "",
        period=words.period_short(found.period) if found is not None and has_value else "",
        is_internal=indicator.visibility.value == "internal",
    )


def place_rows(figures: IndicatorFigures, county: CountyFigures, sort: str) -> list[PlaceRow]:
    """All municipalities of the county; those without a number stay at the end of an order by value."""
    rows = [
        _place_row(area, county.composition.planning_area(area.id), figures, figures.municipal[area.id])
        for area in county.composition.municipalities
    ]
    name = sort.removeprefix("-")
    rows.sort(key=_SORTS.get(name, _SORTS["name"]), reverse=sort.startswith("-"))
    if name == "wert":
        rows.sort(key=lambda row: row.number is None)
    return rows


def known_sort(asked: str | None) -> str:
    """The order an address asks for; by name for anything unknown."""
    return asked if asked and asked.removeprefix("-") in _SORTS else "name"


def _place_row(area: AreaRef, group: AreaRef | None, figures: IndicatorFigures, shown: ShownValue) -> PlaceRow:
    return PlaceRow(
        area=area,
        group=group,
        number=shown.value,
        value=words.municipal_value(figures.indicator, shown),
        remark=words.remark(shown),
        is_missing=shown.value is None and not shown.text,
        **_chance_words(figures, None if figures.chance is None else figures.chance.places.get(area.id)),
    )


def _chance_words(figures: IndicatorFigures, place: PlaceChance | None) -> dict[str, Any]:
    """What chance lets one say of a place; nothing where numerator and denominator are not known."""
    if figures.chance is None or place is None:
        return {}
    return {
        "interval": words.interval(figures.indicator, place),
        "verdict": words.verdict(figures.chance, place),
        "stands": place.stands,
    }


def order_note(figures: IndicatorFigures, rows: Sequence[PlaceRow], sort: str) -> str:
    """What has to be said of an order by value: which differences are more than chance. Empty for other orders."""
    if sort.removeprefix("-") != "wert":
        return ""
    known = [row for row in rows if row.number is not None]
    if figures.chance is None:
        return _(
            "Nach dem Wert geordnet. Das ist keine Rangfolge: Ob kleine Unterschiede Zufall sind, lässt sich hier "
            "nicht prüfen. %(why)s",
            why=words.without_chance(figures),
        )
    standing = [row.area.name for row in rows if row.stands]
    if not standing:
        return _("Nach dem Wert geordnet. Das ist keine Rangfolge: Alle Unterschiede zum Landkreis können Zufall sein.")
    return _(
        "Nach dem Wert geordnet. Das ist keine Rangfolge: Nur bei %(count)s von %(all)s geht der Unterschied zum "
        "Landkreis über den Zufall hinaus (%(names)s).",
        count=len(standing),
        all=len(known),
        names=", ".join(standing),
    )


def with_chance(county: CountyFigures) -> list[tuple[str, str]]:
    """Key and name of the indicators whose pages show intervals and funnels, in the order of reports."""
    return [(key, one.indicator.name) for key, one in county.indicators.items() if one.chance is not None]


def area_rows(figures: IndicatorFigures, county: CountyFigures) -> list[AreaRow]:
    """The planning areas with value, distance from the county and spread; nothing where no area has a value."""
    if all(found.value.value is None for found in figures.areas.values()):
        return []
    names = {area.key or "": area.name for area in county.composition.with_former().municipalities}
    return [_area_row(area, figures, county, names) for area in county.composition.planning_areas]


def _area_row(area: AreaRef, figures: IndicatorFigures, county: CountyFigures, names: dict[str, str]) -> AreaRow:
    facts, found = figures.indicator, figures.areas[area.id]
    value = found.value
    ends = words.spread(facts, value, names)
    return AreaRow(
        area=area,
        value=words.area_value(facts, value),
        difference=(
            words.share_of_county(value, figures.county)
            if facts.aggregation is Aggregation.SUM
            else words.difference(
                facts, value.value, figures.county.value if found.signal.difference is not None else None
            )
        ),
        spread=ends,
        coverage=words.coverage(value),
        strip=_strip(area, figures, county),
        strip_label=_("Spannweite in %(area)s: %(ends)s", area=area.name, ends="; ".join(ends)),
        figure=found,
        interval=words.interval(facts, None if figures.chance is None else figures.chance.areas.get(area.id)),
        verdict=_verdict(figures, area),
    )


def _verdict(figures: IndicatorFigures, area: AreaRef) -> str:
    if figures.chance is None or area.id not in figures.chance.areas:
        return ""
    return words.verdict(figures.chance, figures.chance.areas[area.id])


def _strip(area: AreaRef, figures: IndicatorFigures, county: CountyFigures) -> Strip | None:
    facts = figures.indicator
    members = {
        member.key or member.name: shown.value
        for member in county.composition.members(area.id)
        if (shown := figures.municipal[member.id]).value is not None
    }
    numbers = {key: value for key, value in members.items() if value is not None}
    if not numbers:
        return None
    # Minutes of municipalities and shares of people have no common axis.
    comparable = not facts.is_share_above and facts.aggregation is not Aggregation.SUM
    return strip(
        figures.areas[area.id].value.value if comparable else None,
        county=figures.county.value if comparable else None,
        members=numbers,
        write=number,
        unit=local(facts.unit_short),
        common=[
            *figures.numbers,
            *least_axis(figures.numbers, least_between_places(figures), unit=facts.unit_short),
        ],
    )


def county_rows(figures: IndicatorFigures, county: CountyFigures) -> list[tuple[AreaRef, str]]:
    """The own county and those for comparison with their values."""
    rows = [(county.composition.county, words.county_value(figures.indicator, figures.county))]
    for other in county.others:
        rows.append((other, words.county_value(figures.indicator, figures.others[other.id])))
    return rows


def course_table(figures: IndicatorFigures, county: CountyFigures) -> CourseTable | None:
    """County and planning areas over time; None with fewer than two periods."""
    areas = (county.composition.county, *county.composition.planning_areas)
    courses = {area.id: {point.period: point for point in figures.courses.get(area.id, ())} for area in areas}
    shown = [area for area in areas if any(point.value is not None for point in courses[area.id].values())]
    periods = [point.period for point in max((figures.courses.get(area.id, ()) for area in shown), key=len, default=())]
    if len(periods) < 2:
        return None
    facts = figures.indicator
    rows = []
    for area in shown:
        points = [courses[area.id].get(period) for period in periods]
        cells = tuple(words.area_number(facts, None if point is None else point.value) for point in points)
        rows.append((area.name, cells))
    bases: list[object] = []
    for period in periods:
        point = courses[shown[0].id].get(period)
        bases.append(None if point is None else point.comparable_with)
    breaks = tuple(
        words.period(period)
        for earlier, later, period in zip(bases, bases[1:], periods[1:], strict=False)
        if earlier != later
    )
    return CourseTable(periods=tuple(words.period_short(period) for period in periods), rows=tuple(rows), breaks=breaks)


def rule(figures: IndicatorFigures) -> list[str]:
    """When a planning area counts as conspicuous; where none has a value, that none does comes first."""
    found = words.rule(figures.indicator)
    if figures.level is Level.MUNICIPALITY and figures.indicator.aggregation is not Aggregation.NONE:
        return found
    return [
        _("Bisher liegt kein Wert für Planungsräume vor. Deshalb fällt hier keiner auf. Gibt es Werte, gilt:"),
        *found,
    ]


def meaning(
    figures: IndicatorFigures | None, indicator: Indicator, found: Sequence[IndicatorReference] = ()
) -> list[tuple[str, str]]:
    """Definition, formula, unit and where the numbers come from, as pairs of term and text."""
    pairs = [
        (_("Was gezählt wird"), german(indicator.definition)),
        (_("Berechnung"), german(indicator.formula)),
        (_("Einheit"), german(indicator.unit)),
    ]
    if figures is not None:
        facts = figures.indicator
        pairs.append(
            (
                _("Wert eines Planungsraums"),
                words.method(facts)
                if figures.level is not Level.COUNTY
                else _("noch keiner: Die Zahl liegt nur für den Landkreis vor"),
            )
        )
        if facts.area_unit != facts.unit:
            pairs.append((_("Einheit im Planungsraum"), german(facts.area_unit)))
        pairs.append((_("Richtung"), words.polarity(facts)))
        pairs.append((_("Zu beachten"), german(facts.caveat)))
        pairs.append((_("Richtwert"), german(facts.standard_source)))
        pairs += [
            (
                _("Bezugswert"),
                quoting(
                    _("%(words)s. Quelle: %(source)s"), words=escape(references.in_words(facts, one)), source=one.source
                ),
            )
            for one in found
        ]
        if facts.department:
            pairs.append((_("Zuständig"), german(facts.department)))
    pairs += [
        (_("Kleinste Ebene, für die die Quelle Werte hat"), german(indicator.smallest_level)),
        (_("Wie oft neue Werte kommen"), german(indicator.periodicity)),
        (_("Übliche Quelle"), german(indicator.typical_source)),
        (_("Hinweis"), german(indicator.note)),
    ]
    return [(term, text) for term, text in pairs if text]

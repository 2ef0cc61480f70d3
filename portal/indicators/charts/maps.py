"""The map of an indicator: municipalities in up to five tones, hatched or dotted where there is no number."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.composition import AreaRef
from portal.areas.maps.atlas import DrawnShape, MapData
from portal.core.formats import number, with_unit
from portal.core.seed_words import local
from portal.indicators import words
from portal.indicators.charts.classes import range_words, stepped_scale, toneless, toneless_legend
from portal.indicators.charts.scales import least_between_places
from portal.indicators.charts.strips import decimals_of
from portal.indicators.figures import IndicatorFacts, IndicatorFigures
from portal.indicators.social_index.computation import IndexClass, Result

# Tones of places below the county, like it and above it, as far as chance lets one say so.
_BELOW, _ALIKE, _ABOVE = _CHANCE_TONES = ("q1", "q3", "q5")


@dataclass(frozen=True)
class IndicatorMap:
    """What the map macro prints; `outer` is the line around a part of the county that is shown alone.

    `note` says what it takes to be in another class.
    """

    view_box: str
    label: str
    shapes: tuple[DrawnShape, ...]
    inner: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    source: str
    outer: str | None = None
    note: str = ""


@dataclass(frozen=True)
class _Tones:
    """The tone of every municipality, what the tones mean, and how they came about."""

    of_place: Mapping[int, str]
    legend: tuple[tuple[str, str], ...]
    note: str


def choropleth(
    drawing: MapData,
    figures: IndicatorFigures,
    *,
    url: Callable[[AreaRef], str],
    shown: Collection[int] | None = None,
    current: int | None = None,
) -> IndicatorMap | None:
    """Municipalities of the county, or of a part of it (`shown`: area ids); None where no municipality has a number.

    The classes follow from all municipalities of the county, so that the same tone means the same on every map. Where
    the counts behind a rate are known, places that differ from the county by chance alone have one tone.
    Outside of `shown` they are drawn pale and lead nowhere; `current` is marked as the place the page is about.
    """
    if not figures.numbers:
        return None
    facts = figures.indicator
    tones = _tones_by_chance(figures) or _tones_by_value(figures)
    within = {shape.area.id for shape in drawing.shapes} if shown is None else shown
    is_part = shown is not None and len(within) < len(drawing.shapes)
    shapes, used = [], set()
    # Pale ones come first and the current one last: their lines must not cover those of the others.
    if is_part:
        shapes += [DrawnShape(path=shape.path, title="", tone="beside") for shape in drawing.around(within)]
    own = [shape for shape in drawing.shapes if shape.area.id in within]
    for shape in sorted(own, key=lambda shape: shape.area.id == current):
        value = figures.municipal[shape.area.id]
        tone = tones.of_place[shape.area.id]
        used.add(tone)
        title = f"{shape.area.name}: {words.municipal_value(facts, value)}"
        is_current = shape.area.id == current
        shapes.append(DrawnShape(shape.path, title, tone, url(shape.area), is_current))
    return IndicatorMap(
        view_box=drawing.view_box_of(within) if is_part else drawing.view_box,
        label=_("Karte: %(figure)s je Gemeinde", figure=local(facts.name)),
        shapes=tuple(shapes),
        inner=() if is_part else tuple(outline.path for outline in drawing.outlines),
        outer=drawing.outline(within) if is_part else None,
        legend=(*tones.legend, *toneless_legend(used)),
        source=drawing.source.text,
        note=tones.note,
    )


def _tones_by_value(figures: IndicatorFigures) -> _Tones:
    facts, least = figures.indicator, least_between_places(figures)
    # A bare number says what it counts in its name; the legend stands apart from that name.
    unit = local(facts.unit_short or facts.unit)
    scale = stepped_scale(figures.numbers, write=number, unit=unit, decimals=facts.decimals, least=least)
    note = ""
    if len(scale.classes) == 1 and len(figures.numbers) > 1:
        note = _("Die Werte liegen so nah beieinander, dass sie eine Farbe haben.")
    elif scale.step is not None:
        decimals = decimals_of(scale.step)
        width = with_unit(scale.step, facts.unit_short, decimals)
        if facts.unit_short == "%":
            width = _("%(points)s Prozentpunkte", points=number(scale.step, decimals))
        note = _("Jede Klasse ist %(width)s breit; nur am Rand stehen auch Werte, die weiter abweichen.", width=width)
    elif len(scale.classes) > 1:
        note = _("Die Werte sind sehr verschieden groß; deshalb wachsen die Klassen mit.")
    of_place = {area: scale.tone(shown.value, shown.state) for area, shown in figures.municipal.items()}
    return _Tones(of_place, tuple(scale.legend()), note)


def _tones_by_chance(figures: IndicatorFigures) -> _Tones | None:
    """Three tones: below the county, like it, above it. None where the counts of a place are not known."""
    chance, facts = figures.chance, figures.indicator
    known = {area: shown for area, shown in figures.municipal.items() if shown.value is not None}
    if chance is None or not known.keys() <= chance.places.keys():
        return None
    found = {area: toneless(shown.value, shown.state) for area, shown in figures.municipal.items()}
    classes: dict[str, list[float]] = {tone: [] for tone in _CHANCE_TONES}
    for area, shown in known.items():
        place, value = chance.places[area], shown.value or 0.0
        tone = _ALIKE if not place.stands else _BELOW if value < chance.value else _ABOVE
        found[area] = tone
        classes[tone].append(value)
    texts = {
        _BELOW: _("mehr als Zufall unter dem Landkreis"),
        _ALIKE: _("im Bereich des Zufalls um den Landkreis"),
        _ABOVE: _("mehr als Zufall über dem Landkreis"),
    }
    legend = tuple((tone, f"{texts[tone]}: {_range(facts, values)}") for tone, values in classes.items() if values)
    county = words.area_number(facts, chance.value)
    note = _("Gleich gefärbt ist, was sich vom Landkreis (%(county)s) nur durch Zufall unterscheidet.", county=county)
    if not set(found.values()) & {_BELOW, _ABOVE}:
        note = _(
            "Alle Unterschiede der Gemeinden zum Landkreis (%(county)s) kann der Zufall erklären. "
            "Deshalb haben alle eine Farbe.",
            county=county,
        )
    return _Tones(found, legend, note)


def _range(facts: IndicatorFacts, values: list[float]) -> str:
    return range_words(min(values), max(values), write=number, unit=local(facts.unit_short), decimals=facts.decimals)


def index_map(drawing: MapData, result: Result, *, name: str, url: Callable[[AreaRef], str]) -> IndicatorMap:
    """Municipalities by the class of a social index, the darker the more burdened; hatched where there is no index."""
    tones = {kind: f"q{number}" for number, kind in enumerate(IndexClass, start=1)}
    shapes = []
    for shape in drawing.shapes:
        found = result.places.get(shape.area.id)
        said = _("kein Index") if found is None else str(found.index_class.label)
        if found is not None and not found.stable:
            said = _("%(kind)s, unsicher", kind=said)
        tone = "miss" if found is None else tones[found.index_class]
        shapes.append(DrawnShape(shape.path, f"{shape.area.name}: {said}", tone, url(shape.area)))
    counted = Counter(found.index_class for found in result.places.values())
    legend = [
        (tone, ngettext("%(kind)s (%(num)s Gemeinde)", "%(kind)s (%(num)s Gemeinden)", counted[kind], kind=kind.label))
        for kind, tone in tones.items()
    ]
    if result.missing:
        legend.append(("miss", _("kein Index: Werte fehlen oder sind geheim")))
    return IndicatorMap(
        view_box=drawing.view_box,
        label=_("Karte: %(figure)s je Gemeinde", figure=name),
        shapes=tuple(shapes),
        inner=tuple(outline.path for outline in drawing.outlines),
        legend=tuple(legend),
        source=drawing.source.text,
    )

"""Maps of the public pages: which area gets which tone, title and link."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.areas.maps.atlas import LETTER, DrawnShape, MapData, MapOutline, MapShape
from portal.core.seed_words import local
from portal.home import area_words
from portal.indicators.figures import AreaFigure, CountyFigures, IndicatorFigures, Level, Population
from portal.indicators.signals import FiguresSignal

_JUDGED = (FiguresSignal.CONSPICUOUS, FiguresSignal.NOT_CONSPICUOUS)


@dataclass(frozen=True, kw_only=True)
class AreaMap:
    """A map without figures, as the map macro prints it."""

    view_box: str
    label: str
    shapes: tuple[DrawnShape, ...]
    source: str
    names: tuple[MapOutline, ...] = ()
    inner: tuple[str, ...] = ()


def municipality_url(area: AreaRef) -> str:
    return url_for("home.municipality", slug=area.slug)


def planning_area_url(area: AreaRef) -> str:
    return url_for("home.planning_area", slug=area.slug)


def located(drawing: MapData, shown: Collection[int], label: str) -> AreaMap:
    """Where a place lies in the county: its municipalities in one tone and linked, the others pale."""
    # Pale ones first: their lines must not cover those of the others.
    ordered = sorted(drawing.shapes, key=lambda shape: shape.area.id in shown)
    shapes = [
        DrawnShape(shape.path, shape.area.name, "q4", municipality_url(shape.area))
        if shape.area.id in shown
        else DrawnShape(shape.path, "", "beside")
        for shape in ordered
    ]
    return AreaMap(view_box=drawing.view_box, label=label, shapes=tuple(shapes), source=drawing.source.text)


def overview(
    drawing: MapData, population: Mapping[int, Population], *, current: Collection[int] = frozenset()
) -> AreaMap:
    """The county in its planning areas: one link per planning area, its municipalities drawn thin on top; a county
    without planning areas in its municipalities.

    `current`: planning areas to be drawn with a strong line, above the others.
    """
    composition = drawing.composition
    if not composition.planning_areas:
        return _municipalities(drawing, population)
    shapes = [
        DrawnShape(path=shape.path, title=shape.area.name, tone="beside")
        for shape in drawing.shapes
        if shape.area.id not in composition.planning_area_of
    ]
    for outline in drawing.outlines:
        title = _("Planungsraum %(name)s", name=outline.area.name)
        if outline.area.id in population:
            title += ", " + area_words.people(population[outline.area.id])
        is_current = outline.area.id in current
        shapes.append(
            DrawnShape(outline.path, title, outline.tone, planning_area_url(outline.area), current=is_current)
        )
    shapes.sort(key=lambda shape: shape.current)
    return AreaMap(
        view_box=drawing.view_box,
        label=_("Karte: Planungsräume im %(county)s", county=composition.county.name),
        shapes=tuple(shapes),
        inner=tuple(shape.path for shape in drawing.shapes),
        names=drawing.outlines,
        source=drawing.source.text,
    )


def _municipalities(drawing: MapData, population: Mapping[int, Population]) -> AreaMap:
    """One link per municipality; the names that find room, those of the most people before others."""

    def persons(shape: MapShape) -> float:
        return population[shape.area.id].persons if shape.area.id in population else 0.0

    names: list[MapOutline] = []
    for shape in sorted(drawing.shapes, key=lambda shape: (-persons(shape), shape.area.sort_key)):
        half = len(shape.area.name) * LETTER // 2
        x = min(max(half, shape.label_x), drawing.width - half)
        room = [(abs(x - one.label_x) - half - len(one.area.name) * LETTER // 2, one) for one in names]
        if all(gap > 0 or abs(shape.label_y - one.label_y) > 2 * LETTER for gap, one in room):
            names.append(MapOutline(area=shape.area, tone="", path="", label_x=x, label_y=shape.label_y))
    return AreaMap(
        view_box=drawing.view_box,
        label=_("Karte: Städte und Gemeinden im %(county)s", county=drawing.composition.county.name),
        shapes=tuple(
            DrawnShape(
                shape.path,
                f"{shape.area.name}, {area_words.people(population[shape.area.id])}"
                if shape.area.id in population
                else shape.area.name,
                "area-3",
                municipality_url(shape.area),
            )
            for shape in drawing.shapes
        ),
        names=tuple(names),
        source=drawing.source.text,
    )


def choices(figures: CountyFigures) -> dict[str, list[tuple[str, str]]]:
    """Figures a map can show, by topic: those with a number for municipalities."""
    found: dict[str, list[tuple[str, str]]] = {}
    for topic, group in figures.by_topic():
        entries = [
            (one.indicator.key, local(one.indicator.name))
            for one in group
            if one.level is Level.MUNICIPALITY and one.numbers
        ]
        if entries:
            found[str(topic.label)] = entries
    return found


def chosen(figures: CountyFigures, key: str | None, *, default: str) -> IndicatorFigures | None:
    """The figure the address asks for; the default for an unknown one; None if no figure can be drawn."""
    drawable = {
        name: one for name, one in figures.indicators.items() if one.level is Level.MUNICIPALITY and one.numbers
    }
    return drawable.get(key or "") or drawable.get(default) or next(iter(drawable.values()), None)


def most_telling(figures: CountyFigures, area_id: int) -> str | None:
    """The figure with which the page of a planning area opens: the area's strongest signal.

    Of the figures a map can show and whose value for the area says something (for a share of people: neither
    nobody nor everybody), conspicuous ones come first, then the one that is the most multiples of its own threshold
    away from the county. Equals keep the order of the catalogue, so that the choice is the same every time.
    None where no figure is left: the caller has a default.
    """
    best: tuple[bool, float] | None = None
    found = None
    for key, one in figures.indicators.items():
        figure = one.areas.get(area_id)
        if one.level is not Level.MUNICIPALITY or not one.numbers or figure is None or _says_nothing(one, figure):
            continue
        signal = figure.signal
        distance = abs(signal.difference or 0) / signal.min_difference if signal.min_difference else 0.0
        strength = (signal.signal is FiguresSignal.CONSPICUOUS, distance)
        if signal.signal not in _JUDGED or (best is not None and strength <= best):
            continue
        best, found = strength, key
    return found


def _says_nothing(one: IndicatorFigures, figure: AreaFigure) -> bool:
    value = figure.value.value
    if value is None:
        return True
    return one.indicator.is_share_above and round(value, one.indicator.decimals) in (0, 100)


def plain(drawing: MapData) -> AreaMap:
    """A county's municipalities without figures, each with its name."""
    return AreaMap(
        view_box=drawing.view_box,
        label=_("Karte: Städte und Gemeinden im %(county)s", county=drawing.composition.county.name),
        shapes=tuple(DrawnShape(path=shape.path, title=shape.area.name, tone="area-3") for shape in drawing.shapes),
        source=drawing.source.text,
    )

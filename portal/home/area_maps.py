"""Maps of the public pages: which area gets which tone, title and link."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from portal.areas.atlas import DrawnShape, MapData, MapOutline
from portal.areas.composition import AreaRef
from portal.home import area_words
from portal.indicators.figures import CountyFigures, IndicatorFigures, Level, Population


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


def overview(
    drawing: MapData, population: Mapping[int, Population], *, current: Collection[int] = frozenset()
) -> AreaMap:
    """The county in its planning areas: one link per planning area, its municipalities drawn thin on top.

    `current`: planning areas to be drawn with a strong line, above the others.
    """
    composition = drawing.composition
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


def choices(figures: CountyFigures) -> dict[str, list[tuple[str, str]]]:
    """Figures a map can show, by topic: those with a number for municipalities."""
    found: dict[str, list[tuple[str, str]]] = {}
    for topic, group in figures.by_topic():
        entries = [
            (one.indicator.key, one.indicator.name) for one in group if one.level is Level.MUNICIPALITY and one.numbers
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


def plain(drawing: MapData) -> AreaMap:
    """A county's municipalities without figures, each with its name."""
    return AreaMap(
        view_box=drawing.view_box,
        label=_("Karte: Städte und Gemeinden im %(county)s", county=drawing.composition.county.name),
        shapes=tuple(DrawnShape(path=shape.path, title=shape.area.name, tone="area-3") for shape in drawing.shapes),
        source=drawing.source.text,
    )

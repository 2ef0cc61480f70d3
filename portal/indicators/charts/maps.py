"""The map of an indicator: municipalities in up to five tones, hatched or dotted where there is no number."""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.areas.atlas import DrawnShape, MapData
from portal.areas.composition import AreaRef
from portal.core.formats import number
from portal.core.seed_words import local
from portal.indicators import words
from portal.indicators.charts.strips import sequential_scale
from portal.indicators.figures import IndicatorFigures
from portal.indicators.social_index.computation import IndexClass, Result


@dataclass(frozen=True)
class IndicatorMap:
    """What the map macro prints; `outer` is the line around a part of the county that is shown alone."""

    view_box: str
    label: str
    shapes: tuple[DrawnShape, ...]
    inner: tuple[str, ...]
    legend: tuple[tuple[str, str], ...]
    source: str
    outer: str | None = None


def choropleth(
    drawing: MapData,
    figures: IndicatorFigures,
    *,
    url: Callable[[AreaRef], str],
    shown: Collection[int] | None = None,
    current: int | None = None,
) -> IndicatorMap | None:
    """Municipalities of the county, or of a part of it (`shown`: area ids); None where no municipality has a number.

    The classes follow from all municipalities of the county, so that the same tone means the same on every map.
    Outside of `shown` they are drawn pale and lead nowhere; `current` is marked as the place the page is about.
    """
    if not figures.numbers:
        return None
    facts = figures.indicator
    scale = sequential_scale(figures.numbers, write=number, unit=local(facts.unit_short), decimals=facts.decimals)
    within = {shape.area.id for shape in drawing.shapes} if shown is None else shown
    is_part = shown is not None and len(within) < len(drawing.shapes)
    shapes, tones = [], set()
    # Pale ones come first and the current one last: their lines must not cover those of the others.
    for shape in sorted(drawing.shapes, key=lambda shape: (shape.area.id in within, shape.area.id == current)):
        if shape.area.id not in within:
            shapes.append(DrawnShape(path=shape.path, title="", tone="beside"))
            continue
        value = figures.municipal[shape.area.id]
        tone = scale.tone(value.value, value.state)
        tones.add(tone)
        title = f"{shape.area.name}: {words.municipal_value(facts, value)}"
        is_current = shape.area.id == current
        shapes.append(DrawnShape(shape.path, title, tone, url(shape.area), is_current))
    return IndicatorMap(
        view_box=drawing.view_box_of(within) if is_part else drawing.view_box,
        label=_("Karte: %(figure)s je Gemeinde", figure=local(facts.name)),
        shapes=tuple(shapes),
        inner=() if is_part else tuple(outline.path for outline in drawing.outlines),
        outer=drawing.outline(within) if is_part else None,
        legend=tuple(scale.legend(tones)),
        source=drawing.source.text,
    )


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

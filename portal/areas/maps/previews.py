"""Small maps of a county before and after a change that is only imagined: what moves, and what becomes one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.areas.composition import Composition
from portal.areas.maps.atlas import DrawnShape, MapData, MapOutline


@dataclass(frozen=True, kw_only=True)
class PreviewMap:
    """One of the two maps: shapes without links, the outlines on top, and the line around what changes."""

    shapes: Sequence[DrawnShape]
    outlines: Sequence[MapOutline]
    marked: str


def with_changes(
    drawing: MapData, composition: Composition, changed: Collection[int], tones: Mapping[int, str]
) -> PreviewMap:
    """The municipalities of the drawing in the planning areas of `composition`; those that change say in which."""
    shapes = []
    for shape in drawing.shapes:
        moved = shape.area.id in changed
        words = f"{shape.area.name}: {_group(composition, shape.area.id)}" if moved else ""
        shapes.append(DrawnShape(shape.path, words, _tone(composition, shape.area.id, tones), None, moved))
    shapes.sort(key=lambda shape: shape.current)
    return PreviewMap(shapes=shapes, outlines=drawing.outlines, marked=drawing.marked(changed))


def put_together(
    drawing: MapData, composition: Composition, together: Collection[int], name: str, tones: Mapping[int, str]
) -> PreviewMap:
    """The same with these municipalities as one that is called `name`; all of them lie in one planning area."""
    drawn = [shape for shape in drawing.shapes if shape.area.id in together]
    others = [
        DrawnShape(shape.path, "", _tone(composition, shape.area.id, tones), None, False)
        for shape in drawing.shapes
        if shape.area.id not in together
    ]
    path = drawing.outline([shape.area.id for shape in drawn])
    one = []
    if drawn:
        first = drawn[0].area.id
        words = f"{name}: {_group(composition, first)}"
        one.append(DrawnShape(path, words, _tone(composition, first, tones), None, True))
    return PreviewMap(shapes=[*others, *one], outlines=drawing.outlines, marked=path)


def without(drawing: MapData, composition: Composition, gone: Collection[int], tones: Mapping[int, str]) -> PreviewMap:
    """The same without municipalities that leave the county: their place stays to be seen, as not part of it."""
    shapes = [
        DrawnShape(shape.path, _("%(name)s: nicht mehr im Landkreis", name=shape.area.name), "beside", None, True)
        if shape.area.id in gone
        else DrawnShape(shape.path, "", _tone(composition, shape.area.id, tones), None, False)
        for shape in drawing.shapes
    ]
    shapes.sort(key=lambda shape: shape.current)
    return PreviewMap(shapes=shapes, outlines=drawing.outlines, marked=drawing.marked(gone))


def _group(composition: Composition, area_id: int) -> str:
    group = composition.planning_area(area_id)
    return _("ohne Planungsraum") if group is None else group.name


def _tone(composition: Composition, area_id: int, tones: Mapping[int, str]) -> str:
    group = composition.planning_area(area_id)
    return "miss" if group is None else tones.get(group.id, "beside")

"""Storing boundaries: one drawing per county, projected once, with borders and neighbours."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import insert, select, update

from portal.areas.imports.boundaries import Feature
from portal.areas.maps import geometry
from portal.areas.models import Area, BoundaryNeighbour, BoundarySet, BoundaryShape
from portal.core.database import db


def current(county: Area) -> BoundarySet | None:
    """The boundaries in use, if the county has any."""
    statement = select(BoundarySet).where(BoundarySet.county_id == county.id, BoundarySet.is_current)
    return db.session.execute(statement.order_by(BoundarySet.id.desc()).limit(1)).scalar_one_or_none()


def geometries(stored: BoundarySet | None) -> dict[int, str]:
    """Area id → GeoJSON text of what a set was made of; nothing without a set."""
    if stored is None:
        return {}
    known = select(BoundaryShape.area_id, BoundaryShape.geometry).where(BoundaryShape.set_id == stored.id)
    return dict(db.session.execute(known).all())


def is_same(stored: BoundarySet, wanted: Mapping[int, str]) -> bool:
    """Whether a set was made of exactly these geometries (area id → GeoJSON text)."""
    return geometries(stored) == wanted


def replace(
    county: Area,
    features: Sequence[Feature],
    area_ids: Mapping[str, int],
    *,
    attribution_key: str,
    territorial_date: date,
) -> BoundarySet:
    """Draw the features and put them in the place of the boundaries in use; earlier sets stay stored."""
    drawing = geometry.project(features)
    db.session.execute(update(BoundarySet).where(BoundarySet.county_id == county.id).values(is_current=False))
    row = BoundarySet(
        county_id=county.id,
        attribution_key=attribution_key,
        territorial_date=territorial_date,
        width=drawing.width,
        height=drawing.height,
    )
    db.session.add(row)
    db.session.flush()
    texts = {feature.key: feature.geometry for feature in features}
    shapes = []
    for key, shape in drawing.shapes.items():
        left, top, right, bottom = shape.bbox
        shapes.append(
            {
                "set_id": row.id, "area_id": area_ids[key], "path": shape.path, "geometry": texts[key],
                "left": left, "top": top, "right": right, "bottom": bottom,
                "label_x": shape.label_x, "label_y": shape.label_y,
            }
        )  # fmt: skip
    db.session.execute(insert(BoundaryShape), shapes)
    pairs = [
        {"set_id": row.id, "area_id": area_ids[key], "neighbour_id": area_ids[other]}
        for key, others in geometry.neighbours(drawing).items()
        for other in sorted(others)
    ]
    if pairs:
        db.session.execute(insert(BoundaryNeighbour), pairs)
    return row

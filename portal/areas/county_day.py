"""A county's whole day at once, as plain values: its composition and its map.

Both answer from the memory of the process as long as the data version `areas` stands.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from portal.areas.composition import AreaRef, Composition, Former, ref
from portal.areas.maps.atlas import Drawn, MapData, MapSource, shapes_of
from portal.areas.models import (
    Area,
    AreaKind,
    AreaMembership,
    BoundaryNeighbour,
    BoundarySet,
    BoundaryShape,
    MembershipKind,
    Merger,
    MergerPart,
)
from portal.core import clock
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.transaction import in_transaction
from portal.settings import services as settings

_CACHE = "portal_areas"
_KEPT = 24
_KINDS_OF_A_COUNTY = (AreaKind.PLANNING_AREA, AreaKind.ASSOCIATION, AreaKind.MUNICIPALITY, AreaKind.LOCALITY)


def holds(on: date) -> ColumnElement[bool]:
    """Condition: the membership holds on the day (its end is exclusive)."""
    return and_(AreaMembership.valid_from <= on, or_(AreaMembership.valid_to.is_(None), AreaMembership.valid_to > on))


def exists(on: date) -> ColumnElement[bool]:
    """Condition: the area itself exists on the day."""
    return and_(or_(Area.valid_from.is_(None), Area.valid_from <= on), or_(Area.valid_to.is_(None), Area.valid_to > on))


def boundaries(county: Area) -> BoundarySet:
    """The boundaries in use; `NotFound` if the county has none."""
    statement = (
        select(BoundarySet)
        .where(BoundarySet.county_id == county.id, BoundarySet.is_current)
        .options(joinedload(BoundarySet.attribution))
        .order_by(BoundarySet.id.desc())
        .limit(1)
    )
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def composition_of(county: Area | AreaRef, *, on: date | None = None) -> Composition:
    """A county on a day (default: today); six queries, or one while nothing has changed."""
    day = clock.today() if on is None else on
    version = settings.version("areas")
    key = ("composition", county.id, day, version)
    found = _kept(key)
    if not isinstance(found, Composition):
        found = _read_composition(county.id, day, version)
        _keep(key, found)
    return found


def map_of(county: Area | AreaRef, *, on: date | None = None) -> MapData:
    """A county's map on a day (default: today); `NotFound` if it has no boundaries. Kept like the composition."""
    day = clock.today() if on is None else on
    version = settings.version("areas")
    key = ("map", county.id, day, version)
    found = _kept(key)
    if not isinstance(found, MapData):
        composition = _read_composition(county.id, day, version)
        found = _read_map(composition)
        _keep(key, found)
        _keep(("composition", county.id, day, version), composition)
    return found


def _kept(key: tuple[Any, ...]) -> object | None:
    return None if in_transaction() else _shelf().get(key)


def _keep(key: tuple[Any, ...], found: object) -> None:
    # Inside a transaction the version may be one that is never committed.
    if in_transaction():
        return
    shelf = _shelf()
    while len(shelf) >= _KEPT:
        shelf.pop(next(iter(shelf), None), None)
    shelf[key] = found


def _shelf() -> dict[Any, object]:
    shelf: dict[Any, object] = current_app.extensions.setdefault(_CACHE, {})
    return shelf


def _read_composition(county_id: int, on: date, version: str) -> Composition:
    county = db.session.get(Area, county_id)
    if county is None:
        raise NotFound
    statement = select(Area).where(Area.county_id == county_id, Area.kind.in_(_KINDS_OF_A_COUNTY), exists(on))
    refs = [ref(area) for area in db.session.execute(statement.order_by(Area.sort_key, Area.id)).scalars()]
    areas = {area.id: area for area in (*refs, ref(county))}
    groups: dict[MembershipKind, dict[int, int]] = {kind: {} for kind in MembershipKind}
    examples = set()
    for kind, member_id, group_id, example in db.session.execute(
        select(AreaMembership.kind, AreaMembership.member_id, AreaMembership.group_id, AreaMembership.is_example)
        .join(Area, Area.id == AreaMembership.member_id)
        .where(Area.county_id == county_id, Area.kind == AreaKind.MUNICIPALITY, holds(on))
    ):
        if member_id in areas and group_id in areas:
            groups[kind][member_id] = group_id
            if example and kind is MembershipKind.PLANNING_AREA:
                examples.add(member_id)
    found = Composition(
        county=areas[county_id],
        on=on,
        version=version,
        planning_areas=_of_kind(refs, AreaKind.PLANNING_AREA),
        associations=_of_kind(refs, AreaKind.ASSOCIATION),
        municipalities=_of_kind(refs, AreaKind.MUNICIPALITY),
        planning_area_of=groups[MembershipKind.PLANNING_AREA],
        association_of=groups[MembershipKind.ASSOCIATION],
        adjacent={},
        examples=frozenset(examples),
        areas=areas,
        localities=_of_kind(refs, AreaKind.LOCALITY),
        municipality_of=_read_localities(county_id, on),
        former=_read_former(county_id, on),
    )
    return replace(found, adjacent=_read_adjacent(found))


def _of_kind(refs: Iterable[AreaRef], kind: AreaKind) -> tuple[AreaRef, ...]:
    return tuple(area for area in refs if area.kind is kind)


def _read_localities(county_id: int, on: date) -> dict[int, int]:
    """Locality → municipality by the latest membership that had begun; what refers to an ended one is found by it."""
    statement = (
        select(AreaMembership.member_id, AreaMembership.group_id)
        .join(Area, Area.id == AreaMembership.member_id)
        .where(
            Area.county_id == county_id,
            AreaMembership.kind == MembershipKind.MUNICIPALITY,
            AreaMembership.valid_from <= on,
        )
        .order_by(AreaMembership.valid_from)
    )
    return dict(db.session.execute(statement).all())


def _read_former(county_id: int, on: date) -> dict[int, Former]:
    statement = (
        select(Area, Merger)
        .join(MergerPart, MergerPart.area_id == Area.id)
        .join(Merger, Merger.id == MergerPart.merger_id)
        .where(Area.county_id == county_id, Merger.undone_at.is_(None), Merger.from_day <= on)
        .order_by(Merger.from_day, Merger.id)
    )
    return {
        area.id: Former(
            area=ref(area),
            kind=merger.kind,
            successor_id=merger.successor_id,
            until=merger.from_day,
            elsewhere=merger.elsewhere,
        )
        for area, merger in db.session.execute(statement)
    }


def _read_adjacent(composition: Composition) -> dict[int, frozenset[int]]:
    """Who borders on whom; a municipality that ended lends its borders to the one it became part of."""
    found: dict[int, set[int]] = {}
    statement = (
        select(BoundaryNeighbour.area_id, BoundaryNeighbour.neighbour_id)
        .join(BoundarySet, BoundarySet.id == BoundaryNeighbour.set_id)
        .where(BoundarySet.county_id == composition.county.id, BoundarySet.is_current)
    )
    for area_id, neighbour_id in db.session.execute(statement):
        one, other = composition.current(area_id), composition.current(neighbour_id)
        if one is not None and other is not None and one != other:
            found.setdefault(one, set()).add(other)
    return {area_id: frozenset(others) for area_id, others in found.items()}


def _read_map(composition: Composition) -> MapData:
    county = db.session.get_one(Area, composition.county.id)
    drawn = boundaries(county)
    source = drawn.attribution
    columns = (
        BoundaryShape.area_id, BoundaryShape.path, BoundaryShape.left, BoundaryShape.top,
        BoundaryShape.right, BoundaryShape.bottom, BoundaryShape.label_x, BoundaryShape.label_y,
    )  # fmt: skip
    drawings = [
        Drawn(
            area_id=area_id,
            path=path,
            left=left,
            top=top,
            right=right,
            bottom=bottom,
            label_x=label_x,
            label_y=label_y,
        )
        for area_id, path, left, top, right, bottom, label_x, label_y in db.session.execute(
            select(*columns).where(BoundaryShape.set_id == drawn.id)
        )
    ]
    return MapData(
        composition=composition,
        width=drawn.width,
        height=drawn.height,
        shapes=shapes_of(drawings, composition),
        source=MapSource(
            key=source.key,
            text=source.text,
            publisher=source.publisher,
            licence=source.licence,
            licence_url=source.licence_url,
            source=source.source,
            source_url=source.source_url,
            change_note=source.change_note,
        ),
    )

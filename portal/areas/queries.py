"""Reading places: single areas, members and groups at a date, neighbours, and a county's whole day at once.

`composition_of` and `map_of` answer from the memory of the process as long as the data version `areas` stands.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.areas.atlas import MapData, MapShape, MapSource
from portal.areas.composition import AreaRef, Composition, ref
from portal.areas.models import (
    Area,
    AreaKind,
    AreaMembership,
    Attribution,
    BoundaryNeighbour,
    BoundarySet,
    BoundaryShape,
    MembershipKind,
    Regrouping,
)
from portal.core import clock
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.transaction import in_transaction
from portal.settings import services as settings

_CACHE = "portal_areas"
_KEPT = 24
_KINDS_OF_A_COUNTY = (AreaKind.PLANNING_AREA, AreaKind.ASSOCIATION, AreaKind.MUNICIPALITY)


def holds(on: date) -> ColumnElement[bool]:
    """Condition: the membership holds on the day (its end is exclusive)."""
    return and_(AreaMembership.valid_from <= on, or_(AreaMembership.valid_to.is_(None), AreaMembership.valid_to > on))


def exists(on: date) -> ColumnElement[bool]:
    """Condition: the area itself exists on the day."""
    return and_(or_(Area.valid_from.is_(None), Area.valid_from <= on), or_(Area.valid_to.is_(None), Area.valid_to > on))


def own_county() -> Area:
    """The county that runs the portal; `NotFound` before the seeds are in."""
    found = db.session.execute(select(Area).where(Area.kind == AreaKind.COUNTY, Area.is_own)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def other_counties() -> Sequence[Area]:
    """Counties that are there for comparison."""
    return _areas(select(Area).where(Area.kind == AreaKind.COUNTY, Area.is_own.is_(False)))


def find(kind: AreaKind, slug: str) -> Area:
    """The area behind an address; `NotFound` if there is none."""
    found = db.session.execute(select(Area).where(Area.kind == kind, Area.slug == slug)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def by_public_id(public_id: str, *, kind: AreaKind) -> Area:
    """The area with this random id; `NotFound` if there is none of the kind."""
    statement = select(Area).where(Area.public_id == public_id, Area.kind == kind)
    found = db.session.execute(statement).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def by_keys(keys: Collection[str], *, kind: AreaKind) -> Sequence[Area]:
    """Areas with these official keys, in dictionary order; unknown keys are left out."""
    return _areas(select(Area).where(Area.kind == kind, Area.key.in_(keys))) if keys else []


def planning_areas(*, on: date | None = None) -> Sequence[Area]:
    """Planning areas of the own county that exist on the day (default: today)."""
    return _areas(_own_planning_areas().where(exists(clock.today() if on is None else on)))


def all_planning_areas() -> Sequence[Area]:
    """Planning areas of the own county, past and future ones too."""
    return _areas(_own_planning_areas())


def _own_planning_areas() -> Select[Area]:
    return select(Area).where(Area.kind == AreaKind.PLANNING_AREA, Area.is_own)


def attributions() -> Sequence[Attribution]:
    """Every source the portal shows facts of, by its text."""
    return db.session.execute(select(Attribution).order_by(Attribution.text, Attribution.key)).scalars().all()


def attribution(key: str | None) -> Attribution | None:
    """The source with this key."""
    return None if key is None else db.session.get(Attribution, key)


def municipalities(county: Area) -> Sequence[Area]:
    return _areas(select(Area).where(Area.kind == AreaKind.MUNICIPALITY, Area.county_id == county.id))


def members(group: Area, *, on: date, kind: MembershipKind = MembershipKind.PLANNING_AREA) -> Sequence[Area]:
    """Who belongs to the group on the day."""
    statement = select(Area).join(AreaMembership, AreaMembership.member_id == Area.id)
    return _areas(statement.where(AreaMembership.group_id == group.id, AreaMembership.kind == kind, holds(on)))


def memberships(member: Area, *, on: date) -> Sequence[AreaMembership]:
    """What a place belongs to on the day: planning area, association, municipality (each at most once)."""
    statement = (
        select(AreaMembership)
        .join(Area, Area.id == AreaMembership.group_id)
        .where(AreaMembership.member_id == member.id, holds(on))
        .options(contains_eager(AreaMembership.group))
        .order_by(AreaMembership.kind, Area.sort_key)
    )
    return db.session.execute(statement).scalars().all()


def groups(member: Area, *, on: date) -> Sequence[Area]:
    """The groups of `memberships`."""
    return [membership.group for membership in memberships(member, on=on)]


def planning_area_of(municipality: Area, *, on: date) -> Area | None:
    """The planning area of a municipality on the day; None in a gap."""
    statement = (
        select(Area)
        .join(AreaMembership, AreaMembership.group_id == Area.id)
        .where(
            AreaMembership.member_id == municipality.id,
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            holds(on),
        )
    )
    return db.session.execute(statement).scalar_one_or_none()


def history(area: Area) -> Sequence[AreaMembership]:
    """All memberships in planning areas, of a municipality or of a planning area, latest first."""
    side = AreaMembership.group_id if area.kind is AreaKind.PLANNING_AREA else AreaMembership.member_id
    member = aliased(Area)
    statement = (
        select(AreaMembership)
        .join(member, member.id == AreaMembership.member_id)
        .where(side == area.id, AreaMembership.kind == MembershipKind.PLANNING_AREA)
        .options(contains_eager(AreaMembership.member.of_type(member)), joinedload(AreaMembership.group))
        .order_by(AreaMembership.valid_from.desc(), member.sort_key)
    )
    return db.session.execute(statement).scalars().all()


def localities(municipality: Area, *, on: date | None = None) -> Sequence[Area]:
    """Localities of a municipality on the day; with `on=None` the archived ones too."""
    statement = (
        select(Area)
        .join(AreaMembership, AreaMembership.member_id == Area.id)
        .where(AreaMembership.group_id == municipality.id, AreaMembership.kind == MembershipKind.MUNICIPALITY)
    )
    return _areas(statement if on is None else statement.where(holds(on), exists(on)))


def first_days(county: Area) -> Sequence[tuple[date, int]]:
    """Days on which memberships in planning areas began without a decision before them, and how many."""
    decided = select(Regrouping.from_day).where(Regrouping.county_id == county.id)
    statement = (
        select(AreaMembership.valid_from, func.count())
        .join(Area, Area.id == AreaMembership.member_id)
        .where(
            Area.county_id == county.id,
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            AreaMembership.valid_from.not_in(decided),
        )
        .group_by(AreaMembership.valid_from)
        .order_by(AreaMembership.valid_from.desc())
    )
    return db.session.execute(statement).all()


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


def geometries(boundaries: BoundarySet) -> Sequence[tuple[int, str]]:
    """Municipality id and original geometry (GeoJSON text), in dictionary order of the names."""
    statement = (
        select(BoundaryShape.area_id, BoundaryShape.geometry)
        .join(Area, Area.id == BoundaryShape.area_id)
        .where(BoundaryShape.set_id == boundaries.id)
        .order_by(Area.sort_key, Area.id)
    )
    return db.session.execute(statement).all()


def neighbours(area: Area, *, on: date) -> tuple[AreaRef, ...]:
    """Municipalities that border on a municipality, or planning areas that border on a planning area."""
    return _composition_around(area, on).neighbours(area.id)


def associations_of_members(planning_area: Area, *, on: date) -> tuple[AreaRef, ...]:
    """Associations to which members of the planning area belong."""
    return _composition_around(planning_area, on).shared_associations(planning_area.id)


def is_example(area: Area, *, on: date) -> bool:
    """Whether a *Beispielzuordnung* is part of what is shown of this place."""
    if area.kind is AreaKind.LOCALITY:
        return False
    return _composition_around(area, on).is_example(area.id)


def composition_of(county: Area | AreaRef, *, on: date | None = None) -> Composition:
    """A county on a day (default: today); four queries, or one while nothing has changed."""
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


def _areas(statement: Select[Area]) -> Sequence[Area]:
    return db.session.execute(statement.order_by(Area.sort_key, Area.id)).scalars().all()


def _composition_around(area: Area, on: date) -> Composition:
    return composition_of(area.county or area, on=on)


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
    refs = [ref(area) for area in _areas(statement)]
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
    return Composition(
        county=areas[county_id],
        on=on,
        version=version,
        planning_areas=_of_kind(refs, AreaKind.PLANNING_AREA),
        associations=_of_kind(refs, AreaKind.ASSOCIATION),
        municipalities=_of_kind(refs, AreaKind.MUNICIPALITY),
        planning_area_of=groups[MembershipKind.PLANNING_AREA],
        association_of=groups[MembershipKind.ASSOCIATION],
        adjacent=_read_adjacent(county_id),
        examples=frozenset(examples),
        areas=areas,
    )


def _of_kind(refs: Iterable[AreaRef], kind: AreaKind) -> tuple[AreaRef, ...]:
    return tuple(area for area in refs if area.kind is kind)


def _read_adjacent(county_id: int) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = {}
    statement = (
        select(BoundaryNeighbour.area_id, BoundaryNeighbour.neighbour_id)
        .join(BoundarySet, BoundarySet.id == BoundaryNeighbour.set_id)
        .where(BoundarySet.county_id == county_id, BoundarySet.is_current)
    )
    for area_id, neighbour_id in db.session.execute(statement):
        found.setdefault(area_id, set()).add(neighbour_id)
    return {area_id: frozenset(others) for area_id, others in found.items()}


def _read_map(composition: Composition) -> MapData:
    county = db.session.get_one(Area, composition.county.id)
    drawn = boundaries(county)
    source = drawn.attribution
    columns = (
        BoundaryShape.area_id, BoundaryShape.path, BoundaryShape.left, BoundaryShape.top,
        BoundaryShape.right, BoundaryShape.bottom, BoundaryShape.label_x, BoundaryShape.label_y,
    )  # fmt: skip
    shapes = [
        MapShape(
            area=composition.areas[area_id],
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
        if area_id in composition.areas
    ]
    return MapData(
        composition=composition,
        width=drawn.width,
        height=drawn.height,
        shapes=tuple(sorted(shapes, key=lambda shape: (shape.area.sort_key, shape.area.id))),
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


def latest_moves(limit: int) -> Sequence[AreaMembership]:
    """Municipalities that came to another planning area after it was founded and up to today, latest first."""
    group = aliased(Area)
    statement = (
        select(AreaMembership)
        .join(group, group.id == AreaMembership.group_id)
        .where(
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            AreaMembership.valid_from > group.valid_from,
            AreaMembership.valid_from <= clock.today(),
            group.is_own,
        )
        .order_by(AreaMembership.valid_from.desc(), AreaMembership.id)
        .limit(limit)
        .options(joinedload(AreaMembership.group), joinedload(AreaMembership.member))
    )
    return db.session.execute(statement).scalars().all()

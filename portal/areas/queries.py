"""Reading places: single areas, members and groups at a date, neighbours; `composition_of` and `map_of` a whole day."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.areas.composition import AreaRef, Composition
from portal.areas.county_day import boundaries, composition_of, exists, holds, map_of
from portal.areas.models import (
    Area,
    AreaImport,
    AreaKind,
    AreaMembership,
    Attribution,
    BoundarySet,
    BoundaryShape,
    MembershipKind,
    Merger,
    MergerPart,
    Regrouping,
)
from portal.core import clock, search_words
from portal.core.database import db
from portal.core.errors import NotFound

__all__ = ["boundaries", "composition_of", "exists", "holds", "map_of"]

MOST_COMPARED = 8
# The source of what was made up for the demonstration.
INVENTED = "demonstration"


def own_county() -> Area:
    """The county that runs the portal; `NotFound` before the seeds are in."""
    found = db.session.execute(select(Area).where(Area.kind == AreaKind.COUNTY, Area.is_own)).scalar_one_or_none()
    if found is None:
        raise NotFound
    return found


def own_county_name() -> tuple[str, str] | None:
    """Name and key of the county that runs the portal; None before the seeds are in."""
    row = db.session.execute(select(Area.name, Area.key).where(Area.kind == AreaKind.COUNTY, Area.is_own)).one_or_none()
    return None if row is None else (row.name, row.key or "")


def other_counties() -> Sequence[Area]:
    """Counties that are there for comparison. Where many are known, the nearest: of the same district, then Land.

    The first two digits of a key name the Land, the third the district. Everything a page compares is computed for
    each of them, so that their number must not grow with what a nationwide register brings in.
    """
    own = select(Area.key).where(Area.kind == AreaKind.COUNTY, Area.is_own).scalar_subquery()
    distance = case(
        (func.substr(Area.key, 1, 3) == func.substr(own, 1, 3), 0),
        (func.substr(Area.key, 1, 2) == func.substr(own, 1, 2), 1),
        else_=2,
    )
    nearest = select(Area.id).where(Area.kind == AreaKind.COUNTY, Area.is_own.is_(False))
    return _areas(select(Area).where(Area.id.in_(nearest.order_by(distance, Area.key).limit(MOST_COMPARED))))


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


def attributions(*, with_invented: bool) -> Sequence[Attribution]:
    """Every source the portal shows facts of, by its text; what was invented is a source in a demonstration only."""
    statement = select(Attribution).order_by(Attribution.text, Attribution.key)
    if not with_invented:
        statement = statement.where(Attribution.key != INVENTED)
    return db.session.execute(statement).scalars().all()


def attribution(key: str | None) -> Attribution | None:
    """The source with this key."""
    return None if key is None else db.session.get(Attribution, key)


def changed_between(county: Area) -> tuple[datetime, datetime]:
    """When the places of a county came in, and when they or their groups changed last: by an entry, or by the day from
    which one holds (midnight UTC)."""
    own = select(Area.id).where(Area.county_id == county.id)
    first, last = db.session.execute(
        select(func.min(Area.created_at), func.max(Area.created_at)).where(Area.county_id == county.id)
    ).one()
    entered, began = db.session.execute(
        select(func.max(AreaMembership.created_at), func.max(AreaMembership.valid_from)).where(
            AreaMembership.member_id.in_(own), AreaMembership.valid_from <= clock.today()
        )
    ).one()
    found = [moment for moment in (last, entered, county.created_at) if moment is not None]
    if began is not None:
        found.append(datetime.combine(began, time(), tzinfo=UTC))
    return first or county.created_at, max(found)


def municipalities(county: Area) -> Sequence[Area]:
    """Those that exist today."""
    statement = select(Area).where(Area.kind == AreaKind.MUNICIPALITY, Area.county_id == county.id)
    return _areas(statement.where(exists(clock.today())))


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


def ids_within(slug: str) -> frozenset[int]:
    """Everything in a planning area of today, for lists that are filtered by it; past ones stand for themselves."""
    area = find(AreaKind.PLANNING_AREA, slug)
    composition = composition_of(own_county())
    return composition.within(area.id) if area.id in composition.areas else frozenset({area.id})


def associations_touching(ids: Collection[int]) -> frozenset[int]:
    """Associations of today with a municipality among these places."""
    association_of = composition_of(own_county()).association_of
    return frozenset(group for member, group in association_of.items() if member in ids)


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


def _areas(statement: Select[Area]) -> Sequence[Area]:
    return db.session.execute(statement.order_by(Area.sort_key, Area.id)).scalars().all()


def _composition_around(area: Area, on: date) -> Composition:
    return composition_of(area.county or area, on=on)


def imports() -> Sequence[AreaImport]:
    """Files about places that were taken over, the latest first."""
    statement = (
        select(AreaImport)
        .options(joinedload(AreaImport.attribution), joinedload(AreaImport.created_by))
        .order_by(AreaImport.id.desc())
        .limit(50)
    )
    return db.session.execute(statement).scalars().all()


def coming_mergers(place_id: int, *, after: date) -> Sequence[Merger]:
    """Decided changes that a municipality goes into or is made of, from a later day on, in the order of days."""
    involved = select(MergerPart.merger_id).where(MergerPart.area_id == place_id)
    statement = (
        select(Merger)
        .where(
            (Merger.successor_id == place_id) | Merger.id.in_(involved),
            Merger.undone_at.is_(None),
            Merger.from_day > after,
        )
        .options(joinedload(Merger.successor), selectinload(Merger.parts).joinedload(MergerPart.area))
        .order_by(Merger.from_day, Merger.id)
    )
    return db.session.execute(statement).scalars().all()


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


def found_by_words(text: str, kinds: Collection[AreaKind], *, on: date) -> Sequence[Area]:
    """Areas of the own county that exist on a day and whose search key holds every word, by name."""
    statement = select(Area).where(
        Area.is_own, Area.kind.in_(kinds), exists(on), *search_words.conditions(Area.search_key, text)
    )
    return db.session.scalars(statement.order_by(Area.sort_key, Area.id)).all()

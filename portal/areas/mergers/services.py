"""Municipalities that are incorporated, united, renamed, or change their county: planned, carried out, taken back.

Law of the Länder decides such changes; the portal only records them. History is kept: a municipality that ended
stays, with everything that refers to it, and `Composition.current` says what it is part of. Its memberships end on the
day, its localities go on in the successor. Figures are not written here: `indicators.succession` reads them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas import extension, permissions
from portal.areas.mergers.successions import Step, close, open_from, step_of
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind, Merger, MergerKind, MergerPart
from portal.areas.queries import own_county
from portal.areas.regrouping import REASON_LENGTH, YEARS_AHEAD, mark
from portal.areas.services import locality_full_name
from portal.areas.slugs import free_slug
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.formats import date_long
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.settings import services as settings

_ENDING = frozenset({MergerKind.INCORPORATION, MergerKind.UNION, MergerKind.DEPARTURE})


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """A municipality that comes into being, or the new names of one that is renamed."""

    name: str
    official_name: str = ""
    key: str = ""
    type_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A change as somebody wants to enter it.

    `ended` go; `successor` goes on, or `new` comes into being (or, renamed, gets its names). The new one belongs to
    `planning_area` and `association`. `as_localities`: those that go stay as localities of the successor.
    """

    kind: MergerKind
    from_day: date
    reason: str
    ended: tuple[Area, ...] = ()
    successor: Area | None = None
    new: NewPlace | None = None
    planning_area: Area | None = None
    association: Area | None = None
    as_localities: bool = False
    elsewhere: str = ""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A change that could be made, checked: memberships that end, localities that come along."""

    county: Area
    wish: Wish
    ending: tuple[AreaMembership, ...]
    localities: tuple[AreaMembership, ...]

    @property
    def planning_area_ids(self) -> set[int]:
        """Planning areas that gain or lose a municipality."""
        lost = {row.group_id for row in self.ending if row.kind is MembershipKind.PLANNING_AREA}
        return lost | ({self.wish.planning_area.id} if self.wish.planning_area is not None else set())


def plan(wish: Wish) -> Plan:
    """Check a change without making it; `Refusal` at the field that does not fit.

    Refused: nobody who goes, a place that is no own municipality or does not exist on the day, a change of its
    membership entered for later, a successor among those that go, a key that is no free key of the county, a day too
    far ahead (of a renaming: any coming day), and a change without its legal basis.
    """
    wish = replace(wish, reason=one_line(wish.reason), elsewhere=one_line(wish.elsewhere)[:200])
    county = own_county()
    _check_day(wish)
    if not wish.reason:
        raise Refusal(_("Bitte nennen Sie die Grundlage, z.\u00a0B. Gesetz, Vertrag oder Beschluss."), field="reason")
    if len(wish.reason) > REASON_LENGTH:
        raise Refusal(_("Bitte höchstens %(limit)s Zeichen.", limit=REASON_LENGTH), field="reason")
    if wish.kind in {MergerKind.DEPARTURE, MergerKind.ARRIVAL} and not wish.elsewhere:
        raise Refusal(_("Bitte nennen Sie den anderen Landkreis."), field="elsewhere")
    _check_ended(wish, county)
    wish = _checked_successor(wish, county)
    _check_groups(wish, county)
    ids = [area.id for area in wish.ended]
    ending = _memberships(AreaMembership.member_id.in_(ids))
    _require_no_later_change(ending, wish.from_day)
    inside = _memberships(AreaMembership.group_id.in_(ids), AreaMembership.kind == MembershipKind.MUNICIPALITY)
    return Plan(
        county=county,
        wish=wish,
        ending=tuple(row for row in ending if row.valid_to is None or row.valid_to > wish.from_day),
        localities=tuple(row for row in inside if row.valid_to is None or row.valid_to > wish.from_day),
    )


def carry_out(wish: Wish, *, expected: str | None = None, actor: Actor) -> Merger:
    """Make the change; refuses what `plan` refuses. `expected` as in `regrouping.assign`."""
    require(permissions.may_plan(actor))
    county = lock(own_county())
    if expected is not None and expected != mark(county):
        raise Conflict(_("Die Zuordnung wurde inzwischen geändert. Bitte prüfen Sie die Vorschau noch einmal."))
    found = plan(wish)
    wish = found.wish
    merger = Merger(
        county_id=county.id,
        kind=wish.kind,
        from_day=wish.from_day,
        reason=wish.reason,
        elsewhere=wish.elsewhere,
        decided_by_id=actor.user_id,
    )
    if wish.kind is MergerKind.RENAMING:
        _rename(merger, wish)
    else:
        _succeed(merger, found)
    settings.bump("areas")
    db.session.flush()
    audit.record(
        "areas.merged",
        subject=merger,
        actor=actor,
        details={
            "kind": wish.kind.value,
            "from_day": wish.from_day.isoformat(),
            "ended": [area.id for area in wish.ended],
            "successor": merger.successor_id,
        },
    )
    for tell in extension.regrouped:
        tell(planning_area_ids=found.planning_area_ids, from_day=wish.from_day, actor=actor)
    return merger


def mergers(county: Area) -> Sequence[Merger]:
    """All changes with those they concern, latest first; three queries."""
    statement = (
        select(Merger)
        .where(Merger.county_id == county.id)
        .options(
            joinedload(Merger.successor),
            joinedload(Merger.decided_by),
            joinedload(Merger.undone_by),
            selectinload(Merger.parts).joinedload(MergerPart.area),
            selectinload(Merger.steps),
        )
        .order_by(Merger.from_day.desc(), Merger.id.desc())
    )
    return db.session.execute(statement).unique().scalars().all()


def _check_day(wish: Wish) -> None:
    today = clock.today()
    if wish.from_day > date(today.year + YEARS_AHEAD, 12, 31):
        raise Refusal(
            _("Bitte wählen Sie einen Tag in den nächsten %(years)s Jahren.", years=YEARS_AHEAD), field="from_day"
        )
    if wish.kind is MergerKind.RENAMING and wish.from_day > today:
        message = _("Eine Umbenennung tragen Sie bitte ein, wenn sie gilt. Bis dahin heißt die Gemeinde wie bisher.")
        raise Refusal(message, field="from_day")


def _check_ended(wish: Wish, county: Area) -> None:
    wanted = {MergerKind.UNION: 2, MergerKind.INCORPORATION: 1, MergerKind.DEPARTURE: 1}.get(wish.kind, 0)
    if wish.kind not in _ENDING and wish.ended:
        raise Refusal(_("Dabei endet keine Gemeinde."), field="ended")
    if len(wish.ended) < wanted:
        message = (
            _("Bitte wählen Sie mindestens zwei Städte oder Gemeinden.")
            if wanted > 1
            else _("Bitte wählen Sie mindestens eine Stadt oder Gemeinde.")
        )
        raise Refusal(message, field="ended")
    for area in wish.ended:
        _require_own(area, county, wish.from_day, field="ended")


def _require_own(area: Area, county: Area, day: date, *, field: str) -> None:
    if area.kind is not AreaKind.MUNICIPALITY or area.county_id != county.id:
        raise Refusal(_("%(name)s ist keine Gemeinde des eigenen Landkreises.", name=area.name), field=field)
    if area.valid_to is not None:
        day_words = date_long(area.valid_to)
        message = _("%(name)s gibt es ab %(day)s schon nicht mehr.", name=area.name, day=day_words)
        raise Refusal(message, field=field)
    if area.valid_from is not None and area.valid_from >= day:
        raise Refusal(_("%(name)s gibt es an diesem Tag nicht.", name=area.name), field="from_day")


def _checked_successor(wish: Wish, county: Area) -> Wish:
    if wish.kind is MergerKind.DEPARTURE:
        return replace(wish, successor=None, new=None)
    if wish.kind in {MergerKind.INCORPORATION, MergerKind.RENAMING}:
        if wish.successor is None:
            raise Refusal(_("Bitte wählen Sie eine Stadt oder Gemeinde."), field="successor")
        if wish.successor.id in {area.id for area in wish.ended}:
            message = _("%(name)s kann nicht zugleich enden und fortbestehen.", name=wish.successor.name)
            raise Refusal(message, field="successor")
        _require_own(wish.successor, county, wish.from_day, field="successor")
        if wish.kind is MergerKind.INCORPORATION:
            return replace(wish, new=None)
    new = NewPlace(name="") if wish.new is None else wish.new
    name = one_line(new.name)[:200]
    if not name:
        raise Refusal(_("Bitte geben Sie den neuen Namen an."), field="name")
    new = replace(
        new,
        name=name,
        official_name=one_line(new.official_name)[:200] or name,
        key=new.key.strip(),
        type_name=one_line(new.type_name)[:60],
    )
    if wish.kind is MergerKind.RENAMING:
        return replace(wish, new=new)
    return _with_key(wish, new, county)


def _with_key(wish: Wish, new: NewPlace, county: Area) -> Wish:
    """A municipality that a register brought already is the one that is meant by its key."""
    key = new.key
    if len(key) != 8 or not key.isascii() or not key.isdigit() or key[:5] != county.key:
        message = _("Der Schlüssel hat acht Ziffern und beginnt mit %(county)s.", county=county.key)
        raise Refusal(message, field="key")
    statement = select(Area).where(Area.kind == AreaKind.MUNICIPALITY, Area.key == key)
    known = db.session.execute(statement).scalar_one_or_none()
    if known is None:
        return replace(wish, new=new, successor=None)
    if known.valid_from is None or known.valid_to is not None or known in wish.ended:
        raise Refusal(_("Den Schlüssel %(key)s hat schon %(name)s.", key=key, name=known.name), field="key")
    return replace(wish, new=new, successor=known)


def _check_groups(wish: Wish, county: Area) -> None:
    for group, kind, field in (
        (wish.planning_area, AreaKind.PLANNING_AREA, "planning_area"),
        (wish.association, AreaKind.ASSOCIATION, "association"),
    ):
        if group is None:
            continue
        if group.kind is not kind or group.county_id != county.id:
            raise Refusal(_("Bitte wählen Sie einen Eintrag aus der Liste."), field=field)
        begins, ends = group.valid_from, group.valid_to
        if (begins is not None and begins > wish.from_day) or (ends is not None and ends <= wish.from_day):
            raise Refusal(_("%(name)s gibt es an diesem Tag nicht.", name=group.name), field=field)


def _memberships(*conditions: object) -> Sequence[AreaMembership]:
    statement = (
        select(AreaMembership)
        .where(*conditions)  # type: ignore[arg-type]
        .options(joinedload(AreaMembership.member), joinedload(AreaMembership.group))
        .order_by(AreaMembership.member_id, AreaMembership.valid_from)
    )
    return db.session.execute(statement).scalars().all()


def _require_no_later_change(rows: Collection[AreaMembership], day: date) -> None:
    for row in rows:
        if row.valid_from > day:
            raise Refusal(
                _("Für %(name)s ist ab %(day)s schon eine Änderung eingetragen (%(group)s). Bitte nehmen Sie sie "
                  "zuerst zurück.", name=row.member.name, day=date_long(row.valid_from), group=row.group.name),
                field="from_day",
            )  # fmt: skip


def _rename(merger: Merger, wish: Wish) -> None:
    area, new = wish.successor, wish.new
    assert area is not None
    assert new is not None
    area = lock(area)
    merger.successor_id = area.id
    merger.former_name, merger.former_official_name = area.name, area.official_name
    merger.former_type_name = area.type_name
    area.name, area.official_name = new.name, new.official_name
    area.type_name = new.type_name or area.type_name
    db.session.add(merger)
    db.session.flush()
    rename_localities(area)


def rename_localities(municipality: Area) -> None:
    """Localities are named with their municipality; its new name is theirs, too."""
    rows = _memberships(AreaMembership.group_id == municipality.id, AreaMembership.kind == MembershipKind.MUNICIPALITY)
    for row in rows:
        row.member.official_name = locality_full_name(row.member.name, municipality)


def _succeed(merger: Merger, found: Plan) -> None:
    wish, day = found.wish, found.wish.from_day
    successor = _successor(merger, found)
    db.session.add(merger)
    db.session.flush()
    steps: list[Step] = []
    for row in found.ending:
        steps.append(step_of(row))
        close(row, day)
    # Old rows must be closed in the database before second open ones appear.
    db.session.flush()
    is_example = any(step.is_example for step in steps if step.kind is MembershipKind.PLANNING_AREA)
    if merger.made_successor or wish.kind in {MergerKind.UNION, MergerKind.ARRIVAL}:
        assert successor is not None
        for kind, group in (
            (MembershipKind.PLANNING_AREA, wish.planning_area),
            (MembershipKind.ASSOCIATION, wish.association),
        ):
            if group is not None:
                example = is_example and kind is MembershipKind.PLANNING_AREA
                steps.append(open_from(successor, group, kind, day, is_example=example, reason=wish.reason))
    for row in found.localities:
        step = step_of(row)
        close(row, day)
        db.session.flush()
        if successor is not None:
            open_from(row.member, successor, MembershipKind.MUNICIPALITY, day)
            step = replace(step, target_id=successor.id)
            row.member.official_name = locality_full_name(row.member.name, successor)
        else:
            row.member.valid_to = day
        steps.append(step)
    merger.steps.extend(step.row(merger.id) for step in steps)
    for area in wish.ended:
        area.valid_to = day
        part = MergerPart(merger_id=merger.id, area_id=area.id)
        if successor is not None and wish.as_localities:
            part.locality_id = _as_locality(area, successor, day).id
        db.session.add(part)
    db.session.flush()


def _successor(merger: Merger, found: Plan) -> Area | None:
    wish = found.wish
    if wish.kind is MergerKind.DEPARTURE:
        return None
    sizes = [area.square_km for area in wish.ended]
    known = sum(size for size in sizes if size is not None) if None not in sizes else None
    if wish.successor is not None:
        area = lock(wish.successor)
        merger.former_square_km, merger.former_valid_from = area.square_km, area.valid_from
        if wish.kind is MergerKind.INCORPORATION and area.square_km is not None and known is not None:
            area.square_km += known
        elif wish.kind is not MergerKind.INCORPORATION:
            area.valid_from = min(area.valid_from or wish.from_day, wish.from_day)
        merger.successor_id = area.id
        return area
    new = wish.new
    assert new is not None
    slugs = set(db.session.execute(select(Area.slug).where(Area.kind == AreaKind.MUNICIPALITY)).scalars())
    area = Area(
        kind=AreaKind.MUNICIPALITY,
        county_id=found.county.id,
        is_own=True,
        key=new.key,
        name=new.name,
        official_name=new.official_name,
        type_name=new.type_name,
        slug=free_slug(new.name, taken=slugs, more=str(wish.from_day.year)),
        square_km=known or None,
        valid_from=wish.from_day,
        attribution_key=wish.ended[0].attribution_key if wish.ended else None,
    )
    db.session.add(area)
    db.session.flush()
    merger.made_successor, merger.successor_id = True, area.id
    return area


def _as_locality(area: Area, successor: Area, day: date) -> Area:
    slugs = set(db.session.execute(select(Area.slug).where(Area.kind == AreaKind.LOCALITY)).scalars())
    locality = Area(
        kind=AreaKind.LOCALITY,
        county_id=area.county_id,
        is_own=True,
        name=area.name,
        official_name=locality_full_name(area.name, successor),
        slug=free_slug(f"{successor.slug} {area.name}", taken=slugs),
        valid_from=day,
    )
    db.session.add(locality)
    db.session.flush()
    open_from(locality, successor, MembershipKind.MUNICIPALITY, day)
    return locality

"""Moving municipalities between planning areas: what it would do, doing it, taking it back.

A municipality belongs to at most one planning area on any day. A move ends the present membership on the day the
new one begins; what was before stays readable. Gaps are allowed, overlaps never.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas import extension, permissions
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind, Merger, Regrouping, RegroupingStep
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

# Later than that nobody plans; it is a slip of the pen.
YEARS_AHEAD = 10
REASON_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class Move:
    """One municipality's part: what it belongs to on the day (None: to nothing) and what went before a gap."""

    member: Area
    origin: AreaMembership | None
    gap_since: date | None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A decision that could be made: `to` None means that the municipalities belong to no planning area."""

    county: Area
    to: Area | None
    from_day: date
    reason: str
    moves: tuple[Move, ...]

    @property
    def planning_area_ids(self) -> set[int]:
        """Planning areas that gain or lose a member."""
        touched = {move.origin.group_id for move in self.moves if move.origin is not None}
        return touched | ({self.to.id} if self.to is not None else set())

    @property
    def is_past(self) -> bool:
        return self.from_day < clock.today()


def plan(municipalities: Collection[Area], *, to: Area | None, from_day: date, reason: str = "") -> Plan:
    """What moving the municipalities from that day on would do; changes nothing.

    Refuses: nobody chosen, a place that is no own municipality, a day outside the planning area's life or too far
    ahead, a day in the past without a reason, a municipality that belongs there already, and a municipality whose
    membership changes again on or after that day.
    """
    reason = one_line(reason)
    if not municipalities:
        raise Refusal(_("Bitte wählen Sie mindestens eine Stadt oder Gemeinde."), field="municipalities")
    county = _county_of(municipalities)
    if to is not None:
        _require_target(to, county, from_day)
    today = clock.today()
    if from_day > date(today.year + YEARS_AHEAD, 12, 31):
        raise Refusal(
            _("Bitte wählen Sie einen Tag in den nächsten %(years)s Jahren.", years=YEARS_AHEAD), field="from_day"
        )
    if from_day < today and not reason:
        raise Refusal(_("Der Tag liegt zurück. Bitte nennen Sie den Grund der Änderung."), field="reason")
    if len(reason) > REASON_LENGTH:
        raise Refusal(_("Bitte höchstens %(limit)s Zeichen.", limit=REASON_LENGTH), field="reason")
    courses = _courses(municipalities)
    moves = tuple(
        _move(member, courses.get(member.id, ()), to=to, from_day=from_day)
        for member in sorted(municipalities, key=lambda member: (member.sort_key, member.id))
    )
    return Plan(county=county, to=to, from_day=from_day, reason=reason, moves=moves)


def assign(
    municipalities: Collection[Area],
    *,
    to: Area | None,
    from_day: date,
    reason: str = "",
    confirmed: bool = True,
    expected: str | None = None,
    actor: Actor,
) -> Regrouping:
    """Let the municipalities belong to the planning area from that day on (`to=None`: to none).

    `expected` is the `mark` of the assignment that the decision was made on; if somebody changed it meanwhile,
    `Conflict`. `confirmed=False` keeps the notice *Beispielzuordnung*. Refuses what `plan` refuses.
    """
    require(permissions.may_plan(actor))
    if not municipalities:
        raise Refusal(_("Bitte wählen Sie mindestens eine Stadt oder Gemeinde."), field="municipalities")
    # One decision after the other: whoever comes second plans on what the first one left.
    county = lock(_county_of(municipalities))
    if expected is not None and expected != mark(county):
        raise Conflict(_("Die Zuordnung wurde inzwischen geändert. Bitte prüfen Sie die Vorschau noch einmal."))
    decided = plan(municipalities, to=to, from_day=from_day, reason=reason)
    regrouping = Regrouping(
        county_id=county.id,
        target_id=None if to is None else to.id,
        from_day=from_day,
        reason=decided.reason,
        decided_by_id=actor.user_id,
    )
    db.session.add(regrouping)
    for move in decided.moves:
        _carry_out(move, regrouping, to=to, is_example=not confirmed)
    db.session.flush()
    audit.record(
        "areas.regrouped",
        subject=regrouping,
        actor=actor,
        details={
            "to": None if to is None else to.id,
            "from_day": from_day.isoformat(),
            "members": [move.member.id for move in decided.moves],
        },
    )
    _tell(decided.planning_area_ids, from_day, actor)
    return regrouping


def undo(regrouping: Regrouping, *, actor: Actor) -> None:
    """Take back the latest decision that still holds; the memberships are as they were before it.

    Refuses any other decision, one that was taken back already, and one whose former planning area has ended.
    """
    require(permissions.may_plan(actor))
    county = lock(db.session.get_one(Area, regrouping.county_id))
    regrouping = lock(regrouping)
    last = latest(county)
    if last is None or last.id != regrouping.id:
        raise Refusal(_("Nur die letzte Änderung lässt sich zurücknehmen."))
    touched = {step.origin_id for step in regrouping.steps} | {regrouping.target_id}
    for step in regrouping.steps:
        _take_back(step, regrouping)
    regrouping.undone_at = clock.now()
    regrouping.undone_by_id = actor.user_id
    db.session.flush()
    audit.record("areas.regrouping_undone", subject=regrouping, actor=actor)
    _tell({area_id for area_id in touched if area_id is not None}, regrouping.from_day, actor)


def latest(county: Area) -> Regrouping | None:
    """The latest decision that still holds: the one that can be taken back."""
    statement = (
        select(Regrouping)
        .where(Regrouping.county_id == county.id, Regrouping.undone_at.is_(None))
        .order_by(Regrouping.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def regroupings(county: Area) -> Sequence[Regrouping]:
    """All decisions with their steps and people, latest first; four queries."""
    statement = (
        select(Regrouping)
        .where(Regrouping.county_id == county.id)
        .options(
            joinedload(Regrouping.target),
            joinedload(Regrouping.decided_by),
            joinedload(Regrouping.undone_by),
            selectinload(Regrouping.steps).options(
                joinedload(RegroupingStep.member), joinedload(RegroupingStep.origin)
            ),
        )
        .order_by(Regrouping.id.desc())
    )
    return db.session.execute(statement).unique().scalars().all()


def mark(county: Area) -> str:
    """Changes whenever a decision on memberships or municipalities is made or taken back; forms carry it along."""
    parts: list[int] = []
    for table in (Regrouping, Merger):
        statement = select(func.coalesce(func.max(table.id), 0), func.count(table.undone_at))
        parts += db.session.execute(statement.where(table.county_id == county.id)).one()
    return ".".join(str(part) for part in parts)


def _county_of(municipalities: Collection[Area]) -> Area:
    counties = {member.county_id for member in municipalities}
    own = all(member.kind is AreaKind.MUNICIPALITY and member.is_own for member in municipalities)
    if not own or len(counties) != 1:
        message = _("Nur Städte und Gemeinden des eigenen Landkreises lassen sich zuordnen.")
        raise Refusal(message, field="municipalities")
    return db.session.get_one(Area, counties.pop())


def _require_target(to: Area, county: Area, from_day: date) -> None:
    if to.kind is not AreaKind.PLANNING_AREA or to.county_id != county.id:
        raise Refusal(_("Bitte wählen Sie einen Planungsraum des Landkreises."), field="to")
    if to.valid_from is not None and from_day < to.valid_from:
        raise Refusal(
            _("Den Planungsraum %(name)s gibt es erst ab %(day)s.", name=to.name, day=date_long(to.valid_from)),
            field="from_day",
        )
    if to.valid_to is not None and from_day >= to.valid_to:
        raise Refusal(
            _("Den Planungsraum %(name)s gibt es ab %(day)s nicht mehr.", name=to.name, day=date_long(to.valid_to)),
            field="from_day",
        )


def _courses(municipalities: Collection[Area]) -> dict[int, list[AreaMembership]]:
    """All memberships in planning areas by municipality, earliest first."""
    statement = (
        select(AreaMembership)
        .where(
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            AreaMembership.member_id.in_([member.id for member in municipalities]),
        )
        .options(joinedload(AreaMembership.group))
        .order_by(AreaMembership.member_id, AreaMembership.valid_from)
    )
    found: dict[int, list[AreaMembership]] = {}
    for membership in db.session.execute(statement).scalars():
        found.setdefault(membership.member_id, []).append(membership)
    return found


def _move(member: Area, course: Sequence[AreaMembership], *, to: Area | None, from_day: date) -> Move:
    if (member.valid_from is not None and from_day < member.valid_from) or (
        member.valid_to is not None and from_day >= member.valid_to
    ):
        raise Refusal(_("%(name)s gibt es an diesem Tag nicht.", name=member.name), field="from_day")
    for later in course:
        if later.valid_from > from_day:
            raise Refusal(
                _(
                    "Für %(name)s ist ab %(day)s schon eine Änderung eingetragen (%(group)s). Bitte wählen Sie einen "
                    "späteren Tag oder nehmen Sie sie zurück.",
                    name=member.name,
                    day=date_long(later.valid_from),
                    group=later.group.name,
                ),
                field="from_day",
            )
    present = next((m for m in course if m.valid_to is None or m.valid_to > from_day), None)
    if present is None:
        if to is None:
            raise Refusal(_("%(name)s gehört schon zu keinem Planungsraum.", name=member.name), field="to")
        return Move(member=member, origin=None, gap_since=course[-1].valid_to if course else None)
    if to is not None and present.group_id == to.id:
        raise Refusal(
            _("%(name)s gehört an diesem Tag schon zu %(group)s.", name=member.name, group=to.name), field="to"
        )
    return Move(member=member, origin=present, gap_since=None)


def _carry_out(move: Move, regrouping: Regrouping, *, to: Area | None, is_example: bool) -> None:
    step = RegroupingStep(member_id=move.member.id)
    regrouping.steps.append(step)
    origin = move.origin
    if origin is not None:
        step.origin_id = origin.group_id
        step.origin_from, step.origin_to = origin.valid_from, origin.valid_to
        step.origin_is_example, step.origin_reason = origin.is_example, origin.reason
        if origin.valid_from == regrouping.from_day:
            # Corrected on its first day: it never held for a whole day.
            db.session.delete(origin)
        else:
            origin.valid_to = regrouping.from_day
    # The old row must be closed in the database before a second open one appears.
    db.session.flush()
    if to is not None:
        db.session.add(
            AreaMembership(
                kind=MembershipKind.PLANNING_AREA,
                group_id=to.id,
                member_id=move.member.id,
                valid_from=regrouping.from_day,
                # Neither outlives the planning area nor the municipality.
                valid_to=min((end for end in (to.valid_to, move.member.valid_to) if end is not None), default=None),
                is_example=is_example,
                reason=regrouping.reason,
            )
        )


def _take_back(step: RegroupingStep, regrouping: Regrouping) -> None:
    origin = step.origin
    if step.member.valid_to is not None:
        raise Refusal(
            _("%(name)s gibt es ab %(day)s nicht mehr. Bitte nehmen Sie zuerst diese Gebietsänderung zurück.",
              name=step.member.name, day=date_long(step.member.valid_to))
        )  # fmt: skip
    end = None if origin is None else origin.valid_to
    if origin is not None and end is not None and (step.origin_to is None or step.origin_to > end):
        message = _("Den Planungsraum %(name)s gibt es ab %(day)s nicht mehr.", name=origin.name, day=date_long(end))
        raise Refusal(message)
    course = {row.valid_from: row for row in _courses([step.member]).get(step.member_id, ())}
    opened = course.get(regrouping.from_day)
    if opened is not None:
        db.session.delete(opened)
        db.session.flush()
    if origin is None or step.origin_from is None:
        return
    former = course.get(step.origin_from)
    if former is not None and former is not opened:
        former.valid_to = step.origin_to
        return
    db.session.add(
        AreaMembership(
            kind=MembershipKind.PLANNING_AREA,
            group_id=origin.id,
            member_id=step.member_id,
            valid_from=step.origin_from,
            valid_to=step.origin_to,
            is_example=step.origin_is_example,
            reason=step.origin_reason,
        )
    )


def _tell(planning_area_ids: Collection[int], from_day: date, actor: Actor) -> None:
    settings.bump("areas")
    db.session.flush()
    for tell in extension.regrouped:
        tell(planning_area_ids=planning_area_ids, from_day=from_day, actor=actor)

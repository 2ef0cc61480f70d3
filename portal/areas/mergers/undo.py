"""Taking a change of municipalities back, while nothing rests on it."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update

from portal.areas import extension, permissions
from portal.areas.mergers.services import rename_localities
from portal.areas.mergers.successions import put_back
from portal.areas.models import (
    Area,
    AreaMembership,
    MembershipKind,
    Merger,
    MergerKind,
    MergerPart,
    MergerStep,
    Regrouping,
    RegroupingStep,
)
from portal.areas.services import locality_full_name
from portal.areas.uses import uses_of, values_since
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.formats import date_long
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.settings import services as settings

_SAME_KM2 = 0.005


def hindrances(merger: Merger) -> list[str]:
    """Why a change cannot be taken back, in sentences; nothing if it can.

    A later change of the same places, something that refers to a municipality or locality which the change made, and
    values that were delivered for the new territory. Each names its way out.
    """
    if merger.undone_at is not None:
        return [_("Diese Änderung ist schon zurückgenommen.")]
    found = [
        _("Zuerst ist zurückzunehmen: %(what)s ab %(day)s.", what=later.kind.label, day=date_long(later.from_day))
        for later in _later(merger)
    ]
    made = [part.locality_id for part in merger.parts if part.locality_id is not None]
    if merger.made_successor and merger.successor_id is not None:
        made.append(merger.successor_id)
        if _is_moved(merger.successor_id):
            found.append(_("Die neue Gemeinde wurde seither verschoben. Bitte nehmen Sie das zuerst zurück."))
    found += [
        _("Darauf beziehen sich: %(count)s %(what)s. Bitte ordnen Sie sie zuerst anders zu.",
          count=use.count, what=use.label)
        for use in uses_of(made)
        if use.hinders
    ]  # fmt: skip
    if merger.successor_id is not None and merger.kind is not MergerKind.RENAMING:
        found += [
            _("Für das neue Gebiet sind Werte geliefert: %(count)s. Bitte nehmen Sie zuerst diese Lieferung zurück.",
              count=use.count)
            for use in values_since(merger.successor_id, merger.from_day)
        ]  # fmt: skip
    return found


def undo(merger: Merger, *, actor: Actor) -> None:
    """Everything is as it was before the change; municipalities and localities that it made are gone.

    Refuses what `hindrances` names, and memberships that were changed since.
    """
    require(permissions.may_plan(actor))
    lock(db.session.get_one(Area, merger.county_id))
    merger = lock(merger)
    reasons = hindrances(merger)
    if reasons:
        raise Refusal(" ".join(str(reason) for reason in reasons))
    successor = merger.successor
    _remove_localities(merger)
    for part in merger.parts:
        part.area.valid_to = None
    for step in merger.steps:
        put_back(step, merger.from_day)
        _name_again(step.member, step.origin, step.kind)
        if merger.kind is MergerKind.DEPARTURE and step.kind is MembershipKind.MUNICIPALITY:
            step.member.valid_to = step.origin_to
    if successor is not None:
        _restore(merger, successor)
    merger.undone_at, merger.undone_by_id = clock.now(), actor.user_id
    settings.bump("areas")
    db.session.flush()
    audit.record("areas.merger_undone", subject=merger, actor=actor)
    touched = {step.origin_id for step in merger.steps} | {step.target_id for step in merger.steps}
    for tell in extension.regrouped:
        tell(planning_area_ids={id_ for id_ in touched if id_ is not None}, from_day=merger.from_day, actor=actor)


def _later(merger: Merger) -> Sequence[Merger]:
    """Changes entered afterwards that concern the same places."""
    ids = [part.area_id for part in merger.parts] + ([merger.successor_id] if merger.successor_id is not None else [])
    statement = select(Merger).where(
        Merger.id > merger.id,
        Merger.undone_at.is_(None),
        or_(Merger.successor_id.in_(ids), Merger.parts.any(MergerPart.area_id.in_(ids))),
    )
    return db.session.execute(statement.order_by(Merger.id)).scalars().all()


def _is_moved(area_id: int) -> bool:
    statement = (
        select(RegroupingStep.id)
        .join(RegroupingStep.regrouping)
        .where(RegroupingStep.member_id == area_id, Regrouping.undone_at.is_(None))
        .limit(1)
    )
    return db.session.execute(statement).first() is not None


def _remove_localities(merger: Merger) -> None:
    for part in merger.parts:
        if part.locality is not None:
            locality, part.locality_id = part.locality, None
            db.session.flush()
            _delete(locality)


def _delete(area: Area) -> None:
    """The area, its memberships, and what decisions that were taken back say of it."""
    id_ = area.id
    for statement in (
        delete(RegroupingStep).where(RegroupingStep.member_id == id_),
        delete(MergerStep).where(or_(MergerStep.member_id == id_, MergerStep.origin_id == id_)),
        update(MergerStep).where(MergerStep.target_id == id_).values(target_id=None),
        delete(MergerPart).where(MergerPart.area_id == id_),
        update(Merger).where(Merger.successor_id == id_).values(successor_id=None),
        delete(AreaMembership).where(or_(AreaMembership.member_id == id_, AreaMembership.group_id == id_)),
    ):
        db.session.execute(statement)
    db.session.delete(area)
    db.session.flush()


def _name_again(member: Area, origin: Area | None, kind: MembershipKind) -> None:
    if kind is MembershipKind.MUNICIPALITY and origin is not None:
        member.official_name = locality_full_name(member.name, origin)


def _restore(merger: Merger, successor: Area) -> None:
    """The successor as it was; one that the change made goes, and the decision keeps its name."""
    if merger.kind is MergerKind.RENAMING:
        former = merger.former_name, merger.former_official_name, merger.former_type_name
        merger.former_name, merger.former_official_name = successor.name, successor.official_name
        successor.name, successor.official_name = former[0] or "", former[1] or ""
        successor.type_name = former[2] or ""
        rename_localities(successor)
        return
    if not merger.made_successor:
        successor.valid_from = merger.former_valid_from
        together = sum(part.area.square_km or 0.0 for part in merger.parts) + (merger.former_square_km or 0.0)
        # A register may have brought a newer figure since.
        if successor.square_km is not None and abs(successor.square_km - together) < _SAME_KM2:
            successor.square_km = merger.former_square_km
        return
    merger.former_name = successor.name
    merger.made_successor = False
    # The row must say that it is undone before it may name no successor.
    merger.undone_at = clock.now()
    db.session.flush()
    _delete(successor)
    db.session.expire(merger, ["successor_id", "successor", "steps"])

"""Memberships that end with one municipality and begin with another, and how they are put back."""

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from portal.areas.models import Area, AreaMembership, MembershipKind, MergerStep
from portal.core.database import db
from portal.core.errors import Refusal


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a place belonged to before a change (`origin_…`), and what it belongs to since (`target_id`)."""

    kind: MembershipKind
    member_id: int
    origin_id: int | None = None
    origin_from: date | None = None
    origin_to: date | None = None
    is_example: bool = False
    reason: str = ""
    target_id: int | None = None

    def row(self, merger_id: int) -> MergerStep:
        return MergerStep(
            merger_id=merger_id,
            kind=self.kind,
            member_id=self.member_id,
            origin_id=self.origin_id,
            origin_from=self.origin_from,
            origin_to=self.origin_to,
            origin_is_example=self.is_example,
            origin_reason=self.reason,
            target_id=self.target_id,
        )


def step_of(membership: AreaMembership) -> Step:
    """The membership as it is before it ends."""
    return Step(
        kind=membership.kind,
        member_id=membership.member_id,
        origin_id=membership.group_id,
        origin_from=membership.valid_from,
        origin_to=membership.valid_to,
        is_example=membership.is_example,
        reason=membership.reason,
    )


def close(membership: AreaMembership, day: date) -> None:
    """Let it end on the day; one that began on it, or later, never held."""
    if membership.valid_from >= day:
        db.session.delete(membership)
    else:
        membership.valid_to = day


def open_from(
    member: Area, group: Area, kind: MembershipKind, day: date, *, is_example: bool = False, reason: str = ""
) -> Step:
    """Let the place belong to the group from the day on, as long as both exist."""
    ends = [end for end in (group.valid_to, member.valid_to) if end is not None]
    db.session.add(
        AreaMembership(
            kind=kind,
            group_id=group.id,
            member_id=member.id,
            valid_from=day,
            valid_to=min(ends, default=None),
            is_example=is_example,
            reason=reason,
        )
    )
    db.session.flush()
    return Step(kind=kind, member_id=member.id, target_id=group.id)


def put_back(step: MergerStep, day: date) -> None:
    """Undo one step; `Refusal` if its membership was changed since."""
    rows = {
        (row.group_id, row.valid_from): row
        for row in db.session.execute(
            select(AreaMembership).where(AreaMembership.member_id == step.member_id, AreaMembership.kind == step.kind)
        ).scalars()
    }
    changed = Refusal(
        _("Die Zuordnung von %(name)s wurde seither geändert. Bitte nehmen Sie zuerst diese Änderung zurück.",
          name=step.member.name)
    )  # fmt: skip
    if step.target_id is not None:
        opened = rows.pop((step.target_id, day), None)
        if opened is None or any(row.valid_from > day for row in rows.values()):
            raise changed
        db.session.delete(opened)
        db.session.flush()
    if step.origin_id is None or step.origin_from is None:
        return
    if any(row.valid_from >= day for row in rows.values()):
        raise changed
    former = rows.get((step.origin_id, step.origin_from))
    if former is None:
        db.session.add(
            AreaMembership(
                kind=step.kind,
                group_id=step.origin_id,
                member_id=step.member_id,
                valid_from=step.origin_from,
                valid_to=step.origin_to,
                is_example=step.origin_is_example,
                reason=step.origin_reason,
            )
        )
    elif former.valid_to != day:
        raise changed
    else:
        former.valid_to = step.origin_to
    db.session.flush()

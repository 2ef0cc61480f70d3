"""Which municipality belongs to which association, as official registers say it."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select

from portal.areas.models import AreaMembership, MembershipKind
from portal.core.database import db


def open_associations(member_ids: Collection[int]) -> dict[int, AreaMembership]:
    """The open membership in an association by municipality."""
    statement = select(AreaMembership).where(
        AreaMembership.kind == MembershipKind.ASSOCIATION,
        AreaMembership.valid_to.is_(None),
        AreaMembership.member_id.in_(member_ids),
    )
    return {row.member_id: row for row in db.session.execute(statement).scalars()}


def settle_associations(wanted: Mapping[int, int | None], *, from_day: date) -> tuple[int, int]:
    """Let municipalities (ids) belong to these associations (ids; None: to none); how many rows began and changed.

    What a register no longer knows ends on its day; a membership of the same day was wrong and goes.
    """
    known = open_associations(wanted)
    begun = changed = 0
    for member_id, row in known.items():
        if wanted[member_id] == row.group_id:
            continue
        if row.valid_from < from_day:
            row.valid_to = from_day
        else:
            db.session.delete(row)
        changed += 1
    db.session.flush()
    for member_id, group_id in wanted.items():
        before = known.get(member_id)
        if group_id is None or (before is not None and before.group_id == group_id):
            continue
        db.session.add(
            AreaMembership(kind=MembershipKind.ASSOCIATION, group_id=group_id, member_id=member_id, valid_from=from_day)
        )
        begun += 1
    db.session.flush()
    return begun, changed

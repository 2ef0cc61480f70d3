"""Writing revisions of catalogue entries. Rows are only added."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select

from portal.core.actor import Actor
from portal.core.database import db
from portal.indicators.catalogue.revision_models import IndicatorRevision, RevisionKind
from portal.indicators.models import Indicator


def note(
    indicator: Indicator,
    kind: RevisionKind,
    changes: Mapping[str, Mapping[str, Any]],
    *,
    actor: Actor,
    reason: str = "",
    undoes: int | None = None,
) -> None:
    """Write the next revision of a (locked) entry; `changes` is field → old and new value as JSON keeps them."""
    found = last(indicator)
    db.session.add(
        IndicatorRevision(
            indicator_id=indicator.id,
            number=1 if found is None else found.number + 1,
            kind=kind,
            changes=dict(changes),
            user_id=actor.user_id,
            reason=reason[:500],
            undoes=undoes,
        )
    )


def last(indicator: Indicator) -> IndicatorRevision | None:
    """The newest revision of an entry."""
    statement = of(indicator).limit(1).execution_options(populate_existing=True)
    return db.session.scalars(statement).one_or_none()


def of(indicator: Indicator) -> Select[Any]:
    """All revisions of an entry, newest first."""
    return (
        select(IndicatorRevision)
        .where(IndicatorRevision.indicator_id == indicator.id)
        .order_by(IndicatorRevision.number.desc())
    )

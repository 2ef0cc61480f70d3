"""Reading what bodies decided."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.database import db
from portal.evidence.models import Finding, FindingDecision


def latest(*, limit: int) -> list[tuple[FindingDecision, Finding]]:
    """What bodies said last to findings that are public, with their versions, the latest first; one query."""
    statement = (
        select(FindingDecision, Finding)
        .join(Finding, Finding.id == FindingDecision.finding_id)
        .options(
            joinedload(FindingDecision.body), joinedload(Finding.area), joinedload(Finding.topic),
            joinedload(Finding.period), joinedload(Finding.versions),
        )
        .where(Finding.published_at.is_not(None))
        .order_by(FindingDecision.decided_on.desc(), FindingDecision.id.desc())
        .limit(limit)
    )  # fmt: skip
    return [(decision, finding) for decision, finding in db.session.execute(statement).unique()]

"""Saying of an indicator and something that was said that they belong together, or that they do not."""

from sqlalchemy import select

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.evidence import permissions
from portal.evidence.linking.linkable import End
from portal.evidence.models import IndicatorLink, LinkState, SourceKind
from portal.evidence.queries import VERSION
from portal.indicators.models import Indicator
from portal.settings import services as settings

# Whose data version moves when a link of this kind does: proposals and pages are made of them.
_VERSIONS = {SourceKind.STATEMENT: "needs", SourceKind.MINUTES_ENTRY: "minutes", SourceKind.SURVEY_ITEM: "surveys"}
_LONGEST_REASON = 500


def say(indicator: Indicator, end: End, state: LinkState, *, actor: Actor, reason: str = "") -> bool:
    """Link the two, or say that they do not belong together: neither is suggested again. Whether anything changed."""
    require(permissions.may_link(actor, indicator.department_id))
    indicator = lock(indicator)
    found = _said(indicator, end)
    if found is not None and found.state is state:
        return False
    if found is None:
        found = IndicatorLink(
            indicator_id=indicator.id, kind=end.kind, target=end.target, statement_id=end.statement_id,
            minutes_id=end.minutes_id, survey_id=end.survey_id,
        )  # fmt: skip
        db.session.add(found)
    found.state, found.reason = state, one_line(reason)[:_LONGEST_REASON]
    found.said_at, found.user_id = clock.now(), actor.user_id
    _finish(end)
    details = {"kind": end.kind.value, "target": end.target}
    if state is LinkState.LINKED:
        audit.record("evidence.linked", subject=indicator, actor=actor, details=details)
    else:
        audit.record("evidence.link_declined", subject=indicator, actor=actor, details=details)
    return True


def forget(indicator: Indicator, end: End, *, actor: Actor) -> bool:
    """Take back what was said: the authors' own link holds again, and the two may be suggested again."""
    require(permissions.may_link(actor, indicator.department_id))
    indicator = lock(indicator)
    found = _said(indicator, end)
    if found is None:
        return False
    db.session.delete(found)
    _finish(end)
    details = {"kind": end.kind.value, "target": end.target}
    audit.record("evidence.link_forgotten", subject=indicator, actor=actor, details=details)
    return True


def _said(indicator: Indicator, end: End) -> IndicatorLink | None:
    return db.session.scalars(
        select(IndicatorLink).where(
            IndicatorLink.indicator_id == indicator.id,
            IndicatorLink.kind == end.kind,
            IndicatorLink.target == end.target,
        )
    ).one_or_none()


def _finish(end: End) -> None:
    db.session.flush()
    settings.bump(VERSION)
    settings.bump(_VERSIONS[end.kind])

"""Findings are open again when the rule proposes something else than on the day they were adopted.

That people concluded otherwise does not reopen anything: compared are two proposals, not a proposal with people.
"""

from collections.abc import Mapping
from threading import Event
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.audit import services as audit
from portal.config import Config
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.evidence import freezing, permissions, queries, reasons, rule_versions
from portal.evidence.matrix import Matrix
from portal.evidence.models import Assessment, Finding, FindingState, VoicesAxis
from portal.evidence.progress import checked, held, step
from portal.evidence.rule import Proposal, Thresholds
from portal.indicators.signals import FiguresSignal
from portal.planning.models import PlanningPeriod
from portal.settings import services as settings


def reopen(
    finding: Finding,
    reason: str,
    *,
    actor: Actor,
    edition: int | None = None,
    change: Mapping[str, Any] | None = None,
) -> None:
    """Take a finding up again, with the reason in words. The published version stays readable.

    `change` says what changed the proposal (`freezing.difference`), so that staff are shown each source.
    """
    require(permissions.may_reopen(actor))
    held(finding, edition, actor=actor)
    words = checked(reason, field="reason")
    finding.reopened_reason, finding.reopened_change = words, dict(change or {})
    step(finding, FindingState.REOPENED, actor=actor, reason=words)
    audit.record("evidence.reopened", subject=finding, actor=actor)


def reopen_changed() -> int:
    """Reopen every finding whose proposal differs from the one at its adoption; how many. Its own transactions."""
    count = 0
    for period, matrix in _matrices():
        for finding_id, (reason, change) in _changed(period, matrix).items():
            with transaction():
                finding = db.session.get(Finding, finding_id)
                if finding is None or finding.state is FindingState.REOPENED:
                    continue
                reopen(finding, reason, actor=SYSTEM, change=change)
                count += 1
    return count


def _matrices() -> list[tuple[PlanningPeriod, Matrix]]:
    periods = db.session.scalars(
        select(PlanningPeriod).join(Finding, Finding.period_id == PlanningPeriod.id).distinct()
    ).all()
    return [(period, queries.matrix(SYSTEM, period)) for period in periods]


def _changed(period: PlanningPeriod, matrix: Matrix) -> dict[int, tuple[str, dict[str, Any]]]:
    findings = db.session.scalars(
        select(Finding)
        .where(Finding.period_id == period.id, Finding.state != FindingState.REOPENED)
        .options(selectinload(Finding.versions), selectinload(Finding.topic))
        .order_by(Finding.id)
    ).all()
    found = {}
    for finding in findings:
        now = matrix.proposals.get((finding.area_id, finding.topic.key))
        if now is not None and freezing.has_changed(finding.latest.proposal, now):
            found[finding.id] = why(finding.latest.proposal, now, matrix.limits)
    return found


def why(kept: Mapping[str, Any], now: Proposal, limits: Thresholds) -> tuple[str, dict[str, Any]]:
    """Why a proposal is no longer what it was: in words for everybody, and as keys for those who look it up."""
    change = freezing.difference(kept, freezing.frozen(now, limits))
    return in_words(kept, now, change), change


def in_words(kept: Mapping[str, Any], now: Proposal, change: Mapping[str, Any]) -> str:
    """What was proposed then, what is proposed now, which half made the difference, and how many sources did.

    Names no source: the words are printed for everybody, and not every source is public.
    """
    sentences = [
        _(
            "Bei der Übernahme lautete der Vorschlag „%(old)s“. Jetzt lautet er „%(new)s“.",
            old=Assessment(kept["assessment"]).label,
            new=reasons.reason(now),
        )
    ]
    if kept["voices"] != now.voices.axis.value:
        words = _(
            "Stimmen: bisher %(old)s, jetzt %(new)s.", old=VoicesAxis(kept["voices"]).label, new=now.voices.axis.label
        )
        sentences.append(words)
    if kept["figures"] != now.figures.signal.value:
        old = FiguresSignal(kept["figures"]).label
        sentences.append(_("Zahlen: bisher %(old)s, jetzt %(new)s.", old=old, new=now.figures.signal.label))
    gained, lost = (sum(len(keys) for keys in change.get(part, {}).values()) for part in ("gained", "lost"))
    if gained:
        sentences.append(ngettext("%(num)d Hinweis ist neu.", "%(num)d Hinweise sind neu.", gained))
    if lost:
        sentences.append(ngettext("%(num)d Hinweis zählt nicht mehr.", "%(num)d Hinweise zählen nicht mehr.", lost))
    figures = len({*change.get("indicators", {}), *change.get("numbers", {})})
    if figures:
        sentences.append(
            ngettext("%(num)d Kennzahl sagt etwas anderes.", "%(num)d Kennzahlen sagen etwas anderes.", figures)
        )
    if change.get("limits"):
        sentences.append(_("Die Schwellen der Regel wurden geändert."))
    return " ".join(sentences)


class Watch:
    """Looks after every change of the data, and on every new day, whether a proposal has changed.

    One small query while nothing happens.
    """

    name = "evidence"

    def __init__(self, config: Config, *, owner: str) -> None:
        self._seen: tuple[str, str] | None = None

    def step(self, stop: Event) -> bool:
        now = (settings.version(*queries.VERSIONS), clock.today().isoformat())
        if now == self._seen:
            return False
        if rule_versions.shown().since is None:
            with transaction():
                rule_versions.present(actor=SYSTEM)
        reopen_changed()
        self._seen = now
        return False

    def close(self) -> None:
        pass

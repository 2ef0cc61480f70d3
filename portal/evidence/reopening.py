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
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.evidence import permissions, queries
from portal.evidence.hearings import notices
from portal.evidence.matrix import Matrix
from portal.evidence.models import Assessment, Finding, FindingState, VoicesAxis
from portal.evidence.progress import checked, held, step
from portal.evidence.rules import freezing, reasons
from portal.evidence.rules import versions as rule_versions
from portal.evidence.rules.rule import Proposal, Thresholds
from portal.indicators.signals import FiguresSignal
from portal.planning.models import PlanningPeriod
from portal.settings import services as settings

_LOOKED_AT = (selectinload(Finding.versions), selectinload(Finding.topic))


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
    if notices.is_running(finding):
        notices.stopped(finding)
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


def former_state(finding: Finding) -> FindingState | None:
    """Where a finding stood that is open again for nothing but a changed proposal; None where it cannot go back.

    It cannot where people opened it or wrote anything to it since, and where its hearing would have ended meanwhile.
    """
    last = finding.steps[-1]
    if finding.state is not FindingState.REOPENED or not finding.reopened_change:
        return None
    if last.user_id is not None or finding.touched_at > last.created_at:
        return None
    if last.old_state is FindingState.HEARING:
        today = clock.today()
        if any(one.ends_on < today for one in finding.current_hearings):
            return None
    return last.old_state


def resume(finding: Finding, *, actor: Actor) -> None:
    """Take a finding back to its former state, because the rule proposes again what it did at its adoption."""
    require(permissions.may_resume(actor))
    held(finding, None, actor=actor)
    former = former_state(finding)
    if former is None:
        raise Refusal(_("Dieser Befund kann nicht in seinen früheren Stand zurück."))
    finding.reopened_reason, finding.reopened_change = "", {}
    step(finding, former, actor=actor, reason=_("Vorschlag ist wieder wie zuvor."), resumes=True)
    audit.record("evidence.resumed", subject=finding, actor=actor)
    if former is FindingState.HEARING:
        notices.goes_on(finding)


def resume_returned() -> int:
    """Take back every finding whose proposal is as it was at its adoption; how many. Its own transactions."""
    count = 0
    for period, matrix in _matrices():
        for finding_id in _returned(period, matrix):
            with transaction():
                finding = db.session.get(Finding, finding_id)
                if finding is not None and former_state(finding) is not None:
                    resume(finding, actor=SYSTEM)
                    count += 1
    return count


def _returned(period: PlanningPeriod, matrix: Matrix) -> list[int]:
    findings = db.session.scalars(
        select(Finding)
        .where(Finding.period_id == period.id, Finding.state == FindingState.REOPENED)
        .options(*_LOOKED_AT, selectinload(Finding.steps), selectinload(Finding.hearings))
        .order_by(Finding.id)
    ).all()
    return [
        one.id
        for one in findings
        if former_state(one) is not None
        and (now := matrix.proposals.get((one.area_id, one.topic.key))) is not None
        and not freezing.has_changed(one.latest.proposal, now)
    ]


def _matrices() -> list[tuple[PlanningPeriod, Matrix]]:
    periods = db.session.scalars(
        select(PlanningPeriod).join(Finding, Finding.period_id == PlanningPeriod.id).distinct()
    ).all()
    return [(period, queries.matrix(SYSTEM, period)) for period in periods]


def _changed(period: PlanningPeriod, matrix: Matrix) -> dict[int, tuple[str, dict[str, Any]]]:
    findings = db.session.scalars(
        select(Finding)
        .where(Finding.period_id == period.id, Finding.state != FindingState.REOPENED)
        .options(*_LOOKED_AT)
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


def present_change(finding: Finding, now: Proposal | None, limits: Thresholds) -> dict[str, Any]:
    """What lies between the proposal at the adoption and that of now; empty where nothing does, or people opened it."""
    if finding.state is not FindingState.REOPENED or not finding.reopened_change or now is None:
        return {}
    kept = finding.latest.proposal
    return freezing.difference(kept, freezing.frozen(now, limits)) if freezing.has_changed(kept, now) else {}


def present_reason(finding: Finding, now: Proposal, limits: Thresholds, *, is_staff: bool) -> str:
    """Why a finding is open, as it is now and not as it was on the day it was opened.

    The proposal of those outside rests on public figures alone and may lack what opened the finding.
    """
    if not finding.reopened_change:
        return finding.reopened_reason
    change = present_change(finding, now, limits)
    if change:
        return in_words(finding.latest.proposal, now, change)
    if not is_staff:
        return _("Der Vorschlag der Regel wird neu geprüft.")
    back = _("Der Vorschlag lautete zwischendurch anders. Jetzt ist er wieder wie bei der Übernahme.")
    if former_state(finding) is not None:
        return back + " " + _("Der Befund geht von selbst in seinen früheren Stand zurück.")
    return (
        back
        + " "
        + _(
            "Der Befund bleibt offen, weil inzwischen jemand dazu geschrieben hat oder die Frist der "
            "Anhörung vorbei ist."
        )
    )


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
        resume_returned()
        self._seen = now
        return False

    def close(self) -> None:
        pass

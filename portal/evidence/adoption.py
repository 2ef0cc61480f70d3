"""Adopting a proposal, or changing it with reasons; co-signing; dissent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.areas.models import Area
from portal.audit import queries as audited
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal, together
from portal.core.permissions import require
from portal.core.text import one_line
from portal.evidence import permissions
from portal.evidence.costs import COSTS
from portal.evidence.hearings import notices
from portal.evidence.models import (
    Assessment,
    Finding,
    FindingDissent,
    FindingSource,
    FindingState,
    FindingVersion,
    SourceKind,
)
from portal.evidence.progress import checked, held, person_of, step, touched
from portal.evidence.rules import freezing
from portal.evidence.rules import versions as rule_versions
from portal.evidence.rules.rule import Proposal, Thresholds
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.sources import TextSource
from portal.evidence.versions import evidence as version_evidence
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders.models import Organisation

MOST_ALTERNATIVES = 6
_LINE = 500
# As many characters as a heading has room for.
TITLE_LENGTH = 120
_PRODUCT = 120


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """A way to go on: what, which class of cost, with what effect and at what price beside money."""

    text: str
    cost_class: str
    effect: str = ""
    side_effects: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceRef:
    """Something a finding rests on: a survey's item (round and code), or a row's id."""

    kind: SourceKind
    id: int
    item: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What people conclude, as they wrote it."""

    adopted: Assessment
    said: str
    figures_show: str
    reason: str
    recommendation: str
    title: str = ""
    resources: str = ""
    alternatives: Sequence[Alternative] = ()
    next_step: str = ""
    responsible: Organisation | None = None
    due_on: date | None = None
    product: str = ""
    budget_year: int | None = None
    text_sources: Sequence[TextSource] = ()
    sources: Sequence[SourceRef] = field(default=())


def adopt(
    place: tuple[Area, Topic, PlanningPeriod],
    draft: Draft,
    *,
    proposal: Proposal | dict[str, Any],
    limits: Thresholds,
    actor: Actor,
    edition: int | None = None,
    is_demo: bool = False,
) -> Finding:
    """Write a version of the finding for a planning area, topic and period; the first one makes the finding.

    `proposal` is what the person saw (computed before the transaction); whoever watches for changes reopens the
    finding if it was overtaken meanwhile. `edition` is the one the form was filled in on, None for a new finding:
    `Conflict` if somebody else was faster.
    """
    require(permissions.may_adopt(actor))
    area, topic, period = place
    if edition is None:
        finding = _begin(area, topic, period, is_demo=is_demo, actor=actor)
    else:
        found = find(area, topic, period)
        if found is None:
            raise Conflict(_("Diesen Befund gibt es nicht mehr."))
        finding = held(found, edition, actor=actor)
    kept = proposal if isinstance(proposal, dict) else freezing.frozen(proposal, limits)
    kept = kept | version_evidence.figures_until()
    together(lambda: check(draft), lambda: _require_own_reason(draft, kept, finding))
    product, budget_year = _budget(draft)
    version = FindingVersion(
        finding_id=finding.id,
        number=len(finding.versions) + 1,
        proposed=Assessment(kept["assessment"]),
        adopted=draft.adopted,
        proposal=kept,
        title=_title(draft),
        said=checked(draft.said, field="said"),
        figures_show=checked(draft.figures_show, field="figures_show"),
        reason=checked(draft.reason, field="reason"),
        resources=checked(draft.resources, field="resources", required=False),
        recommendation=checked(draft.recommendation, field="recommendation"),
        alternatives=[_alternative(one) for one in draft.alternatives],
        next_step=checked(draft.next_step, field="next_step", required=False),
        responsible=draft.responsible,
        due_on=draft.due_on,
        product=product,
        budget_year=budget_year,
        text_sources=text_sources.checked(draft.text_sources, written(draft)),
        rule_version=rule_versions.present(actor=actor),
        adopted_by=person_of(actor),
        adopted_at=clock.now(),
        sources=[_source(one) for one in draft.sources],
    )
    if notices.is_running(finding):
        notices.stopped(finding)
    step(finding, FindingState.ADOPTED, actor=actor, reason=version.reason)
    finding.versions.append(version)
    finding.reopened_reason, finding.reopened_change = "", {}
    db.session.flush()
    audit.record("evidence.adopted", subject=finding, actor=actor, details={"version": version.number})
    return finding


def check(draft: Draft) -> None:
    """Refuse for everything that is wrong with it, all at once."""
    together(
        lambda: _title(draft),
        lambda: checked(draft.said, field="said"),
        lambda: checked(draft.figures_show, field="figures_show"),
        lambda: checked(draft.reason, field="reason"),
        lambda: checked(draft.resources, field="resources", required=False),
        lambda: checked(draft.recommendation, field="recommendation"),
        lambda: _require_few(draft.alternatives),
        *(lambda one=one: _alternative(one) for one in draft.alternatives),
        lambda: checked(draft.next_step, field="next_step", required=False),
        lambda: _require_step(draft),
        lambda: _require_day(draft),
        lambda: _budget(draft),
        lambda: text_sources.checked(draft.text_sources, written(draft)),
    )


def written(draft: Draft) -> list[str]:
    """Every text of the draft that people will read."""
    return text_sources.texts(
        draft.title, draft.said, draft.figures_show, draft.reason, draft.resources, draft.recommendation,
        draft.next_step,
        alternatives=[asdict(one) for one in draft.alternatives],
    )  # fmt: skip


def _require_own_reason(draft: Draft, kept: dict[str, Any], finding: Finding) -> None:
    """Why people differ from a proposal cannot have been said of the one before it."""
    if not finding.versions:
        return
    before = finding.latest
    changed = freezing.outcome(kept) != freezing.outcome(before.proposal)
    differs = draft.adopted.value != kept["assessment"]
    if changed and differs and one_line(draft.reason) == one_line(before.reason):
        raise Refusal(
            _("Der Vorschlag lautet heute anders. Bitte begründen Sie neu, warum Sie von ihm abweichen."),
            field="reason",
        )


def find(area: Area, topic: Topic, period: PlanningPeriod) -> Finding | None:
    """The finding of a cell, in whatever state."""
    return db.session.scalars(
        select(Finding).filter_by(area_id=area.id, topic_id=topic.id, period_id=period.id)
    ).one_or_none()


def _begin(area: Area, topic: Topic, period: PlanningPeriod, *, is_demo: bool, actor: Actor) -> Finding:
    finding = Finding(area_id=area.id, topic_id=topic.id, period_id=period.id, is_demo=is_demo)
    try:
        with db.session.begin_nested():
            db.session.add(finding)
    except IntegrityError as error:
        there = find(area, topic, period)
        if there is not None and actor.user_id is not None and audited.last_hand(there) == actor.user_id:
            raise Conflict(_("Sie haben diesen Befund inzwischen in einem anderen Fenster angelegt.")) from error
        words = _("Zu diesem Planungsraum und Thema hat inzwischen jemand anderes einen Befund angelegt.")
        raise Conflict(words) from error
    return finding


def _title(draft: Draft) -> str:
    title = one_line(draft.title)
    if len(title) > TITLE_LENGTH:
        raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=TITLE_LENGTH), field="title")
    return title


def _require_few(alternatives: Sequence[Alternative]) -> None:
    if len(alternatives) > MOST_ALTERNATIVES:
        raise Refusal(_("Bitte nennen Sie höchstens %(limit)s Alternativen.", limit=MOST_ALTERNATIVES))


def _require_step(draft: Draft) -> None:
    """What is felt only needs a next step, and every next step somebody who takes it."""
    if draft.adopted is Assessment.FELT_ONLY and not draft.next_step.strip():
        words = _("Benannt, aber nicht in den Zahlen zu sehen: Bitte nennen Sie den nächsten Schritt, der das klärt.")
        raise Refusal(words, field="next_step")
    if draft.next_step.strip() and draft.responsible is None:
        raise Refusal(_("Bitte wählen Sie, wer für den nächsten Schritt zuständig ist."), field="responsible")


def _require_day(draft: Draft) -> None:
    if draft.next_step.strip() and draft.due_on is None:
        raise Refusal(_("Bitte geben Sie an, bis wann der nächste Schritt getan ist."), field="due_on")
    if draft.due_on is not None and draft.due_on < clock.today():
        raise Refusal(_("Dieser Tag liegt in der Vergangenheit."), field="due_on")


def _budget(draft: Draft) -> tuple[str, int | None]:
    """Product and year of the budget: both or neither."""
    product = one_line(draft.product)
    if len(product) > _PRODUCT:
        raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=_PRODUCT), field="product")
    if product and draft.budget_year is None:
        raise Refusal(_("Bitte geben Sie zum Produkt auch das Haushaltsjahr an."), field="budget_year")
    if draft.budget_year is None:
        return "", None
    if not product:
        raise Refusal(_("Bitte geben Sie zum Haushaltsjahr auch das Produkt an."), field="product")
    this_year = clock.today().year
    if not this_year - 1 <= draft.budget_year <= this_year + 10:
        words = _("Bitte geben Sie ein Jahr von %(first)s bis %(last)s an.", first=this_year - 1, last=this_year + 10)
        raise Refusal(words, field="budget_year")
    return product, draft.budget_year


def _alternative(one: Alternative) -> dict[str, str]:
    texts = {"text": one.text, "effect": one.effect, "side_effects": one.side_effects}
    clean = {key: one_line(text) for key, text in texts.items()}
    if not clean["text"]:
        raise Refusal(_("Bitte beschreiben Sie jede Alternative."), field="alternatives")
    if any(len(text) > _LINE for text in clean.values()):
        raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=_LINE), field="alternatives")
    if one.cost_class not in COSTS:
        raise Refusal(_("Bitte wählen Sie für jede Alternative, was sie etwa kostet."), field="alternatives")
    return {**clean, "cost_class": one.cost_class}


def _source(one: SourceRef) -> FindingSource:
    columns = {
        SourceKind.SURVEY_ITEM: "round_id",
        SourceKind.STATEMENT: "statement_id",
        SourceKind.MINUTES_ENTRY: "entry_id",
        SourceKind.INDICATOR: "indicator_id",
    }
    return FindingSource(kind=one.kind, item=one.item, **{columns[one.kind]: one.id})


def cosign(finding: Finding, *, actor: Actor, edition: int | None = None) -> None:
    """A second person stands for it: leadership or a sectoral planner, never who adopted it."""
    require(permissions.may_cosign_any(actor))
    held(finding, edition, actor=actor)
    version = finding.latest
    require(permissions.may_cosign(actor, version))
    step(finding, FindingState.COSIGNED, actor=actor)
    version.cosigned_by = person_of(actor)
    version.cosigned_at = clock.now()
    db.session.flush()
    audit.record("evidence.cosigned", subject=finding, actor=actor, details={"version": version.number})


def dissent(finding: Finding, text: str, *, organisation: Organisation, actor: Actor) -> FindingDissent:
    """A department sees it differently. It is printed with the finding; nobody overwrites it."""
    require(permissions.may_dissent(actor))
    held(finding, None, actor=actor)
    if finding.state is FindingState.PUBLISHED:
        raise Refusal(_("Der Befund ist schon veröffentlicht. Bitte lassen Sie ihn wieder öffnen."))
    found = FindingDissent(
        finding_id=finding.id,
        organisation=organisation,
        person=person_of(actor),
        text=checked(text, field="text"),
    )
    finding.dissents.append(found)
    touched(finding)
    db.session.flush()
    audit.record("evidence.dissent", subject=finding, actor=actor, details={"organisation": organisation.id})
    return found

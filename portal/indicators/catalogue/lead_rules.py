"""What of an indicator decides about proposals: whether it leads its topic, from which difference and until when.

Planners fix it beforehand, topic by topic, with a reason; every change is a revision of the catalogue entry. What a
change would come to is computed before it is saved (`figures_if`), without touching a row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.indicators import permissions, queries
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import reference_queries
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue.entry import entry_of, stored
from portal.indicators.catalogue.revision_models import IndicatorRevision, RevisionKind
from portal.indicators.deliveries.states import VERSION
from portal.indicators.figures import CountyFigures
from portal.indicators.models import ComparedWith, DifferenceKind, Indicator
from portal.planning.models import Topic
from portal.settings import services as settings

GROUP_LENGTH = 80
_CHECKED = frozenset({"min_difference", "min_difference_kind", "age_limit_years"})


@dataclass(frozen=True, kw_only=True)
class LeadRule:
    """The numbers of one indicator. A relative `min_difference` is a share (0.1 for ten per cent)."""

    is_lead: bool
    correlation_group: str | None
    min_difference: float | None
    min_difference_kind: DifferenceKind | None
    age_limit_years: int
    compared_with: ComparedWith = ComparedWith.COUNTY


FIELDS = tuple(field.name for field in fields(LeadRule))


def rule_of(indicator: Indicator) -> LeadRule:
    return LeadRule(**{name: getattr(indicator, name) for name in FIELDS})


def of_topic(topic_key: str) -> list[Indicator]:
    """Indicators in use of a topic, in their order."""
    statement = (
        select(Indicator)
        .join(Topic, Topic.id == Indicator.topic_id)
        .options(joinedload(Indicator.topic))
        .where(Topic.key == topic_key, Indicator.in_use)
        .order_by(Indicator.position, Indicator.sort_key)
    )
    return list(db.session.scalars(statement))


def in_use() -> list[Indicator]:
    """Every indicator in use, in the order of topics."""
    statement = (
        select(Indicator)
        .join(Topic, Topic.id == Indicator.topic_id)
        .options(joinedload(Indicator.topic))
        .where(Indicator.in_use)
        .order_by(Topic.position, Indicator.position, Indicator.sort_key)
    )
    return list(db.session.scalars(statement))


def latest(*, topic_key: str | None = None, limit: int) -> list[tuple[IndicatorRevision, Indicator]]:
    """The last changes of these numbers, the newest first."""
    statement = (
        select(IndicatorRevision, Indicator)
        .join(Indicator, Indicator.id == IndicatorRevision.indicator_id)
        .where(IndicatorRevision.kind == RevisionKind.RULE)
        .order_by(IndicatorRevision.id.desc())
        .limit(limit)
    )
    if topic_key is not None:
        statement = statement.join(Topic, Topic.id == Indicator.topic_id).where(Topic.key == topic_key)
    return [(row[0], row[1]) for row in db.session.execute(statement)]


def revision(public_id: str) -> tuple[IndicatorRevision, Indicator] | None:
    """One of these changes with its indicator."""
    row = db.session.execute(
        select(IndicatorRevision, Indicator)
        .join(Indicator, Indicator.id == IndicatorRevision.indicator_id)
        .where(IndicatorRevision.public_id == public_id, IndicatorRevision.kind == RevisionKind.RULE)
    ).first()
    return None if row is None else (row[0], row[1])


def before(rule: LeadRule, changed: IndicatorRevision) -> LeadRule:
    """The numbers as they were before a change."""
    values = {name: change["old"] for name, change in changed.changes.items() if name in FIELDS}
    if values.get("min_difference_kind") is not None:
        values["min_difference_kind"] = DifferenceKind(values["min_difference_kind"])
    if "compared_with" in values:
        values["compared_with"] = ComparedWith(values["compared_with"])
    return replace(rule, **values)


def checked(indicator: Indicator, wanted: LeadRule) -> LeadRule:
    """The numbers as they may be stored; `Refusal` at `key.field` for what makes no sense."""
    group = one_line(wanted.correlation_group or "") or None
    if group is not None and len(group) > GROUP_LENGTH:
        _refuse(indicator, "correlation_group", _("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=80))
    if wanted.is_lead and not indicator.in_use:
        _refuse(indicator, "is_lead", _("Nur eine Kennzahl in Benutzung kann ein Thema leiten."))
    rule = replace(wanted, correlation_group=group)
    if rule.compared_with is not ComparedWith.COUNTY:
        known = reference_queries.present().get(indicator.id, ())
        if all(one.kind.value != rule.compared_with.value for one in known):
            words = _("Heute gilt kein Bezugswert dieser Art. Bitte tragen Sie ihn erst im Kennzahlenregister ein.")
            _refuse(indicator, "compared_with", words)
    entry = replace(
        entry_of(indicator),
        min_difference=rule.min_difference,
        min_difference_kind=rule.min_difference_kind,
        age_limit_years=rule.age_limit_years,
    )
    for check in catalogue_checks.refusals(catalogue_checks.checks(entry, catalogue_queries.assigned(indicator))):
        if check.field in _CHECKED:
            _refuse(indicator, check.field, check.text)
    return rule


def _refuse(indicator: Indicator, field: str, words: str) -> None:
    raise Refusal(f"{indicator.name}: {words}", field=f"{indicator.key}.{field}")


def differences(old: LeadRule, new: LeadRule) -> dict[str, dict[str, Any]]:
    """Field → old and new value as a revision keeps them."""
    return {
        name: {"old": stored(getattr(old, name)), "new": stored(getattr(new, name))}
        for name in FIELDS
        if getattr(old, name) != getattr(new, name)
    }


def change(
    wanted: Mapping[str, LeadRule], *, editions: Mapping[str, int], reason: str, actor: Actor
) -> list[Indicator]:
    """Store these numbers by key of the indicator; those that really changed. Proposals are computed anew at once.

    `editions` are those the form was filled in on: `Conflict` if somebody changed one of them since.
    """
    require(permissions.may_fix_leads(actor))
    words = one_line(reason)[:500]
    if not words:
        raise Refusal(_("Bitte nennen Sie den Grund. Er steht im Verlauf."), field="reason")
    changed = []
    rows = db.session.scalars(select(Indicator).where(Indicator.key.in_(wanted)).order_by(Indicator.id)).all()
    for row in rows:
        indicator = lock(row)
        if indicator.edition != editions.get(indicator.key):
            raise Conflict(_("Jemand anderes hat „%(name)s“ inzwischen geändert.", name=indicator.name))
        rule = checked(indicator, wanted[indicator.key])
        found = differences(rule_of(indicator), rule)
        if not found:
            continue
        for name in FIELDS:
            setattr(indicator, name, getattr(rule, name))
        catalogue_revisions.note(indicator, RevisionKind.RULE, found, actor=actor, reason=words)
        db.session.flush()
        audit.record("indicators.rule_changed", subject=indicator, actor=actor, details={"fields": sorted(found)})
        changed.append(indicator)
    if changed:
        settings.bump(VERSION)
    return changed


def figures_if(wanted: Mapping[str, LeadRule], *, actor: Actor) -> CountyFigures:
    """The figures of today as they would be with these numbers; nothing is stored and no row of the session changes."""
    require(permissions.may_fix_leads(actor))
    indicators = [
        _with(indicator, wanted[indicator.key]) if indicator.key in wanted else indicator
        for indicator in queries.watched()
    ]
    return queries.computed_of(indicators, version="", today=clock.today())


def _with(indicator: Indicator, rule: LeadRule) -> Indicator:
    """A copy that no session knows, with other numbers."""
    columns = {attribute.key: getattr(indicator, attribute.key) for attribute in inspect(Indicator).column_attrs}
    copy = Indicator(**columns | {name: getattr(rule, name) for name in FIELDS})
    for relation in inspect(Indicator).relationships:
        set_committed_value(copy, relation.key, getattr(indicator, relation.key))
    return copy

"""The numbers of rule 1 as pages print them: now, in an earlier version, and when a finding was adopted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from portal.audit import naming
from portal.conferences.parameters import REQUIRED_SHARE
from portal.core.actor import Actor
from portal.core.formats import date_long, exact, number, own_decimals
from portal.core.seed_words import local
from portal.evidence import permissions
from portal.evidence.models import FindingVersion, RuleVersion
from portal.evidence.rules import versions as rule_versions
from portal.indicators import words as figure_words
from portal.indicators.figures import CountyFigures, IndicatorFacts, IndicatorFigures
from portal.indicators.models import ComparedWith, DifferenceKind
from portal.settings.registry import declared
from portal.settings.values import change_in_words, shown


@dataclass(frozen=True, kw_only=True)
class NumberRow:
    """One number of the rule: what it says, and both its values where they differ."""

    group: Any
    label: Any
    then: str
    now: str

    @property
    def differs(self) -> bool:
        return self.then != self.now


@dataclass(frozen=True, kw_only=True)
class VersionRow:
    """A version of the rule: since when, by whom (for staff), and what it changed."""

    number: int
    since: datetime
    who: str
    changes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class RuleThen:
    """By which numbers a version of a finding was proposed, and which of them are others today."""

    number: int | None
    since: datetime | None
    changed: tuple[NumberRow, ...]
    unchanged: tuple[NumberRow, ...]


def named(ref: rule_versions.RuleRef) -> str:
    """`Regel 1, Fassung 3 vom 1. Oktober 2026`."""
    return _named(ref.number, ref.since)


def _named(version: int | None, since: datetime | None) -> str:
    if version is None:
        return _("Regel %(rule)s", rule=rule_versions.RULE)
    if since is None:
        return _("Regel %(rule)s, Fassung %(version)s", rule=rule_versions.RULE, version=version)
    return _(
        "Regel %(rule)s, Fassung %(version)s vom %(day)s",
        rule=rule_versions.RULE,
        version=version,
        day=date_long(since),
    )


def then_named(then: RuleThen) -> str:
    return _named(then.number, then.since)


def named_of(version: FindingVersion) -> str:
    """The version of the rule that proposed what a version of a finding was adopted on."""
    noted = version.rule_version
    return _named(None if noted is None else noted.number, None if noted is None else noted.created_at)


def rows(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[NumberRow]:
    """Every number of the rule that both know, in the order of the settings."""
    return [
        NumberRow(
            group=setting.group,
            label=setting.label,
            then=shown(setting, then[setting.key]),
            now=shown(setting, now[setting.key]),
        )
        for setting in declared()
        if setting.key in then and setting.key in now
    ]


def version_rows(actor: Actor) -> list[VersionRow]:
    """All versions, the latest first, each with what differs from the one before; two queries."""
    versions = rule_versions.all_versions()
    is_staff = permissions.may_see_unpublished(actor)
    by = {version.changed_by for version in versions if version.changed_by is not None}
    names = naming.users(by, actor=actor) if is_staff else {}
    earlier: list[RuleVersion | None] = [*versions[1:], None]  # one too many where there are no versions yet
    return [
        VersionRow(
            number=version.number,
            since=version.created_at,
            who=_name(version.changed_by, names),
            changes=tuple(_changes(before, version)),
        )
        for version, before in zip(versions, earlier, strict=False)
    ]


def _name(user_id: int | None, names: Mapping[int, naming.Name]) -> str:
    found = None if user_id is None else names.get(user_id)
    return "" if found is None else found.text


def _changes(before: RuleVersion | None, after: RuleVersion) -> list[str]:
    if before is None:
        return [_("Ausgangswerte")]
    old, new = rule_versions.completed(before.parameters), rule_versions.completed(after.parameters)
    return [
        f"{setting.label}: {change_in_words(setting, old[setting.key], new[setting.key])}"
        for setting in declared()
        if setting.key in old and old[setting.key] != new[setting.key]
    ]


def then(version: FindingVersion, figures: CountyFigures, area_id: int) -> RuleThen:
    """The numbers of the day a finding was adopted beside those of today: rule, catalogue, values."""
    kept = version.proposal
    noted = version.rule_version
    parameters = rule_versions.completed(noted.parameters) if noted is not None else _of_limits(kept.get("limits", {}))
    found = rows(parameters, rule_versions.parameters_now())
    for key, numbers in kept.get("numbers", {}).items():
        one = figures.find(key)
        if one is not None:
            found += _indicator_rows(one, numbers, area_id)
    return RuleThen(
        number=None if noted is None else noted.number,
        since=None if noted is None else noted.created_at,
        changed=tuple(row for row in found if row.differs),
        unchanged=tuple(row for row in found if not row.differs),
    )


def setting_of(limit: str) -> str:
    """Key of the setting behind one of the rule's thresholds."""
    return REQUIRED_SHARE if limit == "required_share" else f"evidence.{limit}"


def _of_limits(limits: Mapping[str, Any]) -> dict[str, Any]:
    """The settings behind the numbers kept with findings of earlier releases."""
    names = ("survey_minimum", "asked_minimum", "organisations", "municipalities")
    found = {setting_of(name): limits[name] for name in names if name in limits}
    if "survey_lower_limit" in limits:
        found[setting_of("survey_lower_limit")] = 100 * limits["survey_lower_limit"]
    if "required_share" in limits:
        found[REQUIRED_SHARE] = 100 * limits["required_share"]
    return found


def _indicator_rows(one: IndicatorFigures, kept: Mapping[str, Any], area_id: int) -> list[NumberRow]:
    facts, figure = one.indicator, one.areas.get(area_id)
    period = figure_words.period_short
    now_value = None if figure is None else figure.value.value
    pairs = [
        (
            _("Wert im Planungsraum"),
            _dated(facts, kept["value"], period(kept["period"])),
            _dated(facts, now_value, period(one.period)),
        ),
        (
            _("Wert im Landkreis"),
            _dated(facts, kept["county"], period(kept["period"])),
            _dated(facts, one.county.value, period(one.period)),
        ),
        (_("Leitkennzahl"), _yes(kept["is_lead"]), _yes(facts.is_lead)),
        (_("Gruppe"), kept["group"] or "–", facts.correlation_group or "–"),
    ]
    rule = facts.rule
    if "compared_with" in kept or rule.reference is not None:
        pairs.append(
            (
                _("Verglichen mit"),
                _compared(facts, kept.get("compared_with"), kept.get("reference")),
                _compared(
                    facts, *((rule.reference.kind.value, rule.reference.value) if rule.reference else (None, None))
                ),
            )
        )
    if "age_limit_years" in kept:
        kind = None if rule.min_difference_kind is None else rule.min_difference_kind.value
        pairs += [
            (
                _("Mindestabweichung"),
                least_difference(
                    facts, kept["min_difference"], kept["min_difference_kind"], of_county="compared_with" not in kept
                ),
                least_difference(facts, rule.min_difference, kind),
            ),
            (_("Altersgrenze in Jahren"), str(kept["age_limit_years"]), str(rule.age_limit_years)),
        ]
    return [NumberRow(group=local(facts.name), label=label, then=before, now=after) for label, before, after in pairs]


def _dated(facts: IndicatorFacts, value: float | None, period: str) -> str:
    return "–" if value is None else f"{figure_words.area_number(facts, value)} ({period})"


def _compared(facts: IndicatorFacts, kind: str | None, value: float | None) -> str:
    if kind is None:
        return str(ComparedWith.COUNTY.label)
    return f"{ComparedWith(kind).label} {figure_words.area_number(facts, value)}"


def _yes(is_so: Any) -> str:
    return str(_("ja") if is_so else _("nein"))


def least_difference(
    facts: IndicatorFacts, amount: float | None, kind: str | None, *, of_county: bool | None = None
) -> str:
    """From which difference on a value counts, in words; a dash where nothing is compared.

    `of_county`: a share is one of the county's value, not of a reference value (None: as the catalogue says now).
    """
    if amount is None:
        return "–"
    if kind == DifferenceKind.RELATIVE.value:
        share = 100 * amount
        printed = exact(share)
        if of_county if of_county is not None else facts.rule.reference is None:
            return _("%(share)s\u00a0%% des Kreiswerts", share=printed)
        return _("%(share)s\u00a0%% des Bezugswerts", share=printed)
    unit = _("Prozentpunkte") if facts.area_unit_short == "%" else local(facts.area_unit_short)
    return f"{number(amount, max(facts.decimals, own_decimals(amount), 1))}\u00a0{unit}".strip()


def groups(found: Collection[NumberRow]) -> list[tuple[Any, list[NumberRow]]]:
    """Rows by group, in their order."""
    gathered: dict[str, tuple[Any, list[NumberRow]]] = {}
    for row in found:
        gathered.setdefault(str(row.group), (row.group, []))[1].append(row)
    return list(gathered.values())

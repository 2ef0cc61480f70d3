"""The course of a finding: every step, statement, dissent and decision in order, and what each version changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.audit import naming
from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.core.languages import german
from portal.evidence import permissions, readable
from portal.evidence.costs import COSTS
from portal.evidence.models import Finding, FindingHearing, FindingState, FindingStep, FindingVersion
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.sources import TextSource


@dataclass(frozen=True)
class Moment:
    """One line of the course. `open`: still to come; `who` for staff only."""

    at: datetime
    title: Any
    text: Any = ""
    who: str = ""
    open: bool = False

    @property
    def when(self) -> str:
        return date_long(self.at)


@dataclass(frozen=True)
class FieldChange:
    """A field of a version that differs from the one before."""

    label: str
    old: str
    new: str


# What everybody reads of the course, whichever version it was of; other steps once their version is public.
_PUBLIC = frozenset({FindingState.PUBLISHED, FindingState.REOPENED})
# What they are called for those who do not know the words of the office.
_PLAIN = {
    FindingState.ADOPTED: _l("Vorschlag der Regel übernommen und begründet"),
    FindingState.COSIGNED: _l("Von einer zweiten Person mitgezeichnet"),
    FindingState.HEARING: _l("Anhörung der Gemeinden begonnen"),
    FindingState.PUBLISHED: _l("Veröffentlicht"),
    FindingState.REOPENED: _l("Wieder geöffnet"),
}


def course(finding: Finding, actor: Actor) -> list[Moment]:
    """Everything that happened, oldest first, then what is still to come; one query for names of staff.

    For those outside of the county's staff: every step of the versions that were published, without names and reasons;
    publication and reopening; what was said to public versions; decisions; until when the next step is to be done.
    """
    is_staff = permissions.may_see_unpublished(actor)
    user_ids = {step.user_id for step in finding.steps if step.user_id is not None}
    names = naming.users(user_ids, actor=actor) if is_staff else {}
    if is_staff:
        found = [_step(step, finding, names) for step in finding.steps]
    else:
        found = [_public_step(step, finding) for step in _open_steps(finding)]
    for hearing in finding.hearings if is_staff else readable.hearings_for(actor, finding):
        found += _hearing(hearing, readable.about_hearing(finding, hearing), is_staff=is_staff)
    found += [
        Moment(
            one.created_at,
            _("Abweichende Sicht"),
            readable.line(one.organisation.name, readable.about_dissent(finding, one)),
        )
        for one in readable.dissents_for(actor, finding)
    ]
    found += [
        Moment(_noon(one.decided_on), _("Beschluss"), ", ".join(part for part in (one.body.name, one.paper) if part))
        for one in finding.decisions
    ]
    found.sort(key=lambda moment: moment.at)
    return [*found, *(_to_come(finding) if is_staff else _to_do(finding))]


def _open_steps(finding: Finding) -> list[FindingStep]:
    """The steps that everybody may know of: each adoption begins a version, what follows belongs to it."""
    numbers = {one.number for one in finding.versions if one.published_at is not None}
    found, number = [], 0
    for step in finding.steps:
        number += step.new_state is FindingState.ADOPTED and not step.is_resumed
        if step.new_state in _PUBLIC or number in numbers:
            found.append(step)
    return found


def _public_step(step: FindingStep, finding: Finding) -> Moment:
    if step.is_resumed:
        return Moment(step.created_at, _("Vorschlag ist wieder wie zuvor"))
    is_told = step.new_state in _PUBLIC
    text = german(step.reason) if is_told else ""
    if step.new_state is FindingState.HEARING:
        text = _until(step, finding)
    return Moment(step.created_at, _PLAIN[step.new_state], text)


def _until(step: FindingStep, finding: Finding) -> str:
    """The last day of the hearing that this step began."""
    ends = [one.ends_on for one in finding.hearings if one.created_at >= step.created_at]
    return _("bis %(day)s", day=date_long(ends[0])) if ends else ""


def _to_do(finding: Finding) -> list[Moment]:
    """The next step of a published finding, while its day lies ahead."""
    version = finding.public_version
    if finding.state is not FindingState.PUBLISHED or version is None or version.due_on is None:
        return []
    if not version.next_step or version.due_on < clock.today():
        return []
    return [Moment(_noon(version.due_on), _("Nächster Schritt"), german(version.next_step), open=True)]


def _step(step: FindingStep, finding: Finding, names: Mapping[int, naming.Name]) -> Moment:
    name = None if step.user_id is None else names.get(step.user_id)
    who = "" if name is None else name.text
    text = german(step.reason)
    if step.new_state is FindingState.HEARING and not step.is_resumed:
        text = _until(step, finding)
    return Moment(step.created_at, step.new_state.label, text, who)


def _hearing(hearing: FindingHearing, about: str, *, is_staff: bool) -> list[Moment]:
    found = []
    if hearing.stated_at is not None:
        found.append(Moment(hearing.stated_at, _("Stellungnahme"), readable.line(hearing.municipality.name, about)))
    if is_staff and hearing.reminded_at is not None:
        found.append(Moment(hearing.reminded_at, _("Erinnert"), readable.line(hearing.municipality.name, about)))
    return found


def _to_come(finding: Finding) -> list[Moment]:
    if finding.state is not FindingState.HEARING or not finding.current_hearings:
        return []
    ends = max(one.ends_on for one in finding.current_hearings)
    return [Moment(_noon(ends), _("Ende der Anhörung, danach Veröffentlichung"), open=True)]


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), clock.LOCAL_ZONE).astimezone(UTC)


def differences(version: FindingVersion, before: FindingVersion | None) -> list[FieldChange]:
    """What a version says otherwise than the one before; nothing for the first."""
    if before is None:
        return []
    old, new = _fields(before), _fields(version)
    return [FieldChange(label, old[label], new[label]) for label in new if old[label] != new[label]]


def _fields(version: FindingVersion) -> dict[str, str]:
    return {
        _("Vorschlag der Regel"): str(version.proposed.label),
        _("Einordnung"): str(version.adopted.label),
        _("Überschrift"): version.title or "–",
        _("Gesagt wurde"): version.said,
        _("Die Zahlen zeigen"): version.figures_show,
        _("Begründung"): version.reason,
        _("Ressourcen und Stärken"): version.resources or "–",
        _("Wir empfehlen"): version.recommendation,
        _("Alternativen"): "\n".join(_alternative(one) for one in version.alternatives) or "–",
        _("Nächster Schritt"): version.next_step or "–",
        _("Zuständig"): version.responsible.name if version.responsible else "–",
        _("Bis wann"): date_long(version.due_on) if version.due_on else "–",
        _("Produkt im Haushalt"): version.product or "–",
        _("Haushaltsjahr"): str(version.budget_year or "–"),
        _("Quellen zum Text"): "\n".join(_text_source(one) for one in text_sources.of(version)) or "–",
    }


def _alternative(one: Mapping[str, str]) -> str:
    cost = str(COSTS[one["cost_class"]].label) if one["cost_class"] in COSTS else ""
    return "; ".join(part for part in (one["text"], cost, one["effect"], one["side_effects"]) if part)


def _text_source(one: TextSource) -> str:
    return " ".join(part for part in (text_sources.in_words(one), one.url) if part)


def versions(finding: Finding) -> list[tuple[FindingVersion, list[FieldChange]]]:
    """Every version with what it changed, the latest first."""
    ordered: Sequence[FindingVersion] = finding.versions
    earlier: list[FindingVersion | None] = [None, *ordered[:-1]]
    return [(one, differences(one, before)) for one, before in zip(ordered, earlier, strict=True)][::-1]

"""Findings on *Heute*, in *Mein Bereich* and on the pages of planning areas."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from portal.areas.composition import AreaRef, Composition
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.formats import date_long
from portal.core.languages import german
from portal.evidence import (
    changes,
    disagreements,
    finding_queries,
    pages,
    permissions,
    publication,
    queries,
    reopening,
    resources,
    words,
)
from portal.evidence.changes import ChangeLine
from portal.evidence.hearings import notices
from portal.evidence.models import Assessment, Finding, FindingState
from portal.evidence.pages import Cell
from portal.evidence.participation import pages as participation_pages
from portal.evidence.participation.pages import PhaseSummary
from portal.evidence.resources import Resource
from portal.home.cards.published import cell_url
from portal.home.cards.published import day as day_of
from portal.home.own_page import OwnCard
from portal.home.today import Due
from portal.reports import permissions as report_permissions

# Next steps show up this long before they are due.
_AHEAD = timedelta(days=14)
_PUBLISHED_SHOWN = 3
_CHANGES_SHOWN = 3
_RESOURCES_SHOWN = 4


def _title(finding: Finding) -> str:
    return _("Befund: %(topic)s in %(area)s", topic=finding.topic.label, area=finding.area.name)


def to_cosign(actor: Actor) -> Iterable[Due]:
    """Findings that wait for a second signature, but not by their author."""
    if not permissions.may_cosign_any(actor):
        return
    for finding in finding_queries.waiting_for_cosigning():
        if permissions.may_cosign(actor, finding.latest):
            yield Due(
                tone="warn",
                icon="edit",
                state=_("mitzuzeichnen"),
                title=_title(finding),
                detail=_("Übernommen von %(name)s.", name=finding.latest.adopted_by.name),
                action=_("Lesen und mitzeichnen"),
                url=cell_url(finding),
                rank=22,
                since=day_of(finding.latest.adopted_at),
            )


def under_way(actor: Actor) -> Iterable[Due]:
    """Findings that lie with the planners: the proposal has changed, municipalities are to be heard or were heard."""
    if not permissions.may_adopt(actor):
        return
    found = finding_queries.under_way()
    opened = {one.id: _since(one, actor) for one in found if one.state is FindingState.REOPENED}
    what_changed = changes.lines(opened, actor)
    for finding in found:
        if finding.state is FindingState.REOPENED:
            yield _reopened(finding, opened[finding.id], what_changed.get(finding.id, ()))
        elif finding.state is FindingState.COSIGNED:
            yield _to_hear(finding)
        else:
            yield _in_hearing(finding)


def _since(finding: Finding, actor: Actor) -> dict[str, Any]:
    """What lies between the proposal at the adoption and the one of now; the matrix of a period is kept in memory."""
    found = queries.matrix(actor, finding.period)
    now = found.proposals.get((finding.area_id, finding.topic.key))
    return reopening.present_change(finding, now, found.limits)


def letters_to_post(actor: Actor) -> Iterable[Due]:
    """Hearings of municipalities that no mail reaches."""
    if not permissions.may_adopt(actor):
        return
    for finding in finding_queries.with_letters():
        count = sum(notices.needs_letter(finding, one) for one in finding.hearings)
        if count:
            yield _to_post(finding, count)


def _to_post(finding: Finding, count: int) -> Due:
    return Due(
        tone="warn",
        icon="mail",
        state=_("Brief"),
        title=_title(finding),
        detail=ngettext(
            "%(num)d Gemeinde erreicht keine E-Mail. Bitte schicken Sie ihr einen Brief zur Anhörung.",
            "%(num)d Gemeinden erreicht keine E-Mail. Bitte schicken Sie ihnen einen Brief zur Anhörung.",
            count,
        ),
        action=_("Drucken"),
        url=url_for("evidence.hearing", public_id=finding.public_id, _anchor="briefe"),
        rank=31,
        since=day_of(finding.touched_at),
    )


def _reopened(finding: Finding, change: Mapping[str, Any], what_changed: Sequence[ChangeLine]) -> Due:
    """With the old proposal, the new one, and the first of the sources that made the difference."""
    named = [line.text + "." for line in what_changed[:_CHANGES_SHOWN]]
    if len(what_changed) > _CHANGES_SHOWN:
        named.append(_("Und %(count)s weitere.", count=len(what_changed) - _CHANGES_SHOWN))
    return Due(
        tone="warn",
        icon="undo",
        state=_("wieder offen"),
        title=_title(finding),
        detail=Markup(" ").join([_from_to(finding, change) or german(finding.reopened_reason), *named]),
        action=_("Neu einordnen"),
        url=cell_url(finding),
        rank=28,
        since=day_of(finding.touched_at),
    )


def _from_to(finding: Finding, change: Mapping[str, Any]) -> str:
    if not change:
        return _("Der Vorschlag ist wieder wie zuvor.") if finding.reopened_change else ""
    old, new = (words.SHORT[Assessment(change[part][0])] for part in ("old", "new"))
    return _("Vorschlag bisher: %(old)s, jetzt: %(new)s.", old=old, new=new)


def _to_hear(finding: Finding) -> Due:
    return Due(
        tone="warn",
        icon="people",
        state=_("anzuhören"),
        title=_title(finding),
        detail=_("Mitgezeichnet. Jetzt werden die betroffenen Gemeinden angehört."),
        action=_("Gemeinden anhören"),
        url=url_for("evidence.open_hearing", public_id=finding.public_id),
        rank=32,
        since=day_of(finding.touched_at),
    )


def _in_hearing(finding: Finding) -> Due:
    ends = max(hearing.ends_on for hearing in finding.current_hearings)
    is_over = publication.may_publish_now(finding)
    return Due(
        tone="warn" if is_over else "info",
        icon="clock",
        state=_("zu veröffentlichen") if is_over else _("in Anhörung"),
        title=_title(finding),
        detail=_("Die Anhörung ist beendet.") if is_over else _("Angehört bis %(day)s.", day=date_long(ends)),
        action=_("Veröffentlichen") if is_over else _("Ansehen"),
        url=cell_url(finding),
        rank=33 if is_over else 65,
    )


def next_steps(actor: Actor) -> Iterable[Due]:
    """Next steps of published findings that are due or will be soon."""
    if not actor.has(Role.PLANNER, Role.LEADERSHIP):
        return
    today = clock.today()
    for finding in finding_queries.next_steps_due(today + _AHEAD):
        version = finding.public_version
        if version is None or version.due_on is None:
            continue
        is_late = version.due_on < today
        who = "" if version.responsible is None else version.responsible.name
        yield Due(
            tone="error" if is_late else "info",
            icon="task",
            state=_("überfällig") if is_late else _("nächster Schritt"),
            title=version.next_step,
            detail=_("%(who)s, bis %(day)s. %(title)s", who=who, day=date_long(version.due_on), title=_title(finding)),
            action=_("Ansehen"),
            url=cell_url(finding),
            rank=35 if is_late else 60,
            since=version.due_on if is_late else None,
        )


def own_hearings(actor: Actor) -> Iterable[OwnCard]:
    """Hearings of the municipality acted for; those of an association's members in one finding stand together."""
    together: dict[tuple[Finding, date, bool], list[str]] = {}
    for hearing in finding_queries.hearings_of(actor):
        key = hearing.finding, hearing.ends_on, hearing.stated_at is None
        together.setdefault(key, []).append(hearing.municipality.name)
    for (finding, ends_on, is_open), names in together.items():
        if is_open:
            text = _("Bitte nehmen Sie Stellung. Ihr Text wird mit dem Befund abgedruckt.")
        else:
            text = _("Ihre Stellungnahme liegt vor. Danke.")
        yield OwnCard(
            title=_("Anhörung: %(topic)s in %(area)s", topic=finding.topic.label, area=finding.area.name),
            text=text,
            url=url_for("evidence.hearing", public_id=finding.public_id),
            facts=(
                ("clock", _("bis %(day)s", day=date_long(ends_on))),
                ("pin", ", ".join(names)),
            ),
            rank=10 if is_open else 60,
        )


def published_for_committees(actor: Actor) -> Iterable[OwnCard]:
    """The findings published last, for members of committees."""
    if not actor.has(Role.COMMITTEE):
        return
    for finding in finding_queries.published(limit=_PUBLISHED_SHOWN):
        version = finding.public_version
        if version is None or finding.published_at is None:
            continue
        yield OwnCard(
            title=_title(finding),
            text=german(version.recommendation),
            url=cell_url(finding),
            facts=(("calendar", date_long(day_of(finding.published_at))),),
            rank=40,
        )


def paper_for_committees(actor: Actor) -> Iterable[OwnCard]:
    """Where members of committees find the paper on all planning areas."""
    if actor.has(Role.COMMITTEE) and report_permissions.may_read_public_papers(actor):
        yield OwnCard(
            title=_("Vorlage für Gremien"),
            text=_("Alle Planungsräume und Befunde in einem Dokument, als Word-Datei, PDF oder Tabelle."),
            url=url_for("reports.overview"),
            rank=45,
        )


@dataclass(frozen=True, kw_only=True)
class AreaAssessment:
    """A topic of a planning area with its assessment, as the hub shows it; `halves` say both sides in words.

    `title` is what people called the finding, empty where there is none; `why` explains what differs elsewhere on the
    page.
    """

    topic: Any
    title: Any
    key: str
    label: Any
    voices: str
    figures: str
    url: str
    halves: tuple[str, ...]
    line: str
    why: str


def assessments(area: AreaRef, actor: Actor) -> list[AreaAssessment]:
    """Every topic of a planning area that has an assessment, in the order of reports; empty without a period."""
    period = queries.present_period()
    if period is None:
        return []
    found = queries.matrix(actor, period)
    if found.area(area.slug) is None:
        return []
    standings = queries.standings(period, actor)
    is_staff = permissions.may_see_unpublished(actor)
    shown = []
    for topic in found.topics:
        one = pages.cell(found, area, topic, standings.get((area.id, topic.key)), is_staff=is_staff)
        if one.shown is Assessment.NO_DATA and one.standing is None:
            continue
        shown.append(
            AreaAssessment(
                topic=topic.label,
                title=one.title,
                key=one.key,
                label=words.SHORT[one.shown],
                voices=one.voices,
                figures=one.figures,
                url=one.url,
                halves=one.lines[:2][::-1],
                line="" if one.standing is None else one.lines[-1],
                why=_why(one),
            )
        )
    return shown


def _why(one: Cell) -> str:
    standing = one.standing
    is_open_again = standing is not None and standing.state is FindingState.REOPENED
    return disagreements.explained(
        one.proposal,
        concluded=standing.adopted if standing is not None and is_open_again else None,
        published_at=None if standing is None else standing.published_at,
    )


def resources_of_minutes(area: AreaRef, actor: Actor, composition: Composition) -> tuple[Resource, ...]:
    """What released minutes name as a resource of a planning area, the first few."""
    period = queries.present_period()
    if period is None:
        return ()
    return resources.of_area(area.id, actor, period, composition).entries[:_RESOURCES_SHOWN]


def not_heard(phases: Sequence[PhaseSummary]) -> list[Any]:
    """The groups that nobody heard in a phase that has begun, each once, in the order of the phases."""
    return list(dict.fromkeys(group for phase in phases if phase.has_begun for group in phase.missing))


def heard(area: AreaRef, composition: Composition) -> list[PhaseSummary]:
    """Who has been heard in a planning area in the present period, phase by phase; empty without a period."""
    period = queries.present_period()
    if period is None:
        return []
    found = queries.heard(period, composition)
    return next((participation_pages.summary(one) for one in found if one.area.id == area.id), [])

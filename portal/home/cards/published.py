"""Published findings on pages of places: what was concluded, and where each recommendation stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import escape

from portal.core import clock
from portal.core.actor import ANONYMOUS, Actor
from portal.core.formats import date_long
from portal.core.languages import german, quoting
from portal.evidence import finding_queries, readable, words
from portal.evidence.models import Assessment, Finding, FindingState, FindingVersion, VoicesAxis
from portal.indicators.signals import FiguresSignal

_LOOKED_AT = 8


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Where a recommendation stands: `label` with its look, and what is known of it in sentences (`facts`).

    `is_open`: nothing is under way that everybody can wait for.
    """

    label: str
    tone: str
    icon: str
    is_open: bool
    facts: tuple[Any, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PublishedFinding:
    """A published finding in short: what was said, what the figures show, what is recommended and comes next.

    `moved_on`: the day of its publication, or on which a body last said something to it.

    `title` is empty where people gave it none. `voices` and `figures` are keys of the drawn signs where the assessment
    alone does not say which half exists.
    """

    title: Any = ""
    topic: Any
    area: str
    key: str
    label: Any
    voices: str
    figures: str
    said: str
    figures_show: str
    recommendation: str
    next_step: str
    due_on: date | None
    published_on: date
    moved_on: date
    url: str
    progress: Progress


def published(
    *, area_id: int | None = None, limit: int | None = None, actor: Actor = ANONYMOUS
) -> list[PublishedFinding]:
    """What was concluded, the latest first: of one planning area, or everywhere; three queries."""
    return [
        PublishedFinding(
            title=german(version.title),
            topic=finding.topic.label,
            area=finding.area.name,
            key=version.adopted.value,
            label=version.adopted.label,
            voices=words.VOICES_SIGN[VoicesAxis(version.proposal["voices"])] if _is_open(version) else "",
            figures=words.FIGURES_SIGN[FiguresSignal(version.proposal["figures"])] if _is_open(version) else "",
            said=version.said,
            figures_show=version.figures_show,
            recommendation=version.recommendation,
            next_step=version.next_step,
            due_on=version.due_on,
            published_on=day(finding.published_at),
            moved_on=max([day(finding.published_at), *(one.decided_on for one in finding.decisions)]),
            url=cell_url(finding),
            progress=progress(finding, version, actor=actor),
        )
        for finding in finding_queries.published(area_id=area_id, limit=limit)
        if (version := finding.public_version) is not None and finding.published_at is not None
    ]


def latest() -> list[PublishedFinding]:
    """The findings published last, for the first page."""
    return published(limit=_LOOKED_AT)


def conclusion(found: Sequence[PublishedFinding]) -> PublishedFinding | None:
    """Of these the first in which people and figures could be set side by side."""
    return next((one for one in found if one.key != Assessment.NO_DATA.value), found[0] if found else None)


def progress(finding: Finding, version: FindingVersion, *, actor: Actor) -> Progress:
    """Where the recommendation of a published version stands, from what bodies said and from its next step.

    Whether a next step was done is not recorded: after its day the recommendation counts as open.
    """
    facts = (*_decided(finding), *_coming(version))
    if finding.state is not FindingState.PUBLISHED:
        is_reopened = finding.state is FindingState.REOPENED
        return Progress(
            label=readable.standing_for(actor, finding.state),
            tone="warn" if is_reopened else "info",
            icon="undo" if is_reopened else "clock",
            is_open=True,
            facts=facts,
        )
    if version.next_step and version.due_on is not None and version.due_on >= clock.today():
        return Progress(label=_("läuft"), tone="ok", icon="check", is_open=False, facts=facts)
    if finding.decisions:
        return Progress(label=_("Beschluss liegt vor"), tone="ok", icon="check", is_open=False, facts=facts)
    return Progress(label=_("offen"), tone="", icon="clock", is_open=True, facts=facts)


def _decided(finding: Finding) -> list[Any]:
    """What the last body said, and when."""
    if not finding.decisions:
        return []
    last = max(finding.decisions, key=lambda one: (one.decided_on, one.id))
    return [
        quoting(
            _("%(body)s am %(day)s: %(text)s"),
            body=last.body.name, day=escape(date_long(last.decided_on)), text=last.text,
        )
    ]  # fmt: skip


def _coming(version: FindingVersion) -> list[Any]:
    if not version.next_step:
        return []
    step = version.next_step.rstrip(".")
    if version.due_on is None:
        return [quoting(_("Nächster Schritt: %(step)s."), step=step)]
    return [
        quoting(_("Nächster Schritt: %(step)s (bis %(day)s)."), step=step, day=escape(date_long(version.due_on))),
    ]


def cell_url(finding: Finding) -> str:
    """The page of a finding."""
    return url_for(
        "evidence.cell", area_slug=finding.area.slug, topic_key=finding.topic.key, periode=finding.period.key
    )


def day(moment: datetime) -> date:
    """The day of a moment where the county lies."""
    return moment.astimezone(clock.LOCAL_ZONE).date()


def _is_open(version: FindingVersion) -> bool:
    return version.adopted is Assessment.NO_DATA

"""What the first page says of the last weeks: where recommendations stand, and the dates that come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import escape

from portal.conferences import date_list, public_queries
from portal.conferences.date_list import DateEntry
from portal.conferences.models import ConferenceState
from portal.core import clock
from portal.core.formats import date_long
from portal.core.languages import german, quoting
from portal.evidence import decisions
from portal.evidence.models import Finding
from portal.home.cards.published import PublishedFinding, cell_url

_COURSE_SHOWN = 3
_OPEN_SHOWN = 1
_DATES_SHOWN = 3
# Cancelled ones are left out, so some more are read.
_DATES_READ = 8


@dataclass(frozen=True, kw_only=True)
class CourseEntry:
    """A moment of a recommendation, for `timeline`: when, which finding, and what happened; open ones lie ahead."""

    when: Any
    title: Any
    text: Any
    url: str
    open: bool = False


def recommendations(published: Sequence[PublishedFinding]) -> list[CourseEntry]:
    """How the latest recommendations stand: what bodies decided or the county published last, then what comes next.

    One entry per finding for the past, the latest first; `published` as `cards.published.published` reads it.
    One query.
    """
    today = clock.today()
    settled = [
        (
            decision.decided_on,
            CourseEntry(
                when=date_long(decision.decided_on),
                title=_about(_title(finding), finding.topic.label, finding.area.name),
                text=german(f"{decision.body.name}: {decision.text}"),
                url=cell_url(finding),
            ),
        )
        for decision, finding in decisions.latest(limit=_COURSE_SHOWN)
    ]
    settled += [
        (
            one.published_on,
            CourseEntry(
                when=date_long(one.published_on),
                title=_about(one.title, one.topic, one.area),
                text=german(one.recommendation),
                url=one.url,
            ),
        )
        for one in published
    ]
    settled.sort(key=lambda pair: pair[0], reverse=True)
    latest = {entry.url: entry for _day, entry in reversed(settled)}
    shown = [entry for _day, entry in settled if latest[entry.url] is entry][:_COURSE_SHOWN]
    ahead = sorted(
        (one for one in published if one.next_step and one.due_on is not None and one.due_on >= today),
        key=lambda one: (one.due_on or today, one.url),
    )
    return shown + [
        CourseEntry(
            when=_("offen, bis %(day)s", day=date_long(one.due_on)),
            title=_about(one.title, one.topic, one.area),
            text=german(one.next_step),
            url=one.url,
            open=True,
        )
        for one in ahead[:_OPEN_SHOWN]
    ]


def _title(finding: Finding) -> str:
    version = finding.public_version
    return "" if version is None else version.title


def _about(title: Any, topic: Any, area: str) -> Any:
    if title:
        return quoting(_("%(area)s: %(title)s."), area=escape(area), title=title)
    return _("%(topic)s in %(area)s:", topic=topic, area=area)


def dates() -> list[DateEntry]:
    """The next public events that take place; one query."""
    coming = public_queries.coming(limit=_DATES_READ, whole=False)
    return [date_list.entry(one) for one in coming if one.state is not ConferenceState.CANCELLED][:_DATES_SHOWN]

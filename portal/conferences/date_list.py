"""Public events as entries of a list with a box for each day."""

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import format_date

from portal.conferences import announced
from portal.conferences.models import Conference, ConferenceState
from portal.core.languages import german


@dataclass(frozen=True, kw_only=True)
class DateEntry:
    """One event as `ui/timeline.html` `dates` shows it; `note`: hours, place and, if asked for, kind and areas.

    `weekday` and `hours` stand apart for the box of a single event.
    """

    day: int
    month: str
    weekday: str
    hours: str
    title: Any
    note: str
    url: str
    is_cancelled: bool


def entry(conference: Conference, *, full: bool = False) -> DateEntry:
    """The event with weekday, hours and place; `full` adds its kind and the areas it is about."""
    day = conference.starts_at.date()
    parts = [announced.hours(conference.starts_at, conference.ends_at), announced.where(conference)]
    if full:
        parts = [str(conference.kind.label), *parts, ", ".join(area.full_name for area in conference.areas)]
    return DateEntry(
        day=day.day,
        month=format_date(day, "MMM y"),
        weekday=format_date(day, "EEEE"),
        hours=announced.between(conference.starts_at, conference.ends_at),
        title=german(conference.title),
        note=" · ".join(part for part in parts if part),
        url=url_for("conferences.date_page", public_id=conference.public_id),
        is_cancelled=conference.state is ConferenceState.CANCELLED,
    )

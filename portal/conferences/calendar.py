"""Calendar entries: what mail programs take over (iTIP/iMIP) and what anybody may download. Pure.

A request and its later versions bear the same UID and a growing SEQUENCE; the cancellation has the highest. One
recipient per message: nobody learns who else is invited.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText

from portal.core.clock import LOCAL_ZONE

PRODID = "-//Beteiligungsportal//Veranstaltungen//DE"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


class PartStat(StrEnum):
    """What the one attendee has answered (RFC 5545, 3.2.12)."""

    NEEDS_ACTION = "NEEDS-ACTION"
    ACCEPTED = "ACCEPTED"
    TENTATIVE = "TENTATIVE"
    DECLINED = "DECLINED"
    DELEGATED = "DELEGATED"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event as it stands in a calendar. Beginning and end are wall-clock time in `zone`."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    stamp: datetime
    place: str = ""
    description: str = ""
    url: str = ""
    contact: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True, kw_only=True)
class Party:
    """The office that invites, or the one person invited."""

    name: str
    email: str


def request(entry: Entry, *, organiser: Party, attendee: Party, standing: PartStat = PartStat.NEEDS_ACTION) -> str:
    """METHOD:REQUEST for one recipient: invites, or replaces the entry when SEQUENCE is higher.

    `standing` is what the recipient has answered already; only who has not is asked for an answer.
    """
    event = _event(entry)
    event.add("organizer", _address(organiser))
    event.add("attendee", _attendee(attendee, standing))
    return _text(event, REQUEST, entry)


def cancellation(entry: Entry, *, organiser: Party, attendee: Party) -> str:
    """METHOD:CANCEL for one recipient: the entry goes."""
    event = _event(entry, cancelled=True)
    event.add("organizer", _address(organiser))
    event.add("attendee", _attendee(attendee, None))
    return _text(event, CANCEL, entry)


def publication(entry: Entry) -> str:
    """METHOD:PUBLISH without any person: for downloads."""
    return _text(_event(entry, cancelled=entry.is_cancelled), PUBLISH, entry)


def _event(entry: Entry, *, cancelled: bool = False) -> Event:
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.stamp)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    event.add("dtstart", entry.starts_at.replace(tzinfo=zone))
    event.add("dtend", entry.ends_at.replace(tzinfo=zone))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if entry.place:
        event.add("location", entry.place)
    if entry.description:
        event.add("description", entry.description)
    if entry.contact:  # whom to ask, as text (RFC 5545, 3.8.4.2)
        event.add("contact", entry.contact)
    if entry.url:
        event.add("url", entry.url)
    return event


def _text(event: Event, method: str, entry: Entry) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODID)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_timezone(entry.zone, entry.starts_at.year))
    calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text.decode("utf-8")


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.email}")
    address.params["CN"] = vText(_parameter(party.name))
    return address


def _attendee(party: Party, standing: PartStat | None) -> vCalAddress:
    address = _address(party)
    parameters: dict[str, Any] = {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT"}
    if standing is not None:
        parameters |= {"PARTSTAT": standing.value, "RSVP": "TRUE" if standing is PartStat.NEEDS_ACTION else "FALSE"}
    for name, value in parameters.items():
        address.params[name] = vText(value)
    return address


def _parameter(text: str) -> str:
    """A name as a parameter's value: quotation marks and control characters have no place there."""
    return "".join(" " if ord(c) < 32 or ord(c) == 127 else "'" if c == '"' else c for c in text)


@lru_cache(maxsize=16)
def _timezone(zone: str, year: int) -> Timezone:
    """The zone's rules, the same for every recipient; of zones but our own those of the years around the event."""
    if zone == LOCAL_ZONE.key:
        return _central_europe(zone)
    draft, event = Calendar(), Event()
    event.add("dtstart", datetime(year, 1, 1, 12, tzinfo=ZoneInfo(zone)))
    event.add("dtend", datetime(year, 1, 1, 13, tzinfo=ZoneInfo(zone)))
    draft.add_component(event)
    draft.add_missing_timezones(first_date=date(year - 1, 1, 1), last_date=date(year + 1, 12, 31) + timedelta(days=1))
    found: Timezone = draft.timezones[0]
    return found


def _central_europe(zone: str) -> Timezone:
    """Directive 2000/84/EC: the last Sundays of March and October, at 1:00 UTC.

    Written by hand, because icalendar 7 puts the beginning of summer time at 3:00 local time instead of 2:00, and
    lists years where RFC 5545 (3.6.5) has a rule.
    """
    found = Timezone()
    found.add("tzid", zone)
    for part, name, before, after, begins, month in (
        (TimezoneDaylight(), "CEST", 1, 2, "1996-03-31T02:00", 3),
        (TimezoneStandard(), "CET", 2, 1, "1996-10-27T03:00", 10),
    ):
        part.add("tzname", name)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("dtstart", datetime.fromisoformat(begins))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
        found.add_component(part)
    return found

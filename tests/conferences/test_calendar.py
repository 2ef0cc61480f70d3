"""Calendar entries as mail programs read them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.conferences import calendar
from portal.conferences.calendar import Entry, Party

OFFICE = Party(name='Landratsamt; "Sozialplanung"', email="sozialplanung@kreis.example")
ADA = Party(name="Ada Müller", email="ada@verein.example")
ENTRY = Entry(
    uid="3f0c@portal.example",
    sequence=2,
    title="Konferenz: Wege, Räume; Größe",
    starts_at=datetime.fromisoformat("2026-12-16T14:00"),
    ends_at=datetime.fromisoformat("2026-12-16T17:30"),
    zone="Europe/Berlin",
    stamp=datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    place="Beispielhalle, Sinsheim",
    description="Zu- oder absagen: https://portal.example/einladung/" + "x" * 120,
)


def only_event(text: str) -> icalendar.Event:
    read = icalendar.Calendar.from_ical(text)
    (event,) = read.events
    return event


def test_a_request_names_one_recipient_and_one_method() -> None:
    text = calendar.request(ENTRY, organiser=OFFICE, attendee=ADA)
    assert text.count("METHOD:") == 1
    assert "METHOD:REQUEST\r\n" in text
    assert "BEGIN:VTIMEZONE" in text
    event = only_event(text)
    assert event["UID"] == "3f0c@portal.example"
    assert event["SEQUENCE"] == 2
    assert event["SUMMARY"] == ENTRY.title
    assert event["LOCATION"] == ENTRY.place
    assert event["DESCRIPTION"] == ENTRY.description
    assert str(event["ORGANIZER"]) == "mailto:sozialplanung@kreis.example"
    attendee = event["ATTENDEE"]
    assert not isinstance(attendee, list)
    assert str(attendee) == "mailto:ada@verein.example"
    assert attendee.params["CN"] == "Ada Müller"
    assert attendee.params["RSVP"] == "TRUE"
    assert event.start == datetime(2026, 12, 16, 13, 0, tzinfo=UTC)
    assert event.end == datetime(2026, 12, 16, 16, 30, tzinfo=UTC)
    assert event["DTSTAMP"].dt == ENTRY.stamp
    assert event["STATUS"] == "CONFIRMED"


def test_a_cancellation_takes_the_same_entry_back() -> None:
    text = calendar.cancellation(replace(ENTRY, sequence=3), organiser=OFFICE, attendee=ADA)
    event = only_event(text)
    assert "METHOD:CANCEL\r\n" in text
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (ENTRY.uid, 3, "CANCELLED")
    assert str(event["ATTENDEE"]) == "mailto:ada@verein.example"


def test_a_download_names_nobody() -> None:
    text = calendar.publication(ENTRY)
    assert "METHOD:PUBLISH\r\n" in text
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text
    assert only_event(calendar.publication(replace(ENTRY, is_cancelled=True)))["STATUS"] == "CANCELLED"


def test_summer_and_winter_time_follow_the_zone() -> None:
    summer = replace(
        ENTRY, starts_at=datetime.fromisoformat("2027-07-01T10:00"), ends_at=datetime.fromisoformat("2027-07-01T11:00")
    )
    assert only_event(calendar.publication(summer)).start == datetime(2027, 7, 1, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_names_and_titles_write_no_lines_of_their_own(line_end: str) -> None:
    evil = f"Konferenz{line_end}METHOD:CANCEL{line_end}ATTENDEE:mailto:boese@fremd.example"
    text = calendar.request(
        replace(ENTRY, title=evil, place=evil, description=evil), organiser=OFFICE, attendee=replace(ADA, name=evil)
    )
    lines = text.replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.startswith("METHOD")] == ["METHOD:REQUEST"]
    assert sum(line.startswith("ATTENDEE") for line in lines) == 1
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=300))
def test_long_lines_fold_between_characters(title: str) -> None:
    text = calendar.request(replace(ENTRY, title=title), organiser=OFFICE, attendee=ADA)
    assert all(len(line.encode("utf-8")) <= 75 for line in text.split("\r\n"))
    assert only_event(text)["SUMMARY"] == title


def test_the_zone_changes_when_the_clocks_do() -> None:
    """Every hour of two years around the changes: the rules that go out say what the zone database says."""
    written = icalendar.Calendar.from_ical(calendar.publication(ENTRY)).walk("VTIMEZONE")[0]
    zone = written.to_tz(lookup_tzid=False)
    known = ZoneInfo("Europe/Berlin")
    for year in (2026, 2027):
        for month in (3, 10):
            moment = datetime(year, month, 24, tzinfo=UTC)
            while moment.month == month:
                local = moment.astimezone(known)
                wall = local.replace(tzinfo=zone, fold=0)
                if local.fold == 0 and local.hour != 2:
                    assert wall.utcoffset() == local.utcoffset(), local
                moment += timedelta(hours=1)

"""An entry of minutes can name places below its event: it counts there, is printed, copied and kept."""

from collections.abc import Callable

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor
from test_leads import actor

from portal.areas import queries as areas
from portal.areas import uses
from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.evidence import queries as evidence
from portal.evidence import resources
from portal.evidence.sources import counting
from portal.evidence.sources import gathering as sources
from portal.minutes import assignments, queries
from portal.minutes.models import EntryKind, Minutes, MinutesEntry
from portal.minutes.services import entries, versions
from portal.minutes.services.entries import Written
from portal.minutes.voices import voices
from portal.needs import drafts
from portal.planning.uses import Used

__all__ = ["visitor"]


def place(slug: str, kind: AreaKind = AreaKind.MUNICIPALITY) -> Area:
    return areas.find(kind, slug)


def minutes_with(text: str) -> Minutes:
    db.session.rollback()
    entry = db.session.scalars(select(MinutesEntry).where(MinutesEntry.text.contains(text))).first()
    assert entry is not None
    return entry.version.minutes


def corrected(text: str, *named: Area, kind: EntryKind | None = None) -> MinutesEntry:
    """The entry with these places, in force after a correction."""
    planner, leader = actor(), actor("buche")
    minutes = minutes_with(text)
    with transaction():
        version = versions.correct(minutes, "Ort ergänzt", actor=planner)
        entry = next(one for one in version.entries if text in one.text)
        written = Written(
            kind=kind or entry.kind, text=entry.text, agenda_item=entry.agenda_item, topics=list(entry.topics),
            indicators=list(entry.indicators), raised_by=list(entry.raised_by), places=list(named),
            owner=entry.owner, due_on=entry.due_on,
        )  # fmt: skip
        entries.edit(entry, written, edition=entry.edition, actor=planner)
    with transaction():
        versions.submit(version, actor=planner, is_checked=True)
    with transaction():
        versions.release(version, actor=leader)
    return entry


NEED = "Abends und am Wochenende fahren kaum Busse"


def test_a_voice_counts_in_the_planning_area_of_its_place(seeded_app: Flask) -> None:
    """The event is about Sinsheim; a locality below it stays there, and nothing counts twice."""
    hilsbach = place("sinsheim-hilsbach", AreaKind.LOCALITY)
    entry = corrected(NEED, hilsbach)
    period, composition = evidence.period(), areas.composition_of(areas.own_county())
    found = sources.minutes_entries(period, composition, until=clock.now())
    filed = {area_id for area_id, among in found.items() if entry.id in {voice.id for voice in among}}
    assert filed == {place("sinsheim", AreaKind.PLANNING_AREA).id}
    (voice,) = (one for one in voices() if one.entry_id == entry.id)
    assert voice.area_ids == (hilsbach.id,)
    cells = counting.cells(Used.MINUTES_ENTRY, [entry.id], actor=actor())[entry.id]
    assert {cell.area.slug for cell in cells} == {"sinsheim"}
    assert [str(use.label) for use in uses.uses_of([hilsbach.id]) if "Protokoll" in str(use.label)]


def test_an_entry_of_a_county_wide_event_counts_where_it_says(seeded_app: Flask) -> None:
    minutes = next(
        one for one in db.session.scalars(select(Minutes)) if not one.conference.areas and queries.last_released(one)
    )
    text = minutes.versions[-1].entries[0].text
    entry = corrected(text, place("weinheim"), kind=EntryKind.RESOURCE)
    weinheim = place("weinheim", AreaKind.PLANNING_AREA)
    composition = areas.composition_of(areas.own_county())

    def among(area: Area) -> set[str]:
        with seeded_app.test_request_context("/", base_url="http://portal.example"):
            found = resources.of_area(area.id, actor(), evidence.period(), composition)
        return {one.text for one in found.entries}

    assert entry.text in among(weinheim)
    assert entry.text not in among(place("sinsheim", AreaKind.PLANNING_AREA))


def test_needs_and_assignments_take_the_place_along(seeded_app: Flask) -> None:
    neckarbischofsheim = place("neckarbischofsheim")
    entry = next(one for one in queries.entries_of(minutes_with(NEED).versions[-1]) if one.places)
    assert entry.places == [neckarbischofsheim], "corrections copy the places"
    other = next(one for one in queries.entries_of(entry.version) if NEED in one.text).raised_by[0]
    planner, entry, other = actor(), db.session.merge(entry), db.session.merge(other)
    with transaction():
        made = drafts.from_entry(entry, other, "Internet", actor=planner)
        assert made.areas == [place("neckarbischofsheim")]
    task = corrected("Fahrgastzahlen der Abendlinien", place("angelbachtal"))
    found = next(one for one in assignments.assigned(evidence.period().id) if one.stem == task.stem)
    assert found.area_ids == {place("angelbachtal").id}


def test_only_places_below_the_event_can_be_named(seeded_app: Flask) -> None:
    for stranger in (place("weinheim"), place("sinsheim", AreaKind.PLANNING_AREA), areas.own_county()):
        with pytest.raises(Refusal) as refusal:
            corrected(NEED, stranger)
        assert refusal.value.field == "places"


def test_the_form_offers_them_and_public_minutes_and_pdf_print_them(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    planner, anonymous = visitor("planner"), visitor("anonymous")
    writer, leader = actor(), actor("buche")
    minutes = minutes_with(NEED)
    public_id, entry_id = minutes.public_id, ""
    with transaction():
        version = versions.correct(minutes, "Ort ergänzt", actor=writer)
        entry_id = next(one.public_id for one in version.entries if NEED in one.text)
    address = f"/protokolle/{public_id}/eintraege/{entry_id}"
    page = planner.get(address).text
    hilsbach = place("sinsheim-hilsbach", AreaKind.LOCALITY).public_id
    assert f'value="{hilsbach}"' in page
    assert f'value="{place("weinheim").public_id}"' not in page
    db.session.rollback()
    entry = db.session.scalars(select(MinutesEntry).where(MinutesEntry.public_id == entry_id)).one()
    fields = {
        "kind": entry.kind.value, "text": entry.text, "agenda_item": entry.agenda_item.public_id,  # type: ignore[union-attr]
        "topics": [one.key for one in entry.topics], "places": [hilsbach], "edition": str(entry.edition), "owner": "",
        "raised_by": [one.public_id for one in entry.raised_by],
    }  # fmt: skip
    assert planner.submit(address, fields).status_code == 302
    draft = planner.get(f"/protokolle/{public_id}").text
    assert "/ortsteile/sinsheim-hilsbach" in draft
    version = minutes_with(NEED).versions[-1]
    with transaction():
        versions.submit(version, actor=writer, is_checked=True)
    minutes = minutes_with(NEED)
    with transaction():
        versions.release(minutes.versions[-1], actor=leader)
    with transaction():
        versions.set_public(minutes, True, actor=writer)
    assert "Hilsbach" in anonymous.get(f"/protokolle/{public_id}").text

"""An event with people invited to it, for tests of replies, letters and attendance."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from portal.conferences import links
from portal.conferences.models import AgendaItem, Conference, ConferenceKind, ConferenceState, Invitation
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.transaction import transaction
from portal.planning.models import Phase, PlanningPeriod
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Channel, Organisation, OrganisationKind, OrganisationState, Person


def begins(days: int = 20) -> datetime:
    """Wall-clock time of an event some days ahead (or ago)."""
    day = clock.now().astimezone(LOCAL_ZONE).date() + timedelta(days=days)
    return datetime.combine(day, datetime.min.time()).replace(hour=17)


def make_event(title: str = "Konferenz am Fluss", *, days: int = 20, seats: int | None = None) -> Conference:
    """A planned event with an agenda of two items."""
    with transaction():
        period = db.session.scalars(select(PlanningPeriod)).first() or PlanningPeriod(
            key="2025-2027", name="2025 bis 2027", starts_on=date(2025, 1, 1), ends_on=date(2027, 12, 31)
        )
        db.session.add(period)
        starts = begins(days)
        event = Conference(
            title=title,
            kind=ConferenceKind.PLANNING_AREA_CONFERENCE,
            state=ConferenceState.PLANNED,
            phase=next(iter(Phase)),
            period=period,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            place_name="Haus am Fluss",
            place_town="Sinsheim",
            access_information="Stufenloser Eingang.",
            seats=seats,
            reply_by=(starts - timedelta(days=7)).date(),
            uid=f"{title.lower().replace(' ', '-')}@portal.example",
            agenda=[AgendaItem(number=1, title="Begrüßung"), AgendaItem(number=2, title="Wege ohne Auto")],
        )
        db.session.add(event)
        db.session.flush()
    return event


def make_organisation(name: str) -> Organisation:
    with transaction():
        return stakeholders.create_organisation(
            name, OrganisationKind.WELFARE_PROVIDER, actor=SYSTEM, state=OrganisationState.VERIFIED, postcode="74889"
        )


def invite(
    event: Conference,
    name: str = "Ida Muster",
    *,
    email: str | None = "ida@verein.example",
    organisation: Organisation | None = None,
    person: Person | None = None,
    channel: Channel = Channel.MAIL,
) -> Invitation:
    """Invite one person, for an organisation of their own unless one is named; the invitation counts as sent."""
    organisation = organisation or make_organisation(f"Verein {name}")
    with transaction():
        if person is None:
            person = Person(name=name, email=email, channel=channel)
            db.session.add(person)
            db.session.flush()
        row = Invitation(
            conference_id=event.id,
            organisation_id=organisation.id,
            person_id=person.id,
            link_nonce=links.new_nonce(),
            sent_at=clock.now(),
            sent_sequence=0,
            sent_as_letter=channel is Channel.LETTER or email is None,
        )
        db.session.add(row)
        db.session.flush()
    return row

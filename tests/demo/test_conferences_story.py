"""The story's events as `events.yaml` tells them, and no mail about what is past."""

from collections import Counter

from flask import Flask
from seeded import seeded_app, seeded_sqlite
from sqlalchemy import select

from portal.conferences import held, links, queries
from portal.conferences.delivery import Delivery
from portal.conferences.models import Attendance, Conference, ConferenceState, Invitation
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.needs import lists
from portal.outbox.models import OutboxMessage
from portal.stakeholders import extension
from portal.stakeholders.models import Organisation, OrganisationKind

__all__ = ["seeded_app", "seeded_sqlite"]


def _event(part: str, state: ConferenceState) -> Conference:
    statement = select(Conference).where(Conference.title.startswith(part), Conference.state == state)
    return db.session.scalars(statement).one()


def test_every_event_is_there_on_its_weekday(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        states = Counter(db.session.scalars(select(Conference.state)))
        moved = _event("Fachgespräch Pflege,", ConferenceState.PLANNED)
        assert states == {
            ConferenceState.HELD: 11,
            ConferenceState.PLANNED: 2,
            ConferenceState.CANCELLED: 1,
            ConferenceState.DRAFT: 1,
        }
        assert (moved.sequence, moved.starts_at.strftime("%a %H:%M")) == (1, "Thu 15:00")
        assert all(one.is_demo for one in db.session.scalars(select(Conference)))
        assert "{" not in "".join(db.session.scalars(select(Conference.title)))


def test_only_coming_events_are_mailed_about(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        kinds = Counter(
            db.session.scalars(select(OutboxMessage.kind).where(OutboxMessage.kind.startswith("conferences.")))
        )
        mailed = set(
            db.session.scalars(select(OutboxMessage.occasion).where(OutboxMessage.kind.startswith("conferences.")))
        )
        past = db.session.scalars(
            select(Invitation.public_id).join(Invitation.conference).where(Conference.starts_at < clock.today())
        )
        assert kinds == {"conferences.invitation": 23, "conferences.change": 4, "conferences.cancellation": 2}
        assert not {f"invitation:{public_id}" for public_id in past} & mailed


def test_the_coming_conference_shows_who_is_missing(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        found = queries.coverage_of(_event("Planungsraumkonferenz Sinsheim", ConferenceState.PLANNED))
        assert set(found.missing_groups) == {OrganisationKind.JOBCENTER, OrganisationKind.HEALTH_OFFICE}
        assert [place.name for place in found.missing_municipalities] == [
            "Angelbachtal", "Eschelbronn", "Lobbach", "Mauer", "Meckesheim", "Zuzenhausen",
        ]  # fmt: skip


def test_a_reply_to_the_old_date_says_so(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        rows = queries.invitations(SYSTEM, _event("Fachgespräch Pflege,", ConferenceState.PLANNED))
        assert [row.invitation.person.name for row in rows if row.is_outdated] == ["Ayla Muster-Ahorn"]
        assert {row.delivery for row in rows} == {Delivery.WAITING, Delivery.TO_PRINT}


def test_held_events_know_who_was_there(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        shares = {one.title.partition(",")[0]: one.share for one in held.held_events()}
        assert shares["Planungsraumkonferenz Weinheim"] == 3 / 8
        assert shares["Planungsraumkonferenz Neckargemünd/Eberbach"] == 4 / 8
        missing = (
            select(Invitation.id)
            .join(Invitation.conference)
            .where(Conference.state == ConferenceState.HELD, Invitation.attendance.is_(None))
        )
        assert db.session.scalars(missing).all() == []
        deputies = select(Invitation).where(Invitation.attendance == Attendance.DEPUTY)
        assert all(row.deputy is not None for row in db.session.scalars(deputies))


def test_the_links_in_the_mails_lead_to_their_invitations(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        mail = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "conferences.invitation").order_by(OutboxMessage.id)
        ).first()
        assert mail is not None
        token = mail.text.split(links.PATH)[1].split()[0]
        found = links.invitation_behind(token)
        assert found is not None
        assert f"invitation:{found.public_id}" == mail.occasion
        # Not the last sign: some of its bits say nothing.
        forged = token[:-3] + ("A" if token[-3] != "A" else "B") + token[-2:]
        assert links.invitation_behind(forged) is None
        assert links.invitation_behind("x" * 5000) is None


def test_who_was_heard_last_is_known_of_events_and_statements(seeded_app: Flask) -> None:
    with seeded_app.app_context():
        organisations = {one.name: one.id for one in db.session.scalars(select(Organisation))}
        municipality = organisations["Verwaltung Sinsheim (Beispielrolle)"]
        present, submitted = held.last_present([municipality]), lists.last_submitted(list(organisations.values()))
        assert present.keys() == {municipality}
        assert present[municipality] <= clock.today()
        both = extension.heard_on(list(organisations.values()))
        assert both[municipality] == max(present[municipality], submitted.get(municipality, present[municipality]))
        assert len(both) < len(organisations)
        assert extension.heard_on([]) == {}

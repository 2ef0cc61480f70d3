"""Reading events: the list, one event, who is invited and how far their mail has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from portal.areas import queries as areas
from portal.areas.composition import AreaRef
from portal.areas.models import Area, AreaKind
from portal.conferences import permissions
from portal.conferences.coverage import Coverage, Reached, coverage
from portal.conferences.delivery import Delivery
from portal.conferences.held import HeldEvent, held_events
from portal.conferences.models import (
    AgendaItem,
    Conference,
    ConferenceChange,
    ConferenceKind,
    ConferenceState,
    Invitation,
    Reply,
)
from portal.conferences.occasions import JOB, OCCASION
from portal.conferences.parameters import required_groups, required_share
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.jobs.models import Job, JobState
from portal.outbox.models import MessageState, OutboxMessage
from portal.planning.models import Phase
from portal.stakeholders.models import Organisation, Person, Representation

__all__ = ["HeldEvent", "held_events"]


def acting_for(organisation_ids: Collection[int], day: date) -> set[tuple[int, int]]:
    """Organisation and person of everybody who acts for one of the organisations on the day."""
    rows = db.session.execute(
        select(Representation.organisation_id, Representation.person_id).where(
            Representation.organisation_id.in_(organisation_ids),
            Representation.valid_from <= day,
            or_(Representation.valid_to.is_(None), Representation.valid_to > day),
        )
    )
    return {(row.organisation_id, row.person_id) for row in rows}


def conferences(
    actor: Actor, arguments: Mapping[str, str], *, path: str, everything: bool = False
) -> Listing[Conference]:
    """Events for county staff, the latest date first; drafts for planners alone; `everything` for downloads."""
    require(permissions.may_see_list(actor))
    statement = select(Conference).options(selectinload(Conference.areas))
    if not permissions.may_organise(actor):
        statement = statement.where(Conference.state != ConferenceState.DRAFT)
    return listing(
        statement,
        arguments,
        path=path,
        sorts={
            "termin": (Conference.starts_at, Conference.id),
            "titel": (Conference.search_key, Conference.id),
            "art": (Conference.kind, Conference.starts_at, Conference.id),
        },
        default_sort="-termin",
        search=Conference.search_key,
        names=Conference.title,
        search_label=_("Titel oder Ort"),
        filters=[
            Filter(
                "planungsraum", _("Planungsraum"),
                [("", _("alle")), *((area.slug, area.name) for area in areas.all_planning_areas())],
                lambda value: Conference.areas.any(Area.id.in_(areas.ids_within(value))),
            ),
            Filter(
                "stand", _("Stand"), [("", _("alle")), *ConferenceState.choices()],
                lambda value: Conference.state == ConferenceState(value),
            ),
            Filter(
                "art", _("Art"), [("", _("alle")), *ConferenceKind.choices()],
                lambda value: Conference.kind == ConferenceKind(value),
            ),
            Filter(
                "phase", _("Phase"), [("", _("alle")), *Phase.choices()],
                lambda value: Conference.phase == Phase(value),
            ),
        ],
        page_size=None if everything else PAGE_SIZE,
    )  # fmt: skip


def reply_counts(conference_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Per event how many are invited and how many of them have answered; one query."""
    rows = db.session.execute(
        select(
            Invitation.conference_id,
            func.count(),
            func.count().filter(Invitation.reply != Reply.NONE),
        )
        .where(Invitation.conference_id.in_(conference_ids), Invitation.withdrawn_at.is_(None))
        .group_by(Invitation.conference_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def conference_for(actor: Actor, public_id: str) -> Conference:
    """One event for county staff, with all that is typed about it."""
    require(permissions.may_see_list(actor))
    found = db.session.scalars(
        select(Conference)
        .options(
            joinedload(Conference.period),
            joinedload(Conference.body),
            joinedload(Conference.place_area),
            selectinload(Conference.areas),
            selectinload(Conference.topics),
            selectinload(Conference.agenda).selectinload(AgendaItem.topics),
        )
        .where(Conference.public_id == public_id)
    ).one_or_none()
    return require_visible(found, found is not None and permissions.may_see(actor, found))


def changes(conference: Conference) -> list[ConferenceChange]:
    """The steps of an event, the latest first."""
    return list(
        db.session.scalars(
            select(ConferenceChange)
            .where(ConferenceChange.conference_id == conference.id)
            .order_by(ConferenceChange.created_at.desc(), ConferenceChange.id.desc())
        )
    )


@dataclass(frozen=True)
class InvitationRow:
    """An invitation and how far its mail or letter has come; `words` are the server's where it was refused."""

    invitation: Invitation
    delivery: Delivery
    words: str

    @property
    def is_outdated(self) -> bool:
        """Whether the reply was given before the last change that was told; never once it is cancelled."""
        reply, conference = self.invitation.reply_sequence, self.invitation.conference
        was_cancelled = conference.state is ConferenceState.CANCELLED
        return reply is not None and reply < conference.told_sequence and not was_cancelled


def invitations(actor: Actor, conference: Conference) -> list[InvitationRow]:
    """Everybody invited, by organisation, each with the state of the latest mail; one query."""
    require(permissions.may_see_people(actor))
    deputy = aliased(Person)
    statement = (
        select(Invitation, OutboxMessage.state, OutboxMessage.last_reply)
        .join(Invitation.organisation)
        .join(Invitation.person)
        .outerjoin(Invitation.deputy.of_type(deputy))
        .outerjoin(
            OutboxMessage,
            and_(
                OutboxMessage.occasion == literal(OCCASION) + Invitation.public_id,
                OutboxMessage.sequence == Invitation.sent_sequence,
            ),
        )
        .options(
            contains_eager(Invitation.organisation),
            contains_eager(Invitation.person),
            contains_eager(Invitation.deputy.of_type(deputy)),
        )
        .where(Invitation.conference_id == conference.id)
        .order_by(Organisation.sort_key, Person.sort_key, Invitation.id)
    )
    return [
        InvitationRow(row, Delivery.of(row, state), words or "" if state is MessageState.UNDELIVERABLE else "")
        for row, state, words in db.session.execute(statement)
    ]


def invitation_for(actor: Actor, conference: Conference, public_id: str) -> Invitation:
    """One invitation of the event, for those who organise it."""
    require(permissions.may_see_people(actor))
    statement = (
        select(Invitation)
        .options(joinedload(Invitation.organisation), joinedload(Invitation.person))
        .where(Invitation.conference_id == conference.id, Invitation.public_id == public_id)
    )
    return require_visible(db.session.scalars(statement).one_or_none())


def coverage_of(conference: Conference, further: Collection[Organisation] = ()) -> Coverage:
    """Whom the invitations of an event reach, together with organisations that are about to be invited.

    An event without areas is about the whole county, and so are its municipalities.
    """
    invited = db.session.scalars(
        select(Organisation)
        .join(Invitation, Invitation.organisation_id == Organisation.id)
        .where(Invitation.conference_id == conference.id, Invitation.withdrawn_at.is_(None))
        .distinct()
        .order_by(Organisation.id)
    ).all()
    composition = areas.composition_of(areas.own_county(), on=conference.starts_at.date())
    area_ids = [area.id for area in conference.areas] or [composition.county.id]
    places = {place.id: place for area_id in area_ids for place in composition.members(area_id)}
    return coverage(
        [Reached(organisation_id=one.id, group=one.group, place_id=one.area_id) for one in (*invited, *further)],
        municipalities=list(places.values()),
        association_of=composition.association_of,
        required=required_groups(),
        required_share=required_share(),
    )


def only_planning_area(conference: Conference) -> AreaRef | None:
    """The planning area that an event is about, or in which all its places lie; None if there are several or none."""
    composition = areas.composition_of(areas.own_county())
    found = {composition.filed_under(area.id) for area in conference.areas}
    if len(found) != 1:
        return None
    area = composition.areas.get(found.pop())
    return area if area is not None and area.kind is AreaKind.PLANNING_AREA else None


def sending_job(conference: Conference) -> Job | None:
    """The job that writes mails of this event now, or waits to."""
    return db.session.scalars(
        select(Job)
        .where(
            Job.kind == JOB,
            Job.state.in_((JobState.WAITING, JobState.RUNNING)),
            Job.unique_key.startswith(f"{JOB}:{conference.id}:", autoescape=True),
        )
        .order_by(Job.id.desc())
        .limit(1)
    ).one_or_none()


def unsent(conference: Conference) -> int:
    """How many on the list have not been sent anything yet."""
    return int(
        db.session.scalar(
            select(func.count()).where(
                Invitation.conference_id == conference.id,
                Invitation.withdrawn_at.is_(None),
                Invitation.sent_sequence.is_(None),
            )
        )
        or 0
    )

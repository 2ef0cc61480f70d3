"""Whom one could invite: organisations by area, kind, topic and body, with the people who act for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.conferences import permissions
from portal.conferences.models import Conference, Invitation, conference_topic
from portal.conferences.services.sending import by_letter
from portal.core import clock
from portal.core.actor import Actor
from portal.core.choosing import MOST_AT_ONCE
from portal.core.database import db
from portal.core.permissions import require
from portal.planning.models import Topic
from portal.stakeholders.models import (
    Body,
    BodyMembership,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Person,
    Representation,
    organisation_topic,
)
from portal.stakeholders.queries import works_within


@dataclass(frozen=True)
class Choice:
    """What was chosen above the list; an empty value asks for nothing."""

    area: str = ""
    kind: str = ""
    topic: str = ""
    body: str = ""
    organisations: tuple[str, ...] = ()

    @classmethod
    def read(cls, arguments: Mapping[str, str], organisations: Sequence[str] = ()) -> "Choice":
        area, kind, topic, body = (
            (arguments.get(name) or "")[:80] for name in ("planungsraum", "art", "thema", "gremium")
        )
        return cls(area, kind, topic, body, tuple(organisations[:MOST_AT_ONCE]))


@dataclass(frozen=True)
class Reachable:
    """One person for one organisation. `value` names both in the form."""

    person: Person
    function: str
    is_deputy: bool
    by_letter: bool
    is_invited: bool
    value: str


@dataclass(frozen=True)
class Candidate:
    """An organisation and everybody who acts for it today; those who are no deputies first.

    The two flags say why it fits the topic that was asked for.
    """

    organisation: Organisation
    works_on_topic: bool
    was_invited_on_topic: bool
    people: list[Reachable]


def candidates(actor: Actor, conference: Conference, choice: Choice) -> list[Candidate]:
    """Checked organisations that fit, by name; two queries, with a topic four.

    By topic: those that name it among their own, first, and those that got an invitation to another event on it. By
    body: those whose people sit in it.
    """
    require(permissions.may_organise(actor))
    today = clock.today()
    statement = (
        select(Representation)
        .join(Representation.organisation)
        .join(Representation.person)
        .options(
            contains_eager(Representation.organisation),
            contains_eager(Representation.person),
            joinedload(Representation.deputy_of),
        )
        .where(
            Organisation.state == OrganisationState.VERIFIED,
            Representation.valid_from <= today,
            or_(Representation.valid_to.is_(None), Representation.valid_to > today),
        )
        .order_by(
            Organisation.sort_key, Organisation.id, Representation.deputy_of_id.is_not(None), Person.sort_key, Person.id
        )
    )
    if choice.area:
        statement = statement.where(works_within(choice.area))
    if choice.organisations:
        statement = statement.where(Organisation.public_id.in_(choice.organisations))
    if choice.kind in {kind.value for kind in OrganisationKind}:
        statement = statement.where(Organisation.kind == OrganisationKind(choice.kind))
    working: set[int] = set()
    invited_before: set[int] = set()
    if choice.topic:
        working, invited_before = _working_on(choice.topic), _invited_before(choice.topic, conference)
        statement = statement.where(Organisation.id.in_(working | invited_before))
    if choice.body:
        statement = statement.where(
            Person.id.in_(
                select(BodyMembership.person_id)
                .join(Body, Body.id == BodyMembership.body_id)
                .where(
                    Body.public_id == choice.body,
                    BodyMembership.valid_from <= today,
                    or_(BodyMembership.valid_to.is_(None), BodyMembership.valid_to > today),
                )
            )
        )
    invited = _invited(conference)
    found: dict[int, Candidate] = {}
    for row in db.session.scalars(statement).unique():
        candidate = found.setdefault(
            row.organisation_id,
            Candidate(row.organisation, row.organisation_id in working, row.organisation_id in invited_before, []),
        )
        candidate.people.append(
            Reachable(
                person=row.person,
                function=row.role_line,
                is_deputy=row.deputy_of_id is not None,
                by_letter=by_letter(row.person),
                is_invited=(row.organisation_id, row.person_id) in invited,
                value=f"{row.organisation.public_id}.{row.person.public_id}",
            )
        )
    return sorted(found.values(), key=lambda one: not one.works_on_topic)


def _working_on(topic: str) -> set[int]:
    rows = select(organisation_topic.c.organisation_id).join(Topic, Topic.id == organisation_topic.c.topic_id)
    return set(db.session.scalars(rows.where(Topic.key == topic)))


def _invited_before(topic: str, conference: Conference) -> set[int]:
    rows = (
        select(Invitation.organisation_id)
        .join(conference_topic, conference_topic.c.conference_id == Invitation.conference_id)
        .join(Topic, Topic.id == conference_topic.c.topic_id)
        .where(Topic.key == topic, Invitation.conference_id != conference.id, Invitation.sent_at.is_not(None))
    )
    return set(db.session.scalars(rows))


def _invited(conference: Conference) -> set[tuple[int, int]]:
    rows = db.session.execute(
        select(Invitation.organisation_id, Invitation.person_id).where(
            Invitation.conference_id == conference.id, Invitation.withdrawn_at.is_(None)
        )
    )
    return {(row.organisation_id, row.person_id) for row in rows}


def bodies() -> list[Body]:
    """Bodies that sit today, by name."""
    today = clock.today()
    return list(
        db.session.scalars(
            select(Body)
            .where(Body.valid_from <= today, or_(Body.valid_to.is_(None), Body.valid_to > today))
            .order_by(Body.sort_key, Body.id)
        )
    )

"""Statements for requests that need a valid address: drafts and submitted ones of each person's organisation."""

from collections.abc import Callable

from sqlalchemy import select

from portal.areas import queries as areas
from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.minutes.models import EntryKind, MinutesEntry, MinutesState, MinutesVersion
from portal.needs import drafts, permissions, queries, review
from portal.needs.models import Intake, NeedsStatement, StatementKind, StatementState
from portal.planning.models import Topic
from portal.stakeholders.acting import actor_of
from portal.stakeholders.models import Person, Representation

Values = dict[str, str]


def draft(user_id: int) -> Values:
    """A draft of the person's organisation; of somebody's, if theirs puts nothing forward."""
    with transaction():
        statement, _actor = _begun(user_id)
        return {"public_id": statement.public_id}


def statement(user_id: int) -> Values:
    """The same in review and not released."""
    with transaction():
        made, actor = _begun(user_id)
        area = db.session.get_one(Area, areas.planning_areas()[0].id)
        topic = db.session.scalars(select(Topic).order_by(Topic.position)).first()
        assert topic is not None
        drafts.save_place(made, topics=[topic], areas=[area], target_groups=[], actor=actor)
        drafts.submit(made, actor=actor, tells=False)
        review.take_into_review(made, actor=_planner())
        return {"public_id": made.public_id}


def add_shared(add: Callable[..., None]) -> None:
    """What belongs to nobody who asks: a released statement, a draft of the office, a tracking code."""
    with transaction():
        released = db.session.scalars(
            select(NeedsStatement).where(NeedsStatement.is_public, NeedsStatement.state == StatementState.IN_MEASURE)
        ).first()
        assert released is not None
        organisation = released.organisation
        made = drafts.begin(
            organisation, StatementKind.NEED, "Anruf", actor=_planner(), intake=Intake.TELEPHONE, reason="Gehört."
        )
        add("released statement", public_id=released.public_id)
        add("office draft", public_id=made.public_id)
        entry = db.session.scalars(
            select(MinutesEntry)
            .join(MinutesEntry.version)
            .where(MinutesVersion.state == MinutesState.RELEASED, MinutesEntry.kind == EntryKind.NEED)
            .order_by(MinutesEntry.id)
        ).first()
        assert entry is not None
        add("released need", entry_id=entry.public_id)
        add("tracking code", code=released.tracking_code)


def _planner() -> Actor:
    for person in db.session.scalars(select(Person).where(Person.user_id.is_not(None)).order_by(Person.id)):
        if person.user is not None and Role.PLANNER in person.user.role_set:
            return Actor(user=person.user)
    raise AssertionError("the demonstration has a planner")


def _begun(user_id: int) -> tuple[NeedsStatement, Actor]:
    person = db.session.scalars(select(Person).where(Person.user_id == user_id)).one_or_none()
    actor = None if person is None else _acting(person)
    if actor is None:
        everybody = db.session.scalars(select(Person).where(Person.user_id.is_not(None)).order_by(Person.id.desc()))
        actor = next(found for found in map(_acting, everybody) if found is not None)
    organisation = queries.organisation_acted_for(actor)
    assert organisation is not None
    made = drafts.begin(organisation, StatementKind.NEED, "Probehinweis", actor=actor, reason="Probe.")
    return made, actor


def _acting(person: Person) -> Actor | None:
    """The person acting for the organisation that the pages choose first (see `records`)."""
    rows = db.session.scalars(
        select(Representation)
        .where(Representation.person_id == person.id, Representation.valid_from <= clock.today())
        .order_by(Representation.id)
    )
    for row in rows:
        if not row.has_ended(clock.today()) and permissions.may_put_forward(row.organisation):
            return actor_of(person, row.organisation)
    return None

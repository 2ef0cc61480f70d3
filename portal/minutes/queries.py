"""Reading minutes, as the actor may see them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.accounts.models import User
from portal.areas import queries as areas
from portal.areas.models import Area
from portal.conferences.models import AgendaItem, Conference, ConferenceState, Invitation
from portal.core.actor import STAFF_ROLES, Actor, Role
from portal.core.database import db
from portal.core.permissions import require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.indicators.models import Indicator
from portal.minutes import attendance, permissions
from portal.minutes.models import EntryKind, Minutes, MinutesEntry, MinutesState, MinutesVersion, TaskDone
from portal.planning.models import Topic
from portal.stakeholders.models import Organisation, Person, Representation

_OTHER = aliased(MinutesVersion)


def latest_released() -> ColumnElement[bool]:
    """Condition on `MinutesVersion`: the last released version of its minutes."""
    later = exists().where(
        _OTHER.minutes_id == MinutesVersion.minutes_id,
        _OTHER.state == MinutesState.RELEASED,
        _OTHER.number > MinutesVersion.number,
    )
    return (MinutesVersion.state == MinutesState.RELEASED) & ~later


@dataclass(frozen=True)
class Reader:
    """What the actor may read of one event's minutes."""

    sees_drafts: bool
    sees_people: bool
    is_participant: bool

    @property
    def sees_owners(self) -> bool:
        """Who promised what, by name: county staff and those who were in the room."""
        return self.sees_people or self.is_participant


def minutes_of(conference: Conference) -> Minutes | None:
    return db.session.execute(select(Minutes).filter_by(conference_id=conference.id)).scalar_one_or_none()


def conference_for(actor: Actor, public_id: str) -> Conference:
    """The event whose minutes are to be begun; out of sight for whoever may not."""
    found = db.session.execute(select(Conference).filter_by(public_id=public_id)).scalar_one_or_none()
    return require_visible(found, found is not None and permissions.may_write(actor))


def minutes_for(actor: Actor, public_id: str) -> tuple[Minutes, Reader]:
    """The minutes with their event and versions, if there is anything in them for the actor."""
    statement = (
        select(Minutes)
        .where(Minutes.public_id == public_id)
        .options(
            joinedload(Minutes.conference).selectinload(Conference.areas),
            joinedload(Minutes.conference).selectinload(Conference.agenda),
            joinedload(Minutes.conference).joinedload(Conference.period),
            selectinload(Minutes.versions).options(
                joinedload(MinutesVersion.written_by), joinedload(MinutesVersion.cosigned_by)
            ),
        )
    )
    found = db.session.execute(statement).unique().scalar_one_or_none()
    minutes = require_visible(found)
    reader = reader_of(minutes, actor)
    return require_visible(minutes, reader.sees_drafts or may_read(minutes, actor)), reader


def may_read(minutes: Minutes, actor: Actor) -> bool:
    """Whether there is a released version that the actor may read."""
    released = last_released(minutes) is not None
    return released and permissions.may_read_released(actor, minutes, invited=_own_if_invited(minutes, actor))


def reader_of(minutes: Minutes, actor: Actor) -> Reader:
    return Reader(
        sees_drafts=permissions.may_see_drafts(actor),
        sees_people=permissions.may_see_people(actor),
        is_participant=permissions.is_participant(actor, invited=_own_if_invited(minutes, actor)),
    )


def _own_if_invited(minutes: Minutes, actor: Actor) -> frozenset[int]:
    if actor.organisation_id is None:
        return frozenset()
    return attendance.invited_organisations(minutes.conference_id)


def version_for(minutes: Minutes, reader: Reader, number: int | None = None) -> MinutesVersion:
    """The version to show: the one asked for, else the newest the reader may see. `NotFound` for others' drafts."""
    seen = [one for one in minutes.versions if reader.sees_drafts or one.state is MinutesState.RELEASED]
    if number is not None:
        seen = [one for one in seen if one.number == number]
    return require_visible(seen[-1] if seen else None)


def last_released(minutes: Minutes) -> MinutesVersion | None:
    released = [one for one in minutes.versions if one.state is MinutesState.RELEASED]
    return released[-1] if released else None


def entries_of(version: MinutesVersion) -> list[MinutesEntry]:
    """The entries in the order of the agenda, with everything a page prints of them."""
    statement = (
        select(MinutesEntry)
        .outerjoin(MinutesEntry.agenda_item)
        .where(MinutesEntry.version_id == version.id)
        .options(
            joinedload(MinutesEntry.agenda_item),
            joinedload(MinutesEntry.owner),
            selectinload(MinutesEntry.topics),
            selectinload(MinutesEntry.indicators),
            selectinload(MinutesEntry.raised_by),
            selectinload(MinutesEntry.places),
        )
        .order_by(func.coalesce(AgendaItem.number, 100_000), MinutesEntry.position, MinutesEntry.id)
    )
    return list(db.session.execute(statement).scalars())


def entry_in(minutes: Minutes, public_id: str) -> MinutesEntry:
    """An entry of any version of these minutes."""
    statement = (
        select(MinutesEntry)
        .join(MinutesEntry.version)
        .where(MinutesEntry.public_id == public_id, MinutesVersion.minutes_id == minutes.id)
    )
    return require_visible(db.session.execute(statement).scalar_one_or_none())


def done(stem: str) -> TaskDone | None:
    return db.session.execute(select(TaskDone).filter_by(stem=stem)).scalar_one_or_none()


def done_by_stem(entries: Sequence[MinutesEntry]) -> dict[str, TaskDone]:
    """Which of the tasks are done."""
    stems = [entry.stem for entry in entries if entry.kind is EntryKind.TASK]
    if not stems:
        return {}
    return {row.stem: row for row in db.session.execute(select(TaskDone).where(TaskDone.stem.in_(stems))).scalars()}


def speakers(conference: Conference) -> list[Organisation]:
    return attendance.speakers(conference)


def person_of(actor: Actor) -> Person | None:
    """The person of the actor's account."""
    return db.session.execute(select(Person).where(Person.user_id == actor.user_id)).scalar_one_or_none()


def user_of(actor: Actor) -> User:
    return db.session.get_one(User, actor.user_id)


def possible_owners(conference: Conference) -> list[Person]:
    """Who can be given a task: county staff, and the people invited to the event with their deputies; by name."""
    invited = select(Invitation.person_id).where(Invitation.conference_id == conference.id)
    deputies = select(Invitation.deputy_id).where(Invitation.conference_id == conference.id)
    staff = select(User.id).where(User.roles.any(_role_name().in_(STAFF_ROLES - {Role.ADMINISTRATOR})))
    statement = (
        select(Person)
        .where(or_(Person.id.in_(invited), Person.id.in_(deputies), Person.user_id.in_(staff)))
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.execute(statement).scalars())


def _role_name() -> ColumnElement[Role]:
    stored = User.roles.property.mapper.class_
    return stored.name


def organisations_of_owners(entries: Sequence[MinutesEntry], conference: Conference) -> dict[int, list[Organisation]]:
    """For whom the owners of tasks acted on the day of the event, by person."""
    people = {entry.owner_id for entry in entries if entry.owner_id is not None}
    if not people:
        return {}
    day = conference.starts_at.date()
    statement = (
        select(Representation)
        .join(Representation.organisation)
        .options(joinedload(Representation.organisation))
        .where(
            Representation.person_id.in_(people),
            Representation.valid_from <= day,
            or_(Representation.valid_to.is_(None), Representation.valid_to > day),
        )
        .order_by(Organisation.sort_key, Representation.id)
    )
    found: dict[int, list[Organisation]] = {}
    for row in db.session.execute(statement).scalars():
        found.setdefault(row.person_id, []).append(row.organisation)
    return found


def linkable_indicators() -> list[Indicator]:
    """Indicators in use, by topic, as entries can point to them."""
    statement = (
        select(Indicator)
        .join(Indicator.topic)
        .options(joinedload(Indicator.topic))
        .where(Indicator.in_use)
        .order_by(Topic.position, Indicator.position, Indicator.sort_key)
    )
    return list(db.session.execute(statement).scalars())


def minutes_list(
    actor: Actor, arguments: Mapping[str, str], *, path: str, everything: bool = False
) -> Listing[Minutes]:
    """All minutes the actor may read; staff see drafts among them and can filter by state."""
    statement = (
        _visible(actor)
        .join(Minutes.conference)
        .options(
            joinedload(Minutes.conference).selectinload(Conference.areas),
            selectinload(Minutes.versions),
        )
    )
    filters = [
        Filter(
            "planungsraum", _("Planungsraum"),
            [("", _("alle")), *((area.slug, area.name) for area in areas.planning_areas())],
            lambda value: Minutes.conference.has(Conference.areas.any(Area.id.in_(areas.ids_within(value)))),
        )
    ]  # fmt: skip
    if permissions.may_see_drafts(actor):
        filters.append(
            Filter(
                "stand", _("Zustand"), [("", _("alle")), *MinutesState.choices()],
                lambda value: _newest_in(MinutesState(value)),
            )
        )  # fmt: skip
    return listing(
        statement,
        arguments,
        path=path,
        sorts={
            "tag": (Conference.starts_at, Minutes.id),
            "titel": (Conference.search_key, Conference.title, Minutes.id),
        },
        default_sort="-tag",
        search=Conference.search_key,
        names=Conference.title,
        search_label=_("Titel der Veranstaltung"),
        filters=filters,
        page_size=None if everything else PAGE_SIZE,
    )


def _visible(actor: Actor) -> Select[Minutes]:
    statement = select(Minutes)
    if permissions.may_see_drafts(actor):
        return statement
    released = Minutes.versions.any(MinutesVersion.state == MinutesState.RELEASED)
    if actor.has(Role.COMMITTEE):
        return statement.where(released)
    readable: ColumnElement[bool] = Minutes.is_public.is_(True)
    if actor.organisation_id is not None:
        readable = or_(readable, Minutes.conference_id.in_(_invited_events(actor.organisation_id)))
    return statement.where(released, readable)


def _invited_events(organisation_id: int) -> Select[int]:
    return select(Invitation.conference_id).where(
        Invitation.organisation_id == organisation_id,
        Invitation.withdrawn_at.is_(None),
        Invitation.sent_at.is_not(None) | Invitation.attendance.in_(attendance.THERE),
    )


def _newest_in(state: MinutesState) -> ColumnElement[bool]:
    later = exists().where(_OTHER.minutes_id == MinutesVersion.minutes_id, _OTHER.number > MinutesVersion.number)
    return Minutes.versions.any((MinutesVersion.state == state) & ~later)


def without_minutes() -> list[Conference]:
    """Events that took place and have no minutes yet, the longest ago first."""
    statement = (
        select(Conference)
        .where(Conference.state == ConferenceState.HELD, ~exists().where(Minutes.conference_id == Conference.id))
        .order_by(Conference.starts_at, Conference.id)
    )
    return list(db.session.execute(statement).scalars())


def unreleased(state: MinutesState) -> list[MinutesVersion]:
    """Versions that are written, or wait for a second signature, the oldest event first."""
    statement = (
        select(MinutesVersion)
        .join(MinutesVersion.minutes)
        .join(Minutes.conference)
        .where(MinutesVersion.state == state)
        .options(
            joinedload(MinutesVersion.minutes).joinedload(Minutes.conference),
            joinedload(MinutesVersion.written_by),
        )
        .order_by(Conference.starts_at, Conference.id)
    )
    return list(db.session.execute(statement).scalars())


@dataclass(frozen=True)
class ReleasedMinutes:
    """Released minutes in a list: of which event, number of the last version and when that was released."""

    public_id: str
    title: str
    held_on: date
    number: int
    released_at: datetime


def released_in(area_ids: Collection[int], actor: Actor) -> list[ReleasedMinutes]:
    """Released minutes of events about any of these places that the actor may read, the latest first; one query."""
    about = _released(actor).where(Conference.areas.any(Area.id.in_(area_ids)))
    return _read(about.order_by(Conference.starts_at.desc(), Conference.id))


def released_lately(actor: Actor, *, limit: int) -> list[ReleasedMinutes]:
    """Minutes that the actor may read, those released last first; one query."""
    latest = func.max(MinutesVersion.released_at).desc()
    return _read(_released(actor).order_by(latest, Conference.id).limit(limit))


def _released(actor: Actor) -> Select[str, str, datetime, int, datetime | None]:
    readable = _visible(actor).with_only_columns(Minutes.id)
    return (
        select(
            Minutes.public_id, Conference.title, Conference.starts_at, func.max(MinutesVersion.number),
            func.max(MinutesVersion.released_at),
        )
        .join(Minutes.conference)
        .join(Minutes.versions)
        .where(Minutes.id.in_(readable), MinutesVersion.state == MinutesState.RELEASED)
        .group_by(Minutes.id, Minutes.public_id, Conference.id, Conference.title, Conference.starts_at)
    )  # fmt: skip


def _read(statement: Select[str, str, datetime, int, datetime | None]) -> list[ReleasedMinutes]:
    return [
        ReleasedMinutes(public_id, title, starts_at.date(), number, released_at)
        for public_id, title, starts_at, number, released_at in db.session.execute(statement)
        if released_at is not None
    ]


def released_for_organisation(organisation_id: int) -> list[Minutes]:
    """Released minutes of events to which an organisation was invited, the latest first."""
    statement = (
        select(Minutes)
        .join(Minutes.conference)
        .where(
            Minutes.conference_id.in_(_invited_events(organisation_id)),
            Minutes.versions.any(MinutesVersion.state == MinutesState.RELEASED),
        )
        .options(joinedload(Minutes.conference))
        .order_by(Conference.starts_at.desc(), Conference.id)
    )
    return list(db.session.execute(statement).scalars())

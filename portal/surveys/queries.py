"""Reading surveys: rounds for pages, opened answers counted, items for findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.models import AreaMembership, MembershipKind
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.permissions import require, require_visible
from portal.core.transaction import in_transaction
from portal.settings import services as settings
from portal.surveys import counting, permissions, results
from portal.surveys.counting import Asked, Group, SurveyItem, Tally
from portal.surveys.definition import Definition, from_document
from portal.surveys.models import RoundState, SealedAnswer, Survey, SurveyResponse, SurveyRound, SurveyVersion

# Data version of everything made of opened answers and of the states of rounds.
VERSION = "surveys"
_CACHE = "portal_survey_counts"


@dataclass(frozen=True, kw_only=True)
class CountedRound:
    """A round with its questions and the counts of what was opened; free of the session.

    `areas` are the planning areas asked, (id, slug, name) in dictionary order; `name` tells rounds apart, may be empty.
    """

    asked: Asked
    slug: str
    key: str
    name: str
    began_on: date
    ended_on: date
    is_demo: bool
    definition: Definition
    areas: tuple[tuple[int, str, str], ...]
    tally: Tally

    @property
    def responses(self) -> int:
        return sum(self.tally.sheets.values())

    @property
    def title(self) -> str:
        """In German, as it stands above the questions."""
        return self.definition.title["de"]

    @property
    def items(self) -> list[SurveyItem]:
        return counting.items(
            self.definition,
            self.tally,
            [(area[0], area[1]) for area in self.areas],
            asked=self.asked,
            nameable=results.nameable(self.definition, self.tally, [area[0] for area in self.areas]),
        )


def items(*, period_id: int | None = None) -> Sequence[SurveyItem]:
    """What the opened answers of every round say in each of its areas, for findings.

    True counts: whoever prints them asks `is_printable` first. Rounds by their end, areas by name, questions in their
    order; rounds with nothing opened contribute nothing. One query while nothing has changed, else five.
    """
    return [
        item
        for counted in counted_rounds()
        if period_id is None or counted.asked.period_id == period_id
        for item in _shelved_items(counted)
    ]


def counted_rounds() -> Sequence[CountedRound]:
    """Every round of which answers are open, by its end; kept until answers, rounds or areas change."""
    version = settings.version(VERSION, "areas")
    shelf: dict[str, Any] = current_app.extensions.setdefault(_CACHE, {})
    kept = shelf.get("counted")
    # Inside a transaction the version may be one that is never committed.
    if kept is not None and kept[0] == version and not in_transaction():
        return kept[1]
    counted = _count()
    if not in_transaction():
        shelf.clear()
        shelf["counted"] = (version, counted)
    return counted


def round_by_id(round_id: int) -> CountedRound:
    """A round of which answers are open. `NotFound` for any other."""
    found = next((one for one in counted_rounds() if one.asked.round_id == round_id), None)
    if found is None:
        raise NotFound
    return found


def _shelved_items(counted: CountedRound) -> list[SurveyItem]:
    if in_transaction():
        return counted.items
    shelf: dict[Any, Any] = current_app.extensions.setdefault(_CACHE, {})
    kept = shelf.get(counted.asked.round_id)
    if kept is None or kept[0] is not counted:
        kept = shelf[counted.asked.round_id] = (counted, counted.items)
    return kept[1]


def _count() -> list[CountedRound]:
    opened = select(SurveyResponse.round_id).distinct()
    rounds = db.session.scalars(
        select(SurveyRound)
        .where(SurveyRound.id.in_(opened))
        .options(joinedload(SurveyRound.version), selectinload(SurveyRound.areas))
        .order_by(SurveyRound.closes_at, SurveyRound.id)
    ).all()
    places = _places()
    sheets: dict[int, list[tuple[int | None, Mapping[str, Any]]]] = {}
    columns = (SurveyResponse.round_id, SurveyResponse.municipality_id, SurveyResponse.answers)
    for round_id, municipality_id, answers in db.session.execute(select(*columns)):
        sheets.setdefault(round_id, []).append((municipality_id, answers))
    definitions: dict[int, Definition] = {}
    found = []
    for one in rounds:
        if one.version_id not in definitions:
            definitions[one.version_id] = from_document(one.version.definition)
        areas = tuple((area.id, area.slug, area.name) for area in one.areas)
        asked_ids = {area_id for area_id, _slug, _name in areas}
        groups = _groups(places, last_day(one))
        grouped = [
            (_group(groups.get(place) if place is not None else None, asked_ids), answers)
            for place, answers in sheets[one.id]
        ]
        definition = definitions[one.version_id]
        found.append(
            CountedRound(
                asked=_asked(one),
                slug=one.slug,
                key=one.key,
                name=one.name,
                began_on=one.opens_at.astimezone(clock.LOCAL_ZONE).date(),
                ended_on=one.ended_on,
                is_demo=one.is_demo,
                definition=definition,
                areas=areas,
                tally=counting.tally(definition, grouped),
            )
        )
    return found


def last_day(one: SurveyRound) -> date:
    """The day whose planning areas the answers are counted by: the round's last one, or today while it runs."""
    return min((one.closed_at or clock.now()).astimezone(clock.LOCAL_ZONE).date(), clock.today())


def _asked(one: SurveyRound) -> Asked:
    return Asked(
        round_id=one.id,
        round_slug=one.slug,
        period_id=one.period_id,
        closes_at=one.closes_at,
        closed_at=one.closed_at,
    )


def _group(group: int | None, asked: set[int]) -> Group:
    return group if group in asked else None


_Place = tuple[int, int, date, date | None]


def _places() -> list[_Place]:
    statement = (
        select(AreaMembership.member_id, AreaMembership.group_id, AreaMembership.valid_from, AreaMembership.valid_to)
        .where(AreaMembership.kind == MembershipKind.PLANNING_AREA)
        .order_by(AreaMembership.valid_from, AreaMembership.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(statement)]


def _groups(places: list[_Place], on: date) -> dict[int, int]:
    return {member: group for member, group, begin, end in places if begin <= on and (end is None or end > on)}


def counted_round(one: SurveyRound) -> CountedRound | None:
    """The counts of one round, or None while nothing of it is open."""
    return next((counted for counted in counted_rounds() if counted.asked.round_id == one.id), None)


def find_round(slug: str, actor: Actor) -> SurveyRound:
    """The round behind an address; `NotFound` for planned ones unless the actor runs surveys."""
    statement = (
        select(SurveyRound)
        .options(joinedload(SurveyRound.version), selectinload(SurveyRound.areas))
        .where(SurveyRound.slug == slug)
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None or not permissions.may_see_round(actor, found):
        raise NotFound
    return found


def round_by_public_id(public_id: str, actor: Actor) -> SurveyRound:
    """A round for those who run surveys."""
    require(permissions.may_run(actor))
    statement = select(SurveyRound).options(joinedload(SurveyRound.version)).where(SurveyRound.public_id == public_id)
    return require_visible(db.session.scalars(statement).one_or_none())


@dataclass(frozen=True, kw_only=True)
class RoundRow:
    """A round in a list. `opened` and `sealed` are counts of answers."""

    round: SurveyRound
    definition: Definition
    sealed: int
    opened: int


def public_rounds() -> list[SurveyRound]:
    """Rounds that run or are over, the running ones first."""
    statement = (
        select(SurveyRound)
        .options(joinedload(SurveyRound.version))
        .where(SurveyRound.state != RoundState.PLANNED)
        .order_by(SurveyRound.state == RoundState.CLOSED, SurveyRound.closes_at.desc(), SurveyRound.id)
    )
    return list(db.session.scalars(statement))


def open_rounds() -> list[SurveyRound]:
    """Rounds that take answers now, the one that ends first in front."""
    now = clock.now()
    statement = (
        select(SurveyRound)
        .options(joinedload(SurveyRound.version), selectinload(SurveyRound.areas))
        .where(SurveyRound.state == RoundState.OPEN, SurveyRound.closes_at > now)
        .order_by(SurveyRound.closes_at, SurveyRound.id)
    )
    return list(db.session.scalars(statement))


def watched_rounds(actor: Actor) -> list[SurveyRound]:
    """Rounds that run, or that still hold sealed answers; one query."""
    require(permissions.may_run(actor))
    sealed = select(SealedAnswer.round_id).where(SealedAnswer.content.is_not(None))
    statement = (
        select(SurveyRound)
        .options(joinedload(SurveyRound.version))
        .where((SurveyRound.state == RoundState.OPEN) | SurveyRound.id.in_(sealed))
        .order_by(SurveyRound.closes_at, SurveyRound.id)
    )
    return list(db.session.scalars(statement))


def overview(actor: Actor) -> list[RoundRow]:
    """Every round with its counts, the latest first; three queries."""
    require(permissions.may_run(actor))
    rounds = db.session.scalars(
        select(SurveyRound)
        .options(joinedload(SurveyRound.version))
        .order_by(SurveyRound.opens_at.desc(), SurveyRound.id)
    ).all()
    counts = pool_counts()
    return [
        RoundRow(
            round=one,
            definition=from_document(one.version.definition),
            sealed=counts[0].get(one.id, 0),
            opened=counts[1].get(one.id, 0),
        )
        for one in rounds
    ]


def pool_counts() -> tuple[dict[int, int], dict[int, int]]:
    """Sealed and opened answers by round id."""
    sealed = select(SealedAnswer.round_id, func.count()).where(SealedAnswer.content.is_not(None))
    opened = select(SurveyResponse.round_id, func.count())
    return (
        {row[0]: row[1] for row in db.session.execute(sealed.group_by(SealedAnswer.round_id))},
        {row[0]: row[1] for row in db.session.execute(opened.group_by(SurveyResponse.round_id))},
    )


def is_sealed(one: SurveyRound) -> bool:
    """Whether answers of the round still wait to be opened."""
    statement = select(SealedAnswer.id).where(SealedAnswer.round_id == one.id, SealedAnswer.content.is_not(None))
    return db.session.scalars(statement.limit(1)).one_or_none() is not None


def versions(actor: Actor) -> list[tuple[SurveyVersion, Definition]]:
    """Every stored set of questions, the latest first; for those who run surveys."""
    require(permissions.may_run(actor))
    rows = db.session.scalars(
        select(SurveyVersion).options(joinedload(SurveyVersion.survey)).order_by(SurveyVersion.id.desc())
    )
    return [(one, from_document(one.definition)) for one in rows]


def version_by_public_id(public_id: str, actor: Actor) -> SurveyVersion:
    """One set of questions for those who run surveys."""
    require(permissions.may_run(actor))
    return require_visible(db.session.scalars(select(SurveyVersion).filter_by(public_id=public_id)).one_or_none())


def latest_round(public_id: str | None = None) -> SurveyRound | None:
    """The round with this id, else the one that began last."""
    statement = select(SurveyRound).options(joinedload(SurveyRound.version).joinedload(SurveyVersion.survey))
    found = db.session.scalars(statement.filter_by(public_id=public_id)).one_or_none() if public_id else None
    latest = statement.order_by(SurveyRound.opens_at.desc(), SurveyRound.id.desc()).limit(1)
    return found or db.session.scalars(latest).one_or_none()


def names_of_next(survey: Survey) -> tuple[str, str]:
    """Name and free address that the next round of a survey could have."""
    own = select(func.count(SurveyRound.id)).join(SurveyRound.version).where(SurveyVersion.survey_id == survey.id)
    taken = set(db.session.scalars(select(SurveyRound.slug)))
    number = int(db.session.execute(own).scalar_one()) + 1
    while (slug := f"{survey.key}-runde-{number}") in taken:
        number += 1
    return _("Runde %(number)s", number=number), slug


def version_with(checksum: str, survey_id: int) -> SurveyVersion | None:
    """The version of a survey with this content."""
    statement = select(SurveyVersion).where(SurveyVersion.survey_id == survey_id, SurveyVersion.checksum == checksum)
    return db.session.scalars(statement).one_or_none()

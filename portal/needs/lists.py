"""Lists of statements, as each actor may see them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from portal.areas import queries as areas
from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.needs import figures, permissions
from portal.needs.models import NeedsStatement, StatementKind, StatementState
from portal.needs.queries import released, visible_to
from portal.planning import queries as planning
from portal.planning.models import Topic
from portal.stakeholders.models import Organisation

OWN = "eigene"


def statements(
    actor: Actor, arguments: Mapping[str, str], *, path: str, everything: bool = False
) -> Listing[NeedsStatement]:
    """What the actor may know of: staff all but foreign drafts, organisations their own and released ones, everybody
    released ones. `everything` for downloads.
    """
    sorts: dict[str, Sequence[Any]] = {
        "titel": (NeedsStatement.sort_key, NeedsStatement.id),
        "stand": (NeedsStatement.state, NeedsStatement.sort_key, NeedsStatement.id),
        "eingereicht": (NeedsStatement.submitted_at, NeedsStatement.id),
    }
    filters = [_area_filter(), _topic_filter(), _state_filter(actor), _kind_filter()]
    if permissions.may_see_all(actor):
        sorts["organisation"] = (Organisation.sort_key, NeedsStatement.sort_key, NeedsStatement.id)
        filters.append(_organisation_filter())
    elif actor.organisation_id is not None:
        filters.append(_whose_filter(actor.organisation_id))
    return listing(
        _rows().where(visible_to(actor)),
        arguments,
        path=path,
        sorts=sorts,
        default_sort="-eingereicht",
        search=NeedsStatement.search_key,
        names=NeedsStatement.title,
        search_label=_("Titel des Hinweises"),
        filters=filters,
        page_size=None if everything else PAGE_SIZE,
    )


def _rows() -> Select[NeedsStatement]:
    return (
        select(NeedsStatement)
        .join(NeedsStatement.organisation)
        .options(
            contains_eager(NeedsStatement.organisation),
            joinedload(NeedsStatement.merged_into),
            selectinload(NeedsStatement.areas),
            selectinload(NeedsStatement.topics),
            selectinload(NeedsStatement.supports),
        )
    )


def _short() -> Select[NeedsStatement]:
    return (
        select(NeedsStatement)
        .join(NeedsStatement.organisation)
        .options(contains_eager(NeedsStatement.organisation), selectinload(NeedsStatement.topics))
    )


def of_places(actor: Actor, area_ids: Collection[int]) -> Sequence[NeedsStatement]:
    """Submitted statements about these places, the latest first; two queries."""
    condition = NeedsStatement.areas.any(Area.id.in_(area_ids))
    return db.session.scalars(
        _short()
        .where(visible_to(actor), NeedsStatement.state != StatementState.DRAFT, condition)
        .order_by(NeedsStatement.submitted_at.desc(), NeedsStatement.id.desc())
    ).all()


def own(actor: Actor, limit: int = 5) -> Sequence[NeedsStatement]:
    """The latest statements of the organisation acted for, drafts among them."""
    if actor.organisation_id is None:
        return []
    return db.session.scalars(
        select(NeedsStatement)
        .where(NeedsStatement.organisation_id == actor.organisation_id)
        .order_by(NeedsStatement.saved_at.desc(), NeedsStatement.id.desc())
        .limit(limit)
    ).all()


def last_submitted(ids: Collection[int]) -> dict[int, date]:
    """The day on which each organisation put something forward last; one query."""
    statement = (
        select(NeedsStatement.organisation_id, func.max(NeedsStatement.submitted_at))
        .where(NeedsStatement.organisation_id.in_(ids), NeedsStatement.submitted_at.is_not(None))
        .group_by(NeedsStatement.organisation_id)
    )
    return {
        organisation_id: moment.astimezone(clock.LOCAL_ZONE).date()
        for organisation_id, moment in db.session.execute(statement)
        if moment is not None
    }


def days_submitted() -> Select[tuple[int, str]]:
    """Each organisation with the days (UTC) on which it put something forward, to sort and filter by."""
    return select(
        NeedsStatement.organisation_id, func.substr(cast(NeedsStatement.submitted_at, String), 1, 10).label("day")
    ).where(NeedsStatement.submitted_at.is_not(None))


def outcomes(limit: int = 3) -> Sequence[NeedsStatement]:
    """Released statements of which something became, the latest answer first; for the public home."""
    states = [
        StatementState.ADOPTED, StatementState.IN_MEASURE, StatementState.IMPLEMENTED, StatementState.EFFECT_REVIEWED,
    ]  # fmt: skip
    return db.session.scalars(
        _short()
        .where(released(), NeedsStatement.state.in_(states))
        .order_by(NeedsStatement.submitted_at.desc(), NeedsStatement.id.desc())
        .limit(limit)
    ).all()


def _area_filter() -> Filter:
    composition = figures.composition_today()
    planning_areas = () if composition is None else composition.planning_areas

    def apply(slug: str) -> ColumnElement[bool]:
        return NeedsStatement.areas.any(Area.id.in_(areas.ids_within(slug)))

    choices = [("", _("alle")), *((area.slug, area.name) for area in planning_areas)]
    return Filter("planungsraum", _("Planungsraum"), choices, apply)


def _topic_filter() -> Filter:
    choices = [("", _("alle")), *((topic.key, topic.label) for topic in planning.topics())]
    return Filter("thema", _("Thema"), choices, lambda key: NeedsStatement.topics.any(Topic.key == key))


def _state_filter(actor: Actor) -> Filter:
    sees_drafts = actor.organisation_id is not None or permissions.may_see_office_drafts(actor)
    states = [state for state in StatementState if sees_drafts or state is not StatementState.DRAFT]
    choices = [
        ("", _("alle")),
        *([("offen", _("noch ohne Rückmeldung"))] if permissions.may_see_all(actor) else []),
        *((state.value, state.label) for state in states),
    ]

    def apply(value: str) -> ColumnElement[bool]:
        if value == "offen":
            return or_(
                NeedsStatement.state == StatementState.SUBMITTED, NeedsStatement.state == StatementState.IN_REVIEW
            )
        return NeedsStatement.state == StatementState(value)

    return Filter("stand", _("Stand"), choices, apply)


def _kind_filter() -> Filter:
    choices = [("", _("alle")), *StatementKind.choices()]
    return Filter("art", _("Art"), choices, lambda value: NeedsStatement.kind == StatementKind(value))


def _organisation_filter() -> Filter:
    rows = db.session.execute(
        select(Organisation.public_id, Organisation.name)
        .where(
            Organisation.id.in_(
                select(NeedsStatement.organisation_id).where(NeedsStatement.state != StatementState.DRAFT)
            )
        )
        .order_by(Organisation.sort_key, Organisation.id)
    )
    choices = [("", _("alle")), *((public_id, name) for public_id, name in rows)]
    return Filter("organisation", _("Organisation"), choices, lambda value: Organisation.public_id == value)


def _whose_filter(organisation_id: int) -> Filter:
    choices = [("", _("alle")), (OWN, _("nur eigene"))]
    return Filter("von", _("Von"), choices, lambda _value: NeedsStatement.organisation_id == organisation_id)

"""The list of organisations: search, filters, order, and who has not been heard for long."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select, true, union_all
from sqlalchemy.orm import joinedload, selectinload

from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import Actor
from portal.core.choosing import MOST_AT_ONCE
from portal.core.database import db
from portal.core.permissions import require
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.planning import queries as planning
from portal.planning.models import Topic
from portal.stakeholders import extension, parameters, permissions, queries
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState

# The filter by state, and its value that shows the archive among all others.
STATE_FILTER = "stand"
WITH_ARCHIVE = "mit-archiv"
_NEVER = "0000"


def organisations(
    actor: Actor, arguments: Mapping[str, str], *, path: str, everything: bool = False
) -> Listing[Organisation]:
    """Organisations for administrators and planners; those in the archive only if the filter asks for them.

    `everything` for downloads.
    """
    require(permissions.may_see_organisations(actor))
    statement: Select[Any] = select(Organisation).options(
        joinedload(Organisation.area), selectinload(Organisation.areas), selectinload(Organisation.topics)
    )
    if arguments.get(STATE_FILTER) not in {OrganisationState.ARCHIVED.value, WITH_ARCHIVE}:
        statement = statement.where(Organisation.state != OrganisationState.ARCHIVED)
    heard = _heard()
    last: ColumnElement[str] = literal(_NEVER)
    if heard is not None:
        statement = statement.outerjoin(heard, heard.c.organisation_id == Organisation.id)
        last = func.coalesce(heard.c.day, _NEVER)
    return listing(
        statement,
        arguments,
        path=path,
        sorts={
            "name": (Organisation.sort_key, Organisation.id),
            "art": (Organisation.kind, Organisation.sort_key, Organisation.id),
            "gehoert": (last, Organisation.sort_key, Organisation.id),
            "angelegt": (Organisation.created_at, Organisation.id),
        },
        default_sort="name",
        search=Organisation.search_key,
        names=Organisation.name,
        search_label=_("Name der Organisation"),
        filters=[
            Filter(
                "art", _("Art"), [("", _("alle")), *OrganisationKind.choices()],
                lambda value: Organisation.kind == OrganisationKind(value),
            ),
            Filter(
                STATE_FILTER,
                _("Zustand"),
                [("", _("alle ohne Archiv")), *OrganisationState.choices(), (WITH_ARCHIVE, _("alle mit Archiv"))],
                lambda value: true() if value == WITH_ARCHIVE else Organisation.state == OrganisationState(value),
            ),
            Filter(
                "planungsraum", _("Planungsraum"), [("", _("alle")), *_planning_areas()],
                queries.works_within,
            ),
            Filter(
                "thema", _("Thema"), [("", _("alle")), *((topic.key, topic.label) for topic in planning.topics())],
                lambda value: Organisation.topics.any(Topic.key == value),
            ),
            _heard_filter(last),
        ],
        page_size=None if everything else PAGE_SIZE,
    )  # fmt: skip


def _heard() -> Subquery | None:
    """Organisation and the last day on which any floor above heard it; None where nobody could."""
    days = [days() for days in extension.heard_days]
    if not days:
        return None
    every = union_all(*days).subquery()
    organisation_id, day = every.c
    grouped = select(organisation_id.label("organisation_id"), func.max(day).label("day")).group_by(organisation_id)
    return grouped.subquery()


def _heard_filter(last: ColumnElement[str]) -> Filter:
    since = silent_since().isoformat()
    # Who came in later than that could not have been heard before.
    conditions = {
        "lange-nicht": (last < since)
        & (Organisation.created_at < datetime.combine(silent_since(), time.min, tzinfo=clock.LOCAL_ZONE))
        & (Organisation.state == OrganisationState.VERIFIED)
        & (Organisation.kind != OrganisationKind.COUNTY_DEPARTMENT),
        "zuletzt": last >= since,
        "nie": last == _NEVER,
    }
    months = parameters.silent_after()
    return Filter(
        "gehoert",
        _("Gehört"),
        [
            ("", _("alle")),
            ("lange-nicht", _("lange nicht gehört")),
            ("nie", _("noch nie gehört")),
            ("zuletzt", ngettext("im letzten Monat", "in den letzten %(num)s Monaten", months)),
        ],
        lambda value: conditions[value],
    )


def silent_since() -> date:
    """Who was not heard since that day has not been heard for long."""
    return clock.today() - timedelta(days=round(parameters.silent_after() * 365.25 / 12))


def not_heard_for_long(rows: Sequence[Organisation], heard: Mapping[int, date]) -> set[int]:
    """Ids of those of the checked organisations that were not heard for long, or never since they came in.

    Departments of the county are no voice that could be missing.
    """
    since = silent_since()
    return {
        row.id
        for row in rows
        if row.state is OrganisationState.VERIFIED
        and row.is_voice
        and heard.get(row.id, date.min) < since
        and row.created_at.astimezone(clock.LOCAL_ZONE).date() < since
    }


def chosen(actor: Actor, public_ids: Collection[str]) -> list[Organisation]:
    """The organisations chosen in the list, by name; unknown ones are left out."""
    require(permissions.may_see_organisations(actor))
    statement = (
        select(Organisation)
        .options(selectinload(Organisation.areas), selectinload(Organisation.topics))
        .where(Organisation.public_id.in_(list(public_ids)[:MOST_AT_ONCE]))
        .order_by(Organisation.sort_key, Organisation.id)
    )
    return list(db.session.execute(statement).scalars())


def _planning_areas() -> list[tuple[str, str]]:
    statement = (
        select(Area.slug, Area.name)
        .where(Area.kind == AreaKind.PLANNING_AREA, Area.is_own.is_(True))
        .order_by(Area.sort_key, Area.id)
    )
    return [(slug, name) for slug, name in db.session.execute(statement)]

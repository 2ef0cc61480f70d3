"""Reading events: the list, one event, who is invited and how far their mail has come."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal.areas import queries as areas
from portal.areas.models import Area
from portal.conferences import permissions
from portal.conferences.coverage import Coverage, Reached, coverage
from portal.conferences.held import HeldEvent, held_events
from portal.conferences.mails import occasion
from portal.conferences.models import (
    AgendaItem,
    Conference,
    ConferenceChange,
    ConferenceKind,
    ConferenceState,
    Invitation,
    Reply,
)
from portal.conferences.parameters import required_groups, required_share
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
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

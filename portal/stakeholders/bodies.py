"""Standing groups (Gremien) and who sits in them."""

from collections.abc import Iterable
from datetime import date

from flask_babel import gettext as _

from portal.areas.models import Area
from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.stakeholders import permissions, services
from portal.stakeholders.models import Body, BodyKind, BodyMembership, Person


def create_body(
    name: str,
    kind: BodyKind,
    *,
    actor: Actor,
    valid_from: date,
    valid_to: date | None = None,
    meets: str = "",
    areas: Iterable[Area] = (),
    is_demo: bool = False,
) -> Body:
    """A standing group; without areas it serves the whole county."""
    require(permissions.may_manage_organisations(actor))
    _in_order(valid_from, valid_to)
    body = Body(
        name=services.clean_name(name),
        kind=kind,
        meets=one_line(meets)[:200],
        valid_from=valid_from,
        valid_to=valid_to,
        areas=list(areas),
        is_demo=is_demo,
    )
    db.session.add(body)
    db.session.flush()
    audit.record("stakeholders.body_created", subject=body, actor=actor)
    return body


def seat(
    body: Body,
    person: Person,
    *,
    actor: Actor,
    valid_from: date,
    valid_to: date | None = None,
    function: str = "",
    deputy: Person | None = None,
) -> BodyMembership:
    """Let the person sit in the body, from a day until before another; refuses being one's own deputy."""
    require(permissions.may_manage_representations(actor))
    _in_order(valid_from, valid_to)
    if deputy is not None and deputy.id == person.id:
        raise Refusal(_("Niemand ist die eigene Stellvertretung."), field="deputy")
    membership = BodyMembership(
        body=body,
        person=person,
        deputy=deputy,
        function=one_line(function)[:200],
        valid_from=valid_from,
        valid_to=valid_to,
    )
    db.session.add(membership)
    db.session.flush()
    audit.record("stakeholders.seat_taken", subject=body, actor=actor, details={"person": person.id})
    return membership


def _in_order(begin: date, end: date | None) -> None:
    if end is not None and end <= begin:
        raise Refusal(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie beide Tage."), field="valid_to")

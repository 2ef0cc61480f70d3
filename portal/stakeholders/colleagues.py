"""What an organisation does about itself: correct its particulars, let a colleague or deputy act for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.accounts import queries as accounts
from portal.accounts.services import invitations
from portal.areas import queries as area_queries
from portal.areas.models import Area
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.planning.models import Topic
from portal.settings import services as settings
from portal.stakeholders import mails, permissions, queries, services
from portal.stakeholders.models import Organisation, OrganisationKind, Representation, Umbrella
from portal.stakeholders.registration import checked_email

_MUNICIPAL = frozenset({OrganisationKind.MUNICIPALITY, OrganisationKind.MUNICIPAL_ASSOCIATION})


@dataclass(frozen=True)
class PostalAddress:
    """Where letters go."""

    street: str
    postcode: str | None
    town: str


def edit(
    organisation: Organisation,
    *,
    name: str,
    umbrella: Umbrella | None,
    address: PostalAddress,
    areas: Iterable[Area],
    topics: Iterable[Topic],
    actor: Actor,
) -> None:
    """Correct the particulars. Of a checked organisation only the county changes name and umbrella."""
    speaks = queries.speaks_for(actor, organisation)
    require(permissions.may_edit_organisation(actor, speaks_for_it=speaks))
    lock(organisation)
    clean = services.clean_name(name)
    changes: dict[str, object] = {}
    if permissions.may_rename(actor, organisation, speaks_for_it=speaks):
        if clean != organisation.name:
            changes["name"] = True
            organisation.name = clean
        if umbrella is not organisation.umbrella:
            changes["umbrella"] = True
            organisation.umbrella = umbrella
            settings.bump("stakeholders")  # whose voices count as one
    elif clean != organisation.name:
        raise Refusal(_("Der Name ist geprüft. Bitte lassen Sie ihn vom Landkreis ändern."), field="name")
    works_in = list(areas)
    is_placed = organisation.area_id is not None  # found by its place, wherever that lies
    if not works_in and not is_placed and area_queries.planning_areas():
        raise Refusal(_("Bitte wählen Sie mindestens einen Planungsraum oder Ortsteil."), field="areas")
    if {area.id for area in works_in} != {area.id for area in organisation.areas}:
        changes["areas"] = sorted(area.id for area in works_in)
        organisation.areas = works_in
    works_on = list(topics)
    if {topic.id for topic in works_on} != {topic.id for topic in organisation.topics}:
        changes["topics"] = sorted(topic.key for topic in works_on) or None
        organisation.topics = works_on
    if address != PostalAddress(organisation.street, organisation.postcode, organisation.town):
        changes["address"] = True
        organisation.street, organisation.postcode, organisation.town = address.street, address.postcode, address.town
    if changes:
        db.session.flush()
        audit.record("stakeholders.organisation_changed", subject=organisation, actor=actor, details=changes)


def add_colleague(
    organisation: Organisation, name: str, email: str, *, actor: Actor, function: str = "", is_deputy: bool = False
) -> Representation:
    """Let a colleague act for the organisation; who has no account is invited to open one.

    Whether the address had an account is not told. `is_deputy`: as deputy of the acting person.
    """
    require(permissions.may_add_colleague(actor, organisation))
    assert actor.user is not None
    lock(organisation)
    address = checked_email(email)
    clean = services.clean_name(name)
    role = Role.MUNICIPALITY if organisation.kind in _MUNICIPAL else Role.PROVIDER
    user = accounts.user_by_email(address)
    is_new = user is None
    if user is None:
        user = invitations.invite(address, clean, [role], actor=SYSTEM)
    person = services.person_behind(user, actor=SYSTEM)
    own = queries.person_behind_id(actor.user.id)
    if own is not None and own.id == person.id:
        raise Refusal(_("Sie handeln schon selbst für diese Organisation."), field="email")
    representation = services.represent(
        person,
        organisation,
        actor=SYSTEM,
        function=one_line(function)[:200],
        deputy_of=own if is_deputy else None,
        valid_from=clock.today(),
    )
    if not is_new:
        mails.now_acts(representation, by=actor.user.name)
    audit.record("stakeholders.colleague_added", subject=representation, actor=actor)
    return representation

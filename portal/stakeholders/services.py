"""Making organisations and people, and saying who acts for whom."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.accounts.models import User
from portal.areas.models import Area
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.outbox.addresses import checked_address
from portal.planning.models import Topic
from portal.stakeholders import permissions, queries
from portal.stakeholders.models import (
    Channel,
    Organisation,
    OrganisationKind,
    OrganisationState,
    Person,
    Representation,
    Umbrella,
)


def create_organisation(
    name: str,
    kind: OrganisationKind,
    *,
    actor: Actor,
    umbrella: Umbrella | None = None,
    group_kind: OrganisationKind | None = None,
    state: OrganisationState = OrganisationState.PENDING,
    postcode: str | None = None,
    town: str = "",
    area: Area | None = None,
    areas: Iterable[Area] = (),
    topics: Iterable[Topic] = (),
    is_demo: bool = False,
) -> Organisation:
    """A stakeholder body. `area` is the place whose administration it is, `areas` where it works, `topics` what on."""
    require(permissions.may_manage_organisations(actor))
    organisation = Organisation(
        name=clean_name(name),
        kind=kind,
        umbrella=umbrella,
        group_kind=group_kind,
        state=state,
        postcode=postcode,
        town=town,
        area=area,
        areas=list(areas),
        topics=list(topics),
        is_demo=is_demo,
    )
    db.session.add(organisation)
    db.session.flush()
    audit.record("stakeholders.organisation_created", subject=organisation, actor=actor, details={"kind": kind.value})
    return organisation


def assign(
    organisations: Collection[Organisation], *, areas: Collection[Area], topics: Collection[Topic], actor: Actor
) -> int:
    """Let each of them work in these areas and on these topics, too; how many that is new for. What they had stays."""
    require(permissions.may_manage_organisations(actor))
    changed = 0
    for organisation in organisations:
        lock(organisation)
        details: dict[str, Any] = {}
        if added := [area for area in areas if area not in organisation.areas]:
            organisation.areas = [*organisation.areas, *added]
            details["areas"] = sorted(area.id for area in organisation.areas)
        if further := [topic for topic in topics if topic not in organisation.topics]:
            organisation.topics = [*organisation.topics, *further]
            details["topics"] = sorted(topic.key for topic in organisation.topics)
        if details:
            changed += 1
            audit.record("stakeholders.organisation_changed", subject=organisation, actor=actor, details=details)
    db.session.flush()
    return changed


def create_person(
    name: str,
    *,
    actor: Actor,
    email: str | None = None,
    channel: Channel = Channel.MAIL,
    user: User | None = None,
) -> Person:
    """Somebody who acts for organisations; `user` if they have an account."""
    require(permissions.may_manage_representations(actor))
    address = checked_address(email) if email else None
    person = Person(name=clean_name(name), email=address, channel=channel, user=user)
    db.session.add(person)
    db.session.flush()
    audit.record("stakeholders.person_created", subject=person, actor=actor)
    return person


def create_new_person(name: str, *, actor: Actor, email: str | None = None) -> Person:
    """Somebody the portal does not know yet; refuses an address that belongs to somebody it knows (`email`)."""
    require(permissions.may_manage_representations(actor))
    try:
        address = checked_address(email) if email else None
    except Refusal as refusal:
        raise Refusal(refusal.message, field="email") from refusal
    known = None if address is None else queries.person_by_email(address)
    if known is not None:
        raise Refusal(
            _("Diese Adresse gehört schon zu %(name)s. Bitte wählen Sie die Person aus der Suche.", name=known.name),
            field="email",
        )
    return create_person(name, actor=actor, email=address)


def person_behind(user: User, *, actor: Actor) -> Person:
    """The person of an account; made if there is none yet."""
    lock(user)
    return queries.person_of(user) or create_person(user.name, actor=actor, email=user.email, user=user)


def represent(
    person: Person,
    organisation: Organisation,
    *,
    actor: Actor,
    function: str = "",
    deputy_of: Person | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Representation:
    """Let the person act for the organisation from a day (default: today) until before another (default: open).

    Refuses an end before the beginning (field `valid_to`), a second representation of the same organisation in
    the same time (`organisation`) and being one's own deputy (`deputy_of`).
    """
    require(permissions.may_manage_representations(actor))
    lock(person)
    begin = valid_from or clock.today()
    if valid_to is not None and valid_to <= begin:
        raise Refusal(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie beide Tage."), field="valid_to")
    if deputy_of is not None and deputy_of.id == person.id:
        raise Refusal(_("Niemand ist die eigene Stellvertretung."), field="deputy_of")
    if queries.overlapping(person, organisation, begin=begin, end=valid_to) is not None:
        raise Refusal(
            _("Diese Person handelt in dieser Zeit schon für %(name)s.", name=organisation.name), field="organisation"
        )
    representation = Representation(
        person=person,
        organisation=organisation,
        function=one_line(function)[:200],
        deputy_of=deputy_of,
        valid_from=begin,
        valid_to=valid_to,
    )
    db.session.add(representation)
    db.session.flush()
    audit.record(
        "stakeholders.representation_begun",
        subject=representation,
        actor=actor,
        details={"person": person.id, "organisation": organisation.id},
    )
    return representation


def end_representation(representation: Representation, *, actor: Actor) -> None:
    """From now on the person no longer acts for the organisation. One that begins today or later is taken back."""
    require(permissions.may_manage_representations(actor))
    lock(representation)
    today = clock.today()
    if representation.has_ended(today):
        return
    details = {"person": representation.person_id, "organisation": representation.organisation_id}
    audit.record("stakeholders.representation_ended", subject=representation, actor=actor, details=details)
    if representation.valid_from >= today:
        db.session.delete(representation)
    else:
        representation.valid_to = today
    db.session.flush()


def clean_name(name: str, *, field: str = "name") -> str:
    """A name on one line; refuses an empty one and one of more than 200 characters."""
    clean = one_line(name)
    if not clean:
        raise Refusal(_("Bitte geben Sie einen Namen an."), field=field)
    if len(clean) > 200:
        raise Refusal(_("Bitte kürzen Sie den Namen auf 200 Zeichen."), field=field)
    return clean

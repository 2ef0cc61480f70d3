"""How an organisation comes in: it registers, confirms its address by a button, and the county checks it."""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import delete

from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.accounts.services.users import create_user, stored_roles
from portal.areas import queries as area_queries
from portal.areas.models import Area, AreaKind
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotFound, Refusal, together
from portal.core.permissions import require
from portal.core.text import clean_text, one_line
from portal.core.transaction import lock
from portal.outbox.addresses import checked_address
from portal.planning.models import Topic
from portal.stakeholders import mails, permissions, queries, services
from portal.stakeholders.models import Organisation, OrganisationKind, OrganisationState, Registration, Umbrella

CONFIRM_WITHIN = timedelta(days=7)
# Sent again within this time (two clicks, the back button), a form is the same one; later somebody waits for the mail.
SAME_WITHIN = timedelta(minutes=10)
KEPT_AFTERWARDS = timedelta(days=23)
REASON_LIMIT = 2000
REMARK_LIMIT = 2000

# The county's own departments are made by the county.
OPEN_KINDS = tuple(kind for kind in OrganisationKind if kind is not OrganisationKind.COUNTY_DEPARTMENT)
_WITH_UMBRELLA = frozenset({OrganisationKind.WELFARE_PROVIDER, OrganisationKind.INITIATIVE, OrganisationKind.OTHER})
_OVER = frozenset({OrganisationState.REFUSED, OrganisationState.ARCHIVED})
_PLACES = {
    OrganisationKind.MUNICIPALITY: AreaKind.MUNICIPALITY,
    OrganisationKind.MUNICIPAL_ASSOCIATION: AreaKind.ASSOCIATION,
}


def register(
    organisation_name: str,
    kind: OrganisationKind,
    *,
    person_name: str,
    email: str,
    function: str = "",
    umbrella: Umbrella | None = None,
    postcode: str | None = None,
    area: Area | None = None,
    areas: Iterable[Area] = (),
    topics: Iterable[Topic] = (),
    remark: str = "",
    locale: str | None = None,
) -> Registration:
    """Keep what was filled in and mail a link to the address; nobody and nothing else is made yet.

    The same again at once is the same registration and mails nothing; later it gets a new link, and the one before
    it ends. Whether the address has an account here is not told. A municipality and an association name the place they
    administer (field `area`); everybody else at least one planning area (`areas`),
    as soon as there are any.
    """
    works_in = list(areas)
    together(
        lambda: services.clean_name(organisation_name, field="organisation_name"),
        lambda: check_reach(kind, area, works_in),
        lambda: services.clean_name(person_name, field="person_name"),
        lambda: checked_email(email),
        lambda: _check_remark(remark),
    )
    place = _PLACES.get(kind)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    lock(area_queries.own_county())  # of two clicks at the same moment the second sees the first
    registration = Registration(
        token_hash=token_hash(token),
        expires_at=now + CONFIRM_WITHIN,
        locale=locale,
        organisation_name=services.clean_name(organisation_name, field="organisation_name"),
        kind=kind,
        umbrella=umbrella if kind in _WITH_UMBRELLA else None,
        postcode=postcode or None,
        area=area if place is not None else None,
        areas=works_in,
        topics=list(topics),
        person_name=services.clean_name(person_name, field="person_name"),
        function=one_line(function)[:200],
        email=checked_email(email),
        remark=clean_text(remark),
    )
    db.session.add(registration)
    db.session.flush()
    waiting = [one for one in queries.earlier_registrations(registration) if one.confirmed_at is None]
    if waiting and waiting[0].created_at > now - SAME_WITHIN:
        db.session.delete(registration)
        return waiting[0]
    for one in waiting:
        one.expires_at = now
    mails.confirm_registration(registration, token=token)
    audit.record("stakeholders.registered", subject=registration, actor=ANONYMOUS)
    return registration


def check_reach(kind: OrganisationKind, area: Area | None, works_in: Sequence[Area]) -> None:
    """Refuse a kind that nobody registers by themselves, and one without the places that belong to it."""
    if kind not in OPEN_KINDS:
        raise Refusal(_("Bitte wählen Sie einen Eintrag aus der Liste."), field="kind")
    place = _PLACES.get(kind)
    if place is not None and (area is None or area.kind is not place):
        raise Refusal(_("Bitte wählen Sie, für welchen Ort die Verwaltung zuständig ist."), field="area")
    if place is None and not works_in and area_queries.planning_areas():
        raise Refusal(_("Bitte wählen Sie mindestens einen Planungsraum."), field="areas")


def _check_remark(remark: str) -> None:
    if len(remark) > REMARK_LIMIT:
        raise Refusal(_("Bitte kürzen Sie den Text auf %(count)s Zeichen.", count=REMARK_LIMIT), field="remark")


def token_hash(token: str) -> str:
    """What is stored of a link: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def checked_email(email: str) -> str:
    """An address a mail could reach; refused at the field `email` otherwise."""
    try:
        return checked_address(email)
    except Refusal as refusal:
        raise Refusal(refusal.message, field="email") from refusal


def find(token: str) -> Registration:
    """The registration behind a link; `NotFound` if it is expired, used or invented."""
    found = queries.registration_by_hash(token_hash(token))
    if found is None or found.confirmed_at is not None or found.expires_at <= clock.now():
        raise NotFound
    return found


def confirm(token: str, *, password_hash: str | None) -> Organisation:
    """The address is its owner's: make the organisation (to be checked), the person and who acts for whom.

    `password_hash` (made by the caller, outside of the transaction) opens an account; whoever has one already
    keeps it and its password. Of two clicks one succeeds, the other gets `NotFound`.
    """
    registration = lock(find(token))
    if registration.confirmed_at is not None:
        raise NotFound
    for earlier in queries.earlier_registrations(registration):
        # Registered twice and confirmed twice: there is one organisation, unless that one was refused meanwhile or
        # went into the archive; then the planner compares both.
        if earlier.organisation is not None and earlier.organisation.state not in _OVER:
            registration.confirmed_at, registration.organisation = clock.now(), earlier.organisation
            db.session.flush()
            return earlier.organisation
    organisation = services.create_organisation(
        registration.organisation_name,
        registration.kind,
        actor=SYSTEM,
        umbrella=registration.umbrella,
        postcode=registration.postcode,
        area=registration.area,
        areas=list(registration.areas),
        topics=registration.topics,
    )
    user = _account(registration, password_hash)
    person = services.person_behind(user, actor=SYSTEM)
    services.represent(person, organisation, actor=SYSTEM, function=registration.function)
    registration.confirmed_at = clock.now()
    registration.organisation = organisation
    db.session.flush()
    audit.record("stakeholders.registration_confirmed", subject=organisation, actor=Actor(user=user))
    return organisation


def _account(registration: Registration, password_hash: str | None) -> User:
    is_municipal = registration.kind in _PLACES
    role = Role.MUNICIPALITY if is_municipal else Role.PROVIDER
    user = accounts.user_by_email(registration.email)
    if user is None:
        if password_hash is None:
            raise Refusal(_("Bitte wählen Sie ein Passwort."), field="password")
        user = create_user(
            registration.email,
            registration.person_name,
            [role],
            actor=SYSTEM,
            confirmed=True,
            locale=registration.locale,
        )
        user.password = password_hash
        return user
    if not user.active:
        raise NotFound
    if role not in user.role_set:
        lock(user)
        user.roles = [*user.roles, *stored_roles([role])]
    return user


def verify(organisation: Organisation, *, actor: Actor, group_kind: OrganisationKind | None = None) -> None:
    """The county has checked the organisation; who acts for it is told. `group_kind` says whom it stands for.

    Nobody checks an organisation they speak for, or spoke for.
    """
    require(permissions.may_verify(actor))
    lock(organisation)
    if queries.ever_spoke_for(actor, organisation):
        raise Refusal(
            _("Sie handeln selbst für diese Organisation. Prüfen muss sie eine andere Person aus der Sozialplanung.")
        )
    _check_not_archived(organisation)
    if organisation.state is OrganisationState.VERIFIED:
        raise Refusal(_("Diese Organisation ist schon geprüft."))
    organisation.state = OrganisationState.VERIFIED
    organisation.state_reason = ""
    if organisation.kind is OrganisationKind.OTHER:
        organisation.group_kind = group_kind
    db.session.flush()
    mails.verified(organisation, to=queries.people_acting_for(organisation.id, clock.today()))
    audit.record("stakeholders.organisation_verified", subject=organisation, actor=actor)


def _check_not_archived(organisation: Organisation) -> None:
    if organisation.is_archived:
        raise Refusal(_("Diese Organisation steht im Archiv. Bitte holen Sie sie zuerst zurück."))


def refuse(organisation: Organisation, reason: str, *, actor: Actor) -> None:
    """The county does not admit the organisation; the reason is told to who acts for it."""
    require(permissions.may_verify(actor))
    lock(organisation)
    _check_not_archived(organisation)
    words = clean_text(reason)
    if not words:
        raise Refusal(_("Bitte nennen Sie den Grund. Die Organisation bekommt ihn zu lesen."), field="reason")
    if len(words) > REASON_LIMIT:
        raise Refusal(_("Bitte kürzen Sie den Text auf %(count)s Zeichen.", count=REASON_LIMIT), field="reason")
    if organisation.state is OrganisationState.REFUSED:
        raise Refusal(_("Diese Organisation ist schon abgelehnt."))
    organisation.state = OrganisationState.REFUSED
    organisation.state_reason = words
    db.session.flush()
    mails.refused(organisation, to=queries.people_acting_for(organisation.id, clock.today()))
    audit.record("stakeholders.organisation_refused", subject=organisation, actor=actor)


def ask_again(organisation: Organisation, *, actor: Actor) -> None:
    """A refused organisation has put right what was wrong and asks to be checked again."""
    speaks = queries.speaks_for(actor, organisation)
    require(permissions.may_edit_organisation(actor, speaks_for_it=speaks))
    lock(organisation)
    if organisation.state is not OrganisationState.REFUSED:
        raise Refusal(_("Nur eine abgelehnte Organisation kann erneut um Prüfung bitten."))
    organisation.state = OrganisationState.PENDING
    db.session.flush()
    audit.record("stakeholders.organisation_asked_again", subject=organisation, actor=actor)


def forget_old() -> int:
    """Delete registrations whose time is over; how many. Organisations made of them stay."""
    before = clock.now() - KEPT_AFTERWARDS
    result = db.session.execute(delete(Registration).where(Registration.expires_at < before))
    return int(getattr(result, "rowcount", 0))

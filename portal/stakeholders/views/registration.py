"""An organisation comes in: the public form, the page behind the link, and the county's check."""

from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import limits, policy, security
from portal.accounts import queries as accounts
from portal.accounts.views.frame import stopped_words
from portal.areas.models import Area
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.extensions import limiter
from portal.planning import queries as planning
from portal.stakeholders import permissions, queries, registration
from portal.stakeholders.models import Organisation, OrganisationKind, Registration, Umbrella
from portal.stakeholders.registration_forms import ConfirmForm, RefuseForm, RegistrationForm, VerifyForm
from portal.stakeholders.views.frame import blueprint

RATE = "20 per minute"
GROUPS = (
    OrganisationKind.INITIATIVE,
    OrganisationKind.INTEREST_GROUP,
    OrganisationKind.WELFARE_PROVIDER,
    OrganisationKind.COMMERCIAL_PROVIDER,
    OrganisationKind.SCHOOL,
)


def _form() -> tuple[RegistrationForm, dict[str, Area], dict[str, Area]]:
    form = RegistrationForm()
    municipalities, associations, planning_areas = queries.registration_places()
    places = {area.public_id: area for area in [*associations, *municipalities]}
    raeume = {area.public_id: area for area in planning_areas}
    form.kind.choices = form.kinds()
    form.umbrella.choices = form.umbrellas()
    form.area.choices = [("", _("keiner davon")), *((key, area.name) for key, area in places.items())]
    form.areas.choices = [(key, area.name) for key, area in raeume.items()]
    form.topics.choices = [(topic.key, topic.label) for topic in planning.topics()]
    return form, places, raeume


def _page(template: str, *, status: int = 200, **context: Any) -> Response:
    return make_response(render_template(f"stakeholders/{template}.html", **context), status)


@blueprint.get("/registrieren")
def register() -> Response:
    """Ask what the organisation is and who speaks for it."""
    return _page("register", form=_form()[0])


@blueprint.post("/registrieren")
@limiter.limit(RATE)
def send_registration() -> Response:
    """Keep the particulars and send the link; a filled trap keeps nothing, sends nothing and says so."""
    form, places, planning_areas = _form()
    area = places.get(form.area.data or "")
    works_in = [planning_areas[key] for key in form.areas.data or [] if key in planning_areas]
    if not form.validate():
        if not form.kind.errors:
            kind = OrganisationKind(form.kind.data)
            form.refuse_further(lambda: registration.check_reach(kind, area, works_in))
        return _page("register", status=422, form=form)
    if form.is_trapped(form.surplus):
        return _page("register", status=422, form=form)
    with transaction():
        stop = limits.count(limits.mail_tries(form.email.data, request.remote_addr))
    if stop is not None:
        form.pause = stopped_words(stop)
        return _page("register", status=429, form=form)
    locale = get_locale()
    try:
        with transaction():
            registration.register(
                form.organisation_name.data,
                OrganisationKind(form.kind.data),
                person_name=form.person_name.data,
                email=form.email.data,
                function=form.function.data or "",
                umbrella=Umbrella(form.umbrella.data) if form.umbrella.data else None,
                postcode=form.postcode.data,
                area=area,
                areas=works_in,
                topics=planning.topics_by_key(form.topics.data or []),
                remark=form.remark.data or "",
                locale=None if locale is None else str(locale),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("register", status=422, form=form)
    return _page("registration_sent", email=form.email.data)


@blueprint.get("/registrieren/<token>")
@limiter.limit(RATE)
def confirm(token: str) -> Response:
    """Show what would be registered, with a button. Opening the page changes nothing."""
    try:
        found = registration.find(token)
    except NotFound:
        return _page("registration_over", status=404)
    return _confirm_page(ConfirmForm(), found)


def _confirm_page(form: ConfirmForm, found: Registration, *, status: int = 200) -> Response:
    has_account = accounts.user_by_email(found.email) is not None
    return _page("registration_confirm", status=status, form=form, registration=found, has_account=has_account)


@blueprint.post("/registrieren/<token>")
@limiter.limit(RATE)
def confirm_now(token: str) -> Response:
    """Make the organisation, to be checked by the county."""
    try:
        found = registration.find(token)
    except NotFound:
        return _page("registration_over", status=404)
    form = ConfirmForm()
    password = form.password.data or ""
    password_hash = None
    try:
        if not form.validate():
            return _confirm_page(form, found, status=422)
        if accounts.user_by_email(found.email) is None:
            policy.check_password(password, email=found.email, name=found.person_name)
            password_hash = security.hash_password(password)
        with transaction():
            registration.confirm(token, password_hash=password_hash)
    except Refusal as refusal:
        form.refuse(refusal)
        return _confirm_page(form, found, status=422)
    except NotFound:
        return _page("registration_over", status=404)
    flash(_("Danke. Ihre Organisation ist registriert. Wir prüfen sie und schreiben Ihnen."), "ok")
    return redirect(url_for("accounts.sign_in"))


def _verify_form(organisation: Organisation, *, empty: bool = False) -> VerifyForm:
    """The form; whom it stands for is asked of organisations only whose kind does not say it."""
    form = VerifyForm(formdata=None) if empty else VerifyForm()
    if organisation.kind is OrganisationKind.OTHER:
        form.group_kind.choices = [("", _("keine Gruppe")), *((kind.value, kind.label) for kind in GROUPS)]
    else:
        del form.group_kind
    return form


def _found(public_id: str) -> Organisation:
    actor = current_actor()
    organisation = queries.organisation_for(actor, public_id)
    require(permissions.may_verify(actor))
    return organisation


def _check_page(organisation: Organisation, verify: VerifyForm, refuse: RefuseForm, *, status: int = 200) -> Response:
    return _page(
        "check",
        status=status,
        organisation=organisation,
        verify_form=verify,
        refuse_form=refuse,
        alike=queries.alike(organisation),
        is_own=queries.ever_spoke_for(current_actor(), organisation),
        remark=queries.remark_of(organisation),
    )


@blueprint.get("/organisationen/<public_id>/pruefung")
def check_organisation(public_id: str) -> Response:
    """What to compare, then verify or refuse."""
    organisation = _found(public_id)
    return _check_page(organisation, _verify_form(organisation), RefuseForm())


@blueprint.post("/organisationen/<public_id>/pruefung/bestaetigen")
def verify_organisation(public_id: str) -> Response:
    """The organisation is what it says."""
    organisation = _found(public_id)
    form = _verify_form(organisation)
    if not form.validate():
        return _check_page(organisation, form, RefuseForm(formdata=None), status=422)
    chosen = form.group_kind.data if "group_kind" in form else ""
    group = OrganisationKind(chosen) if chosen else None
    try:
        with transaction():
            registration.verify(organisation, actor=current_actor(), group_kind=group)
    except Refusal as refusal:
        form.refuse(refusal)
        return _check_page(organisation, form, RefuseForm(formdata=None), status=422)
    flash(_("Die Organisation ist geprüft. Wer für sie handelt, bekommt eine Nachricht."), "ok")
    return redirect(url_for("stakeholders.organisation_page", public_id=public_id))


@blueprint.post("/organisationen/<public_id>/pruefung/ablehnen")
def refuse_organisation(public_id: str) -> Response:
    """The organisation is not admitted, with the reason."""
    organisation = _found(public_id)
    form = RefuseForm()
    verify = _verify_form(organisation, empty=True)
    if not form.validate():
        return _check_page(organisation, verify, form, status=422)
    try:
        with transaction():
            registration.refuse(organisation, form.reason.data, actor=current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        return _check_page(organisation, verify, form, status=422)
    flash(_("Die Registrierung ist abgelehnt. Der Grund ist unterwegs."), "ok")
    return redirect(url_for("stakeholders.organisation_page", public_id=public_id))

"""What an organisation does about itself on its page."""

from typing import Any

from flask import flash, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import places
from portal.areas.places import Places
from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.planning import queries as planning
from portal.stakeholders import colleagues, permissions, queries, registration
from portal.stakeholders.colleagues import PostalAddress
from portal.stakeholders.models import Organisation, Umbrella
from portal.stakeholders.registration_forms import ColleagueForm, OrganisationForm, RegistrationForm
from portal.stakeholders.views.frame import blueprint


def _found(public_id: str) -> tuple[Organisation, Actor]:
    actor = current_actor()
    organisation = queries.organisation_for(actor, public_id)
    require(permissions.may_edit_organisation(actor, speaks_for_it=queries.speaks_for(actor, organisation)))
    return organisation, actor


def _page(template: str, organisation: Organisation, *, status: int = 200, **context: Any) -> Response:
    return make_response(render_template(f"stakeholders/{template}.html", organisation=organisation, **context), status)


def _may_rename(actor: Actor, organisation: Organisation) -> bool:
    return permissions.may_rename(actor, organisation, speaks_for_it=queries.speaks_for(actor, organisation))


def _edit_form(organisation: Organisation) -> tuple[OrganisationForm, Places]:
    form = OrganisationForm(
        name=organisation.name,
        umbrella=organisation.umbrella.value if organisation.umbrella else "",
        street=organisation.street,
        postcode=organisation.postcode,
        town=organisation.town,
        areas=places.chosen(organisation.areas),
        localities=places.chosen(organisation.areas),
        topics=[topic.key for topic in organisation.topics],
    )
    offered = places.offered(organisation.areas)
    form.umbrella.choices = RegistrationForm.umbrellas()
    form.areas.choices = places.options(offered.planning_areas)
    form.topics.choices = [(topic.key, topic.label) for topic in planning.topics()]
    form.localities.choices = places.options(offered.localities)
    return form, offered


@blueprint.get("/organisationen/<public_id>/bearbeiten")
def edit_organisation(public_id: str) -> Response:
    """The particulars, to be corrected."""
    organisation, actor = _found(public_id)
    form, _areas = _edit_form(organisation)
    return _page("edit", organisation, form=form, may_rename=_may_rename(actor, organisation))


@blueprint.post("/organisationen/<public_id>/bearbeiten")
def change_organisation(public_id: str) -> Response:
    """Correct the particulars."""
    organisation, actor = _found(public_id)
    may_rename = _may_rename(actor, organisation)
    form, offered = _edit_form(organisation)
    if not form.validate():
        return _page("edit", organisation, status=422, form=form, may_rename=may_rename)
    try:
        with transaction():
            colleagues.edit(
                organisation,
                name=form.name.data,
                umbrella=Umbrella(form.umbrella.data) if form.umbrella.data else None,
                address=PostalAddress(form.street.data or "", form.postcode.data or None, form.town.data or ""),
                areas=offered.stored([*(form.areas.data or []), *(form.localities.data or [])]),
                topics=planning.topics_by_key(form.topics.data or []),
                actor=actor,
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("edit", organisation, status=422, form=form, may_rename=may_rename)
    flash(_("Die Angaben sind gespeichert."), "ok")
    return redirect(url_for("stakeholders.organisation_page", public_id=public_id))


@blueprint.post("/organisationen/<public_id>/erneut-pruefen")
def ask_check_again(public_id: str) -> Response:
    """A refused organisation asks to be checked again."""
    organisation, actor = _found(public_id)
    with told(_("Danke. Der Landkreis prüft Ihre Organisation erneut.")):
        registration.ask_again(organisation, actor=actor)
    return redirect(url_for("stakeholders.organisation_page", public_id=public_id))


def _colleague_of(public_id: str) -> tuple[Organisation, Actor]:
    organisation, actor = _found(public_id)
    require(permissions.may_add_colleague(actor, organisation))
    return organisation, actor


@blueprint.get("/organisationen/<public_id>/kollegium/neu")
def new_colleague(public_id: str) -> Response:
    """Ask for the colleague's name and address."""
    organisation, _actor = _colleague_of(public_id)
    return _page("colleague", organisation, form=ColleagueForm())


@blueprint.post("/organisationen/<public_id>/kollegium/neu")
def add_colleague(public_id: str) -> Response:
    """Let the colleague act for the organisation."""
    organisation, actor = _colleague_of(public_id)
    form = ColleagueForm()
    if not form.validate():
        return _page("colleague", organisation, status=422, form=form)
    try:
        with transaction():
            colleagues.add_colleague(
                organisation,
                form.name.data,
                form.email.data,
                actor=actor,
                function=form.function.data or "",
                is_deputy=form.is_deputy.data,
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page("colleague", organisation, status=422, form=form)
    flash(_("%(name)s kann jetzt für Ihre Organisation handeln und bekommt eine Nachricht.", name=form.name.data), "ok")
    return redirect(url_for("stakeholders.organisation_page", public_id=public_id))

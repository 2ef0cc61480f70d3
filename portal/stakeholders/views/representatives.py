"""Letting people act for an organisation, on the organisation's page: choose or name somebody, then say how."""

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core import clock
from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require, require_visible
from portal.core.transaction import transaction
from portal.stakeholders import permissions, queries, services
from portal.stakeholders.forms import NewRepresentativeForm, RepresentationForm
from portal.stakeholders.models import Organisation, Person
from portal.stakeholders.views.frame import blueprint

# In the address in the place of a person: somebody the portal does not know yet.
NEW = "neu"


def _organisation(actor: Actor, public_id: str) -> Organisation:
    organisation = queries.organisation_for(actor, public_id)
    require(permissions.may_manage_representations(actor))
    return organisation


def _person(actor: Actor) -> Person | None:
    """The person named in the address; None for somebody new."""
    wanted = request.args.get("person", "")
    return None if wanted == NEW else require_visible(queries.person_for(actor, wanted))


def _form(organisation: Organisation, person: Person | None) -> tuple[RepresentationForm, dict[str, Person]]:
    """The form, and whom the person can be a deputy of: those who act for the organisation now."""
    kind = NewRepresentativeForm if person is None else RepresentationForm
    form = kind(valid_from=clock.today())
    acting = queries.people_acting_for(organisation.id, clock.today())
    found = {other.public_id: other for other in acting if person is None or other.id != person.id}
    form.deputy_of.choices = [
        ("", _("keine Stellvertretung")),
        *((public_id, other.name) for public_id, other in found.items()),
    ]
    return form, found


def _page(
    organisation: Organisation, form: RepresentationForm, person: Person | None, *, status: int = 200
) -> Response:
    page = render_template("stakeholders/representative.html", organisation=organisation, form=form, person=person)
    return make_response(page, status)


@blueprint.get("/organisationen/<public_id>/vertretungen/neu")
def add_representative(public_id: str) -> Response:
    """Look for the person; once chosen, ask for function and time."""
    actor = current_actor()
    organisation = _organisation(actor, public_id)
    if "person" in request.args:
        person = _person(actor)
        return _page(organisation, _form(organisation, person)[0], person)
    search = request.args.get("suche", "")[:200]
    return make_response(
        render_template(
            "stakeholders/find_person.html",
            organisation=organisation,
            search=search,
            found=queries.people_like(actor, search),
            limit=queries.PEOPLE_SHOWN,
            new=NEW,
        )
    )


@blueprint.post("/organisationen/<public_id>/vertretungen/neu")
def begin_for_organisation(public_id: str) -> Response:
    """Let the person act for the organisation."""
    actor = current_actor()
    organisation = _organisation(actor, public_id)
    person = _person(actor)
    form, deputies = _form(organisation, person)
    if not form.validate():
        return _page(organisation, form, person, status=422)
    try:
        with transaction():
            services.represent(
                person or _new_person(form, actor=actor),
                organisation,
                actor=actor,
                function=form.function.data or "",
                deputy_of=deputies.get(form.deputy_of.data or ""),
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(organisation, form, person, status=422)
    flash(_("Gespeichert."), "ok")
    return redirect(url_for("stakeholders.organisation_page", public_id=public_id))


def _new_person(form: RepresentationForm, *, actor: Actor) -> Person:
    assert isinstance(form, NewRepresentativeForm)
    return services.create_new_person(form.name.data or "", actor=actor, email=form.email.data or None)

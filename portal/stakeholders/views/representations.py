"""Letting people act for organisations, on their account's page."""

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import queries as accounts
from portal.accounts.extension import Panel
from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require_visible
from portal.core.transaction import transaction
from portal.core.web import safe_path
from portal.stakeholders import permissions, queries, services
from portal.stakeholders.forms import RepresentationForm
from portal.stakeholders.models import Organisation, Person, Representation
from portal.stakeholders.views.frame import blueprint


def representations_panel(user: User, *, actor: Actor) -> Panel | None:
    """For whom the person acts, on the page of their account."""
    if not permissions.may_manage_representations(actor):
        return None
    return Panel(
        title=_("Vertretungen"),
        template="stakeholders/user_panel.html",
        content={"user": user, "representations": queries.representations_of(user), "today": clock.today()},
    )


def _chosen(organisations: list[Organisation]) -> Organisation | None:
    """The organisation named in the address."""
    wanted = request.args.get("organisation", "")
    return next((organisation for organisation in organisations if organisation.public_id == wanted), None)


def _form(organisation: Organisation, user: User) -> tuple[RepresentationForm, dict[str, Person]]:
    """The form, and whom the person can be a deputy of: those who act for the organisation now."""
    form = RepresentationForm(valid_from=clock.today())
    people = queries.people_acting_for(organisation.id, clock.today())
    found = {person.public_id: person for person in people if person.user_id != user.id}
    form.deputy_of.choices = [
        ("", _("keine Stellvertretung")),
        *((public_id, person.name) for public_id, person in found.items()),
    ]
    return form, found


def _page(user: User, **context: object) -> str:
    return render_template("stakeholders/represent.html", user=user, **context)


@blueprint.get("/konten/<public_id>/vertretungen/neu")
def add_representation(public_id: str) -> Response:
    """Ask for the organisation, then for function and time."""
    actor = current_actor()
    user = accounts.user_for(actor, public_id)
    organisations = queries.organisation_choices(actor)
    organisation = _chosen(organisations)
    form = None if organisation is None else _form(organisation, user)[0]
    return make_response(_page(user, form=form, organisation=organisation, organisations=organisations))


@blueprint.post("/konten/<public_id>/vertretungen/neu")
def begin_representation(public_id: str) -> Response:
    """Let the person act for the organisation."""
    actor = current_actor()
    user = accounts.user_for(actor, public_id)
    organisation = require_visible(_chosen(queries.organisation_choices(actor)))
    form, deputies = _form(organisation, user)
    if not form.validate():
        return make_response(_page(user, form=form, organisation=organisation, organisations=[]), 422)
    try:
        with transaction():
            services.represent(
                services.person_behind(user, actor=actor),
                organisation,
                actor=actor,
                function=form.function.data or "",
                deputy_of=deputies.get(form.deputy_of.data or ""),
                valid_from=form.valid_from.data,
                valid_to=form.valid_to.data,
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return make_response(_page(user, form=form, organisation=organisation, organisations=[]), 422)
    flash(_("Gespeichert."), "ok")
    return redirect(url_for("accounts.user_page", public_id=public_id))


@blueprint.get("/vertretungen/<public_id>/beenden")
def ask_end(public_id: str) -> str:
    """Name what ending means."""
    representation = queries.representation_for(current_actor(), public_id)
    return render_template("stakeholders/end.html", representation=representation, back=_back(representation))


def _back(representation: Representation) -> str:
    default = url_for("stakeholders.organisation_page", public_id=representation.organisation.public_id)
    return safe_path(request.values.get("back"), default=default)


@blueprint.post("/vertretungen/<public_id>/beenden")
def end_representation(public_id: str) -> Response:
    """End a representation at once."""
    actor = current_actor()
    representation = queries.representation_for(actor, public_id)
    back = _back(representation)
    with transaction():
        services.end_representation(representation, actor=actor)
    flash(_("Die Vertretung ist beendet."), "ok")
    return redirect(back)

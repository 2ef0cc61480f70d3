"""Choosing who is invited, and taking an invitation back."""

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import queries as areas
from portal.conferences import invitee_queries, permissions, queries
from portal.conferences.invitee_queries import Candidate, Choice
from portal.conferences.models import Conference
from portal.conferences.services import invitees, sending
from portal.conferences.views.events import found_for_change
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.tables import ShownFilter
from portal.core.transaction import transaction
from portal.core.web import list_arguments, told
from portal.planning import queries as planning
from portal.stakeholders.models import Organisation, OrganisationKind, Person


@blueprint.get("/konferenzen/<public_id>/einladen")
def choose_invitees(public_id: str) -> Response:
    """Organisations that fit, with the people who act for them; already chosen ones are marked.

    With `organisation` those alone, their people ticked: all but deputies, who come when they are asked to.
    """
    conference = _open(public_id)
    named = request.args.getlist("organisation")
    if not named:
        return _page(conference, set())
    found = invitee_queries.candidates(current_actor(), conference, Choice.read({}, named))
    ticked = {one.value for row in found for one in row.people if not one.is_deputy and not one.is_invited}
    return _page(conference, ticked)


def _open(public_id: str) -> Conference:
    conference = found_for_change(public_id)
    if not permissions.may_invite(current_actor(), conference):
        raise Refusal(_("Zu dieser Veranstaltung wird nicht mehr eingeladen."))
    return conference


def _page(conference: Conference, ticked: set[str], *, error: str = "", status: int = 200) -> Response:
    arguments = list_arguments()
    if not arguments and (area := queries.only_planning_area(conference)) is not None:
        # To begin with: those who work in the event's planning area.
        arguments = {"planungsraum": area.slug}
    named = request.args.getlist("organisation")
    choice = Choice.read(arguments, named)
    found = invitee_queries.candidates(current_actor(), conference, choice)
    page = render_template(
        "conferences/invite.html",
        conference=conference,
        candidates=found,
        filters=[] if named else _filters(choice),
        named=bool(named),
        ticked=ticked,
        error=error,
        invited={row.organisation.id for row in found for person in row.people if person.is_invited},
        coverage=queries.coverage_of(conference, _organisations(found, ticked)),
    )
    return make_response(page, status)


def _organisations(found: list[Candidate], ticked: set[str]) -> list[Organisation]:
    return [row.organisation for row in found if any(person.value in ticked for person in row.people)]


def _filters(choice: Choice) -> list[ShownFilter]:
    nothing = ("", _("alle"))
    return [
        ShownFilter(
            "planungsraum",
            _("Planungsraum"),
            [nothing, *((area.slug, area.name) for area in areas.planning_areas())],
            choice.area,
        ),
        ShownFilter("art", _("Art"), [nothing, *OrganisationKind.choices()], choice.kind),
        ShownFilter(
            "thema",
            _("Thema"),
            [nothing, *((topic.key, topic.label) for topic in planning.topics())],
            choice.topic,
        ),
        ShownFilter(
            "gremium",
            _("Mitglied im Gremium"),
            [nothing, *((body.public_id, body.name) for body in invitee_queries.bodies())],
            choice.body,
        ),
    ]


@blueprint.post("/konferenzen/<public_id>/einladen")
def add_invitees(public_id: str) -> Response:
    """Put the chosen people on the list, or show who would still be missing with them. Nothing is sent."""
    conference = _open(public_id)
    ticked = set(request.form.getlist("person"))
    if "preview" in request.form:
        return _page(conference, ticked)
    # Looked for among everybody: the filter may have been changed in another tab.
    known = {
        person.value: (row.organisation, person.person)
        for row in invitee_queries.candidates(current_actor(), conference, Choice())
        for person in row.people
    }
    people: list[tuple[Organisation, Person]] = [known[value] for value in sorted(ticked & known.keys())]
    if not people:
        return _page(conference, ticked, error=_("Bitte wählen Sie mindestens eine Person aus."), status=422)
    try:
        with transaction():
            count = invitees.invite(conference, people, actor=current_actor())
    except Refusal as refusal:
        return _page(conference, ticked, error=str(refusal.message), status=422)
    flash(
        ngettext(
            "%(num)d Person steht neu auf der Liste. Verschickt ist noch nichts.",
            "%(num)d Personen stehen neu auf der Liste. Verschickt ist noch nichts.",
            count,
        )
        if count
        else _("Alle Ausgewählten standen schon auf der Liste."),
        "ok",
    )
    return redirect(url_for("conferences.conference_page", public_id=public_id, _anchor="eingeladen"))


@blueprint.get("/konferenzen/<public_id>/einladungen/<invitation>/zurueckziehen")
def ask_withdraw(public_id: str, invitation: str) -> Response:
    """Name what withdrawing means."""
    conference = found_for_change(public_id)
    found = queries.invitation_for(current_actor(), conference, invitation)
    others = [one.organisation.name for one in sending.still_invited(found)]
    return make_response(
        render_template("conferences/withdraw.html", conference=conference, invitation=found, others=others)
    )


@blueprint.post("/konferenzen/<public_id>/einladungen/<invitation>/zurueckziehen")
def withdraw(public_id: str, invitation: str) -> Response:
    """The person is no longer invited."""
    actor = current_actor()
    conference = found_for_change(public_id)
    found = queries.invitation_for(actor, conference, invitation)
    with told(_("Die Einladung ist zurückgezogen.")):
        invitees.withdraw(found, actor=actor)
    return redirect(url_for("conferences.conference_page", public_id=public_id, _anchor="eingeladen"))

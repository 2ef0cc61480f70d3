"""Making and changing an event. Rows of the agenda are added, moved and removed without leaving the form."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import places
from portal.areas import queries as areas
from portal.conferences import agenda_rows, announced, contact, invitee_queries, permissions, queries
from portal.conferences.agenda_rows import AgendaRow
from portal.conferences.both_versions import Difference, differences
from portal.conferences.forms import ConferenceForm
from portal.conferences.models import AccessOffer, Attending, Conference, ConferenceKind
from portal.conferences.services import events
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.planning import queries as planning
from portal.planning.models import Phase
from portal.stakeholders.models import OrganisationKind


class _Choices:
    """What the form's lists offer, read once per request."""

    def __init__(self, conference: Conference | None = None) -> None:
        self.offered = places.offered(() if conference is None else conference.areas)
        self.areas = {area.slug: area for area in self.offered.planning_areas}
        self.topics = {topic.key: topic for topic in planning.topics()}
        self.periods = {period.key: period for period in planning.periods()}
        self.bodies = {body.public_id: body for body in invitee_queries.bodies()}
        self.places = {area.public_id: area for area in areas.municipalities(areas.own_county())}
        if conference is not None and conference.body is not None:
            self.bodies[conference.body.public_id] = conference.body

    def fill(self, form: ConferenceForm) -> None:
        form.areas.choices = [(slug, area.name) for slug, area in self.areas.items()]
        form.municipalities.choices = places.options(self.offered.municipalities)
        form.localities.choices = places.options(self.offered.localities)
        form.topics.choices = [(key, topic.label) for key, topic in self.topics.items()]
        form.period.choices = [(key, period.name) for key, period in self.periods.items()]
        form.body.choices = [("", _("kein Gremium")), *((id_, body.name) for id_, body in self.bodies.items())]
        form.place_area.choices = [("", _("keine Angabe")), *((id_, area.name) for id_, area in self.places.items())]

    def plan(self, form: ConferenceForm, rows: list[AgendaRow]) -> events.Plan:
        day, last = form.day.data, form.last_day.data or form.day.data
        assert day is not None
        assert last is not None
        assert form.starts.data is not None
        assert form.ends.data is not None
        return events.Plan(
            title=form.title.data or "",
            kind=ConferenceKind(form.kind.data),
            phase=Phase(form.phase.data),
            period=self.periods[form.period.data],
            starts_at=datetime.combine(day, form.starts.data),
            ends_at=datetime.combine(last, form.ends.data),
            areas=self.offered.stored(
                [
                    *(self.areas[slug].public_id for slug in form.areas.data or ()),
                    *(form.municipalities.data or ()),
                    *(form.localities.data or ()),
                ]
            ),
            topics=[self.topics[key] for key in form.topics.data or ()],
            agenda=self.agenda(rows),
            body=self.bodies.get(form.body.data or ""),
            place_name=form.place_name.data or "",
            place_town=form.place_town.data or "",
            place_area=self.places.get(form.place_area.data or ""),
            access_offers=[AccessOffer(value) for value in form.access_offers.data or ()],
            contact_email=form.contact_email.data or "",
            contact_phone=form.contact_phone.data or "",
            access_information=form.access_information.data or "",
            attending=Attending(form.attending.data),
            online_url=form.online_url.data or "",
            costs=form.costs.data or "",
            description=form.description.data or "",
            is_public=bool(form.is_public.data),
            seats=form.seats.data,
            reply_by=form.reply_by.data,
        )

    def agenda(self, rows: list[AgendaRow]) -> list[events.AgendaLine]:
        """The rows as they are kept; refuses a time of day that is none."""
        return [
            events.AgendaLine(
                title=row.title,
                topics=[self.topics[key] for key in row.topics if key in self.topics],
                public_id=row.id or None,
                begins=row.time(),
            )
            for row in rows
        ]


def _page(
    form: ConferenceForm,
    rows: list[AgendaRow],
    choices: _Choices,
    *,
    conference: Conference | None = None,
    theirs: list[Difference] | None = None,
    status: int = 200,
    row_focus: bool = False,
) -> Response:
    page = render_template(
        "conferences/form.html",
        form=form,
        rows=rows,
        topics=list(choices.topics.values()),
        conference=conference,
        theirs=theirs,
        row_focus=row_focus,
        may_be_told=conference is not None and conference.told is not None,
    )
    return make_response(page, status)


def _values(conference: Conference) -> dict[str, Any]:
    """What the form shows of an event."""
    same_day = conference.ends_at.date() == conference.starts_at.date()
    return {
        "edition": conference.edition,
        "title": conference.title,
        "kind": conference.kind.value,
        "phase": conference.phase.value,
        "period": conference.period.key,
        "body": conference.body.public_id if conference.body else "",
        "areas": [area.slug for area in conference.areas],
        "municipalities": places.chosen(conference.areas),
        "localities": places.chosen(conference.areas),
        "topics": [topic.key for topic in conference.topics],
        "day": conference.starts_at.date(),
        "starts": conference.starts_at.time(),
        "ends": conference.ends_at.time(),
        "last_day": None if same_day else conference.ends_at.date(),
        "place_name": conference.place_name,
        "place_town": conference.place_town,
        "place_area": conference.place_area.public_id if conference.place_area else "",
        "attending": conference.attending.value,
        "online_url": conference.online_url,
        "costs": conference.costs,
        "access_offers": [offer.value for offer in conference.access_offers],
        "contact_email": conference.contact_email,
        "contact_phone": conference.contact_phone,
        "access_information": conference.access_information,
        "description": conference.description,
        "seats": conference.seats,
        "reply_by": conference.reply_by,
        "is_public": conference.is_public,
    }


@blueprint.get("/konferenzen/neu")
def new_conference() -> Response:
    """An empty form; planning areas and phase may be chosen beforehand, and a group that is to be invited next."""
    require(permissions.may_organise(current_actor()))
    choices = _Choices()
    period, asked = planning.period_on(), contact.suggested(current_actor())
    phase = request.args.get("phase", "")
    form = ConferenceForm(
        period=None if period is None else period.key,
        areas=request.args.getlist("planungsraum"),
        phase=phase if phase in {one.value for one in Phase} else None,
        once=events.new_once(),
        contact_email=asked.email,
        contact_phone=asked.phone,
    )
    choices.fill(form)
    return _page(form, [AgendaRow()], choices)


@blueprint.post("/konferenzen/neu")
def create_conference() -> Response:
    """Keep a draft, or change the rows of the agenda in the form."""
    actor = current_actor()
    require(permissions.may_organise(actor))
    choices = _Choices()
    form, rows = ConferenceForm(), agenda_rows.typed(request.form.getlist)
    choices.fill(form)
    if "row" in request.form:
        return _page(form, agenda_rows.after(rows, request.form["row"]), choices, row_focus=True)
    if not (form.validate() and agenda_rows.are_readable(rows)):
        _ask_further(form, rows, choices)
        return _page(form, rows, choices, status=422)
    try:
        with transaction():
            conference = events.create(choices.plan(form, rows), actor=actor, once=form.once.data or "")
            public_id = conference.public_id
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, rows, choices, status=422)
    flash(_("Gespeichert. Die Veranstaltung ist ein Entwurf, den nur die Sozialplanung sieht."), "ok")
    group = request.args.get("gruppe", "")
    if group in {kind.value for kind in OrganisationKind}:
        area = next(iter(form.areas.data or ()), None)
        return redirect(url_for("conferences.choose_invitees", public_id=public_id, art=group, planungsraum=area))
    return redirect(url_for("conferences.conference_page", public_id=public_id))


@blueprint.get("/konferenzen/<public_id>/bearbeiten")
def edit_conference(public_id: str) -> Response:
    """The form with what is there."""
    conference = _open(public_id)
    choices = _Choices(conference)
    form = ConferenceForm(data=_values(conference))
    choices.fill(form)
    return _page(form, agenda_rows.of(conference), choices, conference=conference)


@blueprint.post("/konferenzen/<public_id>/bearbeiten")
def change_conference(public_id: str) -> Response:
    """Save; if somebody else saved in between, show both versions and save nothing."""
    conference = _open(public_id)
    choices = _Choices(conference)
    form, rows = ConferenceForm(), agenda_rows.typed(request.form.getlist)
    choices.fill(form)
    if "row" in request.form:
        after = agenda_rows.after(rows, request.form["row"])
        return _page(form, after, choices, conference=conference, row_focus=True)
    if not (form.validate() and agenda_rows.are_readable(rows)):
        _ask_further(form, rows, choices, conference)
        return _page(form, rows, choices, conference=conference, status=422)
    edition = form.edition.data or ""
    try:
        with transaction():
            events.change(
                conference,
                choices.plan(form, rows),
                edition=int(edition) if edition.isdecimal() and len(edition) < 9 else 0,
                actor=current_actor(),
            )
            to_tell = bool(announced.unannounced(conference)) and permissions.may_announce(current_actor(), conference)
    except Conflict as conflict:
        form.refuse(conflict)
        conference = queries.conference_for(current_actor(), public_id)
        theirs = _both(form, rows, conference)
        form.edition.data = str(conference.edition)
        return _page(form, rows, choices, conference=conference, theirs=theirs, status=409)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, rows, choices, conference=conference, status=422)
    if to_tell:
        flash(_("Gespeichert. Die Eingeladenen wissen noch nichts von der Änderung."), "warn")
        return redirect(url_for("conferences.ask_announce", public_id=public_id))
    flash(_("Gespeichert."), "ok")
    return redirect(url_for("conferences.conference_page", public_id=public_id))


def _ask_further(
    form: ConferenceForm, rows: list[AgendaRow], choices: _Choices, conference: Conference | None = None
) -> None:
    """What the rules say of all else although something cannot be read: everything is named at once."""
    day = form.day.data
    rules: list[Callable[[], object]] = [
        lambda: events.check_seats(form.seats.data),
        lambda: contact.checked(form.contact_email.data or "", form.contact_phone.data or ""),
        lambda: events.check_agenda(choices.agenda(rows)),
    ]
    if not form.attending.errors:
        rules.append(lambda: events.check_online(Attending(form.attending.data), form.online_url.data or ""))
    if day is not None:
        starts_at = datetime.combine(day, form.starts.data or time.max)
        if conference is None or conference.starts_at.date() != day:
            rules.append(lambda: events.check_day(starts_at))
        rules.append(lambda: events.check_reply_by(form.reply_by.data, starts_at))
        if form.starts.data is not None and form.ends.data is not None:
            ends_at = datetime.combine(form.last_day.data or day, form.ends.data)
            rules.append(lambda: events.check_times(starts_at, ends_at))
    form.refuse_further(*rules)


def _open(public_id: str) -> Conference:
    actor = current_actor()
    conference = queries.conference_for(actor, public_id)
    require(permissions.may_organise(actor))
    if not permissions.may_change(actor, conference):
        raise Refusal(_("Diese Veranstaltung ist abgeschlossen und wird nicht mehr geändert."))
    return conference


def _both(form: ConferenceForm, rows: list[AgendaRow], conference: Conference) -> list[Difference]:
    """What differs: field, what is stored now, what was typed."""
    choices = _Choices(conference)
    stored = ConferenceForm(formdata=None, data=_values(conference))
    choices.fill(stored)
    if form.last_day.data == form.day.data:
        form.last_day.data = None
    found = differences(stored, form, fields={field.short_name for field in stored} - {"edition", "once", "csrf_token"})
    agendas = [_agenda(one, choices) for one in (agenda_rows.of(conference), rows)]
    return found if agendas[0] == agendas[1] else [*found, (_("Tagesordnung"), *agendas)]


def _agenda(rows: list[AgendaRow], choices: _Choices) -> str:
    """The items with their topics."""
    items = []
    for row in rows:
        topics = ", ".join(str(topic.label) for key, topic in choices.topics.items() if key in row.topics)
        if row.title:
            title = f"{row.begins} {row.title}".strip()
            items.append(f"{title} ({topics})" if topics else title)
    return "; ".join(items)

"""Carrying a finding on: co-signing, hearing, publishing, dissent, decisions, taking it up again."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas.models import Area
from portal.core import clock, pdf
from portal.core.actor import Actor, current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.formats import date_long
from portal.core.forms import Form
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import attachment, told
from portal.evidence import adoption, finding_queries, history, permissions, publication, readable, reopening
from portal.evidence.costs import COSTS
from portal.evidence.forms import DecisionForm, DissentForm, HearingForm, ReasonForm, StatementForm
from portal.evidence.hearings import notices
from portal.evidence.hearings import pdf as hearing_pdf
from portal.evidence.hearings import queries as hearing_queries
from portal.evidence.hearings import services as hearings
from portal.evidence.models import Finding, FindingState
from portal.evidence.parameters import HEARING_DAYS
from portal.evidence.texts import numbers as text_numbers
from portal.evidence.views.frame import blueprint
from portal.settings import services as settings


def _page_of(finding: Finding) -> str:
    return url_for(
        "evidence.cell", area_slug=finding.area.slug, topic_key=finding.topic.key, periode=finding.period.key
    )


def _edition() -> int:
    """The edition the button was shown with; without one nothing fits."""
    text = request.form.get("edition", "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _answer(template: str, form: Any, finding: Finding, **context: Any) -> Response:
    page = render_template(f"evidence/{template}.html", form=form, finding=finding, back=_page_of(finding), **context)
    return make_response(page, 422 if form.errors else 200)


def _carry_on(finding: Finding, act: Callable[[], object], done: str) -> Response:
    """Do it, say so, and go back to the finding; a refusal is said there, too."""
    address = _page_of(finding)
    with told(done):
        act()
    return redirect(address)


def _carry_out(form: Form, finding: Finding, act: Callable[[], object], done: str) -> Response | None:
    """The same for what a form says. None where it was refused: the reason stands in the form, and the finding must be
    read again."""
    address = _page_of(finding)
    try:
        with transaction():
            act()
    except Refusal as refusal:
        form.refuse(refusal)
        return None
    flash(done, "ok")
    return redirect(address)


@blueprint.post("/befund/<public_id>/mitzeichnen")
def cosign(public_id: str) -> Response:
    """A second person stands for it."""
    actor = current_actor()
    require(permissions.may_cosign_any(actor))
    finding = finding_queries.finding_for(actor, public_id)
    return _carry_on(
        finding,
        lambda: adoption.cosign(finding, actor=actor, edition=_edition()),
        _("Mitgezeichnet. Jetzt werden die betroffenen Gemeinden angehört."),
    )


@blueprint.get("/befund/<public_id>/verlauf")
def course(public_id: str) -> Response:
    """Everything that happened to a finding, and what each of its versions changed."""
    actor = current_actor()
    finding = finding_queries.finding_for(actor, public_id)
    return make_response(
        render_template(
            "evidence/course.html",
            finding=finding,
            back=_page_of(finding),
            moments=history.course(finding, actor),
            versions=history.versions(finding),
        )
    )


@blueprint.post("/befund/<public_id>/veroeffentlichen")
def publish(public_id: str) -> Response:
    """Make the latest version public."""
    actor = current_actor()
    require(permissions.may_adopt(actor))
    finding = finding_queries.finding_for(actor, public_id)
    return _carry_on(
        finding,
        lambda: publication.publish(
            finding,
            actor=actor,
            edition=_edition(),
            without_unreached="unreached" in request.form,
            knowing=request.form.get("knowing") == "1",
        ),
        _("Der Befund ist veröffentlicht."),
    )


@blueprint.route("/befund/<public_id>/anhoeren", methods=["GET", "POST"])
def open_hearing(public_id: str) -> Response:
    """Choose the municipalities and send the finding to them; say before and after whom no mail reaches."""
    actor = current_actor()
    require(permissions.may_adopt(actor))
    finding = finding_queries.finding_for(actor, public_id)
    if finding.state is FindingState.HEARING:
        return _runs_already(finding)
    places = {place.public_id: place for place in finding_queries.municipalities_of(finding.area_id)}
    form = HearingForm()
    form.municipalities.choices = [(key, place.name) for key, place in places.items()]
    if request.method != "POST":
        form.municipalities.data = list(places)
        form.edition.data = str(finding.edition)
    elif form.validate():
        try:
            with transaction():
                chosen = [places[key] for key in form.municipalities.data or []]
                hearings.open_hearing(finding, chosen, actor=actor, edition=_edition())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say_opened(chosen)
            return redirect(_page_of(finding))
        finding = finding_queries.finding_for(actor, public_id)
        if finding.state is FindingState.HEARING:
            return _runs_already(finding)
    unreached = hearing_queries.unreached(list(places.values()), clock.today())
    silent = {one.municipality.id for one in unreached}
    return _answer(
        "open_hearing",
        form,
        finding,
        days=settings.get(HEARING_DAYS),
        reached=[place for place in places.values() if place.id not in silent],
        unreached=unreached,
    )


def _runs_already(finding: Finding) -> Response:
    """A second form, or a second click: there is nothing to open."""
    ends = max(one.ends_on for one in finding.current_hearings)
    flash(_("Diese Anhörung ist schon eröffnet. Sie läuft bis %(day)s.", day=date_long(ends)), "info")
    return redirect(_page_of(finding))


def _say_opened(chosen: Sequence[Area]) -> None:
    """The hearing runs: how many municipalities a mail reaches, and which it does not."""
    unreached = hearing_queries.unreached(chosen, clock.today())
    reached = len(chosen) - len(unreached)
    if reached:
        flash(
            ngettext(
                "Die Anhörung läuft. Eine Stadt oder Gemeinde bekommt eine E-Mail.",
                "Die Anhörung läuft. %(num)d Städte und Gemeinden bekommen eine E-Mail.",
                reached,
            ),
            "ok",
        )
    if unreached:
        names = ", ".join(one.municipality.name for one in unreached)
        begin = "" if reached else _("Die Anhörung läuft.") + " "
        flash(begin + _("Niemand erreicht: %(names)s. Bitte schicken Sie einen Brief.", names=names), "warn")


@blueprint.route("/befund/<public_id>/anhoerung", methods=["GET", "POST"])
def hearing(public_id: str) -> Response:
    """A municipality reads the finding about it and states its position; planners enter what came by letter."""
    actor = current_actor()
    finding, own = finding_queries.heard_finding(actor, public_id)
    enters = permissions.may_enter_statements(actor) and not own
    heard = finding.current_hearings if enters else own
    waiting = [one for one in heard if one.stated_at is None and one.ends_on >= clock.today()]
    form = StatementForm()
    # Those that take nothing any more can be sent from an older page: the service says why they are refused.
    form.hearing.choices = [(str(one.id), one.municipality.name) for one in heard]
    if request.method == "POST":
        if not heard:
            raise NotFound
        if len(waiting) < 2 and not form.hearing.data:
            form.hearing.process_formdata([str(one.id) for one in waiting or heard])
            form.hearing.raw_data = form.hearing.data
        if form.validate():
            chosen = [one for one in heard if str(one.id) in (form.hearing.data or ())]
            try:
                with transaction():
                    for one in chosen:
                        hearings.state_position(one, form.text.data or "", actor=actor)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                thanks = _("Danke. Ihre Stellungnahme wird mit dem Befund abgedruckt.")
                flash(
                    _("Die Stellungnahme ist eingetragen. Sie wird mit dem Befund abgedruckt.") if enters else thanks,
                    "ok",
                )
                return redirect(url_for("evidence.hearing", public_id=public_id))
            finding, own = finding_queries.heard_finding(actor, public_id)
    form.hearing.choices = [(str(one.id), one.municipality.name) for one in waiting]
    page = render_template(
        "evidence/hearing.html",
        form=form,
        finding=finding,
        version=finding.latest,
        costs=COSTS,
        sourced=text_numbers.sourced(finding.latest),
        own=own,
        statements=hearing_queries.statements(own),
        waiting=waiting,
        enters=enters,
        heard=heard,
        today=clock.today(),
        letters=notices.waiting(finding) if enters else [],
        posted=[one for one in finding.hearings if enters and one.letter_on is not None],
        entered=[one for one in heard if enters and one.is_entered],
        former=hearing_queries.former_statements(heard) if enters else {},
        is_running=finding.state is FindingState.HEARING,
    )
    return make_response(page, 422 if form.errors else 200)


@blueprint.post("/befund/<public_id>/briefe")
def letters_posted(public_id: str) -> Response:
    """Note that the letters about a hearing went to the post."""
    actor = current_actor()
    require(permissions.may_adopt(actor))
    finding = finding_queries.finding_for(actor, public_id)
    numbers = [int(one) for one in request.form.getlist("brief") if one.isascii() and one.isdigit()]
    with transaction():
        count = notices.note_posted(finding, numbers, actor=actor)
    words = ngettext(
        "%(num)d Brief ist als verschickt eingetragen.", "%(num)d Briefe sind als verschickt eingetragen.", count
    )
    flash(words, "ok" if count else "info")
    return redirect(url_for("evidence.hearing", public_id=public_id, _anchor="briefe"))


@blueprint.get("/befund/<public_id>/anhoerung.pdf")
def hearing_file(public_id: str) -> Response:
    """The finding as it was sent with the statements on paper: all of them for staff, else one's own."""
    actor = current_actor()
    finding, own = finding_queries.heard_finding(actor, public_id)
    is_staff = permissions.may_see_unpublished(actor)
    shown = finding.current_hearings if is_staff else own
    dissents = readable.dissents_for(actor, finding)
    name = pdf.file_name(_("Anhörung"), finding.area.name, str(finding.topic.label))
    return attachment(hearing_pdf.document(finding, shown, dissents), name=name, media_type=pdf.MEDIA_TYPE)


@blueprint.route("/befund/<public_id>/abweichende-sicht", methods=["GET", "POST"])
def dissent(public_id: str) -> Response:
    """A department says that it sees it differently."""
    actor = current_actor()
    require(permissions.may_dissent(actor))
    finding = finding_queries.finding_for(actor, public_id)
    departments = {one.public_id: one for one in finding_queries.own_departments(actor)}
    form = DissentForm()
    form.organisation.choices = [(key, one.name) for key, one in departments.items()]
    if request.method == "POST" and form.validate():
        organisation = departments[form.organisation.data]
        answer = _carry_out(
            form,
            finding,
            lambda: adoption.dissent(finding, form.text.data or "", organisation=organisation, actor=actor),
            _("Ihre abweichende Sicht ist festgehalten. Sie wird mit abgedruckt."),
        )
        if answer is not None:
            return answer
        finding = finding_queries.finding_for(actor, public_id)
    return _answer("dissent", form, finding, departments=departments)


@blueprint.route("/befund/<public_id>/beschluss", methods=["GET", "POST"])
def decide(public_id: str) -> Response:
    """Record what a body said."""
    actor = current_actor()
    require(permissions.may_record_decisions(actor))
    finding = finding_queries.finding_for(actor, public_id)
    bodies = {one.public_id: one for one in finding_queries.bodies()}
    form = DecisionForm()
    form.body.choices = [(key, one.name) for key, one in bodies.items()]
    if request.method != "POST":
        form.decided_on.data = clock.today()
    elif form.validate():
        answer = _carry_out(
            form,
            finding,
            lambda: publication.decide(
                finding,
                bodies[form.body.data],
                form.text.data or "",
                decided_on=form.decided_on.data,
                paper=form.paper.data or "",
                actor=actor,
            ),
            _("Der Beschluss ist festgehalten."),
        )
        if answer is not None:
            return answer
        finding = finding_queries.finding_for(actor, public_id)
    return _answer("decide", form, finding)


@blueprint.route("/befund/<public_id>/wieder-oeffnen", methods=["GET", "POST"])
def reopen(public_id: str) -> Response:
    """Take the finding up again, with a reason."""
    actor: Actor = current_actor()
    require(permissions.may_reopen(actor))
    finding = finding_queries.finding_for(actor, public_id)
    form = ReasonForm()
    if request.method != "POST":
        form.edition.data = str(finding.edition)
    elif form.validate():
        answer = _carry_out(
            form,
            finding,
            lambda: reopening.reopen(finding, form.reason.data or "", actor=actor, edition=_edition()),
            _("Der Befund ist wieder offen."),
        )
        if answer is not None:
            return answer
        finding = finding_queries.finding_for(actor, public_id)
    return _answer("reopen", form, finding)

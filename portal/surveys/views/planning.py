"""Planning rounds: a new one, another end, throwing away one that has not begun."""

from collections.abc import Callable
from datetime import timedelta

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas import queries as areas
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.formats import date_long
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.planning.models import Phase
from portal.planning.queries import period_on
from portal.surveys import permissions, queries, rounds, services
from portal.surveys.definition import from_document
from portal.surveys.forms import EndForm, RoundForm
from portal.surveys.models import RoundState, SurveyRound
from portal.surveys.services import RoundPlan
from portal.surveys.views.frame import blueprint


def _back() -> Response:
    return redirect(url_for("surveys.manage"))


@blueprint.get("/befragungen/verwaltung/neu")
def new_round() -> Response:
    """Ask for questions, name, address and days; `?wie=` takes over what a round before it had."""
    require(permissions.may_run(current_actor()))
    form = RoundForm()
    _offer(form)
    before = queries.latest_round(request.args.get("wie"))
    if before is not None:
        form.version.data = before.version.public_id
        form.phase.data = before.phase.value
        form.name.data, form.slug.data = queries.names_of_next(before.version.survey)
    form.areas.data = [area.public_id for area in areas.planning_areas()]
    return _page(form)


def _offer(form: RoundForm) -> None:
    form.version.choices = [
        (
            one.public_id,
            _("%(title)s (Fassung %(number)s, %(count)s Fragen)",
              title=found.title["de"], number=one.number, count=len(found.questions)),
        )
        for one, found in queries.versions(current_actor())
    ]  # fmt: skip
    form.phase.choices = Phase.choices()
    form.areas.choices = [(area.public_id, area.name) for area in areas.planning_areas()]


def _page(form: RoundForm, *, status: int = 200) -> Response:
    return make_response(
        render_template("surveys/new_round.html", form=form, base=url_for("surveys.rounds", _external=True)), status
    )


@blueprint.post("/befragungen/verwaltung/neu")
def add_round() -> Response:
    """Plan the round; one that begins today runs at once."""
    actor = current_actor()
    require(permissions.may_run(actor))
    form = RoundForm()
    _offer(form)
    if not form.validate():
        _ask_further(form)
        return _page(form, status=422)
    try:
        with transaction():
            one = rounds.add(queries.version_by_public_id(form.version.data, actor), _plan(form), actor=actor)
            runs = one.state is RoundState.OPEN
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(form, status=422)
    flash(
        _("Die Runde läuft. Sie steht jetzt auf der öffentlichen Seite.")
        if runs
        else _("Die Runde ist geplant. Sie beginnt am %(day)s von selbst.", day=date_long(form.opens_at.data)),
        "ok",
    )
    return _back()


def _ask_further(form: RoundForm) -> None:
    """What the rules say of days and address although something else is missing: everything is named at once."""
    first, last = form.opens_at.data, form.closes_at.data
    rules: list[Callable[[], object]] = [lambda: services.check_slug(form.slug.data or "")]
    if first is not None:
        rules.append(lambda: rounds.check_first_day(rounds.midnight(first)))
    if first is not None and last is not None:
        end = rounds.midnight(last + timedelta(days=1))
        rules.append(lambda: services.check_end(rounds.midnight(first), end))
    form.refuse_further(*rules)


def _plan(form: RoundForm) -> RoundPlan:
    first, last = form.opens_at.data, form.closes_at.data
    assert first is not None
    assert last is not None
    period = period_on(first)
    if period is None:
        raise Refusal(
            _("Für diesen Tag gibt es keine Planungsperiode. Legen Sie zuerst unter „Planungsperioden“ eine an."),
            field="opens_at",
        )
    chosen = set(form.areas.data or ())
    return RoundPlan(
        key=form.slug.data[:80],
        slug=form.slug.data,
        name=form.name.data,
        # Today's round begins now, not in the past.
        opens_at=max(rounds.midnight(first), clock.now()) if first == clock.today() else rounds.midnight(first),
        closes_at=rounds.midnight(last + timedelta(days=1)),
        phase=Phase(form.phase.data),
        period=period,
        areas=[area for area in areas.planning_areas(on=first) if area.public_id in chosen],
    )


def _round(public_id: str) -> SurveyRound:
    return queries.round_by_public_id(public_id, current_actor())


@blueprint.get("/befragungen/verwaltung/<public_id>/ende")
def ask_end(public_id: str) -> Response:
    """The last day of a round that is planned or runs."""
    one = _round(public_id)
    if not permissions.may_move_end(current_actor(), one):
        flash(_("Diese Runde ist beendet und wird nicht wieder geöffnet. Legen Sie eine neue Runde an."), "warn")
        return _back()
    return _end_page(one, EndForm(formdata=None, closes_at=one.last_day, read_as=one.closes_at.isoformat()))


def _end_page(one: SurveyRound, form: EndForm, *, status: int = 200) -> Response:
    return make_response(
        render_template(
            "surveys/end.html",
            one=one,
            form=form,
            definition=from_document(one.version.definition),
            state=RoundState,
        ),
        status,
    )


@blueprint.post("/befragungen/verwaltung/<public_id>/ende")
def move_end(public_id: str) -> Response:
    """Let the round end on another day."""
    one = _round(public_id)
    form = EndForm()
    if not form.validate():
        return _end_page(one, form, status=422)
    last = form.closes_at.data
    assert last is not None
    try:
        with transaction():
            closes_at = rounds.midnight(last + timedelta(days=1))
            rounds.move_end(one, closes_at, read_as=form.end_read, actor=current_actor())
    except Refusal as refusal:
        form.refuse(refusal)
        if isinstance(refusal, Conflict):
            form.read_as.data = one.closes_at.isoformat()  # sending it again means: mine, knowing the other
        return _end_page(one, form, status=409 if isinstance(refusal, Conflict) else 422)
    flash(_("Die Runde endet am %(day)s.", day=date_long(last)), "ok")
    return _back()


@blueprint.get("/befragungen/verwaltung/<public_id>/verwerfen")
def ask_discard(public_id: str) -> Response:
    """Name what is lost."""
    one = _round(public_id)
    if not permissions.may_discard(current_actor(), one):
        flash(_("Diese Runde hat schon begonnen. Sie lässt sich nur noch beenden."), "warn")
        return _back()
    return make_response(
        render_template("surveys/discard.html", one=one, definition=from_document(one.version.definition))
    )


@blueprint.post("/befragungen/verwaltung/<public_id>/verwerfen")
def discard_round(public_id: str) -> Response:
    """Throw the planned round away."""
    one = _round(public_id)
    with told(_("Die geplante Runde ist verworfen.")):
        rounds.discard(one, actor=current_actor())
    return _back()

"""The departments' own figures: take a template, hand it in filled in, look at it, release it."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _
from wtforms import SelectChoice

from portal.accounts.models import Department
from portal.areas import queries as areas
from portal.core import clock
from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.languages import DEFAULT
from portal.core.permissions import require
from portal.core.refusals import ImportRefused, RefusedCell
from portal.core.seed_words import local
from portal.core.text import one_line, slugify
from portal.core.transaction import transaction
from portal.core.web import attachment, list_arguments
from portal.core.workbooks import XLSX
from portal.files import spool
from portal.indicators import permissions, tasks, words
from portal.indicators.deliveries import comparison, consequences, terms
from portal.indicators.deliveries import pages as import_pages
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.pages import Change
from portal.indicators.forms import HandInForm, TemplateForm
from portal.indicators.imports.periods import Period, read_period
from portal.indicators.models import BatchState
from portal.indicators.own_figures import pages, queries, services
from portal.indicators.own_figures.hints import Visible
from portal.indicators.own_figures.layout import OwnIndicator, Wanted
from portal.indicators.own_figures.receiving import receive
from portal.indicators.own_figures.template import template
from portal.indicators.parameters import parameters
from portal.indicators.views.frame import blueprint

MOST_PERIODS, MOST_COLUMNS = 12, 120


@blueprint.route("/eigene-zahlen", methods=["GET", "POST"])
def own_figures() -> ResponseReturnValue:
    """What the department delivers, the template, the upload and everything handed in so far."""
    actor = current_actor()
    require(permissions.may_see_imports(actor))
    form = HandInForm()
    chosen = queries.department(form.department.data or request.args.get("fachbereich"), actor=actor)
    refused: Sequence[RefusedCell] = ()
    if request.method == "POST":
        require(chosen is not None and permissions.may_hand_in(actor, chosen.id))
    if chosen is not None and form.validate_on_submit():
        try:
            public_id = _hand_in(form, chosen, actor)
        except ImportRefused as refusal:
            refused = refusal.refusals
            form.refuse(Refusal(_("Die Vorlage wurde nicht angenommen. Es hat sich nichts geändert."), field="file"))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for("indicators.own_delivery", public_id=public_id))
    return _page(actor, chosen, form, refused=refused), 422 if form.errors else 200


@blueprint.get("/eigene-zahlen/vorlage")
def own_template() -> ResponseReturnValue:
    """The template for chosen indicators and periods as a workbook; the page again where the choice does not fit."""
    actor = current_actor()
    require(permissions.may_see_imports(actor))
    chosen = queries.department(request.args.get("fachbereich"), actor=actor)
    require(chosen is not None and permissions.may_hand_in(actor, chosen.id))
    assert chosen is not None
    own = queries.own_indicators(chosen.id)
    form = _template_form(own)
    if not form.validate():
        return _page(actor, chosen, HandInForm(formdata=None), template_form=form), 422
    try:
        wanted = _wanted(chosen, [one for one in own if one.key in form.indicators.data], form)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(actor, chosen, HandInForm(formdata=None), template_form=form), 422
    present = pages.present(wanted, _prefilled(wanted, chosen, actor)) if form.prefilled.data else {}
    with force_locale(DEFAULT):
        content = template(wanted, present)
    name = f"eigene-zahlen-{slugify(chosen.name)}-{clock.today().isoformat()}.xlsx"
    return attachment(content, name=name, media_type=XLSX)


@blueprint.get("/eigene-zahlen/<public_id>")
def own_delivery(public_id: str) -> ResponseReturnValue:
    """One delivery: every value beside the one before, what was noticed, and its release."""
    actor = current_actor()
    found = queries.delivery(public_id, actor=actor)
    departments = comparison.departments_of(found)
    return render_template(
        "indicators/own_delivery.html",
        batch=found,
        page=pages.delivery_page(found, list_arguments(), path=url_for("indicators.own_delivery", public_id=public_id)),
        events=import_pages.event_rows(found),
        may_release=permissions.may_take_over(actor, departments, is_own=True),
        may_discard=permissions.may_discard(actor, found.created_by),
        states=BatchState,
        words=words,
        kinds=Change,
        panels=consequences.of(found, actor=actor),
        sources=terms.named(found),
    )


@blueprint.post("/eigene-zahlen/<public_id>/freigeben")
def release_own(public_id: str) -> ResponseReturnValue:
    """Make the values visible; if others were quicker, the preview is shown again."""
    actor = current_actor()
    found = queries.delivery(public_id, actor=actor)
    try:
        with consequences.noted(found), transaction():
            import_services.take_over(found, actor=actor)
    except Conflict as conflict:
        tasks.compare_anew(found)
        flash(str(conflict.message), "warn")
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("Die Zahlen sind freigegeben und ab jetzt zu sehen."), "ok")
    return redirect(url_for("indicators.own_delivery", public_id=public_id))


def _prefilled(wanted: Wanted, chosen: Department, actor: Actor) -> Visible:
    """What is visible now; whole for those who supplied it, for others without what pages hide."""
    visible = queries.visible(wanted.indicators)
    if permissions.may_see_own_secrets(actor, chosen.id):
        return visible
    return queries.shown(visible, wanted.indicators)


def _hand_in(form: HandInForm, chosen: Department, actor: Actor) -> str:
    """Read the file outside of any transaction, keep it in one; the public id of the delivery."""
    expected = queries.expected(chosen)
    path = spool.path_of(spool.keep(form.file.data.stream))
    try:
        read = receive(path, expected)
        digest = tasks.digest(path)
    finally:
        path.unlink(missing_ok=True)
    visible = queries.visible(list(expected.indicators.values()))
    with transaction():
        batch = services.hand_in(
            read,
            expected,
            visible,
            department=chosen,
            file_name=one_line(form.file.data.filename or "") or _("ohne Namen"),
            sha256=digest,
            basis=form.basis.data or "",
            actor=actor,
        )
        return batch.public_id


def _template_form(own: Sequence[OwnIndicator]) -> TemplateForm:
    form = TemplateForm(formdata=request.args if "zeitraum" in request.args else None)
    form.indicators.choices = [SelectChoice(one.key, local(one.name)) for one in own]
    if "zeitraum" not in request.args:
        form.indicators.data = [one.key for one in own]
        form.periods.data = queries.next_periods(queries.newest_periods(own), clock.today())
    return form


def _wanted(chosen: Department, own: Sequence[OwnIndicator], form: TemplateForm) -> Wanted:
    if not own:
        raise Refusal(_("Bitte wählen Sie mindestens eine Kennzahl."), field="indicators")
    composition = areas.composition_of(areas.own_county())
    periods = _periods(form.periods.data or "")
    if len(periods) * len(own) > MOST_COLUMNS:
        reason = _("Das werden zu viele Spalten. Bitte wählen Sie weniger Kennzahlen oder Zeiträume.")
        raise Refusal(reason, field="periods")
    return Wanted(
        department=chosen.name,
        indicators=own,
        periods=periods,
        rows=queries.rows_of_template(composition, with_county=form.with_county.data),
        smallest=parameters().smallest_count,
        made_on=clock.today(),
    )


def _periods(text: str) -> list[Period]:
    found: dict[str, Period] = {}
    for part in text.replace(";", ",").split(","):
        if part.strip():
            period = read_period(part.strip())
            if period is None:
                known = _("Möglich sind 2025, 2025-06, 31.12.2025 oder 2024/25.")
                raise Refusal(_("„%(text)s“ ist kein Zeitraum.", text=part.strip()) + " " + known, field="periods")
            found[period.text] = period
    if not 1 <= len(found) <= MOST_PERIODS:
        raise Refusal(_("Möglich sind 1 bis %(most)s Zeiträume.", most=MOST_PERIODS), field="periods")
    return list(found.values())


def _page(
    actor: Actor,
    chosen: Department | None,
    form: HandInForm,
    *,
    template_form: TemplateForm | None = None,
    refused: Sequence[RefusedCell] = (),
) -> str:
    if request.args.get("fachbereich") and chosen is None and permissions.may_keep_any(actor):
        raise NotFound
    own = [] if chosen is None else queries.own_indicators(chosen.id)
    form.department.data = "" if chosen is None else chosen.public_id
    return render_template(
        "indicators/own_figures.html",
        chosen=chosen,
        departments=queries.departments() if permissions.may_keep_any(actor) else [],
        own=own,
        newest=queries.newest_periods(own),
        may_hand_in=chosen is not None and permissions.may_hand_in(actor, chosen.id),
        may_see_all=permissions.may_keep_any(actor),
        template_form=template_form or _template_form(own),
        form=form,
        refused=refused,
        listing=queries.deliveries(
            list_arguments(), chosen=_narrowed(actor, chosen), actor=actor, path=url_for("indicators.own_figures")
        ),
        today=clock.today(),
        words=words,
    )


def _narrowed(actor: Actor, chosen: Department | None) -> Department | None:
    """Those who keep everything see all deliveries until they choose a department."""
    if permissions.may_keep_any(actor) and "fachbereich" not in request.values:
        return None
    return chosen

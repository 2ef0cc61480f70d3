"""Word templates: take the one in use, put another in its place, go back."""

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.config import Config
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import attachment
from portal.evidence import queries as evidence
from portal.files.signatures import DOCX
from portal.reports import gathering, permissions, services, template_trial
from portal.reports.content import Audience, Report
from portal.reports.forms import TemplateForm
from portal.reports.models import ReportKind
from portal.reports.views.frame import blueprint


@blueprint.get("/berichte/vorlagen/<kind>.docx")
def template_file(kind: str) -> ResponseReturnValue:
    """The template in use, to be changed in a word processor."""
    require(permissions.may_make_papers(current_actor()))
    found = _kind(kind)
    return attachment(services.content(found), name=f"vorlage-{found.value}.docx", media_type=DOCX)


@blueprint.route("/berichte/vorlagen/<kind>", methods=["GET", "POST"])
def template(kind: str) -> ResponseReturnValue:
    """Put another template in its place; one that cannot be filled is refused."""
    actor, found, form = current_actor(), _kind(kind), TemplateForm()
    require(permissions.may_change_templates(actor))
    if form.validate_on_submit():
        given = form.file.data
        try:
            content = services.read_template(given.stream, name=given.filename or "")
            tried = template_trial.try_out(content, _sample())
            with transaction():
                services.replace(found, tried, name=given.filename or "", actor=actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Die neue Vorlage gilt ab jetzt."), "ok")
            return redirect(url_for("reports.overview"))
    page = render_template("reports/template.html", form=form, kind=found, chosen=services.chosen(found))
    return page, 422 if form.errors else 200


@blueprint.post("/berichte/vorlagen/<kind>/zuruecksetzen")
def reset_template(kind: str) -> ResponseReturnValue:
    """Use the shipped template again."""
    found = _kind(kind)
    with transaction():
        services.reset(found, actor=current_actor())
    flash(_("Die mitgelieferte Vorlage gilt wieder."), "ok")
    return redirect(url_for("reports.overview"))


def _kind(value: str) -> ReportKind:
    try:
        return ReportKind(value)
    except ValueError:
        raise NotFound from None


def _sample() -> Report:
    """A real report to try a template with."""
    config: Config = current_app.config["PORTAL"]
    return gathering.committee_paper(
        evidence.period(None),
        Audience.INTERNAL,
        actor=current_actor(),
        base_url=config.base_url,
        is_demo=config.demo,
    )

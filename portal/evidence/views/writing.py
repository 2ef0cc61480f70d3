"""Adopting a proposal or changing it with reasons."""

from datetime import timedelta

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.evidence import (
    adoption,
    finding_queries,
    freezing,
    permissions,
    queries,
    resources,
    source_refs,
    text_numbers,
    words,
)
from portal.evidence.adoption import Alternative, Draft
from portal.evidence.forms import AdoptForm
from portal.evidence.matrix import Matrix, TopicRef
from portal.evidence.models import Assessment, Finding
from portal.evidence.rule import Proposal
from portal.evidence.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.planning.models import PlanningPeriod
from portal.stakeholders.models import Organisation

_NEXT_STEP_DAYS = 90


@blueprint.route("/befunde/<area_slug>/<topic_key>/uebernehmen", methods=["GET", "POST"])
def adopt(area_slug: str, topic_key: str) -> Response:
    """Prefilled with sentences from the sources, or with the version before as long as its proposal holds."""
    actor = current_actor()
    require(permissions.may_adopt(actor))
    period = queries.period(request.args.get("periode"))
    found = queries.matrix(actor, period)
    area, topic = queries.area_by_slug(found, area_slug), queries.topic_by_key(found, topic_key)
    proposal = found.proposal(area.id, topic.key)
    finding = finding_queries.of_cell(actor, area_id=area.id, topic_id=topic.id, period_id=period.id)
    organisations = {one.public_id: one for one in finding_queries.responsible_choices()}
    place = (area, topic, period)
    form = AdoptForm() if request.method == "POST" else _prefilled(finding, proposal, place)
    form.offer_costs()
    form.adopted.choices = Assessment.choices()
    form.responsible.choices = [("", _("niemand")), *((key, one.name) for key, one in organisations.items())]
    back = url_for("evidence.cell", area_slug=area.slug, topic_key=topic.key, periode=request.args.get("periode"))
    theirs = None
    if request.method != "POST":
        form.edition.data = "" if finding is None else str(finding.edition)
        form.proposal.data = freezing.fingerprint(proposal)
    elif form.validate():
        try:
            if form.proposal.data != freezing.fingerprint(proposal):
                form.proposal.data = freezing.fingerprint(proposal)
                raise Conflict(
                    _("Der Vorschlag hat sich geändert, während Sie geschrieben haben. Bitte prüfen Sie ihn.")
                )
            _save(form, proposal, found, place, organisations)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = finding_queries.of_cell(actor, area_id=area.id, topic_id=topic.id, period_id=period.id)
            form.edition.data = "" if theirs is None else str(theirs.edition)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Der Befund ist übernommen. Jetzt zeichnet eine zweite Person mit."), "ok")
            _name_numbers_without_source(form, proposal, area)
            return redirect(back)
    page = render_template(
        "evidence/adopt.html",
        form=form,
        area=area,
        topic=topic,
        period=period,
        proposal=proposal,
        before=None
        if finding is None or not freezing.has_changed(finding.latest.proposal, proposal)
        else finding.latest,
        theirs=theirs,
        words=words,
        back=back,
    )
    return make_response(page, 422 if form.errors else 200)


def _prefilled(
    finding: Finding | None, proposal: Proposal, place: tuple[AreaRef, TopicRef, PlanningPeriod]
) -> AdoptForm:
    actor, (area, topic, period) = current_actor(), place
    figures = indicators.county_figures(actor)
    drafted = {"said": words.said(proposal), "figures_show": words.shown(proposal, figures, area.id)}
    if finding is not None:
        before = finding.latest
        is_open = before.due_on is not None and before.due_on >= clock.today()
        # What was concluded from another proposal is for reading; nobody takes it over without looking.
        concluded = (
            {**drafted, "adopted": None, "reason": ""}
            if freezing.has_changed(before.proposal, proposal)
            else {
                "said": before.said,
                "figures_show": before.figures_show,
                "adopted": before.adopted.value,
                "reason": before.reason,
            }
        )
        return AdoptForm(
            data={
                **concluded,
                "resources": before.resources,
                "recommendation": before.recommendation,
                "alternatives": before.alternatives,
                "next_step": before.next_step,
                "responsible": "" if before.responsible is None else before.responsible.public_id,
                "due_on": before.due_on if is_open else None,
                "product": before.product,
                "budget_year": before.budget_year,
            }
        )
    there = resources.of_area(area.id, actor, period, figures.composition, topic=topic.key)
    return AdoptForm(
        data={
            "adopted": proposal.assessment.value,
            **drafted,
            "resources": resources.as_draft(there),
            "due_on": clock.today() + timedelta(days=_NEXT_STEP_DAYS),
        }
    )


def _save(
    form: AdoptForm,
    proposal: Proposal,
    found: Matrix,
    place: tuple[AreaRef, TopicRef, PlanningPeriod],
    organisations: dict[str, Organisation],
) -> None:
    area, topic, period = place
    edition = form.edition.data or ""
    has_step = bool(form.next_step.data)
    with transaction():
        rows = finding_queries.row(area.id, topic.id, period.id)
        adoption.adopt(
            rows,
            Draft(
                adopted=Assessment(form.adopted.data),
                said=form.said.data or "",
                figures_show=form.figures_show.data or "",
                reason=form.reason.data or "",
                resources=form.resources.data or "",
                recommendation=form.recommendation.data or "",
                alternatives=_alternatives(form),
                next_step=form.next_step.data or "",
                responsible=organisations.get(form.responsible.data) if has_step else None,
                due_on=form.due_on.data if has_step else None,
                product=form.product.data or "",
                budget_year=form.budget_year.data,
                sources=source_refs.source_refs(proposal),
            ),
            proposal=proposal,
            limits=found.limits,
            edition=int(edition) if edition.isascii() and edition.isdigit() else None,
            actor=current_actor(),
        )


def _name_numbers_without_source(form: AdoptForm, proposal: Proposal, area: AreaRef) -> None:
    """Whoever reads a paper asks where a number is from; better the one who wrote it is asked first."""
    texts = [field.data or "" for field in (form.said, form.figures_show, form.reason, form.recommendation)]
    figures = indicators.county_figures(current_actor())
    known = text_numbers.known_numbers("\n".join(texts), proposal, figures, area.id)
    drafted = f"{words.said(proposal)}\n{words.shown(proposal, figures, area.id)}"
    missing = text_numbers.without_source(texts, known, drafted=drafted)
    if missing:
        flash(
            _(
                "Diese Zahlen stehen in keinem Beleg: %(numbers)s. Bitte nennen Sie im Text, woher sie kommen.",
                numbers="; ".join(missing),
            ),
            "warn",
        )


def _alternatives(form: AdoptForm) -> list[Alternative]:
    return [
        Alternative(
            text=row["text"] or "",
            cost_class=row["cost_class"] or "",
            effect=row["effect"] or "",
            side_effects=row["side_effects"] or "",
        )
        for row in form.alternatives.data
        if row["text"] or row["effect"] or row["side_effects"] or row["cost_class"]
    ]

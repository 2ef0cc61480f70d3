"""Adopting a proposal or changing it with reasons."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, current_actor
from portal.core.errors import Conflict, Refusal, together
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.evidence import adoption, finding_queries, permissions, queries, resources, words
from portal.evidence.adoption import Alternative, Draft
from portal.evidence.forms import AdoptForm
from portal.evidence.matrix import Matrix, TopicRef
from portal.evidence.models import Assessment, Finding, FindingVersion
from portal.evidence.rules import freezing
from portal.evidence.rules.rule import Proposal
from portal.evidence.sources import refs as source_refs
from portal.evidence.texts import former_figures
from portal.evidence.texts import numbers as text_numbers
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.numbers import OriginKind
from portal.evidence.texts.sources import TextSource
from portal.evidence.versions import evidence as version_evidence
from portal.evidence.versions.evidence import VersionFigures
from portal.evidence.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.indicators.catalogue import reference_queries
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
    doubts = _Doubts(unsourced=[], former=[], internal=[])
    form.offer_costs()
    form.adopted.choices = Assessment.choices()
    form.responsible.choices = [("", _("niemand")), *((key, one.name) for key, one in organisations.items())]
    back = url_for("evidence.cell", area_slug=area.slug, topic_key=topic.key, periode=request.args.get("periode"))
    theirs = None
    if request.method != "POST":
        form.edition.data = "" if finding is None else str(finding.edition)
        form.proposal.data = freezing.fingerprint(proposal)
        doubts = _doubts(form, proposal, place)
        form.ask_for_sources([*doubts.unsourced, *doubts.internal])
    elif "more" in request.form:
        form.ask_for_sources(())
    elif not form.validate():
        doubts, draft = _doubts(form, proposal, place), _whole(form, proposal, organisations)
        form.refuse_further(*_rules(form, doubts, draft))
    else:
        doubts, draft = _doubts(form, proposal, place), _whole(form, proposal, organisations)
        try:
            if form.proposal.data != freezing.fingerprint(proposal):
                form.proposal.data = freezing.fingerprint(proposal)
                raise Conflict(
                    _("Der Vorschlag hat sich geändert, während Sie geschrieben haben. Bitte prüfen Sie ihn.")
                )
            together(*_rules(form, doubts, draft))
            _save(form, draft, proposal, found, place)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = finding_queries.of_cell(actor, area_id=area.id, topic_id=topic.id, period_id=period.id)
            form.edition.data = "" if theirs is None else str(theirs.edition)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Der Befund ist übernommen. Jetzt zeichnet eine zweite Person mit."), "ok")
            if doubts.unsourced:
                numbers = "; ".join(doubts.unsourced)
                flash(_("Diese Zahlen stehen ohne Quelle da: %(numbers)s.", numbers=numbers), "warn")
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
        doubts=doubts,
        words=words,
        back=back,
    )
    return make_response(page, 422 if form.errors else 200)


def _prefilled(
    finding: Finding | None, proposal: Proposal, place: tuple[AreaRef, TopicRef, PlanningPeriod]
) -> AdoptForm:
    actor, (area, topic, period) = current_actor(), place
    figures = indicators.county_figures(actor)
    public = indicators.county_figures(ANONYMOUS)
    drafted = {"said": words.said(proposal), "figures_show": words.shown(proposal, public, area.id)}
    if finding is not None:
        before = finding.latest
        is_open = before.due_on is not None and before.due_on >= clock.today()
        # What was concluded from another proposal is for reading; nobody takes it over without looking.
        concluded = (
            {**drafted, "title": "", "adopted": None, "reason": ""}
            if freezing.has_changed(before.proposal, proposal)
            else {
                "title": before.title,
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
                "text_sources": _kept_sources(before),
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
    draft: Draft,
    proposal: Proposal,
    found: Matrix,
    place: tuple[AreaRef, TopicRef, PlanningPeriod],
) -> None:
    area, topic, period = place
    edition = form.edition.data or ""
    with transaction():
        rows = finding_queries.row(area.id, topic.id, period.id)
        adoption.adopt(
            rows,
            draft,
            proposal=proposal,
            limits=found.limits,
            edition=int(edition) if edition.isascii() and edition.isdigit() else None,
            actor=current_actor(),
        )


def _whole(form: AdoptForm, proposal: Proposal, organisations: dict[str, Organisation]) -> Draft:
    """Everything that is adopted: what was written, who is to do the next step until when, and the sources."""
    has_step = bool(form.next_step.data)
    return replace(
        _draft(form),
        responsible=organisations.get(form.responsible.data) if has_step else None,
        due_on=form.due_on.data if has_step else None,
        sources=source_refs.source_refs(proposal),
    )


def _draft(form: AdoptForm) -> Draft:
    """What was written, without who is to do it until when."""
    return Draft(
        adopted=Assessment(form.adopted.data) if form.adopted.data in list(Assessment) else Assessment.NO_DATA,
        title=form.title.data or "",
        said=form.said.data or "",
        figures_show=form.figures_show.data or "",
        reason=form.reason.data or "",
        resources=form.resources.data or "",
        recommendation=form.recommendation.data or "",
        alternatives=_alternatives(form),
        next_step=form.next_step.data or "",
        product=form.product.data or "",
        budget_year=form.budget_year.data,
        text_sources=_text_sources(form),
    )


@dataclass(frozen=True, kw_only=True)
class _Doubts:
    """Numbers of a draft without a source of today, those among them that an earlier delivery explains (with what
    stands there now), and those of indicators that only the county's staff see."""

    unsourced: list[str]
    former: list[str]
    internal: list[str]


def _doubts(form: AdoptForm, proposal: Proposal, place: tuple[AreaRef, TopicRef, PlanningPeriod]) -> _Doubts:
    """Whoever reads a paper asks where its numbers are from; what is not public must not get there."""
    area, topic, period = place
    finding = finding_queries.of_cell(current_actor(), area_id=area.id, topic_id=topic.id, period_id=period.id)
    before = None if finding is None else finding.latest
    written, entries = adoption.written(_draft(form)), _text_sources(form)
    figures = indicators.county_figures(SYSTEM)
    basis = VersionFigures(now=figures) if before is None else version_evidence.figures_of(before, figures, area.id)
    numbers = text_numbers.text_numbers(
        written,
        proposal,
        basis,
        area.id,
        topic=topic.key,
        compared=reference_queries.present(),
        entries=entries,
        is_draft=True,
    )
    named = [row.form.words.data for row in form.text_sources if row.form.words.data and not row.form.source.data]
    former = numbers.of_kind(written, OriginKind.FORMER)
    found = [
        *numbers.without_source(written),
        *former,
        *(one for one in named if any(text_sources.places(one, text) for text in written)),
    ]
    return _Doubts(
        unsourced=list(dict.fromkeys(found)),
        former=[] if before is None else former_figures.lines(former, before, basis, area.id),
        internal=list(numbers.of_kind(written, OriginKind.INTERNAL)),
    )


def _rules(form: AdoptForm, doubts: _Doubts, draft: Draft) -> tuple[Callable[[], object], ...]:
    """Everything that may speak against what was written."""
    return (
        lambda: _refuse_internal(doubts.internal),
        lambda: _ask_back(form, doubts.unsourced),
        lambda: adoption.check(draft),
    )


def _refuse_internal(internal: Sequence[str]) -> None:
    if internal:
        raise Refusal(
            _(
                "Diese Zahlen stehen in Kennzahlen, die nur die Kreisverwaltung sieht: %(numbers)s. Befunde werden "
                "veröffentlicht. Bitte nehmen Sie die Zahlen heraus, oder nennen Sie eine öffentliche Quelle.",
                numbers="; ".join(internal),
            ),
            field=text_sources.FIELD,
        )


def _ask_back(form: AdoptForm, unsourced: list[str]) -> None:
    if unsourced and not form.unsourced.data:
        form.ask_for_sources(unsourced)
        raise Refusal(
            _(
                "Für diese Zahlen fehlt eine Quelle: %(numbers)s. Bitte nennen Sie die Quelle, oder bestätigen Sie "
                "unter den Zeilen, dass sie ohne Quelle bleiben.",
                numbers="; ".join(unsourced),
            ),
            field=text_sources.FIELD,
        )


def _kept_sources(version: FindingVersion) -> list[dict[str, Any]]:
    """The entries of a version as rows of the form."""
    return [
        {**asdict(one), "day": date.fromisoformat(one.day) if one.day else None} for one in text_sources.of(version)
    ]


def _text_sources(form: AdoptForm) -> list[TextSource]:
    """What was filled in; a row that has nothing but its number still waits for the source."""
    return [
        TextSource(
            words=row["words"] or "",
            source=row["source"] or "",
            url=row["url"] or "",
            day="" if row["day"] is None else row["day"].isoformat(),
        )
        for row in form.text_sources.data
        if row["source"] or row["url"] or row["day"]
    ]


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

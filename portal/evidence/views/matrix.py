"""The matrix and its cells, for everybody.

What everybody sees: the proposals of the rule, computed from public figures and from voices counted together, and
of findings the version published last with what municipalities and bodies said to it. Findings under way, and
proposals that rest on internal figures, are for the county's staff; names of organisations stand only where their
statement is public.
"""

from collections.abc import Mapping, Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.actor import SYSTEM, current_actor
from portal.core.web import attachment, list_arguments
from portal.core.workbooks import XLSX
from portal.evidence import (
    changes,
    disagreements,
    exports,
    finding_queries,
    history,
    pages,
    permissions,
    publication,
    queries,
    readable,
    reopening,
    resources,
    words,
)
from portal.evidence.costs import COSTS
from portal.evidence.hearings import queries as hearing_queries
from portal.evidence.matrix import TopicRef
from portal.evidence.models import Assessment, FindingState, FindingVersion
from portal.evidence.rules import freezing, reasons
from portal.evidence.rules import pages as rule_pages
from portal.evidence.rules import versions as rule_versions
from portal.evidence.rules.rule import Proposal
from portal.evidence.sources import cells as cell_sources
from portal.evidence.texts import former_figures
from portal.evidence.texts import numbers as text_numbers
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.numbers import OriginKind, SourcedTexts, TextNumbers
from portal.evidence.versions import evidence as version_evidence
from portal.evidence.versions import pages as version_pages
from portal.evidence.versions.evidence import VersionFigures
from portal.evidence.views.frame import blueprint, nothing_yet
from portal.indicators import pages as indicator_pages
from portal.indicators import queries as indicators
from portal.indicators import words as figure_words
from portal.indicators.catalogue import reference_queries
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.pages import AreaRow
from portal.planning import queries as planning
from portal.settings.page_cache import cached_page


@blueprint.get("/befunde")
@cached_page(queries.VERSION, *queries.VERSIONS)
def matrix() -> ResponseReturnValue:
    """Planning areas across, topics down; `?format=csv` and `xlsx` hand out what the filter leaves."""
    actor = current_actor()
    arguments = list_arguments()
    period = queries.period_if_any(arguments.get("periode"))
    figures = indicators.county_figures(actor)
    if period is None or not figures.composition.planning_areas:
        return nothing_yet(
            _("Stimmen und Zahlen im Vergleich"),
            period_missing=period is None,
            areas_missing=not figures.composition.planning_areas,
            frame="layout/public.html",
        )
    found = queries.matrix(actor, period)
    is_staff = permissions.may_see_unpublished(actor)
    figures = indicators.county_figures(actor)
    example = figures.composition.is_example(figures.composition.county.id)
    chosen = pages.choice(found, arguments, period=arguments.get("periode", ""))
    page = pages.matrix_page(
        found,
        queries.standings(period, actor),
        chosen,
        figures=figures,
        is_staff=is_staff,
    )
    if arguments.get("format") == "csv":
        return attachment(
            exports.as_csv(page, found, example=example), name="befunde.csv", media_type="text/csv; charset=utf-8"
        )
    if arguments.get("format") == "xlsx":
        return attachment(exports.as_xlsx(page, found, example=example), name="befunde.xlsx", media_type=XLSX)
    return render_template(
        "evidence/matrix.html",
        found=found,
        page=page,
        example=example,
        periods=planning.periods(),
        period=period,
        legend=pages.legend(),
        assessments=[(member.value, words.SHORT[member]) for member in Assessment],
        downloads=[(label, _with_format(request.full_path, suffix)) for label, suffix in _FILES],
    )


def _drawn(one: IndicatorFigures, figures: CountyFigures, area: AreaRef) -> AreaRow | None:
    """The area's row of the indicator with its spread; None where no planning area has a value."""
    return next((row for row in indicator_pages.area_rows(one, figures) if row.area.id == area.id), None)


# Beside the table on the page.
_FILES = (("CSV", "csv"), ("Excel", "xlsx"))


def _with_format(address: str, suffix: str) -> str:
    return address.rstrip("?&") + ("&" if "?" in address.rstrip("?") else "?") + f"format={suffix}"


def _numbers(
    version: FindingVersion,
    proposal: Proposal,
    basis: VersionFigures,
    place: tuple[AreaRef, TopicRef],
    compared: Mapping[int, Sequence[IndicatorReference]],
) -> TextNumbers:
    """Where the numbers in the texts of a version can be from."""
    return text_numbers.text_numbers(
        text_sources.of_version(version),
        version_evidence.voices_then(version, proposal),
        basis,
        place[0].id,
        topic=place[1].key,
        compared=compared,
        entries=text_sources.of(version),
    )


@blueprint.get("/befunde/<area_slug>/<topic_key>")
@cached_page(queries.VERSION, *queries.VERSIONS)
def cell(area_slug: str, topic_key: str) -> ResponseReturnValue:
    """Both sides with their sources, the rule with its numbers, and the finding as far as the reader may see it."""
    actor = current_actor()
    period = queries.period(request.args.get("periode"))
    found = queries.matrix(actor, period)
    area, topic = queries.area_by_slug(found, area_slug), queries.topic_by_key(found, topic_key)
    proposal = found.proposal(area.id, topic.key)
    finding = finding_queries.of_cell(actor, area_id=area.id, topic_id=topic.id, period_id=period.id)
    is_staff = permissions.may_see_unpublished(actor)
    version = None if finding is None else readable.version_for(actor, finding)
    is_open_again = finding is not None and finding.state is FindingState.REOPENED
    figures = indicators.county_figures(actor)
    shown = [one for key in proposal.figures.used if (one := figures.find(key.key)) is not None]
    beside = [one for key in proposal.figures.side_notes if (one := figures.find(key.key)) is not None]
    compared = reference_queries.present()
    hearings = [] if finding is None else readable.hearings_for(actor, finding)
    silent = [one.municipality for one in hearings if not one.statement]
    numbers, rests_on = None, None
    if version is not None:
        everything = indicators.county_figures(SYSTEM)
        basis = version_evidence.figures_of(version, everything, area.id)
        numbers = _numbers(version, proposal, basis, (area, topic), compared)
        today = [one.indicator.key for one in (*shown, *beside)]
        rests_on = version_pages.rests_on(version, basis, figures, area.id, today=today)
    written = [] if version is None else text_sources.of_version(version)
    former = {} if numbers is None else numbers.of_kind(written, OriginKind.FORMER)
    reason = reasons.reason(proposal)
    is_heard = is_staff and finding is not None and finding.state is FindingState.HEARING
    return render_template(
        "evidence/cell.html",
        area=area,
        topic=topic,
        found=found,
        period=period,
        asked_period=request.args.get("periode"),
        proposal=proposal,
        reason=reason,
        sources=cell_sources.cell_sources(proposal, area, actor, confidence=found.limits.confidence),
        resources=resources.of_area(area.id, actor, period, figures.composition, topic=topic.key),
        why=disagreements.explained(
            proposal,
            concluded=version.adopted if version is not None and is_open_again else None,
            published_at=None if version is None else version.published_at,
        ),
        rules=cell_sources.rules(proposal, found.limits),
        indicator_rules=[
            (one.indicator, words.indicator_rules(one, area.id) + words.reference_rules(one, area.id, compared))
            for one in shown
        ]
        + [(one.indicator, apart) for one in beside if (apart := words.reference_rules(one, area.id, compared))],
        shown=[(one, _drawn(one, figures, area)) for one in shown],
        beside=beside,
        example=figures.composition.is_example(area.id),
        finding=finding,
        standing="" if finding is None else readable.standing_for(actor, finding.state),
        version=version,
        hearings=hearings,
        statements=hearing_queries.statements(hearings),
        dissents=[] if finding is None else readable.dissents_for(actor, finding),
        readable=readable,
        unreached=hearing_queries.unreached(silent, clock.today()) if is_heard and silent else [],
        not_reached=[one.municipality.name for one in hearings if is_heard and not one.is_reached],
        silence=[] if finding is None else readable.silence(finding, hearings),
        rule_named=rule_pages.named(rule_versions.shown()),
        then=None if version is None else rule_pages.then(version, figures, area.id),
        rule_pages=rule_pages,
        moments=[] if finding is None else history.course(finding, actor),
        why_open=reopening.present_reason(finding, proposal, found.limits, is_staff=is_staff)
        if finding is not None and is_open_again
        else "",
        what_changed=[]
        if finding is None
        else changes.lines({finding.id: reopening.present_change(finding, proposal, found.limits)}, actor).get(
            finding.id, []
        ),
        changed=version is not None and version.adopted is not version.proposed,
        proposed_then=reason
        if version is None or not freezing.has_changed(version.proposal, proposal)
        else version.proposed.label,
        rests_on=rests_on,
        words=words,
        figure_words=figure_words,
        costs=COSTS,
        sourced=None
        if numbers is None
        else SourcedTexts(numbers=numbers, withheld="" if is_staff else _("[Zahl nicht öffentlich]")),
        unsourced=[] if numbers is None or not is_staff else numbers.without_source(written),
        former=[] if version is None or rests_on is None else former_figures.lines(former, version, basis, area.id),
        internal=list(numbers.of_kind(written, OriginKind.INTERNAL)) if numbers is not None and is_staff else [],
        signs=(words.VOICES_SIGN[proposal.voices.axis], words.FIGURES_SIGN[proposal.figures.signal]),
        head_signs=(words.VOICES_SIGN[proposal.voices.axis], words.FIGURES_SIGN[proposal.figures.signal])
        if version is None or is_open_again
        else version_pages.signs(version),
        today=clock.today(),
        may_adopt=permissions.may_adopt(actor),
        may_cosign=finding is not None
        and finding.state is FindingState.ADOPTED
        and permissions.may_cosign(actor, finding.latest),
        may_publish=finding is not None and publication.may_publish_now(finding),
        may_dissent=permissions.may_dissent(actor),
        may_decide=permissions.may_record_decisions(actor),
        may_reopen=permissions.may_reopen(actor),
        is_staff=is_staff,
        here=url_for("evidence.cell", area_slug=area.slug, topic_key=topic.key, periode=request.args.get("periode")),
    )

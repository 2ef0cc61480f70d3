"""Dossiers for everybody, papers for the county's staff."""

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.config import Config
from portal.core import pdf
from portal.core.actor import ANONYMOUS, current_actor
from portal.core.errors import NotFound
from portal.core.permissions import require
from portal.core.web import attachment
from portal.evidence import queries as evidence
from portal.extensions import limiter
from portal.files.signatures import DOCX, XLSX
from portal.indicators import queries as indicators
from portal.planning import queries as planning
from portal.reports import documents, gathering, permissions, services, word_files, workbook
from portal.reports.content import Audience, Report
from portal.reports.models import ReportKind
from portal.reports.views.frame import blueprint

# Typesetting takes a second of a processor: enough for people, little for a loop.
_OFTEN = "30 per minute"


@blueprint.get("/berichte")
def overview() -> ResponseReturnValue:
    """Every report that can be made, and the templates they are made from; for committees what everybody may read."""
    actor = current_actor()
    require(permissions.may_read_public_papers(actor))
    makes = permissions.may_make_papers(actor)
    return render_template(
        "reports/overview.html",
        areas=indicators.county_figures(actor).composition.planning_areas,
        periods=planning.periods(),
        audiences=list(Audience) if makes else [Audience.PUBLIC],
        kinds=[(kind, services.chosen(kind)) for kind in ReportKind] if makes else [],
        may_change=permissions.may_change_templates(actor),
    )


@blueprint.get("/planungsraeume/<slug>/dossier.pdf")
@limiter.limit(_OFTEN)
def dossier_pdf(slug: str) -> ResponseReturnValue:
    """The dossier to print: PDF/UA-1."""
    report = _dossier(slug)
    return attachment(documents.document(report), name=pdf.file_name(report.title), media_type=pdf.MEDIA_TYPE)


@blueprint.get("/planungsraeume/<slug>/dossier.docx")
@limiter.limit(_OFTEN)
def dossier_word(slug: str) -> ResponseReturnValue:
    """The dossier to go on writing in."""
    return _word(ReportKind.DOSSIER, _dossier(slug))


@blueprint.get("/planungsraeume/<slug>/dossier.xlsx")
@limiter.limit(_OFTEN)
def dossier_workbook(slug: str) -> ResponseReturnValue:
    """All its numbers, with sources."""
    return _workbook(_dossier(slug))


@blueprint.get("/berichte/vorlage.docx")
@limiter.limit(_OFTEN)
def paper_word() -> ResponseReturnValue:
    """The paper for a committee over all planning areas of a period."""
    return _word(ReportKind.COMMITTEE_PAPER, _paper())


@blueprint.get("/berichte/vorlage.pdf")
@limiter.limit(_OFTEN)
def paper_pdf() -> ResponseReturnValue:
    """The same to print."""
    report = _paper()
    return attachment(documents.document(report), name=pdf.file_name(report.title), media_type=pdf.MEDIA_TYPE)


@blueprint.get("/berichte/vorlage.xlsx")
@limiter.limit(_OFTEN)
def paper_workbook() -> ResponseReturnValue:
    """All its numbers, with sources."""
    return _workbook(_paper())


def _dossier(slug: str) -> Report:
    """What everybody may read, whoever asks: a dossier leaves the house."""
    composition = indicators.county_figures(ANONYMOUS).composition
    area = next((one for one in composition.planning_areas if one.slug == slug), None)
    if area is None:
        raise NotFound
    config: Config = current_app.config["PORTAL"]
    period = evidence.period(request.args.get("periode"))
    return gathering.dossier(area, period, base_url=config.base_url, is_demo=config.demo)


def _paper() -> Report:
    """What everybody may read; `?fuer=intern` with findings under way, marked, as staff sees them."""
    actor = current_actor()
    require(permissions.may_read_public_papers(actor))
    try:
        audience = Audience(request.args.get("fuer") or Audience.PUBLIC.value)
    except ValueError:
        raise NotFound from None
    require(audience is Audience.PUBLIC or permissions.may_make_papers(actor))
    config: Config = current_app.config["PORTAL"]
    period = evidence.period(request.args.get("periode"))
    return gathering.committee_paper(period, audience, actor=actor, base_url=config.base_url, is_demo=config.demo)


def _word(kind: ReportKind, report: Report) -> Response:
    content = word_files.fill(services.content(kind), report)
    name = pdf.file_name(report.title).removesuffix(".pdf")
    return attachment(content, name=f"{name}.docx", media_type=DOCX)


def _workbook(report: Report) -> Response:
    name = pdf.file_name(report.title, _("Zahlen")).removesuffix(".pdf")
    return attachment(workbook.workbook(report), name=f"{name}.xlsx", media_type=XLSX)

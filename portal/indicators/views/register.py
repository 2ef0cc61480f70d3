"""The register of the catalogue: the list, one entry with its history."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.core.web import attachment, list_arguments
from portal.core.workbooks import XLSX
from portal.indicators import county_words, natures, permissions, queries, words
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import register as registers
from portal.indicators.catalogue import register_files
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue import words as catalogue_words
from portal.indicators.catalogue.entry import entry_of
from portal.indicators.views.frame import CSV, blueprint
from portal.planning import uses
from portal.planning.uses import Used


@blueprint.get("/kennzahlenregister")
def register() -> ResponseReturnValue:
    """All entries with who delivers them and when: as a list or as a file."""
    actor, path, arguments = current_actor(), url_for("indicators.register"), list_arguments()
    require(permissions.may_see_register(actor))
    figures = queries.county_figures(actor)
    county = figures.composition.county
    wanted = request.args.get("format")
    if wanted in {"csv", "xlsx"}:
        everything = registers.register(arguments, figures, actor=actor, path=path, page_size=None).rows
        if wanted == "csv":
            content, kind = register_files.register_csv(everything, county=county.name), CSV
        else:
            content, kind = register_files.register_xlsx(everything, county=county.name), XLSX
        return attachment(content, name=f"kennzahlenregister.{wanted}", media_type=kind)
    found = registers.register(arguments, figures, actor=actor, path=path)
    found.downloads = [("CSV", found.download_url("csv")), ("Excel", found.download_url("xlsx"))]
    return render_template(
        "indicators/register.html",
        listing=found,
        county=county,
        may_create=permissions.may_create(actor),
        NOBODY=registers.NOBODY,
    )


@blueprint.get("/kennzahlenregister/<key>")
def entry(key: str) -> ResponseReturnValue:
    """One entry: what is fixed, which series feed it, every change."""
    actor = current_actor()
    require(permissions.may_see_register(actor))
    found = queries.find(key, actor=actor)
    names = catalogue_queries.names()
    county = queries.county_figures(actor)
    figures = county.find(key)
    revisions = catalogue_queries.revisions_with_names(found)
    may_keep = permissions.may_keep(actor, found.department_id)
    last = revisions[0][0] if revisions else None
    written = entry_of(found)
    return render_template(
        "indicators/entry.html",
        entry=found,
        facts=catalogue_words.facts(written, names),
        checks=catalogue_checks.checks(written, catalogue_queries.assigned(found), has_parts=found.rate is not None)
        if may_keep
        else [],
        figures=figures if figures is not None and figures.has_values else None,
        county=county.composition.county,
        options=catalogue_queries.options_of([link.series_id for link in found.series_links]),
        revisions=[
            (one, name, catalogue_words.changes(one.changes, names, kind=written.min_difference_kind))
            for one, name in revisions
        ],
        undoable=last if last is not None and last.kind in catalogue_services.UNDOABLE and may_keep else None,
        may_keep=may_keep,
        may_fix=permissions.may_fix_leads(actor),
        may_be_rate=found.rate is not None or natures.holds(found.nature, Aggregation.RATE),
        uses=uses.of(Used.INDICATOR, found.id, actor=actor),
        words=words,
        county_words=county_words,
    )

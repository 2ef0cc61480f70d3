"""Social indices: what they are made of, what each part does, and the classes of municipalities."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.formats import date_long
from portal.core.permissions import require
from portal.core.tables import csv_file
from portal.core.transaction import transaction
from portal.core.web import attachment
from portal.indicators import permissions, queries
from portal.indicators.charts.maps import IndicatorMap, index_map
from portal.indicators.figures import CountyFigures
from portal.indicators.forms import IndexForm
from portal.indicators.social_index import services as index_services
from portal.indicators.social_index.computation import HIGH_CORRELATION, IndexClass, Result
from portal.indicators.social_index.models import SocialIndex
from portal.indicators.social_index.services import Composition
from portal.indicators.views.frame import CSV, blueprint

_WEIGHT = "gewicht-"


@blueprint.get("/sozialindex")
def social_indices() -> ResponseReturnValue:
    """All indices of the county."""
    actor = current_actor()
    found = index_services.indices(actor)
    return render_template("indicators/indices.html", indices=found, may_change=permissions.may_change_indices(actor))


@blueprint.get("/sozialindex/<public_id>")
def social_index(public_id: str) -> ResponseReturnValue:
    """One index: classes, effects of parts and weights, correlations, history; `?format=csv` as a file."""
    actor = current_actor()
    found = index_services.find(public_id, actor=actor)
    figures = queries.county_figures(actor)
    result = index_services.result_of(found.latest, figures)
    if request.args.get("format") == "csv" and result is not None:
        return attachment(_csv(found, result, figures), name="sozialindex.csv", media_type=CSV)
    return render_template(
        "indicators/social_index.html",
        index=found,
        result=result,
        map=None if result is None else _map(found, result, figures),
        places=figures.composition.municipalities,
        composition=figures.composition,
        classes=list(IndexClass),
        people=_people(result, figures),
        high=HIGH_CORRELATION,
        figures=figures,
        may_change=permissions.may_change_indices(actor),
    )


def _map(index: SocialIndex, result: Result, figures: CountyFigures) -> IndicatorMap | None:
    try:
        drawing = areas.map_of(figures.composition.county)
    except NotFound:
        return None
    return index_map(drawing, result, name=index.name, url=lambda place: url_for("home.municipality", slug=place.slug))


@blueprint.route("/sozialindex/neu", methods=["GET", "POST"])
def new_index() -> ResponseReturnValue:
    """Choose indicators and weights for a new index."""
    require(permissions.may_change_indices(current_actor()))
    return _form(None)


@blueprint.route("/sozialindex/<public_id>/bearbeiten", methods=["GET", "POST"])
def edit_index(public_id: str) -> ResponseReturnValue:
    """The same for the next version of an index."""
    actor = current_actor()
    require(permissions.may_change_indices(actor))
    return _form(index_services.find(public_id, actor=actor))


def _form(index: SocialIndex | None) -> ResponseReturnValue:
    actor = current_actor()
    figures = queries.county_figures(actor)
    eligible = index_services.eligible(figures)
    form = IndexForm()
    theirs = None
    typed = {one.indicator.key: "" for one in eligible}
    typed |= {name.removeprefix(_WEIGHT): text for name, text in request.form.items() if name.startswith(_WEIGHT)}
    if request.method != "POST" and index is not None:
        form.name.data, form.rule.data, form.edition.data = index.name, index.latest.missing_rule, str(index.edition)
        typed = {part.indicator.key: f"{part.weight:g}".replace(".", ",") for part in index.latest.parts}
    if form.validate_on_submit():
        try:
            wanted = Composition(
                name=form.name.data or "", weights=_weights(typed), rule=form.chosen_rule, reason=form.reason.data or ""
            )
            with transaction():
                if index is None:
                    saved = index_services.create(wanted, figures, actor=actor)
                else:
                    index_services.change(index, wanted, figures, edition=form.edition_number, actor=actor)
                    saved = index
                address = url_for("indicators.social_index", public_id=saved.public_id)
        except Conflict as conflict:
            form.refuse(conflict)
            if index is not None:
                index = index_services.find(index.public_id, actor=actor)
                form.edition.data = str(index.edition)  # sending it again means: mine, knowing the other
                theirs = index.latest
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Der Index ist gespeichert."), "ok")
            return redirect(address)
    page = render_template(
        "indicators/index_form.html",
        index=index,
        form=form,
        eligible=eligible,
        typed=typed,
        prefix=_WEIGHT,
        theirs=theirs,
    )
    return page, 409 if theirs is not None else 422 if form.errors else 200


def _weights(typed: dict[str, str]) -> dict[str, float]:
    """What stands in the fields; empty and zero mean: not part of the index."""
    found = {}
    for key, text in typed.items():
        try:
            weight = float(text.strip().replace(",", ".") or 0)
        except ValueError as wrong:
            raise Refusal(
                _("„%(text)s“ ist keine Zahl. Gewichte sind Zahlen wie 1 oder 0,5.", text=text[:20])
            ) from wrong
        if weight:
            found[key] = weight
    return found


def _people(result: Result | None, figures: CountyFigures) -> list[tuple[str, dict[IndexClass, float]]]:
    """Where people of each planning area live, by class: classes are never averaged."""
    if result is None:
        return []
    rows = []
    for area in figures.composition.planning_areas:
        counted: dict[IndexClass, float] = {}
        for member in figures.composition.members(area.id):
            if member.id in result.places and member.id in figures.population:
                kind = result.places[member.id].index_class
                counted[kind] = counted.get(kind, 0.0) + figures.population[member.id].persons
        whole = sum(counted.values())
        if whole:
            rows.append((area.name, {kind: 100 * persons / whole for kind, persons in counted.items()}))
    return rows


def _csv(index: SocialIndex, result: Result, figures: CountyFigures) -> bytes:
    head = [_("Schlüssel"), _("Gemeinde"), _("Klasse"), _("Stabil"), _("Wert"), _("Abgedecktes Gewicht")]
    rows: list[list[Any]] = []
    for place in figures.composition.municipalities:
        found = result.places.get(place.id)
        if found is None:
            rows.append([place.key or "", place.name, _("kein Index"), "", None, None])
            continue
        stable = _("ja") if found.stable else _("nein")
        rows.append([place.key or "", place.name, str(found.index_class.label), stable, found.value, found.covered])
    parts = ", ".join(f"{part.indicator.name} ({part.weight:g})" for part in index.latest.parts)
    note = _(
        "%(name)s, Fassung %(number)s: %(parts)s. Arbeitshilfe, keine Rangfolge. Stand %(day)s.",
        name=index.name,
        number=index.latest.number,
        parts=parts,
        day=date_long(clock.today()),
    )
    return csv_file(head, rows, note=note)

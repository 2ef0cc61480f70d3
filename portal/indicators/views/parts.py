"""Numerator and denominator of an entry: chosen from series read in, looked at before saving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.transaction import transaction
from portal.indicators import breakdowns, queries, words
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import parts as catalogue_parts
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue import words as catalogue_words
from portal.indicators.catalogue.checks import Check
from portal.indicators.catalogue.entry import entry_of
from portal.indicators.catalogue.forms import PartsForm, listed
from portal.indicators.catalogue.parts import RateParts
from portal.indicators.catalogue.preview import Preview, preview
from portal.indicators.catalogue.queries import SeriesOptions
from portal.indicators.deliveries import consequences
from portal.indicators.models import ImportBatch, Indicator, Series
from portal.indicators.views.frame import blueprint, kept

_SIDES = (("numerator", "zaehler"), ("denominator", "nenner"))


@dataclass(frozen=True)
class _Chosen:
    """The two series of the form, and what can be chosen of each (both by public id)."""

    series: Mapping[str, Series]
    options: Mapping[str, SeriesOptions]


@blueprint.route("/kennzahlenregister/<key>/zaehler-und-nenner", methods=["GET", "POST"])
def rate_parts(key: str) -> ResponseReturnValue:
    """Choose the two series, their breakdown, period and factor; look at the values before saving."""
    actor = current_actor()
    found = kept(key, actor)
    form = PartsForm()
    shown, doubts, theirs, status = None, list[Check](), list[catalogue_words.ChangeWords](), 200
    if request.method != "POST":
        form.fill(catalogue_parts.parts_of(found))
        form.edition.data = str(found.edition)
    elif _is_choosing():
        _choose(form)
    elif form.validate():
        try:
            if "vorschau" in request.form:
                shown, doubts = _looked_at(found, form.parts())
            else:
                _save(found, form, actor)
                return redirect(url_for("indicators.entry", key=key))
        except Conflict as conflict:
            form.refuse(conflict)
            found = queries.find(key, actor=actor)
            form.edition.data = str(found.edition)  # sending it again means: mine, knowing the other
            theirs, status = _both(found, form), 409
        except Refusal as refusal:
            form.refuse(refusal)
    found = queries.find(key, actor=actor)
    chosen = _offer(form)
    search = form.search.data or ""
    page = render_template(
        "indicators/parts.html",
        entry=found,
        form=form,
        sides=[(side, button, chosen.series.get(form[side].data or "")) for side, button in _SIDES],
        search=search,
        found=catalogue_queries.series_like(search) if search else [],
        theirs=theirs,
        preview=shown,
        doubts=doubts,
        becomes_rate=entry_of(found) != catalogue_parts.as_rate(entry_of(found)),
    )
    return page, status if status != 200 else 422 if form.errors else 200


def _is_choosing() -> bool:
    return "suchen" in request.form or any(button in request.form for _side, button in _SIDES)


def _choose(form: PartsForm) -> None:
    """Put the series whose button was pressed into its place; its breakdown is chosen anew."""
    for side, button in _SIDES:
        wanted = request.form.get(button, "")
        if wanted and catalogue_queries.series_by_public_id([wanted]):
            form[side].data = wanted
            form[f"{side}_dimensions"].data = None


def _save(found: Indicator, form: PartsForm, actor: Actor) -> None:
    """Save what was chosen, or that there are no parts any more; says so to the next page."""
    parts = None if "entfernen" in request.form else form.parts()
    with consequences.noted(*_deliveries(parts), adding=True), transaction():
        changed = catalogue_services.set_parts(found, parts, edition=form.edition_number, actor=actor)
    if not changed:
        flash(_("Es war nichts zu ändern."), "info")
    elif parts is None:
        flash(_("Die Kennzahl hat keinen Zähler und Nenner mehr. Das lässt sich unten zurücknehmen."), "ok")
    else:
        flash(_("Zähler und Nenner gelten. Die Werte sind sofort zu sehen."), "ok")


def _looked_at(found: Indicator, parts: RateParts) -> tuple[Preview | None, list[Check]]:
    """The values that would follow, and what speaks against them."""
    entry = catalogue_parts.as_rate(entry_of(found))
    links = catalogue_services.links_of(found)
    shown = preview(entry, links, present=found, parts=parts)
    doubts = catalogue_checks.checks(entry, catalogue_queries.assigned(found), has_parts=True)
    return shown, [*doubts, *catalogue_parts.doubts(parts, entry, _chosen(parts).options)]


def _both(found: Indicator, form: PartsForm) -> list[catalogue_words.ChangeWords]:
    """What is stored now beside what was chosen here."""
    mine = None if "entfernen" in request.form else form.parts()
    stored = catalogue_parts.as_stored(catalogue_parts.parts_of(found))
    both = {"rate": {"old": stored, "new": catalogue_parts.as_stored(mine)}}
    return catalogue_words.changes(both, catalogue_queries.names(), cut=False)


def _deliveries(parts: RateParts | None) -> list[ImportBatch]:
    """The deliveries whose figures the entry will show: their pages say what that changed."""
    if parts is None:
        return []
    return consequences.fed_by([series.id for series in _chosen(parts).series.values()])


def _chosen(parts: RateParts) -> _Chosen:
    known = catalogue_queries.series_by_public_id([parts.numerator.series, parts.denominator.series])
    options = catalogue_queries.options_of([series.id for series in known.values()])
    return _Chosen(known, {key: options[series.id] for key, series in known.items() if series.id in options})


def _offer(form: PartsForm) -> _Chosen:
    """Fill the selects with what the two series have; what was chosen before stays to be seen."""
    parts = RateParts(
        numerator=catalogue_parts.Part(series=form.numerator.data or ""),
        denominator=catalogue_parts.Part(series=form.denominator.data or ""),
    )
    chosen = _chosen(parts)
    for side, _button in _SIDES:
        field = form[f"{side}_dimensions"]
        can = chosen.options.get(form[side].data or "")
        dimensions = () if can is None else can.dimensions
        labels = None if can is None else can.labels
        offered = _with(dimensions, field.data)
        field.choices = listed((one, breakdowns.in_words_with_code(one, labels)) for one in offered)
        if field.data is None and dimensions:
            field.data = dimensions[0]
    shared = catalogue_parts.shared_periods(parts, chosen.options)
    periods = sorted(_with(shared, form.period.data or None), reverse=True)
    form.period.choices = listed([("", _("der neueste")), *((one, words.period(one)) for one in periods)])
    return chosen


def _with(known: Sequence[str], chosen: str | None) -> list[str]:
    return sorted({*known, *([] if chosen is None else [chosen])})

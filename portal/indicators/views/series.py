"""Which series feed an entry, and series that feed nothing yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.seed_words import local
from portal.core.transaction import transaction
from portal.core.web import list_arguments
from portal.indicators import breakdowns, permissions, queries, words
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue import words as catalogue_words
from portal.indicators.catalogue.entry import entry_of
from portal.indicators.catalogue.forms import AssignmentForm, ChooseForm, listed
from portal.indicators.catalogue.preview import preview
from portal.indicators.catalogue.services import Link
from portal.indicators.deliveries import consequences
from portal.indicators.models import ImportBatch, Series
from portal.indicators.views.frame import blueprint, kept

# What a select sends for "the newest period" and for the total, where the stored value is none or empty.
NEWEST = ""
_FAR = 10_000


@dataclass(frozen=True)
class ShownRow:
    """A row of the form with the series that it is about."""

    series: Series
    form: object


@blueprint.route("/kennzahlenregister/<key>/reihen", methods=["GET", "POST"])
def assign_series(key: str) -> ResponseReturnValue:
    """Choose series, their breakdown, period and order; look at the values before saving."""
    actor = current_actor()
    found = kept(key, actor)
    form = AssignmentForm()
    links, theirs = _typed(form), ""
    if request.method != "POST":
        form.edition.data = str(found.edition)
        links = catalogue_services.links_of(found)
        links += [Link(series=public_id) for public_id in _wanted(request.args.get("dazu"), links)]
    elif form.validate():
        links += [Link(series=public_id) for public_id in _wanted(request.form.get("dazu"), links)]
        if "speichern" in request.form:
            try:
                with consequences.noted(*_deliveries(links), adding=True), transaction():
                    changed = catalogue_services.assign(found, links, edition=form.edition_number, actor=actor)
            except Conflict as conflict:
                form.refuse(conflict)
                found = queries.find(key, actor=actor)
                form.edition.data = str(found.edition)  # sending it again means: mine, knowing the other
                theirs = catalogue_words.series(catalogue_services.stored_links(found))
            except Refusal as refusal:
                form.form_errors = [*form.form_errors, refusal.message]
            else:
                said = (
                    _("Die Zuordnung gilt. Die Werte sind sofort zu sehen.")
                    if changed
                    else _("Es war nichts zu ändern.")
                )
                flash(said, "ok" if changed else "info")
                return redirect(url_for("indicators.entry", key=key))
    found = queries.find(key, actor=actor)
    shown = preview(entry_of(found), links, present=found) if "vorschau" in request.form else None
    search = form.search.data or request.args.get("suche", "")
    page = render_template(
        "indicators/assign.html",
        entry=found,
        form=form,
        rows=_rows(form, links),
        stored=[link.series.public_id for link in found.series_links],
        found=catalogue_queries.series_like(search, without=[link.series for link in links]) if search else [],
        search=search,
        theirs=theirs,
        preview=shown,
        doubts=catalogue_checks.checks(
            entry_of(found), catalogue_services.assigned_of(links), has_parts=found.rate is not None
        )
        if shown
        else [],
    )
    return page, 409 if theirs else 422 if form.errors else 200


@blueprint.get("/kennzahlenregister/neue-reihen")
def new_series() -> ResponseReturnValue:
    """Series that were read in and feed no entry, those of the latest delivery first."""
    actor = current_actor()
    found = catalogue_queries.unassigned(list_arguments(), actor=actor, path=url_for("indicators.new_series"))
    return render_template(
        "indicators/new_series.html", listing=found, may_assign=permissions.may_create(actor), words=words
    )


@blueprint.route("/kennzahlenregister/neue-reihen/<public_id>", methods=["GET", "POST"])
def place_series(public_id: str) -> ResponseReturnValue:
    """For which entry a series is meant, or a new one made of it."""
    actor = current_actor()
    require(permissions.may_create(actor))
    series = catalogue_queries.find_series(public_id)
    form = ChooseForm()
    groups = catalogue_queries.entries_to_choose(actor)
    form.indicator.choices = listed([("", _("Bitte wählen")), *((one.key, local(one.name)) for one in groups)])
    if form.validate_on_submit():
        if form.indicator.data:
            return redirect(url_for("indicators.assign_series", key=form.indicator.data, dazu=public_id))
        form.refuse(Refusal(_("Bitte wählen Sie eine Kennzahl."), field="indicator"))
    page = render_template(
        "indicators/place_series.html",
        series=series,
        form=form,
        options=catalogue_queries.options_of([series.id]).get(series.id),
        words=words,
    )
    return page, 422 if form.errors else 200


def _deliveries(links: Sequence[Link]) -> list[ImportBatch]:
    """The deliveries whose figures the entry will show: their pages say what that changed."""
    known = catalogue_queries.series_by_public_id([link.series for link in links])
    return consequences.fed_by([series.id for series in known.values()])


def _wanted(public_id: str | None, links: Sequence[Link]) -> list[str]:
    """A series that is to be added, unless it is there already or unknown."""
    if not public_id or any(link.series == public_id for link in links):
        return []
    return list(catalogue_queries.series_by_public_id([public_id]))


def _typed(form: AssignmentForm) -> list[Link]:
    """The rows as they were sent, in the order of the places typed; rows to be removed are left out."""
    found = []
    for number, row in enumerate(form.rows):
        if row.form.remove.data or not row.form.series.data:
            continue
        text = row.form.position.data or ""
        place = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else _FAR
        link = Link(
            series=row.form.series.data, dimensions=row.form.dimensions.data or "", period=row.form.period.data or None
        )
        found.append((place, number, link))
    return [link for _place, _number, link in sorted(found, key=lambda one: one[:2])]


def _rows(form: AssignmentForm, links: Sequence[Link]) -> list[ShownRow]:
    """The form's rows made anew from the links, each with what can be chosen of its series."""
    known = catalogue_queries.series_by_public_id([link.series for link in links])
    options = catalogue_queries.options_of([series.id for series in known.values()])
    while form.rows.entries:
        form.rows.pop_entry()
    shown = []
    for position, link in enumerate((link for link in links if link.series in known), start=1):
        series = known[link.series]
        row = form.rows.append_entry(
            {
                "series": link.series,
                "position": str(position),
                "dimensions": link.dimensions,
                "period": link.period or NEWEST,
            }
        )
        can = options.get(series.id)
        parts = {link.dimensions, *(can.dimensions if can else ())}
        periods = {*(can.periods if can else ()), *([link.period] if link.period else [])}
        labels = None if can is None else can.labels
        offered = ((part, breakdowns.in_words_with_code(part, labels)) for part in sorted(parts))
        row.form.dimensions.choices = listed(offered)
        row.form.period.choices = listed(
            [
                (NEWEST, _("der neueste")),
                *((period, words.period(period)) for period in sorted(periods, reverse=True)),
            ]
        )
        shown.append(ShownRow(series, row.form))
    return shown

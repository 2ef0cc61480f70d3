"""Making and editing catalogue entries, retiring them, taking the last change back."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import Actor, current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.indicators import permissions, queries
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue import words as catalogue_words
from portal.indicators.catalogue.checks import Check
from portal.indicators.catalogue.entry import Entry, differences, entry_of
from portal.indicators.catalogue.forms import EntryForm, RetireForm, entry_form
from portal.indicators.catalogue.preview import Preview, preview
from portal.indicators.catalogue.services import Link
from portal.indicators.models import Indicator, Visibility
from portal.indicators.views.frame import blueprint, kept
from portal.planning import queries as planning
from portal.planning import uses
from portal.planning.uses import Use, Used


@blueprint.route("/kennzahlenregister/neu", methods=["GET", "POST"])
def new_entry() -> ResponseReturnValue:
    """A new entry; with `?reihe=` it begins with what the series says of itself."""
    actor = current_actor()
    require(permissions.may_create(actor))
    form = _form(actor, None)
    links = _wanted_series(request.args.get("reihe"))
    shown, doubts = None, list[Check]()
    if request.method != "POST":
        form.begin(next(iter(catalogue_queries.series_by_public_id([link.series for link in links]).values()), None))
    elif form.validate_on_submit():
        typed = form.entry(department=_own_department(actor))
        if "vorschau" in request.form:
            shown, doubts = preview(typed, links, present=None), _doubts(typed, links, None)
        else:
            try:
                with transaction():
                    made = catalogue_services.create(typed, key=form.key.data or "", links=links, actor=actor)
                    key = made.key
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                flash(_("Die Kennzahl ist angelegt."), "ok")
                return redirect(url_for("indicators.entry", key=key))
    return _page(form, None, links=links, shown=shown, doubts=doubts), 422 if form.errors else 200


@blueprint.route("/kennzahlenregister/<key>/bearbeiten", methods=["GET", "POST"])
def edit_entry(key: str) -> ResponseReturnValue:
    """Change an entry. Somebody else's change in between is shown beside the own one, not overwritten."""
    actor = current_actor()
    found = kept(key, actor)
    form = _form(actor, found)
    links = catalogue_services.links_of(found)
    shown, doubts, theirs, hides = None, list[Check](), None, list[Use]()
    if request.method != "POST":
        form.fill(entry_of(found))
        form.edition.data = str(found.edition)
    elif form.validate_on_submit():
        stored = entry_of(found)
        typed = form.entry(department=stored.department)
        if typed.visibility is Visibility.INTERNAL and stored.visibility is Visibility.PUBLIC:
            hides = [use for use in uses.of(Used.INDICATOR, found.id, actor=actor) if use.is_concluded]
        if "vorschau" in request.form:
            shown, doubts = preview(typed, links, present=found), _doubts(typed, links, found)
        elif hides and request.form.get("knowing") != "1":
            form.refuse(
                Refusal(_("Bitte bestätigen Sie, dass die Werte nicht mehr öffentlich sind."), field="visibility")
            )
        else:
            try:
                with transaction():
                    changed = catalogue_services.change(found, typed, edition=form.edition_number, actor=actor)
            except Conflict as conflict:
                form.refuse(conflict)
                found = queries.find(key, actor=actor)
                theirs = differences(entry_of(found), typed)
                form.edition.data = str(found.edition)  # sending it again means: mine, knowing the other
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                flash(_("Gespeichert.") if changed else _("Es war nichts zu ändern."), "ok" if changed else "info")
                return redirect(url_for("indicators.entry", key=key))
    found = queries.find(key, actor=actor)
    page = _page(form, found, links=links, shown=shown, doubts=doubts, theirs=theirs, hides=hides)
    return page, 409 if theirs is not None else 422 if form.errors else 200


@blueprint.route("/kennzahlenregister/<key>/stilllegen", methods=["GET", "POST"])
def retire(key: str) -> ResponseReturnValue:
    """Carry an entry on no longer, after saying what stays and what ends."""
    actor = current_actor()
    found = kept(key, actor)
    form = RetireForm()
    if request.method != "POST":
        form.edition.data = str(found.edition)
    elif form.validate_on_submit():
        try:
            with transaction():
                catalogue_services.retire(found, reason=form.reason.data, edition=form.edition_number, actor=actor)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Die Kennzahl ist stillgelegt. Ihre Werte bleiben lesbar."), "ok")
            return redirect(url_for("indicators.entry", key=key))
    found = queries.find(key, actor=actor)
    page = render_template(
        "indicators/retire.html", entry=found, form=form, uses=uses.of(Used.INDICATOR, found.id, actor=actor)
    )
    return page, 422 if form.errors else 200


@blueprint.post("/kennzahlenregister/<key>/aufnehmen")
def reinstate(key: str) -> ResponseReturnValue:
    """Carry a retired entry on."""
    actor = current_actor()
    found = kept(key, actor)
    with told(_("Die Kennzahl wird wieder fortgeführt.")):
        catalogue_services.reinstate(found, edition=_number(request.form.get("edition")), actor=actor)
    return redirect(url_for("indicators.entry", key=key))


@blueprint.post("/kennzahlenregister/<key>/zuruecknehmen")
def undo_change(key: str) -> ResponseReturnValue:
    """Take the last change of an entry back."""
    actor = current_actor()
    found = kept(key, actor)
    with told(_("Die letzte Änderung ist zurückgenommen.")):
        catalogue_services.undo(found, number=_number(request.form.get("fassung")), actor=actor)
    return redirect(url_for("indicators.entry", key=key))


def _form(actor: Actor, found: Indicator | None) -> EntryForm:
    return entry_form(
        topics=[(topic.key, topic.label) for topic in planning.topics()],
        departments=catalogue_queries.department_choices(None if found is None else found.department),
        is_new=found is None,
        may_assign=permissions.may_assign_department(actor),
    )


def _own_department(actor: Actor) -> str:
    return catalogue_queries.department_of(actor)


def _wanted_series(public_id: str | None) -> list[Link]:
    known = catalogue_queries.series_by_public_id([public_id] if public_id else [])
    return [Link(series=one) for one in known]


def _doubts(typed: Entry, links: Sequence[Link], found: Indicator | None) -> list[Check]:
    has_parts = found is not None and found.rate is not None
    return catalogue_checks.checks(typed, catalogue_services.assigned_of(links), has_parts=has_parts)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _page(
    form: EntryForm,
    found: Indicator | None,
    *,
    links: Sequence[Link],
    shown: Preview | None,
    doubts: Sequence[Check],
    theirs: dict[str, dict[str, object]] | None = None,
    hides: Sequence[Use] = (),
) -> str:
    names = catalogue_queries.names()
    return render_template(
        "indicators/entry_form.html",
        form=form,
        entry=found,
        may_fix=permissions.may_fix_leads(current_actor()),
        preview=shown,
        doubts=doubts,
        hides=hides,
        theirs=None
        if theirs is None or found is None
        else catalogue_words.changes(theirs, names, kind=found.min_difference_kind, cut=False),
        series=catalogue_queries.series_by_public_id([link.series for link in links]).values(),
    )

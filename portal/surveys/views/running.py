"""Rounds as those who run surveys see them: counts, closing, link and QR code for a poster."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.jobs import services as jobs
from portal.surveys import keys, pages, queries, services, tasks
from portal.surveys.counting import ASKED_BASE
from portal.surveys.definition import from_document
from portal.surveys.models import RoundState
from portal.surveys.opening import STAY_BEHIND
from portal.surveys.views.frame import blueprint


@blueprint.get("/befragungen/verwaltung")
def manage() -> ResponseReturnValue:
    """Every round: how many answered, from where, and what comes next."""
    actor = current_actor()
    rows = queries.overview(actor)
    return render_template(
        "surveys/manage.html",
        cards=pages.cards(
            rows, queries.counted_rounds(), keyless={one.public_id for one in keys.keyless_rounds()}, actor=actor
        ),
        stay_behind=STAY_BEHIND,
        enough=ASKED_BASE,
        has_versions=bool(rows) or bool(queries.versions(actor)),
    )


@blueprint.route("/befragungen/verwaltung/<public_id>/beenden", methods=["GET", "POST"])
def close(public_id: str) -> ResponseReturnValue:
    """Say what closing means, and close."""
    one = queries.round_by_public_id(public_id, current_actor())
    if request.method != "POST":
        return render_template("surveys/close.html", one=one, definition=from_document(one.version.definition))
    try:
        with transaction():
            services.close_round(one, actor=current_actor())
            # The worker opens what is sealed at once, not at its next visit.
            jobs.enqueue(tasks.TEND, actor=current_actor(), unique_key=f"{tasks.TEND}:{public_id}")
    except Refusal as refusal:
        flash(str(refusal.message), "warn")
    else:
        flash(_("Die Befragung ist beendet. Die Antworten werden jetzt geöffnet."), "ok")
    return redirect(url_for("surveys.manage"))


@blueprint.get("/befragungen/verwaltung/<public_id>/aushang")
def poster(public_id: str) -> ResponseReturnValue:
    """One page to print and hang up."""
    one = queries.round_by_public_id(public_id, current_actor())
    return render_template(
        "surveys/poster.html",
        one=one,
        definition=from_document(one.version.definition),
        address=url_for("surveys.start", slug=one.slug, _external=True),
        state=RoundState,
    )

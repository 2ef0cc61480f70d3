"""What happens to minutes as a whole: begun, handed in, co-signed, given back, corrected, made public."""

from textwrap import shorten

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.minutes import permissions, queries, remark_queries
from portal.minutes.forms import CorrectForm, PublishForm, ReasonForm, TokenForm
from portal.minutes.models import Minutes, MinutesState
from portal.minutes.services import versions
from portal.minutes.views.frame import blueprint


def _minutes(public_id: str) -> Minutes:
    actor = current_actor()
    require(actor.signed_in)
    minutes, reader = queries.minutes_for(actor, public_id)
    # Whoever reads released minutes learns nothing of what is done with drafts.
    if not reader.sees_drafts:
        raise NotFound
    return minutes


def _back(minutes_id: str) -> ResponseReturnValue:
    return redirect(url_for("minutes.minutes_page", public_id=minutes_id))


@blueprint.route("/konferenzen/<public_id>/protokoll", methods=["GET", "POST"])
def begin(public_id: str) -> ResponseReturnValue:
    """Begin the minutes of an event; leads on to them where they are there already, and back while it is too soon."""
    actor = current_actor()
    require(actor.signed_in)
    conference = queries.conference_for(actor, public_id)
    present = queries.minutes_of(conference)
    if present is not None:
        return _back(present.public_id)
    if not permissions.may_begin(actor, conference):
        flash(versions.not_yet(conference), "warn")
        return redirect(url_for("conferences.conference_page", public_id=public_id))
    if TokenForm().validate_on_submit():
        with transaction():
            made = versions.begin(conference, actor=actor).public_id
        return _back(made)
    return render_template("minutes/begin.html", conference=conference)


@blueprint.post("/protokolle/<public_id>/einreichen")
def submit(public_id: str) -> ResponseReturnValue:
    """Hand the draft in for the second signature."""
    minutes = _minutes(public_id)
    with told(_("Das Protokoll wartet auf die zweite Unterschrift.")):
        is_checked = PublishForm().validate()
        versions.submit(minutes.versions[-1], actor=current_actor(), is_checked=is_checked)
    return _back(public_id)


@blueprint.post("/protokolle/<public_id>/zurueckholen")
def take_back(public_id: str) -> ResponseReturnValue:
    """Go on writing."""
    minutes = _minutes(public_id)
    with told(_("Sie können weiterschreiben.")):
        versions.take_back(minutes.versions[-1], actor=current_actor())
    return _back(public_id)


@blueprint.route("/protokolle/<public_id>/freigeben", methods=["GET", "POST"])
def release(public_id: str) -> ResponseReturnValue:
    """Co-sign after reading, or go on to give the version back."""
    actor = current_actor()
    minutes = _minutes(public_id)
    version = minutes.versions[-1]
    require(permissions.may_cosign(actor, version))
    form = TokenForm()
    if form.validate_on_submit():
        with told(_("Das Protokoll ist freigegeben. Diese Fassung bleibt, wie sie ist.")):
            versions.release(version, actor=actor)
        return _back(public_id)
    if version.state is not MinutesState.SUBMITTED:
        return _back(public_id)
    return render_template("minutes/release.html", minutes=minutes, version=version, form=ReasonForm())


@blueprint.post("/protokolle/<public_id>/zurueckgeben")
def give_back(public_id: str) -> ResponseReturnValue:
    """Return the version with a reason."""
    actor = current_actor()
    minutes = _minutes(public_id)
    version = minutes.versions[-1]
    require(permissions.may_cosign(actor, version))
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction():
                versions.give_back(version, form.reason.data or "", actor=actor)
            flash(_("Das Protokoll ist zurückgegeben."), "ok")
            return _back(public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    return render_template("minutes/release.html", minutes=minutes, version=version, form=form), 422


@blueprint.route("/protokolle/<public_id>/berichtigen", methods=["GET", "POST"])
def correct(public_id: str) -> ResponseReturnValue:
    """Begin the next version of released minutes with a reason that all readers see."""
    actor = current_actor()
    minutes = _minutes(public_id)
    require(permissions.may_write(actor))
    if request.method != "POST" and minutes.versions[-1].state is not MinutesState.RELEASED:
        return _back(public_id)
    waiting = {one.public_id: one for one in remark_queries.open_remarks(minutes, actor=actor)}
    form = CorrectForm()
    form.remarks.choices = [
        (key, f"{one.sender}: {shorten(one.text, 160, placeholder=' …')}") for key, one in waiting.items()
    ]
    if form.validate_on_submit():
        try:
            with transaction():
                answers = [waiting[key] for key in form.remarks.data or ()]
                number = versions.correct(minutes, form.reason.data or "", answers=answers, actor=actor).number
            flash(
                _("Fassung %(number)s ist ein Entwurf. Gelesen wird bis zur Freigabe die vorige.", number=number), "ok"
            )
            return _back(public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return render_template("minutes/correct.html", minutes=minutes, form=form), status


@blueprint.route("/protokolle/<public_id>/verwerfen", methods=["GET", "POST"])
def discard(public_id: str) -> ResponseReturnValue:
    """Throw the draft away, after a page that names what is lost."""
    actor = current_actor()
    minutes = _minutes(public_id)
    require(permissions.may_write(actor))
    version = minutes.versions[-1]
    if TokenForm().validate_on_submit():
        was_first = version.number == 1
        try:
            with transaction():
                versions.discard(version, actor=actor)
        except Refusal as refusal:
            flash(str(refusal.message), "error")
            return _back(public_id)
        flash(_("Der Entwurf ist verworfen."), "ok")
        return redirect(url_for("minutes.minutes_list")) if was_first else _back(public_id)
    if version.state is not MinutesState.DRAFT:
        return _back(public_id)
    return render_template("minutes/discard.html", minutes=minutes, version=version)


@blueprint.post("/protokolle/<public_id>/oeffentlich")
def set_public(public_id: str) -> ResponseReturnValue:
    """Let everybody read the released version, or county staff and those invited alone."""
    minutes = _minutes(public_id)
    is_public = request.form.get("oeffentlich") == "ja"
    if is_public and not PublishForm().validate():
        flash(
            _(
                "Das Protokoll ist nicht öffentlich geworden: Bitte prüfen Sie zuerst, dass keine Namen oder Angaben "
                "zu einzelnen Personen darin stehen, und kreuzen Sie das an."
            ),
            "error",
        )
        return _back(public_id)
    done = _("Das Protokoll ist öffentlich, ohne Namen von Personen.")
    with told(done if is_public else _("Das Protokoll ist nicht mehr öffentlich.")):
        versions.set_public(minutes, is_public, actor=current_actor())
    return _back(public_id)

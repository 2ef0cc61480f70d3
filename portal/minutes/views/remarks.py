"""Remarks on minutes: written by whoever reads them, answered by whoever writes them."""

from textwrap import shorten

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.languages import german_lang
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.minutes import permissions, queries, remark_queries
from portal.minutes.forms import AnswerForm, RemarkForm
from portal.minutes.models import MinutesEntry, MinutesRemark
from portal.minutes.services import remarks
from portal.minutes.views.frame import blueprint

_EXCERPT = 80


def _back(minutes_id: str) -> ResponseReturnValue:
    return redirect(url_for("minutes.minutes_page", public_id=minutes_id, _anchor="anmerkungen"))


@blueprint.route("/protokolle/<public_id>/anmerkungen/neu", methods=["GET", "POST"])
def new_remark(public_id: str) -> ResponseReturnValue:
    """Say something on the newest version the visitor may read, or on one entry of it."""
    actor = current_actor()
    require(actor.signed_in)
    minutes, reader = queries.minutes_for(actor, public_id)
    require(permissions.may_remark(actor, is_participant=reader.is_participant))
    version = queries.version_for(minutes, reader)
    entries = {entry.stem: entry for entry in queries.entries_of(version)}
    form = RemarkForm(about=request.args.get("eintrag"))
    written = {"lang": "de"} if german_lang() else {}  # entries stand in the words of those who wrote them
    form.about.choices = [
        ("", _("zum ganzen Protokoll")),
        *((stem, _named(one), written) for stem, one in entries.items()),
    ]
    if form.validate_on_submit():
        try:
            with transaction():
                about = entries.get(form.about.data or "")
                remarks.add(version, form.text.data or "", entry=about, reader=reader, actor=actor)
            flash(_("Danke. Ihre Anmerkung ist bei der Sozialplanung."), "ok")
            return _back(public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return render_template("minutes/remark.html", minutes=minutes, version=version, form=form), status


def _named(entry: MinutesEntry) -> str:
    """The entry in one line, with its agenda item."""
    named = f"{entry.kind.label}: {shorten(entry.text, _EXCERPT, placeholder=' …')}"
    return named if entry.agenda_item is None else f"TOP {entry.agenda_item.number}, {named}"


def _found(public_id: str, remark_id: str) -> MinutesRemark:
    actor = current_actor()
    require(actor.signed_in)
    minutes, _reader = queries.minutes_for(actor, public_id)
    return remark_queries.remark_in(minutes, remark_id, actor=actor)


@blueprint.route("/protokolle/<public_id>/anmerkungen/<remark_id>", methods=["GET", "POST"])
def answer_remark(public_id: str, remark_id: str) -> ResponseReturnValue:
    """Answer a remark or note that it is dealt with."""
    remark = _found(public_id, remark_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            with transaction():
                remarks.finish(remark, form.answer.data or "", actor=current_actor())
            flash(_("Die Anmerkung ist erledigt."), "ok")
            return _back(public_id)
        except Refusal as refusal:
            form.refuse(refusal)
    status = 422 if request.method == "POST" else 200
    return render_template("minutes/remark_answer.html", minutes=remark.minutes, remark=remark, form=form), status


@blueprint.post("/protokolle/<public_id>/anmerkungen/<remark_id>/offen")
def reopen_remark(public_id: str, remark_id: str) -> ResponseReturnValue:
    """The remark waits for an answer again."""
    remark = _found(public_id, remark_id)
    with told(_("Die Anmerkung ist wieder offen.")):
        remarks.reopen(remark, actor=current_actor())
    return _back(public_id)

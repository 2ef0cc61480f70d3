"""The one address that keeps forms while somebody writes, and the button that throws away what was kept."""

from flask import Blueprint, flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.utils import redirect

from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.formats import time_short
from portal.core.permissions import require, require_visible
from portal.core.transaction import transaction
from portal.core.web import safe_path
from portal.unsent import extension, services, sheets
from portal.unsent.services import Kept, Outcome
from portal.unsent.sheets import Mark

blueprint = Blueprint("unsent", __name__)


def _mark() -> tuple[Mark, Actor]:
    actor = current_actor()
    require(actor.signed_in)
    return require_visible(sheets.read(request.form.get(sheets.TOKEN, ""), actor=actor)), actor


@blueprint.post("/entwurf")
def keep() -> ResponseReturnValue:
    """Keep the form as it is now; answers a script, in words it can show (JSON).

    409: kept, but somebody else has changed what the form writes at, or another page writes the same form.
    """
    mark, actor = _mark()
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in sheets.OWN_FIELDS]
    try:
        with transaction():
            outcome = services.keep(
                mark,
                fields,
                page=request.form.get(sheets.PAGE, "")[:12],
                turn=_number(request.form.get(sheets.TURN)),
                read=_number(request.form.get(sheets.READ)),
                actor=actor,
            )
    except Refusal as refusal:
        return jsonify(text=str(refusal.message)), 422
    words, is_conflict = _words(outcome, mark, actor)
    answer = jsonify(
        text=words,
        token=sheets.token(mark.subject, outcome.key, actor=actor),
        read=outcome.edition,
        late=outcome.kept is Kept.TOO_LATE,
    )
    return answer, 409 if is_conflict else 200


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _words(outcome: Outcome, mark: Mark, actor: Actor) -> tuple[str, bool]:
    saved = _("Entwurf gespeichert, %(time)s Uhr", time=time_short(outcome.saved_at))
    if outcome.kept is Kept.APART:
        return saved + ". " + _("Sie schreiben auch in einem anderen Fenster daran; beides ist gesichert."), True
    kind, _sign, key = mark.subject.partition(":")
    edition_of = extension.editions.get(kind)
    if edition_of is None:
        return saved, False
    now = edition_of(key, actor)
    if now is None:
        return saved + ". " + _("Hier lässt er sich nicht mehr abschicken: Der Text wurde inzwischen abgegeben."), True
    if now != request.form.get("edition", ""):
        words = _("Der Text wurde inzwischen an anderer Stelle geändert. Beim Speichern sehen Sie beide Fassungen.")
        return saved + ". " + words, True
    return saved, False


@blueprint.post("/entwurf/verwerfen")
def discard() -> ResponseReturnValue:
    """Throw away what was kept, and show the form as it is stored."""
    mark, _actor = _mark()
    with transaction():
        services.forget(mark)
    flash(_("Ihre nicht gespeicherten Eingaben sind verworfen."), "ok")
    return redirect(safe_path(request.form.get("weiter")))

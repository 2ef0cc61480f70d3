"""Putting right what the office entered of a municipality's letter."""

from flask import flash, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require, require_visible
from portal.core.transaction import transaction
from portal.core.web import told
from portal.evidence import finding_queries, permissions
from portal.evidence.forms import TextForm
from portal.evidence.hearings import services as hearings
from portal.evidence.models import Finding, FindingHearing
from portal.evidence.views.frame import blueprint


def _entered(public_id: str, number: int) -> tuple[Finding, FindingHearing]:
    """The finding and the hearing with what the office entered."""
    actor = current_actor()
    finding, _own = finding_queries.heard_finding(actor, public_id)
    require(permissions.may_enter_statements(actor))
    found = next((one for one in finding.current_hearings if one.id == number), None)
    return finding, require_visible(found, found is not None and permissions.may_correct_statement(actor, found))


@blueprint.route("/befund/<public_id>/anhoerung/<int:number>/berichtigen", methods=["GET", "POST"])
def correct_statement(public_id: str, number: int) -> Response:
    """The words as they were entered, to be put right."""
    finding, hearing = _entered(public_id, number)
    form = TextForm(text=hearing.statement)
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                hearings.correct_statement(hearing, form.text.data or "", actor=current_actor())
        except Refusal as refusal:
            form.refuse(refusal)
            finding, hearing = _entered(public_id, number)
        else:
            flash(_("Die Stellungnahme ist berichtigt. Der frühere Wortlaut bleibt aufgehoben."), "ok")
            return redirect(url_for("evidence.hearing", public_id=public_id))
    page = render_template("evidence/correct_statement.html", form=form, finding=finding, hearing=hearing)
    return make_response(page, 422 if form.errors else 200)


@blueprint.post("/befund/<public_id>/anhoerung/<int:number>/zuruecknehmen")
def take_statement_back(public_id: str, number: int) -> Response:
    """It was entered for the wrong municipality: its hearing is open again."""
    _finding, hearing = _entered(public_id, number)
    with told(_("Der Eintrag ist zurückgenommen. Die Gemeinde kann wieder Stellung nehmen.")):
        hearings.correct_statement(hearing, None, actor=current_actor())
    return redirect(url_for("evidence.hearing", public_id=public_id))

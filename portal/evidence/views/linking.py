"""Direct links: on one page from the indicator, on one from what was said; suggestions to accept or decline."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import transaction
from portal.evidence import permissions
from portal.evidence.linking import linkable
from portal.evidence.linking import pages as link_pages
from portal.evidence.linking import services as link_services
from portal.evidence.linking.linkable import End
from portal.evidence.models import LinkState
from portal.evidence.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.indicators.models import Indicator

_STATES = {"verknuepfen": LinkState.LINKED, "ablehnen": LinkState.DECLINED}


@blueprint.get("/verknuepfungen")
def all_links() -> ResponseReturnValue:
    """Every indicator in use and everything said, with counts of links and open suggestions."""
    require(permissions.may_see_links(current_actor()))
    rows, groups = link_pages.overview()
    return render_template("evidence/all_links.html", rows=rows, groups=groups)


@blueprint.get("/verknuepfungen/kennzahl/<key>")
def indicator_links(key: str) -> ResponseReturnValue:
    """What is linked with an indicator, what was declined, what is suggested and why."""
    actor = current_actor()
    require(permissions.may_see_links(actor))
    found = indicators.find(key, actor=actor)
    return render_template(
        "evidence/links.html",
        page=link_pages.of_indicator(found, actor=actor),
        indicator=found,
        end=None,
        may_link=permissions.may_link(actor, found.department_id),
    )


@blueprint.get("/verknuepfungen/<kind>/<ref>")
def end_links(kind: str, ref: str) -> ResponseReturnValue:
    """The same from the other end: a question, a statement, an entry of minutes."""
    actor = current_actor()
    require(permissions.may_see_links(actor))
    end = linkable.find(kind, ref)
    return render_template(
        "evidence/links.html",
        page=link_pages.of_end(end, actor=actor),
        indicator=None,
        end=end,
        may_link=permissions.may_link_any(actor),
    )


@blueprint.post("/verknuepfungen/kennzahl/<key>")
def change_indicator_links(key: str) -> ResponseReturnValue:
    """Accept, decline or take back; `ende` names the other end as `kind/ref`."""
    actor = current_actor()
    require(permissions.may_link_any(actor))
    found = indicators.find(key, actor=actor)
    require(permissions.may_link(actor, found.department_id))
    back = url_for("evidence.indicator_links", key=key)
    kind, _slash, ref = request.form.get("ende", "").partition("/")
    if not ref:
        flash(_("Bitte wählen Sie aus, womit die Kennzahl verknüpft werden soll."), "error")
        return redirect(back)
    try:
        end = linkable.find(kind, ref)
    except NotFound:
        flash(_("Diesen Eintrag gibt es nicht mehr."), "error")
        return redirect(back)
    return _change(found, end, back)


@blueprint.post("/verknuepfungen/<kind>/<ref>")
def change_end_links(kind: str, ref: str) -> ResponseReturnValue:
    """The same from the other end; `ende` names the indicator."""
    actor = current_actor()
    require(permissions.may_link_any(actor))
    end = linkable.find(kind, ref)
    back = url_for("evidence.end_links", kind=kind, ref=ref)
    try:
        found = indicators.find(one_line(request.form.get("ende", "")), actor=actor)
    except NotFound:
        flash(_("Bitte wählen Sie eine Kennzahl aus der Liste."), "error")
        return redirect(back)
    return _change(found, end, back)


def _change(found: Indicator, end: End, back: str) -> ResponseReturnValue:
    actor, what = current_actor(), request.form.get("was", "")
    try:
        with transaction():
            if what == "vergessen":
                changed = link_services.forget(found, end, actor=actor)
            elif what in _STATES:
                changed = link_services.say(
                    found, end, _STATES[what], actor=actor, reason=request.form.get("grund", "")
                )
            else:
                raise Refusal(_("Bitte wählen Sie, was geschehen soll."))
    except Refusal as refusal:
        flash(str(refusal.message), "error")
        return redirect(back)
    words = {
        "verknuepfen": _("Verknüpft. Die Vorschläge sind neu berechnet."),
        "ablehnen": _("Abgelehnt. Das wird nicht wieder vorgeschlagen."),
        "vergessen": _("Zurückgenommen."),
    }
    flash(words[what] if changed else _("Es war nichts zu ändern."), "ok" if changed else "info")
    return redirect(back)

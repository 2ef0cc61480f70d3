"""Pages of settings: everything at a glance, one form per group, history with undo."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.settings import permissions, queries, services
from portal.settings.forms import SettingsForm, form_for
from portal.settings.queries import Group
from portal.settings.values import bounds

blueprint = Blueprint("settings", __name__)


@blueprint.get("/einstellungen")
def overview() -> str:
    """All groups with their present values."""
    actor = current_actor()
    return render_template(
        "settings/overview.html", groups=queries.groups(actor), may_change=permissions.may_change(actor)
    )


@blueprint.route("/einstellungen/<slug>", methods=["GET", "POST"])
def group(slug: str) -> ResponseReturnValue:
    """One group: form and history."""
    actor = current_actor()
    found = queries.group(actor, slug)
    values = queries.values(found)
    form = form_for([present.setting for present in found.settings], present=values)(data=values)
    if request.method == "POST":
        require(permissions.may_change(actor))
        if form.validate() and _save(found, form):
            return redirect(url_for("settings.group", slug=slug))
    hints = {present.setting.field: bounds(present.setting) for present in found.settings}
    page = render_template(
        "settings/group.html",
        group=found,
        form=form,
        bounds=hints,
        history=queries.history(actor, found),
        may_change=permissions.may_change(actor),
    )
    return page, 422 if form.errors else 200


def _save(found: Group, form: SettingsForm) -> bool:
    """Put every changed value, or none: a refusal at one field undoes the others and keeps what was typed."""
    actor = current_actor()
    changed = 0
    try:
        with transaction():
            for present in found.settings:
                changed += services.put(present.setting.key, form[present.setting.field].data, actor=actor)
    except Refusal as refusal:
        if refusal.field is not None:
            refusal.field = refusal.field.replace(".", "-")
        form.refuse(refusal)
        return False
    if changed:
        flash(ngettext("%(num)s Einstellung gespeichert.", "%(num)s Einstellungen gespeichert.", changed), "ok")
    else:
        flash(_("Es war nichts zu ändern."), "info")
    return True


@blueprint.post("/einstellungen/<slug>/zuruecknehmen")
def undo(slug: str) -> ResponseReturnValue:
    """Give one setting the value it had before its latest change."""
    actor = current_actor()
    found = queries.group(actor, slug)
    require(permissions.may_change(actor))
    key = request.form.get("einstellung", "")
    setting = next((present.setting for present in found.settings if present.setting.key == key), None)
    number = request.form.get("nummer", 0, type=int)
    try:
        with transaction():
            services.undo(None if setting is None else queries.change(setting.key, number), actor=actor)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(_("Die Änderung ist zurückgenommen."), "ok")
    return redirect(url_for("settings.group", slug=slug))

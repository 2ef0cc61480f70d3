"""Pages of settings: everything at a glance, one form per group, history with undo."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require, require_visible
from portal.core.transaction import transaction
from portal.core.web import told
from portal.settings import permissions, queries, services
from portal.settings.extension import Preview
from portal.settings.forms import SettingsForm, form_for
from portal.settings.queries import Group
from portal.settings.registry import find
from portal.settings.values import bounds, shown

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
    previews: list[Preview] = []
    if request.method == "POST":
        require(permissions.may_change(actor))
        if form.validate():
            previews = _previews(found, form)
            if not form.errors and _is_seen(previews) and _save(found, form):
                return redirect(url_for("settings.group", slug=slug))
    hints = {present.setting.field: bounds(present.setting) for present in found.settings}
    page = render_template(
        "settings/group.html",
        group=found,
        form=form,
        bounds=hints,
        history=queries.history(actor, found),
        may_change=permissions.may_change(actor),
        previews=previews,
        seen=_seen(previews),
    )
    return page, 422 if form.errors else 200


def _previews(found: Group, form: SettingsForm) -> list[Preview]:
    """What the changes would come to; refused values are said at their field."""
    wanted = {one.setting.key: form[one.setting.field].data for one in found.settings}
    try:
        return services.previews(wanted, actor=current_actor())
    except Refusal as refusal:
        _refuse(form, refusal)
        return []


def _seen(previews: Sequence[Preview]) -> str:
    return "-".join(one.seen for one in previews)


def _is_seen(previews: Sequence[Preview]) -> bool:
    """Whether the form was sent from a page that showed just this."""
    return not previews or request.form.get("gesehen") == _seen(previews)


def _refuse(form: SettingsForm, refusal: Refusal) -> None:
    if refusal.field is not None:
        refusal.field = refusal.field.replace(".", "-")
    form.refuse(refusal)


def _save(found: Group, form: SettingsForm) -> bool:
    """Put every changed value, or none: a refusal at one field undoes the others and keeps what was typed."""
    actor = current_actor()
    changed: list[str] = []
    try:
        with transaction():
            for present in found.settings:
                key = present.setting.key
                if services.put(key, form[present.setting.field].data, actor=actor):
                    changed.append(key)
    except Refusal as refusal:
        _refuse(form, refusal)
        return False
    if changed:
        flash(_saved(found, changed), "ok")
    else:
        flash(_("Es war nichts zu ändern."), "info")
    return True


def _saved(found: Group, changed: Sequence[str]) -> Markup:
    """What was saved, and the way back: to the one change, or to the list of them."""
    words = ngettext("%(num)s Einstellung gespeichert.", "%(num)s Einstellungen gespeichert.", len(changed))
    back = url_for("settings.group", slug=found.slug, _anchor="verlauf")
    if len(changed) == 1:
        number = queries.latest_number(changed[0])
        back = url_for("settings.ask_undo", slug=found.slug, einstellung=changed[0], nummer=number)
    return Markup('{} <a href="{}">{}</a>').format(words, back, _("Rückgängig machen"))


@blueprint.get("/einstellungen/<slug>/zuruecknehmen")
def ask_undo(slug: str) -> ResponseReturnValue:
    """Before a change is taken back: which value would go and which would hold again."""
    actor = current_actor()
    found = queries.group(actor, slug)
    require(permissions.may_change(actor))
    key, number = request.args.get("einstellung", ""), request.args.get("nummer", 0, type=int)
    setting = next((present.setting for present in found.settings if present.setting.key == key), None)
    change = require_visible(None if setting is None else queries.change(key, number))
    return render_template(
        "settings/undo.html",
        group=found,
        setting=setting,
        number=number,
        now=shown(find(key), change.new),
        then=shown(find(key), change.old),
        previews=services.previews({key: change.old}, actor=actor),
    )


@blueprint.post("/einstellungen/<slug>/zuruecknehmen")
def undo(slug: str) -> ResponseReturnValue:
    """Give one setting the value it had before its latest change."""
    actor = current_actor()
    found = queries.group(actor, slug)
    require(permissions.may_change(actor))
    key = request.form.get("einstellung", "")
    setting = next((present.setting for present in found.settings if present.setting.key == key), None)
    number = request.form.get("nummer", 0, type=int)
    with told(_("Die Änderung ist zurückgenommen.")):
        services.undo(None if setting is None else queries.change(setting.key, number), actor=actor)
    return redirect(url_for("settings.group", slug=slug))

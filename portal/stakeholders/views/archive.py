"""Putting organisations into the archive and taking them back, each time after a page that names them."""

from flask import flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.stakeholders import archive, extension, permissions
from portal.stakeholders.forms import ArchiveForm, SeveralForm
from portal.stakeholders.models import Organisation
from portal.stakeholders.views.frame import blueprint
from portal.stakeholders.views.several import chosen_rows, nothing_chosen, way_back, way_out


@blueprint.get("/organisationen/auswahl/archiv")
def ask_archive() -> Response:
    """Who would go into the archive, what that means, and what still runs with them."""
    require(permissions.may_archive(current_actor()))
    chosen = chosen_rows()
    if not chosen:
        return nothing_chosen()
    return _archive_page(chosen, ArchiveForm())


def _archive_page(chosen: list[Organisation], form: ArchiveForm, *, status: int = 200) -> Response:
    ready = [row for row in chosen if not row.is_archived]
    page = render_template(
        "stakeholders/archive.html",
        form=form,
        ready=ready,
        left=[row for row in chosen if row.is_archived],
        open_things=extension.open_with([row.id for row in ready]),
        back=way_back(),
        way_out=way_out(chosen),
    )
    return make_response(page, status)


@blueprint.post("/organisationen/auswahl/archiv")
def archive_several() -> Response:
    """Put them into the archive; the way back stands in the message."""
    actor = current_actor()
    require(permissions.may_archive(actor))
    chosen, form = chosen_rows(), ArchiveForm()
    if not chosen:
        return nothing_chosen()
    ready = [row for row in chosen if not row.is_archived]
    try:
        with transaction():
            count = archive.archive(chosen, actor=actor, reason=form.reason.data or "")
    except Refusal as refusal:
        form.refuse(refusal)
        return _archive_page(chosen, form, status=422)
    if not count:
        flash(_("Im Archiv standen alle schon. Nichts wurde geändert."), "info")
        return redirect(way_back())
    words = (
        _("„%(name)s“ wurde ins Archiv gelegt.", name=ready[0].name)
        if len(ready) == 1
        else ngettext(
            "%(num)s Organisation wurde ins Archiv gelegt.", "%(num)s Organisationen wurden ins Archiv gelegt.", count
        )
    )
    undo = url_for("stakeholders.ask_restore", id=[row.public_id for row in ready], zurueck=way_back())
    flash(Markup('{} <a href="{}">{}</a>').format(words, undo, _("Rückgängig machen")), "ok")
    return redirect(way_back())


@blueprint.get("/organisationen/auswahl/aus-dem-archiv")
def ask_restore() -> Response:
    """Who would come back from the archive."""
    require(permissions.may_archive(current_actor()))
    chosen = chosen_rows()
    if not chosen:
        return nothing_chosen()
    page = render_template(
        "stakeholders/restore.html",
        form=SeveralForm(),
        ready=[row for row in chosen if row.is_archived],
        left=[row for row in chosen if not row.is_archived],
        back=way_back(),
        way_out=way_out(chosen),
    )
    return make_response(page)


@blueprint.post("/organisationen/auswahl/aus-dem-archiv")
def restore_several() -> Response:
    """Take them out of the archive."""
    actor = current_actor()
    require(permissions.may_archive(actor))
    chosen = chosen_rows()
    if not chosen:
        return nothing_chosen()
    with transaction():
        count = archive.restore(chosen, actor=actor)
    flash(
        ngettext(
            "%(num)s Organisation ist wieder dabei. Einladungen, die von Listen genommen wurden, setzen Sie bitte neu.",
            "%(num)s Organisationen sind wieder dabei. Einladungen, die von Listen genommen wurden, setzen Sie bitte"
            " neu.",
            count,
        )
        if count
        else _("Keine der Ausgewählten stand im Archiv."),
        "ok",
    )
    return redirect(way_back())

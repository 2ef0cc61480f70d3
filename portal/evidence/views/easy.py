"""Writing, releasing and taking back what stands in *Leichte Sprache* about a planning area."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.areas import queries as areas
from portal.areas.models import Area, AreaKind
from portal.core.actor import current_actor
from portal.core.errors import Conflict, Refusal
from portal.core.forms import Form, line, lines
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.evidence import permissions
from portal.evidence.easy import services as easy_texts
from portal.evidence.views.frame import blueprint


class EasyForm(Form):
    """The text, who checked it, and which version it was written from."""

    text = TextAreaField(
        _l("Text in Leichter Sprache"),
        description=_l("Ein Satz je Zeile. Eine leere Zeile trennt Absätze."),
        filters=[lines],
        validators=[
            InputRequired(),
            Length(max=easy_texts.MOST, message=_l("Bitte kürzen Sie auf höchstens 6.000 Zeichen.")),
        ],
    )
    checked_by = StringField(
        _l("Auf Verständlichkeit geprüft von"),
        description=_l("Zum Beispiel eine Prüfgruppe. Leer lassen, wenn noch niemand geprüft hat."),
        filters=[line],
        validators=[Optional(), Length(max=200, message=_l("Bitte kürzen Sie auf höchstens 200 Zeichen."))],
    )
    seen = HiddenField()

    @property
    def seen_number(self) -> int:
        return int(self.seen.data) if (self.seen.data or "").isascii() and (self.seen.data or "").isdigit() else -1


@blueprint.route("/planungsraeume/<slug>/leichte-sprache", methods=["GET", "POST"])
def easy_text(slug: str) -> ResponseReturnValue:
    """All versions for staff; planners write the next one from the latest."""
    actor = current_actor()
    require(permissions.may_see_easy_drafts(actor))
    area = areas.find(AreaKind.PLANNING_AREA, slug)
    form = EasyForm()
    if request.method == "POST":
        require(permissions.may_write_easy(actor))
        if form.validate():
            try:
                with transaction():
                    easy_texts.write(
                        area, form.text.data, actor=actor, seen=form.seen_number, checked_by=form.checked_by.data or ""
                    )
            except Conflict as conflict:
                form.refuse(conflict)
                form.seen.data = str(_latest(area))
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                flash(_("Gespeichert. Öffentlich wird der Text, wenn eine zweite Person ihn freigibt."), "ok")
                return redirect(url_for("evidence.easy_text", slug=slug))
    found = easy_texts.versions(area.id)
    if request.method != "POST":
        form.seen.data = str(found[0].number if found else 0)
        if found:
            form.text.data, form.checked_by.data = found[0].text, found[0].checked_by
    latest = found[0] if found else None
    page = render_template(
        "evidence/easy.html",
        area=area,
        form=form,
        versions=found,
        latest=latest,
        public=next((one for one in found if one.is_public), None),
        may_write=permissions.may_write_easy(actor),
        may_release=latest is not None and not latest.is_public and permissions.may_release_easy(actor, latest),
        may_withdraw=permissions.may_release_easy_any(actor),
    )
    return make_response(page, 422 if form.errors else 200)


def _latest(area: Area) -> int:
    found = easy_texts.versions(area.id)
    return found[0].number if found else 0


@blueprint.post("/planungsraeume/<slug>/leichte-sprache/freigeben")
def release_easy_text(slug: str) -> ResponseReturnValue:
    """Let everybody read the latest version; the form names which one was read."""
    actor = current_actor()
    require(permissions.may_release_easy_any(actor))
    area = areas.find(AreaKind.PLANNING_AREA, slug)
    wanted = request.form.get("fassung", "")
    found = next((one for one in easy_texts.versions(area.id) if str(one.number) == wanted), None)
    with told(_("Freigegeben. Der Text ist jetzt öffentlich.")):
        if found is None:
            raise Refusal(_("Diese Fassung gibt es nicht."))
        easy_texts.release(found, actor=actor)
    return redirect(url_for("evidence.easy_text", slug=slug))


@blueprint.post("/planungsraeume/<slug>/leichte-sprache/zuruecknehmen")
def withdraw_easy_text(slug: str) -> ResponseReturnValue:
    """Take the released text back; its versions stay."""
    actor = current_actor()
    require(permissions.may_release_easy_any(actor))
    area = areas.find(AreaKind.PLANNING_AREA, slug)
    with told(_("Zurückgenommen. Die Seite sagt jetzt, dass es keinen Text in Leichter Sprache gibt.")):
        easy_texts.withdraw(area, actor=actor)
    return redirect(url_for("evidence.easy_text", slug=slug))

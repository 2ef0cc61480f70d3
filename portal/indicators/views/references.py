"""Reference values of an indicator: what holds, what held, a further one."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.forms import Form, GermanDateField, GermanNumberField, line, lines
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.indicators import permissions, queries
from portal.indicators.catalogue import reference_queries, references
from portal.indicators.catalogue.facts import indicator_facts
from portal.indicators.catalogue.reference_models import ReferenceDirection, ReferenceKind
from portal.indicators.catalogue.references import Written
from portal.indicators.views.frame import blueprint, kept


class ReferenceForm(Form):
    """One reference value."""

    kind = RadioField(_l("Art"), default=ReferenceKind.LAND.value)
    direction = RadioField(_l("Wie der Wert gemeint ist"), default=ReferenceDirection.COMPARE.value)
    value = GermanNumberField(_l("Wert"), validators=[InputRequired()])
    refers_on = GermanDateField(_l("Stand des Werts"), validators=[InputRequired()])
    valid_from = GermanDateField(_l("Gilt ab"), validators=[InputRequired()])
    valid_to = GermanDateField(_l("Gilt bis"), description=_l("Der letzte Tag; leer: bis auf Weiteres."),
                         validators=[Optional()])  # fmt: skip
    source = StringField(
        _l("Quelle"),
        description=_l("Herausgeber, Titel und Stand, so dass jemand die Zahl findet."),
        filters=[line],
        validators=[InputRequired(), Length(max=500, message=_l("Bitte kürzen Sie auf höchstens 500 Zeichen."))],
    )
    note = TextAreaField(
        _l("Anmerkung"),
        filters=[lines],
        validators=[Optional(), Length(max=1000, message=_l("Bitte kürzen Sie auf höchstens 1.000 Zeichen."))],
    )


@blueprint.route("/kennzahlenregister/<key>/bezugswerte", methods=["GET", "POST"])
def reference_values(key: str) -> ResponseReturnValue:
    """All of them for staff; whoever keeps the entry adds one."""
    actor = current_actor()
    require(permissions.may_see_register(actor))
    found = queries.find(key, actor=actor)
    may_keep = permissions.may_keep(actor, found.department_id)
    form = ReferenceForm()
    form.kind.choices, form.direction.choices = ReferenceKind.choices(), ReferenceDirection.choices()
    if request.method != "POST":
        form.valid_from.data = clock.today()
    else:
        require(may_keep)
        if form.validate():
            try:
                with transaction():
                    references.add(found, _written(form), actor=actor)
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                flash(_("Gespeichert. Der Bezugswert steht jetzt neben dem Wert des Landkreises."), "ok")
                return redirect(url_for("indicators.reference_values", key=key))
    facts = indicator_facts(queries.find(key, actor=actor))
    page = render_template(
        "indicators/references.html",
        entry=found,
        form=form,
        rows=[(one, references.in_words(facts, one)) for one in reference_queries.history(found.id)],
        today=clock.today(),
        may_keep=may_keep,
        may_fix=permissions.may_fix_leads(actor),
    )
    return make_response(page, 422 if form.errors else 200)


def _written(form: ReferenceForm) -> Written:
    return Written(
        kind=ReferenceKind(form.kind.data),
        direction=ReferenceDirection(form.direction.data),
        value=form.value.data or 0.0,
        refers_on=form.refers_on.data,
        valid_from=form.valid_from.data,
        valid_to=form.valid_to.data,
        source=form.source.data or "",
        note=form.note.data or "",
    )


@blueprint.post("/kennzahlenregister/<key>/bezugswerte/beenden")
def end_reference(key: str) -> ResponseReturnValue:
    """Compare with one no longer; it stays in the history with the reason."""
    actor = current_actor()
    found = kept(key, actor)
    number = request.form.get("nummer", "")
    with told(_("Beendet. Der Wert bleibt in der Liste mit dem Grund.")):
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        references.end(found, wanted, reason=request.form.get("grund", ""), actor=actor)
    return redirect(url_for("indicators.reference_values", key=key))

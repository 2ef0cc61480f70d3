"""The form of a change of municipalities. It is read from the address for the preview, from the form when saving."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms import widgets as parts
from wtforms.validators import InputRequired, Length, Optional

from portal.areas import queries
from portal.areas.mergers.services import NewPlace, Wish
from portal.areas.models import Area, AreaKind, MergerKind
from portal.areas.regrouping import REASON_LENGTH
from portal.core import clock
from portal.core.forms import Form, GermanDateField, line

# What each kind needs beside day and reason, in the words of the form.
HINTS = {
    MergerKind.INCORPORATION.value: _l("Eine oder mehrere Gemeinden gehen in einer bestehenden auf."),
    MergerKind.UNION.value: _l("Zwei oder mehr Gemeinden bilden eine neue mit neuem Namen und Schlüssel."),
    MergerKind.RENAMING.value: _l("Eine Gemeinde heißt anders. Adresse und Schlüssel bleiben."),
    MergerKind.DEPARTURE.value: _l("Eine Gemeinde gehört künftig zu einem anderen Landkreis."),
    MergerKind.ARRIVAL.value: _l("Eine Gemeinde kommt aus einem anderen Landkreis dazu."),
}


class _BoxesField(SelectMultipleField):
    widget = parts.ListWidget(prefix_label=False)
    option_widget = parts.CheckboxInput()


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Bitte höchstens %(max)d Zeichen."))


class MergerForm(Form):
    """Everything that a change of any kind may need; the service says what is missing for the one that was chosen."""

    kind = RadioField(
        _l("Was ändert sich?"),
        [InputRequired(_l("Bitte wählen Sie, was sich ändert."))],
        name="art",
        choices=MergerKind.choices,
    )
    from_day = GermanDateField(
        _l("Gilt ab"),
        [InputRequired(_l("Bitte geben Sie an, ab welchem Tag die Änderung gilt."))],
        name="ab",
        description=_l("Bis zum Tag davor gibt es die bisherigen Gemeinden."),
    )
    reason = StringField(
        _l("Grundlage"),
        [InputRequired(_l("Bitte nennen Sie die Grundlage, z.\u00a0B. Gesetz, Vertrag oder Beschluss.")),
         _at_most(REASON_LENGTH)],
        name="grundlage",
        filters=[line],
        description=_l("Gesetz, Vertrag oder Beschluss mit Datum. Steht öffentlich im Verlauf."),
    )  # fmt: skip
    ended = _BoxesField(_l("Diese Gemeinden enden"), [Optional()], name="endet")
    successor = SelectField(
        _l("Diese Gemeinde besteht weiter oder wird umbenannt"),
        [Optional()],
        name="besteht",
        description=_l("Bei einer Eingliederung und einer Umbenennung."),
    )
    name = StringField(
        _l("Neuer Name"),
        [Optional(), _at_most(200)],
        name="name",
        filters=[line],
        description=_l("Bei einem Zusammenschluss, einer Umbenennung und einem Wechsel in diesen Landkreis."),
    )
    official_name = StringField(
        _l("Amtlicher Name"),
        [Optional(), _at_most(200)],
        name="amtlich",
        filters=[line],
        description=_l("Leer: wie der Name."),
    )
    type_name = StringField(
        _l("Bezeichnung"),
        [Optional(), _at_most(60)],
        name="bezeichnung",
        filters=[line],
        description=_l("Stadt, Gemeinde, Große Kreisstadt …"),
    )
    key = StringField(
        _l("Neuer amtlicher Gemeindeschlüssel"),
        [Optional(), _at_most(12)],
        name="schluessel",
        filters=[line],
        description=_l("Acht Ziffern. Er steht im amtlichen Gemeindeverzeichnis."),
    )
    planning_area = SelectField(_l("Planungsraum der neuen Gemeinde"), [Optional()], name="planungsraum")
    association = SelectField(_l("Verwaltungsgemeinschaft der neuen Gemeinde"), [Optional()], name="verwaltung")
    as_localities = BooleanField(
        _l("Die endenden Gemeinden bleiben als Ortsteile"),
        name="ortsteile",
        description=_l("Veranstaltungen und Hinweise können sie dann weiter nennen."),
    )
    elsewhere = StringField(
        _l("Anderer Landkreis"),
        [Optional(), _at_most(200)],
        name="kreis",
        filters=[line],
        description=_l("Bei einem Wechsel in einen oder aus einem anderen Landkreis."),
    )

    @property
    def answers(self) -> list[tuple[str, str]]:
        """What was entered, as hidden fields and addresses carry it."""
        found: MultiDict[str, str] = MultiDict()
        for field in self:
            if field.short_name in {"csrf_token", "mark"} or not field.data:
                continue
            for value in field.data if isinstance(field.data, list) else [field.data]:
                found.add(field.name, "y" if value is True else str(value))
        return [(name, value) for name, values in found.lists() for value in values]


class ConfirmedMergerForm(MergerForm):
    """The same once more, with the state of the assignment that the preview showed."""

    mark = HiddenField(name="stand")


def offer_places(form: MergerForm) -> None:
    """Fill the choices: municipalities and groups that are not yet over."""
    county, today = queries.own_county(), clock.today()
    municipalities = [(area.key or "", area.name) for area in queries.municipalities(county)]
    nobody = ("", _("bitte wählen"))
    form.ended.choices = municipalities
    form.successor.choices = [nobody, *municipalities]
    day = queries.composition_of(county, on=today)
    form.planning_area.choices = [("", _("keiner")), *((area.slug, area.name) for area in day.planning_areas)]
    form.association.choices = [("", _("keine")), *((area.slug, area.name) for area in day.associations)]


def wish_of(form: MergerForm) -> Wish:
    """The change as it was entered; what its kind does not use is left out."""
    kind = MergerKind(form.kind.data)
    ends = kind in {MergerKind.INCORPORATION, MergerKind.UNION, MergerKind.DEPARTURE}
    makes = kind in {MergerKind.UNION, MergerKind.ARRIVAL}
    goes_on = kind in {MergerKind.INCORPORATION, MergerKind.RENAMING}
    new = NewPlace(
        name=form.name.data or "",
        official_name=form.official_name.data or "",
        key=form.key.data or "",
        type_name=form.type_name.data or "",
    )
    chosen = _municipalities([form.successor.data] if goes_on and form.successor.data else [])
    return Wish(
        kind=kind,
        from_day=form.from_day.data,
        reason=form.reason.data or "",
        ended=tuple(_municipalities(form.ended.data or [])) if ends else (),
        successor=next(iter(chosen), None),
        new=new if makes or kind is MergerKind.RENAMING else None,
        planning_area=_group(AreaKind.PLANNING_AREA, form.planning_area.data) if makes else None,
        association=_group(AreaKind.ASSOCIATION, form.association.data) if makes else None,
        as_localities=bool(form.as_localities.data) and kind in {MergerKind.INCORPORATION, MergerKind.UNION},
        elsewhere=form.elsewhere.data or "" if kind in {MergerKind.DEPARTURE, MergerKind.ARRIVAL} else "",
    )


def _municipalities(keys: Sequence[str]) -> Sequence[Area]:
    return [area for area in queries.by_keys(keys, kind=AreaKind.MUNICIPALITY) if area.is_own]


def _group(kind: AreaKind, slug: str | None) -> Area | None:
    return queries.find(kind, slug) if slug else None

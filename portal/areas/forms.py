"""Forms of planning areas, moves and localities. Names in addresses and forms are German, like all addresses."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.areas.regrouping import REASON_LENGTH
from portal.areas.services import CHARACTER_LENGTH, DESCRIPTION_LENGTH, NAME_LENGTH
from portal.areas.slugs import MAX_LENGTH
from portal.core.forms import Form, GermanDateField, line, lines

NO_PLANNING_AREA = "keiner"


def _at_most(limit: int) -> Length:
    return Length(max=limit, message=_l("Bitte höchstens %(max)d Zeichen."))


class MoveForm(Form):
    """Where to, from which day on, why. Read from the address for the preview, from the form when saving."""

    to = SelectField(_l("Verschieben nach"), name="nach")
    from_day = GermanDateField(
        _l("Ab Tag"),
        [InputRequired(_l("Bitte geben Sie an, ab welchem Tag die Änderung gilt."))],
        name="ab",
        description=_l("Bis zum Tag davor gilt die bisherige Zuordnung."),
    )
    reason = StringField(
        _l("Grund"),
        [Optional(), _at_most(REASON_LENGTH)],
        name="grund",
        filters=[line],
        description=_l("Steht öffentlich im Verlauf der Gemeinde. Nötig, wenn der Tag zurückliegt."),
    )
    confirmed = BooleanField(
        _l("Die Zuordnung ist beschlossen"),
        name="beschlossen",
        description=_l("Ohne Haken steht weiter „Beispielzuordnung“ dabei."),
    )


class ConfirmedMoveForm(MoveForm):
    """The same once more, with the state of the assignment that the preview showed."""

    mark = HiddenField(name="stand")


class PlanningAreaForm(Form):
    """Words and lifetime of a planning area."""

    name = StringField(_l("Name"), [InputRequired(), _at_most(NAME_LENGTH)], filters=[line])
    slug = StringField(
        _l("Adresse der Seite"),
        [Optional(), _at_most(MAX_LENGTH)],
        filters=[line],
        description=_l("Letzter Teil der Adresse. Leer: aus dem Namen gebildet. Alte Verweise führen nach einer "
                       "Änderung ins Leere."),
    )  # fmt: skip
    character = StringField(
        _l("Kurz beschrieben"),
        [Optional(), _at_most(CHARACTER_LENGTH)],
        filters=[line],
        description=_l("Steht beim Namen, z.\u00a0B. „eher ländlich“."),
    )
    description = TextAreaField(
        _l("Beschreibung"),
        [Optional(), _at_most(DESCRIPTION_LENGTH)],
        filters=[lines],
        description=_l("Was diesen Planungsraum ausmacht. Öffentlich, in einfachen Sätzen."),
    )
    valid_from = GermanDateField(_l("Gibt es ab"), [Optional()])
    valid_to = GermanDateField(
        _l("Gibt es nicht mehr ab"),
        [Optional()],
        description=_l("Leer lassen, solange kein Ende feststeht."),
    )
    edition = HiddenField()


class ArchiveForm(Form):
    """From which day on a planning area no longer exists."""

    valid_to = GermanDateField(
        _l("Gibt es nicht mehr ab"), [InputRequired(_l("Bitte geben Sie den ersten Tag ohne diesen Planungsraum an."))]
    )


class LocalityForm(Form):
    """A locality's name and a line about it."""

    name = StringField(
        _l("Name des Ortsteils oder Quartiers"), [InputRequired(), _at_most(NAME_LENGTH)], filters=[line]
    )
    description = TextAreaField(
        _l("Beschreibung"),
        [Optional(), _at_most(DESCRIPTION_LENGTH)],
        filters=[lines],
        description=_l("Wofür er gebraucht wird oder wie er abgegrenzt ist."),
    )


def census_choices() -> list[tuple[str, Any]]:
    """On which census a population rests; empty where its day says it."""
    return [
        ("", _l("ergibt sich aus dem Stichtag")),
        ("2011", _l("Zensus 2011")),
        ("2022", _l("Zensus 2022")),
    ]


class _SaidForm(Form):
    """What a file about places does not say itself."""

    figures_day = GermanDateField(
        _l("Stichtag von Bevölkerung und Fläche"),
        [Optional()],
        description=_l("Steht in Hinweise.txt neben der Datei. Ohne ihn bleiben die Zahlen weg."),
    )
    census = SelectField(
        _l("Grundlage der Bevölkerung"),
        [Optional()],
        choices=census_choices,
        description=_l("Für Stichtage von 2022 bis 2024 gibt es Zahlen auf beiden Grundlagen."),
    )
    territorial_date = GermanDateField(_l("Gebietsstand der Grenzen"), [Optional()])
    attribution = StringField(
        _l("Quellenvermerk"),
        [Optional(), _at_most(500)],
        filters=[line],
        description=_l("Wie ihn der Bereitsteller verlangt; steht unter jeder Karte."),
    )
    publisher = StringField(_l("Bereitsteller"), [Optional(), _at_most(300)], filters=[line])
    licence = StringField(_l("Lizenz"), [Optional(), _at_most(200)], filters=[line])
    licence_url = StringField(_l("Adresse des Lizenztextes"), [Optional(), _at_most(300)], filters=[line])
    source = StringField(_l("Titel der Quelle"), [Optional(), _at_most(500)], filters=[line])


class AreaFileForm(_SaidForm):
    """A municipality register or boundaries."""

    file = FileField(_l("Datei"), [FileRequired(_l("Bitte wählen Sie eine Datei aus."))])


class AreaFileFormAgain(_SaidForm):
    """The same once more, with the file kept since the preview."""

    REPEATED = (
        "figures_day", "census", "territorial_date", "attribution", "publisher", "licence", "licence_url", "source",
        "keys_count", "numbers_count", "removed",
    )  # fmt: skip
    kept = HiddenField(validators=[InputRequired()])
    file_name = HiddenField()
    keys_count = BooleanField()
    numbers_count = BooleanField()
    removed = HiddenField(validators=[Optional(), _at_most(20_000)])

"""What can be wrong with a county's own Word template, and how the portal says it."""

from enum import Enum

from flask_babel import gettext as _

from portal.core.errors import Refusal


class Fault(Enum):
    """One reason to refuse a template; the value is its key between two processes."""

    BROKEN = "broken"
    TOO_BIG = "too_big"
    TOO_MUCH = "too_much"
    FOREIGN = "foreign"
    UNFIT = "unfit"
    ALONE = "alone"
    NO_AREAS = "no_areas"
    NO_REFERENCES = "no_references"


class TemplateFault(Exception):
    """A template cannot be used; `why` are Jinja's or Word's own words for the place."""

    def __init__(self, fault: Fault, why: str = "") -> None:
        super().__init__(fault.value, why)
        self.fault = fault
        self.why = why[:300]

    def refusal(self) -> Refusal:
        """The same in words for the person who chose the file."""
        return Refusal(_sentence(self.fault, self.why), field="file")


def _sentence(fault: Fault, why: str) -> str:
    match fault:
        case Fault.BROKEN:
            return _("Die Datei ist beschädigt oder keine Word-Vorlage.")
        case Fault.TOO_BIG:
            return _("Die Vorlage ist ausgepackt zu groß.")
        case Fault.TOO_MUCH:
            return _(
                "Die Vorlage braucht zum Ausfüllen zu viel Zeit oder Speicher. Bitte sehen Sie nach Schleifen in "
                "Schleifen, oder gehen Sie von der jetzigen Vorlage aus."
            )
        case Fault.FOREIGN:
            return _(
                "Die Vorlage holt etwas von außen oder enthält ein Programm (%(why)s). Es stünde in jedem Bericht. "
                "Bitte entfernen Sie das in Word und speichern Sie die Datei als DOCX.",
                why=why,
            )
        case Fault.UNFIT:
            return _("Die Vorlage passt nicht zum Bericht: %(why)s", why=why)
        case Fault.ALONE:
            return _("Eine Vorlage ist eine einzige Datei und kann keine andere einbinden (include, import, extends).")
        case Fault.NO_AREAS:
            return _(
                "In der Vorlage steht kein Platzhalter für die Planungsräume. Vom Bericht wäre nichts zu sehen. Laden "
                "Sie die jetzige Vorlage herunter und ändern Sie diese, dann bleiben die Platzhalter erhalten."
            )
        case Fault.NO_REFERENCES:
            return _(
                "Die Vorlage druckt Werte von Kennzahlen ohne die Nummer ihrer Quelle. Bitte setzen Sie „reference“ "
                "unverändert zu jedem Wert, wie in der jetzigen Vorlage."
            )

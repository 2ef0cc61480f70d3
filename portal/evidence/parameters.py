"""Settings of rule 1 and of hearings. The pages print the rule with these numbers put in.

Which groups have to be there for a topic to count as asked is a setting of events.
"""

from flask_babel import lazy_gettext as _l

from portal.conferences.parameters import required_share
from portal.evidence.rule import Thresholds
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

_GROUP = _l("Befunde")
_DEFAULT = Thresholds()
HEARING_DAYS = "evidence.hearing_days"

SETTINGS = (
    Declared(
        key="evidence.survey_lower_limit",
        kind=SettingKind.NUMBER,
        default=100 * _DEFAULT.survey_lower_limit,
        group=_GROUP,
        label=_l("Befragung: benannt ab"),
        hint=_l("So hoch muss die untere Grenze des Anteils sein, der ein Problem nennt."),
        minimum=5,
        maximum=75,
        unit="%",
    ),
    Declared(
        key="evidence.survey_minimum",
        kind=SettingKind.WHOLE_NUMBER,
        default=_DEFAULT.survey_minimum,
        group=_GROUP,
        label=_l("Befragung: gültige Antworten, damit eine Frage etwas benennt"),
        minimum=10,
        maximum=1000,
    ),
    Declared(
        key="evidence.asked_minimum",
        kind=SettingKind.WHOLE_NUMBER,
        default=_DEFAULT.asked_minimum,
        group=_GROUP,
        label=_l("Befragung: gültige Antworten, damit ein Thema als gefragt gilt"),
        minimum=10,
        maximum=1000,
    ),
    Declared(
        key="evidence.organisations",
        kind=SettingKind.WHOLE_NUMBER,
        default=_DEFAULT.organisations,
        group=_GROUP,
        label=_l("Unabhängige Organisationen, damit ein Thema benannt ist"),
        hint=_l("Organisationen desselben Spitzenverbands zählen zusammen als eine."),
        minimum=1,
        maximum=10,
    ),
    Declared(
        key="evidence.municipalities",
        kind=SettingKind.WHOLE_NUMBER,
        default=_DEFAULT.municipalities,
        group=_GROUP,
        label=_l("Städte und Gemeinden, damit ein Thema benannt ist"),
        minimum=1,
        maximum=10,
    ),
    Declared(
        key=HEARING_DAYS,
        kind=SettingKind.WHOLE_NUMBER,
        default=28,
        group=_GROUP,
        label=_l("Dauer der Anhörung der Gemeinden in Tagen"),
        minimum=7,
        maximum=90,
    ),
)


def thresholds() -> Thresholds:
    """What the settings say now."""
    return Thresholds(
        survey_lower_limit=settings.get("evidence.survey_lower_limit") / 100,
        survey_minimum=settings.get("evidence.survey_minimum"),
        asked_minimum=settings.get("evidence.asked_minimum"),
        required_share=required_share(),
        organisations=settings.get("evidence.organisations"),
        municipalities=settings.get("evidence.municipalities"),
    )

"""Settings of rule 1 and of hearings. The pages print the rule with these numbers put in.

Which groups have to be there for a topic to count as asked is a setting of events.
"""

from flask_babel import lazy_gettext as _l

from portal.conferences.parameters import required_share
from portal.evidence.rules.rule import Thresholds
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

_GROUP = _l("Befunde")
_DEFAULT = Thresholds()
HEARING_DAYS = "evidence.hearing_days"
REMINDER_DAYS = "evidence.reminder_days"

_OF_THE_RULE = (
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
        key="evidence.confidence",
        kind=SettingKind.CHOICE,
        choices=lambda: [("90", _l("90\u00a0%")), ("95", _l("95\u00a0%")), ("99", _l("99\u00a0%"))],
        default="95",
        group=_GROUP,
        label=_l("Befragung: Sicherheit der Grenzen und des Vergleichs"),
        hint=_l(
            "Sie gilt für die untere Grenze und für „deutlich mehr als in den anderen Planungsräumen“. Je höher, desto "
            "mehr Antworten braucht es, damit etwas als benannt gilt."
        ),
    ),
    Declared(
        key="evidence.soon_too_old_days",
        kind=SettingKind.WHOLE_NUMBER,
        default=_DEFAULT.soon_too_old_days,
        group=_GROUP,
        label=_l("Eine Zahl gilt als bald zu alt"),
        hint=_l("So lange vor ihrer Altersgrenze. Das senkt die Sicherheit, nicht die Einordnung."),
        minimum=0,
        maximum=1825,
        unit=_l("Tage vorher"),
        unit_one=_l("Tag vorher"),
    ),
)
RULE_KEYS = tuple(setting.key for setting in _OF_THE_RULE)

SETTINGS = (
    *_OF_THE_RULE,
    Declared(
        key=HEARING_DAYS,
        kind=SettingKind.WHOLE_NUMBER,
        default=28,
        group=_GROUP,
        label=_l("Dauer der Anhörung der Gemeinden in Tagen"),
        minimum=7,
        maximum=90,
    ),
    Declared(
        key=REMINDER_DAYS,
        kind=SettingKind.WHOLE_NUMBER,
        default=7,
        group=_GROUP,
        label=_l("Erinnerung vor dem Ende der Anhörung"),
        hint=_l("Wer noch nicht Stellung genommen hat, bekommt einmal eine E-Mail."),
        minimum=1,
        maximum=60,
        unit=_l("Tage vorher"),
        unit_one=_l("Tag vorher"),
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
        confidence=int(settings.get("evidence.confidence")) / 100,
        soon_too_old_days=settings.get("evidence.soon_too_old_days"),
    )

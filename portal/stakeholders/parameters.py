"""Settings of organisations: after which time without a word one counts as not heard for long."""

from flask_babel import lazy_gettext as _l

from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

SILENT_AFTER = "stakeholders.silent_after_months"

SETTINGS = (
    Declared(
        key=SILENT_AFTER,
        kind=SettingKind.WHOLE_NUMBER,
        default=12,
        group=_l("Organisationen"),
        label=_l("Lange nicht gehört nach"),
        hint=_l("So lange weder bei einer Veranstaltung noch mit einem Hinweis: Die Liste der Organisationen sagt es."),
        minimum=1,
        maximum=60,
        unit=_l("Monate"),
        unit_one=_l("Monat"),
    ),
)


def silent_after() -> int:
    """Months."""
    return int(settings.get(SILENT_AFTER))

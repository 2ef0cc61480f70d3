"""Settings of needs statements."""

from flask_babel import lazy_gettext as _l

from portal.core.text import one_line
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

_GROUP = _l("Bedarfshinweise")

DISCLAIMER = "needs.disclaimer"
TARGET_GROUPS = "needs.target_groups"
ANSWER_DAYS = "needs.answer_days"

SETTINGS = (
    Declared(key=DISCLAIMER, kind=SettingKind.TEXT, group=_GROUP,
             default="Diese fachliche Rückmeldung ist kein Verwaltungsakt und keine Zusage von Geld.",
             label=_l("Satz unter jeder fachlichen Rückmeldung"),
             hint=_l("Steht auf jeder Seite und in jeder E-Mail bei der Rückmeldung.")),
    Declared(key=TARGET_GROUPS, kind=SettingKind.LONG_TEXT, group=_GROUP, required=False,
             default="Kinder\nJugendliche\nFamilien\nältere Menschen\nMenschen mit Behinderung\n"
                     "pflegebedürftige Menschen\npflegende Angehörige\nallein lebende Menschen\n"
                     "Menschen mit wenig Geld\nzugewanderte Menschen\nMenschen ohne Auto",
             label=_l("Zielgruppen zur Auswahl"),
             hint=_l("Eine Zeile je Zielgruppe. Eigene können immer dazugeschrieben werden.")),
    Declared(key=ANSWER_DAYS, kind=SettingKind.WHOLE_NUMBER, group=_GROUP, default=42, minimum=1, maximum=365,
             unit=_l("Tage"), unit_one=_l("Tag"), label=_l("Rückmeldung soll gegeben sein nach"),
             hint=_l("Danach steht der Hinweis unter „Heute“ als überfällig.")),
)  # fmt: skip


def disclaimer() -> str:
    """The mark of every official answer: no administrative act, no promise of money."""
    text: str = settings.get(DISCLAIMER)
    return text


def offered_target_groups() -> list[str]:
    """Target groups to choose from, in the order of the setting, each once."""
    lines = (one_line(line)[:80] for line in str(settings.get(TARGET_GROUPS)).splitlines())
    return list(dict.fromkeys(line for line in lines if line))


def answer_days() -> int:
    """Days after which an answer is overdue."""
    days: int = settings.get(ANSWER_DAYS)
    return days

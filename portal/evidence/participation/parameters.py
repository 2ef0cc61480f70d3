"""Which groups the county wants to hear, phase by phase: its own rule, as settings with history."""

from flask_babel import lazy_gettext as _l

from portal.needs import parameters as needs
from portal.planning.models import Phase
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind
from portal.stakeholders.models import OrganisationKind

_GROUP = _l("Beteiligung")
# Those who are no organisation: heard by surveys.
RESIDENTS = "residents"
GROUPS = (
    RESIDENTS,
    *(
        kind.value
        for kind in OrganisationKind
        # Departments of the county count for no group; an association counts as its municipalities.
        if kind not in {OrganisationKind.COUNTY_DEPARTMENT, OrganisationKind.MUNICIPAL_ASSOCIATION}
    ),
)
# As sentences name them: several of each.
GROUP_WORDS = {
    RESIDENTS: _l("Bürgerinnen und Bürger"),
    "municipality": _l("Städte und Gemeinden"),
    "welfare_provider": _l("freie Träger"),
    "commercial_provider": _l("gewerbliche Träger"),
    "jobcenter": _l("Jobcenter"),
    "school": _l("Schulen"),
    "health_office": _l("Gesundheitsamt"),
    "initiative": _l("Initiativen"),
    "interest_group": _l("Interessenvertretungen"),
    "other": _l("andere"),
}
# Providers are indispensable in every phase; the rest is the county's to say.
_PROVIDERS = ["municipality", "welfare_provider", "commercial_provider"]
_OTHERS = ["jobcenter", "school", "health_office", "initiative", "interest_group"]
_DEFAULTS = {
    Phase.INVENTORY: [*_PROVIDERS, "jobcenter", "school", "health_office"],
    Phase.NEEDS_ASSESSMENT: [RESIDENTS, *_PROVIDERS, *_OTHERS],
    Phase.MEASURES_PLANNING: [*_PROVIDERS, "initiative", "interest_group"],
    Phase.MEASURES_CONTROLLING: [RESIDENTS, *_PROVIDERS],
}
RESIDENTS_MINIMUM = "evidence.heard_residents_minimum"
TARGET_GROUPS = "evidence.heard_target_groups"
TARGET_PHASES = "evidence.heard_target_phases"
# Statements say for whom they speak: resources in the inventory, needs in the assessment. No other source does.
SPOKEN_PHASES = (Phase.INVENTORY, Phase.NEEDS_ASSESSMENT)


def _key(phase: Phase) -> str:
    return f"evidence.heard_{phase.value}"


SETTINGS = (
    *(
        Declared(
            key=_key(phase),
            kind=SettingKind.CHOICES,
            choices=lambda: [(key, GROUP_WORDS[key]) for key in GROUPS],
            default=_DEFAULTS[phase],
            group=_GROUP,
            label=phase.label,
            hint=_l("Wer in dieser Phase gehört werden soll."),
            required=False,
        )
        for phase in Phase
    ),
    Declared(
        key=RESIDENTS_MINIMUM,
        kind=SettingKind.WHOLE_NUMBER,
        default=30,
        group=_GROUP,
        label=_l("Bürgerinnen und Bürger gelten als gehört ab"),
        hint=_l("So viele Antworten aus dem Planungsraum in einer Befragung der Phase."),
        minimum=10,
        maximum=1000,
        unit=_l("Antworten"),
    ),
    Declared(
        key=TARGET_GROUPS,
        kind=SettingKind.CHOICES,
        choices=lambda: [(group, group) for group in needs.offered_target_groups()],
        default=[],
        group=_GROUP,
        label=_l("Zielgruppen, für die jemand sprechen soll"),
        hint=_l("Ohne Auswahl alle, die bei Bedarfshinweisen zur Wahl stehen."),
        required=False,
    ),
    Declared(
        key=TARGET_PHASES,
        kind=SettingKind.CHOICES,
        choices=lambda: [(phase.value, phase.label) for phase in SPOKEN_PHASES],
        default=[Phase.NEEDS_ASSESSMENT.value],
        group=_GROUP,
        label=_l("Phasen, in denen für die Zielgruppen jemand sprechen soll"),
        hint=_l("Hinweise nennen Zielgruppen: Bedarfe in der Bedarfserhebung, Ressourcen in der Bestandserfassung."),
        required=False,
    ),
)


def required(phase: Phase) -> tuple[str, ...]:
    """The groups the county wants to hear in a phase, in the order of `GROUPS`."""
    chosen = set(settings.get(_key(phase)))
    return tuple(group for group in GROUPS if group in chosen)


def target_groups() -> tuple[str, ...]:
    """The target groups somebody should speak for."""
    return tuple(settings.get(TARGET_GROUPS) or needs.offered_target_groups())


def target_phases() -> frozenset[Phase]:
    """Phases in which somebody should speak for each target group."""
    chosen = set(settings.get(TARGET_PHASES))
    return frozenset(phase for phase in SPOKEN_PHASES if phase.value in chosen)

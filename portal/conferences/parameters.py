"""Settings of events: which groups should be heard, which share of them suffices."""

from flask_babel import lazy_gettext as _l

from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind
from portal.stakeholders.models import OrganisationKind

_GROUP = _l("Veranstaltungen")
REQUIRED_GROUPS = "conferences.required_groups"
REQUIRED_SHARE = "conferences.required_share"
DELETE_ACCESS_AFTER = "conferences.delete_access_after_days"
# Departments of the county count for no group; an association counts as its municipalities.
_GROUPS = tuple(
    kind
    for kind in OrganisationKind
    if kind not in (OrganisationKind.COUNTY_DEPARTMENT, OrganisationKind.MUNICIPAL_ASSOCIATION)
)
_DEFAULT = (
    OrganisationKind.MUNICIPALITY,
    OrganisationKind.WELFARE_PROVIDER,
    OrganisationKind.COMMERCIAL_PROVIDER,
    OrganisationKind.JOBCENTER,
    OrganisationKind.SCHOOL,
    OrganisationKind.HEALTH_OFFICE,
    OrganisationKind.INITIATIVE,
    OrganisationKind.INTEREST_GROUP,
)

SETTINGS = (
    Declared(
        key=REQUIRED_GROUPS,
        kind=SettingKind.CHOICES,
        choices=lambda: [(kind.value, kind.label) for kind in _GROUPS],
        default=[kind.value for kind in _DEFAULT],
        group=_GROUP,
        label=_l("Gruppen, die gehört werden sollen"),
        hint=_l("Vor dem Versand zeigt die Seite, welche davon nicht eingeladen sind."),
    ),
    Declared(
        key=REQUIRED_SHARE,
        kind=SettingKind.NUMBER,
        default=50.0,
        group=_GROUP,
        label=_l("Anteil der Gruppen, der erreicht sein soll"),
        minimum=10,
        maximum=100,
        unit="%",
    ),
    Declared(
        key=DELETE_ACCESS_AFTER,
        kind=SettingKind.WHOLE_NUMBER,
        default=14,
        group=_GROUP,
        label=_l("Angaben zur Barrierefreiheit löschen nach"),
        hint=_l("So viele Tage nach der Veranstaltung sind sie gelöscht."),
        minimum=1,
        maximum=90,
        unit=_l("Tage"),
        unit_one=_l("Tag"),
    ),
)


def required_groups() -> tuple[OrganisationKind, ...]:
    """The groups the county wants to hear, in the order of the enum."""
    chosen = set(settings.get(REQUIRED_GROUPS))
    return tuple(kind for kind in _GROUPS if kind.value in chosen)


def required_share() -> float:
    """The share of them that suffices, between 0 and 1."""
    return float(settings.get(REQUIRED_SHARE)) / 100

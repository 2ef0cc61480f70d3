"""What a county decides about its minutes."""

from flask_babel import lazy_gettext as _l

from portal.settings.registry import Declared, SettingKind
from portal.stakeholders.models import OrganisationKind

NAMED_KINDS = "minutes.named_kinds"

# Public bodies; associations and firms only where the county says so.
_DEFAULT = [
    OrganisationKind.MUNICIPALITY, OrganisationKind.MUNICIPAL_ASSOCIATION, OrganisationKind.COUNTY_DEPARTMENT,
    OrganisationKind.JOBCENTER, OrganisationKind.SCHOOL, OrganisationKind.HEALTH_OFFICE,
]  # fmt: skip

SETTINGS = (
    Declared(
        key=NAMED_KINDS,
        kind=SettingKind.CHOICES,
        default=[kind.value for kind in _DEFAULT],
        group=_l("Protokolle"),
        label=_l("In öffentlichen Protokollen mit Namen genannt"),
        hint=_l("Andere Organisationen erscheinen nur mit ihrer Art, Personen nie."),
        required=False,
        choices=lambda: [(kind.value, kind.label) for kind in OrganisationKind],
    ),
)

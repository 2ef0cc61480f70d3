"""Findings about places, and who is heard on them."""

from flask_babel import lazy_gettext as _l

from portal.areas.uses import References
from portal.evidence.easy.models import EasyText
from portal.evidence.models import Finding, FindingHearing

USES = [
    References(_l("Befunde"), ((Finding.id, Finding.area_id),)),
    References(_l("Texte in Leichter Sprache"), ((EasyText.id, EasyText.area_id),)),
    References(_l("Anhörungen"), ((FindingHearing.id, FindingHearing.municipality_id),)),
]

"""Rounds of surveys that are about places, or in which people named theirs. Answers themselves are not counted."""

from flask_babel import lazy_gettext as _l

from portal.areas.uses import References
from portal.surveys.models import SurveyResponse, round_area

USES = [
    References(
        _l("Befragungsrunden"),
        (
            (round_area.c.round_id, round_area.c.area_id),
            (SurveyResponse.round_id, SurveyResponse.municipality_id),
        ),
    ),
]

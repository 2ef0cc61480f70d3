"""How the page of changes speaks of surveys."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit.naming import Name
from portal.core.actor import Actor
from portal.core.database import db
from portal.surveys.models import Survey, SurveyRound, SurveyVersion

ACTIONS = {
    "survey.version_created": _l("Fragen einer Befragung hinterlegt"),
    "survey.round_created": _l("Befragung vorbereitet"),
    "survey.round_opened": _l("Befragung begonnen"),
    "survey.round_closed": _l("Befragung beendet"),
    "survey.answers_opened": _l("Antworten geöffnet"),
    "survey.answers_discarded": _l("Zu wenige Antworten ungelesen gelöscht"),
}
SUBJECTS = {"survey_round": _l("Befragung"), "survey_version": _l("Fragen einer Befragung")}


def name_rounds(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Titles of rounds by id; they are public."""
    statement = select(SurveyRound).options(joinedload(SurveyRound.version)).where(SurveyRound.id.in_(ids))
    return {
        one.id: Name(f"{one.version.definition['title']['de']} ({one.slug})") for one in db.session.scalars(statement)
    }


def name_versions(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Survey and number of a version."""
    statement = select(SurveyVersion.id, SurveyVersion.number, Survey.key).join(Survey).where(SurveyVersion.id.in_(ids))
    return {row.id: Name(f"{row.key} ({row.number})") for row in db.session.execute(statement)}


NAMINGS = {"survey_round": name_rounds, "survey_version": name_versions}

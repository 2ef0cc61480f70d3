"""How the page of changes speaks of surveys."""

from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import date_short
from portal.surveys.models import Survey, SurveyRound, SurveyVersion


def _day(text: Any) -> str:
    return date_short(date.fromisoformat(str(text)))


ACTIONS = {
    "survey.version_created": _l("Fragen einer Befragung hinterlegt"),
    "survey.round_created": _l("Befragung vorbereitet"),
    "survey.round_opened": _l("Befragung begonnen"),
    "survey.round_closed": _l("Befragung beendet"),
    "survey.end_moved": _l("Ende einer Befragung geändert"),
    "survey.round_discarded": _l("Geplante Befragung verworfen"),
    "survey.answers_opened": _l("Antworten geöffnet"),
    "survey.answers_discarded": _l("Zu wenige Antworten ungelesen gelöscht"),
}
DETAILS = {
    "before": Detail(_l("Ende vorher"), shown=_day),
    "after": Detail(_l("Ende jetzt"), shown=_day),
    "slug": Detail(_l("Adresse"), in_name=True),
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

"""Where the sources of findings stand."""

from flask import url_for

from portal.conferences import permissions as conferences
from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.minutes.models import MinutesEntry


def survey_results(round_slug: str, area_slug: str, item: str) -> str:
    """The answers to the question of an item (`question` or `question.option`) in a planning area."""
    question = item.partition(".")[0]
    return url_for(
        "surveys.results", slug=round_slug, planungsraum=area_slug, frage=question, _anchor=f"frage-{question}"
    )


def survey_question(round_slug: str, item: str) -> str:
    """The answers to the question of an item in all places together."""
    question = item.partition(".")[0]
    return url_for("surveys.results", slug=round_slug, frage=question, _anchor=f"frage-{question}")


def statement(public_id: str) -> str:
    return url_for("needs.statement_page", public_id=public_id)


def minutes_entry(entry: MinutesEntry) -> str:
    """The entry on the page of its minutes."""
    return url_for("minutes.minutes_page", public_id=entry.version.minutes.public_id, _anchor=f"e-{entry.stem}")


def event(conference: Conference, actor: Actor) -> str | None:
    """The public page of the event, or the working one for who plans events; None where neither opens."""
    if conference.is_public:
        return url_for("conferences.date_page", public_id=conference.public_id)
    if conferences.may_see(actor, conference):
        return url_for("conferences.conference_page", public_id=conference.public_id)
    return None

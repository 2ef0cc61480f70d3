"""Where the sources of findings stand."""

from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.minutes.models import MinutesEntry


def survey_item(round_slug: str, code: str) -> str | None:
    return None


def statement(public_id: str) -> str | None:
    return None


def minutes_entry(entry: MinutesEntry) -> str | None:
    return None


def event(conference: Conference, actor: Actor) -> str | None:
    return None

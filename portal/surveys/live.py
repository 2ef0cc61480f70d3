"""Rounds as those who answer meet them: everything a page needs, kept in each web process.

Once in two seconds a process asks the database whether rounds, places or settings have changed. A round closed by
hand may show its pages that much longer; storing an answer asks the database itself, and nothing is stored too late.
"""

import time
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.database import db
from portal.core.errors import NotFound
from portal.settings import services as settings
from portal.surveys import queries, sealing
from portal.surveys.definition import Definition, from_document
from portal.surveys.models import RoundState, SurveyRound, last_day_before

_FRESH_SECONDS = 2.0
_CACHE = "portal_survey_live"


@dataclass(frozen=True, kw_only=True)
class LiveRound:
    """A round that has begun. `places` are (official key, name) of the municipalities one may live in."""

    id: int
    public_id: str
    slug: str
    state: RoundState
    closes_at: datetime
    ended_on: date
    public_key: bytes
    is_demo: bool
    definition: Definition
    size: int
    places: tuple[tuple[str, str], ...]
    place_keys: frozenset[str]
    # Changes with everything the pages are made of.
    version: str

    @property
    def last_day(self) -> date:
        return last_day_before(self.closes_at)

    @property
    def takes_answers(self) -> bool:
        return self.state is RoundState.OPEN and clock.now() < self.closes_at


@dataclass
class _Kept:
    version: str
    checked: float
    rounds: dict[str, LiveRound]


def live_round(slug: str) -> LiveRound:
    """The round behind an address; `NotFound` if there is none or it has not begun."""
    found = _current().rounds.get(slug)
    if found is None:
        raise NotFound
    return found


def _current() -> _Kept:
    kept: _Kept | None = current_app.extensions.get(_CACHE)
    now = time.monotonic()
    fresh = 0.0 if current_app.testing else _FRESH_SECONDS
    if kept is not None and now - kept.checked < fresh:
        return kept
    version = settings.version(queries.VERSION, "areas", "settings")
    if kept is not None and kept.version == version:
        kept.checked = now
        return kept
    kept = current_app.extensions[_CACHE] = _Kept(version, now, _read(version))
    return kept


def _read(version: str) -> dict[str, LiveRound]:
    rounds = db.session.scalars(
        select(SurveyRound).options(joinedload(SurveyRound.version)).where(SurveyRound.state != RoundState.PLANNED)
        .order_by(SurveyRound.id)
    ).all()  # fmt: skip
    municipalities = db.session.execute(
        select(Area.key, Area.name)
        .where(Area.kind == AreaKind.MUNICIPALITY, Area.is_own, Area.key.is_not(None))
        .order_by(Area.sort_key, Area.id)
    )
    places = tuple((str(key), name) for key, name in municipalities)
    definitions: dict[int, Definition] = {}
    found = {}
    for one in rounds:
        if one.version_id not in definitions:
            definitions[one.version_id] = from_document(one.version.definition)
        definition = definitions[one.version_id]
        values: dict[str, Any] = {
            name: getattr(one, name)
            for name in ("id", "public_id", "slug", "state", "closes_at", "ended_on", "public_key", "is_demo")
        }
        found[one.slug] = LiveRound(
            **values,
            definition=definition,
            size=sealing.size_of(definition),
            places=places,
            place_keys=frozenset(key for key, _name in places),
            version=version,
        )
    return found

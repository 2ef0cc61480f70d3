"""What the worker does for surveys: rounds begin and end by the clock, answers are opened, spent keys go."""

import logging
import time
from collections import Counter

from sqlalchemy import select

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.jobs.registry import JobContext
from portal.surveys import opening, services, spool
from portal.surveys.models import RoundState, SealedAnswer, SurveyRound

TEND = "surveys.tend"
# A key without a round belongs to one that was undone, or that is being made right now.
_ORPHAN_SECONDS = 24 * 3600
_log = logging.getLogger("portal")


def tend(_context: JobContext) -> dict[str, int]:
    """One visit to every round. Each step is a transaction of its own; done again, it changes nothing."""
    done: Counter[str] = Counter()
    now = clock.now()
    for id_ in _ids(SurveyRound.state == RoundState.PLANNED, SurveyRound.opens_at <= now):
        with transaction():
            done["begun"] += services.open_round(db.session.get_one(SurveyRound, id_), actor=SYSTEM)
    for id_ in _ids(SurveyRound.state == RoundState.OPEN, SurveyRound.closes_at <= now):
        with transaction():
            one = db.session.get_one(SurveyRound, id_)
            if one.state is RoundState.OPEN:
                services.close_round(one, actor=SYSTEM)
                done["closed"] += 1
    sealed = SurveyRound.id.in_(select(SealedAnswer.round_id))
    for id_ in _ids(SurveyRound.state == RoundState.OPEN, sealed):
        _repeat(id_, done, rest=False)
    for id_ in _ids(SurveyRound.state == RoundState.CLOSED, sealed):
        _repeat(id_, done, rest=True)
    _destroy_spent_keys()
    return dict(done)


def _ids(*conditions: object) -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(SurveyRound.id).where(*conditions).order_by(SurveyRound.id)))  # type: ignore[arg-type]


def _repeat(id_: int, done: Counter[str], *, rest: bool) -> None:
    step = opening.open_rest if rest else opening.open_part
    while True:
        with transaction():
            result = step(db.session.get_one(SurveyRound, id_), actor=SYSTEM)
        done["opened"] += result.opened
        done["discarded"] += result.discarded
        done["unreadable"] += result.unreadable
        if result.key_missing:
            done["key_missing"] += 1
            _log.error("the private key of survey round %s is not in this data folder", id_)
        if not result.opened:
            return


def _destroy_spent_keys() -> None:
    db.session.rollback()
    rounds = {one.public_id: one for one in db.session.scalars(select(SurveyRound).order_by(SurveyRound.id))}
    for name in spool.kept_names():
        one = rounds.get(name)
        if one is None:
            if time.time() - spool.kept_since(name) > _ORPHAN_SECONDS:
                spool.destroy_key(name)
        elif opening.is_finished(one):
            spool.destroy_key(name)
    db.session.rollback()

"""Opening sealed answers: a random part while enough stay behind, everything when the round is over.

All of it happens in the caller's transaction with the round's row held. What is opened leaves the pool in the same
commit in which it arrives among the responses: whenever the process dies, each answer is in exactly one of the two.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from portal.areas.models import Area, AreaKind
from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.settings import services as settings
from portal.surveys import permissions, queries, sealing, spool
from portal.surveys.definition import Definition, from_document
from portal.surveys.models import RoundState, SealedAnswer, SurveyResponse, SurveyRound, random_id

# So many stay sealed while a round runs: nobody can tell whose answers came to light today.
STAY_BEHIND = 10
# Fewer are not opened at once either: results before and after would show what single people said.
LEAST_BATCH = 10
_MOST_AT_ONCE = 500
_chance = random.SystemRandom()


@dataclass(frozen=True)
class Opened:
    """What a step did: answers opened, deleted unread, left because they cannot be read; whether the key is missing."""

    opened: int = 0
    discarded: int = 0
    unreadable: int = 0
    key_missing: bool = False


def open_part(one: SurveyRound, *, actor: Actor) -> Opened:
    """Open a random part of a running round's pool; nothing while too few would stay behind."""
    require(permissions.may_run(actor))
    lock(one)
    if one.state is not RoundState.OPEN:
        return Opened()
    pool = _pool(one)
    count = min(len(pool) - STAY_BEHIND, _MOST_AT_ONCE)
    return _open(one, _chance.sample(pool, count), actor) if count >= LEAST_BATCH else Opened()


def open_rest(one: SurveyRound, *, actor: Actor) -> Opened:
    """Open what a closed round still holds, up to 500; the caller repeats until nothing comes.

    With fewer answers in total than the survey's minimum nothing is ever opened: they are deleted unread.
    """
    require(permissions.may_run(actor))
    lock(one)
    if one.state is not RoundState.CLOSED:
        return Opened()
    pool = _pool(one)
    if not pool:
        _forget_ids(one)
        return Opened()
    definition = from_document(one.version.definition)
    if _responses(one) + len(pool) < definition.minimum_answers:
        db.session.execute(delete(SealedAnswer).where(SealedAnswer.round_id == one.id))
        settings.bump(queries.VERSION)
        audit.record("survey.answers_discarded", subject=one, actor=actor)
        return Opened(discarded=len(pool))
    done = _open(one, _chance.sample(pool, min(len(pool), _MOST_AT_ONCE)), actor, definition)
    if done.opened == len(pool):
        _forget_ids(one)
    return done


def is_finished(one: SurveyRound) -> bool:
    """Whether the round is over and nothing of it is sealed any more: then its key opens nothing."""
    return one.state is RoundState.CLOSED and not _pool(one)


def _pool(one: SurveyRound) -> list[str]:
    statement = (
        select(SealedAnswer.id)
        .where(SealedAnswer.round_id == one.id, SealedAnswer.content.is_not(None))
        .order_by(SealedAnswer.id)
    )
    return list(db.session.scalars(statement))


def _responses(one: SurveyRound) -> int:
    statement = select(func.count()).select_from(SurveyResponse).where(SurveyResponse.round_id == one.id)
    return int(db.session.execute(statement).scalar_one())


def _open(one: SurveyRound, chosen: Sequence[str], actor: Actor, definition: Definition | None = None) -> Opened:
    key = spool.read_key(one.public_id)
    if key is None:
        return Opened(key_missing=True)
    definition = definition or from_document(one.version.definition)
    place = definition.place_question
    places = _places()
    rows, readable, unreadable = [], [], 0
    statement = select(SealedAnswer.id, SealedAnswer.content).where(SealedAnswer.id.in_(chosen))
    for id_, content in db.session.execute(statement):
        if content is None:
            continue
        try:
            answers = sealing.unseal(content, key=key, bound_to=one.public_id)
        except sealing.UnreadableError:
            unreadable += 1
            continue
        readable.append(id_)
        named = answers.get(place.code) if place is not None else None
        rows.append(
            {"id": random_id(), "round_id": one.id, "municipality_id": places.get(named or ""), "answers": answers}
        )
    if rows:
        db.session.execute(insert(SurveyResponse), [rows[index] for index in sealing.random_order(len(rows))])
        db.session.execute(update(SealedAnswer).where(SealedAnswer.id.in_(readable)).values(content=None))
        settings.bump(queries.VERSION)
        audit.record("survey.answers_opened", subject=one, actor=actor)
    return Opened(opened=len(rows), unreadable=unreadable)


def _forget_ids(one: SurveyRound) -> None:
    db.session.execute(delete(SealedAnswer).where(SealedAnswer.round_id == one.id, SealedAnswer.content.is_(None)))


def _places() -> dict[str, int]:
    statement = select(Area.key, Area.id).where(Area.kind == AreaKind.MUNICIPALITY, Area.is_own)
    return {key: id_ for key, id_ in db.session.execute(statement) if key is not None}

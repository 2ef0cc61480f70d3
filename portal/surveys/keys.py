"""Rounds whose private key this installation does not have: what they take in or hold nobody could ever read."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.core.database import db
from portal.surveys import spool
from portal.surveys.models import RoundState, SealedAnswer, SurveyRound


@dataclass(frozen=True, kw_only=True)
class KeylessRound:
    """A round that needs a key which is not here. `sealed` answers wait for it; `title` is German."""

    public_id: str
    slug: str
    title: str
    name: str
    state: RoundState
    sealed: int


def keyless_rounds() -> list[KeylessRound]:
    """Rounds that are planned, that run or that hold sealed answers, without their key; by their beginning.

    Two queries and a look at one small file per round.
    """
    sealed = _sealed_counts()
    rounds = db.session.scalars(
        select(SurveyRound)
        .options(joinedload(SurveyRound.version))
        .where((SurveyRound.state != RoundState.CLOSED) | SurveyRound.id.in_(sealed.keys()))
        .order_by(SurveyRound.opens_at, SurveyRound.id)
    )
    return [
        KeylessRound(
            public_id=one.public_id,
            slug=one.slug,
            title=str(one.version.definition["title"]["de"]),
            name=one.name,
            state=one.state,
            sealed=sealed.get(one.id, 0),
        )
        for one in rounds
        if not spool.opens(one.public_id, one.public_key)
    ]


def _sealed_counts() -> Mapping[int, int]:
    statement = (
        select(SealedAnswer.round_id, func.count())
        .where(SealedAnswer.content.is_not(None))
        .group_by(SealedAnswer.round_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}

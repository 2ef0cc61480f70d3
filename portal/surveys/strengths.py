"""What people call good where they live: answers that name a strength, by planning area, as far as they may be shown.

Strengths stand beside problems and are never counted as such. The numbers are those of the results' own page: what is
hidden there is not given away here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from portal.core.transaction import in_transaction
from portal.surveys import queries, results
from portal.surveys.definition import Kind, Question
from portal.surveys.queries import CountedRound
from portal.surveys.results import Cell, QuestionResult

_CACHE = "portal_survey_strengths"
# A scale says "very good" of everything to some degree; a strength it names where many say so.
STRONG = 0.25


@dataclass(frozen=True, kw_only=True)
class Strength:
    """One answer of one round in one planning area; share and limits as fractions."""

    round_slug: str
    closed_at: datetime | None
    area_id: int
    item: str
    text: str
    language: str
    topics: tuple[str, ...]
    count: int
    n: int
    share: float
    lower: float
    upper: float
    is_demo: bool


def strengths(*, period_id: int | None = None, language: str = "de") -> Sequence[Strength]:
    """Of every round with opened answers, the strongest first within a round; one query while nothing has changed."""
    return [
        one
        for counted in queries.counted_rounds()
        if period_id is None or counted.asked.period_id == period_id
        for one in _kept(counted, language)
    ]


def _kept(counted: CountedRound, language: str) -> list[Strength]:
    if in_transaction():
        return _of_round(counted, language)
    shelf: dict[Any, Any] = current_app.extensions.setdefault(_CACHE, {})
    key = (counted.asked.round_id, language)
    known = shelf.get(key)
    if known is None or known[0] is not counted:
        known = shelf[key] = (counted, _of_round(counted, language))
    found: list[Strength] = known[1]
    return found


def _of_round(counted: CountedRound, language: str) -> list[Strength]:
    spoken = language if language in counted.definition.languages else "de"
    ids = [area_id for area_id, _slug, _name in counted.areas]
    found = [
        one
        for result in results.results(counted.definition, counted.tally, ids, language=spoken)
        for area_id in ids
        for one in _of_question(counted, result, area_id, spoken)
    ]
    return sorted(found, key=lambda one: (-one.share, one.item))


def _of_question(counted: CountedRound, result: QuestionResult, area_id: int, language: str) -> Iterable[Strength]:
    question, base = result.question, result.bases.get(area_id)
    if base is None:
        return
    for line in result.lines:
        cell = line.cells[area_id]
        topics = _topics(question, line.code)
        if line.means != "resource" or not topics or not _says_something(question, cell):
            continue
        assert cell.count is not None
        assert cell.share is not None
        assert cell.lower is not None
        assert cell.upper is not None
        yield Strength(
            round_slug=counted.slug,
            closed_at=counted.asked.closed_at,
            area_id=area_id,
            item=f"{question.code}.{line.code}",
            text=line.text if question.kind is Kind.MULTIPLE else f"{result.text} – {line.text}",
            language=language,
            topics=topics,
            count=cell.count,
            n=base,
            share=cell.share,
            lower=cell.lower,
            upper=cell.upper,
            is_demo=counted.is_demo,
        )


def _topics(question: Question, code: str) -> tuple[str, ...]:
    if question.kind is not Kind.MULTIPLE:
        return question.topics
    topic = question.by_code[code].topic
    return () if topic is None else (topic,)


def _says_something(question: Question, cell: Cell) -> bool:
    if cell.lower is None:
        return False
    return question.kind is Kind.MULTIPLE or cell.lower >= STRONG

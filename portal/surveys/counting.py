"""Counting opened answers, and what the counts say about a place. Pure computation on true counts.

What comes out of here is for rules, not for print: pages go through `surveys.results`, which hides small cells.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from portal.core.statistics import newcombe, wilson_interval
from portal.surveys.definition import NOT_VALID, Definition, Kind, Question

# Rule 1 (DOMAIN.md): what counts as named by a survey, and from how many answers on a question was really asked.
NAMED_BASE = 10
NAMED_SHARE = 0.25
ASKED_BASE = 30

# Group of a count: id of a planning area, or None for answers without a place in one of the round's areas.
Group = int | None


@dataclass(frozen=True)
class Tally:
    """How often each answer was given. `counts[question][group][code]`; numbers are counted by their value.

    `valid[question][group]` is the base: everybody who said something about the place.
    """

    counts: Mapping[str, Mapping[Group, Mapping[Any, int]]]
    valid: Mapping[str, Mapping[Group, int]]
    sheets: Mapping[Group, int]

    def count(self, question: str, groups: Iterable[Group], codes: Iterable[Any]) -> int:
        wanted, found = list(codes), self.counts[question]
        return sum(found[group].get(code, 0) for group in groups if group in found for code in wanted)

    def base(self, question: str, groups: Iterable[Group]) -> int:
        return sum(self.valid[question].get(group, 0) for group in groups)


def tally(definition: Definition, sheets: Iterable[tuple[Group, Mapping[str, Any]]]) -> Tally:
    """Count sheets, each with its group and its answers by question code."""
    counts: dict[str, dict[Group, Counter[Any]]] = {question.code: {} for question in definition.questions}
    valid: dict[str, Counter[Group]] = {question.code: Counter() for question in definition.questions}
    total: Counter[Group] = Counter()
    for group, answers in sheets:
        total[group] += 1
        for code, given in answers.items():
            if code not in counts:
                continue
            values = given if isinstance(given, list) else [given]
            counts[code].setdefault(group, Counter()).update(values)
            if not NOT_VALID.issuperset(values):
                valid[code][group] += 1
    return Tally(counts=counts, valid=valid, sheets=total)


class NamedBy(StrEnum):
    """By what a survey names a problem: many say so here, or clearly more than elsewhere."""

    LOWER_LIMIT = "lower_limit"
    ABOVE_REST = "above_rest"


@dataclass(frozen=True, kw_only=True)
class SurveyItem:
    """One question (or option of a multiple choice) of one round in one planning area, on true counts.

    `share`, limits and `difference` are fractions and None where nobody answered; `rest_…` are all other areas of
    the round together. `item` is the question's code, for options `question.option`. `english`: the
    text in English, empty where the survey has none. `counts_as_asked`: enough people could answer freely that
    silence means something; options of a limited choice never do. `is_printable` says whether the numbers may stand
    on a page (`surveys.results.nameable`); the rule itself uses them either way.
    """

    round_id: int
    round_slug: str
    period_id: int
    closes_at: datetime
    closed_at: datetime | None
    area_id: int
    area_slug: str
    item: str
    text: str
    english: str
    topics: tuple[str, ...]
    indicators: tuple[str, ...]
    problem_count: int
    valid_n: int
    share: float | None
    wilson_lower: float | None
    wilson_upper: float | None
    rest_count: int
    rest_n: int
    difference: float | None
    newcombe_lower: float | None
    named_by: NamedBy | None
    counts_as_asked: bool
    is_printable: bool

    @property
    def named(self) -> bool:
        return self.named_by is not None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A round as the items name it."""

    round_id: int
    round_slug: str
    period_id: int
    closes_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class _Problem:
    """What counts as a problem named: these values of a question, for these topics."""

    item: str
    question: Question
    values: frozenset[Any]
    text: str
    english: str
    topics: tuple[str, ...]
    indicators: tuple[str, ...]
    is_option: bool


def items(
    definition: Definition,
    counted: Tally,
    areas: Sequence[tuple[int, str]],
    *,
    asked: Asked,
    nameable: Collection[tuple[int, str]],
) -> list[SurveyItem]:
    """Every item in every area (id, slug) of a round: areas as given, items in the order of the questions.

    `nameable`: area ids with items whose numbers may stand on a page.
    """
    problems = list(_problems(definition, counted))
    ids = [area_id for area_id, _slug in areas]
    return [
        _item(
            counted,
            problem,
            area=area,
            others=[one for one in ids if one != area[0]],
            asked=asked,
            is_printable=(area[0], problem.item) in nameable,
        )
        for area in areas
        for problem in problems
    ]


def _problems(definition: Definition, counted: Tally) -> Iterable[_Problem]:
    for question in definition.questions:
        words, english = question.texts["de"], question.texts.get("en", "")
        if question.kind is Kind.MULTIPLE:
            for answer in question.answers:
                if answer.means == "problem" and answer.topic:
                    text = f"{words} – {answer.texts['de']}"
                    other = f"{english} – {answer.texts['en']}" if english and "en" in answer.texts else ""
                    item = f"{question.code}.{answer.code}"
                    values = frozenset({answer.code})
                    yield _Problem(item, question, values, text, other, (answer.topic,), answer.indicators, True)
        elif question.topics and question.kind is Kind.NUMBER and question.problem_from is not None:
            given = {value for group in counted.counts[question.code].values() for value in group}
            values = frozenset(value for value in given if value >= question.problem_from)
            yield _Problem(question.code, question, values, words, english, question.topics, question.indicators, False)
        elif question.topics and question.problem:
            values = frozenset(question.problem)
            yield _Problem(question.code, question, values, words, english, question.topics, question.indicators, False)


def _item(
    counted: Tally,
    problem: _Problem,
    *,
    area: tuple[int, str],
    others: list[int],
    asked: Asked,
    is_printable: bool,
) -> SurveyItem:
    code = problem.question.code
    area_id, slug = area
    count, n = counted.count(code, [area_id], problem.values), counted.base(code, [area_id])
    rest_count, rest_n = counted.count(code, others, problem.values), counted.base(code, others)
    own = wilson_interval(count, n) if n else None
    difference = above = None
    if n and rest_n:
        difference = count / n - rest_count / rest_n
        above = newcombe(count, n, rest_count, rest_n).lower
    named_by = None
    if own is not None and n >= NAMED_BASE:
        if own.lower >= NAMED_SHARE:
            named_by = NamedBy.LOWER_LIMIT
        elif above is not None and above > 0:
            named_by = NamedBy.ABOVE_REST
    return SurveyItem(
        round_id=asked.round_id,
        round_slug=asked.round_slug,
        period_id=asked.period_id,
        closes_at=asked.closes_at,
        closed_at=asked.closed_at,
        area_id=area_id,
        area_slug=slug,
        item=problem.item,
        text=problem.text,
        english=problem.english,
        topics=problem.topics,
        indicators=problem.indicators,
        problem_count=count,
        valid_n=n,
        share=count / n if n else None,
        wilson_lower=own.lower if own else None,
        wilson_upper=own.upper if own else None,
        rest_count=rest_count,
        rest_n=rest_n,
        difference=difference,
        newcombe_lower=above,
        named_by=named_by,
        counts_as_asked=not problem.is_option and n >= ASKED_BASE,
        is_printable=is_printable,
    )

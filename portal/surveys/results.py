"""Results that may be shown: shares with intervals; small bases and cells are hidden so that nobody computes them.

A cell is hidden if fewer than `cell_minimum` people stand behind it, or behind its opposite in a multiple choice. Then
further cells are hidden until no equation that readers know (answers of a place add up to its base, places add up to
the county, problem answers add up to the number a finding names) has a single unknown or too small a rest. Findings
name their numbers by the same table (`nameable`), so that pages and findings together give away no more than each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.statistics import wilson_interval
from portal.surveys.counting import Group, Tally
from portal.surveys.definition import NOT_VALID, Definition, Kind, Question

# Key of the column with all answers; ids of areas are positive, None is "without a place".
EVERYWHERE = 0
# Key of the number that a finding names for a question with one answer: everybody who named a problem.
_PROBLEM = "*problem"


class Hidden(Enum):
    """Why a number is not shown."""

    BASE = _l("Weniger als %(count)s gültige Antworten.")
    CELL = _l("Weniger als %(count)s Personen.")
    COMPLEMENT = _l("Verborgen, damit sich keine kleinere Zahl errechnen lässt.")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One answer in one place: count with share and interval as fractions, or why nothing is shown."""

    count: int | None = None
    share: float | None = None
    lower: float | None = None
    upper: float | None = None
    hidden: Hidden | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answer of a question. `means` is `problem`, `resource` or empty."""

    code: str
    text: str
    means: str
    cells: Mapping[int, Cell]


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """A question: its base per place (None: too small to be shown) and a line per answer; texts are not published."""

    question: Question
    number: int
    text: str
    bases: Mapping[int, int | None]
    lines: tuple[Line, ...]

    @property
    def several(self) -> bool:
        return self.question.kind is Kind.MULTIPLE

    @property
    def is_text(self) -> bool:
        return self.question.kind is Kind.TEXT


@dataclass(frozen=True)
class _Class:
    """What a line counts: these values of a question."""

    code: str
    text: str
    means: str
    values: frozenset[Any]


Key = tuple[int | None, str]


def results(definition: Definition, counted: Tally, areas: Sequence[int], *, language: str) -> list[QuestionResult]:
    """Every question but the place, in its order, for the areas (ids) and everywhere."""
    return [
        _result(definition, counted, question, areas, language)
        for question in definition.questions
        if question.kind is not Kind.MUNICIPALITY
    ]


def sheets(definition: Definition, counted: Tally, areas: Sequence[int]) -> dict[int, int | None]:
    """Respondents per area and everywhere; None where they are too few to be named."""
    found: dict[int, int | None] = {area: counted.sheets.get(area, 0) for area in areas}
    small = {area for area, count in found.items() if (count or 0) < definition.item_minimum_base}
    for area in small:
        found[area] = None
    # One hidden place next to the total would be a subtraction.
    if len(small) == 1 and not counted.sheets.get(None):
        shown = [area for area in areas if found[area] is not None]
        if shown:
            found[min(shown, key=lambda area: (found[area] or 0, area))] = None
    found[EVERYWHERE] = sum(counted.sheets.values())
    return found


def _result(
    definition: Definition, counted: Tally, question: Question, areas: Sequence[int], language: str
) -> QuestionResult:
    classes = list(_classes(question, language))
    bases, counts, hidden = _protected(definition, counted, question, classes, areas)
    shown = [*areas, EVERYWHERE]
    return QuestionResult(
        question=question,
        number=definition.numbers[question.code],
        text=question.texts[language],
        bases={place: bases[place] if bases[place] >= definition.item_minimum_base else None for place in shown},
        lines=tuple(
            Line(
                code=one.code,
                text=one.text,
                means=one.means,
                cells={
                    place: _cell(counts[place, one.code], bases[place], hidden.get((place, one.code)))
                    for place in shown
                },
            )
            for one in classes
        ),
    )


def nameable(definition: Definition, counted: Tally, areas: Sequence[int]) -> frozenset[tuple[int, str]]:
    """Where a finding may name how many see a problem: area ids with items as `counting.items` keys them."""
    found = set()
    for question in definition.questions:
        if question.kind in {Kind.MUNICIPALITY, Kind.TEXT}:
            continue
        classes = list(_classes(question, next(iter(question.texts))))
        _bases, counts, hidden = _protected(definition, counted, question, classes, areas)
        for place, code in counts:
            if place is None or place == EVERYWHERE or (place, code) in hidden:
                continue
            if question.kind is Kind.MULTIPLE:
                found.add((place, f"{question.code}.{code}"))
            elif code == _PROBLEM:
                found.add((place, question.code))
    return frozenset(found)


def _protected(
    definition: Definition, counted: Tally, question: Question, classes: Sequence[_Class], areas: Sequence[int]
) -> tuple[Mapping[int | None, int], Mapping[Key, int], Mapping[Key, Hidden]]:
    """Bases by place, counts by place and answer (with what findings name), and which of these are hidden."""
    groups: dict[int | None, list[Group]] = {area: [area] for area in areas}
    # Answers without a place are part of the whole and shown nowhere else.
    groups[None] = [None]
    groups[EVERYWHERE] = [*areas, None]
    bases = {place: counted.base(question.code, members) for place, members in groups.items()}
    counts: dict[Key, int] = {
        (place, one.code): counted.count(question.code, members, one.values)
        for place, members in groups.items()
        for one in classes
    }
    if question.kind is not Kind.MULTIPLE:
        problems = [one.code for one in classes if one.means == "problem"]
        counts |= {(place, _PROBLEM): sum(counts[place, code] for code in problems) for place in groups if problems}
    return bases, counts, _hide(definition, question, classes, bases, counts)


def _cell(count: int, base: int, hidden: Hidden | None) -> Cell:
    if hidden is not None:
        return Cell(hidden=hidden)
    limits = wilson_interval(count, base)
    return Cell(count=count, share=count / base, lower=limits.lower, upper=limits.upper)


def _classes(question: Question, language: str) -> Iterable[_Class]:
    if question.kind is Kind.NUMBER:
        yield from _spans(question)
        return
    for answer in question.answers:
        if answer.code in NOT_VALID:
            continue
        means = answer.means or ""
        if answer.code in question.problem or answer.code in question.resource:
            means = "problem" if answer.code in question.problem else "resource"
        yield _Class(answer.code, answer.texts[language], means, frozenset({answer.code}))


def _spans(question: Question) -> Iterable[_Class]:
    """Numbers in classes: thirds below the value from which they count as a problem, and everything from there."""
    least, most = question.minimum or 0, question.maximum or 0
    limit = question.problem_from if question.problem_from is not None else most + 1
    step = max((limit - least) // 3, 1)
    begins = [least, least + step, least + 2 * step, limit]
    for begin, end in zip(begins, [*begins[1:], most + 1], strict=True):
        if begin < end:
            means = "problem" if begin >= limit else ""
            yield _Class(f"{begin}-{end - 1}", f"{begin}–{end - 1}", means, frozenset(range(begin, end)))


def _hide(
    definition: Definition,
    question: Question,
    classes: Sequence[_Class],
    bases: Mapping[int | None, int],
    counts: Mapping[Key, int],
) -> dict[Key, Hidden]:
    least = definition.cell_minimum
    hidden: dict[Key, Hidden] = {}
    for key, count in counts.items():
        place, code = key
        # Who did not tick an answer, or named no problem, is a number as well.
        has_opposite = question.kind is Kind.MULTIPLE or code == _PROBLEM
        if place is None or bases[place] < definition.item_minimum_base:
            hidden[key] = Hidden.BASE
        elif count < least or (has_opposite and bases[place] - count < least):
            hidden[key] = Hidden.CELL
    changed = True
    while changed:
        changed = False
        for keys, total in _equations(question, classes, bases):
            total_known = total not in hidden
            # A sum that nobody is told is one more unknown.
            unknown = [key for key in keys if key in hidden] + ([] if total is None or total_known else [total])
            rest = sum(counts[key] for key in unknown)
            # Where nobody answered there is nobody to protect.
            alone = [key for key in unknown if bases[key[0]]]
            if not alone or (len(alone) > 1 and (rest >= least or not total_known)):
                continue
            known = [key for key in keys if key not in hidden]
            if not known and total is not None and total_known:
                known = [total]
            if known:
                smallest = min(known, key=lambda key: (counts[key], str(key)))
                hidden[smallest] = Hidden.COMPLEMENT
                changed = True
    return hidden


def _equations(
    question: Question,
    classes: Sequence[_Class],
    bases: Mapping[int | None, int],
) -> Iterable[tuple[list[Key], Key | None]]:
    """Sums that readers know: the cells in them and the cell that holds their total (None: a base, always told)."""
    places = [place for place in bases if place is not None]
    codes = [one.code for one in classes]
    if question.kind is not Kind.MULTIPLE:
        problems = [one.code for one in classes if one.means == "problem"]
        for place in places:
            yield [(place, code) for code in codes], None
            if not problems:
                continue
            yield [(place, code) for code in problems], (place, _PROBLEM)
            # Who named no problem is the base without those who did.
            yield [(place, _PROBLEM), *((place, code) for code in codes if code not in problems)], None
        if problems:
            codes.append(_PROBLEM)
    for code in codes:
        yield [(place, code) for place in bases if place != EVERYWHERE], (EVERYWHERE, code)

"""The survey of the story: a closed round with invented answers, and an open one that is still empty.

The answers go the way real ones go: sealed one by one, opened when the round closes. How they follow from the counts
in `answers.yaml` is fixed (section 5 of the story's README), so that every seeding gives the same counts.
"""

import random
from collections.abc import Mapping
from datetime import time
from typing import Any

from portal.config import SEEDS
from portal.core import clock
from portal.core.seed_files import SeedEntry, read_document
from portal.demo.story import Story
from portal.planning.models import Phase
from portal.surveys import opening, sealing, services, spool
from portal.surveys.definition import Definition, Kind, Question, read
from portal.surveys.models import SurveyRound, SurveyVersion, random_id

_LEFT_OUT = "ohne_antwort"
# Each of these excludes every other choice.
_ALONE = (_LEFT_OUT, "keine_angabe", "nichts")
_LAST_MINUTE = time(23, 59)


def fill(story: Story) -> None:
    """Both rounds, each on its days."""
    document = read_document(SEEDS / "demo" / "survey.yaml")
    definition = read(document)
    rounds = document.entries("rounds")
    begin = min(entry.integer("opens_day") for entry in rounds)
    with clock.frozen(story.moment(begin, time(8))):
        version = services.create_version(definition, actor=story.actor("p_amsel"), is_demo=True)
    for entry in rounds:
        one = _round(story, document, entry, version)
        story.rounds[entry.text("key")] = one
    answers = read_document(SEEDS / "demo" / "answers.yaml")
    answered = story.rounds[answers.text("round")]
    _answer(story, answered, definition, answers)
    for entry in rounds:
        if entry.integer("closes_day") < 0:
            with clock.frozen(story.moment(entry.integer("closes_day"), _LAST_MINUTE)):
                _close(story, story.rounds[entry.text("key")])


def _round(story: Story, document: SeedEntry, entry: SeedEntry, version: SurveyVersion) -> SurveyRound:
    opens = story.moment(entry.integer("opens_day"), time(8))
    actor = story.actor("p_amsel")
    with clock.frozen(opens):
        one = services.create_round(
            version,
            services.RoundPlan(
                key=entry.text("key"),
                name=entry.text("name"),
                slug=entry.text("slug"),
                opens_at=opens,
                closes_at=story.moment(entry.integer("closes_day"), _LAST_MINUTE),
                phase=Phase(document.text("phase")),
                period=story.period,
                areas=[story.areas[slug] for slug in document.texts("areas")],
            ),
            actor=actor,
            is_demo=True,
        )
        services.open_round(one, actor=actor)
    return one


def _close(story: Story, one: SurveyRound) -> None:
    actor = story.actor("p_amsel")
    services.close_round(one, actor=actor)
    while opening.open_rest(one, actor=actor).opened:
        pass
    spool.destroy_key(one.public_id)


def _answer(story: Story, one: SurveyRound, definition: Definition, answers: SeedEntry) -> None:
    size = sealing.size_of(definition)
    seed = answers.integer("seed")
    areas = answers.entry("areas")
    sheets = [sheet for slug in areas.values for sheet in _sheets(seed, slug, definition, areas.entry(slug))]
    services.store_several(
        [
            {
                "id": random_id(),
                "round_id": one.id,
                "content": sealing.seal(sheet, to=one.public_key, bound_to=one.public_id, size=size),
            }
            for sheet in sheets
        ]
    )


def _sheets(seed: int, area: str, definition: Definition, entry: SeedEntry) -> list[dict[str, Any]]:
    """Questionnaires of one area whose counts are exactly those of the file."""
    count = entry.integer("respondents")
    questions = entry.entry("questions")
    sheets: list[dict[str, Any]] = [{} for _ in range(count)]
    for question in definition.questions:
        order = list(range(count))
        given: dict[int, Any]
        random.Random(f"{seed}/{area}/{question.code}").shuffle(order)  # noqa: S311 - the same for every seeding
        if question.kind is Kind.TEXT:
            given = dict(zip(order, questions.texts(question.code), strict=False))
        elif question.kind is Kind.MULTIPLE:
            given = _several(question, order, questions.entry(question.code))
        else:
            given = _single(question, order, questions.entry(question.code))
        for index, value in given.items():
            sheets[index][question.code] = value
    return sheets


def _counts(entry: SeedEntry) -> Mapping[Any, int]:
    counts = {}
    for key, value in entry.values.items():
        if not isinstance(value, int) or value < 0:
            entry.fail(str(key), "expected a count")
        counts[key] = value
    return counts


def _single(question: Question, order: list[int], entry: SeedEntry) -> dict[int, Any]:
    codes = [code for code, count in _counts(entry).items() for _ in range(count)]
    if len(codes) != len(order):
        entry.fail(question.code, f"{len(codes)} answers for {len(order)} respondents")
    known = question.by_code
    for code in set(codes) - {_LEFT_OUT}:
        if question.is_choice and code not in known:
            entry.fail(question.code, f"“{code}” is no answer")
    return {index: code for index, code in zip(order, codes, strict=True) if code != _LEFT_OUT}


def _several(question: Question, order: list[int], entry: SeedEntry) -> dict[int, list[str]]:
    counts = dict(_counts(entry))
    waiting = list(order)
    given: dict[int, list[str]] = {}
    for code in _ALONE:
        alone = counts.pop(code, 0)
        taken, waiting = waiting[:alone], waiting[alone:]
        if code != _LEFT_OUT:
            given.update((index, [code]) for index in taken)
    rank = {index: position for position, index in enumerate(waiting)}
    chosen: dict[int, list[str]] = {index: [] for index in waiting}
    for code, count in counts.items():
        if code not in question.by_code or count > len(waiting):
            entry.fail(question.code, f"“{code}” is no answer, or counts too many")
        for index in sorted(waiting, key=lambda one: (len(chosen[one]), rank[one]))[:count]:
            chosen[index].append(code)
    limit = question.max_choices or len(question.answers)
    if any(not 0 < len(codes) <= limit for codes in chosen.values()):
        entry.fail(question.code, "the counts leave somebody without a choice, or with too many")
    return given | chosen

"""What a survey asks: pages, questions and answers in every language, as immutable values.

`read` makes them of a seed file and refuses whatever is not understood; `as_document` and `from_document` turn them
into the JSON kept in `SurveyVersion.definition` and back. A version is never changed: answers refer to its codes.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from portal.core.seed_files import SeedEntry

# German, English, Leichte Sprache. The first is what everything falls back on.
LANGUAGES = ("de", "en", "ls")

NO_ANSWER = "keine_angabe"
NOT_CONCERNED = "betrifft_mich_nicht"
# Said, but no statement about the place: never part of the base.
NOT_VALID = frozenset({NO_ANSWER, NOT_CONCERNED})

# A sign after two letters, so that no abbreviation (z. B.) ends a sentence.
_SENTENCE_END = re.compile(r"(?<=\w\w[.?!])\s+")
_OPENING_SENTENCES = 3

Texts = Mapping[str, str]


class Kind(StrEnum):
    """How a question is answered."""

    MUNICIPALITY = "municipality"
    SCALE = "scale5"
    SINGLE = "single"
    MULTIPLE = "multiple"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer to choose. Its code is stable; options of a multiple choice bear topic and indicators of their own."""

    code: str
    texts: Texts
    exclusive: bool = False
    topic: str | None = None
    means: str | None = None  # problem | resource
    indicators: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question; `problem` and `resource` are codes of answers that name one."""

    code: str
    kind: Kind
    texts: Texts
    hint: Texts | None = None
    topics: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    problem: tuple[str, ...] = ()
    resource: tuple[str, ...] = ()
    max_choices: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    unit: str | None = None
    problem_from: int | None = None
    max_length: int | None = None
    sensitive: bool = False
    socio_demographic: bool = False

    @cached_property
    def by_code(self) -> dict[str, Answer]:
        return {answer.code: answer for answer in self.answers}

    @property
    def is_choice(self) -> bool:
        """One answer of a list."""
        return self.kind in {Kind.SCALE, Kind.SINGLE}


@dataclass(frozen=True, kw_only=True)
class Page:
    """Questions shown together."""

    number: int
    title: Texts
    questions: tuple[Question, ...]


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A version of a survey. The three limits are those below which nothing is opened or shown."""

    key: str
    version: int
    languages: tuple[str, ...]
    title: Texts
    intro: Texts
    thanks: Texts
    minimum_answers: int
    item_minimum_base: int
    cell_minimum: int
    pages: tuple[Page, ...] = field(repr=False)

    def opening(self, language: str) -> str:
        """The first sentences of the introduction, for cards that lead to the survey; all of it stands at its start."""
        return " ".join(_SENTENCE_END.split(self.intro[language].strip())[:_OPENING_SENTENCES])

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions in the order in which they are asked."""
        return tuple(question for page in self.pages for question in page.questions)

    @cached_property
    def by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Question code → its number on screen, from 1."""
        return {question.code: number for number, question in enumerate(self.questions, start=1)}

    @cached_property
    def place_question(self) -> Question | None:
        """The question for the municipality, if there is one."""
        return next((question for question in self.questions if question.kind is Kind.MUNICIPALITY), None)


def as_document(definition: Definition) -> dict[str, Any]:
    """The definition as JSON; `from_document` reads it back."""
    return json.loads(json.dumps(asdict(definition), ensure_ascii=False))


def checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 of the document: the same questions in the same words give the same."""
    return hashlib.sha256(json.dumps(document, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def from_document(document: Mapping[str, Any]) -> Definition:
    """The definition that `as_document` wrote."""
    top = dict(document)
    pages = tuple(
        Page(
            number=page["number"],
            title=page["title"],
            questions=tuple(_question_of(question) for question in page["questions"]),
        )
        for page in top.pop("pages")
    )
    return Definition(**(top | {"languages": tuple(top["languages"]), "pages": pages}))


def _question_of(document: Mapping[str, Any]) -> Question:
    values = dict(document)
    values["kind"] = Kind(values["kind"])
    values["answers"] = tuple(
        Answer(**(answer | {"indicators": tuple(answer["indicators"])})) for answer in values["answers"]
    )
    for name in ("topics", "indicators", "problem", "resource"):
        values[name] = tuple(values[name])
    return Question(**values)


_TOP = (
    "key", "version", "rounds", "phase", "areas", "access", "representative", "languages", "title", "intro", "thanks",
    "minimum_answers", "item_minimum_base", "cell_minimum", "scales", "pages",
)  # fmt: skip
_QUESTION = (
    "code", "kind", "scale", "topics", "indicators", "problem", "resource", "answers", "extra_answers", "hint", "note",
    "max_choices", "min", "max", "unit", "problem_from", "max_length", "sensitive", "socio_demographic",
    "en_scale_override",
)  # fmt: skip
_ANSWER = ("code", "exclusive", "topic", "means", "indicators")


def read(document: SeedEntry) -> Definition:
    """The definition in a seed file; `SeedError` for everything missing, unknown or contradictory."""
    document.only(*_TOP)
    languages = document.texts("languages")
    if languages[:1] != LANGUAGES[:1] or not set(languages) <= set(LANGUAGES):
        document.fail("languages", f"must begin with {LANGUAGES[0]} and be of {', '.join(LANGUAGES)}")
    if document.flag("representative"):
        document.fail("representative", "no survey of this kind is: whoever wants takes part")
    scales = document.entry("scales")
    read_scales = {name: scales.entry(name) for name in scales.values}
    definition = Definition(
        key=document.text("key"),
        version=document.integer("version"),
        languages=languages,
        title=_texts(document.entry("title"), languages),
        intro=_texts(document.entry("intro"), languages),
        thanks=_texts(document.entry("thanks"), languages),
        minimum_answers=document.integer("minimum_answers"),
        item_minimum_base=document.integer("item_minimum_base"),
        cell_minimum=document.integer("cell_minimum"),
        pages=tuple(_page(page, languages, read_scales) for page in document.entries("pages")),
    )
    _check(document, definition)
    return definition


def _check(document: SeedEntry, definition: Definition) -> None:
    codes = [question.code for question in definition.questions]
    if not codes or len(codes) != len(set(codes)):
        document.fail("pages", "no questions, or a code given twice")
    if [page.number for page in definition.pages] != list(range(1, len(definition.pages) + 1)):
        document.fail("pages", "numbers must run from 1")
    if sum(question.kind is Kind.MUNICIPALITY for question in definition.questions) > 1:
        document.fail("pages", "the place is asked once")
    if min(definition.minimum_answers, definition.item_minimum_base) < 10 or definition.cell_minimum < 5:
        document.fail("minimum_answers", "fewer than 10 answers, or cells below 5, would show single people")


def _texts(entry: SeedEntry, languages: tuple[str, ...], *, also: tuple[str, ...] = ()) -> dict[str, str]:
    if not also:
        entry.only(*languages)
    return {language: entry.text(language).strip() for language in languages}


def _page(entry: SeedEntry, languages: tuple[str, ...], scales: Mapping[str, SeedEntry]) -> Page:
    entry.only("number", "title", "questions")
    return Page(
        number=entry.integer("number"),
        title=_texts(entry.entry("title"), languages),
        questions=tuple(_question(question, languages, scales) for question in entry.entries("questions")),
    )


def _question(entry: SeedEntry, languages: tuple[str, ...], scales: Mapping[str, SeedEntry]) -> Question:
    entry.only(*_QUESTION, *languages)
    kind = Kind(entry.one_of("kind", set(Kind)))
    scale = None
    if kind is Kind.SCALE:
        scale = scales[entry.one_of("scale", set(scales))]
        scale.only("problem", "resource", "answers")
    answers = tuple(_answer(one, languages) for one in (scale or entry).entries("answers"))
    answers += tuple(_answer(one, languages) for one in entry.entries("extra_answers"))
    override = entry.optional_entry("en_scale_override")
    if override is not None and "en" in languages:
        override.only(*(answer.code for answer in answers))
        answers = tuple(
            Answer(code=one.code, texts=dict(one.texts) | {"en": override.optional(one.code) or one.texts["en"]})
            for one in answers
        )
    hint = entry.optional_entry("hint")
    question = Question(
        code=entry.text("code"),
        kind=kind,
        texts=_texts(entry, languages, also=_QUESTION),
        hint=None if hint is None else _texts(hint, languages),
        topics=entry.texts("topics"),
        indicators=entry.texts("indicators"),
        answers=answers,
        problem=(entry if "problem" in entry.values or scale is None else scale).texts("problem"),
        resource=(entry if "resource" in entry.values or scale is None else scale).texts("resource"),
        max_choices=entry.optional_integer("max_choices"),
        minimum=entry.optional_integer("min"),
        maximum=entry.optional_integer("max"),
        unit=entry.optional("unit"),
        problem_from=entry.optional_integer("problem_from"),
        max_length=entry.optional_integer("max_length"),
        sensitive="sensitive" in entry.values and entry.flag("sensitive"),
        socio_demographic="socio_demographic" in entry.values and entry.flag("socio_demographic"),
    )
    _check_question(entry, question)
    return question


def _check_question(entry: SeedEntry, question: Question) -> None:
    codes = [answer.code for answer in question.answers]
    if len(codes) != len(set(codes)):
        entry.fail("answers", "a code given twice")
    needs_answers = question.kind in {Kind.SCALE, Kind.SINGLE, Kind.MULTIPLE}
    if needs_answers != bool(set(codes) - NOT_VALID):
        entry.fail("answers", "missing, or not for this kind of question")
    if not {*question.problem, *question.resource} <= set(codes):
        entry.fail("problem", "names a code that is no answer")
    if question.kind is Kind.NUMBER and (question.minimum is None or question.maximum is None):
        entry.fail("min", "a number needs its bounds")
    if question.kind is Kind.TEXT and not 0 < (question.max_length or 0) <= 2000:
        entry.fail("max_length", "a text needs a length up to 2000")
    if any(answer.exclusive or answer.means for answer in question.answers) and question.kind is not Kind.MULTIPLE:
        entry.fail("answers", "exclusive and means belong to multiple choice")


def _answer(entry: SeedEntry, languages: tuple[str, ...]) -> Answer:
    entry.only(*_ANSWER, *languages)
    means = entry.optional("means")
    if means not in {None, "problem", "resource"}:
        entry.fail("means", "problem or resource")
    return Answer(
        code=entry.text("code"),
        texts=_texts(entry, languages, also=_ANSWER),
        exclusive="exclusive" in entry.values and entry.flag("exclusive"),
        topic=entry.optional("topic"),
        means=means,
        indicators=entry.texts("indicators"),
    )

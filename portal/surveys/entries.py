"""Checking what somebody entered on a page of the questionnaire, without forms and without a database."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.core.text import clean_text, one_line
from portal.surveys.definition import Definition, Kind, Page, Question

_NUMBER = re.compile(r"[0-9]{1,9}")
# A page whose entries are longer cannot be carried on; the question for a text says its own limit.
LONGEST_ENTRY = 8_000
_SHOWN = 60


class Entered(Protocol):
    """What the browser sent, as Werkzeug hands it out: every value of a name."""

    def getlist(self, key: str, /) -> list[str]: ...


@dataclass(frozen=True)
class Problem:
    """Why an entry does not fit: a key of `wording.ERRORS` and what its text names."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def entries_of(page: Page, form: Entered) -> dict[str, Any]:
    """The raw entries of a page's questions: text, or a list of codes for multiple choice; empty if left out."""
    found: dict[str, Any] = {}
    for question in page.questions:
        if question.kind is Kind.MULTIPLE:
            found[question.code] = list(dict.fromkeys(form.getlist(question.code)))[: len(question.answers) + 1]
        else:
            found[question.code] = next(iter(form.getlist(question.code)), "")
    return found


def is_too_long(entries: Mapping[str, Any]) -> bool:
    """Whether some entry is longer than the form can carry to another page."""
    return any(len(text) > LONGEST_ENTRY for value in entries.values() for text in _texts(value))


def _texts(value: Any) -> Iterable[str]:
    return value if isinstance(value, list) else [value]


def problems(page: Page, entries: Mapping[str, Any], places: frozenset[str]) -> dict[str, Problem]:
    """What does not fit on a page, by question code; in the order of the questions."""
    found = {}
    for question in page.questions:
        _value, problem = _check(question, entries.get(question.code), places)
        if problem is not None:
            found[question.code] = problem
    return found


def answers(definition: Definition, entries: Mapping[str, Any], places: frozenset[str]) -> dict[str, Any]:
    """What is stored of entries without problems: codes, numbers, cleaned text; nothing for what was left out."""
    found = {}
    for question in definition.questions:
        value, problem = _check(question, entries.get(question.code), places)
        if problem is None and value not in (None, "", []):
            found[question.code] = value
    return found


def _check(question: Question, raw: Any, places: frozenset[str]) -> tuple[Any, Problem | None]:
    if not raw:
        return None, None
    if question.kind is Kind.MULTIPLE:
        return _several(question, raw)
    text = str(raw)
    if question.kind is Kind.NUMBER:
        return _number(question, text)
    if question.kind is Kind.TEXT:
        return _text(question, text)
    known = question.by_code
    if text in known or (question.kind is Kind.MUNICIPALITY and text in places):
        return text, None
    return None, Problem("unknown_choice")


def _several(question: Question, raw: list[str]) -> tuple[Any, Problem | None]:
    known = question.by_code
    if any(code not in known for code in raw):
        return None, Problem("unknown_choice")
    alone = [code for code in raw if known[code].exclusive]
    if alone and len(raw) > 1:
        return None, Problem("not_alone", {"answer": known[alone[0]]})
    if question.max_choices is not None and len(raw) > question.max_choices:
        return None, Problem("too_many", {"most": question.max_choices, "count": len(raw)})
    return [answer.code for answer in question.answers if answer.code in raw], None


def _number(question: Question, text: str) -> tuple[Any, Problem | None]:
    entered = one_line(text[:LONGEST_ENTRY])
    if not entered:
        return None, None
    if not _NUMBER.fullmatch(entered):
        shown = entered if len(entered) <= _SHOWN else entered[:_SHOWN] + "…"
        return None, Problem("no_number", {"entered": shown})
    number = int(entered)
    least, most = question.minimum or 0, question.maximum or 0
    if not least <= number <= most:
        return None, Problem("out_of_range", {"least": least, "most": most})
    return number, None


def _text(question: Question, text: str) -> tuple[Any, Problem | None]:
    most = question.max_length or 0
    # Cleaning megabytes helps nobody: what is far too long is counted as it came.
    cleaned = clean_text(text) if len(text) <= LONGEST_ENTRY else text
    if len(cleaned) > most:
        return None, Problem("too_long", {"most": most, "count": len(cleaned)})
    return cleaned.strip(), None

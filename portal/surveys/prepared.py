"""Pages of the questionnaire, rendered once per process and language into pieces of text.

A template names its gaps (`slot('token')`); what differs from one respondent to the next is put into them, escaped, for
each answer. Templates, catalogue and settings are touched when something has changed, not when somebody answers.
"""

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app, render_template
from markupsafe import escape

from portal.core.prepared import Prepared, cut, slot
from portal.surveys import wording
from portal.surveys.definition import Kind, Page, Question
from portal.surveys.entries import Problem
from portal.surveys.live import LiveRound
from portal.surveys.wording import Words

_CACHE = "portal_survey_pages"


def _kept(one: LiveRound, language: str, name: str, make: Callable[[], Prepared]) -> Prepared:
    shelf: dict[tuple[Any, ...], Prepared] = current_app.extensions.setdefault(_CACHE, {})
    key = (one.slug, one.version, language, name)
    page = shelf.get(key)
    if page is None:
        for old in [old for old in shelf if old[1] != one.version]:
            shelf.pop(old, None)
        with wording.speaking(language):
            page = shelf[key] = make()
    return page


def _render(template: str, one: LiveRound, language: str, **values: Any) -> Prepared:
    return cut(
        render_template(
            template,
            one=one,
            definition=one.definition,
            language=language,
            w=Words(language),
            labels=wording.LABELS,
            locale=wording.locale_of(language),
            text_direction="ltr",
            slot=slot,
            has_hint=has_hint,
            **values,
        )
    )


def start_page(one: LiveRound, language: str) -> str:
    """What the survey is about, what happens with the answers, and the form that begins it."""
    return _kept(one, language, "start", lambda: _render("surveys/start.html", one, language)).fill({})


def done_page(one: LiveRound, language: str) -> str:
    """The questionnaire is stored."""
    return _kept(one, language, "done", lambda: _render("surveys/done.html", one, language)).fill({})


def nothing_page(one: LiveRound, language: str) -> str:
    """Not one question was answered: nothing is stored, and nobody is counted as taking part."""
    return _kept(one, language, "nothing", lambda: _render("surveys/nothing.html", one, language)).fill({})


def closed_page(one: LiveRound, language: str, *, sending: bool) -> str:
    """The round is over; `sending`: for somebody who was still answering."""
    name = "closed-sending" if sending else "closed"
    return _kept(one, language, name, lambda: _render("surveys/closed.html", one, language, sending=sending)).fill({})


def paused_page(one: LiveRound, language: str) -> str:
    """The round takes no answers for now: the key that would open them is missing."""
    return _kept(one, language, "paused", lambda: _render("surveys/paused.html", one, language)).fill({})


def too_big_page(one: LiveRound, language: str) -> str:
    """More was sent than any questionnaire holds."""
    most = max((question.max_length or 0 for question in one.definition.questions), default=0)
    return _kept(one, language, "too-big", lambda: _render("surveys/too_big.html", one, language, most=most)).fill({})


def question_page(
    one: LiveRound,
    language: str,
    page: Page,
    *,
    token: str,
    entries: Mapping[str, Any],
    problems: Mapping[str, Problem],
    lost: bool = False,
    paused: bool = False,
) -> str:
    """A page of questions with what was entered before, and what does not fit or why it cannot be sent on."""
    prepared = _kept(
        one, language, f"page-{page.number}", lambda: _render("surveys/page.html", one, language, page=page)
    )
    values = {"token": token}
    for question in page.questions:
        raw = entries.get(question.code)
        if raw:
            _enter(values, question, raw)
        if question.code in problems or question.kind in {Kind.NUMBER, Kind.TEXT, Kind.MUNICIPALITY}:
            _describe(values, question, question.code in problems)
    if problems or lost or paused:
        _explain(values, one, language, problems, lost=lost, paused=paused)
    return prepared.fill(values)


def _enter(values: dict[str, str], question: Question, raw: Any) -> None:
    if question.kind in {Kind.NUMBER, Kind.TEXT}:
        values[f"value:{question.code}"] = str(escape(raw))
        return
    mark = " selected" if question.kind is Kind.MUNICIPALITY else " checked"
    for code in raw if isinstance(raw, list) else [raw]:
        values[f"chosen:{question.code}:{code}"] = mark


def _describe(values: dict[str, str], question: Question, has_problem: bool) -> None:
    # Fields with a hint of their own; groups of choices need the attribute only when something is wrong.
    ids = [f"{question.code}-hint"] if has_hint(question) else []
    if has_problem:
        ids.append(f"{question.code}-error")
        values[f"class:{question.code}"] = " has-error"
        values[f"invalid:{question.code}"] = ' aria-invalid="true"'
    if ids:
        values[f"described:{question.code}"] = f' aria-describedby="{" ".join(ids)}"'


def has_hint(question: Question) -> bool:
    """Whether a line of help stands below the question."""
    return (
        question.hint is not None
        or question.kind in {Kind.NUMBER, Kind.TEXT, Kind.MUNICIPALITY}
        or question.max_choices is not None
    )


def _explain(
    values: dict[str, str],
    one: LiveRound,
    language: str,
    problems: Mapping[str, Problem],
    *,
    lost: bool,
    paused: bool,
) -> None:
    with wording.speaking(language):
        words = Words(language)
        messages = {code: words.error(problem.key, problem.values) for code, problem in problems.items()}
        module = current_app.jinja_env.get_template("surveys/_problems.html").module
        values["summary"] = str(
            module.summary(  # type: ignore[attr-defined]
                words, [(code, one.definition.numbers[code], text) for code, text in messages.items()], lost, paused
            )
        )
        values["prefix"] = str(escape(words("error_prefix"))) + " "
        for code, text in messages.items():
            values[f"error:{code}"] = str(module.problem(code, text))  # type: ignore[attr-defined]

"""The questionnaire: ordinary forms, one after the other, without account, cookie or script.

Between the pages nothing is kept here: what was entered travels encrypted in the form (`surveys.carrying`, where also
stands why that needs no CSRF token). Addresses of respondents are counted in memory as a brake and neither stored nor
tied to an answer.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from werkzeug.exceptions import RequestEntityTooLarge

from portal.core.transaction import transaction
from portal.extensions import csrf, limiter
from portal.surveys import carrying, entries, prepared, sealing, services, spool, wording
from portal.surveys.carrying import Carried, ForeignTokenError
from portal.surveys.entries import Problem
from portal.surveys.live import LiveRound, live_round
from portal.surveys.services import Stored
from portal.surveys.views.frame import blueprint

# A page with the longest text and everything carried needs a tenth of it.
_FORM_LIMIT_BYTES = 512 * 1024
# A class or an office behind one address has to get through.
_RATE = "400 per minute"
_REFUSED = 422
_FORGED = 400
_OVER = 410
_TOO_BIG = 413
_PAUSED = 503


@blueprint.get("/befragungen/<slug>")
def start(slug: str) -> ResponseReturnValue:
    """What it is about, in the language asked for, and the form that begins it."""
    one = live_round(slug)
    language = _language(one, request.args.get("sprache"))
    if not one.takes_answers:
        return _page(prepared.closed_page(one, language, sending=False), language)
    if not _can_be_opened(one):
        return _page(prepared.paused_page(one, language), language, status=_PAUSED)
    return _page(prepared.start_page(one, language), language)


@blueprint.get("/befragungen/<slug>/fragen")
def questions(slug: str) -> ResponseReturnValue:
    """A reloaded or remembered address leads back to the start."""
    return redirect(url_for("surveys.start", slug=live_round(slug).slug))


@blueprint.post("/befragungen/<slug>/fragen")
@csrf.exempt  # type: ignore[untyped-decorator]
@limiter.limit(_RATE)
def answer(slug: str) -> ResponseReturnValue:
    """One page sent: the next one, the one before, the same with what does not fit, or the end."""
    request.max_content_length = _FORM_LIMIT_BYTES
    one = live_round(slug)
    try:
        form = request.form
    except RequestEntityTooLarge:
        language = _language(one, None)
        return _page(prepared.too_big_page(one, language), language, status=_TOO_BIG)
    number = form.get("seite", "")
    if number not in {str(page.number) for page in one.definition.pages}:
        return _begin(one, form.get("sprache"))
    page = one.definition.pages[int(number) - 1]
    lost = False
    try:
        carried = carrying.unpack(form.get("stand", ""), round_id=one.public_id)
    except ForeignTokenError:
        carried, lost = carrying.begin(_language(one, form.get("in"))), True
    entered = entries.entries_of(page, form)
    if not one.takes_answers:
        return _closed(one, carried.language)
    if lost:
        return _question_page(one, carried, page.number, entered=entered, lost=True, status=_FORGED)
    if entries.is_too_long(entered):
        return _question_page(one, carried, page.number, entered=entered, status=_REFUSED)
    carried = carried.with_entries(entered)
    if not _can_be_opened(one):
        return _question_page(one, carried, page.number, entered=entered, paused=True, status=_PAUSED)
    if form.get("sprache") in one.definition.languages:
        return _question_page(one, Carried(form["sprache"], carried.completion, carried.entered), page.number)
    if form.get("weiter") == "zurueck":
        if page.number == 1:
            return _page(prepared.start_page(one, carried.language), carried.language)
        return _question_page(one, carried, page.number - 1)
    if entries.problems(page, entered, one.place_keys):
        return _question_page(one, carried, page.number, entered=entered, status=_REFUSED)
    if page.number < len(one.definition.pages):
        return _question_page(one, carried, page.number + 1)
    return _finish(one, carried)


def _begin(one: LiveRound, language: str | None) -> Response:
    chosen = _language(one, language)
    if not one.takes_answers:
        return _closed(one, chosen)
    if not _can_be_opened(one):
        return _page(prepared.paused_page(one, chosen), chosen, status=_PAUSED)
    return _question_page(one, carrying.begin(chosen), 1)


def _finish(one: LiveRound, carried: Carried) -> Response:
    # A page left by „Zurück“ was not checked then.
    for page in one.definition.pages:
        if entries.problems(page, carried.entered, one.place_keys):
            return _question_page(one, carried, page.number, entered=carried.entered, status=_REFUSED)
    answers = entries.answers(one.definition, carried.entered, one.place_keys)
    if not answers:
        return _page(prepared.nothing_page(one, carried.language), carried.language, status=_REFUSED)
    content = sealing.seal(answers, to=one.public_key, bound_to=one.public_id, size=one.size)
    row_id = carrying.row_id(carried, round_id=one.public_id)
    with transaction():
        stored = services.store(row_id, content, round_id=one.id)
    if stored is Stored.CLOSED:
        return _closed(one, carried.language)
    return _page(prepared.done_page(one, carried.language), carried.language)


def _can_be_opened(one: LiveRound) -> bool:
    """Whether this installation has the key: without it whatever is sent stays closed for ever."""
    return spool.opens(one.public_id, one.public_key)


def _closed(one: LiveRound, language: str) -> Response:
    return _page(prepared.closed_page(one, language, sending=True), language, status=_OVER)


def _question_page(
    one: LiveRound,
    carried: Carried,
    number: int,
    *,
    entered: Mapping[str, Any] | None = None,
    lost: bool = False,
    paused: bool = False,
    status: int = 200,
) -> Response:
    """A page of questions; with `entered` it is shown again, and what does not fit is explained."""
    page = one.definition.pages[number - 1]
    problems: Mapping[str, Problem] = {}
    if entered is not None and not lost and not paused:
        problems = entries.problems(page, entered, one.place_keys)
    body = prepared.question_page(
        one,
        carried.language,
        page,
        token=carrying.pack(carried, round_id=one.public_id),
        entries=carried.entered if entered is None else entered,
        problems=problems,
        lost=lost,
        paused=paused,
    )
    return _page(body, carried.language, status=status)


def _page(body: str, language: str, *, status: int = 200) -> Response:
    response = Response(body, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = wording.locale_of(language)
    # The browser may keep the page for its own back button, nobody else: with `no-store` going back would ask to
    # send the form again.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _language(one: LiveRound, asked: str | None) -> str:
    """The language asked for, else the site's, as far as the survey has it."""
    languages = one.definition.languages
    if asked in languages:
        return str(asked)
    site = str(get_locale())
    return site if site in languages else languages[0]

"""What is asked and what came of it: public pages."""

import io

import segno
from flask import Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.areas import example_assignment
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.formats import date_long
from portal.core.web import attachment
from portal.settings.page_cache import cached_page
from portal.surveys import exports, extension, pages, queries, spool
from portal.surveys import results as computing
from portal.surveys.definition import Definition, Page, from_document
from portal.surveys.models import RoundState, SurveyRound
from portal.surveys.views.frame import blueprint
from portal.surveys.wording import LABELS

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/befragungen")
@cached_page(queries.VERSION, standing=spool.standing)
def rounds() -> ResponseReturnValue:
    """Surveys that run, and those that are over."""
    found = [(one, from_document(one.version.definition)) for one in queries.public_rounds()]
    counted = {one.asked.round_id: pages.participation(one) for one in queries.counted_rounds()}
    now = clock.now()
    return render_template(
        "surveys/rounds.html",
        running=[
            (one, definition, spool.opens(one.public_id, one.public_key))
            for one, definition in found
            if one.state is RoundState.OPEN and one.closes_at > now
        ],
        over=[
            (one, definition, counted.get(one.id))
            for one, definition in found
            if one.state is not RoundState.OPEN or one.closes_at <= now
        ],
        language=_language(),
        labels=_labels,
    )


def _labels(definition: Definition) -> str:
    return ", ".join(LABELS[language] for language in definition.languages)


@blueprint.get("/befragungen/<slug>/ergebnisse")
@cached_page(queries.VERSION, "areas")
def results(slug: str) -> ResponseReturnValue:
    """Shares with intervals per question, for everywhere and one planning area beside it."""
    one = queries.find_round(slug, current_actor())
    counted = queries.counted_round(one)
    definition = from_document(one.version.definition)
    language = _language()
    if counted is None:
        return render_template(
            "surveys/no_results.html",
            one=one,
            definition=definition,
            language=language,
            state=RoundState,
            sealed=queries.is_sealed(one),
        )
    ids = [area_id for area_id, _slug, _name in counted.areas]
    found = computing.results(definition, counted.tally, ids, language=language)
    if request.args.get("format") in {"csv", "xlsx"}:
        return _download(one, definition, counted, found)
    chosen = next((area for area in counted.areas if area[1] == request.args.get("planungsraum")), None)
    return render_template(
        "surveys/results.html",
        one=one,
        definition=definition,
        language=language,
        counted=counted,
        parts=_parts(definition, found),
        chosen=chosen,
        sheets=computing.sheets(definition, counted.tally, ids),
        everywhere=computing.EVERYWHERE,
        hidden_words=exports.hidden_words,
        state=RoundState,
        uses=extension.uses_of(one, None if chosen is None else chosen[0]),
        ways=extension.ways_of(one, actor=current_actor()),
        asked=request.args.get("frage", ""),
        example=bool(counted.areas) and example_assignment.in_county(),
    )


def _parts(
    definition: Definition, found: list[computing.QuestionResult]
) -> list[tuple[Page, list[computing.QuestionResult]]]:
    """The questions by the page they were asked on."""
    by_code = {one.question.code: one for one in found}
    parts = [
        (page, [by_code[question.code] for question in page.questions if question.code in by_code])
        for page in definition.pages
    ]
    return [part for part in parts if part[1]]


def _download(
    one: SurveyRound,
    definition: Definition,
    counted: queries.CountedRound,
    found: list[computing.QuestionResult],
) -> Response:
    table = exports.rows(definition, found, exports.all_places(counted.areas))
    title = definition.title[_language()]
    note = source_line(one, counted)
    name = f"befragung-{one.slug}"
    if request.args["format"] == "csv":
        return attachment(exports.as_csv(table, note=note), name=f"{name}.csv", media_type="text/csv; charset=utf-8")
    return attachment(exports.as_xlsx(table, title=title, note=note), name=f"{name}.xlsx", media_type=_XLSX)


def source_line(one: SurveyRound, counted: queries.CountedRound) -> str:
    """What the numbers are and what they are not; travels with every copy."""
    words = _(
        "Befragung „%(title)s“, %(begin)s bis %(end)s, %(count)s Antworten. Nicht repräsentativ: "
        "Wer wollte, hat geantwortet. Abruf: %(today)s.",
        title=counted.definition.title[_language()],
        begin=date_long(one.opens_at),
        end=date_long(one.ended_on),
        count=counted.responses,
        today=date_long(clock.today()),
    )
    assignment = example_assignment.sentence(bool(counted.areas) and example_assignment.in_county())
    return " ".join(filter(None, [words, assignment, _("Demodaten – frei erfunden.") if one.is_demo else ""]))


@blueprint.get("/befragungen/<slug>/qr.svg")
def qr_code(slug: str) -> ResponseReturnValue:
    """The round's address as a QR code."""
    one = queries.find_round(slug, current_actor())
    buffer = io.BytesIO()
    segno.make(url_for("surveys.start", slug=one.slug, _external=True), error="m").save(
        buffer, kind="svg", border=4, dark="#000", light="#fff", xmldecl=False, svgns=True
    )
    response = make_response(buffer.getvalue())
    response.headers["Content-Type"] = "image/svg+xml"
    return response


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "de"

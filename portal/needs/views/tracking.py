"""*Was daraus wurde*, without an account."""

from flask import request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.formats import date_long
from portal.extensions import limiter
from portal.needs import codes, queries, wording
from portal.needs.views.frame import blueprint, page
from portal.planning import uses
from portal.planning.uses import Used

RATE = "30 per minute; 200 per hour"


@blueprint.get("/nachverfolgen")
@limiter.limit(RATE)
def enter_code() -> Response:
    """Ask for the code; what was typed leads to its page."""
    typed = request.args.get("kennung", "").strip()
    if not typed:
        return page("tracking_code", typed="", unknown=False)
    meant = codes.candidates(typed)
    if not meant:
        return page("tracking_code", status=404, typed=typed[: codes.LONGEST], unknown=True)
    return redirect(url_for("needs.track", code=meant[0]))


@blueprint.get("/nachverfolgen/<code>")
@limiter.limit(RATE)
def track(code: str) -> Response:
    """What became of the statement with this code; an unknown one is asked for again."""
    try:
        statement = queries.tracked(code)
    except NotFound:
        return page("tracking_code", status=404, typed=code[: codes.LONGEST], unknown=True)
    target = statement.merged_into
    answers = [*statement.answers, *(target.answers if target is not None else ())]
    return page(
        "tracking",
        statement=statement,
        target=target,
        moments=wording.whole_course(statement, when=date_long),
        uses=uses.of(Used.STATEMENT, statement.id, actor=current_actor()),
        answers=sorted(answers, key=lambda answer: answer.created_at),
    )

"""Pages of the demonstration: the mailbox.

Open to everybody, signed in or not: whoever tries the portal needs the link in the confirmation mail. There
is no such page outside of a demonstration.
"""

from flask import Blueprint, Response, abort, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from portal.config import Config
from portal.core.headers import policy
from portal.core.web import attachment
from portal.demo import mailbox

blueprint = Blueprint("demo", __name__, url_prefix="/postfach")

# The page shows the HTML part in a frame of its own, from this portal only.
PREVIEW_POLICY = policy(frame_src="'self'")
# The part itself: no script, no form, no connection, no origin; mail brings its styles inline. Links may leave
# the frame when somebody follows them.
PART_POLICY = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@blueprint.before_request
def _only_in_a_demonstration() -> None:
    config: Config = current_app.config["PORTAL"]
    if not config.demo:
        abort(404)


@blueprint.get("")
def letters() -> ResponseReturnValue:
    """Every mail the portal would have sent, newest first."""
    search = request.args.get("suche", "")[:200]
    page = request.args.get("seite", "")
    number = int(page) if page.isdecimal() and len(page) < 9 else 1
    return render_template("demo/letters.html", listing=mailbox.letters(search=search, page=number), search=search)


@blueprint.get("/<name>")
def letter(name: str) -> ResponseReturnValue:
    """One mail with all its parts."""
    opened = mailbox.opened(name)
    response = make_response(render_template("demo/letter.html", mail=opened, text=mailbox.with_links(opened.text)))
    if opened.html is not None:
        response.headers["Content-Security-Policy"] = PREVIEW_POLICY
    return response


@blueprint.get("/<name>/html")
def html_part(name: str) -> ResponseReturnValue:
    """The HTML part for the frame on the mail's page."""
    html = mailbox.opened(name).html
    if html is None:
        abort(404)
    response = Response(mailbox.framed(html), mimetype="text/html")
    response.headers["Content-Security-Policy"] = PART_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@blueprint.get("/<name>/datei")
def file(name: str) -> ResponseReturnValue:
    """The mail as a file, byte for byte."""
    return attachment(mailbox.content(name), name=name, media_type="message/rfc822")

"""Error pages in plain words: what was refused or failed, and the way out."""

import contextlib
from typing import Any

from flask import Flask, Response, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.core.actor import ANONYMOUS, current_actor
from portal.core.database import db
from portal.core.errors import NotAllowed, NotFound, Refusal
from portal.core.own_forms import ForeignForm
from portal.core.web import page_here, without_slash

_FOREIGN_HOST = """<!DOCTYPE html>
<html lang="de" dir="ltr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Unbekannte Adresse – Sozialplanung</title></head>
<body><main>
<h1>Unter dieser Adresse antwortet das Portal nicht.</h1>
<p>Bitte benutzen Sie die Adresse, die Ihnen der Landkreis genannt hat.</p>
<p lang="en">The portal does not answer at this address. Please use the address the county gave you.</p>
</main></body>
</html>
"""


def _frame() -> dict[str, str]:
    """Around an error page: staff keep their name, the way out and the menu; everybody else sees the message alone."""
    return {"frame": "layout/staff.html"} if current_actor().is_staff else {}


def init_error_pages(app: Flask) -> None:
    """Answer refusals and faults of every route with pages that say what happened and what to do."""

    @app.errorhandler(NotAllowed)
    def _not_allowed(_error: NotAllowed) -> Response | tuple[str, int]:
        if not current_actor().signed_in and request.method in {"GET", "HEAD"}:
            return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
        return render_template("errors/403.html", **_frame()), 403

    @app.errorhandler(NotFound)
    def _not_found(_error: NotFound) -> tuple[str, int]:
        return render_template("errors/404.html", **_frame()), 404

    @app.errorhandler(Refusal)
    def _refused(error: Refusal) -> tuple[str, int]:
        return render_template("errors/422.html", message=error.message), 422

    @app.errorhandler(CSRFError)
    def _expired_form(_error: CSRFError) -> tuple[str, int]:
        return render_template("errors/csrf.html"), 400

    @app.errorhandler(ForeignForm)
    def _foreign_form(_error: ForeignForm) -> tuple[str, int]:
        return render_template("errors/foreign_form.html", here=page_here()), 403

    @app.errorhandler(SecurityError)
    def _foreign_host(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
        # Without a trusted host no address of ours can be built, and therefore none of our pages.
        return _FOREIGN_HOST, 400, {"Content-Type": "text/html; charset=utf-8"}

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        code = error.code or 500
        if code < 400:
            return error
        if code == 404 and (address := without_slash()) is not None:
            return redirect(address, 308)
        page = f"errors/{code}.html" if code in {400, 403, 404, 405, 413, 429} else "errors/400.html"
        if code >= 500:
            page = "errors/500.html"
        headers = [(k, v) for k, v in error.get_headers() if k.lower() in {"allow", "retry-after"}]
        return render_template(page, **(_frame() if code in {403, 404} else {})), code, headers

    @app.errorhandler(500)
    def _fault(_error: Exception) -> tuple[str, int]:
        # Whatever failed may fail again: the page is made without database, session and navigation.
        with contextlib.suppress(Exception):
            db.session.rollback()
        g.actor = ANONYMOUS
        g.bare_page = True
        return render_template("errors/500.html"), 500

"""Addresses that are typed or asked for by programs: lists without a page of their own, and files at the root."""

from datetime import timedelta

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from portal.areas import queries as areas
from portal.core import clock
from portal.home.site import site
from portal.home.views.frame import blueprint

# Pages that belong to one person, or that are made anew for every choice of a filter.
_NOT_FOR_ROBOTS = (
    "/anmelden",
    "/einladung/",
    "/vertretung/",
    "/nachverfolgen",
    "/konto",
    "/sprache/",
    "/befunde?",
    "/indikatoren?",
)
_SECURITY_DAYS = 180


@blueprint.get("/gemeinden", endpoint="municipalities")
def municipalities() -> ResponseReturnValue:
    """All towns and municipalities stand on the page of the county."""
    return redirect(url_for("home.county", slug=areas.own_county().slug, _anchor="tabelle"))


@blueprint.get("/landkreise", endpoint="counties")
def counties() -> ResponseReturnValue:
    """The own county; its page leads to those for comparison."""
    return redirect(url_for("home.county", slug=areas.own_county().slug))


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything public may be found, but nothing of a demonstration: its events and organisations are invented."""
    shut = ["/"] if site().demo else list(_NOT_FOR_ROBOTS)
    return _text("User-agent: *\n" + "".join(f"Disallow: {path}\n" for path in shut))


@blueprint.get("/.well-known/security.txt")
def security() -> Response:
    """Whom to tell of a weakness (RFC 9116)."""
    until = clock.now().replace(microsecond=0) + timedelta(days=_SECURITY_DAYS)
    about = site()
    return _text(
        f"Contact: mailto:{about.office_email}\n"
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: de, en\n"
        f"Canonical: {about.base_url}/.well-known/security.txt\n"
    )


def _text(content: str) -> Response:
    return Response(content, content_type="text/plain; charset=utf-8")

"""Forms come from our own pages: the house's second wall, in front of all that change something.

Tokens protect forms behind a sign-in. Pages reached by a secret link or without any account carry none, and a page
elsewhere could send them in a visitor's name. Browsers say where a form came from (Fetch Metadata, W3C; the `Origin`
header, RFC 6454); those that say nothing, and programs, are taken as before.
"""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import Forbidden
from werkzeug.sansio.utils import host_is_trusted

from portal.config import Config

_READING = {"GET", "HEAD", "OPTIONS"}
# `none`: the person did it in the browser itself. `same-site` is another machine below the same domain.
_OWN_SITES = {"same-origin", "none"}
# What browsers send where they keep the origin to themselves.
_UNSAID = {"", "null"}


class ForeignForm(Forbidden):
    """A form that a page elsewhere sent."""


def init_own_forms(app: Flask) -> None:
    """Refuse whatever would change something and was sent by a page elsewhere."""

    @app.before_request
    def _refuse_foreign() -> None:
        if request.method not in _READING and not _is_own():
            raise ForeignForm


def _is_own() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site.strip().lower() in _OWN_SITES
    origin = request.headers.get("Origin", "").strip().lower()
    return origin in _UNSAID or _is_our_address(origin)


def _is_our_address(origin: str) -> bool:
    """Whether it is the portal's own address, that of this request, or a further host that requests may carry.

    A proxy may hand on the name by which it knows us instead of the one people typed; the configured address counts
    either way.
    """
    config: Config = current_app.config["PORTAL"]
    if origin == config.base_url.lower():
        return True
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # brackets without an address, a port that is no number
        return False
    if parts.scheme not in {"http", "https"} or not host:
        return False
    return parts.netloc == request.host.lower() or (
        bool(config.trusted_hosts) and port is None and host_is_trusted(host, config.trusted_hosts)
    )

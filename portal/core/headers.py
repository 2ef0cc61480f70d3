"""Security headers on every answer: pages, static files, faults."""

import logging
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NoReturn
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

_Write = Callable[[bytes], object]
_log = logging.getLogger("portal")
_FAULT_STATUS = "500 Internal Server Error"
_FAULT = (
    "Beim Portal ist ein Fehler aufgetreten. Bitte versuchen Sie es später noch einmal.\n"
    "Something went wrong at the portal. Please try again later.\n"
).encode()
_UNREAD = """<!DOCTYPE html>
<html lang="de" dir="ltr">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Das haben wir nicht verstanden – Sozialplanung</title></head>
<body><main>
<h1>Das haben wir nicht verstanden.</h1>
<p>Ihre Anfrage ist zu lang oder unvollständig bei uns angekommen. Bitte rufen Sie die Seite noch einmal auf.</p>
<p lang="en">Your request reached us too long or incomplete. Please open the page again.</p>
<p><a href="/">Zur Startseite</a></p>
</main></body>
</html>
""".encode()
_FAULT_HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_FAULT)))]

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(**exceptions: str) -> str:
    """The content security policy as one header value; `frame_src="'self'"` names an exception."""
    rules = CONTENT_SECURITY_POLICY | {name.replace("_", "-"): value for name, value in exceptions.items()}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def security_headers(*, https: bool) -> dict[str, str]:
    """Header names and values every answer carries unless its view set its own."""
    headers = {
        "Content-Security-Policy": policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def headers_of_refusals(*, https: bool) -> list[tuple[str, str]]:
    """Name and value of each header of answers that no view made: by static files, faults, the server itself."""
    return [*security_headers(https=https).items(), ("Cache-Control", "no-store")]


def refusal_page() -> bytes:
    """What a server says of a request that it cannot read itself; the application never saw it."""
    return _UNREAD


class HeaderGuard:
    """Stands around everything that answers: no answer leaves without the headers, however it came about.

    A fault outside of Flask (static files, proxies) or in a body before its first piece ends here: it is logged
    and answered with one sentence that gives nothing away. In tests it is raised, as Flask raises its own.
    """

    def __init__(self, app: Flask, *, https: bool) -> None:
        self._app = app
        self._inner = app.wsgi_app
        self._headers = headers_of_refusals(https=https)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, headers = "", list[tuple[str, str]]()

        def start(
            given: str, given_headers: list[tuple[str, str]], _error: object = None, /
        ) -> Callable[[bytes], object]:
            nonlocal status, headers
            status, headers = given, given_headers
            return _refuse_write

        body: Iterable[bytes]
        try:
            body = self._inner(environ, start)
            # Files are handed to the server as they are: it knows how to send them.
            wrapper = environ.get("wsgi.file_wrapper")
            if not (isinstance(wrapper, type) and isinstance(body, wrapper)):
                body = _Begun(body)
        except Exception:
            propagate = self._app.config["PROPAGATE_EXCEPTIONS"]
            if self._app.testing if propagate is None else propagate:
                raise
            _log.exception("fault outside of the application: %s", environ.get("PATH_INFO"))
            status, headers = _FAULT_STATUS, [*_FAULT_HEADERS]
            body = [] if environ["REQUEST_METHOD"] == "HEAD" else [_FAULT]
        present = {name.lower() for name, _value in headers}
        start_response(status, [*headers, *(header for header in self._headers if header[0].lower() not in present)])
        return body


def _refuse_write(_piece: bytes) -> NoReturn:
    raise TypeError("bodies are handed back, not written")


class _Begun:
    """A body whose first piece is there: what fails before it can still be answered otherwise."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body
        self._pieces = iter(body)
        try:
            self._first = list(islice(self._pieces, 1))
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[bytes]:
        yield from self._first
        yield from self._pieces

    def close(self) -> None:
        close = getattr(self._body, "close", None)
        if close is not None:
            close()

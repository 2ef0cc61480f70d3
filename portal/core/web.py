"""Small things views share: safe ways back, telling how a change went, list arguments, answers with a file."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Request, Response, current_app, flash, make_response, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from portal.core.errors import Refusal
from portal.core.text import one_line
from portal.core.transaction import transaction


class _Parameters(ImmutableMultiDict[str, Any]):
    """What was asked for or filled in, without NUL: no field of ours has one, and PostgreSQL refuses it."""

    def __init__(self, mapping: Any = None) -> None:
        super().__init__(mapping)
        for values in self.listvalues():
            values[:] = [one.replace("\x00", "") if isinstance(one, str) else one for one in values]


class PlainRequest(Request):
    """A request whose addresses' queries and forms hold no NUL."""

    parameter_storage_class = _Parameters


class PlainPart(BaseConverter):
    """A part of an address as routes take it. Control characters are in none of ours, and PostgreSQL refuses NUL."""

    regex = r"[^/\x00-\x1f\x7f]+"


def safe_path(target: str | None, *, default: str = "/") -> str:
    """A path on this portal to return to; anything that could lead elsewhere becomes the default."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return default
    if any(ord(c) < 32 for c in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def page_here() -> str | None:
    """The page at the address of a form that was sent; None where the address only takes forms."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        adapter.match(request.path, method="GET")
    except HTTPException:
        return None
    return safe_path(quote(request.path))


def without_slash() -> str | None:
    """The page somebody means who typed a slash at the end; None if there is none."""
    path = request.path.rstrip("/")
    adapter = current_app.create_url_adapter(request)
    if request.method not in {"GET", "HEAD"} or path == request.path or adapter is None or not path:
        return None
    try:
        adapter.match(path)
    except HTTPException:
        return None
    query = request.query_string.decode("ascii", "ignore")
    return safe_path(quote(path) + (f"?{query}" if query else ""))


@contextmanager
def told(done: str) -> Iterator[None]:
    """A change in a transaction of its own that tells how it went: `done`, or the words of the refusal."""
    try:
        with transaction():
            yield
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    else:
        flash(done, "ok")


def list_arguments() -> dict[str, str]:
    """The request's query as plain pairs; of repeated names the first counts."""
    return request.args.to_dict(flat=True)


def json_file(document: Any, *, name: str, media_type: str = "application/json") -> Response:
    """A document for programs, in UTF-8, packed where the reader takes that; browsers save it under the name."""
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    answer = attachment(content, name=name, media_type=media_type)
    if request.accept_encodings["gzip"]:
        answer.set_data(gzip.compress(content, 6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    return answer


def attachment(content: bytes, *, name: str, media_type: str) -> Response:
    """An answer the browser saves; the name is cleaned and sent in both header forms."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers.set("Content-Disposition", "attachment", filename=one_line(name).replace("/", "-"))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""Whole public pages kept in memory, for readers who are not signed in.

A kept page is bound to the versions of the data it is made of, so that a change shows with the next request
(one small query), to language and day, and is stored compressed. Whoever has a session gets a fresh page.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

import brotli
from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale

from portal.core import clock
from portal.core.actor import current_actor
from portal.settings import services

P = ParamSpec("P")

_LIMIT_BYTES = 24 * 1024 * 1024


@dataclass(frozen=True)
class KeptPage:
    """One page in the forms it is sent in."""

    plain: bytes
    brotli: bytes
    gzip: bytes
    etag: str
    content_type: str

    @property
    def size(self) -> int:
        return len(self.plain) + len(self.brotli) + len(self.gzip)


class PageCache:
    """The least recently used pages go first when the limit is reached."""

    def __init__(self, limit: int = _LIMIT_BYTES) -> None:
        self._pages: OrderedDict[tuple[str, ...], KeptPage] = OrderedDict()
        self._lock = threading.Lock()
        self._making: dict[tuple[str, ...], tuple[threading.Lock, int]] = {}
        self._limit = limit
        self._size = 0

    def get(self, key: tuple[str, ...]) -> KeptPage | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    @contextmanager
    def in_turn(self, key: tuple[str, ...]) -> Iterator[None]:
        """One at a time makes a page. Whoever asks for it meanwhile waits, and finds it made."""
        with self._lock:
            making, readers = self._making.get(key, (threading.Lock(), 0))
            self._making[key] = making, readers + 1
        try:
            with making:
                yield
        finally:
            with self._lock:
                _making, readers = self._making.pop(key)
                if readers > 1:
                    self._making[key] = making, readers - 1

    def put(self, key: tuple[str, ...], page: KeptPage) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            if old is not None:
                self._size -= old.size
            self._pages[key] = page
            self._size += page.size
            while self._size > self._limit and len(self._pages) > 1:
                _key, dropped = self._pages.popitem(last=False)
                self._size -= dropped.size


def _cache() -> PageCache:
    cache: PageCache = current_app.extensions.setdefault("portal_pages", PageCache())
    return cache


def cached_page(
    *versions: str, standing: Callable[[], str] | None = None
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Keep the answer of a public GET view while the named data versions stay as they are.

    The view must depend on nothing but its address, the language, the day, the named data and what `standing` says
    of things outside of the database; only complete pages (status 200) are kept.
    """

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def kept(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            cookie = current_app.config["SESSION_COOKIE_NAME"]
            if request.method not in {"GET", "HEAD"} or cookie in request.cookies or current_actor().signed_in:
                return view(*args, **kwargs)
            key = (
                request.full_path,
                str(get_locale()),
                services.version(*versions, "settings"),
                clock.today().isoformat(),
                "" if standing is None else standing(),
            )
            page = _cache().get(key)
            if page is None:
                # After every change of the data many ask for the same page at once.
                with _cache().in_turn(key):
                    page = _cache().get(key)
                    if page is None:
                        response = make_response(view(*args, **kwargs))
                        if not _may_be_kept(response):
                            return response
                        page = _keep(response)
                        _cache().put(key, page)
            return _answer(page)

        return kept

    return decorate


def _may_be_kept(response: Response) -> bool:
    if response.status_code != 200 or "Set-Cookie" in response.headers or response.is_streamed:
        return False
    return response.mimetype == "text/html"  # files carry headers that are not kept


def _keep(response: Response) -> KeptPage:
    plain = response.get_data()
    return KeptPage(
        plain=plain,
        brotli=brotli.compress(plain, quality=6),
        gzip=gzip.compress(plain, 6, mtime=0),
        etag=hashlib.sha256(plain).hexdigest()[:20],
        content_type=response.content_type or "text/html; charset=utf-8",
    )


def _answer(page: KeptPage) -> Response:
    accepted = request.accept_encodings
    if accepted["br"]:
        encoding, body = "br", page.brotli
    elif accepted["gzip"]:
        encoding, body = "gzip", page.gzip
    else:
        encoding, body = "", page.plain
    response = Response(body, content_type=page.content_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(f"{page.etag}-{encoding}" if encoding else page.etag)
    response.make_conditional(request)
    return response

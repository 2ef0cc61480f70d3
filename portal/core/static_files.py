"""Static files: compressed once at start, served by WhiteNoise, addressed by content."""

import gzip
import hashlib
import os
import shutil
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import brotli
from flask import Flask
from whitenoise import WhiteNoise

_COMPRESSED = {".css", ".js", ".svg"}
_YEAR = 365 * 24 * 3600
# `immutable`: not even asked for again when somebody reloads the page.
_FOR_A_YEAR = f"public, max-age={_YEAR}, immutable"
_UNADDRESSED_SECONDS = 300
# Browsers and readers ask for it at this address whatever the pages say.
_ICON_ADDRESS, _ICON = "/favicon.ico", "/static/icons/favicon.png"
_KEPT_SECONDS = 90 * 24 * 3600


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(folder)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def prepare(source: Path, data: Path) -> Path:
    """Copy the static folder below the data folder with `.br` and `.gz` beside each text file.

    One folder per content, made under a draft name and renamed, so that processes starting at once agree.
    """
    target = data / "static" / _fingerprint(source)
    if target.is_dir():
        os.utime(target)  # in use again
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copytree(source, draft)
    for path in [p for p in draft.rglob("*") if p.suffix in _COMPRESSED]:
        content = path.read_bytes()
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
        path.with_name(path.name + ".br").write_bytes(brotli.compress(content, quality=9))
    try:
        draft.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(draft)
    os.utime(target)
    _forget_old(target)
    return target


def _forget_old(target: Path) -> None:
    """Remove copies of long ago. A younger one may be what a running server was started with."""
    for old in target.parent.iterdir():
        if old != target and old.is_dir() and time.time() - old.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)


class _Addressed(WhiteNoise):
    """Only an address that names the content may be kept for a year; any other may hold something else tomorrow."""

    def __init__(self, *args: Any, fingerprints: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addressed = {f"/static/{path}": f"v={fingerprint}" for path, fingerprint in fingerprints.items()}
        if _ICON in self.files:
            self.files[_ICON_ADDRESS] = self.files[_ICON]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path != _ICON_ADDRESS and path not in self._addressed:
            return super().__call__(environ, start_response)
        is_addressed = environ.get("QUERY_STRING") == self._addressed.get(path)
        keeping = _FOR_A_YEAR if is_addressed else f"public, max-age={_UNADDRESSED_SECONDS}"

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
            return start_response(status, [*kept, ("Cache-Control", keeping)], *error)

        return super().__call__(environ, start)


def init_static(app: Flask, *, source: Path, data: Path) -> None:
    """Serve `/static/…` with far-future caching and offer `static_url()` to templates."""
    folder = prepare(source, data)
    fingerprints = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".br", ".gz"}
    }
    app.wsgi_app = _Addressed(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=_YEAR,
        allow_all_origins=False,
        fingerprints=fingerprints,
    )

    def static_url(path: str) -> str:
        """Address of a static file with its fingerprint; an unknown file is a fault of the template."""
        return f"/static/{path}?v={fingerprints[path]}"

    app.jinja_env.globals["static_url"] = static_url

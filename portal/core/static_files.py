"""Static files: compressed once at start, served by WhiteNoise, addressed by content."""

import gzip
import hashlib
import os
import shutil
import time
from pathlib import Path

import brotli
from flask import Flask
from whitenoise import WhiteNoise

_COMPRESSED = {".css", ".js", ".svg"}
_YEAR = 365 * 24 * 3600
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


def init_static(app: Flask, *, source: Path, data: Path) -> None:
    """Serve `/static/…` with far-future caching and offer `static_url()` to templates."""
    folder = prepare(source, data)
    fingerprints = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in {".br", ".gz"}
    }
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(folder),
        prefix="static/",
        max_age=_YEAR,
        allow_all_origins=False,
    )

    def static_url(path: str) -> str:
        """Address of a static file with its fingerprint; an unknown file is a fault of the template."""
        return f"/static/{path}?v={fingerprints[path]}"

    app.jinja_env.globals["static_url"] = static_url

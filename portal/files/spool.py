"""Uploaded files on their way to being read: below the data folder, under random names, gone when read."""

import re
import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import IO

from flask import current_app

from portal.config import Config
from portal.core.errors import NotFound

_FOLDER = "imports"
_NAME = re.compile(r"[0-9a-f]{32}")
_PIECE = 1024 * 1024


def keep(stream: IO[bytes]) -> str:
    """Write the stream into the spool and return its random name."""
    name = secrets.token_hex(16)
    path = _folder() / name
    with path.open("xb") as target:
        while piece := stream.read(_PIECE):
            target.write(piece)
    path.chmod(0o600)
    return name


def path_of(name: str) -> Path:
    """Where the file with this name lies; `NotFound` for anything that is no such name."""
    if not _NAME.fullmatch(name):
        raise NotFound
    return _folder() / name


def hold(name: str) -> None:
    """Keep a file that is still waited for from being swept."""
    path = path_of(name)
    if path.exists():
        path.touch()


def sweep(*, older_than: timedelta) -> int:
    """Remove files that nobody came for; how many."""
    limit = time.time() - older_than.total_seconds()
    old = [path for path in _folder().iterdir() if path.stat().st_mtime < limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    config: Config = current_app.config["PORTAL"]
    folder = config.data / _FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder

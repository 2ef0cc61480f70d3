"""Private keys of the rounds: files in the data folder, outside of the database and of every backup.

Whoever has only the database, or only a backup, reads no sealed answer. A key is deleted with the last answer it
opens; sealed answers in old backups then stay closed for ever.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import current_app

from portal.config import Config

# The archive of backups refuses every name that begins so (`cli.backups.archive.NEVER`).
FOLDER = "spool"
_CACHE = "portal_survey_keys"
_NAME = re.compile(r"[0-9a-z]{12}")


def make_key(name: str) -> bytes:
    """Make a key pair, keep the private half under the round's public id and hand back the public one."""
    private = X25519PrivateKey.generate()
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private.private_bytes_raw())
        file.flush()
        os.fsync(file.fileno())
    os.link(draft, path)  # never over another round's key
    draft.unlink()
    return private.public_key().public_bytes_raw()


def read_key(name: str) -> X25519PrivateKey | None:
    """The private key, or None where this machine has none."""
    try:
        return X25519PrivateKey.from_private_bytes(_path(name).read_bytes())
    except FileNotFoundError:
        return None


def opens(name: str, public_key: bytes) -> bool:
    """Whether the key is here and is the other half of the public one.

    Asked with every page of a questionnaire: after the first time it is one look at the file's dates.
    """
    known: dict[str, tuple[tuple[int, int, bytes], bool]] = current_app.extensions.setdefault(_CACHE, {})
    try:
        found = _path(name).stat()
        seen = (found.st_mtime_ns, found.st_ino, public_key)
        if (kept := known.get(name)) is not None and kept[0] == seen:
            return kept[1]
        key = read_key(name)
    except (OSError, ValueError):  # not there, not for us to read, or no key at all
        return False
    fits = key is not None and key.public_key().public_bytes_raw() == public_key
    known[name] = (seen, fits)
    return fits


def standing() -> str:
    """Differs whenever a key came, went or was replaced: for pages that are kept and say whether a survey is open."""
    try:
        with os.scandir(_folder()) as found:
            seen = sorted((one.name, one.stat().st_mtime_ns) for one in found)
    except OSError:  # no folder, so no key
        return ""
    return hashlib.sha256(repr(seen).encode()).hexdigest()


def destroy_key(name: str) -> bool:
    """Delete the key; whether there was one."""
    path = _path(name)
    if not path.exists():
        return False
    path.unlink(missing_ok=True)
    return True


def kept_names() -> list[str]:
    """Rounds whose key is here."""
    folder = _folder()
    return sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name)) if folder.is_dir() else []


def kept_since(name: str) -> float:
    """When the key was made, in seconds since 1970."""
    return _path(name).stat().st_mtime


def _folder() -> Path:
    config: Config = current_app.config["PORTAL"]
    return config.data / FOLDER


def _path(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a round")
    return _folder() / name

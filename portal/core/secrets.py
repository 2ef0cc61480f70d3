"""Secrets of an installation: made once, kept in the data folder, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path

from portal.config import ConfigurationError
from portal.core.machine_words import why

FOLDER = "secrets"
# What is made has more; a shorter one is the rest of a damaged file.
LEAST_CHARACTERS = 32


def secret(data: Path, name: str, *, size: int = 48) -> str:
    """The secret of that name; made at first use. Two processes starting at once agree on one.

    A file that holds none any more is a `ConfigurationError`, as with `totp_secrets`: a new secret would make worthless
    what the old one protected, an empty one would protect nothing.
    """
    path = data / FOLDER / name
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(size))
    found = _read(path).strip()
    if len(found) < LEAST_CHARACTERS or not found.isascii():
        raise _damaged(path, "zu kurz oder kein Text")
    return found


def totp_secrets(data: Path) -> dict[str, str]:
    """Keys that second-factor secrets are encrypted with, by number; the highest encrypts new ones."""
    path = data / FOLDER / "totp.json"
    if not path.exists():
        _write_once(path, json.dumps({"1": secrets.token_urlsafe(48)}))
    try:
        keys = json.loads(_read(path))
    except ValueError as error:
        raise _damaged(path, "kein JSON") from error
    if not isinstance(keys, dict) or not keys or not all(_is_key(*pair) for pair in keys.items()):
        raise _damaged(path, "es stehen keine Schlüssel darin")
    return keys


def _is_key(number: str, key: object) -> bool:
    return number.isdecimal() and isinstance(key, str) and len(key) >= LEAST_CHARACTERS


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise _damaged(path, why(error)) from error
    except UnicodeDecodeError as error:
        raise _damaged(path, "kein Text") from error


def _damaged(path: Path, reason: str) -> ConfigurationError:
    return ConfigurationError(
        f"Das Geheimnis {path} ist unbrauchbar ({reason}). Bitte den Ordner aus einer Sicherung zurücklegen."
    )


def _write_once(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    try:
        os.link(draft, path)  # fails if another process was faster: then its secret counts
    except FileExistsError:
        pass
    finally:
        draft.unlink()

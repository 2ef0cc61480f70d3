"""Secrets of an installation: made once, kept in the data folder, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path

FOLDER = "secrets"


def secret(data: Path, name: str, *, size: int = 48) -> str:
    """The secret of that name; made at first use. Two processes starting at once agree on one."""
    path = data / FOLDER / name
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(size))
    return path.read_text(encoding="utf-8").strip()


def totp_secrets(data: Path) -> dict[str, str]:
    """Keys that second-factor secrets are encrypted with, by number; the highest encrypts new ones."""
    path = data / FOLDER / "totp.json"
    if not path.exists():
        _write_once(path, json.dumps({"1": secrets.token_urlsafe(48)}))
    keys = json.loads(path.read_text(encoding="utf-8"))
    return {str(number): str(key) for number, key in keys.items()}


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

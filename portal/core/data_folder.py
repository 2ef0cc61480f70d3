"""The data folder: made at first use, for its owner alone."""

from pathlib import Path

from portal.config import ConfigurationError
from portal.core.machine_words import why


def made(folder: Path) -> Path:
    """The folder, which is there afterwards; `ConfigurationError` says why it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        reason = "das ist kein Ordner" if folder.exists() else why(error)
        raise ConfigurationError(
            f"PORTAL_DATA: der Datenordner {folder} lässt sich nicht anlegen: {reason}."
        ) from error
    return folder

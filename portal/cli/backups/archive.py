"""The archive file: a ZIP whose manifest names every entry with its size and SHA-256."""

import contextlib
import hashlib
import json
import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from portal.core.errors import Refusal
from portal.core.machine_words import why

FORMAT = 1
MANIFEST = "manifest.json"
_MANIFEST_LIMIT_BYTES = 64 * 1024 * 1024
_UNCHANGED = "Es wurde nichts geändert."
_CHUNK = 1024 * 1024
# What an entry may be called: two or more plain parts below one of these folders.
FOLDERS = ("database", "files", "secrets")
NEVER = "spool"
_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Entry:
    """Size in bytes and SHA-256 of one file in the archive."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds. `tables` counts the rows of each table in the copied state.

    `demo`: it comes from a demonstration, whose passwords everybody knows.
    """

    created_at: str
    program: str
    dialect: str
    revision: str
    tables: dict[str, int]
    sequences: dict[str, int] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    format: int = FORMAT
    demo: bool = False


def may_contain(name: str) -> bool:
    """Whether an archive may hold an entry of that name: inside one of our folders, no way out, no spool."""
    parts = PurePosixPath(name).parts
    return (
        len(parts) >= 2
        and parts[0] in FOLDERS
        and "/".join(parts) == name
        and all(_PART.fullmatch(part) for part in parts)
        and not any(part.lower().startswith(NEVER) for part in parts)
    )


class Writer:
    """Writes entries into a new archive and keeps their sums."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.entries: dict[str, Entry] = {}

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator["_Summing"]:
        """A new entry to write bytes to; a name no archive may contain is a fault (`ValueError`)."""
        if not may_contain(name) or name in self.entries:
            raise ValueError(f"no entry of a backup: {name}")
        with self._archive.open(_info(name), "w", force_zip64=True) as target:
            summing = _Summing(target)
            yield summing
        self.entries[name] = Entry(summing.size, summing.digest.hexdigest())

    def add(self, name: str, source: Path) -> None:
        """Copy a file into the archive."""
        with self.open(name) as target, source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                target.write(chunk)

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest; nothing may follow."""
        content = json.dumps(asdict(manifest), indent=1, sort_keys=True).encode()
        self._archive.writestr(_info(MANIFEST), content)


class _Summing:
    """Counts and sums what is written."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self.size = 0
        self.digest = hashlib.sha256()

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        self._target.write(chunk)
        self.size += len(chunk)
        self.digest.update(chunk)


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextlib.contextmanager
def new_archive(path: Path) -> Iterator[Writer]:
    """An archive that appears under its name only when it is complete; readable by its owner alone."""
    if path.exists():
        raise Refusal(f"{path} gibt es schon. Bitte einen anderen Namen wählen; Sicherungen werden nie überschrieben.")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise Refusal(f"{path} kann nicht geschrieben werden: {why(error)}.") from error
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", allowZip64=True) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


class Archive:
    """A verified archive, open for reading."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    @contextlib.contextmanager
    def open(self, name: str) -> Iterator[IO[bytes]]:
        """Read one entry."""
        with self._archive.open(name) as file:
            yield file

    def names(self, folder: str) -> list[str]:
        """Entries below the folder, in order."""
        return sorted(name for name in self.manifest.entries if name.startswith(folder + "/"))

    def extract(self, name: str, target: Path) -> None:
        """Write one entry to a path of the caller's choice; 0600, parents 0700."""
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, self.open(name) as source:
            shutil.copyfileobj(source, file, _CHUNK)


@contextlib.contextmanager
def verified(path: Path) -> Iterator[Archive]:
    """An archive whose every entry was read and compared with the manifest.

    Raises `Refusal` for a file that is none, is damaged, holds more or less than its manifest says, or names
    that would lead out of the data folder.
    """
    with _opened(path) as archive:
        with _damage_refused(path):
            manifest = _manifest(archive)
            _compare(archive, manifest)
        yield Archive(archive, manifest)


def manifest_of(path: Path) -> Manifest:
    """What the archive says about itself, before it is verified; `Refusal` if it says nothing."""
    with _opened(path) as archive, _damage_refused(path):
        return _manifest(archive)


class _DamagedError(ValueError):
    """What this module finds wrong with an archive, in German and without a full stop."""


def said(error: Exception) -> str:
    """The words of a library, which are English, behind a German sentence."""
    if isinstance(error, OSError) and error.errno is not None:
        return f"Grund: {why(error)}."
    return f"Technische Meldung: {str(error).strip() or type(error).__name__}"


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        raise Refusal(f"{path} ist keine lesbare Sicherung: {why(error)}.") from error
    except zipfile.BadZipFile as error:
        raise Refusal(
            f"{path} ist keine lesbare Sicherung; die Datei ist unvollständig oder etwas anderes. {_UNCHANGED} "
            f"{said(error)}"
        ) from error


@contextlib.contextmanager
def _damage_refused(path: Path) -> Iterator[None]:
    try:
        yield
    except _DamagedError as error:
        raise Refusal(f"{path} ist beschädigt: {error}. {_UNCHANGED}") from error
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise Refusal(f"{path} ist beschädigt. {_UNCHANGED} {said(error)}") from error


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    if archive.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT_BYTES:
        raise _DamagedError("das Verzeichnis ist zu groß")
    read: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if read.get("format") != FORMAT:
        raise _DamagedError(f"Format {read.get('format')} ist unbekannt")
    read["entries"] = {str(name): Entry(**entry) for name, entry in read["entries"].items()}
    return Manifest(**read)


def _compare(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    names = [name for name in archive.namelist() if name != MANIFEST]
    if len(names) != len(set(names)) or set(names) != set(manifest.entries):
        raise _DamagedError("Inhalt und Verzeichnis stimmen nicht überein")
    for name, entry in manifest.entries.items():
        if not may_contain(name):
            raise _DamagedError(f"„{name}“ gehört nicht in eine Sicherung")
        digest, size = hashlib.sha256(), 0
        with archive.open(name) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > entry.size:
                    raise _DamagedError(f"„{name}“ ist länger als verzeichnet")
                digest.update(chunk)
        if size != entry.size or digest.hexdigest() != entry.sha256:
            raise _DamagedError(f"die Prüfsumme von „{name}“ stimmt nicht")

"""Keeping files and handing them out."""

import hashlib
import os
import tempfile
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from typing import IO, BinaryIO

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit import services as audit
from portal.config import Config
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound, Refusal
from portal.core.formats import file_size
from portal.core.text import one_line
from portal.files.models import StoredFile
from portal.files.signatures import ENDINGS, is_type

FOLDER = "files"
# Even a browser that shows a file instead of saving it runs nothing of it.
POLICY = "default-src 'none'; sandbox"
_CHUNK = 1 << 16
_LONGEST_NAME = 200
# A blob without a row may belong to a transaction that has not ended yet.
_SWEEP_AGE = timedelta(days=1)


def store(stream: IO[bytes], *, name: str, allowed: Collection[str], max_bytes: int, actor: Actor) -> StoredFile:
    """Keep a file somebody handed in; the row belongs to the caller's transaction, its bytes are kept once.

    `allowed` holds media types of `files.signatures`; which of them it is, the content says, not its name.
    Read in pieces and refused as soon as it is longer than `max_bytes`. An empty file is refused, too.
    """
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft_name = tempfile.mkstemp(dir=folder, prefix=".draft-")
    draft = Path(draft_name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            digest, size = _copy(stream, file, max_bytes=max_bytes)
            file.flush()
            os.fsync(file.fileno())
        media_type = _type_of(draft, allowed, name=name)
        _keep(draft, _path(digest))
    finally:
        draft.unlink(missing_ok=True)
    stored = StoredFile(
        sha256=digest,
        size=size,
        media_type=media_type,
        name=_clean_name(name, media_type),
        created_by=actor.user_id,
    )
    db.session.add(stored)
    db.session.flush()
    audit.record("file.stored", subject=stored, actor=actor, details={"size": size, "media_type": media_type})
    return stored


def read(stream: IO[bytes], *, name: str, allowed: Collection[str], max_bytes: int) -> bytes:
    """The bytes of a file somebody handed in, to look into before it is kept. Refused for what `store` refuses."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "draft"
        with draft.open("wb") as file:
            _copy(stream, file, max_bytes=max_bytes)
        _type_of(draft, allowed, name=name)
        return draft.read_bytes()


def _copy(source: IO[bytes], target: BinaryIO | IO[bytes], *, max_bytes: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise Refusal(
                _("Die Datei ist zu groß. Erlaubt sind höchstens %(size)s.", size=file_size(max_bytes)), field="file"
            )
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise Refusal(_("Die Datei ist leer."), field="file")
    return digest.hexdigest(), size


def _type_of(draft: Path, allowed: Collection[str], *, name: str) -> str:
    for media_type in allowed:
        if is_type(draft, media_type):
            return media_type
    claimed = next((one for one in allowed if name.lower().endswith(ENDINGS.get(one, "\0"))), None)
    if claimed is not None:
        raise Refusal(
            _(
                "Die Datei heißt „%(name)s“, lässt sich aber nicht als %(kind)s lesen. Bitte öffnen Sie sie in Ihrem "
                "Programm, speichern Sie sie neu und wählen Sie sie noch einmal.",
                name=one_line(name)[-80:],
                kind=ENDINGS[claimed].removeprefix(".").upper(),
            ),
            field="file",
        )
    kinds = ", ".join(ENDINGS[media_type].removeprefix(".").upper() for media_type in allowed if media_type in ENDINGS)
    raise Refusal(
        _("Diese Art von Datei können wir nicht annehmen. Möglich sind: %(kinds)s.", kinds=kinds), field="file"
    )


def _keep(draft: Path, path: Path) -> None:
    """Give the file its final name, whole or not at all, and make the name itself last."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft.chmod(0o600)
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _clean_name(name: str, media_type: str) -> str:
    """The name as given, without folders and control characters, with the ending its content has."""
    ending = ENDINGS[media_type]
    stem = one_line(name.replace("\\", "/").rpartition("/")[2])
    known = {ending, ".jpeg"} if ending == ".jpg" else {ending}
    for each in known:
        if stem.lower().endswith(each):
            stem = stem[: -len(each)]
    stem = stem.strip(". ") or _("Datei")
    return stem[: _LONGEST_NAME - len(ending)] + ending


def _folder() -> Path:
    config: Config = current_app.config["PORTAL"]
    return config.data / FOLDER


def _path(digest: str) -> Path:
    return _folder() / digest[:2] / digest[2:4] / digest


def open_file(file: StoredFile) -> BinaryIO:
    """The bytes, for reading; `NotFound` if they are gone from the data folder."""
    try:
        return _path(file.sha256).open("rb")
    except FileNotFoundError as error:
        raise NotFound from error


def send(file: StoredFile) -> Response:
    """An answer the browser saves and never shows. Whether the actor may have it, the caller has asked."""
    response = send_file(
        open_file(file),
        mimetype=file.media_type,
        as_attachment=True,
        download_name=file.name,
        conditional=False,
        etag=False,
    )
    response.content_length = file.size
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def sweep() -> int:
    """Remove bytes no row names any more; how many. Files of the last day stay. Outside of a transaction."""
    before = (clock.now() - _SWEEP_AGE).timestamp()
    folder = _folder()
    removed = 0
    for path in sorted(folder.glob("??/??/*")) + sorted(folder.glob(".draft-*")):
        if path.stat().st_mtime >= before:
            continue
        if path.parent != folder and _is_named(path.name):
            continue
        path.unlink(missing_ok=True)
        removed += 1
    return removed


def _is_named(digest: str) -> bool:
    return db.session.scalar(select(StoredFile.id).where(StoredFile.sha256 == digest).limit(1)) is not None

"""Papers of an event (Anlagen): adding, opening to everybody, removing."""

from typing import IO

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.conferences import permissions
from portal.conferences.models import Conference, ConferenceFile
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import lock
from portal.files import services as files
from portal.files.signatures import DOCX, JPEG, ODS, ODT, PDF, PNG, XLSX

ALLOWED = (PDF, DOCX, XLSX, ODT, ODS, PNG, JPEG)
MOST_BYTES = 10 * 1024 * 1024
MOST_PAPERS = 20


def add(conference: Conference, stream: IO[bytes], *, name: str, is_public: bool, actor: Actor) -> ConferenceFile:
    """Keep a file with the event. Refuses the twenty-first, other kinds of files and more than 10 MB (field `file`)."""
    require(permissions.may_keep_papers(actor, conference))
    lock(conference)
    if len(conference.files) >= MOST_PAPERS:
        raise Refusal(_("Eine Veranstaltung hat höchstens %(limit)s Anlagen.", limit=MOST_PAPERS), field="file")
    stored = files.store(stream, name=name, allowed=ALLOWED, max_bytes=MOST_BYTES, actor=actor)
    paper = ConferenceFile(file=stored, is_public=is_public)
    conference.files.append(paper)
    _changed(conference)
    audit.record("conferences.paper_added", subject=conference, actor=actor, details={"is_public": is_public})
    return paper


def show_to(paper: ConferenceFile, *, is_public: bool, actor: Actor) -> None:
    """Open the paper to everybody who may see the event, or to those invited alone."""
    conference = paper.conference
    require(permissions.may_keep_papers(actor, conference))
    lock(conference)
    if paper.is_public is is_public:
        return
    paper.is_public = is_public
    _changed(conference)
    audit.record("conferences.paper_shown", subject=conference, actor=actor, details={"is_public": is_public})


def remove(paper: ConferenceFile, *, actor: Actor) -> None:
    """Take the paper away for good; its bytes go with the next sweep."""
    conference, stored = paper.conference, paper.file
    require(permissions.may_keep_papers(actor, conference))
    lock(conference)
    conference.files.remove(paper)
    _changed(conference)
    db.session.delete(stored)
    db.session.flush()
    audit.record("conferences.paper_removed", subject=conference, actor=actor)


def _changed(conference: Conference) -> None:
    """Pages made of the event are made anew."""
    conference.changed_at = clock.now()
    db.session.flush()

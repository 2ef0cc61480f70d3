"""Which template a kind of report uses, and changing it."""

from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.files import services as files
from portal.files.signatures import DOCX
from portal.reports import permissions, word_files
from portal.reports.content import Report
from portal.reports.models import ReportKind, ReportTemplate


def chosen(kind: ReportKind) -> ReportTemplate | None:
    """The latest choice for a kind; None while nobody has chosen anything."""
    return db.session.scalars(
        select(ReportTemplate)
        .options(joinedload(ReportTemplate.file))
        .where(ReportTemplate.kind == kind)
        .order_by(ReportTemplate.id.desc())
        .limit(1)
    ).first()


def content(kind: ReportKind) -> bytes:
    """The template in use."""
    found = chosen(kind)
    if found is None or found.file is None:
        return word_files.shipped(kind)
    with files.open_file(found.file) as stream:
        return stream.read()


def replace(kind: ReportKind, stream: IO[bytes], *, name: str, sample: Report, actor: Actor) -> ReportTemplate:
    """Use the county's own template from now on.

    It is filled with `sample` first; one that fails, or shows nothing of it, is refused.
    """
    require(permissions.may_change_templates(actor))
    word_files.require_whole(stream)
    stored = files.store(stream, name=name, allowed={DOCX}, max_bytes=word_files.MOST_BYTES, actor=actor)
    with files.open_file(stored) as kept:
        word_files.try_out(kept.read(), sample)
    found = ReportTemplate(kind=kind, file_id=stored.id, created_by=actor.user_id)
    db.session.add(found)
    db.session.flush()
    audit.record("report_template.replaced", subject=found, actor=actor, details={"kind": kind.value})
    return found


def reset(kind: ReportKind, *, actor: Actor) -> None:
    """Use the shipped template again; the county's own stays on record."""
    require(permissions.may_change_templates(actor))
    found = ReportTemplate(kind=kind, file_id=None, created_by=actor.user_id)
    db.session.add(found)
    db.session.flush()
    audit.record("report_template.reset", subject=found, actor=actor, details={"kind": kind.value})

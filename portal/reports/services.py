"""Which template a kind of report uses, and changing it."""

import io
from typing import IO

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.files import services as files
from portal.files.signatures import DOCX
from portal.reports import permissions, template_parts, word_files
from portal.reports.models import ReportKind, ReportTemplate
from portal.reports.template_trial import Tried


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


def read_template(stream: IO[bytes], *, name: str) -> bytes:
    """A file that somebody handed in, if it is whole and a Word file. What it holds, `template_trial` asks."""
    if template_parts.is_cut_off(stream):
        raise Refusal(
            _("Die Datei ist beschädigt oder nicht ganz übertragen. Bitte speichern und wählen Sie sie noch einmal."),
            field="file",
        )
    return files.read(stream, name=name, allowed={DOCX}, max_bytes=template_parts.MOST_BYTES)


def replace(kind: ReportKind, template: Tried, *, name: str, actor: Actor) -> ReportTemplate:
    """Use the county's own template from now on."""
    require(permissions.may_change_templates(actor))
    stored = files.store(
        io.BytesIO(template), name=name, allowed={DOCX}, max_bytes=template_parts.MOST_BYTES, actor=actor
    )
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

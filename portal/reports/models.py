"""The county's own Word templates."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.database import BigId, PublicRecord, enum_type
from portal.core.words import Worded
from portal.files.models import StoredFile


class ReportKind(Worded):
    """What a Word document is made for."""

    DOSSIER = "dossier", _l("Dossier eines Planungsraums")
    COMMITTEE_PAPER = "committee_paper", _l("Vorlage für Gremien")


class ReportTemplate(PublicRecord):
    """One choice of a template; the latest of a kind counts. Without a file the shipped template is used again."""

    __tablename__ = "report_template"

    kind: Mapped[ReportKind] = mapped_column(enum_type(ReportKind), index=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    created_by: Mapped[int | None] = mapped_column(BigId)

    file: Mapped[StoredFile | None] = relationship()

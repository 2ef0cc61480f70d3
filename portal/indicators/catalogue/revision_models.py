"""The table of changes of catalogue entries."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import BigId, JsonType, PublicRecord, enum_type
from portal.core.words import Worded


class RevisionKind(Worded):
    """Why a catalogue entry got a new revision."""

    CREATED = "created", _l("angelegt")
    CHANGED = "changed", _l("geändert")
    SERIES = "series", _l("Reihen zugeordnet")
    RETIRED = "retired", _l("stillgelegt")
    REINSTATED = "reinstated", _l("wieder aufgenommen")
    UNDONE = "undone", _l("letzte Änderung zurückgenommen")
    DELIVERED = "delivered", _l("neue Werte freigegeben")
    RULE = "rule", _l("Rolle in den Vorschlägen geändert")


class IndicatorRevision(PublicRecord):
    """One change of a catalogue entry: who, when, which fields from what to what. Rows are only added.

    `changes` is field → {"old", "new"}, in the values of `catalogue_entry`; `undoes` is the number of the revision that
    this one took back.
    """

    __tablename__ = "indicator_revision"
    __table_args__ = (
        UniqueConstraint("indicator_id", "number"),
        CheckConstraint("(kind = 'undone') = (undoes IS NOT NULL)", name="undone_names_what"),
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[RevisionKind] = mapped_column(enum_type(RevisionKind))
    changes: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    undoes: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(String(500), default="")

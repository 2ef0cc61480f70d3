"""The audit table."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.database import Base, BigId, JsonType, UtcDateTime, enum_type
from portal.core.words import Worded


class ActorKind(Worded):
    """What kind of actor an entry speaks of."""

    PERSON = "person", _l("Person")
    ANONYMOUS = "anonymous", _l("ohne Anmeldung")
    SYSTEM = "system", _l("Portal (automatisch)")


class AuditEntry(Base):
    """One change. `details` holds keys, enum values and numbers, never names or texts people wrote."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    action: Mapped[str] = mapped_column(String(60), index=True)
    actor_kind: Mapped[ActorKind] = mapped_column(enum_type(ActorKind))
    actor_id: Mapped[int | None] = mapped_column(BigId, index=True)
    organisation_id: Mapped[int | None] = mapped_column(BigId)
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None] = mapped_column(BigId)
    details: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)

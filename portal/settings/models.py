"""Tables of settings and data versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import clock
from portal.core.database import Base, BigId, JsonType, Record, UtcDateTime


class Setting(Base):
    """The present value of one setting that differs from its default."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(JsonType)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)


class SettingChange(Record):
    """What a setting was before and after; `changed_by` is a user's id."""

    __tablename__ = "setting_change"

    key: Mapped[str] = mapped_column(String(80), index=True)
    old: Mapped[Any] = mapped_column(JsonType, nullable=True)
    new: Mapped[Any] = mapped_column(JsonType, nullable=True)
    changed_by: Mapped[int | None] = mapped_column(BigId)


class DataVersion(Base):
    """Grows by one with every change of what it names (`figures`, `areas`, `settings`)."""

    __tablename__ = "data_version"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(BigId, default=1)

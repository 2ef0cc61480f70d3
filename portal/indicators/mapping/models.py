"""Tables of remembered mappings: by the name of the source, every version kept."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.database import BigId, JsonType, PublicRecord, Record
from portal.core.text import sort_key


class ImportMapping(PublicRecord):
    """What the columns of a source's files hold. `fingerprint` stands for the shape of its headings, whatever their
    order and years; how the files are read stands in the latest version."""

    __tablename__ = "import_mapping"

    name: Mapped[str] = mapped_column(String(120), unique=True)
    sort_key: Mapped[str] = mapped_column(String(140), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64), index=True)

    versions: Mapped[list["ImportMappingVersion"]] = relationship(
        back_populates="mapping", order_by="ImportMappingVersion.number.desc()", cascade="all, delete-orphan"
    )

    def __init__(self, *, name: str, fingerprint: str) -> None:
        super().__init__(name=name, sort_key=sort_key(name)[:140], fingerprint=fingerprint)

    @property
    def latest(self) -> "ImportMappingVersion":
        return self.versions[0]


class ImportMappingVersion(Record):
    """How files are read since somebody said so (`mapping.rule`, as plain data). Rows are only added."""

    __tablename__ = "import_mapping_version"
    __table_args__ = (
        UniqueConstraint("mapping_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
    )

    mapping_id: Mapped[int] = mapped_column(ForeignKey("import_mapping.id", ondelete="CASCADE"))
    number: Mapped[int]
    rule: Mapped[dict[str, Any]] = mapped_column(JsonType)
    user_id: Mapped[int | None] = mapped_column(BigId)

    mapping: Mapped[ImportMapping] = relationship(back_populates="versions")

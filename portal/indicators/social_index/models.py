"""Tables of the social index: which indicators with which weights, every version kept."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.core.database import Base, BigId, PublicRecord, Record
from portal.core.words import Worded
from portal.indicators.models import Indicator


class MissingRule(Worded):
    """What happens to a municipality that lacks values."""

    ALL = "all", _l("Nur Gemeinden mit allen Werten bekommen einen Index.")
    MOST = "most", _l("Mindestens vier Fünftel des Gewichts müssen Werte haben; der Rest wird neu verteilt.")

    @property
    def least_share(self) -> float:
        """Part of the weights that must have values."""
        return 1.0 if self is MissingRule.ALL else 0.8


class SocialIndex(PublicRecord):
    """An index of the county. What it is made of stands in its latest version."""

    __tablename__ = "social_index"

    name: Mapped[str] = mapped_column(String(200))
    # Two people changing it: the later one is told.
    edition: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": edition}

    versions: Mapped[list["SocialIndexVersion"]] = relationship(
        back_populates="index", order_by="SocialIndexVersion.number.desc()"
    )

    @property
    def latest(self) -> "SocialIndexVersion":
        return self.versions[0]


class SocialIndexVersion(Record):
    """One composition of an index: who chose it, when, and why. Rows are only added."""

    __tablename__ = "social_index_version"
    __table_args__ = (
        UniqueConstraint("index_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("missing_rule IN ('all', 'most')", name="missing_rule"),
    )

    index_id: Mapped[int] = mapped_column(ForeignKey("social_index.id", ondelete="CASCADE"))
    number: Mapped[int]
    missing_rule: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(500), default="")
    user_id: Mapped[int | None] = mapped_column(BigId)

    index: Mapped[SocialIndex] = relationship(back_populates="versions")
    parts: Mapped[list["SocialIndexPart"]] = relationship(
        cascade="all, delete-orphan", order_by="SocialIndexPart.position"
    )

    @property
    def rule(self) -> MissingRule:
        return MissingRule(self.missing_rule)


class SocialIndexPart(Base):
    """An indicator in a version, and how much it weighs."""

    __tablename__ = "social_index_part"
    __table_args__ = (CheckConstraint("weight > 0", name="weight_positive"),)

    version_id: Mapped[int] = mapped_column(ForeignKey("social_index_version.id", ondelete="CASCADE"), primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"), primary_key=True, index=True)
    weight: Mapped[float]
    position: Mapped[int] = mapped_column(default=0)

    indicator: Mapped[Indicator] = relationship()

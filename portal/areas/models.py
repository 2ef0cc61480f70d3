"""Tables of areas, memberships and boundaries."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.accounts.models import User
from portal.core.database import Base, JsonType, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.text import search_key, sort_key
from portal.core.words import Worded


class AreaKind(Worded):
    """Levels of places, from large to small."""

    COUNTY = "county", _l("Landkreis")
    PLANNING_AREA = "planning_area", _l("Planungsraum")
    ASSOCIATION = "association", _l("Verwaltungsgemeinschaft")
    MUNICIPALITY = "municipality", _l("Stadt oder Gemeinde")
    LOCALITY = "locality", _l("Ortsteil oder Quartier")


def titled(kind: AreaKind, name: str, type_name: str) -> str:
    """The name with what it names, for lists of several kinds: `Planungsraum Sinsheim`, `Stadt Sinsheim`."""
    if kind is AreaKind.PLANNING_AREA:
        return _("Planungsraum %(name)s", name=name)
    if kind is AreaKind.MUNICIPALITY:
        is_town = "stadt" in type_name.lower()
        return _("Stadt %(name)s", name=name) if is_town else _("Gemeinde %(name)s", name=name)
    return name


class MembershipKind(Worded):
    """What a membership says; a place has at most one of each kind at a time."""

    PLANNING_AREA = "planning_area", _l("gehört zum Planungsraum")
    ASSOCIATION = "association", _l("gehört zur Verwaltungsgemeinschaft")
    MUNICIPALITY = "municipality", _l("ist Ortsteil von")


class Attribution(Base):
    """What must be printed wherever facts of this source are shown; `change_note` says what was altered."""

    __tablename__ = "attribution"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    publisher: Mapped[str] = mapped_column(String(300))
    licence: Mapped[str] = mapped_column(String(200))
    licence_url: Mapped[str | None] = mapped_column(String(300))
    open_data_licence: Mapped[str | None] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(Text, default="")
    source_url: Mapped[str | None] = mapped_column(String(300))
    as_of: Mapped[str | None] = mapped_column(String(60))
    changed: Mapped[bool] = mapped_column(default=False)
    change_note: Mapped[str] = mapped_column(Text, default="")


class Area(PublicRecord):
    """A place. `key` is the official key (5 digits county, 8 digits municipality), text with leading zeros.

    `is_own` marks the county that runs the portal and everything in it; other counties are there for
    comparison only. `valid_from`/`valid_to` (exclusive) bound the place itself, not its memberships.
    """

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        UniqueConstraint("kind", "key"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from", name="validity_in_order"),
        CheckConstraint("(kind = 'county') = (county_id IS NULL)", name="county_has_no_county"),
        CheckConstraint("kind NOT IN ('county', 'municipality') OR key IS NOT NULL", name="official_has_key"),
    )

    kind: Mapped[AreaKind] = mapped_column(enum_type(AreaKind), index=True)
    county_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    key: Mapped[str | None] = mapped_column(String(40))
    regional_key: Mapped[str | None] = mapped_column(String(12), index=True)
    name: Mapped[str] = mapped_column(String(200))
    official_name: Mapped[str] = mapped_column(String(200))
    type_name: Mapped[str] = mapped_column(String(60), default="")
    slug: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(220), index=True)
    search_key: Mapped[str] = mapped_column(String(500))
    is_own: Mapped[bool] = mapped_column(default=False)
    character: Mapped[str] = mapped_column(String(120), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    seat_postcode: Mapped[str | None] = mapped_column(String(5))
    square_km: Mapped[float | None]
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    urbanisation: Mapped[str] = mapped_column(String(80), default="")
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    attribution_key: Mapped[str | None] = mapped_column(ForeignKey("attribution.key"), index=True)
    # Two people editing the same description: the later one sees both versions.
    edition: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": edition}

    county: Mapped["Area | None"] = relationship(remote_side="Area.id")

    @property
    def full_name(self) -> str:
        """The name where it stands alone: a locality's official name says which municipality it lies in."""
        return self.official_name if self.kind is AreaKind.LOCALITY else self.name

    @property
    def titled(self) -> str:
        """The name among those of other kinds."""
        return titled(self.kind, self.full_name, self.type_name)

    @validates("name", "official_name")
    def _keep_keys(self, key: str, value: str) -> str:
        name = value if key == "name" else self.name
        official = value if key == "official_name" else self.official_name
        self.sort_key = sort_key(name or official or "")
        self.search_key = search_key(name, official)
        return value


class AreaMembership(Record):
    """Member belongs to group from `valid_from` until before `valid_to` (open: null).

    `is_example` marks an assignment that nobody has published (*Beispielzuordnung*); every page says so.
    """

    __tablename__ = "area_membership"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),
        CheckConstraint("group_id <> member_id", name="not_itself"),
        Index(
            "uq_area_membership_open",
            "member_id",
            "kind",
            unique=True,
            sqlite_where=text("valid_to IS NULL"),
            postgresql_where=text("valid_to IS NULL"),
        ),
        Index(None, "group_id", "kind"),
    )

    kind: Mapped[MembershipKind] = mapped_column(enum_type(MembershipKind))
    group_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    is_example: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(500), default="")

    group: Mapped[Area] = relationship(foreign_keys=[group_id])
    member: Mapped[Area] = relationship(foreign_keys=[member_id])


class BoundarySet(PublicRecord):
    """Boundaries of one county from one source, projected once into one drawing."""

    __tablename__ = "boundary_set"

    county_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    attribution_key: Mapped[str] = mapped_column(ForeignKey("attribution.key"), index=True)
    territorial_date: Mapped[date] = mapped_column(Date)
    width: Mapped[int]
    height: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)

    attribution: Mapped[Attribution] = relationship()


class BoundaryShape(Record):
    """The drawn shape of one area: an SVG path in the set's coordinates, and the geometry it came from."""

    __tablename__ = "boundary_shape"
    __table_args__ = (UniqueConstraint("set_id", "area_id"),)

    set_id: Mapped[int] = mapped_column(ForeignKey("boundary_set.id", ondelete="CASCADE"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    path: Mapped[str] = mapped_column(Text)
    left: Mapped[int]
    top: Mapped[int]
    right: Mapped[int]
    bottom: Mapped[int]
    label_x: Mapped[int]
    label_y: Mapped[int]
    geometry: Mapped[str] = mapped_column(Text)


class BoundaryNeighbour(Base):
    """Two areas of a set that share a border; stored in both directions."""

    __tablename__ = "boundary_neighbour"

    set_id: Mapped[int] = mapped_column(ForeignKey("boundary_set.id", ondelete="CASCADE"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)
    neighbour_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True, index=True)


class Regrouping(PublicRecord):
    """One decision: municipalities of a county belong to another planning area (or to none) from a day on.

    The latest one of a county that still holds can be taken back; its steps say what was before.
    """

    __tablename__ = "area_regrouping"
    county_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    target_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    from_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)

    target: Mapped[Area | None] = relationship(foreign_keys=[target_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])
    steps: Mapped[list["RegroupingStep"]] = relationship(back_populates="regrouping", order_by="RegroupingStep.id")


class RegroupingStep(Record):
    """What one municipality belonged to before the decision: the membership's values as they were."""

    __tablename__ = "area_regrouping_step"
    __table_args__ = (
        UniqueConstraint("regrouping_id", "member_id"),
        CheckConstraint("(origin_id IS NULL) = (origin_from IS NULL)", name="origin_has_day"),
    )

    regrouping_id: Mapped[int] = mapped_column(ForeignKey("area_regrouping.id", ondelete="CASCADE"))
    member_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    origin_from: Mapped[date | None] = mapped_column(Date)
    origin_to: Mapped[date | None] = mapped_column(Date)
    origin_is_example: Mapped[bool] = mapped_column(default=False)
    origin_reason: Mapped[str] = mapped_column(String(500), default="")

    regrouping: Mapped[Regrouping] = relationship(back_populates="steps")
    member: Mapped[Area] = relationship(foreign_keys=[member_id])
    origin: Mapped[Area | None] = relationship(foreign_keys=[origin_id])


class MergerKind(Worded):
    """What happened to municipalities on a day."""

    INCORPORATION = "incorporation", _l("Eingliederung")
    UNION = "union", _l("Zusammenschluss")
    RENAMING = "renaming", _l("Umbenennung")
    DEPARTURE = "departure", _l("Wechsel in einen anderen Landkreis")
    ARRIVAL = "arrival", _l("Wechsel aus einem anderen Landkreis")


class Merger(PublicRecord):
    """A change of municipalities themselves: who ends, who goes on or is new, from which day.

    `successor_id` is the municipality that the ended ones are part of from `from_day` on (None: they left the
    county, or the decision made it, was taken back, and `former_name` says what it was called). `made_successor` says
    that the decision made it. The `former_…` columns keep what the successor was like
    before, so that the decision can be taken back; a renaming lives in them alone.
    """

    __tablename__ = "area_merger"
    __table_args__ = (
        CheckConstraint(
            "undone_at IS NOT NULL OR (kind = 'departure') = (successor_id IS NULL)", name="departed_has_no_successor"
        ),
        CheckConstraint("NOT made_successor OR successor_id IS NOT NULL", name="made_has_successor"),
        CheckConstraint("(undone_at IS NOT NULL) OR (undone_by_id IS NULL)", name="undone_dated"),
    )

    county_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    kind: Mapped[MergerKind] = mapped_column(enum_type(MergerKind))
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    from_day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(500), default="")
    elsewhere: Mapped[str] = mapped_column(String(200), default="")
    made_successor: Mapped[bool] = mapped_column(default=False)
    former_name: Mapped[str | None] = mapped_column(String(200))
    former_official_name: Mapped[str | None] = mapped_column(String(200))
    former_type_name: Mapped[str | None] = mapped_column(String(60))
    former_square_km: Mapped[float | None]
    former_valid_from: Mapped[date | None] = mapped_column(Date)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)

    successor: Mapped[Area | None] = relationship(foreign_keys=[successor_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    undone_by: Mapped[User | None] = relationship(foreign_keys=[undone_by_id])
    parts: Mapped[list["MergerPart"]] = relationship(back_populates="merger", order_by="MergerPart.id")
    steps: Mapped[list["MergerStep"]] = relationship(order_by="MergerStep.id")


class MergerPart(Record):
    """A municipality that ended with the decision; `locality_id` is the locality that goes on under its name."""

    __tablename__ = "area_merger_part"
    __table_args__ = (UniqueConstraint("merger_id", "area_id"),)

    merger_id: Mapped[int] = mapped_column(ForeignKey("area_merger.id", ondelete="CASCADE"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)

    merger: Mapped[Merger] = relationship(back_populates="parts")
    area: Mapped[Area] = relationship(foreign_keys=[area_id])
    locality: Mapped[Area | None] = relationship(foreign_keys=[locality_id])


class MergerStep(Record):
    """One membership that the decision ended (`origin_…`), began (`target_id`), or both."""

    __tablename__ = "area_merger_step"
    __table_args__ = (
        UniqueConstraint("merger_id", "member_id", "kind"),
        CheckConstraint("(origin_id IS NULL) = (origin_from IS NULL)", name="origin_has_day"),
        CheckConstraint("origin_id IS NOT NULL OR target_id IS NOT NULL", name="origin_or_target"),
    )

    merger_id: Mapped[int] = mapped_column(ForeignKey("area_merger.id", ondelete="CASCADE"))
    kind: Mapped[MembershipKind] = mapped_column(enum_type(MembershipKind))
    member_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    origin_from: Mapped[date | None] = mapped_column(Date)
    origin_to: Mapped[date | None] = mapped_column(Date)
    origin_is_example: Mapped[bool] = mapped_column(default=False)
    origin_reason: Mapped[str] = mapped_column(String(500), default="")
    target_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)

    member: Mapped[Area] = relationship(foreign_keys=[member_id])
    origin: Mapped[Area | None] = relationship(foreign_keys=[origin_id])
    target: Mapped[Area | None] = relationship(foreign_keys=[target_id])


class AreaFile(Worded):
    """What an official file about places is."""

    REGISTER = "gv100ad", _l("Gemeindeverzeichnis (GV100AD)")
    BOUNDARIES = "geojson", _l("Grenzen (GeoJSON)")


class AreaImport(PublicRecord):
    """A file about places that was taken over: what it said and what it changed."""

    __tablename__ = "area_import"

    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    file_format: Mapped[AreaFile] = mapped_column(enum_type(AreaFile))
    encoding: Mapped[str] = mapped_column(String(40), default="")
    territorial_date: Mapped[date] = mapped_column(Date)
    attribution_key: Mapped[str] = mapped_column(ForeignKey("attribution.key"), index=True)
    summary: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"), index=True)

    attribution: Mapped[Attribution] = relationship()
    created_by: Mapped[User | None] = relationship()

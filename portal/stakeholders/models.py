"""Tables of organisations, persons, representations and bodies."""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.accounts.models import User
from portal.areas.models import Area
from portal.core.database import Base, BigId, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.text import search_key, sort_key
from portal.core.words import Worded
from portal.planning.models import Topic


class OrganisationKind(Worded):
    """What an organisation is."""

    MUNICIPALITY = "municipality", _l("Stadt oder Gemeinde")
    MUNICIPAL_ASSOCIATION = "municipal_association", _l("Verwaltungsgemeinschaft")
    COUNTY_DEPARTMENT = "county_department", _l("Fachbereich des Landkreises")
    WELFARE_PROVIDER = "welfare_provider", _l("freier Träger")
    COMMERCIAL_PROVIDER = "commercial_provider", _l("gewerblicher Träger")
    JOBCENTER = "jobcenter", _l("Jobcenter")
    SCHOOL = "school", _l("Schule")
    HEALTH_OFFICE = "health_office", _l("Gesundheitsamt")
    INITIATIVE = "initiative", _l("Initiative")
    INTEREST_GROUP = "interest_group", _l("Interessenvertretung")
    OTHER = "other", _l("andere")


class Umbrella(Worded):
    """Umbrella association (Spitzenverband) a provider belongs to."""

    CARITAS = "caritas", _l("Caritas")
    DIAKONIE = "diakonie", _l("Diakonie")
    AWO = "awo", _l("AWO")
    DRK = "drk", _l("DRK")
    PARITAETISCHER = "paritaetischer", _l("Paritätischer")
    ZWST = "zwst", _l("ZWST")


class OrganisationState(Worded):
    """Whether the county has checked the organisation, or keeps it for what it said only."""

    PENDING = "pending", _l("zu prüfen")
    VERIFIED = "verified", _l("geprüft")
    REFUSED = "refused", _l("abgelehnt")
    ARCHIVED = "archived", _l("im Archiv")


class Channel(Worded):
    """How a person wants to be reached."""

    MAIL = "mail", _l("E-Mail")
    LETTER = "letter", _l("Brief")


organisation_area = Table(
    "organisation_area",
    Base.metadata,
    Column("organisation_id", BigId, ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)
organisation_topic = Table(
    "organisation_topic",
    Base.metadata,
    Column("organisation_id", BigId, ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigId, ForeignKey("topic.id"), primary_key=True, index=True),
)


class Organisation(PublicRecord):
    """A stakeholder body. `area_id` is the place whose administration it is; `areas` is where it works, `topics`
    what on by its own account. One in the archive knows since when, and the state it comes back to.
    """

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(
            "(state = 'archived') = (archived_at IS NOT NULL)"
            " AND (state = 'archived') = (archived_from IS NOT NULL)"
            " AND (state = 'archived' OR archive_reason = '')",
            name="archive_is_dated",
        ),
    )

    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(220), index=True)
    search_key: Mapped[str] = mapped_column(String(500))
    kind: Mapped[OrganisationKind] = mapped_column(enum_type(OrganisationKind), index=True)
    umbrella: Mapped[Umbrella | None] = mapped_column(enum_type(Umbrella))
    state: Mapped[OrganisationState] = mapped_column(enum_type(OrganisationState), default=OrganisationState.PENDING)
    state_reason: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    archived_from: Mapped[OrganisationState | None] = mapped_column(enum_type(OrganisationState, name="archived_from"))
    archive_reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    # Whom it stands for where groups are counted; null: what its kind says.
    group_kind: Mapped[OrganisationKind | None] = mapped_column(enum_type(OrganisationKind, name="group_kind"))
    # Where letters go: street and number or post office box, postcode, town (empty: that of the area).
    street: Mapped[str] = mapped_column(String(120), default="", server_default="")
    postcode: Mapped[str | None] = mapped_column(String(5))
    town: Mapped[str] = mapped_column(String(80), default="", server_default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)

    area: Mapped[Area | None] = relationship()
    areas: Mapped[list[Area]] = relationship(secondary=organisation_area, order_by=Area.sort_key)
    topics: Mapped[list[Topic]] = relationship(secondary=organisation_topic, order_by=Topic.position)

    @validates("name")
    def _keep_keys(self, _key: str, name: str) -> str:
        self.sort_key = sort_key(name)
        self.search_key = search_key(name)
        return name

    @property
    def works_in(self) -> list[Area]:
        """Where it works: the places it names, otherwise the one it administers."""
        return list(self.areas) or ([self.area] if self.area is not None else [])

    @property
    def town_name(self) -> str:
        """The town it names, otherwise that which it administers; empty if neither is known."""
        return self.town or (self.area.name if self.area is not None else "")

    @property
    def postal_lines(self) -> list[str]:
        """Street and place as on an envelope, as far as they are known."""
        place = " ".join(part for part in (self.postcode, self.town_name) if part)
        return [line for line in (self.street, place) if line]

    @property
    def is_reachable_by_letter(self) -> bool:
        return bool(self.street and self.postcode and len(self.postal_lines) > 1)

    @property
    def is_archived(self) -> bool:
        return self.state is OrganisationState.ARCHIVED

    @property
    def group(self) -> OrganisationKind | None:
        """The group it counts for when the county asks who was heard; departments of the county count for none."""
        if self.kind is OrganisationKind.COUNTY_DEPARTMENT:
            return None
        if self.kind is OrganisationKind.MUNICIPAL_ASSOCIATION:
            return OrganisationKind.MUNICIPALITY
        return self.group_kind or self.kind

    @property
    def is_voice(self) -> bool:
        """Whether what it says counts as a voice: everybody's but the county's own departments'."""
        return self.kind is not OrganisationKind.COUNTY_DEPARTMENT


class Person(PublicRecord):
    """Somebody who acts for organisations, with or without an account."""

    __tablename__ = "person"

    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(220), index=True)
    search_key: Mapped[str] = mapped_column(String(500))
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    channel: Mapped[Channel] = mapped_column(enum_type(Channel), default=Channel.MAIL)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), unique=True)

    user: Mapped[User | None] = relationship()

    @validates("name")
    def _keep_keys(self, _key: str, name: str) -> str:
        self.sort_key = sort_key(name)
        self.search_key = search_key(name)
        return name


class Representation(PublicRecord):
    """A person acts for an organisation from `valid_from` until before `valid_to` (open: null)."""

    __tablename__ = "representation"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),
        Index(None, "person_id", "valid_to"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    function: Mapped[str] = mapped_column(String(200), default="")
    deputy_of_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()
    deputy_of: Mapped[Person | None] = relationship(foreign_keys=[deputy_of_id])

    @property
    def label(self) -> str:
        return self.organisation.name

    @property
    def role_line(self) -> str:
        """Function and whose deputy, in one line; empty if neither is known."""
        deputy = "" if self.deputy_of is None else str(_l("Stellvertretung für %(name)s", name=self.deputy_of.name))
        return ", ".join(part for part in (self.function, deputy) if part)

    def has_ended(self, day: date) -> bool:
        """Whether the person no longer acts for the organisation on that day."""
        return self.valid_to is not None and self.valid_to <= day

    def has_begun(self, day: date) -> bool:
        return self.valid_from <= day


registration_area = Table(
    "registration_area",
    Base.metadata,
    Column("registration_id", BigId, ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)
registration_topic = Table(
    "registration_topic",
    Base.metadata,
    Column("registration_id", BigId, ForeignKey("registration.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigId, ForeignKey("topic.id"), primary_key=True, index=True),
)


class Registration(PublicRecord):
    """An organisation registers itself; nothing is made of it before its address is confirmed by a button.

    Rows are deleted some time after `expires_at` (`tasks.forget_registrations`): what counts stands elsewhere then.
    """

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint("(confirmed_at IS NULL) = (organisation_id IS NULL)", name="confirmed_makes_organisation"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    locale: Mapped[str | None] = mapped_column(String(8))
    organisation_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OrganisationKind] = mapped_column(enum_type(OrganisationKind))
    umbrella: Mapped[Umbrella | None] = mapped_column(enum_type(Umbrella))
    postcode: Mapped[str | None] = mapped_column(String(5))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    person_name: Mapped[str] = mapped_column(String(200))
    function: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(254))
    remark: Mapped[str] = mapped_column(Text, default="")
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)

    area: Mapped[Area | None] = relationship()
    areas: Mapped[list[Area]] = relationship(secondary=registration_area, order_by=Area.sort_key)
    topics: Mapped[list[Topic]] = relationship(secondary=registration_topic, order_by=Topic.position)
    organisation: Mapped[Organisation | None] = relationship()


class BodyKind(Worded):
    """What kind of standing group a body is."""

    COMMITTEE = "committee", _l("Ausschuss")
    ADVISORY_COUNCIL = "advisory_council", _l("Beirat")
    WORKING_GROUP = "working_group", _l("Arbeitskreis")
    ROUND_TABLE = "round_table", _l("Runder Tisch")
    STEERING_GROUP = "steering_group", _l("Steuerungsgruppe")


body_area = Table(
    "body_area",
    Base.metadata,
    Column("body_id", BigId, ForeignKey("body.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)


class Body(PublicRecord):
    """A standing group (Gremium) that meets; without areas it serves the whole county."""

    __tablename__ = "body"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),)

    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(220), index=True)
    kind: Mapped[BodyKind] = mapped_column(enum_type(BodyKind))
    meets: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    is_demo: Mapped[bool] = mapped_column(default=False)

    areas: Mapped[list[Area]] = relationship(secondary=body_area, order_by=Area.sort_key)

    @validates("name")
    def _keep_key(self, _key: str, name: str) -> str:
        self.sort_key = sort_key(name)
        return name


class BodyMembership(Record):
    """A person sits in a body from `valid_from` until before `valid_to` (open: null)."""

    __tablename__ = "body_membership"
    __table_args__ = (CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="validity_in_order"),)

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    function: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)

    body: Mapped[Body] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])

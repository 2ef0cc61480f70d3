"""Tables of events: conference, agenda item, invitation with reply and attendance, access needs."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.areas.models import Area
from portal.core import clock
from portal.core.clock import LOCAL_ZONE
from portal.core.database import Base, BigId, JsonType, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.formats import NBSP
from portal.core.words import Worded
from portal.files.models import StoredFile
from portal.planning.models import Phase, PlanningPeriod, Topic
from portal.stakeholders.models import Body, Organisation, Person


class ConferenceKind(Worded):
    """What kind of event it is."""

    PLANNING_AREA_CONFERENCE = "planning_area_conference", _l("Planungsraumkonferenz")
    REGIONAL_TALK = "regional_talk", _l("Regionalgespräch")
    SOZIALRAUMGESPRAECH = "sozialraumgespraech", _l("Sozialraumgespräch")
    BODY_MEETING = "body_meeting", _l("Gremiensitzung")
    WORKSHOP = "workshop", _l("Werkstatt")
    EXPERT_INTERVIEW = "expert_interview", _l("Fachgespräch")


class ConferenceState(Worded):
    """Where an event stands: draft → planned → held, or cancelled."""

    DRAFT = "draft", _l("Entwurf")
    PLANNED = "planned", _l("geplant")
    HELD = "held", _l("durchgeführt")
    CANCELLED = "cancelled", _l("abgesagt")


class Reply(Worded):
    """What an invited person answered."""

    NONE = "none", _l("noch keine Rückmeldung")
    ACCEPTED = "accepted", _l("zugesagt")
    TENTATIVE = "tentative", _l("unter Vorbehalt")
    DECLINED = "declined", _l("abgesagt")
    DEPUTY = "deputy", _l("vertreten")
    WAITING_LIST = "waiting_list", _l("Warteliste")


class DeputyReply(Worded):
    """What the deputy answered that an invited person named."""

    NONE = "none", _l("noch keine Rückmeldung")
    ACCEPTED = "accepted", _l("kommt")
    DECLINED = "declined", _l("kann nicht kommen")


class ReplyChannel(Worded):
    """How the reply came."""

    LINK = "link", _l("über den Link")
    TELEPHONE = "telephone", _l("am Telefon")
    LETTER = "letter", _l("per Brief")


class Attendance(Worded):
    """Whether the invited organisation was there."""

    YES = "yes", _l("anwesend")
    NO = "no", _l("nicht anwesend")
    DEPUTY = "deputy", _l("vertreten")


class AccessKind(Worded):
    """What somebody needs to take part."""

    WHEELCHAIR = "wheelchair", _l("Platz für einen Rollstuhl")
    STEP_FREE_PARKING = "step_free_parking", _l("Parkplatz ohne Stufen")
    HEARING_LOOP = "hearing_loop", _l("Höranlage")
    SIGN_LANGUAGE = "sign_language", _l("Gebärdensprache")
    EASY_LANGUAGE = "easy_language", _l("Leichte Sprache")
    COMPANION = "companion", _l("Begleitperson")
    CHILDCARE = "childcare", _l("Kinderbetreuung")
    OTHER = "other", _l("etwas anderes")


class AccessOffer(Worded):
    """What an event offers so that everybody can take part; anything else stands in its own words."""

    STEP_FREE = "step_free", _l("stufenlos erreichbar")
    HEARING_LOOP = "hearing_loop", _l("Hörschleife")
    SIGN_LANGUAGE = "sign_language", _l("Gebärdensprache")


conference_area = Table(
    "conference_area",
    Base.metadata,
    Column("conference_id", BigId, ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)
conference_topic = Table(
    "conference_topic",
    Base.metadata,
    Column("conference_id", BigId, ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigId, ForeignKey("topic.id"), primary_key=True, index=True),
)
agenda_item_topic = Table(
    "agenda_item_topic",
    Base.metadata,
    Column("agenda_item_id", BigId, ForeignKey("agenda_item.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigId, ForeignKey("topic.id"), primary_key=True, index=True),
)


class Attending(Worded):
    """How people take part."""

    ON_SITE = "on_site", _l("vor Ort")
    ONLINE = "online", _l("online")
    BOTH = "both", _l("vor Ort oder online")


class Conference(PublicRecord):
    """An event of any kind. Beginning and end are local wall-clock time in `zone`.

    `uid` names the calendar entry for good; `sequence` counts the changes that were sent out.
    """

    __tablename__ = "conference"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="in_order"),
        CheckConstraint("seats IS NULL OR seats > 0", name="seats_positive"),
        CheckConstraint("walk_ins >= 0", name="walk_ins_counted"),
        CheckConstraint("attending <> 'on_site' OR online_url = ''", name="online_url_of_online_event"),
        CheckConstraint("state <> 'cancelled' OR cancelled_reason <> ''", name="cancelled_with_reason"),
        CheckConstraint("contact_phone = '' OR contact_email <> ''", name="phone_beside_address"),
    )

    title: Mapped[str] = mapped_column(String(200))
    search_key: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[ConferenceKind] = mapped_column(enum_type(ConferenceKind))
    state: Mapped[ConferenceState] = mapped_column(
        enum_type(ConferenceState), default=ConferenceState.DRAFT, index=True
    )
    phase: Mapped[Phase] = mapped_column(enum_type(Phase))
    period_id: Mapped[int] = mapped_column(ForeignKey("planning_period.id"), index=True)
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(DateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(DateTime)
    zone: Mapped[str] = mapped_column(String(60), default=str(LOCAL_ZONE))
    place_name: Mapped[str] = mapped_column(String(200), default="")
    place_town: Mapped[str] = mapped_column(String(200), default="")
    place_area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    attending: Mapped[Attending] = mapped_column(enum_type(Attending), default=Attending.ON_SITE)
    # For those invited alone, with their mail and on their page.
    online_url: Mapped[str] = mapped_column(String(500), default="")
    # What taking part costs and what is paid for, in words.
    costs: Mapped[str] = mapped_column(String(200), default="")
    is_step_free: Mapped[bool] = mapped_column(default=False)
    has_hearing_loop: Mapped[bool] = mapped_column(default=False)
    has_sign_language: Mapped[bool] = mapped_column(default=False)
    access_information: Mapped[str] = mapped_column(Text, default="")
    # Whom to ask about this event; without an address the office (`contact.of`).
    contact_email: Mapped[str] = mapped_column(String(254), default="")
    contact_phone: Mapped[str] = mapped_column(String(60), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    is_public: Mapped[bool] = mapped_column(default=False)
    seats: Mapped[int | None]
    walk_ins: Mapped[int] = mapped_column(default=0)
    reply_by: Mapped[date | None] = mapped_column(Date)
    uid: Mapped[str] = mapped_column(String(120), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    # The calendar sequence everybody invited has to have, and what they were told with it (`announced.Announced`).
    told_sequence: Mapped[int] = mapped_column(default=0)
    told: Mapped[dict[str, Any] | None] = mapped_column(JsonType)
    cancelled_reason: Mapped[str] = mapped_column(Text, default="")
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    edition: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    period: Mapped[PlanningPeriod] = relationship()
    body: Mapped[Body | None] = relationship()
    place_area: Mapped[Area | None] = relationship(foreign_keys=[place_area_id])
    areas: Mapped[list[Area]] = relationship(secondary=conference_area, order_by=Area.sort_key)
    topics: Mapped[list[Topic]] = relationship(secondary=conference_topic, order_by=Topic.position)
    agenda: Mapped[list["AgendaItem"]] = relationship(
        back_populates="conference", order_by="AgendaItem.number", cascade="all, delete-orphan"
    )
    files: Mapped[list["ConferenceFile"]] = relationship(
        back_populates="conference", order_by="ConferenceFile.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": edition}

    @property
    def begins(self) -> datetime:
        """The beginning as an aware point in time."""
        return self.starts_at.replace(tzinfo=ZoneInfo(self.zone))

    @property
    def ends(self) -> datetime:
        return self.ends_at.replace(tzinfo=ZoneInfo(self.zone))

    @property
    def access_offers(self) -> list[AccessOffer]:
        """What it offers, in the order of the form."""
        offered = {
            AccessOffer.STEP_FREE: self.is_step_free,
            AccessOffer.HEARING_LOOP: self.has_hearing_loop,
            AccessOffer.SIGN_LANGUAGE: self.has_sign_language,
        }
        return [offer for offer, is_there in offered.items() if is_there]

    @property
    def has_begun(self) -> bool:
        """Whether the clock has reached its beginning, in whichever state it is."""
        return clock.now() >= self.begins

    @property
    def is_over(self) -> bool:
        return clock.now() >= self.ends


class AgendaItem(PublicRecord):
    """One item (TOP) of an event's agenda. `begins`: the local time it is planned for."""

    __tablename__ = "agenda_item"
    __table_args__ = (UniqueConstraint("conference_id", "number"),)

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    begins: Mapped[time | None] = mapped_column(Time)

    conference: Mapped[Conference] = relationship(back_populates="agenda")
    topics: Mapped[list[Topic]] = relationship(secondary=agenda_item_topic, order_by=Topic.position)

    @property
    def hour(self) -> str:
        """`14:05 Uhr`; empty if no time is planned."""
        return "" if self.begins is None else _("%(time)s Uhr", time=f"{self.begins:%H:%M}").replace(" ", NBSP)

    @property
    def timed(self) -> str:
        """Time and title in one line."""
        return f"{self.hour}: {self.title}" if self.begins is not None else self.title


class ConferenceFile(PublicRecord):
    """A paper of an event (Anlage): for those invited and staff; `is_public` for everybody who may see the event."""

    __tablename__ = "conference_file"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    is_public: Mapped[bool] = mapped_column(default=False)

    conference: Mapped[Conference] = relationship(back_populates="files")
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)


class ConferenceChange(Record):
    """One step of an event: its state, or date and place, changed. Never changed itself."""

    __tablename__ = "conference_change"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    old_state: Mapped[ConferenceState | None] = mapped_column(enum_type(ConferenceState, name="old_conference_state"))
    new_state: Mapped[ConferenceState] = mapped_column(enum_type(ConferenceState))
    sequence: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    # What people are told has changed: [field, old, new].
    changes: Mapped[list[Any]] = mapped_column(JsonType, default=list)
    user_id: Mapped[int | None] = mapped_column(BigId)


class Invitation(PublicRecord):
    """One person of one organisation is invited. The personal link is signed from `public_id` and `link_nonce`.

    `sent_sequence` is the calendar sequence last handed to the outbox, or to be printed where `sent_as_letter`
    (null: nothing sent yet); `printed_sequence` is the one last printed as a letter, `reply_sequence` the one the
    reply was given for. A deputy with an address answers through a link of their own, signed with `deputy_nonce`;
    any deputy through the office: beside the reply of the invited person, which stands until that person changes it.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("conference_id", "organisation_id", "person_id"),
        CheckConstraint("reply <> 'deputy' OR deputy_id IS NOT NULL OR deputy_name <> ''", name="deputy_named"),
        CheckConstraint("(reply = 'none') = (replied_at IS NULL)", name="reply_dated"),
        CheckConstraint("(deputy_reply = 'none') = (deputy_replied_at IS NULL)", name="deputy_reply_dated"),
        CheckConstraint("(deputy_reply = 'none') = (deputy_channel IS NULL)", name="deputy_reply_came"),
        Index(None, "conference_id", "reply"),
    )

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    link_nonce: Mapped[str] = mapped_column(String(40))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_sequence: Mapped[int | None]
    sent_as_letter: Mapped[bool] = mapped_column(default=False)
    printed_sequence: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply: Mapped[Reply] = mapped_column(enum_type(Reply), default=Reply.NONE)
    reply_channel: Mapped[ReplyChannel | None] = mapped_column(enum_type(ReplyChannel))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reply_sequence: Mapped[int | None]
    reply_note: Mapped[str] = mapped_column(Text, default="")
    deputy_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    deputy_name: Mapped[str] = mapped_column(String(200), default="")
    deputy_email: Mapped[str | None] = mapped_column(String(254))
    deputy_nonce: Mapped[str] = mapped_column(String(40), default="")
    deputy_reply: Mapped[DeputyReply] = mapped_column(enum_type(DeputyReply), default=DeputyReply.NONE)
    deputy_replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deputy_channel: Mapped[ReplyChannel | None] = mapped_column(enum_type(ReplyChannel, name="deputy_channel"))
    deputy_note: Mapped[str] = mapped_column(Text, default="")
    attendance: Mapped[Attendance | None] = mapped_column(enum_type(Attendance))
    edition: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    deputy: Mapped[Person | None] = relationship(foreign_keys=[deputy_id])
    access_needs: Mapped[list["AccessNeed"]] = relationship(
        back_populates="invitation", order_by="AccessNeed.kind", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": edition}

    @property
    def deputy_called(self) -> str:
        """Name of the deputy; empty if there is none."""
        return self.deputy_name or (self.deputy.name if self.deputy is not None else "")


class AccessNeed(Record):
    """What an invited person or the deputy needs to take part; with separate consent, deleted on `delete_on`.

    `of_deputy`: told through the deputy's own link.
    """

    __tablename__ = "access_need"
    __table_args__ = (UniqueConstraint("invitation_id", "kind", "of_deputy"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id", ondelete="CASCADE"))
    kind: Mapped[AccessKind] = mapped_column(enum_type(AccessKind))
    of_deputy: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(500), default="")
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    delete_on: Mapped[date] = mapped_column(Date, index=True)

    invitation: Mapped[Invitation] = relationship(back_populates="access_needs")

"""Tables of minutes. A version is written, co-signed and frozen; a correction is the next version.

Entries belong to one version. `stem` stays the same when a version is copied, so that needs and findings can say
"this entry" across corrections.
"""

from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.areas.models import Area
from portal.conferences.models import AgendaItem, Conference
from portal.core.database import PUBLIC_ID_LENGTH, Base, BigId, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.words import Worded
from portal.indicators.models import Indicator
from portal.planning.models import Topic
from portal.stakeholders.models import Organisation, Person


class MinutesState(Worded):
    """Where a version stands."""

    DRAFT = "draft", _l("Entwurf")
    SUBMITTED = "submitted", _l("zur Mitzeichnung")
    RELEASED = "released", _l("freigegeben")

    @property
    def tone(self) -> str:
        """Look of the state's badge."""
        return {"draft": "draft", "submitted": "warn", "released": "ok"}[self.value]

    @property
    def icon(self) -> str:
        return {"draft": "draft", "submitted": "eye", "released": "lock"}[self.value]


class EntryKind(Worded):
    """The five kinds of entry."""

    NOTE = "note", _l("Notiz")
    AGREEMENT = "agreement", _l("Vereinbarung oder Empfehlung")
    TASK = "task", _l("Aufgabe")
    NEED = "need", _l("Bedarf")
    RESOURCE = "resource", _l("Ressource")

    @property
    def icon(self) -> str:
        """Sign beside the kind's word."""
        return {"agreement": "agree"}.get(self.value, self.value)


class RemarkState(Worded):
    """Whether somebody has dealt with a remark."""

    OPEN = "open", _l("offen")
    DONE = "done", _l("erledigt")


class Minutes(PublicRecord):
    """The minutes of one event; what they say stands in their versions."""

    __tablename__ = "minutes"

    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"), unique=True)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)

    conference: Mapped[Conference] = relationship()
    versions: Mapped[list["MinutesVersion"]] = relationship(
        back_populates="minutes", order_by="MinutesVersion.number", cascade="all, delete-orphan"
    )


class MinutesVersion(PublicRecord):
    """One version. Released: who co-signed (never the writer) and when; nothing in it changes any more."""

    __tablename__ = "minutes_version"
    __table_args__ = (
        UniqueConstraint("minutes_id", "number"),
        CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL AND cosigned_by_id IS NOT NULL)", name="released_cosigned"
        ),
        CheckConstraint("cosigned_by_id IS NULL OR cosigned_by_id <> written_by_id", name="two_people"),
        CheckConstraint("number = 1 OR correction_reason <> ''", name="correction_has_reason"),
    )

    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    # With history: `minutes.frozen` must know what is overwritten, even if it had not been read.
    state: Mapped[MinutesState] = mapped_column(
        enum_type(MinutesState), default=MinutesState.DRAFT, index=True, active_history=True
    )
    correction_reason: Mapped[str] = mapped_column(Text, default="")
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    # People, not accounts: minutes outlive an account.
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cosigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edition: Mapped[int] = mapped_column(default=1)

    minutes: Mapped[Minutes] = relationship(back_populates="versions")
    steps: Mapped[list["MinutesStep"]] = relationship(order_by="MinutesStep.id", cascade="all, delete-orphan")
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id])
    cosigned_by: Mapped[Person | None] = relationship(foreign_keys=[cosigned_by_id])
    entries: Mapped[list["MinutesEntry"]] = relationship(
        back_populates="version", order_by="MinutesEntry.position", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": edition}


entry_topic = Table(
    "minutes_entry_topic",
    Base.metadata,
    Column("entry_id", BigId, ForeignKey("minutes_entry.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", BigId, ForeignKey("topic.id"), primary_key=True, index=True),
)
entry_indicator = Table(
    "minutes_entry_indicator",
    Base.metadata,
    Column("entry_id", BigId, ForeignKey("minutes_entry.id", ondelete="CASCADE"), primary_key=True),
    Column("indicator_id", BigId, ForeignKey("indicator.id"), primary_key=True, index=True),
)
# Places below those of the event; none: the entry is about everything that the event is about.
entry_area = Table(
    "minutes_entry_area",
    Base.metadata,
    Column("entry_id", BigId, ForeignKey("minutes_entry.id", ondelete="CASCADE"), primary_key=True),
    Column("area_id", BigId, ForeignKey("area.id"), primary_key=True, index=True),
)
entry_raised_by = Table(
    "minutes_entry_raised_by",
    Base.metadata,
    Column("entry_id", BigId, ForeignKey("minutes_entry.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", BigId, ForeignKey("organisation.id"), primary_key=True, index=True),
)


class MinutesEntry(PublicRecord):
    """One entry below an agenda item. A task names its owner and date.

    `editor_id` is the account that wrote it last: whoever wrote in a version does not co-sign it.
    """

    __tablename__ = "minutes_entry"
    __table_args__ = (
        CheckConstraint("kind <> 'task' OR (owner_id IS NOT NULL AND due_on IS NOT NULL)", name="task_owned_and_dated"),
        UniqueConstraint("version_id", "stem"),
        Index(None, "stem"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("minutes_version.id", ondelete="CASCADE"))
    stem: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH))
    agenda_item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[EntryKind] = mapped_column(enum_type(EntryKind))
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(Date)
    editor_id: Mapped[int | None] = mapped_column(BigId)
    edition: Mapped[int] = mapped_column(default=1)

    version: Mapped[MinutesVersion] = relationship(back_populates="entries")
    agenda_item: Mapped[AgendaItem | None] = relationship()
    owner: Mapped[Person | None] = relationship()
    topics: Mapped[list[Topic]] = relationship(secondary=entry_topic, order_by=Topic.position)
    indicators: Mapped[list[Indicator]] = relationship(secondary=entry_indicator, order_by=Indicator.sort_key)
    raised_by: Mapped[list[Organisation]] = relationship(secondary=entry_raised_by, order_by=Organisation.sort_key)
    places: Mapped[list[Area]] = relationship(secondary=entry_area, order_by=Area.sort_key)

    __mapper_args__ = {"version_id_col": edition}

    @property
    def about(self) -> list[Area]:
        """The places it is about: its own, else those of the event (none: the whole county)."""
        return self.places or self.version.minutes.conference.areas


class MinutesStep(Record):
    """One change of state of a version: who, when, why. Never changed itself."""

    __tablename__ = "minutes_step"

    version_id: Mapped[int] = mapped_column(ForeignKey("minutes_version.id", ondelete="CASCADE"), index=True)
    old_state: Mapped[MinutesState | None] = mapped_column(enum_type(MinutesState, name="old_minutes_state"))
    new_state: Mapped[MinutesState] = mapped_column(enum_type(MinutesState))
    reason: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(BigId)


class FormerAnswer(Record):
    """What a remark was answered before it was opened again; who made the remark has read it. Never changed itself."""

    __tablename__ = "former_remark_answer"

    remark_id: Mapped[int] = mapped_column(ForeignKey("minutes_remark.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)


class MinutesRemark(PublicRecord):
    """What a reader has to say on minutes, or on one entry (`stem`), while reading version `version_number`.

    Internal: for those who read drafts, and for the organisation that made it. `correction` is the version that is
    written to answer it; it goes where that draft is thrown away.
    """

    __tablename__ = "minutes_remark"
    __table_args__ = (
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_dated"),
        CheckConstraint("state = 'done' OR answer = ''", name="answered_is_done"),
    )

    minutes_id: Mapped[int] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"), index=True)
    version_number: Mapped[int]
    stem: Mapped[str | None] = mapped_column(String(PUBLIC_ID_LENGTH))
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    state: Mapped[RemarkState] = mapped_column(enum_type(RemarkState), default=RemarkState.OPEN)
    answer: Mapped[str] = mapped_column(Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("minutes_version.id", ondelete="SET NULL"), index=True)

    minutes: Mapped[Minutes] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship()
    done_by: Mapped[Person | None] = relationship(foreign_keys=[done_by_id])
    correction: Mapped[MinutesVersion | None] = relationship()
    former_answers: Mapped[list[FormerAnswer]] = relationship(
        order_by=FormerAnswer.id.desc(), cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_open(self) -> bool:
        return self.state is RemarkState.OPEN

    @property
    def sender(self) -> str:
        """The person, with the organisation they spoke for."""
        return self.person.name if self.organisation is None else f"{self.person.name}, {self.organisation.name}"


class TaskDone(Record):
    """A task of released minutes is done: the frozen text stays, this row says when."""

    __tablename__ = "task_done"

    stem: Mapped[str] = mapped_column(String(PUBLIC_ID_LENGTH), unique=True)
    done_on: Mapped[date] = mapped_column(Date)
    user_id: Mapped[int | None] = mapped_column(BigId)

"""Tables of findings. The proposal is computed (`evidence.rule`) and never stored but as people adopted it."""

from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.areas.models import Area
from portal.conferences.models import Conference
from portal.core import clock
from portal.core.database import BigId, JsonType, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.words import Worded
from portal.indicators.models import Indicator
from portal.minutes.models import MinutesEntry
from portal.needs.models import NeedsStatement
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders.models import Body, Organisation, Person
from portal.surveys.models import SurveyRound


class VoicesAxis(Worded):
    """Whether people put it forward, were asked and did not, or were not asked enough."""

    NAMED = "benannt", _l("benannt")
    ASKED_NOT_NAMED = "gefragt_nicht_benannt", _l("gefragt, nicht benannt")
    NOT_ASKED_ENOUGH = "nicht_ausreichend_gefragt", _l("nicht ausreichend gefragt")


class Assessment(Worded):
    """What both axes come to (Einordnung)."""

    CONFIRMED = "confirmed", _l("Hinweise und Zahlen stimmen überein")
    FELT_ONLY = "felt_only", _l("Benannt; die Zahlen zeigen es nicht – Klärung nötig")
    HIDDEN = "hidden", _l("Zahlen auffällig; bisher nicht benannt")
    UNREMARKABLE = "unremarkable", _l("Derzeit keine Auffälligkeit; keine Aussage über die Angebote")
    NO_DATA = "no_data", _l("Keine Einordnung möglich")


class FindingState(Worded):
    """Where a finding stands: adopted → cosigned → hearing → published; reopened when the proposal changes."""

    ADOPTED = "adopted", _l("übernommen")
    COSIGNED = "cosigned", _l("mitgezeichnet")
    HEARING = "hearing", _l("in Anhörung")
    PUBLISHED = "published", _l("veröffentlicht")
    REOPENED = "reopened", _l("wieder offen")


class SourceKind(Worded):
    """What a finding rests on."""

    SURVEY_ITEM = "survey_item", _l("Frage einer Befragung")
    STATEMENT = "statement", _l("Bedarfshinweis")
    MINUTES_ENTRY = "minutes_entry", _l("Protokolleintrag")
    INDICATOR = "indicator", _l("Indikator")


class LetterNews(Worded):
    """What a municipality without mail has to be told by letter of a hearing it knows of."""

    STOPPED = "stopped", _l("Anhörung angehalten")
    RESUMED = "resumed", _l("Anhörung läuft weiter")


class LinkState(Worded):
    """What staff said of an indicator and something that was said."""

    LINKED = "linked", _l("verknüpft")
    DECLINED = "declined", _l("gehört nicht zusammen")


class IndicatorLink(Record):
    """What staff said of an indicator and a question, statement or minutes entry: they belong together, or do not.

    Beside the links that authors made (tables of needs and minutes, documents of surveys): these rows add to them and
    take away from them. `target` names the other end for all its versions: the statement's public id, the entry's
    stem, `survey/item` for a question. The last word counts; every word is in the audit.
    """

    __tablename__ = "indicator_link"
    __table_args__ = (
        UniqueConstraint("indicator_id", "kind", "target"),
        CheckConstraint(
            "(kind = 'survey_item' AND survey_id IS NOT NULL AND statement_id IS NULL AND minutes_id IS NULL)"
            " OR (kind = 'statement' AND statement_id IS NOT NULL AND survey_id IS NULL AND minutes_id IS NULL)"
            " OR (kind = 'minutes_entry' AND minutes_id IS NOT NULL AND survey_id IS NULL AND statement_id IS NULL)",
            name="one_end",
        ),
    )

    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicator.id"))
    kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind))
    target: Mapped[str] = mapped_column(String(220))
    survey_id: Mapped[int | None] = mapped_column(ForeignKey("survey.id"), index=True)
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("needs_statement.id", ondelete="CASCADE"), index=True)
    minutes_id: Mapped[int | None] = mapped_column(ForeignKey("minutes.id", ondelete="CASCADE"), index=True)
    state: Mapped[LinkState] = mapped_column(enum_type(LinkState))
    # Why it was suggested, in the words shown then; empty where somebody chose it.
    reason: Mapped[str] = mapped_column(Text, default="")
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(BigId)


class RuleVersion(Record):
    """The numbers of rule 1 from a moment on, as the settings then said: key of the setting → value.

    Never changed. The first one holds what the portal came with; `created_at` says since when a version holds.
    """

    __tablename__ = "rule_version"

    number: Mapped[int] = mapped_column(unique=True)
    fingerprint: Mapped[str] = mapped_column(String(16), index=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(JsonType)
    changed_by: Mapped[int | None] = mapped_column(BigId)


class Finding(PublicRecord):
    """What was concluded for one planning area, topic and period; the texts stand in its versions."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("area_id", "topic_id", "period_id"),
        CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_dated"),
        CheckConstraint("state <> 'reopened' OR reopened_reason <> ''", name="reopened_with_reason"),
    )

    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("planning_period.id"), index=True)
    state: Mapped[FindingState] = mapped_column(enum_type(FindingState), default=FindingState.ADOPTED, index=True)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reopened_reason: Mapped[str] = mapped_column(Text, default="")
    # What changed the proposal, as keys (see `evidence.freezing`); empty where people opened it by hand.
    reopened_change: Mapped[dict[str, Any]] = mapped_column(JsonType, default=dict)
    # Changes with everything said to the finding, so that `edition` counts that, too.
    touched_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    edition: Mapped[int] = mapped_column(default=1)
    is_demo: Mapped[bool] = mapped_column(default=False)

    area: Mapped[Area] = relationship()
    topic: Mapped[Topic] = relationship()
    period: Mapped[PlanningPeriod] = relationship()
    versions: Mapped[list["FindingVersion"]] = relationship(
        back_populates="finding", order_by="FindingVersion.number", cascade="all, delete-orphan"
    )
    steps: Mapped[list["FindingStep"]] = relationship(order_by="FindingStep.id", cascade="all, delete-orphan")
    dissents: Mapped[list["FindingDissent"]] = relationship(order_by="FindingDissent.id", cascade="all, delete-orphan")
    hearings: Mapped[list["FindingHearing"]] = relationship(
        back_populates="finding", order_by="FindingHearing.id", cascade="all, delete-orphan"
    )
    decisions: Mapped[list["FindingDecision"]] = relationship(
        order_by="FindingDecision.id", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": edition}

    @property
    def latest(self) -> "FindingVersion":
        return self.versions[-1]

    @property
    def public_version(self) -> "FindingVersion | None":
        """What the public reads: the version published last."""
        return next((version for version in reversed(self.versions) if version.published_at is not None), None)

    @property
    def current_hearings(self) -> list["FindingHearing"]:
        """Hearings of the latest version."""
        return [hearing for hearing in self.hearings if hearing.version_id == self.latest.id]


class FindingVersion(PublicRecord):
    """One adoption: the proposal as it was, the assessment people gave, their reasons and the way on. Immutable but for
    who co-signed and when it was published; the public reads the latest published version.

    `proposal` holds both axes, certainty and reason as keys, as they were on the day (see `evidence.freezing`);
    `alternatives` is a list of `{text, cost_class, effect, side_effects}`. `product` and `budget_year` say where in
    the county's budget the recommendation belongs (Haushaltsprodukt). `title` (Überschrift) says the finding in a few
    words; empty where nobody wrote one, pages then name the topic. `text_sources` is a list of `{words, source,
    url, day}`: where numbers and statements in the texts are from (see `evidence.text_sources`).
    """

    __tablename__ = "finding_version"
    __table_args__ = (
        UniqueConstraint("finding_id", "number"),
        CheckConstraint("cosigned_by_id IS NULL OR cosigned_by_id <> adopted_by_id", name="two_people"),
        CheckConstraint("(cosigned_by_id IS NULL) = (cosigned_at IS NULL)", name="cosigned_dated"),
        CheckConstraint("published_at IS NULL OR cosigned_at IS NOT NULL", name="published_cosigned"),
        CheckConstraint("(product = '') = (budget_year IS NULL)", name="product_has_year"),
    )

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"))
    number: Mapped[int] = mapped_column(default=1)
    proposed: Mapped[Assessment] = mapped_column(enum_type(Assessment, name="proposed_assessment"))
    adopted: Mapped[Assessment] = mapped_column(enum_type(Assessment, name="adopted_assessment"))
    proposal: Mapped[dict[str, Any]] = mapped_column(JsonType)
    title: Mapped[str] = mapped_column(String(120), default="")
    said: Mapped[str] = mapped_column(Text)
    figures_show: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    resources: Mapped[str] = mapped_column(Text, default="")
    recommendation: Mapped[str] = mapped_column(Text)
    alternatives: Mapped[list[dict[str, str]]] = mapped_column(JsonType, default=list)
    next_step: Mapped[str] = mapped_column(Text, default="")
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    due_on: Mapped[date | None] = mapped_column(Date)
    product: Mapped[str] = mapped_column(String(120), default="")
    budget_year: Mapped[int | None]
    text_sources: Mapped[list[dict[str, str]]] = mapped_column(JsonType, default=list)
    rule_version_id: Mapped[int | None] = mapped_column(ForeignKey("rule_version.id"), index=True)
    adopted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    adopted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cosigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    cosigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    finding: Mapped[Finding] = relationship(back_populates="versions")
    responsible: Mapped[Organisation | None] = relationship()
    rule_version: Mapped[RuleVersion | None] = relationship()
    adopted_by: Mapped[Person] = relationship(foreign_keys=[adopted_by_id])
    cosigned_by: Mapped[Person | None] = relationship(foreign_keys=[cosigned_by_id])
    sources: Mapped[list["FindingSource"]] = relationship(
        back_populates="version", order_by="FindingSource.id", cascade="all, delete-orphan"
    )


class FindingSource(Record):
    """One thing a version rests on; exactly the columns of its kind are set."""

    __tablename__ = "finding_source"
    __table_args__ = (
        CheckConstraint(
            "(kind = 'survey_item' AND round_id IS NOT NULL AND item <> '' AND statement_id IS NULL"
            " AND entry_id IS NULL AND indicator_id IS NULL)"
            " OR (kind = 'statement' AND statement_id IS NOT NULL AND round_id IS NULL"
            " AND entry_id IS NULL AND indicator_id IS NULL)"
            " OR (kind = 'minutes_entry' AND entry_id IS NOT NULL AND round_id IS NULL"
            " AND statement_id IS NULL AND indicator_id IS NULL)"
            " OR (kind = 'indicator' AND indicator_id IS NOT NULL AND round_id IS NULL"
            " AND statement_id IS NULL AND entry_id IS NULL)",
            name="one_source",
        ),
        Index(None, "round_id", "item"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("finding_version.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SourceKind] = mapped_column(enum_type(SourceKind))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("survey_round.id"))
    item: Mapped[str] = mapped_column(String(120), default="")
    statement_id: Mapped[int | None] = mapped_column(ForeignKey("needs_statement.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("minutes_entry.id"), index=True)
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicator.id"), index=True)

    version: Mapped[FindingVersion] = relationship(back_populates="sources")
    round: Mapped[SurveyRound | None] = relationship()
    statement: Mapped[NeedsStatement | None] = relationship()
    entry: Mapped[MinutesEntry | None] = relationship()
    indicator: Mapped[Indicator | None] = relationship()


class FindingStep(Record):
    """One change of state: who, when, why. Never changed itself."""

    __tablename__ = "finding_step"

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    old_state: Mapped[FindingState | None] = mapped_column(enum_type(FindingState, name="old_finding_state"))
    new_state: Mapped[FindingState] = mapped_column(enum_type(FindingState))
    reason: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = mapped_column(BigId)

    @property
    def is_resumed(self) -> bool:
        """Whether the portal took the finding back to where it stood, because its proposal was as before."""
        return self.old_state is FindingState.REOPENED and self.user_id is None


class FindingDissent(Record):
    """A department or organisation sees it differently; printed with the finding."""

    __tablename__ = "finding_dissent"

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person | None] = relationship()


class FindingHearing(Record):
    """A municipality concerned is heard until `ends_on` (its last day); its statement is printed with the finding.

    `by_mail`: the portal tells those who act for it, also those who are named later; without it the county tells them
    by other means. `mailed_on` and `letter_on` are the days on which a mail was written and a letter noted as posted;
    `letter_news` is what the next letter has to say to who got one before.
    """

    __tablename__ = "finding_hearing"
    __table_args__ = (
        UniqueConstraint("finding_id", "version_id", "municipality_id"),
        CheckConstraint("ends_on >= begins_on", name="in_order"),
        CheckConstraint("(statement = '') = (stated_at IS NULL)", name="stated_dated"),
    )

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("finding_version.id", ondelete="CASCADE"), index=True)
    municipality_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    by_mail: Mapped[bool] = mapped_column(default=True)
    mailed_on: Mapped[date | None] = mapped_column(Date)
    letter_on: Mapped[date | None] = mapped_column(Date)
    letter_news: Mapped[LetterNews | None] = mapped_column(enum_type(LetterNews))
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    statement: Mapped[str] = mapped_column(Text, default="")
    stated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    finding: Mapped[Finding] = relationship(back_populates="hearings")
    municipality: Mapped[Area] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def is_reached(self) -> bool:
        """Whether the municipality can know of its hearing: by mail, by letter, by other means, or it answered."""
        return (
            not self.by_mail or self.mailed_on is not None or self.letter_on is not None or self.stated_at is not None
        )

    @property
    def is_entered(self) -> bool:
        """Whether the statement came by letter or mail and was put down by the office."""
        return self.stated_at is not None and self.organisation_id is None


class FormerStatement(Record):
    """What the office had entered as a municipality's statement until it corrected that. Never changed itself."""

    __tablename__ = "finding_former_statement"

    hearing_id: Mapped[int] = mapped_column(ForeignKey("finding_hearing.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    stated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(BigId)


class FindingDecision(Record):
    """What a body said to it, and on which day."""

    __tablename__ = "finding_decision"

    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id", ondelete="CASCADE"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id"), index=True)
    decided_on: Mapped[date] = mapped_column(Date)
    paper: Mapped[str] = mapped_column(String(120), default="")
    text: Mapped[str] = mapped_column(Text)

    body: Mapped[Body] = relationship()
    conference: Mapped[Conference | None] = relationship()

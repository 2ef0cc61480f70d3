"""Tables of topics and planning periods; the phases of the planning cycle."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, Date, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import PublicRecord, Record
from portal.core.words import Worded


class TopicKey(Worded):
    """The topics (Themenfelder) every county starts with, in the order of reports."""

    POPULATION = "population", _l("Bevölkerung und Demografie")
    ECONOMY = "economy", _l("Wirtschaft")
    LABOUR_MARKET = "labour_market", _l("Arbeitsmarkt und Beschäftigung")
    SOCIAL_BENEFITS = "social_benefits", _l("Sozialleistungen und Armut")
    INCOME_DEBT = "income_debt", _l("Einkommen und Schulden")
    HOUSING = "housing", _l("Wohnen")
    EDUCATION = "education", _l("Bildung")
    HEALTH = "health", _l("Gesundheit")
    CARE_AGEING = "care_ageing", _l("Pflege und Alter")
    CHILDREN_YOUTH_FAMILIES = "children_youth_families", _l("Kinder, Jugend und Familien")
    INCLUSION = "inclusion", _l("Inklusion")
    MIGRATION = "migration", _l("Migration und Integration")
    MOBILITY_INFRASTRUCTURE = "mobility_infrastructure", _l("Mobilität und technische Infrastruktur")
    SOCIAL_INFRASTRUCTURE = "social_infrastructure", _l("Soziale Infrastruktur")
    CULTURE = "culture", _l("Kultur")
    SPORT = "sport", _l("Sport")
    ENVIRONMENT = "environment", _l("Umwelt")


_WORDS = {member.value: member.label for member in TopicKey}


class Topic(Record):
    """A topic. `name` is stored so that a county can add its own; the shipped ones are translated."""

    __tablename__ = "topic"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)

    @property
    def label(self) -> Any:
        return _WORDS.get(self.key, self.name)


class Phase(Worded):
    """The four phases of the planning cycle."""

    INVENTORY = "inventory", _l("Bestandserfassung")
    NEEDS_ASSESSMENT = "needs_assessment", _l("Bedarfserhebung")
    MEASURES_PLANNING = "measures_planning", _l("Maßnahmenplanung")
    MEASURES_CONTROLLING = "measures_controlling", _l("Maßnahmencontrolling")


class PlanningPeriod(PublicRecord):
    """One round of the planning cycle, from its first day to its last."""

    __tablename__ = "planning_period"
    __table_args__ = (CheckConstraint("ends_on > starts_on", name="in_order"),)

    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    is_demo: Mapped[bool] = mapped_column(default=False)

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

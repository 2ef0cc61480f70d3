"""The table of topics."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.database import Record
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

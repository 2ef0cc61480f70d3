"""The demonstration's story while it is told: days, and what the earlier chapters have made."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from portal.areas.models import Area
from portal.conferences.models import AgendaItem, Conference
from portal.core.actor import Actor
from portal.core.clock import LOCAL_ZONE
from portal.core.seed_files import SeedEntry
from portal.indicators.figures import CountyFigures
from portal.indicators.models import Indicator
from portal.minutes.models import MinutesEntry
from portal.needs.models import NeedsStatement
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders.acting import actor_of
from portal.stakeholders.models import Body, Organisation, Person
from portal.surveys.models import SurveyRound

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MORNING = time(9, 30)


@dataclass
class Story:
    """Everything a chapter may refer to by the keys of the story's files (`seeds/demo/*.yaml`)."""

    day_zero: date
    period: PlanningPeriod
    areas: dict[str, Area]  # planning areas by slug, municipalities by AGS
    topics: dict[str, Topic]
    indicators: dict[str, Indicator]
    figures: CountyFigures  # of the day of seeding
    organisations: dict[str, Organisation]
    people: dict[str, Person]
    bodies: dict[str, Body] = field(default_factory=dict)
    conferences: dict[str, Conference] = field(default_factory=dict)
    agenda: dict[tuple[str, int], AgendaItem] = field(default_factory=dict)
    entries: dict[str, MinutesEntry] = field(default_factory=dict)
    statements: dict[str, NeedsStatement] = field(default_factory=dict)
    rounds: dict[str, SurveyRound] = field(default_factory=dict)

    def day(self, offset: int) -> date:
        """The calendar day `offset` days from the day of seeding."""
        return self.day_zero + timedelta(days=offset)

    def weekday(self, offset: int, name: str) -> date:
        """The nearest such weekday to that day, at most three days away."""
        near = self.day(offset)
        ahead = (WEEKDAYS.index(name) - near.weekday()) % 7
        return near + timedelta(days=ahead if ahead <= 3 else ahead - 7)

    def moment(self, offset: int, at: time = MORNING) -> datetime:
        """A point in time on that day, for `clock.frozen`."""
        return datetime.combine(self.day(offset), at, LOCAL_ZONE).astimezone(UTC)

    def actor(self, person: str, organisation: str | None = None) -> Actor:
        """The person of the story as an actor on the frozen day, acting for the organisation if one is named."""
        return actor_of(self.people[person], None if organisation is None else self.organisations[organisation])

    def topics_of(self, entry: SeedEntry, name: str = "topics") -> list[Topic]:
        return [self.topics[key] for key in entry.texts(name)]

    def indicators_of(self, entry: SeedEntry, name: str = "indicators") -> list[Indicator]:
        return [self.indicators[key] for key in entry.texts(name)]

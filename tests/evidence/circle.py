"""What the tests of findings speak of: a small county, a complete draft, a finding read anew."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from portal.accounts.models import User
from portal.areas.models import Area
from portal.core.actor import Actor
from portal.core.database import db
from portal.evidence.adoption import Draft
from portal.evidence.models import Assessment, Finding
from portal.planning.models import PlanningPeriod, Topic
from portal.stakeholders import queries as stakeholders
from portal.stakeholders.acting import actor_of
from portal.stakeholders.models import Body, Organisation

NOON = datetime(2026, 12, 3, 11, 0, tzinfo=UTC)
MADE = date(2020, 1, 1)


@dataclass
class Circle:
    """What the tests speak of; rows are read anew after every transaction."""

    area: Area
    dorf: Area
    stadt: Area
    topic: Topic
    period: PlanningPeriod
    department: Organisation
    rathaus: Organisation
    verein: Organisation
    body: Body
    users: dict[str, User]

    def actor(self, who: str, organisation: Organisation | None = None) -> Actor:
        db.session.rollback()
        user = self.users[who]
        if organisation is None:
            return Actor(user=user)
        person = stakeholders.person_behind_id(user.id)
        assert person is not None
        return actor_of(person, organisation)

    @property
    def place(self) -> tuple[Area, Topic, PlanningPeriod]:
        return self.area, self.topic, self.period

    @property
    def mayor(self) -> Actor:
        return self.actor("mayor", self.rathaus)


def draft(**changes: object) -> Draft:
    """A complete draft; every part can be replaced."""
    fields: dict[str, object] = {
        "adopted": Assessment.CONFIRMED,
        "said": "Abends fährt kein Bus.",
        "figures_show": "Dafür fehlt eine Zahl.",
        "reason": "Beides passt zusammen.",
        "recommendation": "Einen Abendbus erproben.",
        **changes,
    }
    return Draft(**fields)  # type: ignore[arg-type]


def reread(finding: Finding) -> Finding:
    """The finding as it is in the database now."""
    finding_id = finding.id
    db.session.rollback()
    found = db.session.get(Finding, finding_id, populate_existing=True)
    assert found is not None
    return found

"""A small county as the tests of needs speak of it: two planning areas, four organisations, people who act for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.accounts.models import User
from portal.areas.models import Area
from portal.core.actor import Actor
from portal.core.database import db
from portal.needs import drafts
from portal.needs.models import NeedsStatement
from portal.planning.models import Topic
from portal.stakeholders.acting import actor_of
from portal.stakeholders.models import Organisation

NOON = datetime(2026, 12, 3, 11, 0, tzinfo=UTC)
Make = Callable[..., NeedsStatement]


@dataclass
class Town:
    """What the tests speak of; rows are read anew after every transaction."""

    nord: Area
    sued: Area
    dorf: Area
    mobility: Topic
    health: Topic
    bus: Organisation
    kirche: Organisation
    rathaus: Organisation
    neu: Organisation
    people: dict[str, User]

    def actor(self, who: str, organisation: Organisation | None = None) -> Actor:
        db.session.rollback()
        user = self.people[who]
        person = drafts.stakeholders.person_behind_id(user.id)
        if organisation is None or person is None:
            return Actor(user=user)
        return actor_of(person, organisation)

    @property
    def planner(self) -> Actor:
        return self.actor("amsel")

    @property
    def driver(self) -> Actor:
        return self.actor("ginster", self.bus)

    @property
    def deacon(self) -> Actor:
        return self.actor("distel", self.kirche)

    @property
    def mayor(self) -> Actor:
        return self.actor("hasel", self.rathaus)

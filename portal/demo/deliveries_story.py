"""What departments deliver in the demonstration, and when: due dates and an entry that waits for its first figures."""

from dataclasses import replace

from sqlalchemy import select

from portal.accounts.models import Department
from portal.config import SEEDS
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.seed_files import SeedEntry, read_document
from portal.demo.story import Story
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue import services as catalogue_services
from portal.indicators.catalogue.entry import Entry, entry_of
from portal.indicators.models import Delivery, Polarity
from portal.indicators.natures import Nature


def fill(story: Story) -> None:
    """Make the entries that departments deliver themselves, and set due dates of others."""
    db.session.flush()  # who is responsible was noted a moment ago; it belongs to the edition that is changed here
    document = read_document(SEEDS / "demo" / "deliveries.yaml")
    for entry in document.entries("own"):
        made = catalogue_services.create(_own(story, entry), key=entry.text("key"), actor=SYSTEM)
        story.indicators[made.key] = made
    for entry in document.entries("due"):
        indicator = story.indicators[entry.text("indicator")]
        changed = replace(
            entry_of(indicator),
            next_due=story.day(entry.integer("due_day")),
            delivery_months=entry.integer("months"),
        )
        catalogue_services.change(indicator, changed, edition=indicator.edition, actor=SYSTEM)


def _own(story: Story, entry: SeedEntry) -> Entry:
    department = db.session.scalars(select(Department).where(Department.name == entry.text("department"))).one()
    return Entry(
        name=entry.text("name"),
        topic=entry.text("topic"),
        explanation=entry.text("explanation"),
        definition=entry.text("definition"),
        unit=entry.text("unit"),
        decimals=0,
        polarity=Polarity.NEUTRAL,
        nature=Nature.COUNT,
        counts_cases=True,
        aggregation=Aggregation.SUM,
        typical_source=entry.text("source"),
        note=entry.text("note"),
        department=department.public_id,
        delivery=Delivery.OWN,
        delivery_months=entry.integer("months"),
        next_due=story.day(entry.integer("due_day")),
    )

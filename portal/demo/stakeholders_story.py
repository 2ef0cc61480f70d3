"""The story's archive and bodies. Organisations and people are made with the frame (`demo.seeding`)."""

from datetime import timedelta

from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.seed_files import read_document
from portal.demo.story import Story
from portal.stakeholders import archive
from portal.stakeholders.bodies import create_body, seat
from portal.stakeholders.models import BodyKind


def fill(story: Story) -> None:
    """Put away who takes part no longer; make the bodies and seat their members; fills `story.bodies`."""
    _archive(story)
    for entry in read_document(SEEDS / "demo" / "bodies.yaml").entries("bodies"):
        last = entry.optional_integer("to_day")
        body = create_body(
            entry.text("name"),
            BodyKind(entry.text("kind")),
            actor=SYSTEM,
            valid_from=story.day(entry.integer("from_day")),
            valid_to=None if last is None else story.day(last) + timedelta(days=1),
            meets=entry.optional("meets") or "",
            areas=[story.areas[key] for key in entry.texts("areas")],
            is_demo=True,
        )
        story.bodies[entry.text("key")] = body
        for member in entry.entries("members"):
            deputy, end = member.optional("deputy"), member.optional_integer("to_day")
            seat(
                body,
                story.people[member.text("person")],
                actor=SYSTEM,
                valid_from=story.day(member.integer("from_day")),
                valid_to=None if end is None else story.day(end) + timedelta(days=1),
                function=member.optional("function") or "",
                deputy=story.people[deputy] if deputy else None,
            )


def _archive(story: Story) -> None:
    for entry in read_document(SEEDS / "demo" / "organisations.yaml").entries("organisations"):
        day = entry.optional_integer("archived_day")
        if day is not None:
            with clock.frozen(story.moment(day)):
                gone = story.organisations[entry.text("key")]
                archive.archive([gone], actor=story.actor("p_amsel"), reason=entry.text("archive_reason"))

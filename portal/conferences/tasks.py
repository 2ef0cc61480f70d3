"""What the worker does for events: writing the mails of one sending into the outbox."""

from portal.conferences.models import Conference
from portal.conferences.services import sending
from portal.core.database import db
from portal.core.transaction import transaction
from portal.jobs.registry import JobContext

# A mail takes some milliseconds to write; replies through the link must not wait long on SQLite.
CHUNK = 20


def send(context: JobContext) -> dict[str, int]:
    """Write the mails of one sending in short transactions; done again after a crash, nothing is written twice."""
    conference = db.session.get(Conference, context.payload["conference"])
    if conference is None:
        return {"sent": 0}
    through: int | None = context.payload["through"]
    actor = context.actor
    total, done = sending.count_due(conference, through=through), 0
    db.session.rollback()
    context.progress(0, total)
    while True:
        with transaction():
            count = sending.hand_over(conference, through=through, limit=CHUNK, actor=actor)
        done += count
        context.progress(done, max(total, done))
        if count < CHUNK:
            return {"sent": done}

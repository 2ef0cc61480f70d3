"""Files that were handed in at once: all of them on one page, taken over and taken back in one act.

What is ready is taken over in one transaction, or none of it: the sums that somebody looked at are then what happens.
Each file stays a delivery of its own, with its own preview, and can be taken back alone.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import NotFound
from portal.core.permissions import require
from portal.indicators import extension, permissions, queries
from portal.indicators.deliveries import comparison, consequences
from portal.indicators.extension import Panel
from portal.indicators.models import BatchState, ImportBatch
from portal.jobs.models import Job, JobState

# Under which words a delivery that waits keeps what it is asked, and by which rule its columns are read.
ASKED, RULE = "asked", "rule"
COMPARE_JOB = "indicators.compare"


@dataclass(frozen=True)
class Question:
    """What several files leave open in the same words: asked once, answered for all of them."""

    key: str
    asked: Mapping[str, Any]
    batches: tuple[ImportBatch, ...]


@dataclass(frozen=True, kw_only=True)
class Upload:
    """Deliveries of one upload by what is to be done with them, each list in the order of the files."""

    public_id: str
    batches: Sequence[ImportBatch]
    reading: Sequence[ImportBatch]
    questions: Sequence[Question]
    unknown: Sequence[ImportBatch]
    ready: Sequence[ImportBatch]
    idle: Sequence[ImportBatch]
    refused: Sequence[ImportBatch]
    active: Sequence[ImportBatch]
    undone: Sequence[ImportBatch]

    @property
    def asking(self) -> int:
        """How many files wait for an answer."""
        return len(self.unknown) + sum(len(question.batches) for question in self.questions)

    @property
    def counted(self) -> Sequence[ImportBatch]:
        """The deliveries whose values the sums are of: what would be taken over, or what was."""
        return self.ready or self.active or self.idle

    def total(self, count: str) -> int:
        """Sum of a count over these deliveries; a value that two files bring is counted twice."""
        return sum(int(getattr(batch, count)) for batch in self.counted)


def upload(public_id: str, *, actor: Actor) -> Upload:
    """Everything that was handed in with each other; `NotFound` if nothing was."""
    require(permissions.may_see_imports(actor) or actor.is_system)
    statement = select(ImportBatch).where(ImportBatch.upload == public_id).order_by(ImportBatch.id)
    found = db.session.scalars(statement).all()
    if not found:
        raise NotFound

    def of(state: BatchState) -> list[ImportBatch]:
        return [batch for batch in found if batch.state is state]

    return Upload(
        public_id=public_id,
        batches=found,
        reading=of(BatchState.READING),
        questions=_questions(of(BatchState.ASKING)),
        unknown=[batch for batch in of(BatchState.ASKING) if not batch.summary.get(ASKED)],
        ready=[batch for batch in of(BatchState.STAGED) if batch.may_change],
        idle=[batch for batch in of(BatchState.STAGED) if not batch.may_change],
        refused=of(BatchState.REFUSED),
        active=of(BatchState.ACTIVE),
        undone=of(BatchState.UNDONE),
    )


def question(found: Upload, key: str) -> Question | None:
    """The question behind an address; None once it was answered."""
    return next((one for one in found.questions if one.key == key), None)


def reason_of(batch: ImportBatch) -> str:
    """Why a file was refused, in the words of its first refused place."""
    places = batch.summary.get("refused") or ()
    return str(places[0]["reason"]) if places else ""


def panels(found: Upload, *, actor: Actor) -> list[Panel]:
    """What everything that is ready would change together; nothing is stored. After a joint act, what it changed."""
    if not found.ready:
        latest = max(found.active, key=lambda batch: (batch.activated_at, batch.id), default=None)
        return [] if latest is None else consequences.panels(latest, actor=actor)
    figures = queries.figures_with(*found.ready)
    shown = (one.panel(one.expected(figures), actor=actor, is_ahead=True) for one in extension.consequences)
    return [panel for panel in shown if panel is not None]


def departments_of(batches: Sequence[ImportBatch]) -> set[int | None]:
    """Who is responsible for the indicators that these deliveries feed; None for series that feed none. Two
    queries."""
    return comparison.departments_of_series(comparison.series_noted(batches))


def comparing_job(found: Upload) -> Job | None:
    """The job that compares the deliveries anew, while it is to be done."""
    open_states = (JobState.WAITING, JobState.RUNNING)
    statement = select(Job).where(Job.kind == COMPARE_JOB, Job.state.in_(open_states)).order_by(Job.id.desc())
    return next((job for job in db.session.scalars(statement) if job.payload.get("upload") == found.public_id), None)


def _questions(batches: Sequence[ImportBatch]) -> list[Question]:
    together: dict[str, list[ImportBatch]] = {}
    for batch in batches:
        asked = batch.summary.get(ASKED)
        if asked:
            together.setdefault(_key(asked), []).append(batch)
    return [Question(key, group[0].summary[ASKED], tuple(group)) for key, group in together.items()]


def _key(asked: Mapping[str, Any]) -> str:
    """Files ask the same if words, choices and what was said before are the same."""
    same = [asked["open"], asked["reason"], asked["options"], asked["answers"]]
    text = json.dumps(same, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]

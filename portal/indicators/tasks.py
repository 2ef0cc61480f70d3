"""Reading files into batches, step by step in short transactions, so that nobody else has to wait.

`read_in` writes everything under a batch that nobody sees; taking it over is one flip of a state.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from portal.accounts import queries as account_queries
from portal.areas.seeding.services import shipped_attribution
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.errors import Conflict
from portal.core.transaction import transaction
from portal.files import spool
from portal.indicators.deliveries import comparison, counting, file_labels, mails, together
from portal.indicators.deliveries import due_dates as deliveries
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.counting import Counts
from portal.indicators.deliveries.reading import Rows
from portal.indicators.deliveries.swapped import check_swapped
from portal.indicators.deliveries.together import ASKED, RULE
from portal.indicators.imports.choices import Answers, ChoiceNeeded, as_plain
from portal.indicators.imports.formats import Format
from portal.indicators.imports.publishers import PUBLISHERS
from portal.indicators.imports.refusals import FormatUnknown, ImportRefused, refuse
from portal.indicators.imports.source import SAME_ROWS, Source, open_source
from portal.indicators.imports.summary import ImportSummary, summary, summary_of_refusal
from portal.indicators.mapping import suggest
from portal.indicators.mapping.grid import open_file
from portal.indicators.mapping.rule import to_plain
from portal.indicators.models import BatchState, ImportBatch
from portal.jobs.registry import JobContext

CHUNK = 10_000
_REMOVED_AT_ONCE = 5_000
_ABANDONED_AFTER = timedelta(hours=6)
_ASKED_FOR = timedelta(days=14)
_TRIES = 3

Progress = Callable[[int, int], None]


@dataclass
class ReadIn:
    """A file that was read: what it said, the batch it was written under (None: nothing written), the comparison.

    `is_open`: it is refused only because nobody has said yet what its columns hold or what it is about.
    """

    summary: ImportSummary
    batch: ImportBatch | None = None
    counts: Counts | None = None
    source: Source | None = None
    is_open: bool = False

    @property
    def is_refused(self) -> bool:
        return bool(self.summary.refused)


def _silent(_done: int, _total: int) -> None:
    """Nobody is watching."""


def look_at(
    path: Path,
    *,
    name: str | None = None,
    format: Format | None = None,
    given: Mapping[str, Any] | None = None,
    answers: Answers | None = None,
    asks: bool = True,
) -> ReadIn:
    """Check the whole file and say what is in it; writes nothing. A refused file has its refusals in the summary.

    With `format`, a file of any other format is refused. `given` says what its columns hold (`mapping.rule`); what it
    leaves open and the content does not prove is refused. `answers` says what a file of a known format leaves open.
    Without `asks`, doubts about what can be read are left for later.
    """
    name = name or path.name
    known = import_queries.area_names()
    try:
        rule = None if given is None else suggest.complete(open_file(path), given, known_keys=known)
        source = open_source(
            path,
            format=format,
            rule=rule,
            answers=answers,
            within=import_queries.parts_of_wholes(),
            people=import_queries.people(),
        )
    except ImportRefused as refused:
        return ReadIn(summary=summary_of_refusal(name, refused), is_open=isinstance(refused, FormatUnknown))
    former = file_labels.former_rows(source.format) if source.format in SAME_ROWS else None
    found = summary(source, known, former=former, asks=asks)
    found.file = name
    return ReadIn(summary=found, source=source, is_open=found.choice is not None)


def read_in(
    path: Path,
    *,
    actor: Actor,
    name: str | None = None,
    format: Format | None = None,
    given: Mapping[str, Any] | None = None,
    answers: Answers | None = None,
    batch: ImportBatch | None = None,
    kept: str = "",
    progress: Progress = _silent,
) -> ReadIn:
    """Check a file and write its values under a batch (the given one, or a new one), then compare.

    A refused file writes nothing; a given batch then says why. With `kept`, its name in the spool, a given batch asks
    instead where the format is unknown, or the file leaves open what it is about. If anything goes wrong in between,
    the values are removed again and the error goes on.
    """
    read = look_at(path, name=name, format=format, given=given, answers=answers)
    if read.source is None or read.is_refused:
        if batch is not None and read.is_open and kept:
            _ask(batch, read, given, kept=kept, actor=actor)
        elif batch is not None:
            _refuse(batch, read, actor=actor)
        read.batch = batch
        return read
    is_ours = batch is None
    if batch is None:
        with transaction():
            batch = import_services.begin(file_name=read.summary.file, sha256=digest(path), actor=actor)
    else:
        _empty(batch.id)
    try:
        _write(read.source, batch.id, read.source.validate().observations, progress)
        counts = counting.compare(batch)
        check_swapped(
            batch,
            counts,
            answers or {},
            labels=read.summary.dimension_labels,
            has_few_columns=read.source.format in SAME_ROWS,
        )
    except ChoiceNeeded as needed:
        read.summary = summary_of_refusal(read.summary.file, needed)
        read.summary.choice, read.is_open, read.batch = needed.choice, True, batch
        if kept:
            _empty(batch.id)
            _ask(batch, read, given, kept=kept, actor=actor)
        else:
            _refuse(batch, read, actor=actor)
        return read
    except ImportRefused as refused:
        # The file changed under our hands, or names one thing under two keys.
        read.summary = summary_of_refusal(read.summary.file, refused)
        _refuse(batch, read, actor=actor)
        read.batch = batch
        return read
    except BaseException:
        if is_ours:
            discard(batch, actor=actor)
        else:
            _empty(batch.id)
        raise
    read.batch, read.counts = batch, counts
    read.summary.batch = batch.public_id
    with transaction():
        import_services.conclude(batch, stored_summary(read), counts, actor=actor)
    return read


def take_over(batch: ImportBatch, *, actor: Actor) -> Counts:
    """Take a batch over whose preview nobody waits to see; compares anew where others were quicker."""
    counts = Counts.of(batch)
    for attempt in range(_TRIES):
        try:
            with transaction():
                import_services.take_over(batch, actor=actor)
        except Conflict:
            if attempt == _TRIES - 1:
                raise
            counts = compare_anew(batch)
        else:
            return counts
    raise AssertionError("unreachable")


def compare_anew(batch: ImportBatch) -> Counts:
    """Compare a staged batch with what is visible now and keep the counts."""
    counts = counting.compare(batch)
    with transaction():
        import_services.note_counts(batch, counts)
    return counts


def compare_upload(context: JobContext) -> dict[str, Any]:
    """Job: compare everything that is ready of an upload with what is visible now."""
    ready = together.upload(str(context.payload["upload"]), actor=context.actor).ready
    for done, batch in enumerate(ready):
        context.progress(done, len(ready))
        compare_anew(batch)
    return {"compared": len(ready)}


def discard(batch: ImportBatch, *, actor: Actor) -> None:
    """Delete a batch that was never visible, its values in short transactions."""
    import_services.require_discardable(batch, actor=actor)
    batch_id, kept = batch.id, str(batch.summary.get("kept", ""))
    _empty(batch_id)
    with transaction():
        import_services.remove(batch, actor=actor)
    if kept:
        spool.path_of(kept).unlink(missing_ok=True)


def stored_summary(read: ReadIn) -> dict[str, Any]:
    """The summary as a batch keeps it: the command's JSON, the rule it was read by, and what pages show besides."""
    found, rule = read.summary, None if read.source is None else read.source.rule
    return {
        **found.as_json(),
        "classes": found.classes,
        "repeated": found.repeated,
        "unknown_keys": found.unknown_keys,
        "meanings": found.meanings,
        "sheets": list(found.sheets),
        "left_out": [str(reason) for reason in found.left_out],
        "implausible": as_plain(found.implausible),
        "unchecked": found.unchecked,
        file_labels.KEY: file_labels.as_plain(found.dimension_labels),
        **({"title": read.source.title} if read.source is not None and not read.is_refused else {}),
        **({} if rule is None else {"mapping": to_plain(rule)}),
    }


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_upload(context: JobContext) -> dict[str, Any]:
    """Job: read an uploaded file into the batch that was opened for it, then forget the file.

    A file that leaves something open is kept until somebody has said what its columns hold (`rule` in the payload) or
    what it is about (`answers`), or for two weeks at most.
    """
    batch = import_queries.batch_to_read(str(context.payload["batch"]))
    kept = str(context.payload["file"])
    path = spool.path_of(kept)
    if batch is None:
        path.unlink(missing_ok=True)
        return {}
    read = read_in(
        path,
        actor=context.actor,
        name=batch.file_name,
        given=context.payload.get("rule"),
        answers=context.payload.get("answers"),
        batch=batch,
        kept=kept,
        progress=context.progress,
    )
    if not read.is_open:
        path.unlink(missing_ok=True)
    return {"refused": len(read.summary.refused)}


def sweep(_context: JobContext) -> dict[str, Any]:
    """Job: end readings that died on the way and files that nobody said anything about; remove values and files."""
    swept = 0
    for state, limit in ((BatchState.READING, _ABANDONED_AFTER), (BatchState.ASKING, _ASKED_FOR)):
        for batch in import_services.abandoned(untouched_since=clock.now() - limit, state=state):
            _empty(batch.id)
            with transaction():
                import_services.refuse(batch, batch.summary, actor=SYSTEM, reason="abandoned")
            swept += 1
    for name in import_queries.waiting_files():
        spool.hold(name)
    return {"swept": swept, "files": spool.sweep(older_than=_ABANDONED_AFTER * 4)}


def remind(_context: JobContext) -> dict[str, Any]:
    """Job: remind departments of deliveries that are due soon, each due date once."""
    reminded = 0
    until = deliveries.window(clock.today())
    for department_id in deliveries.to_remind(until=until):
        with transaction():
            # Read anew: another worker may have been quicker.
            due = deliveries.to_remind(until=until).get(department_id, [])
            if due and due[0].department is not None:
                people = account_queries.sectoral_planners(department_id)
                if mails.deliveries_due(due[0].department, due, people):
                    deliveries.note_reminded(due)
                    reminded += len(due)
    return {"reminded": reminded}


def _ask(batch: ImportBatch, read: ReadIn, given: Mapping[str, Any] | None, *, kept: str, actor: Actor) -> None:
    choice = read.summary.choice
    asked = {} if choice is None else {ASKED: choice.as_plain(), RULE: given}
    with transaction():
        import_services.ask(batch, asked, kept=kept, actor=actor)


def _write(source: Source, batch_id: int, total: int, progress: Progress) -> None:
    with transaction():
        measures = [(measure.code, measure.unit, measure.label) for measure in source.measures]
        series_ids = import_services.series_for(measures)
    rows = Rows(
        batch_id,
        area_ids=import_queries.area_ids(),
        series_ids=series_ids,
        bases=comparison.census_bases(list(series_ids.values())),
        source=source,
    )
    done, written_at = 0, 0.0
    for chunk in source.read(CHUNK):
        found = rows.of(chunk)
        time.sleep(max(0.0, written_at + import_services.breathing_space() - time.monotonic()))
        try:
            with transaction():
                import_services.write_values(batch_id, found)
        except IntegrityError as error:
            raise _twice(chunk[0].row, chunk[0].column) from error
        written_at = time.monotonic()
        done += len(chunk)
        progress(done, total)
    with transaction():
        key = PUBLISHERS.get(source.format)
        if key is None:
            import_services.write_sources(batch_id, rows.sources())
        else:
            lines = _attributed(rows.sources(), shipped_attribution(key).text)
            import_services.write_sources(batch_id, lines, key)


def _attributed(lines: Mapping[tuple[int, str], str], wanted: str) -> dict[tuple[int, str], str]:
    """The lines of a file with its publisher named as he asks for it, where they do not name him so already."""
    holder = wanted.partition(";")[0]
    return {place: line if holder in line else f"{wanted}; {line}" for place, line in lines.items()}


def _twice(row: int, column: str) -> ImportRefused:
    return refuse(row, column, _l("Ein Gebiet steht unter zwei Schreibweisen seines Schlüssels mehrfach in der Datei."))


def _refuse(batch: ImportBatch, read: ReadIn, *, actor: Actor) -> None:
    _empty(batch.id)
    refused = read.summary.refused
    reason = str(refused[0].reason) if refused else ""
    with transaction():
        import_services.refuse(batch, stored_summary(read), actor=actor, reason=reason)


def _empty(batch_id: int) -> None:
    while True:
        with transaction():
            removed = import_services.remove_values(batch_id, limit=_REMOVED_AT_ONCE)
        if removed < _REMOVED_AT_ONCE:
            return

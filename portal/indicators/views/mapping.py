"""The mapping assistant: say what the columns of a file hold, look at what would be read, then read it in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core.actor import Actor, current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.refusals import ImportRefused, RefusedCell
from portal.core.text import slugify
from portal.core.transaction import transaction
from portal.core.web import attachment, list_arguments
from portal.files import spool
from portal.indicators import permissions, tasks
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries import services as import_services
from portal.indicators.mapping import memory, pages
from portal.indicators.mapping.forms import MappingForm
from portal.indicators.mapping.grid import Opened, open_file
from portal.indicators.mapping.rule import DELIMITERS, Rule, RuleRefused, from_plain, to_file, to_plain
from portal.indicators.mapping.suggest import Suggestion, suggest
from portal.indicators.models import BatchState, ImportBatch
from portal.indicators.tasks import ReadIn
from portal.indicators.views.frame import blueprint
from portal.jobs import services as jobs

JSON = "application/json; charset=utf-8"
_HEAD_ROWS = 3


@blueprint.route("/importe/<public_id>/zuordnung", methods=["GET", "POST"])
def assign_columns(public_id: str) -> ResponseReturnValue:
    """The table, what its columns hold, a preview; nothing is stored before "Einlesen"."""
    actor = current_actor()
    batch = import_queries.batch(public_id, actor=actor)
    require(permissions.may_import(actor) and permissions.may_discard(actor, batch.created_by))
    path = _waiting_file(batch)
    if path is None:
        return redirect(url_for("indicators.batch", public_id=public_id))
    try:
        opened = open_file(path)
        return _assistant(batch, opened, actor=actor)
    except ImportRefused as refused:
        return _page(batch, None, None, refused=refused.refusals), 422


@blueprint.get("/importe/zuordnungen")
def mappings() -> ResponseReturnValue:
    """All remembered mappings."""
    actor = current_actor()
    found = memory.mappings(list_arguments(), actor=actor, path=url_for("indicators.mappings"))
    return render_template("indicators/mappings.html", listing=found)


@blueprint.get("/importe/zuordnungen/<public_id>")
def mapping(public_id: str) -> ResponseReturnValue:
    """One remembered mapping: what the columns hold, and since when."""
    actor = current_actor()
    found = memory.find(public_id, actor=actor)
    return render_template(
        "indicators/mapping.html",
        mapping=found,
        rule=from_plain(found.latest.rule),
        may_delete=permissions.may_import(actor),
    )


@blueprint.get("/importe/zuordnungen/<public_id>/datei")
def mapping_file(public_id: str) -> ResponseReturnValue:
    """The mapping as the file that the command line takes."""
    found = memory.find(public_id, actor=current_actor())
    return _download(from_plain(found.latest.rule))


@blueprint.post("/importe/zuordnungen/<public_id>/loeschen")
def forget_mapping(public_id: str) -> ResponseReturnValue:
    """Forget how files of a source are read."""
    actor = current_actor()
    found = memory.find(public_id, actor=actor)
    with transaction():
        said = memory.forget(found, actor=actor)
    flash(said, "ok")
    return redirect(url_for("indicators.mappings"))


def _waiting_file(batch: ImportBatch) -> Path | None:
    kept = str(batch.summary.get("kept", "")) if batch.state is BatchState.ASKING else ""
    path = spool.path_of(kept) if kept else None
    if path is not None and not path.exists():
        flash(_("Die Datei liegt nicht mehr vor. Bitte laden Sie sie noch einmal hoch."), "warn")
        return None
    return path


def _assistant(batch: ImportBatch, opened: Opened, *, actor: Actor) -> ResponseReturnValue:
    known = import_queries.area_ids()
    form = MappingForm()
    if request.method != "POST":
        found = suggest(opened, _chosen(opened, actor), known_keys=known)
        form.fill(found)
        return _page(batch, opened, found, form=form)
    form.validate()
    typed = form.plain()
    found = suggest(opened, typed, known_keys=known)
    errors = [*form.form_errors]
    form.fill(found)
    form.form_errors = errors
    rule = _rule(form, found)
    if rule is None:
        return _page(batch, opened, found, form=form), 422
    if "datei" in request.form:
        return _download(rule)
    if "einlesen" in request.form:
        return _read_in(batch, rule, found, keep=bool(form.keep.data), actor=actor)
    read = tasks.look_at(opened.path, name=batch.file_name, given=to_plain(rule), asks=False)
    return _page(batch, opened, found, form=form, read=read), 422 if read.is_refused else 200


def _chosen(opened: Opened, actor: Actor) -> dict[str, Any]:
    """What the address says about the table: sheet, delimiter, rows of the head, and a remembered mapping."""
    given: dict[str, Any] = {"source": ""}
    if request.args.get("blatt"):
        given["sheet"] = request.args["blatt"]
    if request.args.get("trenner") in DELIMITERS and opened.is_text:
        given["delimiter"] = request.args["trenner"]
    first = request.args.get("kopf", "")
    if first.isascii() and first.isdigit() and 0 < len(first) < 4 and int(first):
        rows = request.args.get("kopfzeilen", "1")
        more = int(rows) - 1 if rows in {"1", "2", "3"} else 0
        given["head"] = [int(first), int(first) + more]
    if request.args.get("vorlage"):
        remembered = memory.find(request.args["vorlage"], actor=actor).latest.rule
        present = suggest(opened, given, known_keys=()).headings
        given = {**memory.adapted(remembered, present), **{key: value for key, value in given.items() if value}}
    return given


def _rule(form: MappingForm, found: Suggestion) -> Rule | None:
    """The complete rule; None, with the reasons at their fields, where something is open or does not fit."""
    form.ask(found.questions)
    try:
        rule = from_plain(found.plain)
    except RuleRefused as refused:
        asked = {question.key for question in found.questions}
        rest = {key: reason for key, reason in refused.problems.items() if key.partition("[")[0] not in asked}
        if rest:
            form.refuse_rule(RuleRefused(rest))
        return None
    return None if form.errors else rule


def _read_in(batch: ImportBatch, rule: Rule, found: Suggestion, *, keep: bool, actor: Actor) -> ResponseReturnValue:
    try:
        with transaction():
            if keep:
                memory.remember(rule, found.headings, actor=actor)
            kept = import_services.answer(batch, actor=actor)
            payload = {"batch": batch.public_id, "file": kept, "rule": to_plain(rule)}
            key = f"{import_queries.READ_JOB}:{batch.public_id}:answered"
            jobs.enqueue(import_queries.READ_JOB, payload, actor=actor, unique_key=key)
    except Refusal as refusal:
        flash(str(refusal.message), "error")
    return redirect(url_for("indicators.batch", public_id=batch.public_id))


def _download(rule: Rule) -> ResponseReturnValue:
    return attachment(to_file(rule).encode(), name=f"zuordnung-{slugify(rule.source)[:60]}.json", media_type=JSON)


def _page(
    batch: ImportBatch,
    opened: Opened | None,
    found: Suggestion | None,
    *,
    form: MappingForm | None = None,
    read: ReadIn | None = None,
    refused: Sequence[RefusedCell] = (),
) -> str:
    is_open = found is not None and not found.headings
    return render_template(
        "indicators/assign_columns.html",
        batch=batch,
        form=form,
        found=found,
        opened=opened,
        sheets=pages.tables(opened) if opened is not None and is_open and not opened.is_text else [],
        table=None if opened is None or found is None or is_open else pages.table(opened, found.plain),
        samples=[] if found is None else pages.samples(found),
        fitting=memory.fitting(found.headings) if found is not None and found.headings else [],
        chosen=request.args.get("vorlage", ""),
        read=read,
        values=[] if read is None else pages.first_values(read),
        signs=[] if read is None else pages.signs(read),
        refused=refused or ([] if read is None else read.summary.refused),
        head_rows=range(1, _HEAD_ROWS + 1),
    )

"""Changes to surveys: rounds and their states, storing what somebody sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import LargeBinary, String, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from portal.areas.models import Area
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal, together
from portal.core.permissions import require
from portal.core.text import one_line, slugify
from portal.core.transaction import lock
from portal.planning.models import Phase, PlanningPeriod
from portal.settings import services as settings
from portal.surveys import permissions, queries, spool
from portal.surveys.definition import Definition, as_document, checksum
from portal.surveys.models import RoundState, SealedAnswer, Survey, SurveyRound, SurveyVersion


def create_version(definition: Definition, *, actor: Actor, is_demo: bool = False) -> SurveyVersion:
    """The stored version of these questions; the same questions in the same words are stored once."""
    require(permissions.may_run(actor))
    document = as_document(definition)
    survey = db.session.scalars(select(Survey).filter_by(key=definition.key)).one_or_none()
    if survey is None:
        survey = Survey(key=definition.key, is_demo=is_demo)
        db.session.add(survey)
        db.session.flush()
    digest = checksum(document)
    known = queries.version_with(digest, survey.id)
    if known is not None:
        return known
    latest = db.session.scalars(
        select(SurveyVersion.number).filter_by(survey_id=survey.id).order_by(SurveyVersion.number.desc()).limit(1)
    ).one_or_none()
    version = SurveyVersion(survey_id=survey.id, number=(latest or 0) + 1, definition=document, checksum=digest)
    db.session.add(version)
    db.session.flush()
    audit.record("survey.version_created", subject=version, actor=actor)
    return version


@dataclass(frozen=True, kw_only=True)
class RoundPlan:
    """When and where a version is asked. `slug` is the address below /befragungen, `name` tells rounds apart."""

    key: str
    slug: str
    name: str = ""
    opens_at: datetime
    closes_at: datetime
    phase: Phase
    period: PlanningPeriod
    areas: Sequence[Area]


def create_round(version: SurveyVersion, plan: RoundPlan, *, actor: Actor, is_demo: bool = False) -> SurveyRound:
    """A planned round with a key pair of its own; the private half goes to the spool at once.

    A key whose round was undone stays behind as a file that opens nothing; the sweep removes it.
    """
    require(permissions.may_run(actor))
    check_plan(plan)
    one = SurveyRound(
        version_id=version.id, key=plan.key, slug=plan.slug, name=one_line(plan.name), phase=plan.phase,
        period_id=plan.period.id,
        opens_at=plan.opens_at, closes_at=plan.closes_at, public_key=b"", is_demo=is_demo, areas=list(plan.areas),
    )  # fmt: skip
    db.session.add(one)
    db.session.flush()
    one.public_key = spool.make_key(one.public_id)
    _show_everywhere()
    audit.record("survey.round_created", subject=one, actor=actor)
    return one


def check_plan(plan: RoundPlan) -> None:
    """Refuse days, places and an address that make no round, all at once."""
    together(
        lambda: check_end(plan.opens_at, plan.closes_at),
        lambda: _check_areas(plan.areas),
        lambda: check_slug(plan.slug),
    )


def check_end(opens_at: datetime, closes_at: datetime) -> None:
    """Refuse an end before the beginning, or one that is over."""
    if closes_at <= opens_at:
        raise Refusal(_("Das Ende liegt nicht nach dem Beginn. Bitte prüfen Sie beide Tage."), field="closes_at")
    if closes_at <= clock.now():
        raise Refusal(_("Das Ende liegt in der Vergangenheit. Bitte wählen Sie einen späteren Tag."), field="closes_at")


def _check_areas(areas: Sequence[Area]) -> None:
    if not areas:
        raise Refusal(_("Bitte wählen Sie mindestens einen Planungsraum."), field="areas")


def check_slug(slug: str) -> None:
    """Refuse an address with other signs than ours, and one that is taken."""
    if slug != slugify(slug) or slug in {"", "verwaltung"}:
        raise Refusal(
            _("Bitte verwenden Sie in der Adresse nur Kleinbuchstaben, Ziffern und Bindestriche."), field="slug"
        )
    if db.session.scalars(select(SurveyRound.id).filter_by(slug=slug)).one_or_none() is not None:
        raise Refusal(_("Unter dieser Adresse gibt es schon eine Befragung."), field="slug")


def open_round(one: SurveyRound, *, actor: Actor) -> bool:
    """Let a planned round take answers; False if it is no longer planned."""
    require(permissions.may_run(actor))
    lock(one)
    if one.state is not RoundState.PLANNED:
        return False
    one.state = RoundState.OPEN
    _show_everywhere()
    audit.record("survey.round_opened", subject=one, actor=actor)
    return True


def begin_if_due(one: SurveyRound, *, actor: Actor) -> None:
    """Open a round whose first moment is already there, instead of at the worker's next visit."""
    if one.opens_at <= clock.now():
        open_round(one, actor=actor)


def close_round(one: SurveyRound, *, actor: Actor) -> None:
    """Take no more answers. `opening.open_rest` opens what is sealed, or deletes it if there is too little.

    Whoever is sending at this moment is either stored before, or told that it is over: both wait for one row.
    """
    require(permissions.may_run(actor))
    lock(one)
    if one.state is not RoundState.OPEN:
        raise Refusal(_("Diese Befragung läuft nicht."))
    one.state = RoundState.CLOSED
    one.closed_at = clock.now()
    _show_everywhere()
    audit.record("survey.round_closed", subject=one, actor=actor)


def _show_everywhere() -> None:
    """Pages that were kept are made anew."""
    db.session.flush()
    settings.bump(queries.VERSION)


class Stored(Enum):
    """What became of a sent questionnaire."""

    NOW = "now"
    BEFORE = "before"
    CLOSED = "closed"


def store(row_id: str, content: bytes, *, round_id: int) -> Stored:
    """Put a sealed answer into the pool: the one write of a completed survey.

    A row under the same id means that this questionnaire was stored before. On PostgreSQL the round's row is held
    against being closed meanwhile; on SQLite the transaction is the only writer.
    """
    source = (
        select(literal(row_id, String(32)).label("id"), SurveyRound.id, literal(content, LargeBinary).label("content"))
        .where(SurveyRound.id == round_id, SurveyRound.state == RoundState.OPEN, SurveyRound.closes_at > clock.now())
        .with_for_update(read=True)
    )
    upsert = sqlite.insert if db.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = upsert(SealedAnswer).from_select(["id", "round_id", "content"], source).on_conflict_do_nothing()
    # Asked for the row, not for a count of rows: PostgreSQL's driver does not always know one.
    if db.session.execute(statement.returning(SealedAnswer.id)).first() is not None:
        return Stored.NOW
    known = db.session.scalars(select(SealedAnswer.id).filter_by(id=row_id)).one_or_none()
    return Stored.CLOSED if known is None else Stored.BEFORE


def store_several(rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of `sealed_answer` at once, for a story that tells of many respondents."""
    if rows:
        db.session.execute(insert(SealedAnswer), list(rows))

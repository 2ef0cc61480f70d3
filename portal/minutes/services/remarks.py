"""Remarks on minutes: left by readers, answered or noted as done by whoever writes minutes."""

from collections.abc import Collection

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.minutes import permissions, remark_queries
from portal.minutes.models import (
    FormerAnswer,
    MinutesEntry,
    MinutesRemark,
    MinutesState,
    MinutesVersion,
    RemarkState,
)
from portal.minutes.queries import Reader
from portal.minutes.services.people import person_behind
from portal.stakeholders.models import Person

LONGEST = 2000


def add(
    version: MinutesVersion, text: str, *, reader: Reader, actor: Actor, entry: MinutesEntry | None = None
) -> MinutesRemark:
    """Say something on the version, or on one entry of it (field `text`). Sent twice, it stands there once."""
    require(permissions.may_remark(actor, is_participant=reader.is_participant))
    require(reader.sees_drafts or version.state is MinutesState.RELEASED)
    said = clean_text(text).strip()
    if not said:
        raise Refusal(_("Bitte schreiben Sie Ihre Anmerkung."), field="text")
    if len(said) > LONGEST:
        raise Refusal(_("Bitte kürzen Sie den Text auf %(number)s Zeichen.", number=LONGEST), field="text")
    if entry is not None and entry.version_id != version.id:
        raise Refusal(_("Diesen Eintrag gibt es in dieser Fassung nicht."), field="about")
    minutes = lock(version.minutes)
    person, stem = person_behind(actor), None if entry is None else entry.stem
    known = remark_queries.same(minutes, said, stem=stem, person_id=person.id)
    if known is not None:
        return known
    remark = MinutesRemark(
        minutes=minutes,
        version_number=version.number,
        stem=stem,
        text=said,
        person=person,
        organisation_id=actor.organisation_id,
    )
    db.session.add(remark)
    db.session.flush()
    audit.record("minutes.remark_added", subject=minutes, actor=actor)
    return remark


def finish(remark: MinutesRemark, answer: str, *, actor: Actor) -> None:
    """Note that the remark is dealt with, with an answer or without (field `answer`)."""
    require(permissions.may_answer_remarks(actor))
    said = clean_text(answer).strip()
    if len(said) > LONGEST:
        raise Refusal(_("Bitte kürzen Sie den Text auf %(number)s Zeichen.", number=LONGEST), field="answer")
    lock(remark)
    if not remark.is_open:
        raise Refusal(_("Diese Anmerkung ist schon erledigt."))
    _finish(remark, said, by=person_behind(actor))
    db.session.flush()
    audit.record("minutes.remark_done", subject=remark.minutes, actor=actor)


def reopen(remark: MinutesRemark, *, actor: Actor) -> None:
    """The remark waits for an answer again; the one it had is kept as a former one."""
    require(permissions.may_answer_remarks(actor))
    lock(remark)
    if remark.is_open:
        return
    if remark.answer:
        assert remark.done_at is not None
        remark.former_answers.append(FormerAnswer(text=remark.answer, answered_at=remark.done_at))
    remark.state, remark.answer, remark.done_at, remark.done_by = RemarkState.OPEN, "", None, None
    db.session.flush()
    audit.record("minutes.remark_reopened", subject=remark.minutes, actor=actor)


def name(remarks: Collection[MinutesRemark], correction: MinutesVersion) -> None:
    """The correction is written to answer these; part of beginning it."""
    for remark in remarks:
        lock(remark)
        if remark.is_open and remark.minutes_id == correction.minutes_id:
            remark.correction = correction
    db.session.flush()


def settle(correction: MinutesVersion, *, by: Person) -> None:
    """The correction is released, and with it the remarks it answers are dealt with; part of releasing it."""
    for remark in remark_queries.named_by(correction.id):
        _finish(remark, "", by=by)
    db.session.flush()


def _finish(remark: MinutesRemark, answer: str, *, by: Person) -> None:
    remark.state, remark.answer, remark.done_at, remark.done_by = RemarkState.DONE, answer, clock.now(), by

"""What the county does with a statement: review, ask back, answer, decide, follow, release."""

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.audit.details import changed
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.formats import number
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.needs import mails, permissions, queries, states
from portal.needs.models import NeedsStatement, StatementAnswer, StatementState, StatementStep
from portal.settings import services as settings
from portal.stakeholders import queries as stakeholders

TEXT_LENGTH = 5000
# What has to be told with these steps: where it is being done, what came of it.
_NOTED = frozenset({StatementState.IN_MEASURE, StatementState.EFFECT_REVIEWED})


def take_into_review(statement: NeedsStatement, *, actor: Actor) -> None:
    """Somebody of the county looks at it now."""
    require(permissions.may_review(actor))
    lock(statement)
    if statement.state is not StatementState.SUBMITTED:
        raise Refusal(_("Der Hinweis ist schon in Prüfung oder weiter."))
    _advance(statement, StatementState.IN_REVIEW, actor=actor)


def ask_back(statement: NeedsStatement, question: str, *, actor: Actor, tells: bool = True) -> None:
    """Ask the sender, who answers in the portal."""
    require(permissions.may_review(actor))
    text = _text(question, field="question", empty=_("Bitte schreiben Sie Ihre Frage."))
    lock(statement)
    step = _advance(statement, StatementState.QUERY, actor=actor, note=text)
    if tells:
        mails.asked_back(statement, step)


def reply(statement: NeedsStatement, text: str, *, actor: Actor) -> None:
    """The sender's answer to the question; the review goes on."""
    clean = _text(text, field="reply", empty=_("Bitte schreiben Sie Ihre Antwort."))
    lock(statement)
    if statement.state is not StatementState.QUERY and permissions.is_own(actor, statement):
        raise Refusal(_("Diese Rückfrage ist schon beantwortet."))
    require(permissions.may_reply_to_query(actor, statement))
    _advance(statement, StatementState.IN_REVIEW, actor=actor, note=clean)


def go_on_without_reply(statement: NeedsStatement, reason: str, *, actor: Actor) -> None:
    """Take up the review again although the sender did not answer in the portal (by telephone, or not at all)."""
    require(permissions.may_review(actor))
    text = _text(reason, field="reason", empty=_("Bitte schreiben Sie, warum es ohne Antwort weitergeht."))
    lock(statement)
    if statement.state is not StatementState.QUERY:
        raise Refusal(_("Zu diesem Hinweis ist keine Rückfrage offen."))
    _advance(statement, StatementState.IN_REVIEW, actor=actor, note=text)


def decide(
    statement: NeedsStatement,
    to: StatementState,
    answer: str,
    *,
    actor: Actor,
    into: NeedsStatement | None = None,
    edition: int | None = None,
    tells: bool = True,
) -> StatementAnswer:
    """Adopt, not adopt or merge, always with an official answer; sender and supporters are told.

    Merging needs a target of the same kind that was submitted and is not merged itself. What had been merged into
    this one goes along, so that every sender stays named at the target.
    """
    require(permissions.may_review(actor))
    if to not in states.ANSWERED:
        raise Refusal(_("Bitte wählen Sie, was aus dem Hinweis wird."), field="state")
    text = _text(answer, field="answer", empty=_("Bitte schreiben Sie die fachliche Rückmeldung."))
    if to is StatementState.MERGED:
        _merge(statement, into)
    else:
        lock(statement)
    if edition is not None and edition != statement.edition:
        raise Conflict(_("Der Hinweis wurde inzwischen an anderer Stelle geändert."))
    if to is StatementState.MERGED:
        assert into is not None
        for one in queries.merged_here(statement):
            one.merged_into_id = into.id
        statement.merged_into = into
    _advance(statement, to, actor=actor)
    return _answer(statement, text, actor=actor, tells=tells)


def _merge(statement: NeedsStatement, into: NeedsStatement | None) -> None:
    """Hold both rows, always in the same order, and see that the target can take the other in."""
    if into is None:
        raise Refusal(_("Bitte wählen Sie, womit der Hinweis zusammengeführt wird."), field="into")
    if into.id == statement.id:
        raise Refusal(_("Ein Hinweis kann nicht mit sich selbst zusammengeführt werden."), field="into")
    for one in sorted((statement, into), key=lambda row: row.id):
        lock(one)
    if into.state in {StatementState.DRAFT, StatementState.MERGED} or into.kind is not statement.kind:
        raise Refusal(_("Mit diesem Hinweis kann nicht zusammengeführt werden."), field="into")


def answer_again(statement: NeedsStatement, text: str, *, actor: Actor, tells: bool = True) -> StatementAnswer:
    """A further official answer; the earlier ones stay."""
    require(permissions.may_review(actor))
    clean = _text(text, field="answer", empty=_("Bitte schreiben Sie die fachliche Rückmeldung."))
    lock(statement)
    if statement.state is StatementState.DRAFT:
        raise Refusal(_("Zu einem Entwurf gibt es keine Rückmeldung."))
    if statement.answers and statement.answers[-1].text == clean:
        return statement.answers[-1]  # sent twice
    return _answer(statement, clean, actor=actor, tells=tells)


def follow(
    statement: NeedsStatement, to: StatementState, note: str, *, actor: Actor, tells: bool = True
) -> StatementStep:
    """What is done about an adopted statement: in a measure, implemented, its effect looked at."""
    require(permissions.may_review(actor))
    text = clean_text(note)
    if to in _NOTED or text:
        text = _text(note, field="note", empty=_("Bitte schreiben Sie einen oder zwei Sätze dazu."))
    lock(statement)
    step = _advance(statement, to, actor=actor, note=text)
    if to is StatementState.IN_MEASURE:
        statement.measure_note = text
    elif to is StatementState.EFFECT_REVIEWED:
        statement.effect_note = text
    db.session.flush()
    if tells:
        mails.moved_on(statement, step)
    return step


def release(statement: NeedsStatement, is_public: bool, *, actor: Actor) -> None:
    """Show the text to everybody, or no longer. Whoever releases has seen that it names nobody."""
    require(permissions.may_release(actor))
    lock(statement)
    if statement.state is StatementState.DRAFT:
        raise Refusal(_("Ein Entwurf ist nie öffentlich."))
    if statement.is_public is not is_public:
        statement.is_public = is_public
        db.session.flush()
        settings.bump(states.VERSION)
        audit.record("needs.released" if is_public else "needs.withheld", subject=statement, actor=actor)


def _advance(statement: NeedsStatement, to: StatementState, *, actor: Actor, note: str = "") -> StatementStep:
    old = statement.state
    step = states.advance(statement, to, actor=actor, note=note)
    audit.record("needs.moved", subject=statement, actor=actor, details={"state": changed(old.value, to.value)})
    return step


def _answer(statement: NeedsStatement, text: str, *, actor: Actor, tells: bool) -> StatementAnswer:
    person = None if actor.user_id is None else stakeholders.person_behind_id(actor.user_id)
    answer = StatementAnswer(statement_id=statement.id, text=text, person=person)
    statement.answers.append(answer)
    db.session.flush()
    settings.bump(states.VERSION)
    audit.record("needs.answered", subject=statement, actor=actor)
    if tells:
        mails.answered(statement, answer)
    return answer


def _text(text: str, *, field: str, empty: str) -> str:
    clean = clean_text(text)
    if not clean.strip():
        raise Refusal(empty, field=field)
    if len(clean) > TEXT_LENGTH:
        raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=number(TEXT_LENGTH)), field=field)
    return clean

"""Writing a statement: begin, save step by step, submit, discard.

A draft may stay incomplete and is saved as often as its writer likes; only `submit` asks for everything. Every
save names the edition it was made from: of two people (or tabs) the later one is shown both versions.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from portal.areas.models import Area
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.formats import number
from portal.core.permissions import require
from portal.core.text import clean_text, one_line
from portal.core.transaction import lock
from portal.indicators.models import Indicator
from portal.minutes.models import MinutesEntry
from portal.needs import codes, mails, permissions, queries, states
from portal.needs.models import Intake, NeedsStatement, StatementKind, StatementNumber, StatementState
from portal.planning import queries as planning
from portal.planning.models import Topic
from portal.stakeholders import queries as stakeholders
from portal.stakeholders.models import Organisation, Person

TITLE_LENGTH, REASON_LENGTH, GROUP_LENGTH, NUMBER_LENGTH = 200, 5000, 80, 500
MOST_GROUPS, MOST_NUMBERS, MOST_AREAS = 15, 20, 60


@dataclass(frozen=True)
class NumberRow:
    """A number as typed; `id` of the stored row it replaces. Official ones keep what the portal filled in."""

    text: str
    source: str
    id: int | None = None


def begin(
    organisation: Organisation,
    kind: StatementKind,
    title: str,
    *,
    actor: Actor,
    reason: str = "",
    form_key: str | None = None,
    intake: Intake = Intake.PORTAL,
    tracking_code: str | None = None,
    is_demo: bool = False,
) -> NeedsStatement:
    """A draft. The same `form_key` again hands back what it made the first time.

    `intake` other than *portal* is for the office. `tracking_code` only for the demonstration's own codes.
    """
    require(permissions.may_begin(actor) or actor.is_system)
    if not permissions.may_put_forward(organisation):
        raise Refusal(_cannot_put_forward(organisation), field="organisation")
    require(permissions.may_write_for(actor, organisation))
    if intake is not Intake.PORTAL:
        require(permissions.may_enter_for_others(actor))
    elif actor.organisation_id != organisation.id:
        raise Refusal(_("Bitte geben Sie an, wie der Hinweis zu Ihnen kam."), field="intake")
    known = queries.of_form(form_key) if form_key else None
    if known is not None:
        return known
    period = planning.period_on()
    if period is None:
        raise Refusal(_("Zurzeit läuft keine Planungsperiode. Bitte wenden Sie sich an die Sozialplanung."))
    statement = NeedsStatement(
        organisation=organisation,
        kind=kind,
        title=clean_title(title),
        reason=_reason(reason),
        intake=intake,
        period=period,
        person=_person(actor) if intake is Intake.PORTAL else None,
        entered_by=None if intake is Intake.PORTAL else actor.user_id,
        tracking_code=tracking_code or codes.new(),
        form_key=form_key,
        saved_at=clock.now(),
        is_demo=is_demo or organisation.is_demo,
    )
    try:
        with db.session.begin_nested():
            db.session.add(statement)
    except IntegrityError:
        made = queries.of_form(form_key) if form_key else None
        if made is None:
            raise
        return made
    audit.record("needs.begun", subject=statement, actor=actor, details={"organisation": organisation.id})
    return statement


def from_entry(
    entry: MinutesEntry, organisation: Organisation, title: str, *, actor: Actor, **more: str | bool | None
) -> NeedsStatement:
    """A draft for the organisation, made of a need or resource of released minutes; its origin is kept.

    Refuses what the organisation already has a statement of (field `organisation`), in whichever version of the
    minutes. Areas of the event, topics and indicators of the entry are taken over. `more`: see `begin`.
    """
    require(permissions.may_enter_for_others(actor))
    lock(organisation)
    known = queries.of_stem(organisation, entry.stem)
    if known is not None:
        raise Refusal(_("Aus diesem Eintrag gibt es für diese Organisation schon einen Hinweis."), field="organisation")
    statement = begin(
        organisation,
        StatementKind(entry.kind.value),
        title,
        actor=actor,
        reason=entry.text,
        intake=Intake.MINUTES,
        tracking_code=_text_or_none(more.get("tracking_code")),
        is_demo=bool(more.get("is_demo")),
    )
    statement.origin_entry = entry
    statement.origin_stem = entry.stem
    statement.topics = list(entry.topics)
    statement.indicators = list(entry.indicators)
    statement.areas = list(entry.about)
    db.session.flush()
    return statement


def _text_or_none(value: str | bool | None) -> str | None:
    return value if isinstance(value, str) else None


def save_subject(
    statement: NeedsStatement,
    *,
    kind: StatementKind,
    title: str,
    reason: str,
    actor: Actor,
    edition: int | None = None,
) -> None:
    """What it is about."""
    _open(statement, actor=actor, edition=edition)
    statement.kind = kind
    statement.title = clean_title(title)
    statement.reason = _reason(reason)
    _saved(statement, actor=actor)


def save_place(
    statement: NeedsStatement,
    *,
    topics: Sequence[Topic],
    areas: Sequence[Area],
    target_groups: Iterable[str],
    actor: Actor,
    edition: int | None = None,
) -> None:
    """Which topics, where and for whom."""
    groups = list(dict.fromkeys(group for group in (one_line(text) for text in target_groups) if group))
    if any(len(group) > GROUP_LENGTH for group in groups):
        raise Refusal(
            _("Bitte kürzen Sie jede Zielgruppe auf %(limit)s Zeichen.", limit=GROUP_LENGTH), field="own_groups"
        )
    if len(groups) > MOST_GROUPS:
        raise Refusal(_("Bitte nennen Sie höchstens %(limit)s Zielgruppen.", limit=MOST_GROUPS), field="own_groups")
    _open(statement, actor=actor, edition=edition)
    statement.topics = list(topics)
    statement.areas = list(areas)[:MOST_AREAS]
    statement.target_groups = groups
    _saved(statement, actor=actor)


def save_numbers(
    statement: NeedsStatement,
    *,
    rows: Sequence[NumberRow],
    indicators: Sequence[Indicator],
    actor: Actor,
    edition: int | None = None,
) -> None:
    """Numbers with their sources, in the order given, and linked indicators. Rows without any text vanish."""
    kept = [NumberRow(one_line(row.text), one_line(row.source), row.id) for row in rows]
    if any(len(part) > NUMBER_LENGTH for row in kept for part in (row.text, row.source)):
        raise Refusal(
            _("Bitte kürzen Sie Zahl und Quelle auf je %(limit)s Zeichen.", limit=NUMBER_LENGTH), field="numbers"
        )
    if len(kept) > MOST_NUMBERS:
        raise Refusal(_("Bitte nennen Sie höchstens %(limit)s Zahlen.", limit=MOST_NUMBERS), field="numbers")
    _open(statement, actor=actor, edition=edition)
    stored = {one.id: one for one in statement.numbers}
    found = []
    for row in kept:
        one = stored.get(row.id) if row.id is not None else None
        if one is not None and one.is_official:
            found.append(one)
        elif row.text or row.source:
            one = one or StatementNumber()
            one.text, one.source = row.text, row.source
            found.append(one)
    for position, one in enumerate(found):
        one.position = position
    statement.numbers = found
    statement.indicators = list(indicators)
    _saved(statement, actor=actor)


def missing(statement: NeedsStatement) -> list[tuple[str, str]]:
    """What a statement still needs before it can be sent: step (`worum`, `ort`, `zahlen`) and words."""
    found = []
    if not statement.reason.strip():
        found.append(("worum", _("Bitte begründen Sie den Hinweis.")))
    if not statement.topics:
        found.append(("ort", _("Bitte wählen Sie mindestens ein Thema.")))
    if not statement.areas:
        found.append(("ort", _("Bitte wählen Sie mindestens einen Ort.")))
    for one in statement.numbers:
        if not one.text:
            found.append(("zahlen", _("Bitte schreiben Sie zur Quelle „%(source)s“ die Zahl.", source=one.source[:60])))
        if not one.source:
            found.append(("zahlen", _("Bitte nennen Sie die Quelle zu „%(number)s“.", number=one.text[:60])))
    return found


def _cannot_put_forward(organisation: Organisation) -> str:
    if organisation.is_archived:
        return _("Diese Organisation steht im Archiv. In ihrem Namen kommen keine neuen Hinweise.")
    return _("Diese Organisation kann noch keine Hinweise einreichen.")


def submit(statement: NeedsStatement, *, actor: Actor, edition: int | None = None, tells: bool = True) -> bool:
    """Hand the draft to the county; False if that was done before. Refuses an incomplete one.

    The sender gets the tracking code by mail. `tells=False` records what happened long ago.
    """
    lock(statement)
    if statement.state is not StatementState.DRAFT:
        require(permissions.may_see_whole(actor, statement))
        return False
    _open(statement, actor=actor, edition=edition)
    if not permissions.may_put_forward(statement.organisation):
        raise Refusal(_cannot_put_forward(statement.organisation))
    gaps = missing(statement)
    if gaps:
        raise Refusal(gaps[0][1], field=gaps[0][0])
    if statement.person is None and statement.intake is Intake.PORTAL:
        statement.person = _person(actor)
    step = states.advance(statement, StatementState.SUBMITTED, actor=actor)
    audit.record("needs.submitted", subject=statement, actor=actor)
    if tells:
        mails.received(statement, step)
    return True


def discard(statement: NeedsStatement, *, actor: Actor) -> None:
    """Delete a draft for good."""
    _open(statement, actor=actor, edition=None)
    audit.record("needs.discarded", subject=statement, actor=actor)
    db.session.delete(statement)
    db.session.flush()


def clean_title(title: str) -> str:
    """A title on one line; refuses an empty one and one that is too long (field `title`)."""
    clean = one_line(title)
    if not clean:
        raise Refusal(_("Bitte geben Sie einen Titel an."), field="title")
    if len(clean) > TITLE_LENGTH:
        raise Refusal(_("Bitte kürzen Sie den Titel auf %(limit)s Zeichen.", limit=TITLE_LENGTH), field="title")
    return clean


def _reason(text: str) -> str:
    clean = clean_text(text)
    if len(clean) > REASON_LENGTH:
        raise Refusal(
            _("Bitte kürzen Sie die Begründung auf %(limit)s Zeichen.", limit=number(REASON_LENGTH)), field="reason"
        )
    return clean


def _open(statement: NeedsStatement, *, actor: Actor, edition: int | None) -> None:
    """Hold the draft; refuses it to others, when it was sent, and when somebody saved it meanwhile."""
    lock(statement)
    if statement.state is not StatementState.DRAFT:
        require(permissions.may_see_whole(actor, statement))
        raise Refusal(_("Dieser Hinweis ist eingereicht und kann nicht mehr geändert werden."))
    if not permissions.may_edit(actor, statement):
        raise Refusal(
            _("Dieser Entwurf gehört zu „%(name)s“. Sie handeln gerade nicht dafür.", name=statement.organisation.name),
            field="organisation",
        )
    if edition is not None and edition != statement.edition:
        raise Conflict(_("Der Entwurf wurde inzwischen an anderer Stelle gespeichert."))


def _saved(statement: NeedsStatement, *, actor: Actor) -> None:
    touch(statement)
    audit.record("needs.saved", subject=statement, actor=actor)


def touch(statement: NeedsStatement) -> None:
    """Note that the draft was saved now; its edition moves on whichever part of it changed."""
    statement.saved_at = clock.now()
    flag_modified(statement, "saved_at")
    db.session.flush()


def _person(actor: Actor) -> Person | None:
    return None if actor.user_id is None else stakeholders.person_behind_id(actor.user_id)

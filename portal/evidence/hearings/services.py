"""The municipalities concerned are heard before a finding about them is published."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import gettext as _

from portal.areas.models import Area, AreaKind
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require, require_visible
from portal.core.transaction import lock, transaction
from portal.evidence import finding_queries, mails, permissions
from portal.evidence.hearings import notices
from portal.evidence.hearings import queries as hearing_queries
from portal.evidence.models import Finding, FindingHearing, FindingState, FormerStatement
from portal.evidence.parameters import HEARING_DAYS, REMINDER_DAYS
from portal.evidence.progress import checked, held, step, touched
from portal.outbox import queries as outbox
from portal.settings import services as settings
from portal.stakeholders.models import Organisation


def open_hearing(
    finding: Finding,
    municipalities: Sequence[Area],
    *,
    actor: Actor,
    edition: int | None = None,
    tell: bool = True,
) -> list[FindingHearing]:
    """Send the co-signed finding to municipalities; those who act for them are told by mail, once each.

    `tell=False` where the county tells them by other means.
    """
    require(permissions.may_adopt(actor))
    held(finding, edition, actor=actor)
    if not municipalities:
        raise Refusal(_("Bitte wählen Sie mindestens eine Gemeinde."), field="municipalities")
    if any(place.kind is not AreaKind.MUNICIPALITY for place in municipalities):
        raise Refusal(_("Angehört werden Städte und Gemeinden."), field="municipalities")
    step(finding, FindingState.HEARING, actor=actor)
    begins = clock.today()
    ends = begins + timedelta(days=settings.get(HEARING_DAYS))
    found = [
        FindingHearing(
            finding_id=finding.id,
            version_id=finding.latest.id,
            municipality=place,
            begins_on=begins,
            ends_on=ends,
            by_mail=tell,
        )
        for place in municipalities
    ]
    for former in finding.hearings:
        former.letter_news = None  # the letter of the new hearing says all there is to say
    finding.hearings.extend(found)
    db.session.flush()
    audit.record("evidence.hearing", subject=finding, actor=actor, details={"municipalities": len(found)})
    if tell:
        people = hearing_queries.people_heard(municipalities, begins)
        mails.hearing_opened(finding, people, ends_on=ends)
        notices.note_mailed(found, people)
    return found


def state_position(hearing: FindingHearing, text: str, *, actor: Actor) -> None:
    """A municipality's statement, printed with the finding. Until its last day, and once.

    By whoever acts for the municipality or its association, or by the planner whom it reached by letter or mail;
    `NotFound` for everybody else.
    """
    lock(hearing)
    places = hearing_queries.administered_places(actor)
    speaks = permissions.may_speak_for(actor, places, hearing.municipality_id)
    require_visible(hearing, speaks or permissions.may_enter_statements(actor))
    finding = _running(hearing, actor=actor)
    if hearing.stated_at is not None:
        raise Refusal(_("Für diese Gemeinde liegt schon eine Stellungnahme vor. Sie wird so abgedruckt."))
    hearing.statement = checked(text, field="text")
    hearing.stated_at = clock.now()
    hearing.organisation = db.session.get(Organisation, actor.organisation_id) if speaks else None
    touched(finding)
    db.session.flush()
    details = {"municipality": hearing.municipality_id}
    if speaks:
        audit.record("evidence.stated", subject=finding, actor=actor, details=details)
    else:
        audit.record("evidence.statement_entered", subject=finding, actor=actor, details=details)


def correct_statement(hearing: FindingHearing, text: str | None, *, actor: Actor) -> None:
    """Put right what the office entered of a municipality's letter, while the hearing runs; None takes it back.

    What stood there before is kept. `NotFound` where the municipality stated its position itself, and for everybody
    who does not enter statements.
    """
    lock(hearing)
    require_visible(hearing, permissions.may_correct_statement(actor, hearing))
    finding = _running(hearing, actor=actor)
    words = "" if text is None else checked(text, field="text")
    if words == hearing.statement:
        return
    assert hearing.stated_at is not None
    db.session.add(
        FormerStatement(
            hearing_id=hearing.id, text=hearing.statement, stated_at=hearing.stated_at, user_id=actor.user_id
        )
    )
    hearing.statement = words
    hearing.stated_at = clock.now() if words else None
    touched(finding)
    db.session.flush()
    details = {"municipality": hearing.municipality_id}
    if words:
        audit.record("evidence.statement_corrected", subject=finding, actor=actor, details=details)
    else:
        audit.record("evidence.statement_taken_back", subject=finding, actor=actor, details=details)


def _running(hearing: FindingHearing, *, actor: Actor) -> Finding:
    """The finding, locked; `Refusal` if the hearing takes no statements any more."""
    finding = held(hearing.finding, None, actor=actor)
    if finding.state is not FindingState.HEARING or hearing.version_id != finding.latest.id:
        raise Refusal(_("Zu dieser Fassung werden keine Stellungnahmen mehr angenommen."))
    if clock.today() > hearing.ends_on:
        raise Refusal(_("Die Anhörung ist beendet. Bitte wenden Sie sich an die Sozialplanung."))
    return finding


def remind(finding: Finding, *, actor: Actor) -> int:
    """Remind the municipalities that have not answered, before their last day; how many were reminded.

    Once each: who was reminded is noted with the mail, and a mail of the same occasion is written only once.
    """
    require(permissions.may_remind(actor))
    held(finding, None, actor=actor)
    silent = [one for one in finding.current_hearings if _is_to_be_reminded(one)]
    if finding.state is not FindingState.HEARING or not silent:
        return 0
    places = [one.municipality for one in silent]
    mails.hearing_ends(finding, hearing_queries.people_heard(places, clock.today()), ends_on=silent[0].ends_on)
    for one in silent:
        one.reminded_at = clock.now()
    db.session.flush()
    audit.record("evidence.reminded", subject=finding, actor=actor, details={"municipalities": len(silent)})
    return len(silent)


def tell_newcomers(finding: Finding, *, actor: Actor) -> int:
    """Tell those who act for a silent municipality only since its hearing was opened; how many got the mail.

    They may have been named, confirmed, or given an address meanwhile: whoever has not had this mail gets it, once.
    """
    require(permissions.may_remind(actor))
    held(finding, None, actor=actor)
    silent = [one for one in finding.current_hearings if one.by_mail and _is_awaited(one)]
    if finding.state is not FindingState.HEARING or not silent:
        return 0
    people = hearing_queries.people_heard([one.municipality for one in silent], clock.today())
    told = outbox.recipients(mails.opening(finding))
    new = [(person, place) for person, place in people if person.email is not None and person.email not in told]
    if not new:
        return 0
    mails.hearing_opened(finding, new, ends_on=silent[0].ends_on)
    notices.note_mailed(silent, new)
    count = len({person.id for person, _place in new})
    audit.record("evidence.newcomers_told", subject=finding, actor=actor, details={"people": count})
    return count


def _is_awaited(hearing: FindingHearing) -> bool:
    return hearing.stated_at is None and hearing.begins_on <= clock.today() <= hearing.ends_on


def tell_all_newcomers() -> int:
    """Tell them in every running hearing; how many people. Its own transactions."""
    count = 0
    for finding in finding_queries.in_hearing():
        if any(one.by_mail and _is_awaited(one) for one in finding.current_hearings):
            with transaction():
                count += tell_newcomers(finding, actor=SYSTEM)
    return count


def _is_to_be_reminded(hearing: FindingHearing) -> bool:
    today = clock.today()
    begins = max(hearing.ends_on - timedelta(days=settings.get(REMINDER_DAYS)), hearing.begins_on + timedelta(days=1))
    return hearing.stated_at is None and hearing.reminded_at is None and begins <= today <= hearing.ends_on


def remind_all() -> int:
    """Remind in every running hearing; how many municipalities. Its own transactions."""
    count = 0
    for finding in finding_queries.in_hearing():
        if any(_is_to_be_reminded(one) for one in finding.current_hearings):
            with transaction():
                count += remind(finding, actor=SYSTEM)
    return count

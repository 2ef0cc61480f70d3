"""Whom a hearing has reached, by mail or by letter, and who has to be told that it stops or goes on."""

from collections.abc import Sequence

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.evidence import mails, permissions
from portal.evidence.hearings import queries as hearing_queries
from portal.evidence.models import Finding, FindingHearing, FindingState, LetterNews
from portal.evidence.progress import held, touched
from portal.stakeholders.models import Person


def note_mailed(hearings: Sequence[FindingHearing], people: Sequence[tuple[Person, object]]) -> None:
    """A mail about their hearing was written to these people."""
    reached = {getattr(place, "id", None) for person, place in people if person.email is not None}
    for hearing in hearings:
        if hearing.municipality_id in reached and hearing.mailed_on is None:
            hearing.mailed_on = clock.today()


def is_running(finding: Finding) -> bool:
    """Whether statements are still taken."""
    return finding.state is FindingState.HEARING and bool(_open(finding))


def stopped(finding: Finding) -> None:
    """The running hearing has ended before its time: those who were told of it are told."""
    hearings = _told(finding)
    if hearings:
        people = hearing_queries.people_heard([one.municipality for one in hearings], clock.today())
        mails.hearing_stopped(finding, people, ends_on=hearings[0].ends_on)
        _by_letter(hearings, people, LetterNews.STOPPED, takes_back=LetterNews.RESUMED)


def goes_on(finding: Finding) -> None:
    """The hearing is running again: those who were told that it stopped are told."""
    hearings = _told(finding)
    if hearings:
        people = hearing_queries.people_heard([one.municipality for one in hearings], clock.today())
        mails.hearing_goes_on(finding, people, ends_on=hearings[0].ends_on)
        _by_letter(hearings, people, LetterNews.RESUMED, takes_back=LetterNews.STOPPED)


def _open(finding: Finding) -> list[FindingHearing]:
    return [one for one in finding.current_hearings if clock.today() <= one.ends_on]


def _told(finding: Finding) -> list[FindingHearing]:
    """Hearings the portal itself told of; who does not know of one need not hear that it stops."""
    return [one for one in _open(finding) if one.by_mail and one.is_reached]


def _by_letter(
    hearings: Sequence[FindingHearing],
    people: Sequence[tuple[Person, object]],
    news: LetterNews,
    *,
    takes_back: LetterNews,
) -> None:
    """Who has no mail gets a letter; one that was never posted and is overtaken is not written at all."""
    mailed = {getattr(place, "id", None) for person, place in people if person.email is not None}
    for hearing in hearings:
        if hearing.municipality_id not in mailed:
            hearing.letter_news = None if hearing.letter_news is takes_back else news
    db.session.flush()


def waiting(finding: Finding) -> list[FindingHearing]:
    """Hearings whose municipality has to get a letter now: no mail reached it, or it has to know of a change."""
    return [one for one in finding.hearings if needs_letter(finding, one)]


def needs_letter(finding: Finding, hearing: FindingHearing) -> bool:
    if hearing.letter_news is not None:
        return True
    return is_running(finding) and hearing in _open(finding) and not hearing.is_reached


def note_posted(finding: Finding, numbers: Sequence[int], *, actor: Actor) -> int:
    """Note that the letters of these hearings went to the post today; how many are new."""
    require(permissions.may_adopt(actor))
    held(finding, None, actor=actor)
    posted = [one for one in waiting(finding) if one.id in numbers]
    for one in posted:
        one.letter_on, one.letter_news = clock.today(), None
    if posted:
        touched(finding)
        db.session.flush()
        audit.record("evidence.letters_posted", subject=finding, actor=actor, details={"municipalities": len(posted)})
    return len(posted)

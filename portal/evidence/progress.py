"""One step of a finding: the new state, who and why, in the same transaction as the change itself."""

from flask_babel import gettext as _
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import User
from portal.audit import queries as audit
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.formats import number
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.evidence import states
from portal.evidence.models import Finding, FindingState, FindingStep
from portal.evidence.queries import VERSION
from portal.settings import services as settings
from portal.stakeholders import services as stakeholders
from portal.stakeholders.models import Person

TEXT_LENGTH = 5000


def held(finding: Finding, edition: int | None, *, actor: Actor) -> Finding:
    """The finding, locked and read anew; `Conflict` if somebody carried it on since `edition`, be it the actor."""
    lock(finding)
    if edition is not None and finding.edition != edition:
        if actor.user_id is not None and audit.last_hand(finding) == actor.user_id:
            raise Conflict(
                _(
                    "Sie haben diesen Befund inzwischen in einem anderen Fenster weiterbearbeitet. "
                    "Es wurde nichts überschrieben."
                ),
            )
        raise Conflict(
            _("Inzwischen hat jemand anderes an diesem Befund gearbeitet. Es wurde nichts überschrieben."),
        )
    return finding


def step(finding: Finding, new: FindingState, *, actor: Actor, reason: str = "", resumes: bool = False) -> FindingStep:
    """Bring the finding into a state; `Refusal` if it cannot come from where it is. The caller records it.

    `resumes`: back to where it stood before it was opened again.
    """
    with db.session.no_autoflush:  # the state and what belongs to it are written together
        old = finding.state if finding.steps else None
    if not states.may_follow(old, new, resumes=resumes):
        raise Refusal(_("Das geht in diesem Stand des Befunds nicht: %(state)s.", state=finding.state.label))
    finding.state = new
    found = FindingStep(finding_id=finding.id, old_state=old, new_state=new, reason=reason, user_id=actor.user_id)
    finding.steps.append(found)
    touched(finding)
    db.session.flush()
    return found


def touched(finding: Finding) -> None:
    """Something about the finding changed: pages made of findings are out of date, and so is an open form."""
    # Rows of other tables do not count the edition up by themselves.
    finding.touched_at = clock.now()
    flag_modified(finding, "touched_at")  # counts the edition up even within the clock's resolution
    settings.bump(VERSION)


def person_of(actor: Actor) -> Person:
    """The person who acts; findings name people, not accounts, because they outlive them."""
    user = None if actor.user_id is None else db.session.get(User, actor.user_id)
    if user is None:
        raise NotAllowed
    return stakeholders.person_behind(user, actor=SYSTEM)


def checked(text: str | None, *, field: str, required: bool = True) -> str:
    """A text people typed, cleaned; `Refusal` at its field if it is missing or too long."""
    clean = clean_text(text or "").strip()
    if required and not clean:
        raise Refusal(_("Bitte füllen Sie dieses Feld aus."), field=field)
    if len(clean) > TEXT_LENGTH:
        words = _("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=number(TEXT_LENGTH))
        raise Refusal(words, field=field)
    return clean

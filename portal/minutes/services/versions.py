"""Beginning minutes, and what happens to a version: handed in, co-signed, given back, corrected."""

from collections.abc import Collection

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.conferences.models import Conference, ConferenceState
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db, new_public_id
from portal.core.errors import Refusal
from portal.core.formats import datetime_short
from portal.core.permissions import require
from portal.core.text import clean_text
from portal.core.transaction import lock
from portal.minutes import permissions, queries, states
from portal.minutes.models import Minutes, MinutesEntry, MinutesRemark, MinutesState, MinutesStep, MinutesVersion
from portal.minutes.services import remarks
from portal.minutes.services.people import person_behind
from portal.settings import services as settings

REASON_LENGTH = 2000
# Data version of what released minutes say.
VERSION = "minutes"


def begin(conference: Conference, *, actor: Actor) -> Minutes:
    """Begin the minutes of an event that has begun; those that are there already come back unchanged.

    They are internal even where the event was public: whether everybody reads them is decided by a person who has
    looked for names.
    """
    require(permissions.may_write(actor))
    lock(conference)
    present = queries.minutes_of(conference)
    if present is not None:
        return present
    if not permissions.may_begin(actor, conference):
        raise Refusal(not_yet(conference))
    minutes = Minutes(conference=conference, is_demo=conference.is_demo)
    db.session.add(minutes)
    db.session.flush()
    _add_version(minutes, number=1, actor=actor)
    audit.record("minutes.begun", subject=minutes, actor=actor)
    return minutes


def not_yet(conference: Conference) -> str:
    """Why the minutes of the event cannot be begun."""
    if conference.state is ConferenceState.CANCELLED:
        return _("Diese Veranstaltung ist abgesagt. Ein Protokoll gibt es nicht.")
    if conference.state is ConferenceState.DRAFT:
        return _("Der Termin steht noch nicht fest. Ein Protokoll beginnt erst mit der Veranstaltung.")
    return _(
        "Die Veranstaltung beginnt am %(when)s Uhr. Vorher lässt sich kein Protokoll schreiben.",
        when=datetime_short(conference.begins),
    )


def submit(version: MinutesVersion, *, actor: Actor, is_checked: bool = False) -> None:
    """Hand the draft in for the second signature. Refuses empty minutes and those of an event still to come.

    The correction of public minutes is read by everybody once it is released: `is_checked` says that somebody has
    looked for names in it.
    """
    require(permissions.may_write(actor))
    lock(version.minutes)
    lock(version)
    if version.state is MinutesState.DRAFT and not version.entries:
        raise Refusal(_("Ein leeres Protokoll kann nicht zur Mitzeichnung. Bitte schreiben Sie zuerst einen Eintrag."))
    if not version.minutes.conference.has_begun:
        raise Refusal(_("Die Veranstaltung hat noch nicht stattgefunden."))
    if version.minutes.is_public and not is_checked:
        raise Refusal(
            _(
                "Das Protokoll ist öffentlich. Bitte prüfen Sie zuerst, dass auch in dieser Fassung keine Namen oder "
                "Angaben zu einzelnen Personen stehen, und kreuzen Sie das an."
            )
        )
    states.advance(version, MinutesState.SUBMITTED, actor=actor)
    version.submitted_at = clock.now()
    version.returned_reason = ""
    db.session.flush()
    audit.record("minutes.submitted", subject=version, actor=actor)


def take_back(version: MinutesVersion, *, actor: Actor) -> None:
    """Go on writing at what was handed in and not yet co-signed."""
    require(permissions.may_write(actor))
    lock(version)
    states.advance(version, MinutesState.DRAFT, actor=actor)
    version.submitted_at = None
    db.session.flush()
    audit.record("minutes.taken_back", subject=version, actor=actor)


def release(version: MinutesVersion, *, actor: Actor) -> None:
    """Co-sign: from now on the version stays as it is. Never by whoever wrote in it."""
    lock(version.minutes)
    lock(version)
    require(permissions.may_cosign(actor, version))
    if version.state is MinutesState.SUBMITTED and not version.entries:
        raise Refusal(_("Ein leeres Protokoll kann nicht freigegeben werden."))
    cosigner = person_behind(actor)
    require(cosigner.id != version.written_by_id)
    states.advance(version, MinutesState.RELEASED, actor=actor)
    version.cosigned_by = cosigner
    version.released_at = clock.now()
    remarks.settle(version, by=cosigner)
    settings.bump(VERSION)
    db.session.flush()
    audit.record("minutes.released", subject=version, actor=actor, details={"version": version.number})


def give_back(version: MinutesVersion, reason: str, *, actor: Actor) -> None:
    """Return the version to its writer and say what is missing (field `reason`)."""
    lock(version)
    require(permissions.may_cosign(actor, version))
    said = checked_reason(reason, _("Bitte schreiben Sie, was zu ändern ist."))
    if version.state is not MinutesState.SUBMITTED:
        raise Refusal(_("Das Protokoll wartet nicht auf eine Mitzeichnung."))
    states.advance(version, MinutesState.DRAFT, actor=actor, reason=said)
    version.returned_reason = said
    version.submitted_at = None
    db.session.flush()
    audit.record("minutes.given_back", subject=version, actor=actor)


def correct(minutes: Minutes, reason: str, *, actor: Actor, answers: Collection[MinutesRemark] = ()) -> MinutesVersion:
    """Begin the next version as a copy of the released one; readers see why (field `reason`).

    `answers`: remarks it is written for; with its release they are dealt with.
    """
    require(permissions.may_write(actor))
    said = checked_reason(reason, _("Bitte schreiben Sie, was berichtigt wird. Alle lesen diesen Grund."))
    lock(minutes)
    last = minutes.versions[-1]
    if last.state is not MinutesState.RELEASED:
        raise Refusal(_("An Fassung %(number)s wird schon geschrieben.", number=last.number))
    version = _add_version(minutes, number=last.number + 1, actor=actor, correction_reason=said)
    for entry in queries.entries_of(last):
        version.entries.append(
            MinutesEntry(
                stem=entry.stem,
                agenda_item_id=entry.agenda_item_id,
                position=entry.position,
                kind=entry.kind,
                text=entry.text,
                owner_id=entry.owner_id,
                due_on=entry.due_on,
                topics=list(entry.topics),
                indicators=list(entry.indicators),
                raised_by=list(entry.raised_by),
                places=list(entry.places),
            )
        )
    db.session.flush()
    remarks.name(answers, version)
    audit.record("minutes.correction_begun", subject=version, actor=actor, details={"version": version.number})
    return version


def discard(version: MinutesVersion, *, actor: Actor) -> None:
    """Throw a draft away: of a correction the whole copy, of a first version only an empty one (with its minutes)."""
    require(permissions.may_write(actor))
    minutes = lock(version.minutes)
    lock(version)
    if version.state is not MinutesState.DRAFT:
        raise Refusal(_("Nur ein Entwurf kann verworfen werden."))
    if version.number == 1 and version.entries:
        raise Refusal(_("Das Protokoll hat Einträge. Löschen Sie zuerst die Einträge."))
    audit.record("minutes.discarded", subject=version, actor=actor, details={"version": version.number})
    if version.number == 1:
        db.session.delete(minutes)
    else:
        minutes.versions.remove(version)
    db.session.flush()


def set_public(minutes: Minutes, is_public: bool, *, actor: Actor) -> None:
    """Whether everybody may read the released version, without personal data.

    Refuses to publish while a version is being written or waits for its second signature: nobody has read it yet.
    """
    require(permissions.may_publish(actor))
    lock(minutes)
    if is_public and minutes.versions[-1].state is not MinutesState.RELEASED:
        raise Refusal(_("Öffentlich werden kann ein Protokoll erst, wenn seine neueste Fassung freigegeben ist."))
    if minutes.is_public is is_public:
        return
    minutes.is_public = is_public
    settings.bump(VERSION)
    db.session.flush()
    audit.record("minutes.made_public" if is_public else "minutes.made_internal", subject=minutes, actor=actor)


def checked_reason(reason: str, missing: str) -> str:
    """A reason in clean words; refuses none and one that is too long (field `reason`)."""
    said = clean_text(reason).strip()
    if not said:
        raise Refusal(missing, field="reason")
    if len(said) > REASON_LENGTH:
        raise Refusal(_("Bitte kürzen Sie den Text auf %(number)s Zeichen.", number=REASON_LENGTH), field="reason")
    return said


def _add_version(minutes: Minutes, *, number: int, actor: Actor, correction_reason: str = "") -> MinutesVersion:
    version = MinutesVersion(
        minutes=minutes,
        number=number,
        written_by=person_behind(actor),
        correction_reason=correction_reason,
        public_id=new_public_id(),
    )
    db.session.add(version)
    db.session.flush()
    db.session.add(
        MinutesStep(
            version_id=version.id,
            old_state=None,
            new_state=MinutesState.DRAFT,
            reason=correction_reason,
            user_id=actor.user_id,
        )
    )
    return version

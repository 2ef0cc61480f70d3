"""An event as it goes into the calendars of those who come: invited people and deputies."""

import hashlib

from flask_babel import gettext as _

from portal.conferences import announced, contact
from portal.conferences.calendar import Entry, PartStat, Party
from portal.conferences.models import Conference, DeputyReply, Invitation, Reply
from portal.core import clock
from portal.outbox import office
from portal.settings import services as settings

_OF_REPLY = {
    Reply.NONE: PartStat.NEEDS_ACTION,
    Reply.ACCEPTED: PartStat.ACCEPTED,
    Reply.TENTATIVE: PartStat.TENTATIVE,
    Reply.DECLINED: PartStat.DECLINED,
    Reply.DEPUTY: PartStat.DELEGATED,
    Reply.WAITING_LIST: PartStat.TENTATIVE,
}
_OF_DEPUTY = {
    DeputyReply.NONE: PartStat.NEEDS_ACTION,
    DeputyReply.ACCEPTED: PartStat.ACCEPTED,
    DeputyReply.DECLINED: PartStat.DECLINED,
}


def organiser() -> Party:
    """The office that invites."""
    return Party(name=settings.get("site.office_name"), email=office.email())


def entry(conference: Conference, *, uid: str, sequence: int, description: str) -> Entry:
    """The event as it stands now, under the given UID and number."""
    return Entry(
        uid=uid,
        sequence=sequence,
        title=conference.title,
        starts_at=conference.starts_at,
        ends_at=conference.ends_at,
        zone=conference.zone,
        stamp=clock.now(),
        place=announced.where(conference),
        description=description,
        contact=contact.of(conference).line,
    )


def with_address(conference: Conference, words: str) -> str:
    """The entry's description: the address of the meeting, where there is one, before the words."""
    if not conference.online_url:
        return words
    return _("Online-Sitzung: %(link)s", link=conference.online_url) + "\n" + words


def deputy_uid(invitation: Invitation, nonce: str) -> str:
    """UID of the entry of the deputy who was given the nonce.

    Not the event's: a deputy may be invited themselves, and taking back the one entry must leave the other. Somebody
    who is named again gets a new entry, as the earlier one was cancelled.
    """
    host = invitation.conference.uid.rpartition("@")[2]
    part = hashlib.sha256(f"{invitation.public_id}\0{nonce}".encode()).hexdigest()[:32]
    return f"{part}@{host}"


def standing_of(invitation: Invitation, *, moved: int) -> PartStat:
    """What the calendar says of the invited person; open again where they are asked anew."""
    return PartStat.NEEDS_ACTION if is_asked_anew(invitation, moved=moved) else _OF_REPLY[invitation.reply]


def is_asked_anew(invitation: Invitation, *, moved: int) -> bool:
    """Whether the reply was given before day or time changed."""
    return invitation.reply_sequence is not None and invitation.reply_sequence < moved


def standing_of_deputy(invitation: Invitation, *, is_moved: bool) -> PartStat:
    """The same of the deputy; `is_moved`: the change that is told is one of day or time."""
    return PartStat.NEEDS_ACTION if is_moved else _OF_DEPUTY[invitation.deputy_reply]

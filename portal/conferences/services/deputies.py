"""Who stands in for an invited person: named in that person's reply, told by mail, and what they answer themselves."""

import hashlib
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.conferences import deputy_mails, links, reply_mails
from portal.conferences.models import DeputyReply, Invitation, Reply, ReplyChannel
from portal.conferences.services import access_needs, replying
from portal.conferences.services.access_needs import AccessWish
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.stakeholders.models import Person


@dataclass(frozen=True)
class Mailed:
    """A deputy with an address, as they were named when they were told."""

    name: str
    email: str
    nonce: str


def name(invitation: Invitation, called: str, email: str | None, person: Person | None) -> None:
    """Keep who stands in, or that nobody does.

    Another deputy, or none: the former one's link is over, and so is what they answered. Somebody with the same
    address is the same, however they are called; without one the name has to be the same.
    """
    present = invitation.deputy_email or (invitation.deputy_id, invitation.deputy_name)
    is_same = present == (email or (None if person is None else person.id, called))
    invitation.deputy_name, invitation.deputy_email, invitation.deputy = called, email, person
    if is_same:
        return
    invitation.deputy_nonce = links.new_nonce() if email else ""
    invitation.deputy_reply, invitation.deputy_replied_at, invitation.deputy_note = DeputyReply.NONE, None, ""
    invitation.deputy_channel = None
    access_needs.forget(invitation, of_deputy=True)


def mailed(invitation: Invitation) -> Mailed | None:
    """The deputy who was told, or has to be; None if nobody stands in or no address is known."""
    if invitation.reply is not Reply.DEPUTY or invitation.deputy_email is None:
        return None
    return Mailed(invitation.deputy_name, invitation.deputy_email, invitation.deputy_nonce)


def tell(invitation: Invitation, *, former: Mailed | None) -> None:
    """A deputy who is new gets the invitation; the former one, if no longer needed, is told so."""
    now = mailed(invitation)
    if former is not None and (now is None or now.email != former.email):
        deputy_mails.release(invitation, former.email, former.name, nonce=former.nonce)
    if now is not None and (former is None or former.email != now.email):
        deputy_mails.invite(invitation)


def record_reply(
    invitation: Invitation,
    reply: DeputyReply,
    *,
    channel: ReplyChannel,
    actor: Actor,
    nonce: str = "",
    note: str = "",
    access: AccessWish | None = None,
    seen: str | None = None,
) -> bool:
    """Note whether the deputy comes; False if all of it was known already.

    Who may and how long: see `replying.begin`. The invited person's reply and seat stay as they are: that person is
    told when the deputy cannot come, and when the deputy can after all. Needs of a deputy who does not come are
    deleted. Through the link refused with the `nonce` of somebody who is no longer the deputy; the office enters it
    for whoever is named. `DeputyReply.NONE` takes it back. `seen` is the `mark` the office had before its eyes:
    `Conflict` if another answer came in between that says something else than this.
    """
    replying.begin(invitation, channel=channel, actor=actor)
    if invitation.reply is not Reply.DEPUTY or (channel is ReplyChannel.LINK and not is_deputy(invitation, nonce)):
        raise Refusal(
            _("Inzwischen ist eine andere Antwort eingegangen: Sie müssen nicht mehr vertreten.")
            if channel is ReplyChannel.LINK
            else _("Inzwischen ist eine andere Antwort eingegangen: Es ist keine Vertretung mehr nötig.")
        )
    before = invitation.deputy_reply
    words = "" if reply is DeputyReply.NONE else replying.checked_note(note)
    is_new = (reply, words) != (before, invitation.deputy_note)
    if is_new and seen is not None and seen != mark(invitation):
        raise Conflict(_("Inzwischen ist eine andere Rückmeldung eingegangen. Nichts wurde überschrieben."))
    if reply is not DeputyReply.ACCEPTED:
        needs_changed = access_needs.forget(invitation, of_deputy=True)
    else:
        needs_changed = False if access is None else access_needs.keep(invitation, access, of_deputy=True)
    if not is_new and not needs_changed:
        return False
    if is_new:
        is_given = reply is not DeputyReply.NONE
        invitation.deputy_reply, invitation.deputy_note = reply, words
        invitation.deputy_replied_at = clock.now() if is_given else None
        invitation.deputy_channel = channel if is_given else None
        db.session.flush()
    audit.record(
        "conferences.deputy_replied",
        subject=invitation,
        actor=actor,
        details={"deputy": reply.value, "channel": channel.value},
    )
    if tells(before, reply):
        reply_mails.deputy_replied(invitation)
    return True


def mark(invitation: Invitation) -> str:
    """What a form carries along to know this answer again, and of whom it is: 32 characters."""
    parts = (invitation.deputy_nonce, invitation.deputy_called, str(invitation.deputy_replied_at))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def is_deputy(invitation: Invitation, nonce: str) -> bool:
    """Whether whoever was given the nonce stands for the invited person."""
    return invitation.reply is Reply.DEPUTY and bool(nonce) and invitation.deputy_nonce == nonce


def tells(before: DeputyReply, reply: DeputyReply) -> bool:
    """Whether the invited person is told: a deputy who comes is what that person counts on anyway."""
    if reply is DeputyReply.NONE:
        return False
    return reply is not before and DeputyReply.DECLINED in (before, reply)

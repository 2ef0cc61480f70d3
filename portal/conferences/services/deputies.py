"""What deputies answer: through their own link, beside the reply of whoever named them."""

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.conferences import reply_mails
from portal.conferences.models import DeputyReply, Invitation, Reply
from portal.conferences.services import access_needs, replies
from portal.conferences.services.access_needs import AccessWish
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal


def record_reply(
    invitation: Invitation,
    reply: DeputyReply,
    *,
    nonce: str,
    actor: Actor,
    note: str = "",
    access: AccessWish | None = None,
) -> bool:
    """Note whether the deputy comes; False if all of it was known already.

    The invited person's reply and seat stay as they are: that person is told when the deputy cannot come, and when
    the deputy can after all. Needs of a deputy who does not come are deleted. Refused where the invited person was
    (see `replies.refuse_closed`), and with the `nonce` of somebody who is no longer the deputy.
    """
    replies.lock_both(invitation)
    replies.refuse_closed(invitation)
    if not is_deputy(invitation, nonce):
        raise Refusal(_("Inzwischen ist eine andere Antwort eingegangen: Sie müssen nicht mehr vertreten."))
    before, words = invitation.deputy_reply, replies.checked_note(note)
    if reply is DeputyReply.DECLINED:
        needs_changed = access_needs.forget(invitation, of_deputy=True)
    else:
        needs_changed = False if access is None else access_needs.keep(invitation, access, of_deputy=True)
    is_new = (reply, words) != (before, invitation.deputy_note)
    if not is_new and not needs_changed:
        return False
    if is_new:
        invitation.deputy_reply, invitation.deputy_replied_at = reply, clock.now()
        invitation.deputy_note = words
        db.session.flush()
    audit.record("conferences.deputy_replied", subject=invitation, actor=actor, details={"deputy": reply.value})
    if tells(before, reply):
        reply_mails.deputy_replied(invitation)
    return True


def is_deputy(invitation: Invitation, nonce: str) -> bool:
    """Whether whoever was given the nonce stands for the invited person."""
    return invitation.reply is Reply.DEPUTY and bool(nonce) and invitation.deputy_nonce == nonce


def tells(before: DeputyReply, reply: DeputyReply) -> bool:
    """Whether the invited person is told: a deputy who comes is what that person counts on anyway."""
    return reply is not before and DeputyReply.DECLINED in (before, reply)

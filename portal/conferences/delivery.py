"""How far an invitation's mail or letter has come."""

from flask_babel import lazy_gettext as _l

from portal.conferences.models import Invitation
from portal.core.words import Worded
from portal.outbox.models import MessageState


class Delivery(Worded):
    """One word per recipient."""

    NOT_SENT = "not_sent", _l("noch nicht verschickt")
    WAITING = "waiting", _l("wartet")
    SENT = "sent", _l("verschickt")
    UNDELIVERABLE = "undeliverable", _l("unzustellbar")
    TO_PRINT = "to_print", _l("Brief zu drucken")
    PRINTED = "printed", _l("Brief gedruckt")
    WITHDRAWN = "withdrawn", _l("zurückgezogen")

    @property
    def tone(self) -> str | None:
        """Look of the state's badge."""
        return {"waiting": "info", "sent": "ok", "printed": "ok", "undeliverable": "error", "to_print": "warn"}.get(
            self.value
        )

    @property
    def icon(self) -> str:
        """Sign beside the word."""
        return {"sent": "check", "printed": "check", "undeliverable": "alert", "withdrawn": "close"}.get(
            self.value, "mail" if self.value == "to_print" else "clock"
        )

    @staticmethod
    def of(invitation: Invitation, message: MessageState | None) -> "Delivery":
        """`message` is the state of the mail sent last; None where there is none in the outbox."""
        if invitation.withdrawn_at is not None:
            return Delivery.WITHDRAWN
        if invitation.sent_sequence is None:
            return Delivery.NOT_SENT
        if invitation.sent_as_letter:
            printed = invitation.printed_sequence
            current = printed is not None and printed >= invitation.sent_sequence
            return Delivery.PRINTED if current else Delivery.TO_PRINT
        if message in (MessageState.WAITING, MessageState.SENDING):
            return Delivery.WAITING
        if message in (MessageState.UNDELIVERABLE, MessageState.WITHDRAWN):
            return Delivery.UNDELIVERABLE
        return Delivery.SENT

"""What residents can send from the public pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import new_public_id
from portal.home.site import Site
from portal.outbox import services as outbox
from portal.outbox.kinds import MessageKind

KINDS = {
    "home.barrier": MessageKind(_l("Gemeldete Barriere")),
    "home.barrier_receipt": MessageKind(_l("Empfang einer gemeldeten Barriere")),
}


def report_barrier(*, site: Site, place: str, text: str, email: str, actor: Actor) -> str:
    """Send a report of a barrier to the office, and a receipt to the sender if an address was given.

    Hands back the number under which the office finds it. The report itself is not stored beyond the mail.
    """
    number = new_public_id()
    body = _("Auf der Seite: %(place)s", place=place or "–") + "\n\n" + text
    if email:
        body += "\n\n" + _("Antwort erbeten an: %(email)s", email=email)
    outbox.enqueue(
        kind="home.barrier",
        occasion=f"barrier:{number}",
        recipient=site.office_email,
        recipient_name=site.office_name,
        subject=_("Gemeldete Barriere %(number)s", number=number),
        text=body,
        headers={"Reply-To": email} if email else None,
    )
    if email:
        outbox.enqueue(
            kind="home.barrier_receipt",
            occasion=f"barrier-receipt:{number}",
            recipient=email,
            recipient_name="",
            subject=_("Ihre Meldung einer Barriere (%(number)s)", number=number),
            text=_(
                "Guten Tag,\n\nwir haben Ihre Meldung erhalten. Wir antworten Ihnen innerhalb von vier Wochen.\n"
                "Ihre Meldung hat die Nummer %(number)s.\n\n%(office)s",
                number=number,
                office=site.office_name,
            ),
        )
    audit.record("home.barrier_reported", subject="barrier", actor=actor)
    return number

"""What residents can send from the public pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import new_public_id
from portal.home.site import Site
from portal.outbox import letters
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Facts, Letter, Quotation

KINDS = {
    "home.barrier": MessageKind(_l("Gemeldete Barriere")),
    "home.barrier_receipt": MessageKind(_l("Empfang einer gemeldeten Barriere")),
}


def report_barrier(*, site: Site, place: str, text: str, email: str, actor: Actor) -> str:
    """Send a report of a barrier to the office, and a receipt to the sender if an address was given.

    Hands back the number under which the office finds it. The report itself is not stored beyond the mail.
    """
    number = new_public_id()
    sender = [(_("Antwort erbeten an"), email)] if email else []
    letters.post(
        Letter(
            subject=_("Gemeldete Barriere %(number)s", number=number),
            greeting=_("Guten Tag,"),
            body=[
                _("über die Erklärung zur Barrierefreiheit wurde eine Barriere gemeldet."),
                Facts([(_("Nummer"), number), (_("Auf der Seite"), place or "–"), *sender]),
                Quotation(text),
            ],
            why=_("Sie bekommen diese Nachricht, weil diese Adresse in den Einstellungen des Portals steht."),
        ),
        kind="home.barrier",
        occasion=f"barrier:{number}",
        recipient=site.office_email,
        recipient_name=site.office_name,
        headers={"Reply-To": email} if email else None,
    )
    if email:
        letters.post(
            Letter(
                subject=_("Ihre Meldung einer Barriere (%(number)s)", number=number),
                body=[
                    _("wir haben Ihre Meldung erhalten. Wir antworten Ihnen innerhalb von vier Wochen."),
                    # Nothing of what was typed: the address may be somebody else's.
                    Facts([(_("Nummer Ihrer Meldung"), number)]),
                ],
                why=_("Sie bekommen diese Nachricht, weil bei der Meldung diese Adresse angegeben wurde."),
            ),
            kind="home.barrier_receipt",
            occasion=f"barrier-receipt:{number}",
            recipient=email,
        )
    audit.record("home.barrier_reported", subject="barrier", actor=actor)
    return number

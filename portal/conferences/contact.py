"""Whom people ask about an event: its own address and telephone number, otherwise those of the office."""

import re
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from portal.conferences.models import Conference
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.text import one_line
from portal.outbox import office
from portal.outbox.addresses import checked_address
from portal.settings import services as settings

_LONGEST_PHONE = 60
_FEWEST_DIGITS = 3


@dataclass(frozen=True)
class Contact:
    """An address, and a telephone number where there is one."""

    email: str
    phone: str

    @property
    def line(self) -> str:
        """Both in one line."""
        return ", ".join([self.email, *([_("Telefon %(number)s", number=self.phone)] if self.phone else [])])


def of(conference: Conference) -> Contact:
    """Whom to ask about this event. The office's number stands beside the office's address only."""
    if conference.contact_email:
        return Contact(conference.contact_email, conference.contact_phone)
    return of_office()


def of_office() -> Contact:
    """The contact in the settings."""
    return Contact(office.email(), str(settings.get("site.office_phone")))


def suggested(actor: Actor) -> Contact:
    """What a new event begins with: that of the latest event the same planner sent, otherwise the office's; one query.

    Drafts do not count: what stands in them nobody has decided yet.
    """
    latest = db.session.execute(
        select(Conference.contact_email, Conference.contact_phone)
        .where(
            Conference.organiser_id == actor.user_id,
            Conference.contact_email != "",
            Conference.told.is_not(None),
        )
        .order_by(Conference.id.desc())
        .limit(1)
    ).one_or_none()
    return of_office() if latest is None else Contact(latest.contact_email, latest.contact_phone)


def checked(email: str, phone: str) -> Contact:
    """Both as they are stored, perhaps empty.

    Refuses an address that no mail could reach (`contact_email`), a number without digits, and one that stands alone
    (`contact_phone`).
    """
    address, number = one_line(email), one_line(phone)
    if address:
        try:
            address = checked_address(address)
        except Refusal as refusal:
            raise Refusal(refusal.message, field="contact_email") from refusal
    if number and (len(number) > _LONGEST_PHONE or len(re.findall(r"\d", number)) < _FEWEST_DIGITS):
        raise Refusal(
            _("Bitte geben Sie eine Telefonnummer mit Vorwahl an, höchstens %(count)s Zeichen.", count=_LONGEST_PHONE),
            field="contact_phone",
        )
    if number and not address:
        raise Refusal(
            _("Bitte geben Sie zur Telefonnummer auch eine E-Mail-Adresse an, oder lassen Sie beide Felder leer."),
            field="contact_email",
        )
    return Contact(address, number)

"""What invited people were told of an event, and what has changed since. Pure.

Kept with the event as JSON when the first invitation goes out and with every change that is made known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.conferences.models import AccessOffer, Attending, Conference
from portal.core.formats import NBSP, date_long, date_short
from portal.core.text import one_line

LABELS = {
    "title": _l("Titel"),
    "when": _l("Termin"),
    "where": _l("Ort"),
    "online": _l("Online-Teilnahme"),
    "access": _l("Zugang"),
    "contact": _l("Rückfragen"),
}
# These may be made known; the others stand in people's calendars and must be before anybody else is invited.
_MAY_WAIT = {"access", "contact"}


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What people were told: title, wall-clock times and place as they stand in calendars, ways in and whom to ask.

    `access` holds offers and words in one line, `contact` the event's own address and number, empty where the
    office is asked; None where an earlier announcement kept neither.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    where: str
    attending: Attending = Attending.ON_SITE
    online_url: str = ""
    access: tuple[tuple[AccessOffer, ...], str] | None = None
    contact: tuple[str, str] | None = None

    def stored(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "where": self.where,
            "attending": self.attending.value,
            "online_url": self.online_url,
            "access": None if self.access is None else [[one.value for one in self.access[0]], self.access[1]],
            "contact": None if self.contact is None else list(self.contact),
        }


@dataclass(frozen=True)
class Changed:
    """One thing that changed: `field` is a key of `LABELS`; both values are words."""

    field: str
    old: str
    new: str

    @property
    def label(self) -> Any:
        return LABELS[self.field]


def place(conference: Conference) -> str:
    """Place and town in one line; empty if there is none yet."""
    return ", ".join(part for part in (conference.place_name, conference.place_town) if part)


def where(conference: Conference) -> str:
    """The place and whether one can take part online, for everybody: never the address of the meeting."""
    there = place(conference)
    if conference.attending is Attending.ON_SITE:
        return there
    if conference.attending is Attending.ONLINE:
        return ", ".join(part for part in (_("online"), there) if part)
    return _("%(place)s oder online", place=there) if there else _("online")


def present(conference: Conference) -> Announced:
    """What would be announced now."""
    return Announced(
        title=conference.title,
        starts_at=conference.starts_at,
        ends_at=conference.ends_at,
        where=place(conference),
        attending=conference.attending,
        online_url=conference.online_url,
        access=(tuple(conference.access_offers), one_line(conference.access_information)),
        contact=(conference.contact_email, conference.contact_phone),
    )


def access(conference: Conference) -> str:
    """How one gets in and what is offered, as text; empty if nothing is known."""
    offers = ", ".join(str(offer.label) for offer in conference.access_offers)
    return "\n".join(part for part in (offers, conference.access_information) if part)


def for_invited(conference: Conference) -> list[tuple[str, str]]:
    """What those invited need to know besides day and place: address of the meeting, ways in, costs."""
    rows = [
        (_("Online-Sitzung"), conference.online_url),
        (_("Zugang"), access(conference)),
        (_("Kosten"), conference.costs),
    ]
    return [(label, value) for label, value in rows if value]


def told(conference: Conference) -> Announced | None:
    """What was announced last; None if nobody was told anything yet."""
    kept: Mapping[str, Any] | None = conference.told
    if kept is None:
        return None
    access, contact = kept.get("access"), kept.get("contact")
    return Announced(
        title=kept["title"],
        starts_at=datetime.fromisoformat(kept["starts_at"]),
        ends_at=datetime.fromisoformat(kept["ends_at"]),
        where=kept["where"],
        # What was told before events could be online says nothing about it.
        attending=Attending(kept.get("attending", Attending.ON_SITE)),
        online_url=kept.get("online_url", ""),
        access=None if access is None else (tuple(AccessOffer(one) for one in access[0]), access[1]),
        contact=None if contact is None else (contact[0], contact[1]),
    )


def differences(old: Announced, new: Announced) -> list[Changed]:
    """What changed, in words."""
    found = []
    if old.title != new.title:
        found.append(Changed("title", old.title, new.title))
    if (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at):
        found.append(Changed("when", when(old.starts_at, old.ends_at), when(new.starts_at, new.ends_at)))
    if old.where != new.where:
        nowhere = _("noch offen")
        found.append(Changed("where", old.where or nowhere, new.where or nowhere))
    if (old.attending, old.online_url) != (new.attending, new.online_url):
        found.append(Changed("online", _online(old), _online(new)))
    for field, before, now in (
        ("access", _access(old), _access(new)),
        ("contact", _contact(old), _contact(new)),
    ):
        if before is not None and now is not None and before != now:
            found.append(Changed(field, before, now))
    return found


def _access(one: Announced) -> str | None:
    if one.access is None:
        return None
    offers, words = one.access
    ticked = ", ".join(str(offer.label) for offer in offers)
    return "; ".join(part for part in (ticked, words) if part) or _("keine Angabe")


def _contact(one: Announced) -> str | None:
    if one.contact is None:
        return None
    email, phone = one.contact
    return ", ".join(part for part in (email, phone) if part) or _("die Sozialplanung")


def _online(one: Announced) -> str:
    return ": ".join(part for part in (str(one.attending.label), one.online_url) if part)


def unannounced(conference: Conference) -> list[Changed]:
    """What invited people do not know yet; nothing if nobody was told anything."""
    before = told(conference)
    return [] if before is None else differences(before, present(conference))


def must_be_told(conference: Conference) -> bool:
    """Whether calendars of invited people say something that no longer holds."""
    return any(one.field not in _MAY_WAIT for one in unannounced(conference))


def stored(changes: Iterable[Changed]) -> list[list[str]]:
    return [[one.field, one.old, one.new] for one in changes]


def is_move(changes: Iterable[Any]) -> bool:
    """Whether day or time are among stored changes: whoever answered before is asked whether it still fits."""
    return any(one.field == "when" for one in read(changes))


def read(changes: Iterable[Any]) -> list[Changed]:
    return [Changed(*one) for one in changes]


def joined(steps: Iterable[Iterable[Changed]]) -> list[Changed]:
    """Several steps, oldest first, as one: what stood before the first and stands after the last of them."""
    first: dict[str, str] = {}
    last: dict[str, str] = {}
    for step in steps:
        for one in step:
            first.setdefault(one.field, one.old)
            last[one.field] = one.new
    return [
        Changed(field, first[field], last[field]) for field in LABELS if last.get(field, "") != first.get(field, "")
    ]


def when(starts_at: datetime, ends_at: datetime) -> str:
    """`3. Dezember 2026, 14:00 bis 17:30 Uhr`; both days where it ends on another."""
    begin, end = f"{starts_at:%H:%M}", f"{ends_at:%H:%M}"
    if starts_at.date() == ends_at.date():
        return _("%(day)s, %(begin)s bis %(end)s Uhr", day=date_long(starts_at.date()), begin=begin, end=end).replace(
            " Uhr", f"{NBSP}Uhr"
        )
    return _(
        "%(day)s, %(begin)s Uhr bis %(last)s, %(end)s Uhr",
        day=date_long(starts_at.date()),
        begin=begin,
        last=date_short(ends_at.date()),
        end=end,
    )


def between(starts_at: datetime, ends_at: datetime) -> str:
    """`14:00 bis 17:30 Uhr`; with both days where it ends on another."""
    if starts_at.date() != ends_at.date():
        return when(starts_at, ends_at)
    words = _("%(begin)s bis %(end)s Uhr", begin=f"{starts_at:%H:%M}", end=f"{ends_at:%H:%M}")
    return words.replace(" Uhr", f"{NBSP}Uhr")


def hours(starts_at: datetime, ends_at: datetime) -> str:
    """`Do., 14:00 bis 17:30 Uhr`, beside a day that is written out; with both days where it ends on another."""
    if starts_at.date() != ends_at.date():
        return when(starts_at, ends_at)
    words = _(
        "%(weekday)s, %(begin)s bis %(end)s Uhr",
        weekday=format_date(starts_at.date(), "EEE"), begin=f"{starts_at:%H:%M}", end=f"{ends_at:%H:%M}",
    )  # fmt: skip
    return words.replace(" Uhr", f"{NBSP}Uhr")

"""Invitations as letters (DIN 5008, form B) with a slip to send back: one PDF, each letter in its reader's language.

What all letters have in common travels once: an event with hundreds of letters stays below the limit of `core.pdf`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import segno
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.conferences import announced, contact, entries, short_links
from portal.conferences.models import AccessKind, Conference, ConferenceChange, ConferenceState, Invitation, Reply
from portal.conferences.reply_forms import REPLIES
from portal.conferences.services import access_needs
from portal.core import clock, pdf
from portal.core.formats import date_long
from portal.core.languages import DEFAULT, LABELS
from portal.core.words import Worded
from portal.settings import services as settings

TEMPLATE = "conferences/letter.typ"


class LetterKind(Worded):
    """What a letter says."""

    INVITATION = "invitation", _l("Einladung")
    CHANGE = "change", _l("Änderung")
    CANCELLATION = "cancellation", _l("Absage")
    WITHDRAWAL = "withdrawal", _l("Rücknahme der Einladung")


# Letters that lead to the reply.
_ANSWERABLE = (LetterKind.INVITATION, LetterKind.CHANGE)


def kind_of(invitation: Invitation) -> LetterKind:
    """What is to be said now."""
    if invitation.withdrawn_at is not None:
        return LetterKind.WITHDRAWAL
    if invitation.conference.state is ConferenceState.CANCELLED:
        return LetterKind.CANCELLATION
    if invitation.printed_sequence is not None and invitation.printed_sequence != invitation.sent_sequence:
        return LetterKind.CHANGE
    return LetterKind.INVITATION


def asks(invitation: Invitation, *, moved: int = 0) -> bool:
    """Whether the letter asks for a reply: of nobody who has answered, unless day or time changed since.

    `moved` is the number with which such a change was told last (`sending.last_move`).
    """
    kind = kind_of(invitation)
    if kind is LetterKind.CHANGE:
        return invitation.reply is Reply.NONE or entries.is_asked_anew(invitation, moved=moved)
    return kind is LetterKind.INVITATION


def told_since(invitation: Invitation, steps: Iterable[ConferenceChange]) -> list[ConferenceChange]:
    """The steps whose changes the last printed letter to this person does not know; none before the first letter."""
    printed = invitation.printed_sequence
    return [] if printed is None else [step for step in steps if step.sequence > printed and step.changes]


def render(
    conference: Conference,
    invitations: Sequence[Invitation],
    *,
    moved: int = 0,
    steps: Sequence[ConferenceChange] = (),
) -> bytes:
    """The letters to these people, each beginning on a page of its own; PDF/UA-1.

    For `moved` see `asks`. `steps` are those of the event, oldest first: a letter on a change names what was before.
    """
    frames: dict[str, dict[str, Any]] = {}
    letters = []
    for invitation in invitations:
        language, kind = _language(invitation), kind_of(invitation)
        reply, is_asked = invitation.reply, asks(invitation, moved=moved)
        news = told_since(invitation, steps) if kind is LetterKind.CHANGE else []
        key = f"{language}-{kind.value}-{reply.value}-{is_asked}-{news[0].sequence if news else ''}"
        with force_locale(language):
            if key not in frames:
                frames[key] = _frame(conference, kind, language, reply=reply, is_asked=is_asked, news=news)
            letters.append(_letter(invitation, kind, key))
    with force_locale(_language(invitations[0]) if len(invitations) == 1 else DEFAULT):
        return pdf.render(
            TEMPLATE,
            {
                "title": _title(conference, {kind_of(one) for one in invitations}),
                "county": settings.get("site.county_name"),
                "source": settings.get("site.office_name"),
                "is_demo": conference.is_demo,
                "office": _office(conference),
                "frames": frames,
                "letters": letters,
            },
        )


def _title(conference: Conference, kinds: set[LetterKind]) -> str:
    """What the document is called: by what its letters say, where all say the same."""
    if len(kinds) == 1:
        return f"{kinds.pop().label}: {conference.title}"
    return _("Briefe: %(title)s", title=conference.title)


def _language(invitation: Invitation) -> str:
    user = invitation.person.user
    return user.locale if user is not None and user.locale in LABELS else DEFAULT


def _letter(invitation: Invitation, kind: LetterKind, frame: str) -> dict[str, Any]:
    organisation, person = invitation.organisation, invitation.person
    letter: dict[str, Any] = {
        "frame": frame,
        "address": [organisation.name, person.name, *organisation.postal_lines],
        "greeting": _("Guten Tag %(name)s,", name=person.name),
        "who": _("%(person)s für %(organisation)s", person=person.name, organisation=organisation.name),
    }
    if kind in _ANSWERABLE:
        link = short_links.address(invitation)
        letter |= {"link": link, "qr": _bits(link)}
    return letter


def _bits(link: str) -> list[int]:
    """The QR code row by row, each row as one number: a fraction of the size of a picture."""
    code = segno.make(link, error="m", micro=False)
    return [int("1" + "".join("1" if module else "0" for module in row), 2) for row in code.matrix]


def _office(conference: Conference) -> dict[str, Any]:
    """The sender, and whom to ask about this event."""
    asked = contact.of(conference)
    lines = [line.strip() for line in settings.get("site.office_address").splitlines() if line.strip()]
    return {
        "name": settings.get("site.office_name"),
        "unit": settings.get("site.office_unit"),
        "lines": lines,
        "phone": asked.phone,
        "email": asked.email,
    }


def _frame(
    conference: Conference,
    kind: LetterKind,
    language: str,
    *,
    reply: Reply,
    is_asked: bool,
    news: Sequence[ConferenceChange],
) -> dict[str, Any]:
    """Everything letters of one kind and language to people with the same reply and the same news share."""
    day = date_long(conference.reply_by) if conference.reply_by else ""
    return {
        "lang": language,
        "subject": f"{kind.label}: {conference.title}",
        "body": _body(conference, kind),
        "news": _news(news),
        "facts": _facts(conference),
        "after": _after(kind, day, reply=reply, is_asked=is_asked),
        "closing": _("Mit freundlichen Grüßen"),
        "labels": {"phone": _("Telefon"), "email": _("E-Mail"), "date": _("Datum")},
        "date": date_long(clock.today()),
        "agenda_heading": _("Tagesordnung"),
        "agenda": [item.timed for item in conference.agenda] if is_asked else [],
        "has_link": kind in _ANSWERABLE,
        "online": _("Am schnellsten antworten Sie im Internet, ohne Konto. Der Link ist nur für Sie:")
        if is_asked
        else _("Im Internet sehen und ändern Sie Ihre Antwort, ohne Konto. Der Link ist nur für Sie:"),
        "qr_alt": _("QR-Code mit derselben Adresse"),
        "slip": _slip(conference, day) if is_asked else None,
        "has_slip": is_asked,
    }


def _body(conference: Conference, kind: LetterKind) -> list[str]:
    if kind is LetterKind.CANCELLATION:
        return [_("diese Veranstaltung findet nicht statt. Der Grund:"), conference.cancelled_reason]
    if kind is LetterKind.WITHDRAWAL:
        return [_("wir haben die Einladung an Sie zurückgezogen. Es geht um diese Veranstaltung:")]
    if kind is LetterKind.CHANGE:
        return [_("zu dieser Veranstaltung haben wir Sie eingeladen. Daran hat sich etwas geändert:")]
    opening = _("wir laden Sie herzlich ein.")
    return [opening, conference.description] if conference.description else [opening]


def _news(steps: Sequence[ConferenceChange]) -> dict[str, Any] | None:
    """What changed, before and now, with the last reason given."""
    changes = announced.joined(announced.read(step.changes) for step in steps)
    if not changes:
        return None
    return {
        "rows": [(str(one.label), _("%(new)s (bisher: %(old)s)", new=one.new, old=one.old)) for one in changes],
        "reason": next((step.reason for step in reversed(steps) if step.reason), ""),
        "now": _("Jetzt gilt:"),
    }


def _after(kind: LetterKind, day: str, *, reply: Reply, is_asked: bool) -> str:
    if kind not in _ANSWERABLE:
        return _("Sie müssen nichts tun. Haben Sie Fragen? Rufen Sie uns gern an oder schreiben Sie uns.")
    words = []
    if kind is LetterKind.CHANGE and reply is not Reply.NONE:
        words.append(_("Sie haben uns schon geantwortet: %(reply)s.", reply=reply.label))
        if not is_asked:
            return " ".join([*words, _("Ihre Antwort gilt weiter, bis Sie sie ändern.")])
        words.append(_("Sie galt dem bisherigen Termin. Bitte prüfen Sie, ob sie auch für den neuen stimmt."))
    if day:
        ask = _(
            "Bitte antworten Sie uns bis zum %(day)s: mit dem Abschnitt auf der nächsten Seite, am Telefon oder im "
            "Internet.",
            day=day,
        )
    else:
        ask = _("Bitte antworten Sie uns: mit dem Abschnitt auf der nächsten Seite, am Telefon oder im Internet.")
    return " ".join([*words, ask])


def _facts(conference: Conference) -> list[tuple[str, str]]:
    facts = [
        (_("Wann"), announced.when(conference.starts_at, conference.ends_at)),
        (_("Wo"), announced.where(conference) or _("noch offen")),
        *announced.for_invited(conference),
    ]
    return [(label, value) for label, value in facts if value]


def _slip(conference: Conference, day: str) -> dict[str, Any]:
    return {
        "heading": _("Antwort"),
        "cut": _("Hier abtrennen"),
        "send": _("Bitte senden Sie den Abschnitt bis zum %(day)s an:", day=day)
        if day
        else _("Bitte senden Sie den Abschnitt an:"),
        "event": conference.title,
        "when": announced.when(conference.starts_at, conference.ends_at),
        "replies": [(str(label), value == Reply.DEPUTY) for value, label in REPLIES],
        "deputy": _("Name:"),
        "needs": _("Das brauche ich, um gut dabei zu sein (freiwillig):"),
        "kinds": [str(kind.label) for kind in AccessKind if kind is not AccessKind.OTHER],
        "other": _("Etwas anderes:"),
        "consent": _(
            "Ja, diese Angaben dürfen für die Veranstaltung gespeichert werden. Sie werden am %(day)s gelöscht.",
            day=date_long(access_needs.delete_on(conference)),
        ),
        "no_consent": _("Ohne Ihr Ja speichern wir nur Ihre Antwort, nicht den Bedarf."),
        "message": _("Nachricht:"),
        "signature": _("Datum, Unterschrift"),
    }

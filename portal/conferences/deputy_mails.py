"""Mail to deputies: that they were named, what has changed since, that they are no longer needed."""

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.conferences import announced, calendar, links
from portal.conferences.models import ConferenceChange, DeputyReply, Invitation, Reply
from portal.conferences.reply_mails import DEPUTY, facts, locale
from portal.core import clock
from portal.outbox import letters
from portal.outbox.letters import Action, Block, Facts, Letter, Points, Quotation


def invite(invitation: Invitation) -> None:
    """What the deputy needs to know, with a link of their own: that of the invitation belongs to the invited person."""
    conference = invitation.conference
    with force_locale(locale(invitation)):
        agenda = [item.title for item in conference.agenda]
        body: list[Block] = [
            _(
                "%(person)s (%(organisation)s) hat Sie als Vertretung genannt für:",
                person=invitation.person.name,
                organisation=invitation.organisation.name,
            ),
            facts(conference),
        ]
        if agenda:
            body += [_("Tagesordnung:"), Points(agenda)]
        body += [
            *_reply(invitation),
            _("Der Link ist nur für Sie. Dort können Sie auch sagen, was Sie brauchen, um gut dabei zu sein."),
            _("Ändert sich der Termin, schreiben wir Ihnen."),
        ]
        subject = _("Sie vertreten %(person)s: %(title)s", person=invitation.person.name, title=conference.title)
        _post(invitation, subject, body)


def tell_change(invitation: Invitation, change: ConferenceChange | None) -> None:
    """Says what changed, old and new; for a deputy who counts on coming, as far as the portal knows."""
    if not _is_counted_on(invitation):
        return
    conference = invitation.conference
    changes = [] if change is None else announced.read(change.changes)
    with force_locale(locale(invitation)):
        body: list[Block] = [
            _("hier vertreten Sie %(person)s. Daran hat sich etwas geändert:", person=invitation.person.name),
            Facts([(one.label, _("%(new)s (bisher: %(old)s)", new=one.new, old=one.old)) for one in changes]),
        ]
        body += [Quotation(change.reason)] if change is not None and change.reason else []
        body += [_("So findet die Veranstaltung jetzt statt:"), facts(conference), *_reply(invitation)]
        _post(invitation, _("Geändert: %(title)s", title=conference.title), body)


def tell_cancellation(invitation: Invitation) -> None:
    """The event does not take place, and why."""
    if not _is_counted_on(invitation):
        return
    conference = invitation.conference
    with force_locale(locale(invitation)):
        body: list[Block] = [
            _("diese Veranstaltung findet nicht statt. Sie müssen %(person)s nicht vertreten.",
              person=invitation.person.name),
            facts(conference),
            _("Der Grund:"),
            Quotation(conference.cancelled_reason),
        ]  # fmt: skip
        _post(invitation, _("Abgesagt: %(title)s", title=conference.title), body, is_cancelled=True)


def tell_withdrawal(invitation: Invitation) -> None:
    """The invitation was withdrawn, and with it the reason to come."""
    if not _is_counted_on(invitation):
        return
    with force_locale(locale(invitation)):
        words = _(
            "die Einladung an %(person)s (%(organisation)s) ist zurückgezogen. Sie vertreten nicht mehr bei:",
            person=invitation.person.name,
            organisation=invitation.organisation.name,
        )
        _release(invitation, str(invitation.deputy_email), invitation.deputy_name, words)


def release(invitation: Invitation, address: str, name: str) -> None:
    """Whoever was named as deputy is not needed any more: the invited person has answered otherwise."""
    with force_locale(locale(invitation)):
        words = _(
            "%(person)s (%(organisation)s) hat die Antwort geändert. Sie vertreten nicht mehr bei:",
            person=invitation.person.name,
            organisation=invitation.organisation.name,
        )
        _release(invitation, address, name, words)


def _is_counted_on(invitation: Invitation) -> bool:
    has_link = invitation.reply is Reply.DEPUTY and bool(invitation.deputy_nonce)
    return has_link and invitation.deputy_reply is not DeputyReply.DECLINED


def _release(invitation: Invitation, address: str, name: str, words: str) -> None:
    conference = invitation.conference
    letters.post(
        _letter(_("Sie müssen nicht mehr vertreten: %(title)s", title=conference.title), [words, facts(conference)]),
        kind=DEPUTY,
        occasion=_occasion(invitation),
        recipient=address,
        recipient_name=name,
    )


def _post(invitation: Invitation, subject: str, body: Sequence[Block], *, is_cancelled: bool = False) -> None:
    assert invitation.deputy_email is not None
    letters.post(
        _letter(subject, body),
        kind=DEPUTY,
        occasion=_occasion(invitation),
        recipient=invitation.deputy_email,
        recipient_name=invitation.deputy_name,
        calendar=_entry(invitation, is_cancelled=is_cancelled),
        calendar_method=calendar.PUBLISH,
    )


def _letter(subject: str, body: Sequence[Block]) -> Letter:
    why = _("Sie bekommen diese Nachricht, weil Ihre Adresse als die einer Vertretung angegeben wurde.")
    return Letter(subject=subject, body=body, why=why)


def _reply(invitation: Invitation) -> list[Block]:
    return [
        _("Bitte sagen Sie uns, ob Sie kommen."),
        Action(_("Zu- oder absagen"), links.deputy_address(invitation)),
    ]


def _occasion(invitation: Invitation) -> str:
    return f"deputy:{invitation.public_id}"


def _entry(invitation: Invitation, *, is_cancelled: bool) -> str:
    """The date to take over by hand: only the invited person's own entry is kept up to date."""
    conference = invitation.conference
    link = links.deputy_address(invitation)
    return calendar.publication(
        calendar.Entry(
            uid=conference.uid,
            sequence=conference.sequence,
            title=conference.title,
            starts_at=conference.starts_at,
            ends_at=conference.ends_at,
            zone=conference.zone,
            stamp=clock.now(),
            place=announced.place(conference),
            description=conference.cancelled_reason if is_cancelled else _("Zu- oder absagen: %(link)s", link=link),
            is_cancelled=is_cancelled,
        )
    )

"""Mail to deputies: that they were named, what has changed since, that they are no longer needed."""

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.conferences import announced, calendar, contact, entries, links
from portal.conferences.calendar import PartStat, Party
from portal.conferences.models import ConferenceChange, DeputyReply, Invitation, Reply
from portal.conferences.reply_mails import DEPUTY, facts, locale
from portal.outbox import letters
from portal.outbox.letters import Action, Block, Facts, Letter, Points, Quotation


def invite(invitation: Invitation) -> None:
    """What the deputy needs to know, with a link of their own: that of the invitation belongs to the invited person."""
    conference = invitation.conference
    with force_locale(locale(invitation)):
        agenda = [item.timed for item in conference.agenda]
        body: list[Block] = [
            _(
                "%(person)s (%(organisation)s) hat Sie als Vertretung genannt für:",
                person=invitation.person.name,
                organisation=invitation.organisation.name,
            ),
            facts(conference, comes=True),
        ]
        if agenda:
            body += [_("Tagesordnung:"), Points(agenda)]
        body += [
            *_reply(invitation),
            _("Der Link ist nur für Sie. Dort können Sie auch sagen, was Sie brauchen, um gut dabei zu sein."),
            _("Ändert sich der Termin, schreiben wir Ihnen."),
        ]
        subject = _("Sie vertreten %(person)s: %(title)s", person=invitation.person.name, title=conference.title)
        _request(invitation, subject, body, standing=PartStat.NEEDS_ACTION)


def tell_change(invitation: Invitation, change: ConferenceChange | None) -> None:
    """Says what changed, old and new; for a deputy who counts on coming, as far as the portal knows."""
    if not _is_counted_on(invitation):
        return
    conference = invitation.conference
    changes = [] if change is None else announced.read(change.changes)
    standing = entries.standing_of_deputy(invitation, is_moved=change is not None and announced.is_move(change.changes))
    with force_locale(locale(invitation)):
        body: list[Block] = [
            _("hier vertreten Sie %(person)s. Daran hat sich etwas geändert:", person=invitation.person.name),
            Facts([(one.label, _("%(new)s (bisher: %(old)s)", new=one.new, old=one.old)) for one in changes]),
        ]
        body += [Quotation(change.reason)] if change is not None and change.reason else []
        body += [_("So findet die Veranstaltung jetzt statt:"), facts(conference, comes=True)]
        body += _reply(invitation, is_open=standing is PartStat.NEEDS_ACTION)
        _request(invitation, _("Geändert: %(title)s", title=conference.title), body, standing=standing)


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
            _("Der Eintrag in Ihrem Kalender wird entfernt. Sie müssen nichts tun."),
        ]  # fmt: skip
        entry = _cancelled(invitation, invitation.deputy_nonce, _deputy(invitation), conference.sequence)
        _post(
            invitation,
            _("Abgesagt: %(title)s", title=conference.title),
            body,
            to=_deputy(invitation),
            entry=entry,
            method=calendar.CANCEL,
        )


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
        _release(invitation, _deputy(invitation), words, nonce=invitation.deputy_nonce)


def release(invitation: Invitation, address: str, name: str, *, nonce: str) -> None:
    """Whoever was named as deputy is not needed any more: the invited person has answered otherwise.

    `nonce` is that of the former deputy: the invitation may hold another one's already.
    """
    with force_locale(locale(invitation)):
        words = _(
            "%(person)s (%(organisation)s) hat die Antwort geändert. Sie vertreten nicht mehr bei:",
            person=invitation.person.name,
            organisation=invitation.organisation.name,
        )
        _release(invitation, Party(name=name, email=address), words, nonce=nonce)


def _is_counted_on(invitation: Invitation) -> bool:
    # A deputy who has declined expects nothing more: their calendar shows the entry as declined, and the invited
    # person, who was told so, hears of every change and cancellation.
    has_link = invitation.reply is Reply.DEPUTY and bool(invitation.deputy_nonce)
    return has_link and invitation.deputy_reply is not DeputyReply.DECLINED


def _release(invitation: Invitation, deputy: Party, words: str, *, nonce: str) -> None:
    conference = invitation.conference
    _post(
        invitation,
        _("Sie müssen nicht mehr vertreten: %(title)s", title=conference.title),
        [words, facts(conference), _("Der Eintrag in Ihrem Kalender wird entfernt. Sie müssen nichts tun.")],
        to=deputy,
        # The event's number may be that of the request, and a cancellation has to be higher.
        entry=_cancelled(invitation, nonce, deputy, conference.sequence + 1),
        method=calendar.CANCEL,
    )


def _request(invitation: Invitation, subject: str, body: Sequence[Block], *, standing: PartStat) -> None:
    conference, deputy = invitation.conference, _deputy(invitation)
    entry = entries.entry(
        conference,
        uid=entries.deputy_uid(invitation, invitation.deputy_nonce),
        sequence=conference.sequence,
        description=entries.with_address(
            conference, _("Zu- oder absagen: %(link)s", link=links.deputy_address(invitation))
        ),
    )
    text = calendar.request(entry, organiser=entries.organiser(), attendee=deputy, standing=standing)
    _post(invitation, subject, body, to=deputy, entry=text, method=calendar.REQUEST)


def _cancelled(invitation: Invitation, nonce: str, deputy: Party, sequence: int) -> str:
    conference = invitation.conference
    entry = entries.entry(
        conference,
        uid=entries.deputy_uid(invitation, nonce),
        sequence=sequence,
        description=conference.cancelled_reason,
    )
    return calendar.cancellation(entry, organiser=entries.organiser(), attendee=deputy)


def _post(invitation: Invitation, subject: str, body: Sequence[Block], *, to: Party, entry: str, method: str) -> None:
    why = _("Sie bekommen diese Nachricht, weil Ihre Adresse als die einer Vertretung angegeben wurde.")
    letters.post(
        Letter(subject=subject, body=body, why=why),
        kind=DEPUTY,
        occasion=f"deputy:{invitation.public_id}",
        recipient=to.email,
        recipient_name=to.name,
        calendar=entry,
        calendar_method=method,
        headers={"Reply-To": contact.of(invitation.conference).email},
    )


def _deputy(invitation: Invitation) -> Party:
    assert invitation.deputy_email is not None
    return Party(name=invitation.deputy_name, email=invitation.deputy_email)


def _reply(invitation: Invitation, *, is_open: bool = True) -> list[Block]:
    if is_open:
        ask, label = [_("Bitte sagen Sie uns, ob Sie kommen.")], _("Zu- oder absagen")
    else:
        ask = [
            _("Sie haben uns schon geantwortet: %(reply)s.", reply=invitation.deputy_reply.label),
            _("Ihre Antwort gilt weiter, bis Sie sie ändern."),
        ]
        label = _("Antwort ansehen oder ändern")
    return [*ask, Action(label, links.deputy_address(invitation))]

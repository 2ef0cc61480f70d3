"""Mail to people who are invited: invitation, change, cancellation; each carries its calendar part.

The reader's language decides the words. The outbox's sequence is the calendar's: asked for twice, a mail is
written once.
"""

from collections.abc import Sequence

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.conferences import announced, calendar, contact, entries, links
from portal.conferences.calendar import Party
from portal.conferences.models import Conference, ConferenceChange, Invitation, Reply
from portal.conferences.occasions import OCCASION
from portal.core.formats import date_long
from portal.core.languages import DEFAULT
from portal.outbox import letters
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Block, Facts, Letter, Points, Quotation
from portal.outbox.models import Priority

# Bodies hold the personal link: whoever has it can answer.
KINDS = {
    "conferences.invitation": MessageKind(_l("Einladung zu einer Veranstaltung")),
    "conferences.change": MessageKind(_l("Änderung einer Veranstaltung")),
    "conferences.cancellation": MessageKind(_l("Absage einer Veranstaltung")),
    "conferences.withdrawal": MessageKind(_l("Zurückgezogene Einladung")),
}


def occasion(invitation: Invitation) -> str:
    """What the outbox knows an invitation's mails by."""
    return OCCASION + invitation.public_id


class Writer:
    """Writes mails of one event; what is the same for all recipients is made once.

    `moved` is the number with which a change of day or time was told last: replies given before it are asked about.
    """

    def __init__(self, conference: Conference, *, change: ConferenceChange | None = None, moved: int = 0) -> None:
        self._conference = conference
        self._change = change
        self._moved = moved
        self._organiser = entries.organiser()
        self._contact = contact.of(conference)
        self._agenda = [item.timed for item in conference.agenda]
        self._where = announced.where(conference)

    def invitation(self, invitation: Invitation) -> None:
        """The first mail to a person."""
        conference = self._conference
        with force_locale(_language(invitation)):
            body: list[Block] = [_("wir laden Sie herzlich ein."), self._facts(invitation)]
            body += [conference.description] if conference.description else []
            body += [_("Tagesordnung:"), Points(self._agenda)] if self._agenda else []
            body += [_("Anlagen finden Sie auf Ihrer Seite, über den Link unten.")] if conference.files else []
            body += self._reply(invitation)
            self._post(
                invitation,
                kind="conferences.invitation",
                subject=_("Einladung: %(title)s", title=conference.title),
                body=body,
                method=calendar.REQUEST,
            )

    def change(self, invitation: Invitation) -> None:
        """Says what changed, old and new, and replaces the calendar entry."""
        change = self._change
        changes = [] if change is None else announced.read(change.changes)
        with force_locale(_language(invitation)):
            body: list[Block] = [_("zu dieser Veranstaltung sind Sie eingeladen. Daran hat sich etwas geändert:")]
            body.append(
                Facts([(one.label, _("%(new)s (bisher: %(old)s)", new=one.new, old=one.old)) for one in changes])
            )
            body += [Quotation(change.reason)] if change is not None and change.reason else []
            body += [_("So findet die Veranstaltung jetzt statt:"), self._facts(invitation)]
            body += self._reply(invitation)
            self._post(
                invitation,
                kind="conferences.change",
                subject=_("Geändert: %(title)s", title=self._conference.title),
                body=body,
                method=calendar.REQUEST,
            )

    def cancellation(self, invitation: Invitation) -> None:
        """The event does not take place, and why; the calendar entry goes."""
        conference = self._conference
        with force_locale(_language(invitation)):
            self._post(
                invitation,
                kind="conferences.cancellation",
                subject=_("Abgesagt: %(title)s", title=conference.title),
                body=[
                    _("diese Veranstaltung findet nicht statt:"),
                    Facts([(_("Veranstaltung"), conference.title), (_("Termin"), self._when())]),
                    _("Der Grund:"),
                    Quotation(conference.cancelled_reason),
                    _("Der Eintrag in Ihrem Kalender wird entfernt. Sie müssen nichts tun."),
                ],
                method=calendar.CANCEL,
            )

    def withdrawal(self, invitation: Invitation, *, others: Sequence[Invitation] = ()) -> None:
        """The person is no longer invited; the event itself stays.

        With `others`, invitations of the same person that stand, the calendar entry is theirs: it stays and leads to
        the first of them instead of to the one that was withdrawn.
        """
        with force_locale(_language(invitation)):
            facts = Facts([
                (_("Veranstaltung"), self._conference.title),
                (_("Termin"), self._when()),
                (_("Eingeladen war"), invitation.organisation.name),
            ])  # fmt: skip
            self._post(
                invitation,
                kind="conferences.withdrawal",
                subject=_("Einladung zurückgezogen: %(title)s", title=self._conference.title),
                body=[_("wir haben die Einladung an Sie zurückgezogen:"), facts, *self._what_stays(others)],
                method=calendar.REQUEST if others else calendar.CANCEL,
                entry_of=others[0] if others else None,
            )

    def _what_stays(self, others: Sequence[Invitation]) -> list[Block]:
        if not others:
            return [_("Der Eintrag in Ihrem Kalender wird entfernt. Haben Sie Fragen? Dann schreiben Sie uns bitte.")]
        names = ", ".join(one.organisation.name for one in others)
        return [
            _("Sie bleiben eingeladen für: %(names)s. Der Eintrag in Ihrem Kalender bleibt bestehen.", names=names),
            Action(_("Antwort ansehen oder ändern"), links.address(others[0])),
            _("Haben Sie Fragen? Dann schreiben Sie uns bitte."),
        ]

    def _when(self) -> str:
        return announced.when(self._conference.starts_at, self._conference.ends_at)

    def _facts(self, invitation: Invitation) -> Facts:
        conference = self._conference
        rows = [
            (_("Veranstaltung"), conference.title),
            (_("Termin"), self._when()),
            (_("Ort"), self._where),
            (_("Eingeladen ist"), invitation.organisation.name),
            *announced.for_invited(conference),
            (_("Rückfragen"), self._contact.line),
        ]
        return Facts(rows)

    def _reply(self, invitation: Invitation) -> list[Block]:
        if invitation.reply is not Reply.NONE:
            return self._answered(invitation)
        by = self._conference.reply_by
        return [
            _("Bitte antworten Sie uns bis zum %(day)s.", day=date_long(by)) if by else _("Bitte antworten Sie uns."),
            Action(_("Zu- oder absagen"), links.address(invitation)),
            _("Der Link ist nur für Sie. Dort können Sie auch eine Vertretung nennen."),
        ]

    def _answered(self, invitation: Invitation) -> list[Block]:
        reply = str(invitation.reply.label)
        if invitation.reply is Reply.DEPUTY:
            reply = f"{reply} ({invitation.deputy_called})"
        body: list[Block] = [
            _("Sie haben uns schon geantwortet: %(reply)s.", reply=reply),
            _("Ihre Antwort gilt weiter, bis Sie sie ändern."),
        ]
        if entries.is_asked_anew(invitation, moved=self._moved):
            body.append(_("Sie galt dem bisherigen Termin. Bitte prüfen Sie, ob sie auch für den neuen stimmt."))
        return [
            *body,
            Action(_("Antwort ansehen oder ändern"), links.address(invitation)),
            _("Der Link ist nur für Sie. Dort können Sie auch eine Vertretung nennen."),
        ]

    def _post(
        self,
        invitation: Invitation,
        *,
        kind: str,
        subject: str,
        body: Sequence[Block],
        method: str,
        entry_of: Invitation | None = None,
    ) -> None:
        person = invitation.person
        assert person.email is not None
        assert invitation.sent_sequence is not None
        letters.post(
            Letter(
                subject=subject,
                body=body,
                why=_(
                    "Sie bekommen diese Nachricht, weil Sie für „%(name)s“ eingeladen wurden.",
                    name=invitation.organisation.name,
                ),
            ),
            kind=kind,
            occasion=occasion(invitation),
            sequence=invitation.sent_sequence,
            recipient=person.email,
            recipient_name=person.name,
            calendar=self._calendar(entry_of or invitation, method, sequence=invitation.sent_sequence),
            calendar_method=method,
            priority=Priority.BULK,
            headers={"Reply-To": self._contact.email},
        )

    def _calendar(self, invitation: Invitation, method: str, *, sequence: int) -> str:
        conference, person = self._conference, invitation.person
        assert person.email is not None
        attendee = Party(name=person.name, email=person.email)
        if method == calendar.CANCEL:
            gone = entries.entry(
                conference, uid=conference.uid, sequence=sequence, description=conference.cancelled_reason
            )
            return calendar.cancellation(gone, organiser=self._organiser, attendee=attendee)
        words = _("Zu- oder absagen: %(link)s", link=links.address(invitation))
        return calendar.request(
            entries.entry(
                conference, uid=conference.uid, sequence=sequence, description=entries.with_address(conference, words)
            ),
            organiser=self._organiser,
            attendee=attendee,
            standing=entries.standing_of(invitation, moved=self._moved),
        )


def _language(invitation: Invitation) -> str:
    user = invitation.person.user
    return (user.locale if user is not None else None) or DEFAULT

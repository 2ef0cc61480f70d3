"""Mail about replies: confirmation, a seat that became free, and what the deputy answered."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.conferences import announced, contact, links
from portal.conferences.models import Conference, DeputyReply, Invitation, Reply
from portal.core import clock
from portal.core.database import db
from portal.core.languages import DEFAULT
from portal.core.prepared import slot
from portal.outbox import patterns
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Block, Facts, Letter
from portal.outbox.models import OutboxMessage, Priority
from portal.stakeholders.models import Channel

CONFIRMATIONS_A_DAY = 5
_DAY = timedelta(days=1)
CONFIRMED = "conferences.reply_confirmed"
SEAT_FREE = "conferences.seat_free"
DEPUTY = "conferences.deputy"
DEPUTY_REPLIED = "conferences.deputy_replied"
# All of them hold a personal link, with which a reply can be changed.
KINDS = {
    CONFIRMED: MessageKind(_l("Bestätigung einer Rückmeldung"), secret=True),
    SEAT_FREE: MessageKind(_l("Nachgerückt von der Warteliste"), secret=True),
    DEPUTY: MessageKind(_l("Nachricht an eine Vertretung"), secret=True),
    DEPUTY_REPLIED: MessageKind(_l("Antwort einer Vertretung"), secret=True),
}
_SUBJECTS = {
    Reply.ACCEPTED: _l("Ihre Zusage: %(title)s"),
    Reply.TENTATIVE: _l("Ihre Antwort „vielleicht“: %(title)s"),
    Reply.DECLINED: _l("Ihre Absage: %(title)s"),
    Reply.DEPUTY: _l("Ihre Vertretung: %(title)s"),
    Reply.WAITING_LIST: _l("Sie stehen auf der Warteliste: %(title)s"),
}


def confirm(invitation: Invitation, *, is_first: bool) -> bool:
    """Tell the invited person what was noted, once per reply; nobody without mail, nothing for a reply taken back.

    False where nothing is written because the reply was changed so often: whoever holds the link, or a program that
    follows it, must not fill a mailbox. `is_first` says that no reply stood before, and spares looking.
    """
    subject = _SUBJECTS.get(invitation.reply)
    if subject is None:
        return True
    if not is_first and _confirmed_lately(invitation) >= CONFIRMATIONS_A_DAY:
        return False
    conference, reply = invitation.conference, invitation.reply
    _to_invited(
        invitation,
        kind=CONFIRMED,
        subject=lambda: str(subject) % {"title": conference.title},
        body=lambda: [*_what(conference, reply), _change_reply()],
    )
    return True


def _confirmed_lately(invitation: Invitation) -> int:
    statement = select(func.count(OutboxMessage.id)).where(
        OutboxMessage.occasion == _occasion(invitation),
        OutboxMessage.kind == CONFIRMED,
        OutboxMessage.created_at > clock.now() - _DAY,
    )
    return int(db.session.scalar(statement) or 0)


def seat_free(invitation: Invitation) -> None:
    """Whoever waited has a seat now."""
    conference = invitation.conference
    _to_invited(
        invitation,
        kind=SEAT_FREE,
        subject=lambda: _("Ein Platz ist frei: %(title)s", title=conference.title),
        body=lambda: [
            _("ein Platz ist frei geworden. Ihre Anmeldung gilt jetzt:"),
            facts(conference, comes=True),
            _("Können Sie nicht mehr? Dann sagen Sie bitte ab, damit jemand anderes den Platz bekommt."),
            _change_reply(),
        ],
    )


def deputy_replied(invitation: Invitation) -> None:
    """The deputy cannot come, or can after all: the invited person, whose reply stands, is told and can change it."""
    conference, comes = invitation.conference, invitation.deputy_reply is DeputyReply.ACCEPTED
    _to_invited(
        invitation,
        kind=DEPUTY_REPLIED,
        subject=lambda: (
            _("Ihre Vertretung kommt doch: %(title)s", title=conference.title)
            if comes
            else _("Ihre Vertretung kann nicht kommen: %(title)s", title=conference.title)
        ),
        body=lambda: _of_deputy(conference, comes=comes),
    )


def _of_deputy(conference: Conference, *, comes: bool) -> list[Block]:
    event = facts(conference)
    if comes:
        return [_("%(name)s kann Sie doch vertreten bei:", name=slot("deputy")), event, _change_reply()]
    return [
        _("%(name)s kann Sie nicht vertreten bei:", name=slot("deputy")),
        event,
        _("Ihre Antwort gilt weiter, bis Sie sie ändern."),
        _("Bitte kommen Sie selbst, nennen Sie jemand anderen oder sagen Sie ab."),
        _change_reply(),
    ]


def _to_invited(
    invitation: Invitation, *, kind: str, subject: Callable[[], str], body: Callable[[], Sequence[Block]]
) -> None:
    """Everybody gets the same words about the event as it stands; names and link are put into their gaps."""
    person, conference = invitation.person, invitation.conference
    if person.email is None or person.channel is Channel.LETTER:
        return

    def make() -> Letter:
        why = _("Sie bekommen diese Nachricht, weil Sie für „%(name)s“ eingeladen sind.", name=slot("organisation"))
        return Letter(subject=subject(), body=body(), why=why)

    with force_locale(locale(invitation)):
        patterns.post(
            (kind, conference.id, conference.edition, invitation.reply, invitation.deputy_reply),
            make,
            gaps={
                "organisation": invitation.organisation.name,
                "deputy": invitation.deputy_called,
                "link": links.address(invitation),
            },
            kind=kind,
            occasion=_occasion(invitation),
            recipient=person.email,
            recipient_name=person.name,
            priority=Priority.IMMEDIATE,
            headers={"Reply-To": contact.of(conference).email},
        )


def _occasion(invitation: Invitation) -> str:
    return f"reply:{invitation.public_id}"


def _what(conference: Conference, reply: Reply) -> list[Block]:
    event = facts(conference, comes=reply in (Reply.ACCEPTED, Reply.TENTATIVE))
    if reply is Reply.ACCEPTED:
        return [_("vielen Dank, Ihre Zusage ist angekommen. Wir freuen uns auf Sie."), event]
    if reply is Reply.TENTATIVE:
        return [_("vielen Dank, wir haben notiert, dass Sie vielleicht kommen."), event]
    if reply is Reply.DECLINED:
        return [_("schade, dass Sie nicht kommen können. Wir haben Ihre Absage notiert."), event]
    if reply is Reply.DEPUTY:
        return [_("vielen Dank, wir haben notiert, dass %(name)s Sie vertritt.", name=slot("deputy")), event]
    return [
        _("vielen Dank. Zurzeit sind alle Plätze vergeben. Sie stehen auf der Warteliste."),
        event,
        _("Sobald ein Platz frei wird, rücken Sie nach. Wir schreiben Ihnen dann."),
    ]


def _change_reply() -> Action:
    return Action(_("Antwort ansehen oder ändern"), slot("link"))


def facts(conference: Conference, *, comes: bool = False) -> Facts:
    """What takes place when and where, and how to get in; the address of the meeting for whoever `comes`."""
    rows: list[tuple[Any, Any]] = [
        (_("Veranstaltung"), conference.title),
        (_("Wann"), announced.when(conference.starts_at, conference.ends_at)),
        (_("Wo"), announced.where(conference) or _("noch offen")),
    ]
    if comes:
        rows += announced.for_invited(conference)
    elif access := announced.access(conference):
        rows.append((_("Zugang"), access))
    return Facts([*rows, (_("Rückfragen"), contact.of(conference).line)])


def locale(invitation: Invitation) -> str:
    user = invitation.person.user
    return (user.locale if user else None) or DEFAULT

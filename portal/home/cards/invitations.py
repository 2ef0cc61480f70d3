"""What *Mein Bereich* says of invitations: what to answer, and what was answered."""

from collections import Counter
from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from portal.conferences import announced, reply_queries
from portal.conferences.models import Conference, Invitation, Reply
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.core.languages import quoting
from portal.home.own_page import OwnCard

_TO_ANSWER, _ANSWERED = 10, 40


def own_invitations(actor: Actor) -> Iterable[OwnCard]:
    """Coming events the organisation is invited to; those without an answer come first.

    Where several people of it are invited to one event, each card names whom it is for. After them those of the person
    for another organisation they may act for.
    """
    found = reply_queries.own_invitations(actor)
    invited = Counter(invitation.conference_id for invitation in found)
    for invitation in found:
        yield _card(invitation, actor, beside_others=invited[invitation.conference_id] > 1)
    for invitation in reply_queries.own_invitations_elsewhere(actor):
        if not invitation.conference.has_begun:
            yield _elsewhere(invitation)


def _card(invitation: Invitation, actor: Actor, *, beside_others: bool) -> OwnCard:
    conference = invitation.conference
    is_open = invitation.reply is Reply.NONE and not conference.has_begun
    if is_open and conference.reply_by is not None:
        text = _("Bitte antworten Sie bis zum %(day)s.", day=date_long(conference.reply_by))
    elif is_open:
        text = _("Bitte sagen Sie uns, ob jemand kommt.")
    elif invitation.reply is Reply.NONE:
        text = _("Die Veranstaltung hat begonnen.")
    else:
        text = _("Ihre Antwort: %(reply)s", reply=invitation.reply.label)
    title = quoting(_("Einladung: %(title)s"), title=conference.title)
    if beside_others:
        text += " " + _("Ihre Organisation ist mehrfach eingeladen. Jede Einladung hat ihre eigene Antwort.")
        if actor.user_id is not None and invitation.person.user_id == actor.user_id:
            title = quoting(_("Einladung an Sie: %(title)s"), title=conference.title)
        else:
            title = _("Einladung an %(name)s: %(title)s", name=invitation.person.name, title=conference.title)
    return OwnCard(
        title=title,
        text=text,
        url=url_for("conferences.own_invitation", public_id=invitation.public_id),
        facts=(*_facts(conference), ("user", invitation.person.name)),
        rank=_TO_ANSWER if is_open else _ANSWERED,
        about=conference.uid,
    )


def _elsewhere(invitation: Invitation) -> OwnCard:
    """Leads to the choice for whom to act, and from there to the invitation."""
    conference = invitation.conference
    page = url_for("conferences.own_invitation", public_id=invitation.public_id)
    return OwnCard(
        title=_("Einladung für %(name)s: %(title)s", name=invitation.organisation.name, title=conference.title),
        text=_("Dafür handeln Sie gerade nicht. Zum Antworten wechseln Sie zu dieser Organisation."),
        url=url_for("stakeholders.choose", next=page),
        facts=_facts(conference),
        rank=_TO_ANSWER + 1,
        about=conference.uid,
    )


def _facts(conference: Conference) -> tuple[tuple[str, str], ...]:
    when, where = announced.when(conference.starts_at, conference.ends_at), announced.where(conference)
    return (("calendar", when), ("pin", where)) if where else (("calendar", when),)

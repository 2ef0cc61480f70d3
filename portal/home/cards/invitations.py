"""What *Mein Bereich* says of invitations: what to answer, and what was answered."""

from collections.abc import Iterable

from flask import url_for
from flask_babel import gettext as _

from portal.conferences import announced, reply_queries
from portal.conferences.models import ConferenceState, Reply
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.home.own_page import OwnCard

_TO_ANSWER, _ANSWERED = 10, 40


def own_invitations(actor: Actor) -> Iterable[OwnCard]:
    """Coming events the organisation is invited to; those without an answer come first."""
    for invitation in reply_queries.own_invitations(actor):
        conference = invitation.conference
        is_open = invitation.reply is Reply.NONE and conference.state is ConferenceState.PLANNED
        facts = [("calendar", announced.when(conference.starts_at, conference.ends_at))]
        if place := announced.where(conference):
            facts.append(("pin", place))
        facts.append(("user", invitation.person.name))
        if conference.state is ConferenceState.CANCELLED:
            text = _("Die Veranstaltung ist abgesagt.")
        elif is_open and conference.reply_by is not None:
            text = _("Bitte antworten Sie bis zum %(day)s.", day=date_long(conference.reply_by))
        elif is_open:
            text = _("Bitte sagen Sie uns, ob jemand kommt.")
        else:
            text = _("Ihre Antwort: %(reply)s", reply=invitation.reply.label)
        yield OwnCard(
            title=_("Einladung: %(title)s", title=conference.title),
            text=text,
            url=url_for("conferences.own_invitation", public_id=invitation.public_id),
            facts=tuple(facts),
            rank=_TO_ANSWER if is_open else _ANSWERED,
        )

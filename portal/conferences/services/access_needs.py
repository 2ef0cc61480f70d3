"""What people need to take part: kept with their consent only, seen by the organiser only, deleted by rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from portal.conferences import permissions
from portal.conferences.models import AccessKind, AccessNeed, Conference, Invitation, Reply
from portal.conferences.parameters import DELETE_ACCESS_AFTER
from portal.core import clock
from portal.core.actor import Actor
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.settings import services as settings

WORDS_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class AccessWish:
    """Needs as somebody names them. Without `consent` none of it is kept; `forget` deletes what was kept before."""

    kinds: frozenset[AccessKind] = frozenset()
    words: str = ""
    consent: bool = False
    forget: bool = False


def delete_on(conference: Conference) -> date:
    """The day on which needs for the event are deleted."""
    days = int(settings.get(DELETE_ACCESS_AFTER))
    return conference.ends.astimezone(LOCAL_ZONE).date() + timedelta(days=days)


def keep(invitation: Invitation, wish: AccessWish, *, of_deputy: bool = False) -> bool:
    """Keep the needs in place of earlier ones if there is consent to it; whether anything changed.

    The invited person and the deputy each replace and delete their own only.
    """
    words = one_line(wish.words)
    if len(words) > WORDS_LIMIT:
        raise Refusal(_("Bitte kürzen Sie den Text auf 500 Zeichen."), field="access_words")
    kinds = wish.kinds | ({AccessKind.OTHER} if words else frozenset())
    if wish.consent and kinds:
        return _replace(invitation, kinds, words, of_deputy=of_deputy)
    return forget(invitation, of_deputy=of_deputy) if wish.forget else False


def kept(invitation: Invitation, *, of_deputy: bool = False) -> list[AccessNeed]:
    """What is kept of the invited person, or of the deputy."""
    return [need for need in invitation.access_needs if need.of_deputy is of_deputy]


def _replace(invitation: Invitation, kinds: frozenset[AccessKind], words: str, *, of_deputy: bool) -> bool:
    wanted = {(kind, words if kind is AccessKind.OTHER else "") for kind in kinds}
    if wanted == {(need.kind, need.note) for need in kept(invitation, of_deputy=of_deputy)}:
        return False
    day = delete_on(invitation.conference)
    forget(invitation, of_deputy=of_deputy)
    for kind in AccessKind:
        if kind in kinds:
            note = words if kind is AccessKind.OTHER else ""
            invitation.access_needs.append(
                AccessNeed(kind=kind, note=note, of_deputy=of_deputy, consented_at=clock.now(), delete_on=day)
            )
    db.session.flush()
    return True


def forget(invitation: Invitation, *, of_deputy: bool = False) -> bool:
    """Delete the needs of one person; whether there were any."""
    own = kept(invitation, of_deputy=of_deputy)
    if not own:
        return False
    for need in own:
        invitation.access_needs.remove(need)
    db.session.flush()  # before others of the same kind are written
    return True


def follow_date(conference: Conference) -> None:
    """The event was moved: needs are kept until the same time after the new day. Part of the moving transaction."""
    of_event = select(Invitation.id).where(Invitation.conference_id == conference.id)
    db.session.execute(
        update(AccessNeed).where(AccessNeed.invitation_id.in_(of_event)).values(delete_on=delete_on(conference))
    )


def delete_due() -> int:
    """Delete every need whose day has come; how many."""
    result = db.session.execute(delete(AccessNeed).where(AccessNeed.delete_on <= clock.today()))
    return int(getattr(result, "rowcount", 0))


def of_event(conference: Conference, *, actor: Actor) -> Sequence[AccessNeed]:
    """Needs of everybody who may come, for the organiser alone; by kind, then by name. Those due are gone already."""
    require(permissions.may_organise(actor))
    statement = (
        select(AccessNeed)
        .join(AccessNeed.invitation)
        .options(
            joinedload(AccessNeed.invitation).joinedload(Invitation.person),
            joinedload(AccessNeed.invitation).joinedload(Invitation.organisation),
        )
        .where(
            Invitation.conference_id == conference.id,
            Invitation.withdrawn_at.is_(None),
            Invitation.reply != Reply.DECLINED,
            AccessNeed.delete_on > clock.today(),
        )
        .order_by(AccessNeed.kind, Invitation.id)
    )
    rows = list(db.session.scalars(statement))
    order = list(AccessKind)
    return sorted(rows, key=lambda need: (order.index(need.kind), need.invitation.person.sort_key, need.id))

"""Topics that every installation starts with."""

from flask_babel import force_locale
from sqlalchemy import select

from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.planning.models import Topic, TopicKey


def seed_topics(*, actor: Actor = SYSTEM) -> dict[str, Topic]:
    """All topics by key; those missing are made, what a county renamed stays.

    Needs an open transaction. The order of `TopicKey` is the order of reports.
    """
    require(actor.is_system)
    known = {topic.key: topic for topic in db.session.execute(select(Topic)).scalars()}
    with force_locale("de"):
        for position, member in enumerate(TopicKey):
            if member.value not in known:
                known[member.value] = topic = Topic(key=member.value, name=str(member.label), position=position)
                db.session.add(topic)
    db.session.flush()
    return known

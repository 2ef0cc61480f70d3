"""How long the portal keeps what it wrote to people."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select, update

from portal.core import clock
from portal.core.database import db
from portal.outbox.kinds import RETENTION_DAYS
from portal.outbox.models import MessageState, OutboxMessage
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind

SETTINGS = (
    Declared(
        key=RETENTION_DAYS,
        kind=SettingKind.WHOLE_NUMBER,
        default=90,
        minimum=1,
        maximum=3650,
        unit=_l("Tage"),
        unit_one=_l("Tag"),
        group=_l("Aufbewahrung"),
        label=_l("Inhalt von E-Mails löschen nach"),
        hint=_l("Empfänger, Betreff und Zustand bleiben als Nachweis stehen."),
    ),
)
_SETTLED = (MessageState.SENT, MessageState.UNDELIVERABLE, MessageState.WITHDRAWN)


def erase_old_bodies(*, limit: int) -> int:
    """Erase text, HTML and calendar of up to `limit` messages settled longer ago than the setting says.

    What still waits is kept. Hands back how many were erased.
    """
    before = clock.now() - timedelta(days=settings.get(RETENTION_DAYS))
    ids = db.session.scalars(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.state.in_(_SETTLED),
            func.coalesce(OutboxMessage.sent_at, OutboxMessage.created_at) < before,
            OutboxMessage.text != "",
        )
        .order_by(OutboxMessage.id)
        .limit(limit)
    ).all()
    if ids:
        db.session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id.in_(ids), OutboxMessage.state.in_(_SETTLED))
            .values(text="", html=None, calendar=None, calendar_method=None)
            .execution_options(synchronize_session=False)
        )
    return len(ids)

"""Texts in *Leichte Sprache* about planning areas: written as versions, released by somebody else, taken back."""

from collections.abc import Collection

from flask_babel import gettext as _
from sqlalchemy import select

from portal.areas.models import Area
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.permissions import require
from portal.core.text import clean_text, one_line
from portal.core.transaction import lock
from portal.evidence import permissions
from portal.evidence.easy.models import EasyText
from portal.evidence.queries import VERSION
from portal.settings import services as settings

MOST = 6000
_CHECKED_LENGTH = 200


def versions(area_id: int) -> list[EasyText]:
    """Every version, the latest first."""
    return list(
        db.session.scalars(select(EasyText).where(EasyText.area_id == area_id).order_by(EasyText.number.desc()))
    )


def public(area_id: int) -> EasyText | None:
    """What everybody reads; None where nothing is released."""
    return next((one for one in versions(area_id) if one.is_public), None)


def with_public(area_ids: Collection[int]) -> set[int]:
    """Which of these places have a released text; one query."""
    rows = db.session.scalars(
        select(EasyText.area_id).where(
            EasyText.area_id.in_(area_ids), EasyText.released_at.is_not(None), EasyText.withdrawn_at.is_(None)
        )
    )
    return set(rows)


def write(area: Area, text: str, *, actor: Actor, seen: int, checked_by: str = "", is_demo: bool = False) -> EasyText:
    """A new version, not yet public. `seen` is the number of the version it was written from (0: none)."""
    require(permissions.may_write_easy(actor))
    area = lock(area)
    found = versions(area.id)
    present = found[0].number if found else 0
    if seen != present:
        raise Conflict(_("Inzwischen hat jemand anderes eine neue Fassung gespeichert. Sie steht unten."))
    words = clean_text(text)
    if not words.strip():
        raise Refusal(_("Bitte schreiben Sie den Text."), field="text")
    if len(words) > MOST:
        raise Refusal(_("Bitte kürzen Sie auf höchstens 6.000 Zeichen."), field="text")
    if found and (found[0].text, found[0].checked_by) == (words, one_line(checked_by)):
        return found[0]
    made = EasyText(
        area_id=area.id,
        number=present + 1,
        text=words,
        checked_by=one_line(checked_by)[:_CHECKED_LENGTH],
        written_by=actor.user_id,
        is_demo=is_demo,
    )
    db.session.add(made)
    db.session.flush()
    audit.record("evidence.easy_written", subject=made, actor=actor, details={"version": made.number})
    return made


def release(version: EasyText, *, actor: Actor) -> None:
    """Let everybody read it. Whoever wrote it asks somebody else."""
    version = lock(version)
    require(permissions.may_release_easy_any(actor))
    if version.is_public:
        return
    if not permissions.may_release_easy(actor, version):
        raise Refusal(_("Sie haben diese Fassung selbst geschrieben. Freigeben muss sie eine zweite Person."))
    if versions(version.area_id)[0].number != version.number:
        raise Conflict(_("Inzwischen gibt es eine neuere Fassung. Bitte lesen Sie erst diese."))
    version.released_at, version.released_by, version.withdrawn_at = clock.now(), actor.user_id, None
    _finish()
    audit.record("evidence.easy_released", subject=version, actor=actor, details={"version": version.number})


def withdraw(area: Area, *, actor: Actor) -> None:
    """Nobody but staff reads it any longer, nor any version before it."""
    require(permissions.may_release_easy_any(actor))
    area = lock(area)
    shown = [one for one in versions(area.id) if one.is_public]
    if not shown:
        raise Refusal(_("Zurzeit ist keine Fassung öffentlich."))
    for version in shown:
        version.withdrawn_at = clock.now()
    _finish()
    audit.record("evidence.easy_withdrawn", subject=shown[0], actor=actor, details={"version": shown[0].number})


def _finish() -> None:
    db.session.flush()
    settings.bump(VERSION)

"""Reading settings for the page: groups, values in words, history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.audit import naming
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.text import slugify
from portal.settings import permissions
from portal.settings.models import SettingChange
from portal.settings.registry import Declared, declared
from portal.settings.services import get
from portal.settings.values import shown

HISTORY_ENTRIES = 50
NOBODY = _l("Portal (automatisch)")
ERASED = _l("Konto gelöscht")


@dataclass(frozen=True)
class Present:
    """A setting and its value as the page prints it."""

    setting: Declared
    words: str
    is_default: bool


@dataclass(frozen=True)
class Group:
    """Settings that belong together; `slug` is their part of the address, the same in every language."""

    slug: str
    label: Any
    settings: list[Present]


@dataclass(frozen=True)
class Step:
    """One change of a setting; `number` counts the changes of that setting from 1."""

    setting: Declared
    number: int
    at: datetime
    who: str
    old: str
    new: str
    may_undo: bool


def groups(actor: Actor) -> list[Group]:
    """All settings by group, in the order of declaration."""
    require(permissions.may_see(actor))
    found: dict[str, Group] = {}
    for setting in declared():
        with force_locale("de"):
            slug = slugify(str(setting.group))
        value = get(setting.key)
        present = Present(setting, shown(setting, value), value == setting.present_default)
        found.setdefault(slug, Group(slug, setting.group, [])).settings.append(present)
    return list(found.values())


def group(actor: Actor, slug: str) -> Group:
    """The group of that address, or `NotFound`."""
    return require_visible(next((found for found in groups(actor) if found.slug == slug), None))


def values(of: Group) -> Mapping[str, Any]:
    """Field name → stored value, as a form shows it."""
    return {present.setting.field: get(present.setting.key) for present in of.settings}


def history(actor: Actor, of: Group) -> list[Step]:
    """The latest changes of a group's settings, newest first."""
    require(permissions.may_see(actor))
    settings = {present.setting.key: present.setting for present in of.settings}
    number = func.row_number().over(partition_by=SettingChange.key, order_by=SettingChange.id)
    rows = db.session.execute(
        select(SettingChange, number)
        .where(SettingChange.key.in_(settings))
        .order_by(SettingChange.id.desc())
        .limit(HISTORY_ENTRIES)
    ).all()
    by = {change.changed_by for change, _number in rows if change.changed_by is not None}
    names = naming.users(by, actor=actor)
    may_change = permissions.may_change(actor)
    steps = []
    latest: set[str] = set()
    for change, count in rows:
        setting = settings[change.key]
        by = change.changed_by
        who = str(NOBODY) if by is None else names[by].text if by in names else str(ERASED)
        steps.append(
            Step(
                setting=setting,
                number=count,
                at=change.created_at,
                who=who,
                old=shown(setting, change.old),
                new=shown(setting, change.new),
                may_undo=may_change and change.key not in latest,
            )
        )
        latest.add(change.key)
    return steps


def latest_number(key: str) -> int:
    """The number of a setting's latest change; 0 if it was never changed."""
    return db.session.execute(select(func.count()).where(SettingChange.key == key)).scalar_one()


def change(key: str, number: int) -> SettingChange | None:
    """The n-th change of a setting."""
    if number < 1:
        return None
    statement = (
        select(SettingChange).where(SettingChange.key == key).order_by(SettingChange.id).offset(number - 1).limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()

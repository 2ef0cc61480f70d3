"""Reading and changing settings, and the data versions that pages are cached by."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, cast

from flask import g, has_request_context, request
from flask_babel import gettext as _
from sqlalchemy import Table, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict
from portal.core.permissions import require, require_visible
from portal.core.transaction import in_transaction, kept_in_transaction
from portal.settings import extension, permissions
from portal.settings.models import DataVersion, Setting, SettingChange
from portal.settings.registry import SettingKind, declared, find
from portal.settings.values import checked

VERSION = "settings"
_KEPT = "settings"
_NOT_STORED = object()
_supposed: ContextVar[dict[str, Any]] = ContextVar("supposed_settings", default={})  # noqa: B039 (never changed)
_KEPT_VERSIONS = "data_versions"
_ALL = select(Setting.key, Setting.value)
_VERSIONS = cast(Table, DataVersion.__table__)
_BUMP = {
    dialect: insert(_VERSIONS).on_conflict_do_update(
        index_elements=[_VERSIONS.c.name], set_={"number": _VERSIONS.c.number + 1}
    )
    for dialect, insert in (("sqlite", sqlite_insert), ("postgresql", postgresql_insert))
}


def get(key: str) -> Any:
    """The value of a declared setting; its default where the county has not changed it.

    All stored settings are read at once and kept for the request; a transaction reads its own.
    """
    setting = find(key)
    value = _stored().get(key, _NOT_STORED)
    if value is _NOT_STORED:
        value = setting.present_default
    # SQLite stores the text 99.0 in a JSON column as the number 99.
    return float(value) if setting.kind is SettingKind.NUMBER else value


@contextmanager
def supposing(wanted: Mapping[str, Any]) -> Iterator[None]:
    """Within the block settings read as if these values were stored; nothing is.

    What is kept in memory by the version of the settings keeps apart what was made of them.
    """
    token = _supposed.set({**_supposed.get(), **{key: checked(find(key), value) for key, value in wanted.items()}})
    try:
        yield
    finally:
        _supposed.reset(token)


def previews(wanted: Mapping[str, Any], *, actor: Actor) -> list[extension.Preview]:
    """What storing these values would come to, as far as somebody has something to say; `Refusal` as `put`."""
    require(permissions.may_change(actor))
    values = {key: checked(find(key), value) for key, value in wanted.items()}
    new = {key: value for key, value in values.items() if get(key) != value}
    found = [foreseer(new, actor) for foreseer in extension.foreseers] if new else []
    return [one for one in found if one is not None]


def stored_state() -> str:
    """All settings that are not the same in every installation as one text: a cache key for what is made of any."""
    own = [(setting.key, setting.present_default) for setting in declared() if setting.own is not None]
    return repr([own, sorted(_stored().items())])


def _stored() -> dict[str, Any]:
    supposed = _supposed.get()
    return {**_really_stored(), **supposed} if supposed else _really_stored()


def _really_stored() -> dict[str, Any]:
    # Inside a transaction the present values may still be undone; they must not outlive it.
    if in_transaction():
        own = kept_in_transaction()
        if _KEPT not in own:
            own[_KEPT] = _read()
        stored: dict[str, Any] = own[_KEPT]
        return stored
    if has_request_context():
        kept: dict[str, Any] | None = g.get(_KEPT)
        if kept is None:
            kept = _read()
            g.setdefault(_KEPT, kept)
        return kept
    return _read()


def _read() -> dict[str, Any]:
    rows = db.session.execute(_ALL)
    return {row.key: row.value for row in rows}


def put(key: str, value: Any, *, actor: Actor) -> bool:
    """Change a setting and say whether anything changed; an unchanged value leaves no trace.

    Raises `Refusal` at the field `key` for a value out of its bounds. Two changes at once happen one after the
    other, and each notes what it really replaced.
    """
    require(permissions.may_change(actor))
    setting = find(key)
    value = checked(setting, value)
    if _present(key) == value:
        return False
    bump(VERSION)  # its row is what concurrent changes wait for; the setting's own may not exist yet
    old = _present(key)
    if old == value:
        return False
    row = db.session.get(Setting, key, populate_existing=True)
    if row is not None and value == setting.present_default:
        db.session.delete(row)
    elif row is not None:
        row.value = value
    else:
        db.session.add(Setting(key=key, value=value))
    change = SettingChange(key=key, old=old, new=value, changed_by=actor.user_id)
    db.session.add(change)
    db.session.flush()
    if in_transaction():
        kept_in_transaction().pop(_KEPT, None)
    if has_request_context():
        g.pop(_KEPT, None)
    audit.record("settings.changed", subject=change, actor=actor, details={"key": key})
    for told in extension.changed:
        told(key, actor)
    return True


def undo(change: SettingChange | None, *, actor: Actor) -> None:
    """Give a setting the value it had before the change.

    Raises `Conflict` if the setting was changed again since: then nobody knows whether the later change still
    holds without the earlier one.
    """
    require(permissions.may_change(actor))
    change = require_visible(change)
    bump(VERSION)
    if _present(change.key) != change.new:
        raise Conflict(_("Diese Einstellung wurde inzwischen erneut geändert. Bitte stellen Sie den Wert selbst ein."))
    put(change.key, change.old, actor=actor)


def _present(key: str) -> Any:
    """The value in the database now, whatever the session remembers."""
    row = db.session.execute(select(Setting.value).where(Setting.key == key)).one_or_none()
    return find(key).present_default if row is None else row[0]


def version(*names: str) -> str:
    """Versions of what a page is made of, as one short text for cache keys and ETags.

    One query; a request that only reads asks once for the same names. What it makes later of newer data is then kept
    under an older version, never the other way round.
    """
    if in_transaction() or _supposed.get() or not has_request_context() or request.method not in {"GET", "HEAD"}:
        return _version(names)
    known: dict[tuple[str, ...], str] = g.setdefault(_KEPT_VERSIONS, {})
    if names not in known:
        known[names] = _version(names)
    return known[names]


def _version(names: tuple[str, ...]) -> str:
    supposed = _supposed.get() if VERSION in names else {}
    return _true_version(names) + (f"?{sorted(supposed.items())!r}" if supposed else "")


def _true_version(names: tuple[str, ...]) -> str:
    statement = select(DataVersion.name, DataVersion.number).where(DataVersion.name.in_(names))
    found = {row.name: row.number for row in db.session.execute(statement)}
    return "-".join(f"{name}{found.get(name, 0)}" for name in names)


def bump(name: str) -> None:
    """Say that pages made of `name` are out of date. Part of the caller's transaction.

    Whoever bumps the same name waits until that transaction ends.
    """
    db.session.execute(_BUMP[db.session.get_bind().dialect.name], {"name": name, "number": 1})
    if has_request_context():
        g.pop(_KEPT_VERSIONS, None)

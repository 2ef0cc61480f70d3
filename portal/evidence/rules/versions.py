"""Versions of rule 1: which numbers held from when on. Every change of one of its settings makes a new version.

The catalogue's own numbers (lead indicators, differences, age limits) have their own history; a finding keeps those of
the indicators it rests on.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.conferences.parameters import REQUIRED_GROUPS, REQUIRED_SHARE
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.transaction import in_transaction, kept_in_transaction
from portal.evidence.models import RuleVersion
from portal.evidence.parameters import RULE_KEYS
from portal.evidence.queries import VERSION
from portal.indicators.parameters import RULE_KEYS as FIGURES_KEYS
from portal.settings import services as settings
from portal.settings.models import SettingChange
from portal.settings.registry import declared

RULE = 1
_MADE_HERE = "rule_version"
_LENGTH = 16
_ONE_FORM = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class RuleRef:
    """The version that holds now. `since` is None until it was noted for the first time."""

    number: int
    since: datetime | None


def is_part(key: str) -> bool:
    """Whether the setting is one of the rule's numbers: its own, those of events, those of figures."""
    return key in {*RULE_KEYS, *FIGURES_KEYS, REQUIRED_GROUPS, REQUIRED_SHARE}


def parameters_now() -> dict[str, Any]:
    """Every number of the rule as the settings say now, by key of the setting."""
    return {setting.key: settings.get(setting.key) for setting in declared() if is_part(setting.key)}


def fingerprint(parameters: Mapping[str, Any]) -> str:
    """The same numbers give the same; 30 and 30.0 are the same number."""
    plain = {key: _plain(value) for key, value in parameters.items()}
    text = json.dumps(plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def completed(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers of a version as the rule has them now: one that became a setting later was its default before."""
    return {setting.key: parameters.get(setting.key, setting.default) for setting in declared() if is_part(setting.key)}


def _holds(found: RuleVersion, parameters: Mapping[str, Any]) -> bool:
    return fingerprint(completed(found.parameters)) == fingerprint(parameters)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def present(*, actor: Actor) -> RuleVersion:
    """The version that holds now, noted if it is new. Needs an open transaction."""
    parameters = parameters_now()
    found = latest()
    if found is not None and _holds(found, parameters):
        return found
    settings.bump("rule_version")  # two who note at once wait for each other
    found = latest()
    if found is not None and _holds(found, parameters):
        return found
    return _note(parameters, after=found, actor=actor)


def note_change(key: str, actor: Actor) -> None:
    """A setting was changed: if it is one of the rule's, a new version begins. One form makes one version."""
    if not is_part(key):
        return
    parameters = parameters_now()
    kept = kept_in_transaction() if in_transaction() else {}
    made: RuleVersion | None = kept.get(_MADE_HERE)
    if made is not None and clock.now() - made.created_at < _ONE_FORM:
        made.parameters, made.fingerprint = parameters, fingerprint(parameters)
        db.session.flush()
        return
    settings.bump("rule_version")
    before = latest() or _note({**parameters, key: _value_before(key)}, after=None, actor=SYSTEM)
    kept[_MADE_HERE] = _note(parameters, after=before, actor=actor)


def _value_before(key: str) -> Any:
    """What the setting was until the change that is being made."""
    return db.session.scalars(
        select(SettingChange.old).where(SettingChange.key == key).order_by(SettingChange.id.desc()).limit(1)
    ).one_or_none()


def _note(parameters: dict[str, Any], *, after: RuleVersion | None, actor: Actor) -> RuleVersion:
    found = RuleVersion(
        number=1 if after is None else after.number + 1,
        parameters=parameters,
        fingerprint=fingerprint(parameters),
        changed_by=actor.user_id,
    )
    db.session.add(found)
    db.session.flush()
    settings.bump(VERSION)
    return found


def latest() -> RuleVersion | None:
    return db.session.scalars(select(RuleVersion).order_by(RuleVersion.number.desc()).limit(1)).one_or_none()


def all_versions() -> list[RuleVersion]:
    """Every version, the latest first."""
    return list(db.session.scalars(select(RuleVersion).order_by(RuleVersion.number.desc())))


def shown() -> RuleRef:
    """The version that holds now, for a page; one query."""
    found = latest()
    if found is None:
        return RuleRef(number=1, since=None)
    if _holds(found, parameters_now()):
        return RuleRef(number=found.number, since=found.created_at)
    return RuleRef(number=found.number + 1, since=None)

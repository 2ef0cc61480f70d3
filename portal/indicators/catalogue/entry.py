"""A catalogue entry as people edit it: plain values, compared field by field, written down in revisions (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum
from typing import Any

from portal.accounts.models import Department
from portal.indicators.aggregation import Aggregation, RateBasis
from portal.indicators.models import Delivery, DifferenceKind, Indicator, Polarity, StandardScope, Visibility
from portal.indicators.natures import Nature
from portal.planning.models import Topic


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Everything the editor changes. `topic` is a key, `department` a public id (empty: nobody is responsible).

    `min_difference` of the relative kind is a share (0.1 for ten per cent), as the rule takes it.
    """

    name: str
    topic: str
    explanation: str = ""
    definition: str = ""
    formula: str = ""
    unit: str
    unit_short: str = ""
    decimals: int = 1
    polarity: Polarity
    nature: Nature
    counts_cases: bool = False
    aggregation: Aggregation
    threshold: float | None = None
    rate_basis: RateBasis | None = None
    area_unit: str = ""
    area_unit_short: str = ""
    min_difference: float | None = None
    min_difference_kind: DifferenceKind | None = None
    age_limit_years: int = 5
    standard_value: float | None = None
    standard_scope: StandardScope | None = None
    standard_tolerance: float = 0.0
    standard_source: str = ""
    caveat: str = ""
    smallest_level: str = ""
    periodicity: str = ""
    typical_source: str = ""
    used_in: str = ""
    note: str = ""
    visibility: Visibility = Visibility.PUBLIC
    in_use: bool = False
    department: str = ""
    delivery: Delivery = Delivery.FILES
    delivery_months: int | None = None
    next_due: date | None = None


FIELDS = tuple(field.name for field in fields(Entry))
# Written by other names in the table, because they are rows there.
_ROWS = frozenset({"topic", "department"})
_ENUMS: Mapping[str, type[Enum]] = {
    "polarity": Polarity,
    "nature": Nature,
    "aggregation": Aggregation,
    "rate_basis": RateBasis,
    "min_difference_kind": DifferenceKind,
    "standard_scope": StandardScope,
    "visibility": Visibility,
    "delivery": Delivery,
}


def entry_of(indicator: Indicator) -> Entry:
    """The stored entry."""
    values = {name: getattr(indicator, name) for name in FIELDS if name not in _ROWS}
    department = indicator.department
    return Entry(topic=indicator.topic.key, department="" if department is None else department.public_id, **values)


def write(entry: Entry, indicator: Indicator, *, topic: Topic, department: Department | None) -> None:
    """Put an entry into its row; the rows that it names are handed in."""
    indicator.topic = topic
    indicator.topic_id = topic.id
    indicator.department = department
    indicator.department_id = None if department is None else department.id
    for name in FIELDS:
        if name not in _ROWS:
            setattr(indicator, name, getattr(entry, name))


def differences(old: Entry, new: Entry) -> dict[str, dict[str, Any]]:
    """Field → old and new value as a revision keeps them; nothing where nothing changed."""
    return {
        name: {"old": stored(getattr(old, name)), "new": stored(getattr(new, name))}
        for name in FIELDS
        if getattr(old, name) != getattr(new, name)
    }


def taken_back(entry: Entry, changes: Mapping[str, Mapping[str, Any]]) -> Entry:
    """The entry with the old value in every changed field."""
    return replace(entry, **{name: restored(name, change["old"]) for name, change in changes.items() if name in FIELDS})


def stored(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def restored(name: str, value: Any) -> Any:
    """The value of a field from JSON."""
    if value is None:
        return None
    if name == "next_due":
        return date.fromisoformat(value)
    return _ENUMS[name](value) if name in _ENUMS else value

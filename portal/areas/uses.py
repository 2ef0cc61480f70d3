"""Who refers to places: each feature declares its columns, so that previews and refusals can name what is there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select, union

from portal.areas import extension
from portal.areas.extension import Use
from portal.core.database import db

# What is counted, and the place it names.
Reference = tuple[SQLColumnExpression[Any], SQLColumnExpression[Any]]


@dataclass(frozen=True)
class References:
    """Rows of a feature that name a place in one of several columns; each row counts once."""

    label: Any
    columns: tuple[Reference, ...]

    def __call__(self, area_ids: Collection[int], *, since: date | None = None) -> Sequence[Use]:
        if since is not None or not area_ids:
            return []
        found = union(*(select(row).where(area.in_(area_ids)) for row, area in self.columns)).subquery()
        count = db.session.execute(select(func.count()).select_from(found)).scalar_one()
        return [Use(str(self.label), count)] if count else []


def uses_of(area_ids: Collection[int]) -> list[Use]:
    """What refers to these places, from every feature that may."""
    return [use for ask in extension.uses for use in ask(area_ids)]


def values_since(area_id: int, day: date) -> list[Use]:
    """Values of a territory that the place has from the day on."""
    return [use for ask in extension.uses for use in ask([area_id], since=day)]

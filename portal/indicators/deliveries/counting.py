"""How many values a delivery would change, without telling a number that pages hold back.

Whoever hands in a guess at a hidden number must not learn from a count whether it was right. Values in the place of a
hidden one are therefore counted apart, whatever they are. Places of counties that no page looks at have nothing but
what their publisher shows everybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.areas.composition import Composition
from portal.indicators.deliveries import comparison
from portal.indicators.deliveries.comparison import ListedValue
from portal.indicators.deliveries.withheld import Cell, counties_shown, places_of, withheld
from portal.indicators.models import ImportBatch
from portal.indicators.value_states import ValueState
from portal.settings import services as settings

# Deliveries up to this size are looked at as a whole, larger ones series by series, so that memory stays small.
MOST_AT_ONCE = 30_000


@dataclass(frozen=True)
class Counts:
    """Values of a batch that are new, changed or the same as what is visible, and those in the place of a hidden
    number, of which nothing is said; `version` names what was compared with."""

    new: int
    changed: int
    unchanged: int
    withheld: int
    version: str

    @property
    def nothing_new(self) -> bool:
        return not (self.new or self.changed or self.withheld)

    @classmethod
    def of(cls, batch: ImportBatch) -> "Counts":
        """What the batch keeps of its last comparison."""
        return cls(
            batch.new_values,
            batch.changed_values,
            batch.unchanged_values,
            batch.withheld_values,
            batch.compared_with,
        )


def compare(batch: ImportBatch) -> Counts:
    """Count what the batch would change."""
    version = settings.version("figures")
    counted = {series_id: comparison.counted(batch, series_id) for series_id in comparison.series_ids_of(batch)}
    total = sum(one.total for one in counted.values())
    new, changed = sum(one.new for one in counted.values()), sum(one.changed for one in counted.values())
    # Where nothing stood before, nothing can be told.
    replacing = [series_id for series_id, one in counted.items() if one.total > one.new]
    counties = counties_shown() if replacing else ()
    groups = [list(counted)] if total <= MOST_AT_ONCE else [[series_id] for series_id in replacing]
    hidden = [one for group in groups if replacing for one in _in_place_of_hidden(batch, group, counties)]
    changed -= sum(one.is_changed for one in hidden)
    return Counts(new, changed, total - new - changed - len(hidden), len(hidden), version)


def is_in_place_of_hidden(one: ListedValue, hidden: frozenset[Cell]) -> bool:
    """Whether a value would replace a number that pages hold back. What its source keeps secret is no number."""
    is_known = not one.has_old or one.old_state is ValueState.SUPPRESSED
    return not is_known and (one.series_id, one.dimensions, one.area_id, one.period) in hidden


def _in_place_of_hidden(
    batch: ImportBatch, series_ids: Sequence[int], counties: Sequence[Composition]
) -> list[ListedValue]:
    values = comparison.values_beside(batch, series_ids=series_ids, area_ids=places_of(counties))
    hidden = withheld(batch, values, counties)
    return [one for one in values if is_in_place_of_hidden(one, hidden)]

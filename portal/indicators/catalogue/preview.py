"""What an entry would show if it were saved as it stands in the form: computed, never stored."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.areas import queries as areas
from portal.core import clock
from portal.core.formats import number
from portal.indicators import county_words, pages, queries, words
from portal.indicators.aggregation import RateBasis
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue.entry import Entry, write
from portal.indicators.catalogue.parts import RateParts, parts_of, row_of
from portal.indicators.catalogue.services import Link
from portal.indicators.deliveries import fed
from portal.indicators.figures import IndicatorFigures
from portal.indicators.models import ComparedWith, Indicator, IndicatorSeries
from portal.indicators.pages import AreaRow, PlaceRow
from portal.indicators.parameters import parameters
from portal.planning import queries as planning


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Values with this entry and these series; `rows` are the planning areas, `places` the municipalities.

    `states`: how many municipalities have what in place of a number. `replaces`: what the county's value is now.
    """

    level: str
    period: str
    county: str
    county_note: str
    replaces: str
    rows: list[AreaRow]
    places: list[PlaceRow]
    states: list[tuple[Any, str]]
    has_values: bool


def preview(
    entry: Entry, links: Sequence[Link], *, present: Indicator | None, parts: RateParts | None = None
) -> Preview | None:
    """Compute the values; None if the entry names a topic that does not exist. A fixed number of queries.

    `parts` are numerator and denominator in place of the stored ones.
    """
    topic = next((topic for topic in planning.topics() if topic.key == entry.topic), None)
    if topic is None:
        return None
    key = "vorschau" if present is None else present.key
    draft = Indicator(id=0, public_id="", key=key, name=entry.name, position=0, compared_with=ComparedWith.COUNTY)
    if present is not None:
        draft.id, draft.compared_with = present.id, present.compared_with
    write(entry, draft, topic=topic, department=None)
    draft.in_use = True
    if parts is None and present is not None:
        parts = parts_of(present)
    if parts is not None and entry.rate_basis is RateBasis.COUNTS:
        draft.rate = row_of(parts)
    known = catalogue_queries.series_by_public_id([link.series for link in links])
    draft.series_links = [
        IndicatorSeries(
            series=known[link.series],
            series_id=known[link.series].id,
            position=position,
            dimensions=link.dimensions,
            period=link.period,
        )
        for position, link in enumerate(links)
        if link.series in known
    ]
    composition = areas.composition_of(areas.own_county())
    beside = fed.beside(draft)
    county = queries.compute([draft], composition, [], parameters(), version="", today=clock.today(), beside=beside)
    figures = county.indicators[key]
    return Preview(
        level=words.level(figures),
        period=words.period(figures.period) if figures.period else "",
        county=words.county_value(figures.indicator, figures.county),
        county_note=county_words.county_note(figures),
        replaces=_shown_now(present),
        rows=pages.area_rows(figures, county),
        places=pages.place_rows(figures, county, "name") if figures.numbers or figures.has_values else [],
        states=_states(figures),
        has_values=figures.has_values,
    )


def _shown_now(present: Indicator | None) -> str:
    if present is None:
        return ""
    composition = areas.composition_of(areas.own_county())
    beside = fed.beside(present)
    county = queries.compute([present], composition, [], parameters(), version="", today=clock.today(), beside=beside)
    figures = county.find(present.key)
    return "" if figures is None or not figures.has_values else words.county_value(figures.indicator, figures.county)


def _states(figures: IndicatorFigures) -> list[tuple[Any, str]]:
    counted = Counter(shown.state for shown in figures.municipal.values() if shown.value is None)
    return [(words.state_words(state), number(count)) for state, count in sorted(counted.items())]

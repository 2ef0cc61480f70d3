"""Population beside areas: what the pages of areas ask for without knowing figures."""

from collections.abc import Collection

from flask_babel import gettext as _

from portal.areas.extension import Populations
from portal.core.actor import ANONYMOUS
from portal.core.formats import date_short
from portal.indicators import queries
from portal.indicators.periods import period_end


def population_of(area_ids: Collection[int]) -> Populations:
    """Latest population of own municipalities, with date and source in words; public figures only."""
    figures = queries.county_figures(ANONYMOUS)
    known = figures.population
    people = {area_id: round(known[area_id].persons) for area_id in area_ids if area_id in known}
    whole = known.get(figures.composition.county.id)
    if whole is None:
        return Populations(people=people, source="")
    sources = ", ".join(source.text for source in figures.population_sources_of({whole.period}))
    return Populations(
        people=people, source=_("%(day)s, %(sources)s", day=date_short(period_end(whole.period)), sources=sources)
    )

"""An indicator as open data: one JSON document with definition, values, states and sources.

It holds what the indicator's page and its other files hold, in words of the code and unrounded: nothing that is
protected there can be told from it here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.indicators.aggregation import CountyBasis
from portal.indicators.charts.place_course import places_over_time
from portal.indicators.figures import CountyFigures, CoursePoint, IndicatorFigures, ShownValue, SourceFacts

Document: TypeAlias = dict[str, Any]


def indicator_document(figures: IndicatorFigures, county: CountyFigures) -> Document:
    """Everything about one indicator; numbers are JSON numbers, days ISO dates, what is unknown null.

    `values` are the municipalities, planning areas and the county in the present period; a value that must not be
    shown is null and its `state` says why; `held_back` if the source shows it and the portal does not. `course` are all
    periods of the municipalities with more than one, of the planning areas and the county; `census_base` tells which of
    them may be compared.
    """
    facts, composition = figures.indicator, county.composition
    return {
        "indicator": facts.key,
        "name": facts.name,
        "topic": facts.topic.key,
        "explanation": facts.explanation,
        "definition": facts.definition,
        "formula": facts.formula,
        "polarity": facts.polarity.value,
        "caveat": facts.caveat,
        "county": {"key": composition.county.key, "name": composition.county.name},
        "period": figures.period,
        "smallest_level": figures.level.value,
        "unit": facts.unit,
        "planning_area_unit": facts.area_unit,
        "aggregation": {
            "method": facts.aggregation.value,
            "threshold": facts.threshold,
            "rate_basis": None if facts.rate_basis is None else facts.rate_basis.value,
        },
        "assignment": {"as_of": composition.on.isoformat(), "is_example": bool(composition.examples)},
        "values": _values(figures, county),
        "course": _courses(figures, county),
        "sources": [source_document(source) for source in figures.sources],
        "retrieved": clock.today().isoformat(),
    }


def source_document(source: SourceFacts) -> Document:
    """Who has to be named, and under which licence."""
    return {
        "text": source.text or None,
        "publisher": source.publisher or None,
        "licence": source.licence or None,
        "licence_url": source.licence_url,
        "source_url": source.source_url,
    }


def _values(figures: IndicatorFigures, county: CountyFigures) -> list[Document]:
    composition, chance = county.composition, figures.chance
    found = []
    for place in composition.municipalities:
        group = composition.planning_area(place.id)
        values = _municipal(place, figures.municipal[place.id])
        values["planning_area"] = None if group is None else group.slug
        if chance is not None and place.id in chance.places:
            values["interval"] = [*chance.places[place.id].interval]
        found.append(values)
    for area in composition.planning_areas:
        value = figures.areas[area.id].value
        found.append(
            {
                "level": "planning_area",
                "key": area.slug,
                "name": area.name,
                "value": value.value,
                "state": value.state.value,
                "coverage": value.coverage,
                "members": value.members,
                "members_with_value": value.members_with_value,
            }
        )
    own = figures.county
    computed = own.computed if own.basis is CountyBasis.COMPUTED else None
    found.append(
        {
            "level": "county",
            "key": composition.county.key,
            "name": composition.county.name,
            "value": own.value,
            "text": own.text,
            "state": own.basis.value,
            # What it rests on, where it is made of the municipalities' values.
            "computed_state": None if computed is None else computed.state.value,
            "coverage": None if computed is None else computed.coverage,
            "members": None if computed is None else computed.members,
            "members_with_value": None if computed is None else computed.members_with_value,
        }
    )
    return found


def _municipal(place: AreaRef, shown: ShownValue) -> Document:
    return {
        "level": "municipality",
        "key": place.key,
        "name": place.name,
        "period": shown.period,
        "value": shown.value,
        "text": shown.text,
        "state": shown.state.value,
        "held_back": shown.held_back,
        "count": shown.count,
        "base": shown.base,
        "territorial_date": _day(shown.territorial_date),
        "joined_on": _day(shown.joined),
        "census_base": None if shown.census_base is None else shown.census_base.value,
    }


def _courses(figures: IndicatorFigures, county: CountyFigures) -> list[Document]:
    composition = county.composition
    places = (*((place, "municipality", place.key) for place in places_over_time(figures, county)),
              *((area, "planning_area", area.slug) for area in composition.planning_areas),
              (composition.county, "county", composition.county.key))  # fmt: skip
    return [
        {"level": level, "key": key, "name": place.name, "periods": _points(figures.courses.get(place.id, ()))}
        for place, level, key in places
    ]


def _points(course: Sequence[CoursePoint]) -> list[Document]:
    return [
        {
            "period": point.period,
            "value": point.value,
            "state": point.state.value,
            "census_base": None if point.basis is None else point.basis.value,
            "earlier_territory": point.before is not None,
        }
        for point in course
    ]


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

"""Any regrouping conserves counts: what is summed over all planning areas is the county's, whoever belongs where."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.areas.composition import AreaRef, Composition
from portal.areas.models import AreaKind
from portal.indicators.aggregation import Aggregation, AreaValueState, Member, area_value

PLACES, GROUPS = range(1, 31), range(101, 107)


def _area(id_: int, kind: AreaKind) -> AreaRef:
    return AreaRef(
        id=id_, public_id=str(id_), kind=kind, key=f"{id_:08}", name=f"Ort {id_}", official_name=f"Ort {id_}",
        type_name="", slug=f"ort-{id_}", sort_key=f"{id_:03}", county_id=999, is_own=True, character="",
        description="", square_km=1.0, urbanisation="", seat_postcode=None, valid_from=None, valid_to=None,
        attribution_key=None,
    )  # fmt: skip


def _composition(groups: dict[int, int]) -> Composition:
    areas = {id_: _area(id_, AreaKind.MUNICIPALITY) for id_ in PLACES}
    areas |= {id_: _area(id_, AreaKind.PLANNING_AREA) for id_ in GROUPS}
    county = _area(999, AreaKind.COUNTY)
    return Composition(
        county=county, on=date(2026, 1, 1), version="", planning_areas=tuple(areas[id_] for id_ in GROUPS),
        associations=(), municipalities=tuple(areas[id_] for id_ in PLACES), planning_area_of=groups,
        association_of={}, adjacent={}, examples=frozenset(), areas=areas | {999: county},
    )  # fmt: skip


assignments = st.fixed_dictionaries({id_: st.sampled_from(list(GROUPS)) for id_ in PLACES})
moves = st.lists(st.dictionaries(st.sampled_from(list(PLACES)), st.sampled_from(list(GROUPS)), max_size=6), max_size=5)
counts = st.fixed_dictionaries({id_: st.integers(min_value=0, max_value=500_000) for id_ in PLACES})


@settings(deadline=None, max_examples=80)
@given(groups=assignments, regroupings=moves, values=counts)
def test_sums_over_all_planning_areas_equal_the_county(
    groups: dict[int, int], regroupings: list[dict[int, int]], values: dict[int, int]
) -> None:
    day = _composition(groups)
    for one in regroupings:
        day = day.moved(one, example=False)

    def total(area_id: int) -> float:
        members = [
            Member(key=place.key or "", value=float(values[place.id]), population=1.0, area_km2=1.0)
            for place in day.members(area_id)
        ]
        found = area_value(members, aggregation=Aggregation.SUM)
        assert found.state in {AreaValueState.COMPLETE, AreaValueState.NO_VALUES}
        return found.value or 0.0

    assert sum(total(area.id) for area in day.planning_areas) == total(day.county.id) == sum(values.values())
    assert sorted(place.id for area in day.planning_areas for place in day.members(area.id)) == list(PLACES)

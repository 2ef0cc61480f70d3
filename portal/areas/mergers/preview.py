"""What a change of municipalities would do to planning areas, to what refers to them and to figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.areas import extension, queries
from portal.areas.composition import AreaRef, Composition
from portal.areas.extension import FigureFate, Use
from portal.areas.maps.atlas import MapData
from portal.areas.maps.previews import PreviewMap, put_together, with_changes, without
from portal.areas.mergers.services import Plan
from portal.areas.models import MembershipKind, MergerKind
from portal.areas.regrouping import mark
from portal.areas.uses import uses_of
from portal.core.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class AreaEffect:
    """A planning area before and after. People are None where a member's population is unknown."""

    area: AreaRef
    before: int
    after: int
    people_before: int | None
    people_after: int | None
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PreviewMaps:
    """The county on the day before and after; what changes is drawn with a strong line."""

    drawing: MapData
    before: PreviewMap
    after: PreviewMap


@dataclass(frozen=True, kw_only=True)
class MergerPreview:
    """Everything the preview page shows of a plan. `people` live in those that are put together.

    There are no maps without boundaries, of a mere renaming, or of a municipality that comes from elsewhere.
    """

    plan: Plan
    successor: str
    effects: Sequence[AreaEffect]
    people: int | None
    population_source: str
    uses: Sequence[Use]
    figures: Sequence[FigureFate]
    localities: Sequence[str]
    maps: PreviewMaps | None
    mark: str

    @property
    def ends(self) -> Sequence[str]:
        return [area.name for area in self.plan.wish.ended]


def preview_of(plan: Plan) -> MergerPreview:
    """The effects of a plan, on the day before it and on its day."""
    wish = plan.wish
    day = queries.composition_of(plan.county, on=wish.from_day)
    known = extension.populations([place.id for place in day.municipalities])
    going_on = [wish.successor] if wish.successor is not None and wish.kind is MergerKind.INCORPORATION else []
    together = [*wish.ended, *going_on]
    ids = [area.id for area in together]
    puts_together = wish.kind in {MergerKind.INCORPORATION, MergerKind.UNION}
    return MergerPreview(
        plan=plan,
        successor=_successor(plan),
        effects=_effects(plan, day.planning_areas, known.people),
        people=_sum(ids, known.people) if puts_together else None,
        population_source=known.source,
        uses=uses_of([area.id for area in wish.ended]),
        figures=[fate for tell in extension.figure_fates for fate in tell(ids)] if puts_together else [],
        localities=[row.member.name for row in plan.localities],
        maps=_maps(plan, day, ids),
        mark=mark(plan.county),
    )


def _maps(plan: Plan, day: Composition, ids: Sequence[int]) -> PreviewMaps | None:
    wish = plan.wish
    if wish.kind in {MergerKind.RENAMING, MergerKind.ARRIVAL}:
        return None
    try:
        drawing = queries.map_of(plan.county, on=wish.from_day)
    except NotFound:
        return None
    tones = day.tones()
    after = day.moved(dict.fromkeys(ids, _target(plan, day)), example=False)
    then = drawing.regrouped(after)
    return PreviewMaps(
        drawing=drawing,
        before=with_changes(drawing, day, ids, tones),
        after=without(then, after, ids, tones)
        if wish.kind is MergerKind.DEPARTURE
        else put_together(then, after, ids, _successor(plan), tones),
    )


def _target(plan: Plan, day: Composition) -> int | None:
    """Id of the planning area in which what comes of it lies."""
    wish = plan.wish
    if wish.kind is MergerKind.INCORPORATION:
        assert wish.successor is not None
        return day.planning_area_of.get(wish.successor.id)
    if wish.kind is MergerKind.DEPARTURE:
        return None
    return None if wish.planning_area is None else wish.planning_area.id


def _successor(plan: Plan) -> str:
    wish = plan.wish
    if wish.kind is MergerKind.INCORPORATION and wish.successor is not None:
        return wish.successor.name
    return "" if wish.new is None else wish.new.name


def _effects(plan: Plan, areas: Sequence[AreaRef], people: Mapping[int, int]) -> list[AreaEffect]:
    wish = plan.wish
    day = queries.composition_of(plan.county, on=wish.from_day)
    lost_from = {row.member_id: row.group_id for row in plan.ending if row.kind is MembershipKind.PLANNING_AREA}
    target = _target(plan, day)
    is_new = wish.kind in {MergerKind.UNION, MergerKind.ARRIVAL}
    found = []
    for area in areas:
        members = day.members(area.id)
        lost = [place for place in members if lost_from.get(place.id) == area.id]
        gains = area.id == target and (is_new or bool(wish.ended))
        if not lost and not gains:
            continue
        stay = [place.id for place in members if place not in lost]
        moved = [one.id for one in wish.ended] if gains else []
        unknown = gains and wish.kind is MergerKind.ARRIVAL
        found.append(
            AreaEffect(
                area=area,
                before=len(members),
                after=len(stay) + (1 if gains and is_new else 0),
                people_before=_sum([place.id for place in members], people),
                people_after=None if unknown else _sum([*stay, *moved], people),
                gained=(_successor(plan),) if gains and is_new else (),
                lost=tuple(place.name for place in lost),
            )
        )
    return found


def _sum(ids: Sequence[int], people: Mapping[int, int]) -> int | None:
    return None if any(id_ not in people for id_ in ids) else sum(people[id_] for id_ in ids)

"""Lists of the working area: municipalities with what they belong to, planning areas with their members."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased, joinedload

from portal.areas import extension, queries
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core.database import db
from portal.core.tables import Filter, Listing, listing

# All municipalities of most counties on one page: who chooses among them wants to see them together.
PAGE_SIZE = 60
NONE = "ohne"


@dataclass(frozen=True, kw_only=True)
class AssignmentRow:
    """A municipality on a day, what it belongs to, and what is planned for later."""

    area: Area
    planning_area: Area | None
    since: date | None
    is_example: bool
    upcoming: AreaMembership | None
    people: int | None


@dataclass(frozen=True, kw_only=True)
class PlanningAreaRow:
    """A planning area on a day."""

    area: Area
    members: int
    people: int | None
    is_example: bool
    exists: bool


@dataclass
class Choosing(Listing[AssignmentRow]):
    """A list whose links carry along which municipalities are chosen already (official keys)."""

    chosen: Sequence[str] = ()
    population_source: str = ""

    def _url(self, **changes: str | int | None) -> str:
        return self._with_choice(super()._url(**changes))

    def _with_choice(self, url: str, keys: Sequence[str] | None = None) -> str:
        pairs = urlencode([("gemeinde", key) for key in (self.chosen if keys is None else keys)])
        return url if not pairs else f"{url}{'&' if '?' in url else '?'}{pairs}"

    @property
    def reset_url(self) -> str:
        return self._with_choice(self.path)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        return [*super().hidden, *(("gemeinde", key) for key in self.chosen)]

    @property
    def choose_all_url(self) -> str:
        """The same list with everything on the page chosen."""
        keys = dict.fromkeys([*self.chosen, *(str(row.area.key) for row in self.rows)])
        return self._with_choice(super()._url(seite=self.page if self.page > 1 else None), list(keys))

    @property
    def choose_none_url(self) -> str:
        return super()._url(seite=self.page if self.page > 1 else None)

    @property
    def chosen_elsewhere(self) -> list[str]:
        """Chosen municipalities that this page does not show."""
        shown = {row.area.key for row in self.rows}
        return [key for key in self.chosen if key not in shown]


def assignments(
    county: Area,
    arguments: Mapping[str, str],
    *,
    on: date,
    path: str,
    chosen: Sequence[str] = (),
    page_size: int | None = PAGE_SIZE,
) -> Choosing:
    """Municipalities of the county with their planning area on the day; at most seven queries."""
    group = aliased(Area, name="planning_area")
    held = aliased(AreaMembership, name="membership")
    statement = (
        select(Area, held, group)
        .outerjoin(
            held,
            and_(
                held.member_id == Area.id,
                held.kind == MembershipKind.PLANNING_AREA,
                held.valid_from <= on,
                held.valid_to.is_(None) | (held.valid_to > on),
            ),
        )
        .outerjoin(group, group.id == held.group_id)
        .where(Area.kind == AreaKind.MUNICIPALITY, Area.county_id == county.id, queries.exists(on))
    )
    planning_areas = queries.planning_areas(on=on)

    def in_group(slug: str) -> ColumnElement[bool]:
        return group.id.is_(None) if slug == NONE else group.slug == slug

    def by_state(state: str) -> ColumnElement[bool]:
        return held.is_example.is_(state == "beispiel")

    found = listing(
        cast("Select[Any]", statement),
        arguments,
        path=path,
        sorts={
            "name": [Area.sort_key, Area.id],
            "art": [Area.type_name, Area.sort_key, Area.id],
            "raum": [group.sort_key, Area.sort_key, Area.id],
            "seit": [held.valid_from, Area.sort_key, Area.id],
        },
        default_sort="name",
        search=Area.search_key,
        names=Area.name,
        search_label=_("Stadt oder Gemeinde"),
        filters=(
            Filter(
                "raum",
                _("Planungsraum"),
                [("", _("alle")), *((area.slug, area.name) for area in planning_areas), (NONE, _("ohne Planungsraum"))],
                in_group,
            ),
            Filter(
                "stand",
                _("Zuordnung"),
                [("", _("alle")), ("beispiel", _("Beispielzuordnung")), ("bestaetigt", _("bestätigt"))],
                by_state,
            ),
        ),
        page_size=page_size,
    )
    kept = {field.name: getattr(found, field.name) for field in fields(found)}
    people = extension.populations([area.id for area, _held, _group in found.rows])
    rows = _assignment_rows(found.rows, on, people.people)
    return Choosing(**(kept | {"rows": rows, "chosen": chosen, "population_source": people.source}))


def _assignment_rows(rows: Sequence[Any], on: date, people: Mapping[int, int]) -> list[AssignmentRow]:
    ids = [area.id for area, _held, _group in rows]
    later = (
        select(AreaMembership)
        .where(
            AreaMembership.member_id.in_(ids),
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            AreaMembership.valid_from > on,
        )
        .options(joinedload(AreaMembership.group))
        .order_by(AreaMembership.valid_from.desc())
    )
    upcoming = {row.member_id: row for row in db.session.execute(later).scalars()}
    return [
        AssignmentRow(
            area=area,
            planning_area=group,
            since=None if held is None else held.valid_from,
            is_example=held is not None and held.is_example,
            upcoming=upcoming.get(area.id),
            people=people.get(area.id),
        )
        for area, held, group in rows
    ]


def planning_area_rows(county: Area, *, on: date) -> list[PlanningAreaRow]:
    """All planning areas, those that exist on the day first."""
    composition = queries.composition_of(county, on=on)
    present = {area.id for area in composition.planning_areas}
    people = extension.populations([place.id for place in composition.municipalities]).people
    rows = []
    for area in queries.all_planning_areas():
        members = composition.members(area.id) if area.id in present else ()
        known = [people[member.id] for member in members if member.id in people]
        rows.append(
            PlanningAreaRow(
                area=area,
                members=len(members),
                people=sum(known) if known and len(known) == len(members) else None,
                is_example=area.id in present and composition.is_example(area.id),
                exists=area.id in present,
            )
        )
    return sorted(rows, key=lambda row: not row.exists)

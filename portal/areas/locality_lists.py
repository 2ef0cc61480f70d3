"""The list of localities: every one with its municipality and the planning area that it counts in."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any, cast

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from portal.areas import queries
from portal.areas.composition import AreaRef, ref
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing


class LocalityRow:
    """A locality with its municipality."""

    def __init__(self, area: Area, municipality: Area, planning_area: AreaRef | None) -> None:
        self.area = ref(area)
        self.municipality = ref(municipality)
        self.planning_area = planning_area


def localities(
    county: Area, arguments: Mapping[str, str], *, on: date, path: str, page_size: int | None = PAGE_SIZE
) -> Listing[LocalityRow]:
    """Localities of the own county that exist on the day."""
    composition = queries.composition_of(county, on=on)
    municipality = aliased(Area, name="municipality")
    statement = (
        select(Area, municipality)
        .join(AreaMembership, AreaMembership.member_id == Area.id)
        .join(municipality, municipality.id == AreaMembership.group_id)
        .where(
            Area.kind == AreaKind.LOCALITY,
            Area.county_id == county.id,
            AreaMembership.kind == MembershipKind.MUNICIPALITY,
            queries.holds(on),
            queries.exists(on),
        )
    )
    with_some = [place for place in composition.municipalities if composition.localities_of(place.id)]
    found = listing(
        cast("Select[Any]", statement),
        arguments,
        path=path,
        sorts={
            "name": [Area.sort_key, Area.id],
            "gemeinde": [municipality.sort_key, Area.sort_key, Area.id],
        },
        default_sort="gemeinde",
        search=Area.search_key,
        names=Area.name,
        search_label=_("Ortsteil oder Gemeinde"),
        filters=(
            Filter(
                "raum",
                _("Planungsraum"),
                [("", _("alle")), *((area.slug, area.name) for area in composition.planning_areas)],
                lambda slug: municipality.id.in_(queries.ids_within(slug)),
            ),
            Filter(
                "gemeinde",
                _("Stadt oder Gemeinde"),
                [("", _("alle")), *((place.slug, place.name) for place in with_some)],
                lambda slug: municipality.slug == slug,
            ),
        ),
        page_size=page_size,
    )
    kept = {part.name: getattr(found, part.name) for part in fields(found)}
    rows = [LocalityRow(area, place, composition.planning_area(place.id)) for area, place in found.rows]
    return Listing(**(kept | {"rows": rows}))

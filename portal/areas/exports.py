"""Areas as files: the list of municipalities as CSV, boundaries as GeoJSON. Both carry source and date."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.areas.composition import AreaRef, Composition
from portal.areas.imports.boundaries import united
from portal.areas.lists import AssignmentRow
from portal.areas.models import Attribution
from portal.core.formats import date_short

Table = tuple[list[str], list[list[Any]], str]


def assignment_table(rows: Sequence[AssignmentRow], *, on: date) -> Table:
    """Head, rows and closing note of the working list."""
    head = [
        _("AGS"), _("Stadt oder Gemeinde"), _("Art"), _("Planungsraum"), _("seit"), _("Zuordnung"),
        _("geplant ab"), _("geplanter Planungsraum"), _("Menschen"),
    ]  # fmt: skip
    body = [
        [
            row.area.key,
            row.area.name,
            row.area.type_name,
            "" if row.planning_area is None else row.planning_area.name,
            "" if row.since is None else date_short(row.since),
            _state(row.planning_area is not None, row.is_example),
            "" if row.upcoming is None else date_short(row.upcoming.valid_from),
            "" if row.upcoming is None else row.upcoming.group.name,
            row.people,
        ]
        for row in rows
    ]
    return head, body, _note(on, any(row.is_example for row in rows))


def municipality_table(composition: Composition, source: Attribution | None) -> Table:
    """Head, rows and closing note of the public list of municipalities on a day."""
    head = [
        _("AGS"), _("Regionalschlüssel"), _("Stadt oder Gemeinde"), _("amtlicher Name"), _("Art"), _("Planungsraum"),
        _("Zuordnung"), _("Verwaltungsgemeinschaft"), _("Fläche in km²"), _("Siedlungsstruktur"),
    ]  # fmt: skip
    body = [[*_facts(place, composition)] for place in composition.municipalities]
    note = _note(composition.on, bool(composition.examples))
    if source is not None:
        note += " " + _("Quelle der amtlichen Angaben: %(source)s", source=f"{source.text}, {source.source}")
    return head, body, note


def _facts(place: AreaRef, composition: Composition) -> Iterable[Any]:
    group, association = composition.planning_area(place.id), composition.association(place.id)
    yield place.key
    yield place.regional_key
    yield place.name
    yield place.official_name
    yield place.type_name
    yield "" if group is None else group.name
    yield _state(group is not None, place.id in composition.examples)
    yield "" if association is None else association.name
    yield place.square_km
    yield place.urbanisation


def _state(assigned: bool, example: bool) -> str:
    if not assigned:
        return str(_("ohne Planungsraum"))
    return str(_("Beispielzuordnung") if example else _("bestätigt"))


def _note(on: date, example: bool) -> str:
    note = str(_("Stand: %(day)s.", day=date_short(on)))
    if example:
        note += " " + _("Beispielzuordnung: Welche Gemeinde zu welchem Planungsraum gehört, ist frei gewählt.")
    return note


def _of_today(composition: Composition, geometries: Iterable[tuple[int, str]]) -> Iterable[tuple[int, str]]:
    """Geometries of the municipalities of the day; those that ended are part of what they became part of."""
    together: dict[int, list[str]] = {}
    for area_id, geometry in geometries:
        current = composition.current(area_id)
        if current is not None:
            together.setdefault(current, []).append(geometry)
    for area_id, parts in together.items():
        yield area_id, parts[0] if len(parts) == 1 else united(parts)


def boundaries_geojson(
    composition: Composition, geometries: Iterable[tuple[int, str]], source: Attribution, *, territorial_date: date
) -> str:
    """A FeatureCollection in WGS84; `geometries` are pairs of municipality id and stored GeoJSON geometry."""
    features = []
    for area_id, geometry in _of_today(composition, geometries):
        place = composition.areas[area_id]
        group = composition.planning_area(area_id)
        properties = {
            "ags": place.key,
            "name": place.name,
            "type": place.type_name,
            "planning_area": None if group is None else group.name,
            "planning_area_slug": None if group is None else group.slug,
            "assignment_is_example": area_id in composition.examples,
        }
        written = json.dumps(properties, ensure_ascii=False)
        # The geometry was written by us at import and is JSON already.
        features.append(
            f'{{"type":"Feature","id":{json.dumps(place.key)},"properties":{written},"geometry":{geometry}}}'
        )
    head = {
        "name": composition.county.name,
        "as_of": composition.on.isoformat(),
        "territorial_date": territorial_date.isoformat(),
        "attribution": source.text,
        "licence": source.licence,
        "licence_url": source.licence_url,
        "source": source.source,
        "changes": source.change_note,
        "notice": _note(composition.on, bool(composition.examples)),
    }
    members = ",".join(f"{json.dumps(key)}:{json.dumps(value, ensure_ascii=False)}" for key, value in head.items())
    return f'{{"type":"FeatureCollection",{members},"features":[{",".join(features)}]}}'

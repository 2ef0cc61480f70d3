"""Who belongs where today: as a list and on the map, with the choice of municipalities to move."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.areas import lists, permissions, queries
from portal.areas.composition import AreaRef
from portal.areas.exports import assignment_table
from portal.areas.maps.atlas import DrawnShape, MapData
from portal.areas.views.frame import blueprint, chosen_keys, move_form, tabs
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.permissions import require
from portal.core.tables import csv_file
from portal.core.web import attachment, list_arguments

CSV = "text/csv; charset=utf-8"


@blueprint.get("/planungsraeume/zuordnung")
def assignments() -> ResponseReturnValue:
    """All municipalities with their planning area; boxes choose which to move."""
    actor = current_actor()
    require(permissions.may_see_assignments(actor))
    county = queries.own_county()
    path, arguments, today = url_for("areas.assignments"), list_arguments(), clock.today()
    if request.args.get("format") == "csv":
        everything = lists.assignments(county, arguments, on=today, path=path, page_size=None)
        head, rows, note = assignment_table(everything.rows, on=today)
        return attachment(csv_file(head, rows, note=note), name=f"zuordnung-{today.isoformat()}.csv", media_type=CSV)
    keys = chosen_keys() if permissions.may_plan(actor) else []
    found = lists.assignments(county, arguments, on=today, path=path, chosen=keys)
    composition = queries.composition_of(county)
    found.downloads = [("CSV", found.download_url("csv"))]
    return render_template(
        "areas/assignments.html",
        listing=found,
        chosen=set(keys),
        form=move_form(county),
        is_example=composition.is_example(county.id),
        all_examples=len(composition.examples) == len(composition.planning_area_of),
        population_source=found.population_source,
        may_plan=permissions.may_plan(actor),
        tabs=tabs("areas.assignments", keys),
    )


@blueprint.get("/planungsraeume/zuordnung/karte")
def assignment_map() -> ResponseReturnValue:
    """The same on the map: each municipality is a link that takes it into the choice or out of it."""
    actor = current_actor()
    require(permissions.may_see_assignments(actor))
    county = queries.own_county()
    drawing = queries.map_of(county)
    composition = drawing.composition
    known = {place.key: place for place in composition.municipalities}
    may_plan = permissions.may_plan(actor)
    keys = [key for key in chosen_keys() if key in known] if may_plan else []
    urls = _toggles(composition.municipalities, keys) if may_plan else {}
    return render_template(
        "areas/assignment_map.html",
        drawing=drawing,
        shapes=_shapes(drawing, set(keys), urls),
        marked=drawing.marked({known[key].id for key in keys}),
        tones=composition.tones(),
        composition=composition,
        chosen=[known[key] for key in keys],
        chosen_keys=set(keys),
        urls=urls,
        form=move_form(county),
        is_example=composition.is_example(county.id),
        may_plan=may_plan,
        tabs=tabs("areas.assignment_map", keys),
    )


def _toggles(places: tuple[AreaRef, ...], keys: list[str]) -> dict[int, str]:
    """Municipality id → address of the map with the municipality taken in or out."""
    found = {}
    for place in places:
        rest = [key for key in keys if key != place.key]
        wanted = rest if len(rest) < len(keys) else [*keys, str(place.key)]
        found[place.id] = url_for("areas.assignment_map", gemeinde=wanted, _anchor="karte")
    return found


def _shapes(drawing: MapData, chosen: set[str], urls: dict[int, str]) -> list[DrawnShape]:
    composition, tones = drawing.composition, drawing.composition.tones()
    shapes = []
    for shape in drawing.shapes:
        group = composition.planning_area(shape.area.id)
        is_chosen = shape.area.key in chosen
        words = [shape.area.name, _("ohne Planungsraum") if group is None else group.name]
        if is_chosen:
            words.append(_("ausgewählt"))
        tone = "miss" if is_chosen or group is None else tones[group.id]
        shapes.append(DrawnShape(shape.path, " – ".join(words), tone, urls.get(shape.area.id), is_chosen))
    # The marked ones last, so that their strong line lies above their neighbours'.
    return sorted(shapes, key=lambda shape: shape.current)

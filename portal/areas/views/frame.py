"""What the pages share: the blueprint, the tabs, the municipalities an address names."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from flask import Blueprint, request, url_for
from flask_babel import gettext as _

from portal.areas import permissions, queries
from portal.areas.composition import AreaRef
from portal.areas.forms import NO_PLANNING_AREA, MoveForm
from portal.areas.models import Area, AreaKind
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.database import PublicRecord
from portal.core.errors import NotFound

blueprint = Blueprint("areas", __name__)

Found = TypeVar("Found", bound=PublicRecord)

# A county has at most a few hundred municipalities; a longer list was not made by our pages.
MOST_CHOSEN = 400


def by_public_id(rows: Iterable[Found], public_id: str) -> Found:
    """The row that an address names; `NotFound` where these do not hold it."""
    found = next((one for one in rows if one.public_id == public_id), None)
    if found is None:
        raise NotFound
    return found


def tabs(current: str, chosen: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Views of one subject; list and map hand the choice of municipalities to each other."""
    entries: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("areas.assignments", _("Liste"), {"gemeinde": list(chosen)}),
        ("areas.assignment_map", _("Karte"), {"gemeinde": list(chosen)}),
        ("areas.history", _("Verlauf"), {}),
        ("areas.area_mergers", _("Gebietsänderungen"), {}),
        ("areas.manage", _("Planungsräume"), {}),
    )
    if permissions.may_import(current_actor()):
        entries += (("areas.area_files", _("Einlesen"), {}),)
    return [
        {"label": label, "url": url_for(endpoint, **values), "current": endpoint == current}
        for endpoint, label, values in entries
    ]


def chosen_keys(source: Sequence[str] | None = None) -> list[str]:
    """Official keys of the municipalities chosen in the address (or form), each once, in the order given."""
    given = request.values.getlist("gemeinde") if source is None else source
    return list(dict.fromkeys(key for key in given[:MOST_CHOSEN] if key.isascii() and key.isdigit() and len(key) == 8))


def chosen_municipalities(keys: Collection[str]) -> list[Area]:
    """The own municipalities behind the keys; others are ignored."""
    return [area for area in queries.by_keys(keys, kind=AreaKind.MUNICIPALITY) if area.is_own]


def offer_planning_areas(form: MoveForm) -> None:
    """Fill the choice of the move form: planning areas that are not yet over, and none at all."""
    today = clock.today()
    offered = [area for area in queries.all_planning_areas() if area.valid_to is None or area.valid_to > today]
    form.to.choices = [
        ("", _("bitte wählen")),
        *((area.slug, area.name) for area in offered),
        (NO_PLANNING_AREA, _("zu keinem Planungsraum")),
    ]


def move_form(county: Area | AreaRef) -> MoveForm:
    """An empty move form for lists and maps: from today on, confirmed unless examples are about."""
    form = MoveForm(formdata=None, meta={"csrf": False})
    offer_planning_areas(form)
    form.from_day.data = clock.today()
    form.confirmed.data = not queries.composition_of(county).is_example(county.id)
    return form

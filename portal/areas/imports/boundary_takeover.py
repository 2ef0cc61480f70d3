"""Taking over boundaries in one transaction: a file's areas in the place of those in use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from portal.areas import permissions, spelling
from portal.areas.imports import checks
from portal.areas.imports.boundaries import BoundaryRefused, Feature, NamesContradict
from portal.areas.imports.outcome import Changed, FileFacts, Outcome, conclude, counties, existed, municipalities
from portal.areas.maps import boundary_sets
from portal.areas.models import Area, AreaFile, Attribution, BoundarySet
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.formats import date_long, number
from portal.core.permissions import require
from portal.core.transaction import lock


@dataclass(frozen=True)
class BoundarySource:
    """What a file with boundaries has to be printed with."""

    territorial_date: date
    text: str
    publisher: str
    licence: str
    licence_url: str | None
    source: str


def take_boundaries(
    features: Sequence[Feature], *, file: FileFacts, source: BoundarySource, keys_count: bool = False, actor: Actor
) -> Outcome:
    """Put boundaries in the place of those in use, for every county of the portal that the file covers.

    The file must hold every municipality that existed on its territorial date, and none that the portal does not
    know; `checks` looks at the lines. Refuses boundaries older than those in use. Raises `NamesContradict` where
    features are called otherwise than the places of their keys, until somebody said that the keys count.
    """
    require(permissions.may_import(actor))
    day = source.territorial_date
    outcome = Outcome(territorial_date=day)
    covered = [(county, _of_county(features, county)) for county in counties()]
    covered = [(county, found) for county, found in covered if found]
    if not covered:
        raise BoundaryRefused(_("Die Datei enthält keine Gemeinde eines Landkreises, den das Portal führt."))
    fresh = [(lock(county), found, _checked(county, found, day)) for county, found in covered]
    if not keys_count:
        _require_names(features, {key: area for _county, _found, places in fresh for key, area in places.items()})
    foreign = len(features) - sum(len(found) for _county, found in covered)
    if foreign:
        outcome.notes.append(_("%(count)s Gebiete anderer Landkreise wurden übergangen.", count=number(foreign)))
    attribution_key = ""
    for county, found, places in fresh:
        outcome.counties.append(county.name)
        outcome.matched += len(found)
        known = boundary_sets.current(county)
        _require_later(known, day)
        wanted = {places[feature.key].id: feature.geometry for feature in found}
        if known is not None and known.territorial_date == day and boundary_sets.is_same(known, wanted):
            continue
        _note(outcome, places.values(), known, wanted)
        attribution_key = attribution_key or _attribution(source).key
        ids = {key: area.id for key, area in places.items()}
        boundary_sets.replace(county, found, ids, attribution_key=attribution_key, territorial_date=day)
        outcome.is_new_source = True
    conclude(outcome, AreaFile.BOUNDARIES, attribution_key, file, actor=actor)
    return outcome


def _checked(county: Area, features: Sequence[Feature], day: date) -> dict[str, Area]:
    """The county's municipalities of the day by key, once the features are exactly these and look right."""
    places = {area.key or "": area for area in municipalities(county) if existed(area, day)}
    unknown = sorted({feature.key for feature in features} - places.keys())
    if unknown:
        raise BoundaryRefused(
            _("Das Portal kennt diese Gemeinden am %(day)s nicht: %(keys)s. Bitte lesen Sie zuerst das "
              "Gemeindeverzeichnis ein.", day=date_long(day), keys=", ".join(unknown[:10]))
        )  # fmt: skip
    missing = checks.missing(features, places)
    if missing:
        names = ", ".join(f"{places[key].name} ({key})" for key in missing[:10])
        raise BoundaryRefused(_("In der Datei fehlen Gemeinden: %(names)s.", names=names))
    checks.check(features, square_km={key: area.square_km for key, area in places.items()})
    return places


def _require_names(features: Iterable[Feature], places: Mapping[str, Area]) -> None:
    wrong = [
        (feature, area.name)
        for feature in features
        if (area := places.get(feature.key)) is not None
        and feature.name
        and not spelling.is_one_of(feature.name, filter(None, (area.name, area.official_name)))
    ]
    if wrong:
        raise NamesContradict(wrong)


def _require_later(known: BoundarySet | None, day: date) -> None:
    if known is not None and known.territorial_date > day:
        raise Refusal(
            _("Die Grenzen in der Datei sind vom %(day)s. Das Portal hat neuere, vom %(known)s.",
              day=date_long(day), known=date_long(known.territorial_date)),
            field="file",
        )  # fmt: skip


def _note(outcome: Outcome, places: Iterable[Area], known: BoundarySet | None, wanted: dict[int, str]) -> None:
    """Which boundaries are others than before."""
    before = boundary_sets.geometries(known)
    new = _("vom %(day)s", day=date_long(outcome.territorial_date))
    old = _("bisher ohne") if known is None else _("vom %(day)s", day=date_long(known.territorial_date))
    for area in places:
        if before.get(area.id) != wanted[area.id]:
            outcome.changed.append(Changed(area.key or "", area.name, _("Grenze"), old, new))


def _of_county(features: Iterable[Feature], county: Area) -> list[Feature]:
    return [feature for feature in features if feature.key[:5] == county.key]


def _attribution(source: BoundarySource) -> Attribution:
    """The stored source with exactly these words, or a new one."""
    day = source.territorial_date
    same = select(Attribution).where(
        Attribution.text == source.text,
        Attribution.as_of == day.isoformat(),
        Attribution.licence == source.licence,
        Attribution.source == source.source,
    )
    found = db.session.execute(same.order_by(Attribution.key).limit(1)).scalar_one_or_none()
    if found is not None:
        return found
    stem = f"boundaries_{day:%Y%m%d}"
    like = select(Attribution.key).where(Attribution.key.startswith(stem, autoescape=True))
    taken = len(db.session.execute(like).all())
    found = Attribution(
        key=stem if not taken else f"{stem}_{taken + 1}",
        text=source.text,
        publisher=source.publisher,
        licence=source.licence,
        licence_url=source.licence_url,
        source=source.source,
        as_of=day.isoformat(),
        changed=True,
        change_note="Für die Karten in die Ebene übertragen und vereinfacht.",
    )
    db.session.add(found)
    db.session.flush()
    return found

"""Writing the shipped facts: attributions, counties, municipalities, associations, boundaries, planning areas.

Official facts are brought up to date at every run, what the county itself keeps (slugs, descriptions, who belongs
to which planning area) is never touched. A run that finds nothing new writes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal import config
from portal.areas import permissions
from portal.areas.attributions import AttributionSeed, read_attributions, read_file_attributions
from portal.areas.belonging import settle_associations
from portal.areas.imports import boundaries as geojson
from portal.areas.maps import boundary_sets
from portal.areas.models import Area, AreaKind, AreaMembership, Attribution, MembershipKind, Merger
from portal.areas.seeding.files import (
    AssociationSeed,
    CountySeed,
    MunicipalitySeed,
    associations,
    boundary_file,
    read_counties,
    read_municipalities,
    read_planning_areas,
)
from portal.areas.slugs import free_slug
from portal.audit import services as audit
from portal.core.actor import SYSTEM, Actor
from portal.core.database import Base, db
from portal.core.permissions import require
from portal.core.seed_files import SeedError
from portal.settings import services as settings

OWN_COUNTY = "08226"


@dataclass
class SeedOutcome:
    """How many rows of each table were added, brought up to date or ended."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)

    @property
    def nothing_new(self) -> bool:
        return not self.added and not self.changed

    def count_added(self, table: str, rows: int = 1) -> None:
        self.added[table] = self.added.get(table, 0) + rows

    def count_changed(self, table: str, rows: int = 1) -> None:
        self.changed[table] = self.changed.get(table, 0) + rows


def seed_areas(*, actor: Actor = SYSTEM, own_county: str = OWN_COUNTY) -> SeedOutcome:
    """Bring the official facts of all shipped counties up to date; `own_county` (5 digits) runs the portal."""
    require(permissions.may_seed(actor))
    folder = config.SEEDS
    outcome = SeedOutcome()
    sources = read_attributions(folder)
    file_sources = read_file_attributions(folder)
    _seed_attributions(sources.values(), outcome)
    county_seeds, municipality_seeds = read_counties(folder), read_municipalities(folder)
    if own_county not in {seed.ags for seed in county_seeds}:
        raise ValueError(f"no shipped county has the key {own_county}")
    source = file_sources["municipalities.csv"][0]
    shelf = _Shelf(outcome, _dated(sources[source]))
    for county_seed in sorted(county_seeds, key=lambda seed: seed.ags != own_county):
        own = county_seed.ags == own_county
        county = shelf.keep(AreaKind.COUNTY, county_seed.ags, _county_facts(county_seed, own, source))
        db.session.flush()
        for municipality in (seed for seed in municipality_seeds if seed.county_ags == county_seed.ags):
            facts = _municipality_facts(municipality, own, source) | {"county_id": county.id}
            shelf.keep(AreaKind.MUNICIPALITY, municipality.ags, facts, more=county.slug)
    db.session.flush()
    _seed_associations(associations(municipality_seeds), shelf, _dated(sources[source]), source, outcome)
    for county_seed in county_seeds:
        key = file_sources[f"boundaries/{county_seed.ags}.geojson"][0]
        _seed_boundaries(shelf, county_seed.ags, sources[key], outcome)
    if not outcome.nothing_new:
        settings.bump("areas")
        db.session.flush()
        audit.record("areas.seeded", subject="area", actor=actor, details=outcome.added | outcome.changed)
    return outcome


def seed_planning_areas(day_zero: date, *, actor: Actor = SYSTEM) -> SeedOutcome:
    """The example planning areas, dated relative to `day_zero`; nothing if the county has planning areas already."""
    require(permissions.may_seed(actor))
    outcome = SeedOutcome()
    seed = read_planning_areas(config.SEEDS, read_municipalities(config.SEEDS))
    county = db.session.execute(
        select(Area).where(Area.kind == AreaKind.COUNTY, Area.key == seed.county_ags)
    ).scalar_one()
    present = select(Area.id).where(Area.kind == AreaKind.PLANNING_AREA, Area.county_id == county.id).limit(1)
    if db.session.execute(present).first() is not None:
        return outcome
    source = read_file_attributions(config.SEEDS)["demo/planning_areas.yaml"][0]
    shelf = _Shelf(outcome)
    for area_seed in seed.areas:
        facts = {
            "name": area_seed.name,
            "official_name": area_seed.name,
            "character": area_seed.character,
            "county_id": county.id,
            "is_own": county.is_own,
            "valid_from": day_zero + timedelta(days=area_seed.from_day),
            "valid_to": _exclusive(day_zero, area_seed.to_day),
            "attribution_key": source,
        }
        shelf.keep(AreaKind.PLANNING_AREA, area_seed.key, facts)
    db.session.flush()
    for membership in seed.memberships:
        db.session.add(
            AreaMembership(
                kind=MembershipKind.PLANNING_AREA,
                group_id=shelf.area(AreaKind.PLANNING_AREA, membership.planning_area).id,
                member_id=shelf.area(AreaKind.MUNICIPALITY, membership.ags).id,
                valid_from=day_zero + timedelta(days=membership.from_day),
                valid_to=_exclusive(day_zero, membership.to_day),
                is_example=True,
                reason=seed.notice,
            )
        )
        outcome.count_added("area_membership")
    settings.bump("areas")
    db.session.flush()
    audit.record("areas.planning_areas_seeded", subject=county, actor=actor, details=outcome.added)
    return outcome


class _Shelf:
    """All areas by kind and key, read once. `day`: what was learned from a later source is left alone."""

    def __init__(self, outcome: SeedOutcome, day: date | None = None) -> None:
        self._outcome = outcome
        self._later = set() if day is None else _later_sources(day)
        self._changed = _changed_since()
        self._areas: dict[tuple[AreaKind, str], Area] = {}
        self._slugs: dict[AreaKind, set[str]] = {kind: set() for kind in AreaKind}
        for area in db.session.execute(select(Area).order_by(Area.id)).scalars():
            self._slugs[area.kind].add(area.slug)
            if area.key is not None:
                self._areas[area.kind, area.key] = area

    def area(self, kind: AreaKind, key: str) -> Area:
        return self._areas[kind, key]

    def of_kind(self, kind: AreaKind) -> list[Area]:
        return [area for (found, _key), area in self._areas.items() if found is kind]

    def is_past(self, area: Area) -> bool:
        """Whether a later source knows more of the place, or it came, ended, was renamed or grew since."""
        is_later = area.attribution_key in self._later or area.id in self._changed
        return is_later or area.valid_from is not None or area.valid_to is not None

    def keep(self, kind: AreaKind, key: str, facts: Mapping[str, Any], *, more: str = "") -> Area:
        """The area with these facts: made anew or brought up to date. `more` tells equal names apart."""
        found = self._areas.get((kind, key))
        if found is not None:
            if not self.is_past(found) and _bring_up_to_date(found, facts):
                self._outcome.count_changed("area")
            return found
        slug = free_slug(str(facts["name"]), taken=self._slugs[kind], more=more)
        self._slugs[kind].add(slug)
        made = Area(kind=kind, key=key, slug=slug, **facts)
        self._areas[kind, key] = made
        db.session.add(made)
        self._outcome.count_added("area")
        return made


def _later_sources(day: date) -> set[str]:
    """Sources whose facts are of a later day."""
    later = select(Attribution.key).where(Attribution.as_of > day.isoformat())
    return set(db.session.execute(later).scalars())


def _changed_since() -> set[int | None]:
    """Municipalities that go on under another name or with more land."""
    return set(db.session.execute(select(Merger.successor_id).where(Merger.undone_at.is_(None))).scalars())


def _bring_up_to_date(row: Base, facts: Mapping[str, Any]) -> bool:
    changed = False
    for name, value in facts.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed = True
    return changed


def _dated(source: AttributionSeed) -> date:
    if source.date is None:
        raise SeedError("attributions.yaml", source.key, "date", "missing")
    return source.date


def _exclusive(day_zero: date, last_day: int | None) -> date | None:
    return None if last_day is None else day_zero + timedelta(days=last_day + 1)


def _county_facts(seed: CountySeed, own: bool, source: str) -> dict[str, Any]:
    return {
        "name": seed.name,
        "official_name": seed.name,
        "type_name": "Landkreis",
        "regional_key": seed.ags,
        "is_own": own,
        "square_km": seed.area_km2,
        "attribution_key": source,
    }


def _municipality_facts(seed: MunicipalitySeed, own: bool, source: str) -> dict[str, Any]:
    return {
        "name": seed.name_short,
        "official_name": seed.name,
        "type_name": seed.type,
        "regional_key": seed.ars,
        "is_own": own,
        "seat_postcode": seed.postcode_seat,
        "square_km": seed.area_km2,
        "longitude": seed.lon,
        "latitude": seed.lat,
        "urbanisation": seed.urbanisation_label,
        "attribution_key": source,
    }


def shipped_attribution(key: str) -> Attribution:
    """An attribution that comes with the portal; it is stored where it was not yet. `KeyError` for others."""
    if db.session.get(Attribution, key) is None:
        _seed_attributions([read_attributions(config.SEEDS)[key]], SeedOutcome())
    return db.session.get_one(Attribution, key)


def _seed_attributions(seeds: Iterable[AttributionSeed], outcome: SeedOutcome) -> None:
    stored = {row.key: row for row in db.session.execute(select(Attribution)).scalars()}
    for seed in seeds:
        facts = {
            "text": seed.text,
            "publisher": seed.publisher or "",
            "licence": seed.licence or "",
            "licence_url": seed.licence_uri,
            "open_data_licence": seed.dcat_licence,
            "source": seed.source,
            "source_url": seed.source_uri,
            "as_of": None if seed.date is None else seed.date.isoformat(),
            "changed": seed.changed is not None,
            "change_note": seed.changed or "",
        }
        row = stored.get(seed.key)
        if row is None:
            db.session.add(Attribution(key=seed.key, **facts))
            outcome.count_added("attribution")
        elif _bring_up_to_date(row, facts):
            outcome.count_changed("attribution")
    db.session.flush()


def _seed_associations(
    seeds: Iterable[AssociationSeed], shelf: _Shelf, known_from: date, source: str, outcome: SeedOutcome
) -> None:
    # Who came or went since, and what a later register says of them, is not for the shipped facts to say.
    places = [area for area in shelf.of_kind(AreaKind.MUNICIPALITY) if not shelf.is_past(area)]
    wanted: dict[int, int | None] = {area.id: None for area in places}
    for seed in seeds:
        county = shelf.area(AreaKind.COUNTY, seed.county_ags)
        facts = {
            "name": seed.name,
            "official_name": seed.name,
            "regional_key": seed.ars,
            "county_id": county.id,
            "is_own": county.is_own,
            "attribution_key": source,
        }
        group = shelf.keep(AreaKind.ASSOCIATION, seed.ars, facts, more=county.slug)
        db.session.flush()
        members = (shelf.area(AreaKind.MUNICIPALITY, ags).id for ags in seed.members)
        wanted |= {member_id: group.id for member_id in members if member_id in wanted}
    begun, changed = settle_associations(wanted, from_day=known_from)
    if begun:
        outcome.count_added("area_membership", begun)
    if changed:
        outcome.count_changed("area_membership", changed)


def _seed_boundaries(shelf: _Shelf, county_ags: str, source: AttributionSeed, outcome: SeedOutcome) -> None:
    county = shelf.area(AreaKind.COUNTY, county_ags)
    features = geojson.read_features(boundary_file(config.SEEDS, county_ags).read_bytes())
    area_ids = {feature.key: shelf.area(AreaKind.MUNICIPALITY, feature.key).id for feature in features}
    stored = boundary_sets.current(county)
    if stored is not None:
        geometries = {area_ids[feature.key]: feature.geometry for feature in features}
        if stored.territorial_date > _dated(source) or boundary_sets.is_same(stored, geometries):
            return
    boundary_sets.replace(county, features, area_ids, attribution_key=source.key, territorial_date=_dated(source))
    outcome.count_added("boundary_set")
    outcome.count_added("boundary_shape", len(features))

"""Taking over a municipality register in one transaction.

A register brings in new and renamed municipalities and associations and says who belongs to which association. It
does not say what became of a municipality it no longer names: a file that was cut off looks the same. So somebody has
to say that such a one is rightly missing; it stays, until the merger is entered (`mergers`). Everything the county
keeps itself is never touched.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.areas import extension, permissions
from portal.areas.belonging import open_associations, settle_associations
from portal.areas.extension import RegisterFigures, RegisterRow
from portal.areas.imports.outcome import Changed, FileFacts, Outcome, conclude, counties, existed, municipalities
from portal.areas.imports.register import Register, RegisterMunicipality
from portal.areas.models import Area, AreaFile, AreaKind, Attribution, Merger
from portal.areas.slugs import free_slug
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.formats import date_long, number
from portal.core.permissions import require
from portal.core.transaction import lock

PUBLISHER = "Statistisches Bundesamt (Destatis)"
LICENCE = "Vervielfältigung und Verbreitung, auch auszugsweise, mit Quellenangabe gestattet"
ADDRESS = "https://www.destatis.de/DE/Themen/Laender-Regionen/Regionales/Gemeindeverzeichnis/_inhalt.html"
_SAME_KM2 = 0.005
# Land hardly ever changes without a change of municipalities, people not by half from one year to the next.
_FAR, _SMALL_KM2, _FEW_PEOPLE = 1.5, 0.5, 200
_WORDS = {
    "name": _l("Name"),
    "official_name": _l("amtlicher Name"),
    "type_name": _l("Art"),
    "regional_key": _l("Regionalschlüssel"),
    "seat_postcode": _l("Postleitzahl des Rathauses"),
    "square_km": _l("Fläche in km²"),
}


@dataclass(frozen=True)
class FiguresDay:
    """What the note beside a register says: the day of its figures, and the census they rest on."""

    day: date
    census_year: int


class RegisterDoubtful(Refusal):
    """A register that can be taken over as soon as somebody says that the named places are right.

    `missing` are municipalities that the portal has and the file has not, `namesakes` those of one name in one county,
    `odd` those whose numbers are far from the known ones, with the reason; one of them at a time.
    """

    def __init__(
        self,
        *,
        missing: Sequence[tuple[str, str]] = (),
        namesakes: Sequence[RegisterMunicipality] = (),
        odd: Sequence[tuple[RegisterMunicipality, str]] = (),
    ) -> None:
        super().__init__(_("Das Gemeindeverzeichnis ist vermutlich unvollständig oder beschädigt."), field="file")
        self.missing = tuple(missing)
        self.namesakes = tuple(namesakes)
        self.odd = tuple(odd)


def take_register(
    register: Register,
    *,
    file: FileFacts,
    figures: FiguresDay | None,
    actor: Actor,
    removed: Collection[str] = (),
    keys_count: bool = False,
    numbers_count: bool = False,
) -> Outcome:
    """Bring places up to the register's territorial date; with `figures` its populations and areas, too.

    Refuses a register without the own county, and one that is older than what the portal knows. Raises
    `RegisterDoubtful` where municipalities are missing that are not among the `removed` (keys); where two of one county
    have the same name, until somebody said that the keys count; and where land or people are far from what the portal
    knows, until somebody said that the numbers count. Places that changed after the register's day stay as they are.
    """
    require(permissions.may_import(actor))
    known = counties()
    own = lock(known[0])
    if own.key not in register.counties:
        raise Refusal(_("Der eigene Landkreis %(key)s steht nicht in der Datei.", key=own.key), field="file")
    day = register.territorial_date
    _require_later(own, day)
    outcome = Outcome(territorial_date=day)
    if not keys_count:
        _require_names(register, [county.key or "" for county in known])
    source = _register_source(day)
    writer = _RegisterWriter(outcome, day, source.key)
    for county in known:
        if county.key in register.counties:
            writer.county(county, register)
    missing = [(key, name) for key, name in outcome.gone if key not in removed]
    if missing:
        raise RegisterDoubtful(missing=missing)
    odd = [] if numbers_count else writer.odd(with_people=figures is not None)
    if odd:
        raise RegisterDoubtful(odd=odd)
    if figures is None:
        outcome.notes.append(
            _("Bevölkerung und Fläche wurden ausgelassen: Ihren Stichtag nennt nicht die Datei, sondern Hinweise.txt.")
        )
    else:
        for take in extension.figures:
            outcome.figures = take(
                RegisterFigures(
                    file_name=file.name,
                    sha256=file.sha256,
                    day=figures.day,
                    census_year=figures.census_year,
                    territorial_date=day,
                    source=f"{source.text}, {source.source}",
                    attribution_key=source.key,
                    rows=tuple(writer.rows),
                ),
                actor=actor,
            )
    conclude(outcome, AreaFile.REGISTER, source.key, file, actor=actor)
    return outcome


class _RegisterWriter:
    """Compares one county after the other with the register and writes what differs."""

    def __init__(self, outcome: Outcome, day: date, source: str) -> None:
        self._outcome = outcome
        self._day = day
        self._source = source
        self._slugs = _slugs()
        self._known_land: list[tuple[RegisterMunicipality, float]] = []
        self._listed: dict[int, RegisterMunicipality] = {}
        self.rows: list[RegisterRow] = []

    def odd(self, *, with_people: bool) -> list[tuple[RegisterMunicipality, str]]:
        """Places whose land, or people, are far from what the portal knew of them, with the reason."""
        found = [
            (place, _("Fläche %(new)s km² statt %(old)s km²", new=number(place.square_km, 2), old=number(old, 2)))
            for place, old in self._known_land
            if _is_far(place.square_km, old, least=_SMALL_KM2)
        ]
        if with_people:
            people = extension.populations(list(self._listed)).people
            found += [
                (place, _("%(new)s Menschen statt %(old)s", new=number(place.people), old=number(people[id_])))
                for id_, place in self._listed.items()
                if id_ in people and _is_far(place.people, people[id_], least=_FEW_PEOPLE)
            ]
        return found

    def county(self, county: Area, register: Register) -> None:
        self._outcome.counties.append(county.name)
        since = _changed_since(county, self._day)
        stored = {area.key or "": area for area in municipalities(county)}
        listed = register.of_county(county.key or "")
        groups: dict[str, int] = {}
        wanted: dict[int, int | None] = {}
        for place in listed:
            area = stored.get(place.key)
            if area is not None and not existed(area, self._day):
                self._outcome.notes.append(
                    _("%(name)s steht im Verzeichnis. Nach den Angaben im Portal gibt es diese Gemeinde an dem Tag "
                      "nicht; sie wurde nicht geändert.", name=f"{area.name} ({place.key})")
                )  # fmt: skip
                continue
            if area is not None:
                self._listed[area.id] = place
            if area is not None and area.id in since:
                self._outcome.matched += 1
                self._outcome.notes.append(
                    _("%(name)s: Im Portal steht eine Gebietsänderung ab %(day)s. Das Verzeichnis ist älter; Name, "
                      "Fläche und Zugehörigkeit wurden nicht geändert.",
                      name=f"{area.name} ({place.key})", day=date_long(since[area.id]))
                )  # fmt: skip
                self.rows.append(_row(area, place))
                continue
            if area is not None and area.square_km is not None:
                self._known_land.append((place, area.square_km))
            area = self._municipality(county, area, place)
            wanted[area.id] = self._association(county, place, register, groups)
            self.rows.append(_row(area, place))
        self._belonging(wanted)
        keys = {place.key for place in listed}
        gone = [
            (key, area.name) for key, area in sorted(stored.items()) if key not in keys and existed(area, self._day)
        ]
        self._outcome.gone.extend(gone)
        facts: dict[str, Any] = {"attribution_key": self._source}
        if not gone:
            # Land of places that became part of others is in these; that of places nobody knows more about is not.
            land = sum(place.hectares for place in register.municipalities.values() if place.county == county.key)
            facts["square_km"] = land / 100
        self._facts(county, facts)

    def _municipality(self, county: Area, area: Area | None, place: RegisterMunicipality) -> Area:
        facts = {
            "name": place.short_name,
            "official_name": place.name,
            "type_name": place.type_name,
            "regional_key": place.regional_key,
            "seat_postcode": place.postcode,
            "square_km": place.square_km,
            "attribution_key": self._source,
        }
        if area is not None:
            self._outcome.matched += 1
            self._facts(area, facts)
            return area
        slug = free_slug(place.short_name, taken=self._slugs[AreaKind.MUNICIPALITY], more=county.slug)
        self._slugs[AreaKind.MUNICIPALITY].add(slug)
        area = Area(
            kind=AreaKind.MUNICIPALITY, key=place.key, slug=slug, county_id=county.id, is_own=county.is_own,
            valid_from=self._day, **facts,
        )  # fmt: skip
        db.session.add(area)
        db.session.flush()
        self._outcome.new.append((place.key, place.short_name))
        return area

    def _association(
        self, county: Area, place: RegisterMunicipality, register: Register, groups: dict[str, int]
    ) -> int | None:
        if place.association is None:
            return None
        if place.association not in groups:
            groups[place.association] = self._group(county, place.association, register)
        return groups[place.association]

    def _group(self, county: Area, key: str, register: Register) -> int:
        found = register.associations[key]
        statement = select(Area).where(Area.kind == AreaKind.ASSOCIATION, Area.key == key)
        area = db.session.execute(statement).scalar_one_or_none()
        facts: dict[str, Any] = {
            "name": found.name,
            "official_name": found.name,
            "regional_key": key,
            "attribution_key": self._source,
        }
        if area is not None:
            self._outcome.matched += 1
            self._facts(area, facts)
            return area.id
        slug = free_slug(found.name, taken=self._slugs[AreaKind.ASSOCIATION], more=county.slug)
        self._slugs[AreaKind.ASSOCIATION].add(slug)
        area = Area(kind=AreaKind.ASSOCIATION, key=key, slug=slug, county_id=county.id, is_own=county.is_own, **facts)
        db.session.add(area)
        db.session.flush()
        self._outcome.new.append((key, found.name))
        return area.id

    def _belonging(self, wanted: Mapping[int, int | None]) -> None:
        before = {member_id: row.group_id for member_id, row in open_associations(wanted).items()}
        names = _names({*wanted, *before.values(), *(group for group in wanted.values() if group is not None)})
        begun, ended = settle_associations(wanted, from_day=self._day)
        if not (begun or ended):
            return
        nothing = _("zu keiner")
        for member_id, group_id in wanted.items():
            old = before.get(member_id)
            if old != group_id:
                key, name = names[member_id]
                self._outcome.changed.append(
                    Changed(
                        key,
                        name,
                        _("Verwaltungsgemeinschaft"),
                        nothing if old is None else names[old][1],
                        nothing if group_id is None else names[group_id][1],
                    )
                )

    def _facts(self, area: Area, facts: Mapping[str, Any]) -> None:
        for name, new in facts.items():
            old = getattr(area, name)
            if old == new or (name == "square_km" and old is not None and abs(old - new) < _SAME_KM2):
                continue
            setattr(area, name, new)
            if name == "attribution_key":
                self._outcome.is_new_source = True
                continue
            self._outcome.changed.append(
                Changed(area.key or "", area.official_name, str(_WORDS[name]), _shown(old), _shown(new))
            )


def _row(area: Area, place: RegisterMunicipality) -> RegisterRow:
    return RegisterRow(area_id=area.id, people=place.people, male=place.male, square_km=place.square_km)


def _is_far(new: float, old: float, *, least: float) -> bool:
    """Whether a number is less than two thirds or more than one and a half of the known one, and that is not little."""
    return abs(new - old) >= least and not (old / _FAR <= new <= old * _FAR)


def _changed_since(county: Area, day: date) -> dict[int, date]:
    """Municipalities that a change entered in the portal concerns after that day, and from which day on."""
    statement = (
        select(Merger)
        .options(selectinload(Merger.parts))
        .where(Merger.county_id == county.id, Merger.undone_at.is_(None), Merger.from_day > day)
        .order_by(Merger.from_day.desc())
    )
    found: dict[int, date] = {}
    for merger in db.session.scalars(statement):
        ids = [part.area_id for part in merger.parts]
        found |= dict.fromkeys([*ids, *([] if merger.successor_id is None else [merger.successor_id])], merger.from_day)
    return found


def _require_names(register: Register, counties: Iterable[str]) -> None:
    for county in counties:
        called: dict[str, list[RegisterMunicipality]] = {}
        for place in register.of_county(county):
            called.setdefault(place.short_name.casefold(), []).append(place)
        namesakes = [place for places in called.values() if len(places) > 1 for place in places]
        if namesakes:
            raise RegisterDoubtful(namesakes=namesakes)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return number(value, 2) if isinstance(value, float) else str(value)


def _slugs() -> dict[AreaKind, set[str]]:
    found: dict[AreaKind, set[str]] = {kind: set() for kind in AreaKind}
    for kind, slug in db.session.execute(select(Area.kind, Area.slug)):
        found[kind].add(slug)
    return found


def _names(ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    rows = db.session.execute(select(Area.id, Area.key, Area.name).where(Area.id.in_(set(ids))))
    return {row.id: (row.key or "", row.name) for row in rows}


def _require_later(county: Area, day: date) -> None:
    statement = (
        select(Attribution.as_of)
        .join(Area, Area.attribution_key == Attribution.key)
        .where(Area.kind == AreaKind.MUNICIPALITY, Area.county_id == county.id, Attribution.as_of.is_not(None))
        .order_by(Attribution.as_of.desc())
        .limit(1)
    )
    known = db.session.execute(statement).scalar_one_or_none()
    if known is not None and known > day.isoformat():
        raise Refusal(
            _("Das Verzeichnis ist vom %(day)s. Das Portal kennt schon den Gebietsstand %(known)s.",
              day=date_long(day), known=date_long(date.fromisoformat(known))),
            field="file",
        )  # fmt: skip


def _register_source(day: date) -> Attribution:
    key = f"gv100ad_{day:%Y%m%d}"
    found = db.session.get(Attribution, key)
    if found is None:
        found = Attribution(
            key=key,
            text=f"© {PUBLISHER}, {day.year}",
            publisher=PUBLISHER,
            licence=LICENCE,
            source=f"Gemeindeverzeichnis GV100AD, Gebietsstand {day:%d.%m.%Y}",
            source_url=ADDRESS,
            as_of=day.isoformat(),
        )
        db.session.add(found)
        db.session.flush()
    return found

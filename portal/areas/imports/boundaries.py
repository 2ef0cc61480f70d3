"""Boundaries from a GeoJSON file, read with limits; whatever is wrong is refused by the name of its area.

Accepted is a FeatureCollection of polygons and multipolygons in longitude and latitude (CRS84, RFC 7946); a `crs`
member of older files may name nothing else.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite
from typing import NoReturn, cast

from flask_babel import gettext as _

from portal.areas.maps.topology import Line, boundary, build
from portal.core.errors import Refusal

MAX_BYTES = 20_000_000
MAX_FEATURES = 2_000
MAX_POINTS = 1_000_000
MAX_RINGS = 5_000
# A county spans about one degree. A drawing of far more would be distorted by the local projection.
MAX_DEGREES = 6.0
# Names of longitude before latitude on WGS 84 (OGC 06-042, annex B.3). EPSG:4326 would turn the two round.
CRS84 = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84", "OGC:CRS84", "CRS84"})
# Where files keep key and name of a municipality: ours, and those of VG250 (BKG).
_KEY_NAMES, _NAME_NAMES = ("ags", "AGS"), ("name", "GEN")

Position = tuple[float, float]
Ring = tuple[Position, ...]


@dataclass(frozen=True)
class Feature:
    """An area: official key, name, and polygons, each an outer ring followed by its holes (closed)."""

    key: str
    name: str
    polygons: tuple[tuple[Ring, ...], ...]

    @property
    def rings(self) -> Iterable[Ring]:
        return (ring for polygon in self.polygons for ring in polygon)

    @property
    def geometry(self) -> str:
        """The geometry as compact GeoJSON text."""
        return json.dumps({"type": "MultiPolygon", "coordinates": self.polygons}, separators=(",", ":"))


class BoundaryRefused(Refusal):
    """The boundaries cannot be used; `area` names the feature at fault, None if it is the file itself.

    `reason` is the message without the name; `row` counts features, or lines where the file cannot be parsed.
    """

    def __init__(self, message: object, *, area: str | None = None, row: int | None = None) -> None:
        super().__init__(f"{area}: {message}" if area else message, field="file")
        self.reason = message
        self.area = area
        self.row = row


class NamesContradict(Refusal):
    """Features have keys that the portal knows under other names; sound, if somebody says that the keys count.

    `features` are these with the usual name of their key.
    """

    def __init__(self, features: Sequence[tuple[Feature, str]]) -> None:
        super().__init__(
            _("Schlüssel und Name widersprechen sich. Gelten die Schlüssel, bestätigen Sie das; sonst brauchen Sie "
              "die richtige Datei."), field="file"
        )  # fmt: skip
        self.features = features


def read_features(raw: bytes | str, *, key_digits: int | None = 8) -> list[Feature]:
    """The areas of a GeoJSON file in file order; rings are turned as RFC 7946 wants them (outer ones anticlockwise).

    Keys come from the feature's `id` or its property `ags` and have `key_digits` digits (None: any text).
    Raises `BoundaryRefused` for broken syntax, anything above the limits, other coordinates than CRS84, an unknown
    kind of geometry, a position outside the globe, a ring that is open or has no extent, and a key given twice.
    """
    if len(raw) > MAX_BYTES:
        raise BoundaryRefused(_("Die Datei ist größer als %(limit)s MB.", limit=MAX_BYTES // 1_000_000))
    document = _parse(raw)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise BoundaryRefused(_("Die Datei ist keine GeoJSON-Sammlung (FeatureCollection)."))
    _require_crs84(document.get("crs"))
    entries = document.get("features")
    if not isinstance(entries, list) or not entries:
        raise BoundaryRefused(_("Die Datei enthält keine Gebiete."))
    if len(entries) > MAX_FEATURES:
        raise BoundaryRefused(_("Die Datei enthält mehr als %(limit)s Gebiete.", limit=MAX_FEATURES))
    reader = _Reader(key_digits)
    features = []
    for number, entry in enumerate(entries, start=1):
        try:
            features.append(reader.feature(number, entry))
        except BoundaryRefused as refused:
            refused.row = number
            raise
    _require_local(features)
    return features


def statements(raw: bytes | str) -> dict[str, str]:
    """What a file says about itself beside its areas: the texts of its top level, as our own download writes them."""
    document = _parse(raw)
    if not isinstance(document, dict):
        return {}
    return {name: value for name, value in document.items() if isinstance(value, str)}


def united(geometries: Sequence[str]) -> str:
    """One geometry around several that share borders; ours are MultiPolygons with rings as RFC 7946 wants them."""
    polygons = [polygon for text in geometries for polygon in json.loads(text)["coordinates"]]
    rings = [tuple((x, y) for x, y in ring) for polygon in polygons for ring in polygon]
    # Whether points are whole numbers does not matter for what is shared.
    topology = build(cast("Sequence[Line]", rings))
    found = boundary(topology.rings, topology)
    outer = [[ring] for ring in found if _doubled_area(ring) > 0]
    for ring in found:
        if _doubled_area(ring) < 0:
            around = next((polygon for polygon in outer if _holds(polygon[0], ring)), outer[0])
            around.append(ring)
    return json.dumps({"type": "MultiPolygon", "coordinates": outer}, separators=(",", ":"))


def _holds(outer: Ring, hole: Ring) -> bool:
    """Whether a hole lies in an outer ring: a point of it that is no corner of the other (even-odd rule)."""
    corners = set(outer)
    x, y = next((point for point in hole if point not in corners), hole[0])
    inside = False
    for (x1, y1), (x2, y2) in pairwise(outer):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _require_crs84(crs: object) -> None:
    if crs is None:
        return
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if name not in CRS84:
        raise BoundaryRefused(
            _("Die Koordinaten sind nicht Länge und Breite (CRS84), sondern %(name)s. Bitte rechnen Sie sie um.",
              name=str(name)[:80])
        )  # fmt: skip


def _parse(raw: bytes | str) -> object:
    def refuse_repeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise BoundaryRefused(_("Ein Schlüssel steht in einem Objekt doppelt."))
        return found

    def refuse_constant(name: str) -> NoReturn:
        raise BoundaryRefused(_("„%(name)s“ ist keine Zahl.", name=name))

    try:
        return json.loads(raw, object_pairs_hook=refuse_repeated, parse_constant=refuse_constant)
    except RecursionError:
        raise BoundaryRefused(_("Die Datei ist zu tief verschachtelt.")) from None
    except UnicodeDecodeError:
        raise BoundaryRefused(_("Die Datei ist nicht in UTF-8 geschrieben.")) from None
    except ValueError as error:
        row = getattr(error, "lineno", None)
        raise BoundaryRefused(_("Die Datei ist kein gültiges JSON: %(error)s", error=error), row=row) from None


class _Reader:
    """Reads one feature after the other and counts what the limits are about."""

    def __init__(self, key_digits: int | None) -> None:
        self._key_digits = key_digits
        self._keys: set[str] = set()
        self._points = 0
        self._rings = 0

    def feature(self, number: int, entry: object) -> Feature:
        area = _("Gebiet Nr. %(number)s", number=number)
        if not isinstance(entry, dict) or entry.get("type") != "Feature":
            raise BoundaryRefused(_("Der Eintrag ist kein Gebiet (Feature)."), area=area)
        properties = entry.get("properties")
        if not isinstance(properties, dict):
            properties = {}
        key = self._key(entry.get("id"), properties, area)
        name = next((found for name in _NAME_NAMES if isinstance(found := properties.get(name), str)), "")
        area = f"{name} ({key})" if name else key
        if self._key_digits is not None and not _is_key(key, self._key_digits):
            message = _("Der Schlüssel hat nicht %(digits)s Ziffern.", digits=self._key_digits)
            raise BoundaryRefused(message, area=area)
        if key in self._keys:
            raise BoundaryRefused(_("Der Schlüssel kommt zweimal vor."), area=area)
        self._keys.add(key)
        return Feature(key, name, self._polygons(entry.get("geometry"), area))

    def _key(self, own: object, properties: dict[str, object], area: str) -> str:
        """The key, wherever it stands; programs number features, and such an `id` is no key beside a property."""
        given = [value for name in _KEY_NAMES if isinstance(value := properties.get(name), str) and value]
        if isinstance(own, str) and own and (not given or _is_key(own, self._key_digits or len(own))):
            given.append(own)
        if not given:
            raise BoundaryRefused(_("Der Schlüssel fehlt oder ist kein Text."), area=area)
        if len(set(given)) > 1:
            raise BoundaryRefused(_("Das Gebiet nennt zwei verschiedene Schlüssel."), area=area)
        return given[0]

    def _polygons(self, geometry: object, area: str) -> tuple[tuple[Ring, ...], ...]:
        if not isinstance(geometry, dict):
            raise BoundaryRefused(_("Die Grenze fehlt."), area=area)
        kind, coordinates = geometry.get("type"), geometry.get("coordinates")
        if kind == "Polygon":
            coordinates = [coordinates]
        elif kind != "MultiPolygon":
            raise BoundaryRefused(_("Die Grenze ist keine Fläche, sondern %(kind)s.", kind=kind), area=area)
        return tuple(
            tuple(_turned(self._ring(ring, area), number == 0) for number, ring in enumerate(_filled(polygon, area)))
            for polygon in _filled(coordinates, area)
        )

    def _ring(self, coordinates: object, area: str) -> Ring:
        self._rings += 1
        positions = _filled(coordinates, area)
        self._points += len(positions)
        if self._points > MAX_POINTS or self._rings > MAX_RINGS:
            raise BoundaryRefused(_("Die Grenzen haben zu viele Punkte oder Linien."), area=area)
        ring = tuple(_position(position, area) for position in positions)
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise BoundaryRefused(_("Eine Grenzlinie ist nicht geschlossen."), area=area)
        if len(set(ring)) < 3 or _doubled_area(ring) == 0:
            raise BoundaryRefused(_("Eine Grenzlinie umschließt keine Fläche."), area=area)
        return ring


def _filled(value: object, area: str) -> list[object]:
    if not isinstance(value, list) or not value:
        raise BoundaryRefused(_("Die Koordinaten sind leer oder falsch verschachtelt."), area=area)
    return value


def _position(value: object, area: str) -> Position:
    # A third number is a height; maps do without it.
    if not isinstance(value, list) or not 2 <= len(value) <= 3:
        raise BoundaryRefused(_("Die Koordinaten sind leer oder falsch verschachtelt."), area=area)
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float) or not isfinite(number):
            raise BoundaryRefused(_("Eine Koordinate ist keine Zahl."), area=area)
    longitude, latitude = float(value[0]), float(value[1])
    if not (-180 <= longitude <= 180 and -90 < latitude < 90):
        raise BoundaryRefused(_("Eine Koordinate ist keine geografische Länge und Breite."), area=area)
    return longitude, latitude


def _turned(ring: Ring, is_outer: bool) -> Ring:
    """Outer rings anticlockwise, holes clockwise (RFC 7946, 3.1.6); files before it did not care."""
    return ring if (_doubled_area(ring) > 0) == is_outer else ring[::-1]


def _doubled_area(ring: Ring) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))


def _require_local(features: list[Feature]) -> None:
    positions = [position for feature in features for ring in feature.rings for position in ring]
    for axis in (0, 1):
        values = [position[axis] for position in positions]
        if max(values) - min(values) > MAX_DEGREES:
            raise BoundaryRefused(_("Die Gebiete liegen mehr als %(limit)s Grad auseinander.", limit=int(MAX_DEGREES)))


def _is_key(text: str, digits: int) -> bool:
    return len(text) == digits and text.isascii() and text.isdigit()

"""Reading files about places: recognise, check, compare; then undo everything (a look) or keep it.

A look is the deed itself, taken back: what the preview says is what will happen.
"""

import codecs
import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.areas.imports import boundaries as geojson
from portal.areas.imports.boundaries import BoundaryRefused, Feature, NamesContradict
from portal.areas.imports.boundary_takeover import BoundarySource, take_boundaries
from portal.areas.imports.outcome import FileFacts, Outcome
from portal.areas.imports.register import UTF8, Register, RegisterMunicipality, looks_like_register, read_register
from portal.areas.imports.register_takeover import FiguresDay, RegisterDoubtful, take_register
from portal.areas.models import AreaFile
from portal.core.actor import Actor
from portal.core.errors import Refusal
from portal.core.refusals import ImportRefused, RefusedCell
from portal.core.text import one_line
from portal.core.transaction import transaction

# Days from which the population is counted on from a new census.
_CENSUS_2011, _CENSUS_2022 = date(2011, 5, 9), date(2022, 5, 15)
# Until then some figures were published on the old census, some on the new one.
_CENSUS_2022_ALONE = date(2024, 12, 31)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What the person adds because the file does not say it.

    Of a register: the day of its figures and their census (both None: leave the figures out), and the keys of
    municipalities that are rightly missing (`removed`), and whether numbers far from the known ones are right
    (`numbers_count`). Of boundaries: their territorial date and how the publisher
    wants to be named (our own download carries both). Of both: whether the keys count where names say something else
    (`keys_count`).
    """

    figures_day: date | None = None
    census_year: int | None = None
    territorial_date: date | None = None
    attribution: str = ""
    publisher: str = ""
    licence: str = ""
    licence_url: str = ""
    source: str = ""
    keys_count: bool = False
    numbers_count: bool = False
    removed: frozenset[str] = frozenset()


@dataclass(kw_only=True)
class AreasRead:
    """What a file is and what it changed or would change; a refused one has no outcome.

    `is_open`: it is refused only because nobody has said yet whether its keys or its names count; `missing`: only
    because nobody has said yet that these municipalities (keys) are rightly missing; `is_odd`: only because nobody has
    said yet that its numbers are right.
    """

    file: str
    format: AreaFile | None = None
    encoding: str | None = None
    territorial_date: date | None = None
    outcome: Outcome | None = None
    refused: list[RefusedCell] = field(default_factory=list)
    is_open: bool = False
    missing: tuple[str, ...] = ()
    is_odd: bool = False

    def as_json(self) -> dict[str, Any]:
        """The keys of `portal import areas --json`; texts in the current language."""
        found = self.outcome
        plain: dict[str, Any] = {
            "file": self.file,
            "format": None if self.format is None else self.format.value,
            "encoding": self.encoding,
            "territory_date": None if self.territorial_date is None else self.territorial_date.isoformat(),
            "areas": {"matched": 0, "new": 0, "changed": 0, "gone": 0} if found is None else found.counts(),
            "refused": [
                {"row": cell.row, "column": str(cell.column), "reason": str(cell.reason)} for cell in self.refused
            ],
            "import": None if found is None else found.import_id,
        }
        if found is not None:
            plain |= {
                "counties": found.counties,
                "new": [{"key": key, "name": name} for key, name in found.new],
                "changed": [
                    {"key": one.key, "name": one.name, "what": one.what, "old": one.old, "new": one.new}
                    for one in found.changed
                ],
                "gone": [{"key": key, "name": name} for key, name in found.gone],
                "notes": found.notes,
                "figures": None
                if found.figures is None
                else {
                    "new": found.figures.new,
                    "changed": found.figures.changed,
                    "unchanged": found.figures.unchanged,
                    "batch": found.figures.batch,
                },
            }
        return plain


class _OnlyLooking(Exception):
    """Ends a transaction that nobody wanted to keep."""


def look_at(raw: bytes, *, name: str, said: Said, actor: Actor) -> AreasRead:
    """Check the file and say what taking it over would change; nothing is written."""
    return _read(raw, name, said, actor, keep=False)


def take_in(raw: bytes, *, name: str, said: Said, actor: Actor) -> AreasRead:
    """Check the file and take it over; a file with a fault changes nothing and says where."""
    return _read(raw, name, said, actor, keep=True)


def census_of(day: date, given: int | None) -> int:
    """The census that a population of that day is counted on from; asks where two are in use."""
    if day < _CENSUS_2022:
        known = 2011 if day >= _CENSUS_2011 else 1987
    elif day >= _CENSUS_2022_ALONE:
        known = 2022
    elif given is None:
        raise Refusal(
            _("Zu diesem Stichtag gibt es Zahlen auf Grundlage des Zensus 2011 und des Zensus 2022. Bitte geben Sie "
              "an, welche es sind (auf der Befehlszeile: --census 2011 oder --census 2022)."), field="census"
        )  # fmt: skip
    else:
        return given
    if given is not None and given != known:
        raise Refusal(_("Zahlen dieses Stichtags beruhen auf dem Zensus %(year)s.", year=known), field="census")
    return known


def _read(raw: bytes, name: str, said: Said, actor: Actor, *, keep: bool) -> AreasRead:
    read = AreasRead(file=one_line(name))
    try:
        if looks_like_register(raw):
            _register(read, raw, said, actor, keep=keep)
        else:
            _boundaries(read, raw, said, actor, keep=keep)
    except ImportRefused as refused:
        read.outcome, read.refused = None, list(refused.refusals)
    except BoundaryRefused as refused:
        read.outcome = None
        read.refused = [RefusedCell(refused.row or 1, refused.area or _("Datei"), refused.reason)]
    except Refusal as refused:
        read.outcome, read.refused = None, [RefusedCell(1, _("Datei"), refused.message)]
    return read


def _register(read: AreasRead, raw: bytes, said: Said, actor: Actor, *, keep: bool) -> None:
    read.format = AreaFile.REGISTER
    register: Register = read_register(raw)
    read.encoding, read.territorial_date = register.encoding, register.territorial_date
    figures = None
    if said.figures_day is not None:
        if said.figures_day > register.territorial_date:
            raise Refusal(_("Der Stichtag der Zahlen liegt nach dem Gebietsstand der Datei."))
        figures = FiguresDay(said.figures_day, census_of(said.figures_day, said.census_year))
    facts = _facts(read, raw)
    try:
        with transaction():
            read.outcome = take_register(
                register, file=facts, figures=figures, actor=actor, removed=said.removed, keys_count=said.keys_count,
                numbers_count=said.numbers_count,
            )  # fmt: skip
            if not keep:
                raise _OnlyLooking
    except _OnlyLooking:
        _forget_names(read.outcome)
    except RegisterDoubtful as doubtful:
        read.is_open, read.missing = bool(doubtful.namesakes), tuple(key for key, _name in doubtful.missing)
        read.is_odd = bool(doubtful.odd)
        read.refused = [*map(_missing, doubtful.missing), *map(_namesake, doubtful.namesakes), *map(_odd, doubtful.odd)]


def _missing(place: tuple[str, str]) -> RefusedCell:
    key, name = place
    return RefusedCell(1, key, _("%(name)s fehlt in der Datei.", name=name))


def _namesake(place: RegisterMunicipality) -> RefusedCell:
    reason = _("Zwei Gemeinden desselben Landkreises heißen %(name)s.", name=place.short_name)
    return RefusedCell(place.row, place.key, reason)


def _odd(found: tuple[RegisterMunicipality, str]) -> RefusedCell:
    place, reason = found
    return RefusedCell(place.row, place.key, f"{place.short_name}: {reason}")


def _boundaries(read: AreasRead, raw: bytes, said: Said, actor: Actor, *, keep: bool) -> None:
    read.format, read.encoding = AreaFile.BOUNDARIES, UTF8
    if raw.removeprefix(codecs.BOM_UTF8).lstrip()[:1] != b"{":
        read.format = read.encoding = None
        raise Refusal(_("Erkannt werden das Gemeindeverzeichnis (GV100AD) und Grenzen als GeoJSON."))
    features = geojson.read_features(raw)
    source = _source(said, geojson.statements(raw))
    read.territorial_date = source.territorial_date
    facts = _facts(read, raw)
    try:
        with transaction():
            read.outcome = take_boundaries(features, file=facts, source=source, keys_count=said.keys_count, actor=actor)
            if not keep:
                raise _OnlyLooking
    except _OnlyLooking:
        _forget_names(read.outcome)
    except BoundaryRefused as refused:
        refused.row = refused.row or _row_of(features, refused.area)
        raise
    except NamesContradict as contradiction:
        numbers = {feature.key: number for number, feature in enumerate(features, start=1)}
        read.is_open = True
        read.refused = [
            RefusedCell(
                numbers[feature.key],
                feature.key,
                _("%(key)s ist %(known)s, die Datei nennt %(name)s.",
                  key=feature.key, known=usual, name=feature.name[:60]),
            )
            for feature, usual in contradiction.features
        ]  # fmt: skip


def _forget_names(outcome: Outcome | None) -> None:
    """Ids that were never kept must not be shown."""
    if outcome is not None:
        outcome.import_id = None


def _facts(read: AreasRead, raw: bytes) -> FileFacts:
    return FileFacts(name=read.file, sha256=hashlib.sha256(raw).hexdigest(), encoding=read.encoding or "")


def _row_of(features: list[Feature], area: str | None) -> int | None:
    for number, feature in enumerate(features, start=1):
        if area is not None and feature.key in area:
            return number
    return None


def _source(said: Said, stated: dict[str, str]) -> BoundarySource:
    """How the boundaries are to be named: as the person says, else as the file itself says."""
    day = said.territorial_date
    if day is None and "territorial_date" in stated:
        try:
            day = date.fromisoformat(stated["territorial_date"])
        except ValueError:
            raise Refusal(_("Der Gebietsstand in der Datei ist kein Tag.")) from None
    if day is None:
        raise Refusal(_("Die Datei nennt keinen Gebietsstand. Bitte geben Sie ihn an."))
    text = one_line(said.attribution or stated.get("attribution", ""))
    licence = one_line(said.licence or stated.get("licence", ""))
    if not text or not licence:
        raise Refusal(_("Die Datei nennt Quellenvermerk oder Lizenz nicht. Bitte geben Sie beides an."))
    url = said.licence_url or stated.get("licence_url", "")
    if url and not url.startswith(("https://", "http://")):
        raise Refusal(_("Die Adresse der Lizenz beginnt nicht mit https://."))
    return BoundarySource(
        territorial_date=day,
        text=text[:1000],
        publisher=one_line(said.publisher)[:300] or text[:300],
        licence=licence[:200],
        licence_url=url[:300] or None,
        source=one_line(said.source or stated.get("source", ""))[:1000] or text[:1000],
    )

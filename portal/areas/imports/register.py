"""The municipality register of the statistical offices as a fixed-width file (GV100AD), read strictly.

Layout: "Datensatzbeschreibung GV100AD" of Statistisches Bundesamt (Destatis), delivered with every file, checked
against the issues of 30.09.2021 and 30.11.2021 (`GV100AD_301121.ASC`) and the parsers gv100ad (Rust), gv100ad-py and
`read_gv100` of the R package wiesbaden. Every line has 220 characters (not bytes), counted here from 1:

    1–2     record type: 10 Land, 20 Regierungsbezirk, 30 Region (Baden-Württemberg), 40 Kreis,
            50 Gemeindeverband, 60 Gemeinde
    3–10    territorial date (yyyymmdd), the same in every line
    11–12   Land       13  Regierungsbezirk       14–15  Kreis (type 30: 14 Region)       16–18  Gemeinde
    19–22   Gemeindeverband (types 50 and 60); ARS = 11–15 + 19–22 + 16–18, AGS = 11–18
    23–72   name       73–122  seat of the administration (types 10 to 50)
    123–124 Textkennzeichen: 41 to 45 Kreis, 50 to 58 Gemeindeverband, 60 to 67 Gemeinde
    129–139 area in hectares       140–150 persons       151–161 male persons (type 60)
    166–170 postcode of the seat       171–175 `*****` if there are several
    178–190 districts of tax office, courts and employment agency       191–196 constituencies

Files are UTF-8 since about 2019 (names with Sorbian letters), ISO 8859-1 before. The date of persons and area does
not stand in the file, but in the note that comes with it (`Hinweise.txt`); nothing here guesses it.
"""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l

from portal.core.refusals import RefusalList, refuse

MOST_BYTES = 12_000_000
MOST_LINES = 60_000
WIDTH = 220
FIRST_YEAR = 1990

UTF8: Final = "utf-8"
WINDOWS: Final = "windows-1252"

LAND, DISTRICT, REGION, COUNTY, ASSOCIATION, MUNICIPALITY = "10", "20", "30", "40", "50", "60"
_TYPES = frozenset({LAND, DISTRICT, REGION, COUNTY, ASSOCIATION, MUNICIPALITY})
# Records of the other file of the same office, with addresses and postcodes beside the administration.
_NON_ADMINISTRATIVE = frozenset({"41", "61"})

# Textkennzeichen of municipalities.
MUNICIPALITY_TYPES: Mapping[str, str] = {
    "60": "Markt",
    "61": "Kreisfreie Stadt",
    "62": "Stadtkreis",
    "63": "Stadt",
    "64": "Gemeinde",
    "65": "Gemeindefreies Gebiet, bewohnt",
    "66": "Gemeindefreies Gebiet, unbewohnt",
    "67": "Große Kreisstadt",
}
UNINCORPORATED = frozenset({"65", "66"})
COUNTY_TYPES = frozenset({"41", "42", "43", "44", "45"})
ASSOCIATION_TYPES = frozenset({"50", "51", "52", "53", "54", "55", "56", "57", "58"})
# A municipality that belongs to no association stands as its own "association".
ON_ITS_OWN = "50"


@dataclass(frozen=True, kw_only=True)
class RegisterAssociation:
    """A Gemeindeverband: `key` are the first nine digits of its members' ARS."""

    key: str
    county: str
    name: str
    row: int


@dataclass(frozen=True, kw_only=True)
class RegisterMunicipality:
    """A municipality; `name` is official (“Sinsheim, Stadt”). `association` is None if it belongs to none."""

    key: str
    regional_key: str
    county: str
    association: str | None
    name: str
    type_code: str
    hectares: int
    people: int
    male: int
    postcode: str | None
    row: int

    @property
    def short_name(self) -> str:
        """What people say: in the register a comma only ever introduces a title."""
        return self.name.partition(",")[0].strip()

    @property
    def type_name(self) -> str:
        return MUNICIPALITY_TYPES[self.type_code]

    @property
    def square_km(self) -> float:
        return self.hectares / 100


@dataclass(frozen=True, kw_only=True)
class Register:
    """Everything the file says about places, on its territorial date; counties map their key to their name."""

    encoding: str
    territorial_date: date
    counties: Mapping[str, str]
    associations: Mapping[str, RegisterAssociation]
    municipalities: Mapping[str, RegisterMunicipality]

    def of_county(self, key: str) -> list[RegisterMunicipality]:
        """The municipalities of a county in the order of the file, without land that belongs to none."""
        return [
            place
            for place in self.municipalities.values()
            if place.county == key and place.type_code not in UNINCORPORATED
        ]


def looks_like_register(raw: bytes) -> bool:
    """Whether the first line begins like one of the register's: a record type, a date, a Land."""
    first = raw.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n")[:12]
    known = {kind.encode() for kind in _TYPES | _NON_ADMINISTRATIVE}
    return len(first) == 12 and first.isdigit() and first[:2] in known and first[2:4] in {b"19", b"20"}


def read_register(raw: bytes) -> Register:
    """The register behind the bytes; raises `ImportRefused` with every place that is wrong.

    Refused: other encodings, lines of the wrong length, unknown record types, several territorial dates, keys that
    are no keys or come twice, a record without its county or association, a county or association without a
    municipality (the file ends too early), numbers that are none, more men than people.
    """
    if len(raw) > MOST_BYTES:
        raise refuse(1, _FILE, _l("Die Datei ist größer als %(limit)s MB.", limit=MOST_BYTES // 1_000_000))
    text, encoding = _decoded(raw)
    lines = text.split("\n")
    if len(lines) > MOST_LINES:
        raise refuse(MOST_LINES, _FILE, _l("Die Datei hat zu viele Zeilen."))
    reader = _Reader()
    for number, line in enumerate(lines, start=1):
        # Some programs strip blanks at the end of lines; the fields in front of them are checked all the same.
        line = line.removesuffix("\r")  # noqa: PLW2901
        if line.strip():
            reader.line(number, line)
    return reader.register(encoding, len(lines))


_FILE = _l("Datei")
_KIND, _DATE, _KEY = _l("Satzart (1–2)"), _l("Gebietsstand (3–10)"), _l("Schlüssel (11–22)")
_NAME, _TYPE = _l("Name (23–72)"), _l("Textkennzeichen (123–124)")
_AREA, _PEOPLE, _MALE = _l("Fläche (129–139)"), _l("Bevölkerung (140–150)"), _l("Bevölkerung männlich (151–161)")
_POSTCODE = _l("Postleitzahl (166–170)")


def _decoded(raw: bytes) -> tuple[str, str]:
    if b"\x00" in raw:
        raise refuse(1, _FILE, _l("Die Datei ist keine Textdatei."))
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode("utf-8"), UTF8
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), WINDOWS
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        raise refuse(row, _FILE, _l("Der Zeichensatz ist weder UTF-8 noch Windows-1252 (ISO 8859-1).")) from error


class _Reader:
    """Takes one line after the other and remembers what later ones refer to."""

    def __init__(self) -> None:
        self._refused = RefusalList()
        self._day: date | None = None
        self._lands: set[str] = set()
        self._counties: dict[str, str] = {}
        self._county_rows: dict[str, int] = {}
        self._associations: dict[str, RegisterAssociation] = {}
        self._alone: set[str] = set()
        self._with_municipality: set[str] = set()
        self._municipalities: dict[str, RegisterMunicipality] = {}

    def line(self, number: int, line: str) -> None:
        kind = line[:2]
        if kind in _NON_ADMINISTRATIVE:
            raise refuse(number, _KIND, _l("Das ist die Datei GV100NAD. Gebraucht wird GV100AD."))
        if kind not in _TYPES:
            self._refused.add(number, _KIND, _l("„%(kind)s“ ist keine bekannte Satzart.", kind=kind))
            return
        if len(line) > WIDTH:
            reason = _l("Die Zeile hat %(count)s statt %(width)s Zeichen.", count=len(line), width=WIDTH)
            self._refused.add(number, _FILE, reason)
            return
        if not self._is_dated(number, line[2:10]):
            return
        name = line[22:72].strip()
        if not name:
            self._refused.add(number, _NAME, _l("Der Name fehlt."))
            return
        if kind == LAND:
            self._lands.add(line[10:12])
        elif kind == COUNTY:
            self._county(number, line, name)
        elif kind == ASSOCIATION:
            self._association(number, line, name)
        elif kind == MUNICIPALITY:
            self._municipality(number, line, name)

    def register(self, encoding: str, last: int) -> Register:
        if not self._municipalities:
            self._refused.add(last, _FILE, _l("Die Datei enthält keine Gemeinden."))
        for key in (*self._counties, *self._associations, *self._alone):
            if key not in self._with_municipality:
                row = self._county_rows[key[:5]] if len(key) == 5 else self._rows_of.get(key, last)
                reason = _l("Zu diesem Eintrag folgt keine Gemeinde. Vielleicht fehlt das Ende der Datei.")
                self._refused.add(row, _KEY, reason)
        self._refused.conclude()
        assert self._day is not None
        return Register(
            encoding=encoding,
            territorial_date=self._day,
            counties=self._counties,
            associations=self._associations,
            municipalities=self._municipalities,
        )

    @property
    def _rows_of(self) -> dict[str, int]:
        return {key: found.row for key, found in self._associations.items()}

    def _is_dated(self, number: int, text: str) -> bool:
        day = _day(text)
        if day is None:
            self._refused.add(number, _DATE, _l("„%(text)s“ ist kein Tag.", text=text))
            return False
        if self._day is None:
            self._day = day
        elif day != self._day:
            reason = _l("Der Gebietsstand ist ein anderer als in den Zeilen davor.")
            self._refused.add(number, _DATE, reason)
            return False
        return True

    def _county(self, number: int, line: str, name: str) -> None:
        key = line[10:15]
        if not _is_digits(key, 5) or line[15:22].strip():
            self._refused.add(number, _KEY, _l("Der Schlüssel des Kreises hat nicht fünf Ziffern."))
        elif key in self._counties:
            self._refused.add(number, _KEY, _l("Der Schlüssel %(key)s kommt zweimal vor.", key=key))
        elif key[:2] not in self._lands:
            self._refused.add(number, _KEY, _l("Das Land %(key)s steht nicht davor.", key=key[:2]))
        elif line[122:124] not in COUNTY_TYPES:
            self._refused.add(number, _TYPE, _l("„%(text)s“ ist kein Textkennzeichen.", text=line[122:124]))
        else:
            self._counties[key], self._county_rows[key] = name, number

    def _association(self, number: int, line: str, name: str) -> None:
        key = line[10:15] + line[18:22]
        if not _is_digits(key, 9) or line[15:18].strip():
            self._refused.add(number, _KEY, _l("Der Schlüssel des Gemeindeverbands hat nicht neun Ziffern."))
        elif key in self._associations or key in self._alone:
            self._refused.add(number, _KEY, _l("Der Schlüssel %(key)s kommt zweimal vor.", key=key))
        elif key[:5] not in self._counties:
            self._refused.add(number, _KEY, _l("Der Kreis %(key)s steht nicht davor.", key=key[:5]))
        elif line[122:124].strip() and line[122:124] not in ASSOCIATION_TYPES:
            self._refused.add(number, _TYPE, _l("„%(text)s“ ist kein Textkennzeichen.", text=line[122:124]))
        elif line[122:124] in {ON_ITS_OWN, "  ", ""}:
            self._alone.add(key)
        else:
            self._associations[key] = RegisterAssociation(key=key, county=key[:5], name=name, row=number)

    def _municipality(self, number: int, line: str, name: str) -> None:
        key, association = line[10:18], line[10:15] + line[18:22]
        if not _is_digits(key, 8) or not _is_digits(association, 9):
            self._refused.add(number, _KEY, _l("Der Schlüssel der Gemeinde hat nicht acht und vier Ziffern."))
            return
        if key in self._municipalities:
            self._refused.add(number, _KEY, _l("Der Schlüssel %(key)s kommt zweimal vor.", key=key))
            return
        if key[:5] not in self._counties:
            self._refused.add(number, _KEY, _l("Der Kreis %(key)s steht nicht davor.", key=key[:5]))
            return
        if association not in self._associations and association not in self._alone:
            reason = _l("Der Gemeindeverband %(key)s steht nicht davor.", key=association)
            self._refused.add(number, _KEY, reason)
            return
        kind = line[122:124]
        if kind not in MUNICIPALITY_TYPES:
            self._refused.add(number, _TYPE, _l("„%(text)s“ ist kein Textkennzeichen.", text=kind))
            return
        numbers = []
        for column, text in ((_AREA, line[128:139]), (_PEOPLE, line[139:150]), (_MALE, line[150:161])):
            if not _is_digits(text, 11):
                self._refused.add(number, column, _l("„%(text)s“ ist keine Zahl mit elf Stellen.", text=text.strip()))
                return
            numbers.append(int(text))
        hectares, people, male = numbers
        if male > people:
            self._refused.add(number, _MALE, _l("Es sind mehr Männer als Menschen."))
            return
        postcode = line[165:170].strip()
        if postcode and not _is_digits(postcode, 5):
            self._refused.add(number, _POSTCODE, _l("„%(text)s“ ist keine Postleitzahl.", text=postcode))
            return
        self._with_municipality |= {key[:5], association}
        self._municipalities[key] = RegisterMunicipality(
            key=key,
            regional_key=association + key[5:],
            county=key[:5],
            association=association if association in self._associations else None,
            name=name,
            type_code=kind,
            hectares=hectares,
            people=people,
            male=male,
            postcode=postcode or None,
            row=number,
        )


def _day(text: str) -> date | None:
    if not _is_digits(text, 8):
        return None
    try:
        day = date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
    return day if day.year >= FIRST_YEAR else None


def _is_digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()

"""Invented lists for the page `/gestaltung`: one with everything, one without a hit, one without a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.choosing import Choice as RowChoice


@dataclass(frozen=True)
class State:
    """Stands for a member of a state enum: value, word, look."""

    value: str
    label: Any
    tone: str | None = None
    icon: str | None = None


@dataclass(frozen=True)
class Choice:
    """A filter above a list."""

    name: str
    label: Any
    choices: Sequence[tuple[str, Any]]
    value: str


@dataclass(frozen=True)
class Chip:
    """A filter in force."""

    label: Any
    remove_url: str


@dataclass(frozen=True)
class Row:
    """A line of the list: an invented organisation."""

    name: str
    place: str
    kind: Any
    heard: str
    people: int | None
    state: State


_SEARCH = _l("Suche")


@dataclass(frozen=True)
class SpecimenListing:
    """A list as `portal.core.tables.Listing` hands it to templates, without a database."""

    rows: Sequence[Row]
    count: int
    total: int
    page: int = 1
    pages: int = 1
    query: str = ""
    search_label: Any = _SEARCH
    filters: Sequence[Choice] = ()
    active: Sequence[Chip] = ()
    downloads: Sequence[tuple[str, str]] = ()
    hidden: Sequence[tuple[str, str]] = ()
    reset_url: str = "#listen"
    sort: str = "name"
    is_narrowed: bool = True
    meant: str = ""
    meant_url: str = "?suche=pflege#listen"
    all_chosen: bool = False
    has_short_word: bool = False
    path: str = "#listen"
    here_url: str = "#listen"
    choose_all_url: str = "?auswahl=alle#listen"
    first: int = 1
    last: int = 50
    sizes: Sequence[tuple[int, str]] = ()

    def page_url(self, page: int) -> str:
        return f"?seite={page}#listen"

    def sort_url(self, key: str) -> str:
        return f"?sortierung={key}#listen"

    def sorted(self, key: str) -> str | None:
        return "ascending" if key == self.sort else None


STATES = (
    State("draft", _l("Entwurf"), "draft", "edit"),
    State("review", _l("in Prüfung"), "info", "clock"),
    State("released", _l("freigegeben"), "ok", "check"),
    State("missing", _l("fehlt"), "warn", "alert"),
    State("undeliverable", _l("unzustellbar"), "error", "mail"),
    State("archived", _l("Archiv"), None, "archive"),
)

_PROVIDER = _l("freier Träger")
_ROWS = (
    Row("Beispielstift Sonnenblume gGmbH", "Sinsheim", _PROVIDER, "22.09.2026", 48, STATES[2]),
    Row("Erfundener Pflegeverein Elsenzblick e.\u00a0V.", "Waibstadt", _PROVIDER, "18.11.2026", 12, STATES[1]),
    Row("Fantasie-Jugendtreff Kleckerbach", "Angelbachtal", "Initiative", "–", None, STATES[3]),
    Row("Verein Ausgedachte Hilfe e.\u00a0V.", "Eschelbronn", _PROVIDER, "22.09.2026", 7, STATES[4]),
)
_KINDS = (("", _l("alle")), ("gemeinde", _l("Gemeinde")), ("traeger", _PROVIDER))
_AREAS = (("", _l("alle")), ("weinheim", "Weinheim"), ("sinsheim", "Sinsheim"))

FULL_LIST = SpecimenListing(
    rows=_ROWS,
    count=37,
    total=128,
    page=3,
    pages=10,
    query="pflege",
    filters=(
        Choice("art", _l("Art"), _KINDS, "traeger"),
        Choice("raum", _l("Planungsraum"), _AREAS, ""),
        Choice("stand", _l("Zustand"), (("", _l("alle")), ("geprueft", _l("geprüft"))), ""),
    ),
    active=(Chip("„pflege“", "?art=traeger"), Chip(_l("Art: freier Träger"), "?suche=pflege")),
    downloads=(("Excel", "?format=xlsx"), ("CSV", "?format=csv")),
    hidden=(("sortierung", "name"),),
    sizes=((25, "?anzahl=25#listen"), (50, ""), (100, "?anzahl=100#listen")),
)
NOTHING_FITS = SpecimenListing(
    rows=(), count=0, total=128, query="plege", active=(Chip("„plege“", "#listen"),), meant="pflege"
)
CHOSEN = RowChoice(chosen=("zpq3cj85ncf8",), elsewhere=("zpq3cj85ncf8",), fields=(("hier", "3"),))
NOTHING_THERE = SpecimenListing(rows=(), count=0, total=0)

"""Everything the page `/gestaltung` shows: specimens of all components, and invented objects for them.

Reads no table. Each specimen is a template below `templates/design/specimens/`; the page renders it and
prints its source beside it, so that what is shown and what is explained cannot drift apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from portal.core.choosing import Choice
from portal.home.gallery.forms import SpecimenForm, faulty_form, fresh_form
from portal.home.gallery.lists import CHOSEN, FULL_LIST, NOTHING_FITS, NOTHING_THERE, STATES, SpecimenListing, State
from portal.home.gallery.plots import sample_course, sample_funnel
from portal.indicators.charts.plots import Funnel, TimeLines
from portal.indicators.charts.strips import Strip, StripMark
from portal.unsent.sheets import Sheet


@dataclass(frozen=True)
class Specimen:
    """One component in its states."""

    name: str
    title: Any
    note: Any = ""

    @property
    def template(self) -> str:
        return f"design/specimens/{self.name}.html"


@dataclass(frozen=True)
class Section:
    """Specimens of one subject under one heading."""

    anchor: str
    title: Any
    specimens: tuple[Specimen, ...]


@dataclass(frozen=True)
class Shape:
    """An area of the invented map."""

    path: str
    title: str
    tone: str
    url: str | None = None
    current: bool = False


@dataclass(frozen=True)
class Name:
    """A name printed on the map."""

    lines: Sequence[str]
    x: int
    y: int


@dataclass(frozen=True)
class Cell:
    """An assessment in the matrix."""

    key: str
    label: Any
    voices: str
    figures: str
    lines: Sequence[Any]
    url: str = "#zustaende"
    current: bool = False


@dataclass(frozen=True)
class MatrixRow:
    """A topic across the areas."""

    topic: Any
    note: Any
    cells: Sequence[Cell]


ICONS = (
    "agree", "alert", "archive", "arrow", "back", "bell", "building", "calendar", "chart", "check", "clock",
    "close", "copy", "down", "download", "draft", "edit", "enter", "external", "eye", "file", "filter",
    "gear", "help", "history", "info", "key", "language", "leave", "link", "lock", "mail", "map", "menu",
    "minus", "moon", "need", "next", "note", "people", "phone", "pin", "plus", "print", "question",
    "refresh", "resource", "screen", "search", "send", "server", "shield", "star", "stop", "sun", "task",
    "trash", "undo", "upload", "user", "users",
)  # fmt: skip

COLOURS: tuple[tuple[str, Any], ...] = (
    ("brand", _l("Zahlen, Handeln")),
    ("voice", _l("Stimmen")),
    ("ink", _l("Text")),
    ("ink-2", _l("Text, leise")),
    ("paper", _l("Papier")),
    ("ground", _l("Untergrund")),
    ("line-strong", _l("Feldrand")),
    ("ok", _l("gelungen")),
    ("warn", _l("Achtung")),
    ("error", _l("Fehler")),
    ("info", _l("Auskunft")),
    ("confirmed", _l("stimmt überein")),
    ("felt-only", _l("nur benannt")),
    ("hidden-one", _l("nur in Zahlen")),
    ("unremarkable", _l("ohne Auffälligkeit")),
    ("no-data", _l("keine Einordnung")),
)

MAP_BOX = "0 0 400 260"
MAP_SHAPES = (
    Shape("M10 30 120 10 150 90 60 140 10 110Z", "Ahausen: 12,4\u00a0%", "q1", "#karten"),
    Shape("M120 10 260 20 250 100 150 90Z", "Beedorf: 31,0\u00a0%", "q2", "#karten"),
    Shape("M260 20 390 50 370 130 250 100Z", "Cestadt: 47,9\u00a0%", "q3", "#karten", current=True),
    Shape("M60 140 150 90 250 100 230 180 110 210Z", "Dehheim: 68,2\u00a0%", "q4", "#karten"),
    Shape("M250 100 370 130 340 220 230 180Z", "Eweiler: 91,5\u00a0%", "q5", "#karten"),
    Shape("M110 210 230 180 260 250 140 255Z", "Effbach: geheim", "secret", "#karten"),
    Shape("M230 180 340 220 310 255 260 250Z", "Gehfeld: keine Angabe", "miss", "#karten"),
    Shape("M10 110 60 140 110 210 50 230 10 190Z", "", "beside"),
)
MAP_NAMES = (Name(("Ahausen",), 80, 75), Name(("Beedorf",), 195, 62), Name(("Dehheim/", "Tal"), 155, 150))

MATRIX_AREAS = ("Weinheim", "Sinsheim", "Neckargemünd/\u200bEberbach")
MATRIX = (
    MatrixRow(
        "Gesundheit",
        _l("Hausarzt: Fahrzeit"),
        (
            Cell("unremarkable", _l("Ohne Auffälligkeit"), "asked", "not_conspicuous",
                 (_l("Zahlen: 1\u00a0% über Kreiswert"), _l("Stimmen: gefragt, nicht benannt"))),
            Cell("felt_only", _l("Nur benannt"), "named", "not_conspicuous",
                 (_l("Zahlen: 3\u00a0% über Kreiswert"), _l("Stimmen: benannt")), current=True),
            Cell("confirmed", _l("Stimmt überein"), "named", "conspicuous",
                 (_l("Zahlen: 39\u00a0% über Kreiswert"), _l("Stimmen: benannt"))),
        ),
    ),
    MatrixRow(
        "Wohnen",
        _l("Miete nur als Klasse je Kreis"),
        (
            Cell("no_data", _l("Keine Einordnung"), "named", "none",
                 (_l("Zahlen: keine geeigneten"), _l("Stimmen: benannt"))),
            Cell("hidden", _l("Nur in Zahlen"), "asked", "conspicuous",
                 (_l("Zahlen: 22\u00a0% über Kreiswert"), _l("Stimmen: gefragt, nicht benannt"))),
            Cell("no_data", _l("Keine Einordnung"), "not_asked", "unusable",
                 (_l("Zahlen: keine geeigneten"), _l("Stimmen: nicht ausreichend gefragt"))),
        ),
    ),
)  # fmt: skip

TREND = (
    ("2018", 63020.0, "63.020"),
    ("2019", 63044.0, "63.044"),
    ("2020", 63310.0, "63.310"),
    ("2021", None, "–"),
    ("2022", 64809.0, "64.809"),
)


STRIPS = tuple(
    Strip(
        low=0, high=high, ends=("0\u00a0Min.", f"{high}\u00a0Min."),
        value_at=f"{100 * value / high:.1f}%", county_at=f"{100 * county / high:.1f}%",
        members=tuple(StripMark(key=str(n), value=n, at=f"{100 * n / high:.1f}%") for n in members),
        range_from=f"{100 * min(members) / high:.1f}%", range_to=f"{100 * max(members) / high:.1f}%",
    )
    for value, county, high, members in (
        (7.6, 6.2, 24, (8.5, 5.1, 12.1, 4.7, 7.1, 2.2, 9.3, 4.8)),
        (2.4, 2.3, 10, (1.4, 3.4)),
    )
)  # fmt: skip


_WRITTEN = datetime(2026, 12, 3, 10, 32, tzinfo=UTC)
SHEET = Sheet(
    token="", name="", page="", read=1, keep_url="#felder", discard_url="#felder", saved_at=_WRITTEN,
    restored_at=_WRITTEN,
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """All invented objects, by the names the specimens use."""

    fresh: SpecimenForm
    faulty: SpecimenForm
    funnel: Funnel
    course: TimeLines
    states: Sequence[State] = STATES
    icons: Sequence[str] = ICONS
    colours: Sequence[tuple[str, Any]] = COLOURS
    listing: SpecimenListing = FULL_LIST
    choice: Choice = CHOSEN
    nothing_fits: SpecimenListing = NOTHING_FITS
    nothing_there: SpecimenListing = NOTHING_THERE
    map_box: str = MAP_BOX
    shapes: Sequence[Shape] = MAP_SHAPES
    map_names: Sequence[Name] = MAP_NAMES
    matrix_areas: Sequence[str] = MATRIX_AREAS
    matrix: Sequence[MatrixRow] = MATRIX
    trend: Sequence[tuple[str, float | None, str]] = TREND
    strips: Sequence[Strip] = STRIPS
    sheet: Sheet = SHEET


SECTIONS = (
    Section("farben", _l("Farben und Schrift"), (
        Specimen("colours", _l("Farben"), _l("Jede Farbe ist ein Token mit heller und dunkler Seite.")),
        Specimen("type", _l("Schrift")),
        Specimen("icons", _l("Zeichen"), _l("Nie allein: Neben jedem Zeichen steht ein Wort.")),
    )),
    Section("knoepfe", _l("Knöpfe und Wege"), (
        Specimen("buttons", _l("Knöpfe"), _l("Ein starker Knopf je Ansicht.")),
        Specimen("navigation", _l("Brotkrumen, Reiter, Schritte, Verzeichnis")),
    )),
    Section("zustaende", _l("Zustände und Einordnungen"), (
        Specimen("states", _l("Zustände"), _l("Das Wort kommt aus dem Programm, hier steht nur das Aussehen.")),
        Specimen("assessments", _l("Einordnungen"), _l("Kreis: Stimmen. Quadrat: Zahlen.")),
        Specimen("matrix", _l("Matrix")),
    )),
    Section("hinweise", _l("Hinweise"), (
        Specimen("notices", _l("Meldungen")),
        Specimen("progress", _l("Fortschritt")),
        Specimen("empty", _l("Leere Zustände"), _l("Was fehlt, warum, und der nächste Schritt.")),
    )),
    Section("felder", _l("Formulare"), (
        Specimen("fields", _l("Alle Feldarten"), _l("Beschriftung, Hinweis, Fehler, Feld: in dieser Reihenfolge.")),
        Specimen("choices", _l("Auswahl")),
        Specimen("errors", _l("Abgelehnt: Zusammenfassung und Felder"), _l("Jede Eingabe bleibt erhalten.")),
        Specimen("special_fields", _l("Code, Suche, Speichern")),
    )),
    Section("listen", _l("Listen"), (
        Specimen("listing", _l("Liste mit Suche, Filter, Sortierung, Seiten, Download")),
        Specimen("listing_empty", _l("Liste ohne Treffer")),
        Specimen("plain_table", _l("Tabelle mit besonderen Zeichen")),
    )),
    Section("karten", _l("Karten und Zahlen"), (
        Specimen("map", _l("Karte mit Legende und Auswahl")),
        Specimen("indicators", _l("Kennzahl mit Spannweite, Anteil mit Intervall, Verlauf")),
        Specimen("plots", _l("Trichter und Verlauf"), _l("Je mehr Menschen, desto enger die Grenzen des Zufalls.")),
        Specimen("sides", _l("Stimmen und Zahlen nebeneinander")),
    )),
    Section("bloecke", _l("Blöcke"), (
        Specimen("cards", _l("Karten zum Anklicken")),
        Specimen("facts", _l("Kennwerte, Angaben, Person, Code")),
        Specimen("folds", _l("Aufklappen")),
    )),
    Section("verlauf", _l("Zeit und Vorgänge"), (
        Specimen("timeline", _l("Verlauf und Termine")),
        Specimen("due", _l("Fällige Aufgaben")),
        Specimen("minutes", _l("Protokoll")),
        Specimen("log", _l("Änderungen und Betrieb")),
    )),
    Section("dialoge", _l("Bestätigen, ohne Skript"), (
        Specimen("dialogs", _l("Dialog und Menü")),
        Specimen("confirm_page", _l("Dasselbe als eigene Seite")),
    )),
)  # fmt: skip


def sources(read: Callable[[str], str]) -> dict[str, str]:
    """Source text of every specimen by its name; `read` hands back a template's text by template name."""
    return {specimen.name: read(specimen.template).strip() for section in SECTIONS for specimen in section.specimens}


def samples() -> dict[str, Any]:
    """What `design/gallery.html` reads: `sample`, `sections`, `sources`. Forms are new each time. Needs a request."""
    environment = current_app.jinja_env
    loader = current_app.create_global_jinja_loader()

    def read(name: str) -> str:
        return loader.get_source(environment, name)[0]

    return {
        "sample": Sample(fresh=fresh_form(), faulty=faulty_form(), funnel=sample_funnel(), course=sample_course()),
        "sections": SECTIONS,
        "sources": sources(read),
    }

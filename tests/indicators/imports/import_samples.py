"""Small files in the shape of the originals, and what was read from them in a form that compares."""

import os
from pathlib import Path

from portal.indicators.imports.observations import Observation
from portal.indicators.imports.refusals import ImportRefused, RefusedCell
from portal.indicators.imports.source import open_source

_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data" / "originals"
ORIGINALS = Path(os.environ.get("PORTAL_ORIGINALS", _BESIDE))
CLASSIC_ORIGINAL = ORIGINALS / "22542-01-02-4.csv"
FLAT_ORIGINAL = ORIGINALS / "12411-01-01-4_1773175772751_de_flat.csv"

LONG_HEAD = "level,ags,area_name,indicator_id,period,period_type,value,unit,value_status,source,territorial_status"
LONG_LINES = (
    'county,08226,Rhein-Neckar-Kreis,da_alq,2023,year,4.07,Prozent,,"Deutschlandatlas 2024, Blatt KRS",2022-12-31',
    "municipality,08226003,Altlußheim,population,2022-12-31,reference_date,5985,Personen,,GV-ISys,2022-12-31",
    "municipality,08226009,Dossenheim,population,2022-12-31,reference_date,12345,Personen,,GV-ISys,2022-12-31",
    'municipality,08226003,Altlußheim,da_miete,2022-06,month,"8,50 bis unter 10,00",EUR je m²,class_interval,BBSR,'
    "2021-12-31",
    "municipality,08226009,Dossenheim,da_auto,2024,year,,je 1.000 Personen,missing_in_source,BBSR,2021-12-31",
    "municipality,08226009,Dossenheim,da_wachstum,2017/2022,period,-1.25,Prozent,,BBSR,2021-12-31",
)

# Head lines of 22542-01-02-4, cut to two groups.
CLASSIC_HEAD = (
    "Einrichtungen der Jugendhilfe (ohne Tageseinrichtungen),;;;;;;",
    "verfügbare Plätze, tätige Personen - Stichtag 31.12. -;;;;;;",
    "regionale Tiefe: Kreise und krfr. Städte (bis 2020);;;;;;",
    "Statistik der Einrichtung der Kinder- u. Jugendhilfe;;;;;;",
    ";;;Einrichtungen der Jugendhilfe;Einrichtungen der Jugendhilfe;Verfügbare Plätze;Tätige Personen",
    ";;;Art der Einrichtung;Art der Einrichtung;Art der Einrichtung;Art der Einrichtung",
    ";;;Insgesamt;Jugendarbeit;Jugendarbeit;Insgesamt",
    ";;;Anzahl;Anzahl;Anzahl;Anzahl",
)
CLASSIC_LINES = (
    "31.12.2020;DG;Deutschland;33417;13305;141083;202420",
    "31.12.2020;08;  Baden-Württemberg;1045;226;5936;7557",
    "31.12.2020;082;    Karlsruhe, Regierungsbezirk;505;218;2482;3365",
    "31.12.2020;08226;      Rhein-Neckar-Kreis, Landkreis;172;46;567;813",
    "31.12.2020;11001001;      Berlin-Mitte;59;15;-;388",
    "31.12.2020;13001;      Greifswald, Hansestadt, kreisfreie Stadt;-;-;-;-",
)
CLASSIC_FOOT = (
    "__________",
    '"zu ""gesamte Tabelle"":',
    "Baden-Württemberg (ab Berichtsjahr 2011): Gebietsstand",
    "01.01.2011",
    'Berlin (1994, 1998): bezogen auf den Gebietsstand"',
    "01.01.2001;",
    "31.12.2020;08226;steht nicht in der Tabelle",
    '"© Statistische Ämter des Bundes und der Länder, Deutschland, 2026.',
    "Dieses Werk ist lizenziert unter der Datenlizenz Deutschland",
    '- Namensnennung - Version 2.0."',
    "Stand: 23.03.2026 / 09:08:22",
)

FLAT_HEAD = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label"
)
_FLAT_FRONT = (
    "12411;Fortschreibung des Bevölkerungsstandes;STAG;Stichtag;2024-12-31;KREISE;Kreise und kreisfreie Städte;"
)
_FLAT_BACK = ";Anzahl;BEVSTD;Bevölkerungsstand"
FLAT_LINES = tuple(
    f"{_FLAT_FRONT}{area};GES;Geschlecht;{sex};{value}{_FLAT_BACK}"
    for area, sex, value in (
        ("08226;Rhein-Neckar-Kreis, Landkreis", "GESW;weiblich", "284050"),
        ("08226;Rhein-Neckar-Kreis, Landkreis", "GESM;männlich", "274511"),
        ("08226;Rhein-Neckar-Kreis, Landkreis", ";Insgesamt", "558561"),
        ("03241001;Hannover, Landeshauptstadt", "GESW;weiblich", "271000"),
        ("13001;Greifswald, kreisfreie Stadt", "GESM;männlich", "-"),
        ("13001;Greifswald, kreisfreie Stadt", ";Insgesamt", "-"),
    )
)


def long_file(lines: tuple[str, ...] = LONG_LINES, *, head: str = LONG_HEAD) -> str:
    """A long-form file."""
    return "\n".join((head, *lines)) + "\n"


def classic_file(
    lines: tuple[str, ...] = CLASSIC_LINES,
    *,
    first: str = "Tabelle: 22542-01-02-4",
    head: tuple[str, ...] = CLASSIC_HEAD,
    foot: tuple[str, ...] = CLASSIC_FOOT,
) -> str:
    """A classic table."""
    return "\n".join((first, *head, *lines, *foot)) + "\n"


def flat_file(lines: tuple[str, ...] = FLAT_LINES, *, head: str = FLAT_HEAD) -> str:
    """A flat file."""
    return "\n".join((head, *lines)) + "\n"


def write(folder: Path, text: str, *, name: str = "datei.csv", encoding: str = "utf-8") -> Path:
    """The text as a file, line ends as they are."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read_all(path: Path) -> list[Observation]:
    """Every observation of a file; raises ImportRefused."""
    return [observation for chunk in open_source(path).read(chunk_size=4) for observation in chunk]


def facts(observations: list[Observation]) -> set[tuple[object, ...]]:
    """What was read, without the places it was read from."""
    return {tuple(observation[:15]) for observation in observations}


def refusals_of(path: Path) -> tuple[RefusedCell, ...]:
    """The refusals of a file, empty if it is taken."""
    try:
        open_source(path).validate()
    except ImportRefused as refused:
        return refused.refusals
    return ()


def places(path: Path) -> list[tuple[int, str]]:
    """Row and column of the refusals of a file."""
    return [(cell.row, cell.column) for cell in refusals_of(path)]


def value_of(observations: list[Observation], key: str, **wanted: object) -> Observation:
    """The one observation of an area with these fields."""
    found = [
        o
        for o in observations
        if o.area_key == key and all(getattr(o, name) == value for name, value in wanted.items())
    ]
    assert len(found) == 1, found
    return found[0]

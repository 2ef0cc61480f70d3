"""Classic tables of the regional database."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from import_samples import (
    CLASSIC_FOOT,
    CLASSIC_HEAD,
    CLASSIC_LINES,
    CLASSIC_ORIGINAL,
    classic_file,
    facts,
    places,
    read_all,
    refusals_of,
    value_of,
    write,
)

from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.value_states import ValueState

FIRST_DATA_LINE = 1 + len(CLASSIC_HEAD) + 1


def classic(folder: Path, text: str | None = None, **parts: object) -> Path:
    return write(folder, text or classic_file(**parts), encoding="cp1252")  # type: ignore[arg-type]


def test_heads_units_keys_and_signs(tmp_path: Path) -> None:
    source = open_source(classic(tmp_path))
    assert (source.format, source.encoding, source.table_code) == (Format.CLASSIC, "windows-1252", "22542-01-02-4")
    assert {(m.label, m.unit) for m in source.measures} == {
        ("Tätige Personen – Art der Einrichtung – Insgesamt", "Anzahl"),
        ("Einrichtungen der Jugendhilfe – Art der Einrichtung – Insgesamt", "Anzahl"),
        ("Verfügbare Plätze – Art der Einrichtung – Jugendarbeit", "Anzahl"),
        ("Einrichtungen der Jugendhilfe – Art der Einrichtung – Jugendarbeit", "Anzahl"),
    }
    assert source.source_note.startswith("© Statistische Ämter des Bundes und der Länder, Deutschland, 2026.")
    assert "Version 2.0" in source.source_note
    found = read_all(source.path)
    assert len(found) == 24
    county = [o for o in found if o.area_key == "08226"]
    assert [(o.value, o.column, o.row) for o in county] == [
        (172.0, "D", FIRST_DATA_LINE + 3),
        (46.0, "E", FIRST_DATA_LINE + 3),
        (567.0, "F", FIRST_DATA_LINE + 3),
        (813.0, "G", FIRST_DATA_LINE + 3),
    ]
    assert {(o.period, o.area_name, o.level) for o in county} == {
        ("2020-12-31", "Rhein-Neckar-Kreis, Landkreis", AreaLevel.COUNTY)
    }
    assert {(o.value, o.state, o.sign) for o in found if o.area_key == "13001"} == {
        (None, ValueState.UNCLEAR_DASH, "-")
    }
    assert {o.area_key: o.level for o in found} == {
        "DG": AreaLevel.GERMANY,
        "08": AreaLevel.STATE,
        "082": AreaLevel.REGION,
        "08226": AreaLevel.COUNTY,
        "11001001": None,
        "13001": AreaLevel.COUNTY,
    }


def test_both_vintages_line_ends_and_character_sets_give_the_same(tmp_path: Path) -> None:
    expected = facts(read_all(classic(tmp_path)))
    older = classic_file(first="GENESIS-Tabelle: 22542-01-02-4")
    assert facts(read_all(classic(tmp_path, older))) == expected
    assert facts(read_all(classic(tmp_path, older.replace("\n", "\r\n")))) == expected
    assert facts(read_all(write(tmp_path, classic_file(first="Tabelle: 22542-01-02-4;;;;;;")))) == expected
    assert facts(read_all(write(tmp_path, classic_file(), encoding="utf-8-sig"))) == expected


def test_codes_follow_the_head_and_not_the_position(tmp_path: Path) -> None:
    expected = facts(read_all(classic(tmp_path)))
    moved = [
        ";".join([*cells[:3], cells[6], cells[4], cells[3], cells[5]]) if len(cells := line.split(";")) == 7 else line
        for line in classic_file().split("\n")
    ]
    assert facts(read_all(classic(tmp_path, "\n".join(moved)))) == expected
    for measure in open_source(tmp_path / "datei.csv").measures:
        assert re.fullmatch(r"22542-01-02-4:[a-z-]+-[0-9a-f]{8}", measure.code)
        assert len(measure.code) <= 100


def test_the_date_may_stand_in_the_head_only(tmp_path: Path) -> None:
    head = tuple(line.removeprefix(";").replace("Jugendhilfe;;;;;;", "Jugendhilfe;;;;;") for line in CLASSIC_HEAD)
    lines = tuple(line.removeprefix("31.12.2020;") for line in CLASSIC_LINES)
    for date_line in ("31.12.2020;;;;;", "Stichtag: 31.12.2020;;;;;"):
        found = read_all(classic(tmp_path, head=(*head[:3], date_line, *head[3:]), lines=lines))
        assert {o.period for o in found} == {"2020-12-31"}
        assert len(found) == 24
    assert places(classic(tmp_path, head=head, lines=lines)) == [(FIRST_DATA_LINE, "A")]
    assert places(classic(tmp_path, head=("31.12.2020;;;;;", *head, "31.12.2021;;;;;"), lines=lines)) != []


def test_years_in_the_column_heads(tmp_path: Path) -> None:
    text = classic_file(
        first="GENESIS-Tabelle: 11111-0001",
        head=(
            "Gebietsfläche: Kreise, Stichtag;;;",
            "Gebietsfläche (qkm);;;",
            ";;Stichtag;Stichtag",
            ";;31.12.2006;31.12.2007",
        ),
        lines=("08226;Rhein-Neckar-Kreis;1061,54;1061,55", "06432;Darmstadt-Dieburg;658,61;658,6"),
    )
    found = read_all(classic(tmp_path, text))
    assert {(o.area_key, o.period, o.value, o.unit) for o in found} == {
        ("08226", "2006-12-31", 1061.54, "qkm"),
        ("08226", "2007-12-31", 1061.55, "qkm"),
        ("06432", "2006-12-31", 658.61, "qkm"),
        ("06432", "2007-12-31", 658.6, "qkm"),
    }


def test_further_label_columns_are_dimensions(tmp_path: Path) -> None:
    text = classic_file(
        first="Tabelle: 12411-02-03-4",
        head=("Bevölkerung nach Altersgruppen;;;;;", ";;;;Insgesamt;weiblich", ";;;;Anzahl;Anzahl"),
        lines=(
            "31.12.2020;08226;Rhein-Neckar-Kreis;unter 3 Jahre;15000;7000",
            "31.12.2020;08226;Rhein-Neckar-Kreis;Insgesamt;548355;278000",
        ),
    )
    found = read_all(classic(tmp_path, text))
    assert {(o.dimensions, o.value) for o in found} == {
        ((("gliederung-1", "unter 3 Jahre"),), 15000.0),
        ((("gliederung-1", "unter 3 Jahre"),), 7000.0),
        ((("gliederung-1", "Insgesamt"),), 548355.0),
        ((("gliederung-1", "Insgesamt"),), 278000.0),
    }


def test_the_english_table_has_a_decimal_point(tmp_path: Path) -> None:
    parts = {"head": ("Area;;;;", ";;;Total;Percentage", ";;;Number;%"), "foot": ("__________",)}
    line = "2020;08226;Rhein-Neckar-Kreis;172;4.5"
    found = read_all(classic(tmp_path, first="Table: 11111-0001", lines=(line,), **parts))
    assert [(o.value, o.unit) for o in found] == [(172.0, "Number"), (4.5, "%")]
    assert places(classic(tmp_path, first="Tabelle: 11111-0001", lines=(line,), **parts)) == [(5, "E")]


def test_municipality_tables_and_county_keys_with_zeros(tmp_path: Path) -> None:
    lines = ("31.12.2020;08226;Rhein-Neckar-Kreis;1;2;3;4", "31.12.2020;08226003;Altlußheim;1;2;3;4")
    head = tuple(line.replace("Kreise und krfr. Städte (bis 2020)", "Gemeinden") for line in CLASSIC_HEAD)
    found = read_all(classic(tmp_path, lines=lines, head=head))
    assert {(o.area_key, o.level) for o in found} == {
        ("08226", AreaLevel.COUNTY),
        ("08226003", AreaLevel.MUNICIPALITY),
    }
    long_keys = tuple(line.replace(";08226;", ";08226000;") for line in CLASSIC_LINES)
    assert facts(read_all(classic(tmp_path, lines=long_keys))) == facts(
        read_all(classic(tmp_path, lines=CLASSIC_LINES))
    )


def test_what_a_printed_zero_means_depends_on_the_signs_about(tmp_path: Path) -> None:
    county = CLASSIC_LINES[3]

    def states(*lines: str) -> set[ValueState]:
        return {o.state for o in read_all(classic(tmp_path, lines=lines)) if o.value == 0}

    with_zero = county.replace(";172;", ";0;")
    assert states(with_zero, CLASSIC_LINES[5]) == {ValueState.ROUNDED_TO_ZERO}
    assert states(with_zero, CLASSIC_LINES[5].replace("-;-;-;-", "g;g;t;u")) == {ValueState.ZERO_OR_SET}
    assert states(with_zero) == {ValueState.REPORTED}
    assert states(with_zero, CLASSIC_LINES[4], CLASSIC_LINES[5].replace("-;-;-;-", "g;g;g;g")) == {ValueState.REPORTED}


@pytest.mark.parametrize(
    ("sign", "state"),
    [
        (".", ValueState.SUPPRESSED),
        ("/", ValueState.UNRELIABLE),
        ("x", ValueState.NOT_MEANINGFUL),
        ("...", ValueState.NOT_YET_AVAILABLE),
        ("*", ValueState.SUPPRESSED),
    ],
)
def test_signs_keep_their_cell_empty(tmp_path: Path, sign: str, state: ValueState) -> None:
    path = classic(tmp_path, classic_file().replace(";172;", f";{sign};"))
    found = value_of(read_all(path), "08226", column="D")
    assert (found.value, found.state, found.sign) == (None, state, sign)
    assert open_source(path).validate().missing[sign] == 1


@pytest.mark.parametrize(
    "cell", ["", "1.234", "1 234", "17,", "=1+1", "abc", "0172", "172 f", "17.2", "Σ".encode().decode("cp1252")]
)
def test_a_doubtful_cell_is_named(tmp_path: Path, cell: str) -> None:
    refused = places(classic(tmp_path, classic_file().replace(";172;", f";{cell};")))
    assert refused == [(FIRST_DATA_LINE + 3, "D")]


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        (";08226;", ";8226;", "B"),
        (";08226;", ";08226.0;", "B"),
        (";08226;", ";;", "B"),
        ("31.12.2020;08226", "31.13.2020;08226", "A"),
        ("      Rhein-Neckar-Kreis, Landkreis", "", "C"),
        ("      Rhein-Neckar-Kreis, Landkreis", "172", "C"),
        (";172;46", ";172", "G"),
        (";172;46", ";172;46;46", "H"),
        (";172;46", ",172,46", "F"),
    ],
)
def test_a_damaged_row_is_named(tmp_path: Path, old: str, new: str, column: str) -> None:
    assert places(classic(tmp_path, classic_file().replace(old, new, 1))) == [(FIRST_DATA_LINE + 3, column)]


def test_a_table_without_footer_was_cut_off(tmp_path: Path) -> None:
    whole = classic_file()
    cut = whole[: whole.index("__________")]
    assert places(classic(tmp_path, cut)) == [(FIRST_DATA_LINE + 5, "A")]
    assert places(classic(tmp_path, cut[:-4])) != []
    for damaged in ("__________\n", '__________;;;;;;\n"nicht geschlossen', "_____"):
        assert facts(read_all(classic(tmp_path, cut + damaged))) == facts(read_all(classic(tmp_path, whole)))


def test_figures_below_the_footer_are_not_lost_silently(tmp_path: Path) -> None:
    twice = classic_file() + classic_file()
    assert {column for _, column in places(classic(tmp_path, twice))} == {"A"}


@pytest.mark.parametrize(
    "head",
    [
        CLASSIC_HEAD[:-1],
        CLASSIC_HEAD[:4],
        (*CLASSIC_HEAD[:-1], ";;;Anzahl;Anzahl;Anzahl"),
        (*CLASSIC_HEAD[:-1], ";;;Anzahl;;Anzahl;Anzahl"),
        (*CLASSIC_HEAD[:-2], ";;;Insgesamt;Insgesamt;Jugendarbeit;Insgesamt", CLASSIC_HEAD[-1]),
    ],
)
def test_a_damaged_head_is_refused(tmp_path: Path, head: tuple[str, ...]) -> None:
    assert refusals_of(classic(tmp_path, head=head))


def test_names_are_no_keys(tmp_path: Path) -> None:
    head = tuple(line.removeprefix(";") for line in CLASSIC_HEAD)
    lines = tuple(line.split(";", 2)[0] + ";" + line.split(";", 2)[2] for line in CLASSIC_LINES)
    [refused] = refusals_of(classic(tmp_path, head=head, lines=lines))
    assert "Namen sind keine Schlüssel" in str(refused.reason)


def test_two_columns_that_may_hold_the_key(tmp_path: Path) -> None:
    head = tuple(f";{line}" if line.startswith(";") else line for line in CLASSIC_HEAD)
    lines = tuple(line.replace("31.12.2020;", "31.12.2020;111;", 1) for line in CLASSIC_LINES)
    [refused] = refusals_of(classic(tmp_path, head=head, lines=lines))
    assert "Gebietsschlüssel" in str(refused.reason)


OLDER_FOOT = (
    "_____",
    "Gebietsfläche:",
    '"Berlin (1995-2000): bezogen auf den Gebietsstand 01.01.2001;"',
    "01.01.2001;08226",
    "Sachsen (1995): bezogen auf den Gebietsstand 01.01.1996.",
    "_____",
    "(C)opyright Statistische Ämter des Bundes und der Länder, 2013",
    "Stand: 22.04.2013 / 21:32:50",
)


def test_tables_of_2013_with_time_in_the_head_and_other_footers(tmp_path: Path) -> None:
    text = classic_file(
        first="GENESIS-Tabelle: Temporär",
        head=(
            "Gebietsfläche: Kreise, Stichtag;;;",
            "Feststellung des Gebietsstands;;;",
            "Gebietsfläche (qkm);;;",
            ";;Stichtag;Stichtag",
            ";;31.12.2012;31.12.2013",
        ),
        lines=("08;Baden-Württemberg;35751,50;-", "08226;Rhein-Neckar-Kreis;1061,54;1061,55"),
        foot=OLDER_FOOT,
    )
    for version in (
        text,
        text.replace("\n", "\r\n"),
        text.replace("GENESIS-Tabelle: Temporär", '"GENESIS-Tabelle: Temporär";;;'),
    ):
        source = open_source(classic(tmp_path, version))
        assert source.table_code is None
        [measure] = source.measures
        assert (measure.label, measure.unit) == ("Gebietsfläche", "qkm")
        assert source.source_note.startswith("© Statistische Ämter des Bundes und der Länder, 2013")
        found = read_all(source.path)
        assert [(o.area_key, o.period, o.value) for o in found] == [
            ("08", "2012-12-31", 35751.5),
            ("08", "2013-12-31", None),
            ("08226", "2012-12-31", 1061.54),
            ("08226", "2013-12-31", 1061.55),
        ]


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_heads_of_six_to_nine_lines(tmp_path: Path, levels: int) -> None:
    """A title names measure and unit, heads of several levels are repeated over what they span."""
    words = (("Benzin", "Benzin", "Diesel"), ("Euro 4", "Euro 5", "Euro 4"), ("privat",) * 3, ("neu", "neu", "alt"))
    chosen = words[:levels] if levels > 1 else (("Benzin", "Diesel", "Gas"),)
    head = (
        "Personenkraftwagen: Kreise, Stichtag, Kraftstoffarten,;;;;;",
        "Emissionsgruppen;;;;;",
        "Statistik des Kraftfahrzeug- und Anhängerbestandes;;;;;",
        "Personenkraftwagen (Anzahl);;;;;",
        *(";;;" + ";".join(level) for level in chosen),
    )
    path = classic(
        tmp_path, first="GENESIS-Tabelle: 46251-0021", head=head, lines=("01.01.2019;08226;Rhein-Neckar-Kreis;1;2;3",)
    )
    assert {(m.label.split(" – ")[0], m.unit) for m in open_source(path).measures} == {("Personenkraftwagen", "Anzahl")}
    assert [(o.value, o.period) for o in read_all(path)] == [
        (1.0, "2019-01-01"),
        (2.0, "2019-01-01"),
        (3.0, "2019-01-01"),
    ]


def test_units_of_several_kinds_in_one_unit_row(tmp_path: Path) -> None:
    head = (
        "Lohn- und Einkommensteuer;;;;;;",
        "regionale Tiefe: Kreise und krfr. Städte;;;;;;",
        ";;;Steuerpflichtige;Gesamtbetrag der Einkünfte;Anteil;Ertrag",
        ";;;Anzahl;Tsd. EUR;%;dt/ha",
    )
    path = classic(tmp_path, head=head, lines=("2021;08226;Rhein-Neckar-Kreis;290000;15000000;4,5;71,2",))
    assert [(o.value, o.unit) for o in read_all(path)] == [
        (290000.0, "Anzahl"), (15000000.0, "Tsd. EUR"), (4.5, "%"), (71.2, "dt/ha"),
    ]  # fmt: skip


def test_product_groups_beside_the_key_are_a_breakdown(tmp_path: Path) -> None:
    head = ("Auszahlungen insgesamt nach Produktgruppen;;;;", "Auszahlungen (EUR);;;;", ";;;;Jahr", ";;;;2009")
    lines = (
        "05;Nordrhein-Westfalen;111;Verwaltungssteuerung und Service;7950660525",
        "05;Nordrhein-Westfalen;121;Statistik und Wahlen;72717205",
        "05978040;Werne, Stadt;611;Steuern;18525219",
    )
    found = read_all(classic(tmp_path, first="GENESIS-Tabelle: Temporär", head=head, lines=lines))
    assert [(o.area_key, o.dimensions[0][1], o.value, o.period) for o in found] == [
        ("05", "111", 7950660525.0, "2009"),
        ("05", "121", 72717205.0, "2009"),
        ("05978040", "611", 18525219.0, "2009"),
    ]
    # Where the leftmost column is not whole, nobody can tell.
    damaged = ("5;Nordrhein-Westfalen;111;Verwaltung;1", *lines[:2])
    assert refusals_of(classic(tmp_path, first="GENESIS-Tabelle: Temporär", head=head, lines=damaged))


if CLASSIC_ORIGINAL.exists():

    def test_the_original() -> None:
        source = open_source(CLASSIC_ORIGINAL)
        report = source.validate()
        raw = CLASSIC_ORIGINAL.read_bytes().decode("cp1252")
        rows = [line.split(";") for line in raw.split("__________")[0].splitlines() if line.startswith("31.12.2020;")]
        cells = [cell for row in rows for cell in row[3:]]
        assert len(rows) == 538
        assert report.numbers == sum(cell.isdigit() for cell in cells) == 3207
        assert report.missing == {"-": cells.count("-")} == {"-": 559}
        assert len(report.areas) == 538
        assert report.periods == ("2020-12-31",)
        found = read_all(CLASSIC_ORIGINAL)
        assert [o.value for o in found] == [float(cell) if cell != "-" else None for cell in cells]
        assert [o.value for o in found if o.area_key == "08226"] == [172, 90, 46, 567, 813, 541, 85]
        assert [o.value for o in found if o.area_key == "06432"] == [58, 9, 36, 222, 507, 198, 119]
        assert "lizenziert unter der Datenlizenz Deutschland" in source.source_note
        assert CLASSIC_FOOT[0] in raw


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda key: f"{int(key)}.0", "ist als Kommazahl gespeichert"),
        (lambda key: f"{int(key)},0", "ist als Kommazahl gespeichert"),
        (lambda key: str(int(key)), "hat eine Ziffer zu wenig"),
    ],
    ids=["decimal point", "decimal comma", "whole number"],
)
def test_a_column_of_damaged_keys_is_called_so(tmp_path: Path, change: Callable[[str], str], said: str) -> None:
    """Not that there was no column of keys: it is there, and it says how it was damaged."""
    keys = ("08226", "06432", "08222", "05112")
    lines = tuple(f"31.12.2020;{change(key)};Kreis {key};1;2;3;4" for key in keys)
    [cell] = refusals_of(write(tmp_path, classic_file(lines)))
    assert (cell.row, cell.column) == (10, "B")
    assert said in str(cell.reason)
    assert ("im Format „Text“" in str(cell.reason)) == ("Kommazahl" in said)

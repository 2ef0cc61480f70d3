"""Flat files (ffcsv)."""

import random
from datetime import date
from pathlib import Path

import pytest
from import_samples import FLAT_HEAD, FLAT_LINES, FLAT_ORIGINAL, facts, flat_file, places, read_all, value_of, write

from portal.indicators import breakdowns
from portal.indicators.imports.formats import Format
from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.source import open_source
from portal.indicators.value_states import ValueState

CENSUS_HEAD = (
    FLAT_HEAD.replace(FLAT_HEAD[FLAT_HEAD.index("2_variable_code") : FLAT_HEAD.index("value;")], "") + ";value_q"
)
CENSUS = "1000A;Bevölkerung kompakt (Gebietsstand 15.05.2022);STAG;Stichtag;2022-05-15;"
MUNICIPALITIES = "GEOGM4;Gemeinden (Gebietsstand 15.05.2022);"


def census(*rows: str, name: str = "1000A-0001_de_flat.csv", folder: Path) -> Path:
    return write(
        folder, flat_file(tuple(CENSUS + row for row in rows), head=CENSUS_HEAD), name=name, encoding="utf-8-sig"
    )


def flat(folder: Path, text: str | None = None, name: str = "12411-01-01-4_de_flat.csv") -> Path:
    return write(folder, text or flat_file(), name=name, encoding="utf-8-sig")


def test_totals_signs_and_cities_in_the_county_dimension(tmp_path: Path) -> None:
    source = open_source(flat(tmp_path))
    report = source.validate()
    assert (source.format, source.encoding) == (Format.FLAT, "utf-8-sig")
    assert (source.title, source.table_code) == ("Fortschreibung des Bevölkerungsstandes", "12411")
    assert (report.numbers, report.missing, report.areas) == (
        4,
        {"-": 2},
        {"08226": AreaLevel.COUNTY, "03241001": None, "13001": AreaLevel.COUNTY},
    )
    assert report.dimension_labels["GES", "GESW"] == "weiblich"
    assert report.dimension_labels["GES", ""] == "Insgesamt"
    assert report.dimension_labels["GES", None] == "Geschlecht"
    found = read_all(source.path)
    total = value_of(found, "08226", dimensions=(("GES", ""),))
    assert (total.value, total.period, total.unit, total.measure) == (558561.0, "2024-12-31", "Anzahl", "BEVSTD")
    gap = value_of(found, "13001", dimensions=(("GES", ""),))
    assert (gap.value, gap.state, gap.sign) == (None, ValueState.UNCLEAR_DASH, "-")


def test_order_of_rows_and_columns_does_not_matter(tmp_path: Path) -> None:
    expected = facts(read_all(flat(tmp_path)))
    rows = list(FLAT_LINES)
    random.Random(4).shuffle(rows)
    assert facts(read_all(flat(tmp_path, flat_file(tuple(rows))))) == expected
    turned = "\n".join(";".join(reversed(line.split(";"))) for line in flat_file().splitlines()) + "\n"
    assert facts(read_all(flat(tmp_path, turned))) == expected
    swapped = flat_file().replace("2_variable", "3_variable").replace("1_variable", "2_variable").replace("3_v", "1_v")
    assert facts(read_all(flat(tmp_path, swapped))) == expected


def test_several_measures_units_and_marks(tmp_path: Path) -> None:
    area = MUNICIPALITIES + "082265004003;Altlußheim;"
    path = census(
        area + "15,96;qkm;FLC001;Fläche;e",
        area + "5985;Anzahl;PRS018;Personen;e",
        area + "12,5;%;PRS018;Anteil;()",
        area + ".;Anzahl;PRS019;Personen unter 3;",
        "GEODL1;Deutschland;00;Deutschland;82719540;Anzahl;PRS001;Personen;e",
        folder=tmp_path,
    )
    source = open_source(path)
    assert {(m.code, m.unit, m.label) for m in source.measures} == {
        ("FLC001", "qkm", "Fläche"),
        ("PRS018", "Anzahl", "Personen (PRS018)"),
        ("PRS018", "%", "Anteil"),
        ("PRS019", "Anzahl", "Personen unter 3"),
        ("PRS001", "Anzahl", "Personen (PRS001)"),
    }, "two codes of one name stay two series"
    found = read_all(path)
    assert {(o.measure, o.unit, o.value, o.state, o.sign) for o in found if o.area_key == "08226003"} == {
        ("FLC001", "qkm", 15.96, ValueState.REPORTED, None),
        ("PRS018", "Anzahl", 5985.0, ValueState.REPORTED, None),
        ("PRS018", "%", 12.5, ValueState.LIMITED_VALIDITY, "()"),
        ("PRS019", "Anzahl", None, ValueState.SUPPRESSED, "."),
    }
    assert {o.territorial_date for o in found if o.area_key == "08226003"} == {date(2022, 5, 15)}
    assert value_of(found, "DG").level is AreaLevel.GERMANY


def test_the_english_export_has_a_decimal_point(tmp_path: Path) -> None:
    german = MUNICIPALITIES + "082265004003;Altlußheim;{};Ew/qkm;PRS017;Bevölkerungsdichte;e"
    comma = census(german.format("1,234"), german.format("375,2").replace("004003", "004009"), folder=tmp_path)
    point_rows = (german.format("1.234"), german.format("375.2").replace("004003", "004009"))
    english = flat_file(
        tuple(CENSUS.replace("Stichtag", "Reference date") + row for row in point_rows), head=CENSUS_HEAD
    )
    point = write(tmp_path, english, name="1000A-0001_en_flat.csv", encoding="utf-8-sig")
    assert facts(read_all(point)) == facts(read_all(comma))
    assert {o.value for o in read_all(point)} == {1.234, 375.2}


@pytest.mark.parametrize(
    ("values", "name", "time", "refused"),
    [
        (("1.234", "7"), "x.csv", "Zeit", [(2, "value")]),
        (("1,234", "7"), "x.csv", "Zeit", [(2, "value")]),
        (("1.234", "7"), "x.csv", "Stichtag", [(2, "value")]),
        (("1.23", "7"), "x.csv", "Stichtag", [(2, "value")]),
        (("1,23", "7"), "x.csv", "Year", [(2, "value")]),
        (("1,23", "4.5"), "x.csv", "Stichtag", [(3, "value")]),
        (("1.234", "7"), "x_de_flat.csv", "Zeit", [(2, "value")]),
        (("1.234", "7"), "x_en_flat.csv", "Zeit", []),
        (("1,234", "7"), "x_de_flat.csv", "Zeit", []),
        (("1,234", "7"), "x_en_flat.csv", "Stichtag", []),
        (("1.25", "1.234"), "x.csv", "Zeit", []),
        (("7", "8"), "x.csv", "Zeit", []),
        (("1.234.567", "8"), "x.csv", "Stichtag", [(2, "value")]),
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_refused(
    tmp_path: Path, values: tuple[str, str], name: str, time: str, refused: list[tuple[int, str]]
) -> None:
    keys = ("082265004003", "082265004009")
    rows = [
        CENSUS.replace("Stichtag", time) + MUNICIPALITIES + f"{key};Ort;{value};Anzahl;PRS018;Personen;"
        for key, value in zip(keys, values, strict=True)
    ]
    assert places(write(tmp_path, flat_file(tuple(rows), head=CENSUS_HEAD), name=name)) == refused


@pytest.mark.parametrize(
    ("value", "mark", "state"),
    [
        ("7", "", ValueState.REPORTED),
        ("7", "e", ValueState.REPORTED),
        ("7", "()", ValueState.LIMITED_VALIDITY),
        ("7", "p", ValueState.PROVISIONAL),
        ("7", "r", ValueState.REVISED),
        ("7", "s", ValueState.ESTIMATED),
        ("/", "/", ValueState.UNRELIABLE),
        ("", ".", ValueState.SUPPRESSED),
        ("...", "e", ValueState.NOT_YET_AVAILABLE),
    ],
)
def test_marks_beside_values(tmp_path: Path, value: str, mark: str, state: ValueState) -> None:
    path = census(f"{MUNICIPALITIES}082265004003;Altlußheim;{value};Anzahl;PRS018;Personen;{mark}", folder=tmp_path)
    [found] = read_all(path)
    assert found.state is state
    assert found.value == (7.0 if value == "7" else None)


@pytest.mark.parametrize(("value", "mark"), [("7", "f"), ("7", "."), ("7", "g"), ("-", "."), ("7p", "r"), ("7", "E")])
def test_marks_that_are_refused(tmp_path: Path, value: str, mark: str) -> None:
    path = census(f"{MUNICIPALITIES}082265004003;Altlußheim;{value};Anzahl;PRS018;Personen;{mark}", folder=tmp_path)
    assert places(path) == [(2, "value_q")]


@pytest.mark.parametrize(("value", "mark"), [("", ""), ("", "e"), ("1 234", ""), ("=1+1", "e"), ("n", ""), ("007", "")])
def test_values_that_are_refused(tmp_path: Path, value: str, mark: str) -> None:
    path = census(f"{MUNICIPALITIES}082265004003;Altlußheim;{value};Anzahl;PRS018;Personen;{mark}", folder=tmp_path)
    assert [column for _, column in places(path)] in (["value"], ["value_q"])


@pytest.mark.parametrize("time", ["2024", "2024-12-31", "2023-10P6M", "2020/21"])
def test_kinds_of_time(tmp_path: Path, time: str) -> None:
    found = read_all(flat(tmp_path, flat_file().replace("2024-12-31", time)))
    assert {o.period for o in found} == {time}


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (";08226;", ";8226;", (2, "1_variable_attribute_code")),
        (";08226;", ";08226.0;", (2, "1_variable_attribute_code")),
        (";08226;", ";;", (2, "1_variable_attribute_code")),
        ("KREISE", "GES", (2, "2_variable_label")),
        ("KREISE", "WOHNORT", (2, "1_variable_code")),
        (";GES;Geschlecht;", ";GEMEIN;Gemeinden;", (2, "2_variable_attribute_code")),
        (";GES;Geschlecht;GESW;weiblich;", ";GEMEIN;Gemeinden;08226003;Altlußheim;", (2, "2_variable_code")),
        (
            "KREISE;Kreise und kreisfreie Städte;08226;Rhein-Neckar-Kreis, Landkreis",
            "GES;Geschlecht;GESW;weiblich",
            (2, "1_variable_code"),
        ),
        ("2024-12-31", "31/12/24", (2, "time")),
        ("weiblich", "männlich", (5, "2_variable_attribute_label")),
        (";Anzahl;", ";;", (2, "value_unit")),
        ("284050", "284.050", (2, "value")),
        ("284050;", "", (2, "value_variable_label")),
        ("284050", "284050;1", (2, "R")),
        (";Bevölkerungsstand\n", ";Bevölkerungs\n", (3, "value_variable_label")),
        ("12411;", "12421;", (3, "statistics_code")),
        ("weiblich", '"weib\nlich"', (2, "2_variable_attribute_label")),
    ],
)
def test_a_damaged_row_is_named(tmp_path: Path, old: str, new: str, place: tuple[int, str]) -> None:
    assert places(flat(tmp_path, flat_file().replace(old, new, 1)))[0] == place


def test_three_variables_and_one_that_stands_twice(tmp_path: Path) -> None:
    third = "3_variable_code;3_variable_label;3_variable_attribute_code;3_variable_attribute_label"
    head = FLAT_HEAD.replace(";value;", f";{third};value;")

    def row(cells: str) -> str:
        return FLAT_LINES[0].replace(";284050;", f";{cells};284050;")

    path = flat(tmp_path, flat_file((row("ALTX;Alter;ALT000;unter 1 Jahr"), row(";;;")), head=head))
    assert [o.dimensions for o in read_all(path)] == [(("ALTX", "ALT000"), ("GES", "GESW")), (("GES", "GESW"),)]
    assert places(flat(tmp_path, flat_file((row("GES;Geschlecht;GESM;männlich"),), head=head))) == [
        (2, "1_variable_code")
    ]
    assert places(flat(tmp_path, flat_file((row(";Alter;;"),), head=head))) == [(2, "3_variable_code")]


def test_headings(tmp_path: Path) -> None:
    assert places(flat(tmp_path, flat_file(head=FLAT_HEAD.replace(";value_unit", ";einheit")))) == [
        (1, "einheit"),
        (1, "value_unit"),
    ]
    assert places(flat(tmp_path, flat_file(head=FLAT_HEAD.replace("2_variable_label", "1_variable_label")))) == [
        (1, "1_variable_label"),
        (1, "2_variable_label"),
    ]
    older = (
        "Statistik_Code;Statistik_Label;Zeit_Code;Zeit_Label;Zeit;1_Merkmal_Code;BEV001__Bevoelkerungsstand__Anzahl\n"
    )
    assert [column for _, column in places(flat(tmp_path, older))] == [
        "1_variable_label",
        "1_variable_attribute_code",
        "1_variable_attribute_label",
    ]


def test_the_last_line_must_be_whole(tmp_path: Path) -> None:
    text = flat_file()
    assert places(flat(tmp_path, text[:-1])) == []
    assert places(flat(tmp_path, text[:-2])) != []
    assert places(flat(tmp_path, flat_file(FLAT_LINES[:1])[:-1])) == [(2, "value_variable_label")]
    row = CENSUS + MUNICIPALITIES + "082265004003;Altlußheim;7;Anzahl;PRS018;Personen;"
    for mark, refused in (("e", []), ("()", []), ("", [(2, "value_q")]), ("(", [(2, "value_q")])):
        whole = flat_file((row + mark,), head=CENSUS_HEAD)
        assert sorted(set(places(flat(tmp_path, whole[:-1])))) == refused


def test_conflicting_values_are_refused_and_repeated_ones_read_once(tmp_path: Path) -> None:
    expected = facts(read_all(flat(tmp_path)))
    assert facts(read_all(flat(tmp_path, flat_file((*FLAT_LINES, FLAT_LINES[0]))))) == expected
    other = FLAT_LINES[0].replace("284050", "-")
    assert places(flat(tmp_path, flat_file((*FLAT_LINES, other)))) == [(8, "value")]


if FLAT_ORIGINAL.exists():

    def test_the_original() -> None:
        report = open_source(FLAT_ORIGINAL).validate()
        lines = FLAT_ORIGINAL.read_text(encoding="utf-8-sig").splitlines()[1:]
        values = [line.split(";")[13] for line in lines]
        assert len(lines) == 1467
        assert (report.numbers, report.missing) == (sum(v.isdigit() for v in values), {"-": values.count("-")})
        assert (report.numbers, report.missing) == (1245, {"-": 222})
        assert len(report.areas) == 489
        found = read_all(FLAT_ORIGINAL)
        assert [o.value for o in found] == [float(v) if v != "-" else None for v in values]
        assert {o.dimensions[0][1]: o.value for o in found if o.area_key == "08226"} == {
            "GESW": 284050.0,
            "GESM": 274511.0,
            "": 558561.0,
        }


def test_two_codes_of_one_name_stay_apart(tmp_path: Path) -> None:
    """A damaged or careless file calls men and women alike; values and words follow the codes."""
    source = open_source(flat(tmp_path, flat_file().replace("GESW;weiblich", "GESW;männlich")))
    labels = source.validate().dimension_labels
    assert (labels["GES", "GESW"], labels["GES", "GESM"]) == ("männlich (GESW)", "männlich (GESM)")
    assert labels["GES", ""] == "Insgesamt"
    assert facts(read_all(source.path)) == facts(read_all(flat(tmp_path, name="gut_de.csv")))
    assert breakdowns.in_words("GES=GESW", labels) != breakdowns.in_words("GES=GESM", labels)
    same = open_source(flat(tmp_path, flat_file().replace(";Insgesamt", ";weiblich"))).validate().dimension_labels
    assert (same["GES", ""], same["GES", "GESW"]) == ("weiblich", "weiblich (GESW)"), "a total has no code"

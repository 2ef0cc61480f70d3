"""The agency's workbook counts its people several times over: what does not fit together is asked about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from import_samples import ORIGINALS
from labour_full import AT_HOME, AT_WORK, BRANCHES, MINI_JOBS, labour_rows
from sqlalchemy import select
from workbook_samples import Content, SheetSample, write_xlsx

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.refusals import ImportRefused
from portal.indicators import tasks
from portal.indicators.cli import import_indicators
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.imports import labour_relations as relations
from portal.indicators.imports.choices import Open
from portal.indicators.imports.exchanges import is_exchanged
from portal.indicators.imports.source import open_source
from portal.indicators.models import BatchState, ImportBatch
from portal.indicators.tasks import ReadIn
from portal.indicators.value_states import ValueState
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import HEAD
from tests.indicators.imports.import_samples import CLASSIC_HEAD, classic_file, write

WALLDORF = ("08226095", "Walldorf, Stadt")
Rows = list[list[Content]]


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def rows_of(*, thousands: float = 10.0, place: tuple[str, str] = WALLDORF) -> Rows:
    return [list(row) for row in labour_rows(*place, thousands=thousands)]


def at(rows: Rows, heading: str, part: str = "") -> int:
    """Where the row of a table stands; the total is named `Insgesamt` in the first column."""
    start = next(number for number, row in enumerate(rows) if row[:1] == [heading])
    return next(number for number in range(start + 1, len(rows)) if (part or "Insgesamt") in rows[number][:2])


def numbers(rows: Rows, heading: str, part: str = "") -> list[Content]:
    return rows[at(rows, heading, part)][2:]


def swap(rows: Rows, one: tuple[str, str], other: tuple[str, str], years: slice = slice(2, None)) -> None:
    first, second = rows[at(rows, *one)], rows[at(rows, *other)]
    first[years], second[years] = second[years], first[years]


def saved(folder: Path, rows: Rows, name: str = "mappe.xlsx") -> Path:
    return write_xlsx(folder / name, {"Daten": SheetSample(rows)})


def doubts(path: Path) -> list[str]:
    return [str(cell.reason) for cell in open_source(path).validate().doubtful]


def crossed(path: Path) -> list[str]:
    return [str(cell.reason) for cell in open_source(path).validate().crossed]


def test_a_workbook_that_fits_together_leaves_nothing_open(tmp_path: Path) -> None:
    path = saved(tmp_path, rows_of())
    assert (doubts(path), crossed(path)) == ([], [])


def test_residents_who_work_at_home_are_the_same_people_in_both_blocks(tmp_path: Path) -> None:
    """Ten times as many residents fit together among themselves; beside the place of work they do not."""
    rows = rows_of()
    for part in ("", "Männer", "Frauen", "Auspendler"):
        row = rows[at(rows, AT_HOME, part)]
        row[2:] = [10 * float(str(cell)) for cell in row[2:]]
    found = doubts(saved(tmp_path, rows))
    assert len(found) == 5, "one for each year"
    assert all("nach dem Arbeitsort" in reason and "12000 nach dem Wohnort" in found[0] for reason in found)
    assert "Wer hier wohnt und arbeitet: 1200 nach dem Arbeitsort" in found[0]


def test_numbers_that_cannot_be_right_of_commuters_do_not_count(tmp_path: Path) -> None:
    rows = rows_of()
    rows[at(rows, AT_HOME, "Auspendler")][6] = 10.0
    source = open_source(saved(tmp_path, rows), answers={"implausible": "mark"})
    lost = {(one.measure, one.dimensions[0][1], one.period) for chunk in source.read() for one in chunk
            if one.state is ValueState.SOURCE_ERROR}  # fmt: skip
    home, work = (f"ba:sozialversicherungspflichtig-beschaeftigte-am-{place}" for place in ("wohnort", "arbeitsort"))
    assert lost == {(home, "", "2024-06-30"), (home, "auspendler", "2024-06-30"), (work, "", "2024-06-30"),
                    (work, "einpendler", "2024-06-30")}  # fmt: skip


def test_heads_of_blocks_that_changed_places_are_seen_by_their_commuters(tmp_path: Path) -> None:
    """A first delivery has nothing to be compared with; the sheet itself says it, and no number of it is right."""
    rows = rows_of()
    home, work = ([row[:1] for row in rows].index([heading]) for heading in (AT_HOME, AT_WORK))
    rows[home], rows[work] = rows[work], rows[home]
    with pytest.raises(ImportRefused) as refused:
        open_source(saved(tmp_path, rows), answers={"implausible": "mark"}).validate()
    reasons = " ".join(str(cell.reason) for cell in refused.value.refusals)
    assert "„Einpendler“ steht im falschen Block" in reasons
    assert "„Auspendler“ steht im falschen Block" in reasons


def test_sectors_are_those_who_work_there(tmp_path: Path) -> None:
    rows = rows_of()
    rows[at(rows, BRANCHES, "Sonstige Dienstleistungen ( J - U )")][2] = 4000.0
    assert doubts(saved(tmp_path, rows)) == ["Die Teile ergeben zusammen nicht diese Summe."]
    for name, share in (
        ("Land- und Forstwirtschaft, Fischerei ( A )", 0.1),
        ("Produzierendes Gewerbe ( B - F )", 0.225),
    ):
        total = [float(str(cell)) for cell in numbers(rows, AT_WORK)]
        rows[at(rows, BRANCHES, name)][2:] = [round(share * one) for one in total]
    rows[at(rows, BRANCHES, "Sonstige Dienstleistungen ( J - U )")][2:] = [round(0.375 * one) for one in total]
    assert doubts(saved(tmp_path, rows)) == []
    rows[at(rows, BRANCHES, "Sonstige Dienstleistungen ( J - U )")][3] = 150.0
    assert doubts(saved(tmp_path, rows)) == ["Die Teile ergeben zusammen nicht diese Summe."]


@pytest.mark.parametrize(
    ("heading", "part", "told"),
    [
        (BRANCHES, "Produzierendes Gewerbe ( B - F )", "Land- und Forstwirtschaft, Fischerei ( A )"),
        (MINI_JOBS, "", "Insgesamt"),
        (AT_WORK, "Männer", "Männer"),
    ],
    ids=["one star of two", "the total", "one of both sexes"],
)
def test_a_secret_that_its_neighbours_tell_is_asked_about(tmp_path: Path, heading: str, part: str, told: str) -> None:
    """The agency keeps two numbers secret; with one of them shown the other is a subtraction."""
    rows = rows_of()
    row = rows[at(rows, heading, part)]
    is_shown = heading == BRANCHES
    row[2] = 50.0 if is_shown else "*"
    path = saved(tmp_path, rows)
    [reason] = doubts(path)
    assert reason.startswith(f"Geheim ist nur „{told}“."), reason
    source = open_source(path, answers={"implausible": "mark"})
    states = [one.state for chunk in source.read() for one in chunk if one.period.startswith("2020")]
    assert states.count(ValueState.SOURCE_ERROR) == 1, "one more is enough"


def test_men_and_women_that_change_places_for_a_year(tmp_path: Path) -> None:
    rows = rows_of()
    swap(rows, (AT_WORK, "Männer"), (AT_WORK, "Frauen"), slice(4, 5))
    path = saved(tmp_path, rows)
    assert doubts(path) == [], "they still add up"
    [reason] = crossed(path)
    assert "„Männer“ und „Frauen“" in reason
    assert "tauschen von 2021 auf 2022 ihre Zahlen" in reason


def test_blocks_that_change_places_for_a_year(tmp_path: Path) -> None:
    rows = rows_of()
    for part in ("", "Männer", "Frauen"):
        swap(rows, (AT_WORK, part), (AT_HOME, part), slice(4, 5))
    assert doubts(saved(tmp_path, rows)), "who lives and works there is no longer the same"


def taken_over(path: Path) -> ReadIn:
    read = tasks.read_in(path, actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    assert not read.is_refused, [str(cell.reason) for cell in read.summary.refused]
    tasks.take_over(read.batch, actor=SYSTEM)
    return read


def asked(path: Path) -> list[str]:
    read = tasks.read_in(path, actor=SYSTEM)
    assert read.summary.choice is not None, read.summary
    assert read.summary.choice.open is Open.COLUMNS
    return [str(cell.reason) for cell in read.summary.choice.cells]


def test_rows_that_are_swapped_everywhere_are_seen_by_the_former_delivery(county: Flask, tmp_path: Path) -> None:
    taken_over(saved(tmp_path, rows_of(), "a.xlsx"))
    assert taken_over(saved(tmp_path, rows_of(thousands=10.2), "revised.xlsx")).counts is not None
    rows = rows_of(thousands=10.2)
    swap(rows, (AT_WORK, "Männer"), (AT_WORK, "Frauen"))
    [reason] = asked(saved(tmp_path, rows, "men.xlsx"))
    assert all(f"am Arbeitsort (Merkmal: {part})“" in reason for part in ("Männer", "Frauen"))
    assert "haben seit der vorigen Lieferung ihre Zahlen getauscht" in reason
    rows = rows_of(thousands=10.2)
    for one, other in (("", ""), ("Männer", "Männer"), ("Frauen", "Frauen"), ("Einpendler", "Auspendler")):
        swap(rows, (AT_WORK, one), (AT_HOME, other))
    assert doubts(saved(tmp_path, rows, "blocks.xlsx")) == []
    assert asked(tmp_path / "blocks.xlsx")
    answer = CliRunner().invoke(import_indicators, [str(tmp_path / "blocks.xlsx")])
    assert answer.exit_code == 1
    assert (
        "Sind in der Datei Spalten oder Zeilen vertauscht? Geben Sie eins davon an: --choose columns=apart (Nein. Alles"
        " steht an der richtigen Stelle" in answer.output
    )
    assert CliRunner().invoke(
        import_indicators, [str(tmp_path / "blocks.xlsx"), "--choose", "columns=apart"]
    ).exit_code == 0  # fmt: skip


def test_a_later_issue_without_common_years_is_compared_with_the_last_year_before(
    county: Flask, tmp_path: Path
) -> None:
    def later(rows: Rows) -> Rows:
        return [[_later(cell) for cell in row] for row in rows]

    taken_over(saved(tmp_path, rows_of(), "a.xlsx"))
    rows = later(rows_of(thousands=10.3))
    assert not tasks.look_at(saved(tmp_path, rows, "b.xlsx")).is_refused
    swap(rows, (AT_WORK, "Männer"), (AT_WORK, "Frauen"))
    [reason] = asked(saved(tmp_path, rows, "c.xlsx"))
    assert "ihre Zahlen getauscht (30.06.2025)" in reason.replace("\N{NO-BREAK SPACE}", " ")


def _later(cell: Content) -> Content:
    """Years five later; no other number of the sheet is one of them."""
    if isinstance(cell, str):
        return cell.replace("im Jahr 2024", "im Jahr 2029")
    return cell + 5 if isinstance(cell, float) and 2020 <= cell <= 2024 else cell


def test_more_people_than_live_there_are_asked_about(county: Flask, tmp_path: Path) -> None:
    """All of a workbook ten times: its numbers fit together, the portal's population says that they cannot be."""
    living = import_queries.people()["08226095"]
    assert not tasks.look_at(saved(tmp_path, rows_of(thousands=living / 1000), "a.xlsx")).is_refused
    path = saved(tmp_path, rows_of(thousands=living / 100), "b.xlsx")
    assert doubts(path) == []
    answer = CliRunner().invoke(import_indicators, [str(path)])
    assert answer.exit_code == 1
    assert "Menschen im Erwerbsalter; im Gebiet leben aber nur" in answer.output
    assert "--choose implausible=mark" in answer.output
    assert db.session.scalars(select(ImportBatch).where(ImportBatch.state == BatchState.ACTIVE,
                                                        ImportBatch.file_name == "b.xlsx")).all() == []  # fmt: skip


def test_other_counts_of_people_have_a_wider_bound(county: Flask, tmp_path: Path) -> None:
    """Populations of other years and registers differ; who works or visits somewhere need not live there."""
    key, name = WALLDORF
    living = import_queries.people()[key]

    def look(measure: str, share: float, unit: str = "Personen") -> str:
        row = f'municipality,{key},"{name}",{measure},2024,year,{round(share * living)},{unit},,Amt,2024-06-30'
        read = tasks.look_at(write(tmp_path, f"{HEAD}\n{row}\n"))
        return "" if read.summary.choice is None else read.summary.choice.open.value

    assert look("leistungsberechtigte", 1.4) == ""
    assert look("leistungsberechtigte", 1.6) == "implausible"
    assert look("beschaeftigte-am-arbeitsort", 1.6) == ""
    assert look("leistungsberechtigte", 1.6, "Personen je km²") == ""
    assert look("faelle", 1.6, "Anzahl") == ""


def test_two_columns_of_a_single_place_that_changed_places(county: Flask, tmp_path: Path) -> None:
    """A table of all counties holds one row of the portal's."""
    head = (*CLASSIC_HEAD[:4], ";;;Plätze;Betten", ";;;Anzahl;Anzahl")
    line = "31.12.2020;08226;Rhein-Neckar-Kreis, Landkreis;{};{}"

    def table(name: str, *found: int) -> Path:
        return write(tmp_path, classic_file((line.format(*found),), head=head), name=name)

    taken_over(table("a.csv", 172, 946))
    taken_over(table("later.csv", 181, 951))
    [reason] = asked(table("b.csv", 951, 181))
    assert "„Betten“ und „Plätze“ haben" in reason
    assert tasks.read_in(table("c.csv", 951, 183), actor=SYSTEM).summary.choice is None, "not each other's"


@given(st.integers(1, 10_000), st.floats(0.91, 1.09))
def test_numbers_that_grow_alike_are_not_exchanged(number: int, growth: float) -> None:
    assert not is_exchanged((number, 2 * number), (growth * number, growth * 2 * number))


def test_small_numbers_change_places_by_chance() -> None:
    assert not is_exchanged((4.0, 7.0), (7.0, 4.0))
    assert is_exchanged((40.0, 170.0), (168.0, 41.0))
    assert not is_exchanged((40.0, 170.0), (100.0, 41.0)), "one of them went elsewhere"
    assert not is_exchanged((0.0, 170.0), (170.0, 0.0)), "a zero is near to nothing"


def test_codes_name_the_rows_as_the_reader_does(tmp_path: Path) -> None:
    """A letter more or less and nothing would ever be compared."""
    found = {(one.measure, one.dimensions[0][1]) for chunk in open_source(saved(tmp_path, rows_of())).read()
             for one in chunk}  # fmt: skip
    assert {(relations.AT_WORK, relations.COMING), (relations.AT_HOME, relations.GOING)} <= found
    assert {relations.JOBLESS, relations.SECTORS} <= {measure for measure, _part in found}


if ORIGINALS.exists():

    def test_the_original_fits_together() -> None:
        path = ORIGINALS / "Arbeitsmarkt-kommunal_06440001_Altenstadt.xlsx"
        assert (doubts(path), crossed(path)) == ([], [])

"""What was read from any format, written in long form, is read again as the same."""

from pathlib import Path

import pytest
from atlas_samples import atlas_sheets
from hypothesis import given, settings
from hypothesis import strategies as st
from import_samples import (
    LONG_LINES,
    ORIGINALS,
    classic_file,
    flat_file,
    long_file,
    places,
    read_all,
    refusals_of,
    write,
)
from inkar_samples import INKAR_LONG_LINES, inkar_file, inkar_sheets
from labour_samples import labour_sheets
from workbook_samples import write_xlsx

from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.long_form import LONG_COLUMNS, PERIOD_TYPES
from portal.indicators.imports.long_form_file import write_long_form
from portal.indicators.imports.observations import Observation
from portal.indicators.imports.source import open_source
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import WITHOUT_NUMBER, ValueState


def without_sign(found: list[Observation]) -> list[tuple[object, ...]]:
    """All but sign and place."""
    return [(*o[:12], o.territorial_date, o.source) for o in found]


def again(folder: Path, path: Path) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """What a file says, and what its long form says."""
    target = folder / "langform.csv"
    source = open_source(path)
    count = write_long_form(target, source.read(chunk_size=7))
    assert count == source.validate().observations - source.validate().repeated
    return without_sign(read_all(path)), without_sign(read_all(target))


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    folders = [tmp_path / str(number) for number in range(8)]
    for folder in folders:
        folder.mkdir()
    return [
        write(folders[0], long_file()),
        write(folders[1], classic_file(), encoding="cp1252"),
        write(folders[2], flat_file()),
        write_xlsx(folders[3] / "ba.xlsx", labour_sheets()),
        write_xlsx(folders[4] / "atlas.xlsx", atlas_sheets()),
        write(folders[5], inkar_file()),
        write_xlsx(folders[6] / "inkar.xlsx", inkar_sheets()),
        write(folders[7], inkar_file(INKAR_LONG_LINES)),
    ]


def test_every_format_comes_back(tmp_path: Path, files: list[Path]) -> None:
    for path in files:
        before, after = again(tmp_path, path)
        assert before, path
        assert before == after, path


def test_what_the_long_form_does_not_take(tmp_path: Path) -> None:
    head = "indicator_name,dimensions," + ",".join(LONG_COLUMNS)
    line = "Leute,GES=GESM," + LONG_LINES[1]
    [found] = read_all(write(tmp_path, long_file((line,), head=head)))
    assert (found.measure_label, found.dimensions) == ("Leute", (("GES", "GESM"),))
    for broken in ("GES", "GES=GESM;GES=GESW", "GES=a=b", "=1+1", ";"):
        assert places(write(tmp_path, long_file((line.replace("GES=GESM", broken),), head=head))) == [(2, "dimensions")]
    for old, new in (("population,", "12345,"), (",2022-12-31\n", ",\n"), (",municipality,", ",,")):
        text = long_file((line,), head=head)
        assert old in text
        assert refusals_of(write(tmp_path, text.replace(old, new)))


numbers = st.floats(min_value=-1e12, max_value=1e12, allow_nan=False).filter(
    lambda v: abs(v) != 9999 and abs(v) != 99999
)
states = st.sampled_from(sorted(ValueState, key=str))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, states), min_size=1, max_size=12))
def test_any_number_in_any_state(
    tmp_path_factory: pytest.TempPathFactory, values: list[tuple[float, ValueState]]
) -> None:
    zeros = {ValueState.ZERO, ValueState.ZERO_OR_SET, ValueState.ROUNDED_TO_ZERO}
    found = [
        Observation(
            "08226095", "Walldorf", AreaLevel.MUNICIPALITY, f"saldo-{number}", f"Saldo {number}", "Anzahl", "2024",
            PeriodKind.YEAR, (), 0.0 if state in zeros else None if state in WITHOUT_NUMBER else value,
            "unter 100" if state is ValueState.CLASS_INTERVAL else None, state, None, None, "Prüfung", 1, "A",
        )
        for number, (value, state) in enumerate(values)
    ]  # fmt: skip
    target = tmp_path_factory.mktemp("lang") / "langform.csv"
    write_long_form(target, [found])
    assert without_sign(read_all(target)) == without_sign(found)
    assert set(PERIOD_TYPES.values()) == set(PeriodKind)


if ORIGINALS.is_dir():

    @pytest.mark.parametrize("path", sorted(ORIGINALS.iterdir()), ids=lambda path: path.name[:12])
    def test_the_offices_own_files_come_back(tmp_path: Path, path: Path) -> None:
        before, after = again(tmp_path, path)
        assert before == after

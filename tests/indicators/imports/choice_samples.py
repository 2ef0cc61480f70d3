"""Files that leave something open: a table without a date, a workbook whose table stands in two sheets."""

from pathlib import Path

from tests.indicators.imports.import_samples import CLASSIC_HEAD, CLASSIC_LINES, classic_file, write
from tests.indicators.imports.labour_full import labour_rows
from tests.indicators.imports.workbook_samples import write_xlsx

NO_TIME = tuple(line.removeprefix("31.12.2020;") for line in CLASSIC_LINES)
HEAD_WITHOUT_TIME = tuple(line.removeprefix(";") if line.startswith(";;;") else line for line in CLASSIC_HEAD)


def no_date(folder: Path) -> Path:
    head = tuple(line.replace(";;;;;;", ";;;;;") for line in HEAD_WITHOUT_TIME if "Stichtag" not in line)
    return write(folder, classic_file(NO_TIME, head=head))


def two_sheets(folder: Path) -> Path:
    rows = labour_rows("08226095", "Walldorf, Stadt")
    return write_xlsx(folder / "m.xlsx", {"Daten": rows, "Daten (2)": rows})

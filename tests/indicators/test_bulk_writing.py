"""Values are written in bulk: every cell comes back as it was, and the table's rules hold as for a single row."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.areas.models import Area
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.reading import ValueRow
from portal.indicators.models import ImportBatch, Series, SeriesValue

STRANGE = 'Tab\there, Rückstrich \\N \\t, Zeile\nund\r\nzurück, "quotes", ’ und 🙂'


@pytest.fixture
def row(county: Flask) -> ValueRow:
    """A row of a delivery that is being read."""
    with transaction():
        batch = import_services.begin(file_name="x.csv", sha256="0" * 64, actor=SYSTEM)
        batch_id = batch.id
    area = db.session.scalars(select(Area.id).where(Area.key == "08226095")).one()
    series = db.session.scalars(select(Series.id).where(Series.code == "da_kbetr_u3")).one()
    return ValueRow(batch_id, series, area, "2022", "year", "", 1.0, None, "reported", "2022-12-31", "census_2011")


def write(*rows: ValueRow) -> None:
    with transaction():
        import_services.write_values(rows[0].batch_id, rows)


def stored(row: ValueRow) -> dict[str, SeriesValue]:
    found = db.session.scalars(select(SeriesValue).where(SeriesValue.batch_id == row.batch_id))
    return {one.period: one for one in found}


@pytest.mark.parametrize("number", [0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, 323.4166666666667, 1e16])
def test_numbers_come_back_to_the_last_bit(row: ValueRow, number: float) -> None:
    write(row._replace(value=number))
    [found] = stored(row).values()
    assert found.value is not None
    assert found.value.hex() == number.hex()


def test_texts_and_gaps_come_back_as_they_were(row: ValueRow) -> None:
    write(
        row._replace(period="2019", value=None, text_value=STRANGE, state="class_interval", dimensions=STRANGE),
        row._replace(period="2020", value=None, state="suppressed", territorial_date=None, census_base=None),
        row._replace(period="2021"),
    )
    found = stored(row)
    assert (found["2019"].text_value, found["2019"].dimensions) == (STRANGE, STRANGE)
    empty = found["2020"]
    assert (empty.value, empty.text_value, empty.territorial_date, empty.census_base) == (None, None, None, None)
    assert str(found["2021"].territorial_date) == "2022-12-31"
    assert len({one.id for one in found.values()}) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"period": "2023", "value": None},
        {"period": "2023", "state": "suppressed"},
        {"period": "2023", "state": "invented"},
        {"period": "2023", "text_value": "1 bis 2"},
        {"period": "2023", "area_id": 999_999},
    ],
    ids=["twice", "no number", "secret with number", "unknown state", "number and text", "no such area"],
)
def test_a_row_against_the_rules_takes_the_whole_chunk_with_it(row: ValueRow, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        write(row, row._replace(**wrong))
    assert stored(row) == {}
    with transaction():  # the connection is usable as before
        assert db.session.get_one(ImportBatch, row.batch_id).file_name == "x.csv"


def test_nothing_is_written_for_no_rows(row: ValueRow) -> None:
    with transaction():
        import_services.write_values(row.batch_id, [])
    assert stored(row) == {}

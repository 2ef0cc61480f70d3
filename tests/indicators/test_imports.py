"""Values come in completely or not at all, nobody sees them before they are taken over, everything can be undone."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import Department
from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Role
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.indicators import queries, tasks
from portal.indicators.aggregation import Aggregation
from portal.indicators.deliveries import comparison, terms
from portal.indicators.deliveries import queries as import_queries
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.reading import ValueRow
from portal.indicators.figures import Level
from portal.indicators.imports.summary import shown
from portal.indicators.models import (
    BatchState,
    ImportBatch,
    ImportBatchEvent,
    Indicator,
    IndicatorSeries,
    Series,
    SeriesValue,
)
from portal.indicators.value_states import ValueState
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY, acting_as
from tests.indicators.files import long_form, long_row
from tests.indicators.imports.import_samples import CLASSIC_ORIGINAL, FLAT_ORIGINAL, ORIGINALS

WALLDORF, SINSHEIM, COUNTY = "08226095", "08226085", "08226"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def stored() -> int:
    return int(db.session.execute(select(func.count()).select_from(SeriesValue)).scalar_one())


def area(key: str) -> int:
    return db.session.execute(select(Area.id).where(Area.key == key)).scalar_one()


def series(code: str) -> int:
    return db.session.execute(select(Series.id).where(Series.code == code)).scalar_one()


def read_and_take_over(path: Path) -> ImportBatch:
    read = tasks.read_in(path, actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    tasks.take_over(read.batch, actor=SYSTEM)
    return read.batch


def tax_of_walldorf() -> float | None:
    figures = queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"]
    return figures.municipal[area(WALLDORF)].value


def tax_file(folder: Path, value: str, *, name: str = "steuer.csv") -> Path:
    return long_form(folder / name, [long_row(WALLDORF, value, series="da_st_einnkr", unit="EUR je Person")])


def test_staged_values_are_seen_by_nobody_until_they_are_taken_over(county: Flask, tmp_path: Path) -> None:
    before = tax_of_walldorf()
    read = tasks.read_in(tax_file(tmp_path, "1500.5"), actor=SYSTEM)
    assert read.batch is not None
    assert (read.batch.state, read.batch.changed_values, read.batch.new_values) == (BatchState.STAGED, 1, 0)
    assert tax_of_walldorf() == before
    tasks.take_over(read.batch, actor=SYSTEM)
    assert tax_of_walldorf() == 1500.5


def test_undo_brings_the_earlier_value_back_and_history_keeps_both(county: Flask, tmp_path: Path) -> None:
    before = tax_of_walldorf()
    first = read_and_take_over(tax_file(tmp_path, "1500.5"))
    second = read_and_take_over(tax_file(tmp_path, "1600"))
    assert tax_of_walldorf() == 1600
    with transaction():
        import_services.undo(second, actor=SYSTEM)
    assert tax_of_walldorf() == 1500.5
    with transaction():
        import_services.undo(first, actor=SYSTEM)
    assert tax_of_walldorf() == before
    versions = comparison.history(series("da_st_einnkr"), area(WALLDORF), "2022")
    assert [(v.value, v.batch_state) for v in versions] == [
        (1600, BatchState.UNDONE),
        (1500.5, BatchState.UNDONE),
        (before, BatchState.ACTIVE),
    ]


def test_what_was_taken_back_can_be_taken_over_again_and_then_counts_as_the_latest(
    county: Flask, tmp_path: Path
) -> None:
    first = read_and_take_over(tax_file(tmp_path, "1500"))
    with transaction():
        import_services.undo(first, actor=SYSTEM)
    read_and_take_over(tax_file(tmp_path, "1600"))
    tasks.take_over(first, actor=SYSTEM)
    assert tax_of_walldorf() == 1500
    states = db.session.execute(
        select(ImportBatchEvent.new_state).where(ImportBatchEvent.batch_id == first.id).order_by(ImportBatchEvent.id)
    ).scalars()
    assert list(states) == [
        BatchState.READING, BatchState.STAGED, BatchState.ACTIVE, BatchState.UNDONE, BatchState.ACTIVE,
    ]  # fmt: skip


def test_undo_says_beforehand_what_is_lost(county: Flask, tmp_path: Path) -> None:
    path = long_form(
        tmp_path / "zwei.csv",
        [
            long_row(WALLDORF, "1500", series="da_st_einnkr", unit="EUR je Person"),
            long_row(WALLDORF, "33.3"),
            long_row(SINSHEIM, "44.4"),
        ],
    )
    batch = read_and_take_over(path)
    assert comparison.effect_of_undo(batch) == comparison.Effect(vanishing=2, reverting=1, hidden=0)
    read_and_take_over(long_form(tmp_path / "spaeter.csv", [long_row(SINSHEIM, "45")]))
    assert comparison.effect_of_undo(batch) == comparison.Effect(vanishing=1, reverting=1, hidden=1)


def test_importing_twice_changes_nothing(county: Flask, tmp_path: Path) -> None:
    path = tax_file(tmp_path, "1500.5")
    read_and_take_over(path)
    version = settings.version("figures")
    again = tasks.read_in(path, actor=SYSTEM)
    assert again.counts is not None
    assert again.batch is not None
    assert (again.counts.new, again.counts.changed, again.counts.unchanged) == (0, 0, 1)
    tasks.discard(again.batch, actor=SYSTEM)
    assert settings.version("figures") == version
    assert db.session.execute(select(func.count()).select_from(ImportBatch)).scalar_one() == 2


@pytest.mark.parametrize(
    ("damage", "row", "column"),
    [
        (lambda text: text[: len(text) - 30], 3, "value_status"),
        (lambda text: text.replace("44.4", "4x.4"), 3, "value"),
        (lambda text: text.replace("08226085", "8226085"), 3, "ags"),
        (lambda text: text.replace(",", ";"), 1, "A"),
        (lambda text: text.replace("period_type", "art"), 1, "art"),
    ],
)
def test_a_damaged_file_changes_nothing_and_names_the_place(
    county: Flask, tmp_path: Path, damage: object, row: int, column: str
) -> None:
    path = long_form(tmp_path / "kita.csv", [long_row(WALLDORF, "33.3"), long_row(SINSHEIM, "44.4")])
    assert callable(damage)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    before, version = stored(), settings.version("figures")
    read = tasks.read_in(path, actor=SYSTEM)
    assert read.is_refused
    assert (read.summary.refused[0].row, read.summary.refused[0].column) == (row, column)
    assert str(read.summary.refused[0].reason)
    assert read.batch is None
    assert (stored(), settings.version("figures")) == (before, version)
    assert db.session.execute(select(func.count()).select_from(ImportBatch)).scalar_one() == 1


def test_values_of_unknown_areas_are_counted_and_not_stored(county: Flask, tmp_path: Path) -> None:
    path = long_form(tmp_path / "kita.csv", [long_row(WALLDORF, "33.3"), long_row("09162000", "50")])
    read = tasks.read_in(path, actor=SYSTEM)
    assert read.batch is not None
    assert (read.summary.matched, read.summary.unknown, read.batch.values) == (1, 1, 1)


def test_signs_are_kept_and_secret_values_stay_out_of_sums_and_totals(county: Flask, tmp_path: Path) -> None:
    rows = [long_row(place.key or "", "10", unit="Anzahl", series="kinder") for place in municipalities()]
    rows = [row for row in rows if f",{SINSHEIM}," not in row]
    rows.append(long_row(SINSHEIM, "", unit="Anzahl", series="kinder", status="suppressed"))
    rows.append(long_row(COUNTY, "547", unit="Anzahl", series="kinder", level="county"))
    read_and_take_over(long_form(tmp_path / "kinder.csv", rows))
    use_series_for("jugendeinrichtungen", "kinder")
    figures = queries.county_figures(ANONYMOUS)
    found = figures.indicators["jugendeinrichtungen"]
    assert found.municipal[area(SINSHEIM)].state is ValueState.SUPPRESSED
    sinsheim = next(place for place in figures.composition.planning_areas if place.slug == "sinsheim")
    assert found.areas[sinsheim.id].value.value is None
    others = [found.areas[place.id].value.value for place in figures.composition.planning_areas if place != sinsheim]
    assert None not in others
    # The published total minus the 53 others would be Sinsheim's secret.
    assert found.county.value is None
    assert found.county_published is None
    assert found.courses[sinsheim.id][-1].value is None
    assert found.courses[figures.composition.county.id][-1].value is None


def municipalities() -> list[Area]:
    statement = select(Area).where(Area.kind == "municipality", Area.key.startswith(COUNTY)).order_by(Area.key)
    return list(db.session.execute(statement).scalars())


def use_series_for(key: str, code: str) -> None:
    with transaction():
        indicator = db.session.execute(select(Indicator).where(Indicator.key == key)).scalar_one()
        indicator.aggregation = Aggregation.SUM
        indicator.series_links = [IndicatorSeries(series_id=series(code))]
        settings.bump("figures")


def test_a_delivery_for_few_municipalities_does_not_hide_the_others(county: Flask, tmp_path: Path) -> None:
    newer = long_row(WALLDORF, "2000", series="da_st_einnkr", unit="EUR je Person", period="2024")
    read_and_take_over(long_form(tmp_path / "einzeln.csv", [newer]))
    found = queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"]
    assert found.period == "2022"
    assert found.courses[area(WALLDORF)][-1].value == 2000
    rows = [
        long_row(place.key or "", "1000", series="da_st_einnkr", unit="EUR je Person", period="2024")
        for place in municipalities()
    ]
    read_and_take_over(long_form(tmp_path / "alle.csv", rows))
    found = queries.county_figures(ANONYMOUS).indicators["steuereinnahmekraft"]
    assert (found.period, found.level, found.county.value) == ("2024", Level.MUNICIPALITY, pytest.approx(1000))


def test_the_preview_must_not_be_outdated_when_it_is_taken_over(county: Flask, tmp_path: Path) -> None:
    mine = tasks.read_in(tax_file(tmp_path, "1500", name="a.csv"), actor=SYSTEM).batch
    assert mine is not None
    read_and_take_over(tax_file(tmp_path, "1500", name="b.csv"))
    with pytest.raises(Conflict), transaction():
        import_services.take_over(mine, actor=SYSTEM)
    assert mine.state is BatchState.STAGED
    counts = tasks.compare_anew(mine)
    assert counts.nothing_new
    with transaction():
        import_services.take_over(mine, actor=SYSTEM)
    assert mine.state is BatchState.ACTIVE


def test_states_move_in_their_order_only(county: Flask, tmp_path: Path) -> None:
    batch = read_and_take_over(tax_file(tmp_path, "1500"))
    with pytest.raises(Refusal), transaction():
        import_services.take_over(batch, actor=SYSTEM)
    with pytest.raises(Refusal):
        tasks.discard(batch, actor=SYSTEM)
    with transaction():
        import_services.undo(batch, actor=SYSTEM)
    with pytest.raises(Refusal), transaction():
        import_services.undo(batch, actor=SYSTEM)
    assert stored() == 4_430


def test_who_may_read_in_and_take_over(county: Flask, tmp_path: Path) -> None:
    with transaction():
        youth = Department(name="Jugendhilfeplanung")
        db.session.add(youth)
        db.session.flush()
        indicator = db.session.execute(select(Indicator).where(Indicator.key == "kita_u3")).scalar_one()
        indicator.department = youth
    path = long_form(tmp_path / "kita.csv", [long_row(WALLDORF, "33.3")])
    for outsider in (ANONYMOUS, acting_as(Role.LEADERSHIP), acting_as(Role.MUNICIPALITY), acting_as(Role.PROVIDER)):
        with pytest.raises(NotAllowed):
            tasks.read_in(path, actor=outsider)
    owner = acting_as(Role.SECTORAL_PLANNER, department_id=youth.id)
    stranger = acting_as(Role.SECTORAL_PLANNER, department_id=youth.id + 1)
    batch = tasks.read_in(path, actor=owner).batch
    assert batch is not None
    with pytest.raises(NotAllowed), transaction():
        import_services.take_over(batch, actor=stranger)
    with pytest.raises(NotAllowed), transaction():
        terms.name(batch, source="", licence="dl-de/by-2-0", actor=acting_as(Role.LEADERSHIP))
    with pytest.raises(Refusal, match="Quelle und Lizenz"), transaction():
        import_services.take_over(batch, actor=owner)
    for licence in ("", "x" * 201):
        with pytest.raises(Refusal) as refused, transaction():
            terms.name(batch, source="", licence=licence, actor=owner)
        assert refused.value.field == "licence"
    with transaction():
        terms.name(batch, source="", licence="dl-de/by-2-0", actor=owner)
    with transaction():
        import_services.take_over(batch, actor=owner)
    (source,) = queries.county_figures(SYSTEM).indicators["kita_u3"].sources[:1]
    assert (source.licence, source.open_data_licence) == (
        "dl-de/by-2-0",
        "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
    )
    with pytest.raises(NotAllowed), transaction():
        import_services.undo(batch, actor=stranger)
    # A series that feeds no indicator belongs to nobody's department.
    other = long_form(tmp_path / "neu.csv", [long_row(WALLDORF, "1", series="unbekannt")])
    foreign = tasks.read_in(other, actor=owner).batch
    assert foreign is not None
    with pytest.raises(NotAllowed), transaction():
        import_services.take_over(foreign, actor=owner)
    assert terms.used_before([source.text]) == "dl-de/by-2-0"
    with transaction():
        terms.name(foreign, source="", licence="dl-de/zero-2-0", actor=owner)
        import_services.take_over(foreign, actor=acting_as(Role.PLANNER))


def test_a_reading_that_died_is_swept_away(county: Flask) -> None:
    with transaction():
        batch = import_services.begin(file_name="abgebrochen.csv", sha256="0" * 64, actor=SYSTEM)
        row = ValueRow(
            batch.id, series("da_kbetr_u3"), area(WALLDORF), "2022", "year", "", 1.0, None, "reported", None, None
        )  # fmt: skip
        import_services.write_values(batch.id, [row])

    class Context:
        payload: dict[str, object] = {}
        actor = SYSTEM

        def progress(self, done: int, total: int) -> None:
            """Nobody asks."""

    with clock.frozen(SEED_DAY + timedelta(hours=5)):
        assert tasks.sweep(Context())["swept"] == 0
    with clock.frozen(SEED_DAY + timedelta(hours=7)):
        assert tasks.sweep(Context())["swept"] == 1
    assert stored() == 4_429
    assert db.session.get_one(ImportBatch, batch.id).state is BatchState.REFUSED
    with pytest.raises(Refusal), transaction():
        import_services.write_values(batch.id, [row])


def test_others_can_write_while_a_large_file_is_read(county: Flask, tmp_path: Path) -> None:
    """A resident who answers a survey meanwhile must not wait for 30,000 values."""
    places = [place.key or "" for place in municipalities()]
    rows = [
        long_row(places[i % 54], str(i), series=f"gross_{i // 1080}", period=str(1901 + i // 54 % 20), unit="Anzahl")
        for i in range(30_000)
    ]
    path = long_form(tmp_path / "gross.csv", rows)
    waits: list[float] = []
    stop = threading.Event()

    def write_beside() -> None:
        with county.app_context():
            while not stop.is_set():
                begun = time.perf_counter()
                with transaction():
                    settings.bump("somebody_else")
                waits.append(time.perf_counter() - begun)
                time.sleep(0.01)
            db.session.remove()

    beside = threading.Thread(target=write_beside)
    beside.start()
    begun = time.perf_counter()
    try:
        read = tasks.read_in(path, actor=SYSTEM)
    finally:
        took = time.perf_counter() - begun
        stop.set()
        beside.join()
    assert read.batch is not None
    assert read.batch.new_values == 30_000
    assert len(waits) > 10
    # Within one long transaction the longest wait would be nearly as long as the import.
    assert max(waits) < max(1.0, took / 2)
    assert sorted(waits)[len(waits) // 2] < took / 20


if ORIGINALS.is_dir():  # the offices' files are not part of the product

    def test_the_offices_own_files(county: Flask) -> None:
        flat = tasks.read_in(FLAT_ORIGINAL, actor=SYSTEM)
        assert flat.batch is not None
        assert flat.source is not None
        assert (flat.summary.values, flat.summary.missing, flat.summary.matched) == (1_245, {"-": 222}, 3)
        sexes = {row["dimensions"]["GES"]: row["value"] for row in shown(flat.source, "08226")}
        assert sexes == {"": 558_561, "GESM": 274_511, "GESW": 284_050}
        classic = tasks.read_in(CLASSIC_ORIGINAL, actor=SYSTEM)
        assert classic.batch is not None
        assert classic.source is not None
        assert [row["value"] for row in shown(classic.source, "08226")] == [172, 90, 46, 567, 813, 541, 85]
        assert classic.batch.new_values == 21
        assert {batch.public_id for batch in import_queries.latest(limit=2)} == {
            flat.batch.public_id,
            classic.batch.public_id,
        }

"""The page of a delivery shows values beside what they replace, and nothing from which a secret could be calculated.

Two worlds that differ in a secret count and the cells that hide it answer alike, byte for byte, whatever the page is
asked for: of a file with a county's total beside its municipalities, and of one with breakdowns beside their whole.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner
from portal_client import PortalClient
from sqlalchemy import select, update

from portal.areas import queries as areas
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.indicators import tasks, values_cli
from portal.indicators.deliveries import pages
from portal.indicators.deliveries.pages import Change
from portal.indicators.models import ImportBatch, SeriesValue
from portal.settings import services as settings
from tests.indicators.conftest import SEED_DAY
from tests.indicators.files import long_form, long_row
from tests.indicators.own_files import fill, grid_of, head_of, keys_of
from tests.indicators.test_own_figure_pages import (
    KEY,
    SINSHEIM,
    WALLDORF,
    SignIn,
    department,
    hand_in,
    in_page,
    sign_in,
    template_of,
)
from tests.indicators.test_public_outputs import NUMERATOR, SECRET, lasting

__all__ = ["sign_in"]
PERIOD = "2022-12-31"
_ASKED = (
    "",
    "?seite=2",
    "?seite=3",
    "?anzahl=100",
    "?werte=neu",
    "?werte=geaendert",
    "?werte=geheim",
    "?werte=unveraendert",
)


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


def put(batch: ImportBatch, numbers: Mapping[tuple[int, str], float]) -> None:
    """Write numbers of the delivery, by area and breakdown, as if the file had held them."""
    with transaction():
        for (area_id, dimensions), value in numbers.items():
            changed = db.session.execute(
                update(SeriesValue)
                .where(
                    SeriesValue.batch_id == batch.id,
                    SeriesValue.area_id == area_id,
                    SeriesValue.dimensions == dimensions,
                )
                .values(value=value)
            )
            assert changed.rowcount == 1  # type: ignore[attr-defined]
        # Nothing is kept in memory from one world to the other.
        settings.bump("figures")


def answers(client: PortalClient, batch: ImportBatch) -> list[bytes]:
    found: list[bytes] = []
    for query in _ASKED:
        answer = client.get(f"/importe/{batch.public_id}{query}")
        assert answer.status_code == 200
        found.append(cast(bytes, lasting(query, answer.data)))
    return found


def staged(path: Path) -> ImportBatch:
    read = tasks.read_in(path, actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    return read.batch


def withheld(batch: ImportBatch) -> set[tuple[int, str]]:
    return {(one.area_id, one.dimensions) for one, change in pages.classified(batch) if change is Change.WITHHELD}


def test_beside_a_countys_total_a_small_count_and_what_hides_it_are_withheld(
    planner: PortalClient, tmp_path: Path
) -> None:
    composition = areas.composition_of(areas.own_county())
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET).id
    places = composition.municipalities
    rows = [long_row(place.key or "", str(100 + n), series=NUMERATOR, unit="Personen", period=PERIOD,
                     kind="reference_date") for n, place in enumerate(places)]  # fmt: skip
    rows.append(long_row(composition.county.key or "", "98765", series=NUMERATOR, unit="Personen", period=PERIOD,
                         kind="reference_date", level="county"))  # fmt: skip
    batch = staged(long_form(tmp_path / "frauen.csv", rows))
    assert withheld(batch) == set()
    assert any(b"98.765" in answer for answer in answers(planner, batch))
    put(batch, {(secret, ""): 1.0})
    hidden = withheld(batch)
    further = {area_id for area_id, _dimensions in hidden} - {secret, composition.county.id}
    assert (composition.county.id, "") in hidden
    assert len(further) >= 1
    (one,) = sorted(further)[:1]
    put(batch, {(secret, ""): 1.0, (one, ""): 1500.0})
    first = answers(planner, batch)
    put(batch, {(secret, ""): 2.0, (one, ""): 1499.0})
    assert answers(planner, batch) == first
    assert not any(b"98.765" in answer for answer in first)


def test_breakdowns_beside_a_small_count_are_withheld_with_their_whole(planner: PortalClient, tmp_path: Path) -> None:
    composition = areas.composition_of(areas.own_county())
    secret = areas.find(AreaKind.MUNICIPALITY, SECRET).id
    path = long_form(
        tmp_path / "arbeitslose.csv",
        [
            long_row(place.key or "", "300", series="fallzahlen", unit="Personen")
            for place in composition.municipalities
        ],
    )
    batch = staged(path)
    women, men = "geschlecht=w", "geschlecht=m"
    with transaction():
        for row in db.session.scalars(select(SeriesValue).where(SeriesValue.batch_id == batch.id)).all():
            for dimensions, value in ((women, 200.0), (men, 100.0)):
                db.session.add(
                    SeriesValue(
                        batch_id=batch.id, series_id=row.series_id, area_id=row.area_id, period=row.period,
                        period_kind=row.period_kind, dimensions=dimensions, value=value, state=row.state,
                    )
                )  # fmt: skip
        db.session.get_one(ImportBatch, batch.id).new_values *= 3
    assert withheld(batch) == set()
    put(batch, {(secret, women): 1.0, (secret, men): 299.0})
    hidden = withheld(batch)
    assert {(secret, ""), (secret, women), (secret, men)} <= hidden
    (further, *_more) = {area_id for area_id, dimensions in hidden if dimensions == women} - {secret}
    assert {(further, ""), (further, women), (further, men)} <= hidden
    put(batch, {(secret, women): 1.0, (secret, men): 299.0, (further, women): 200.0, (further, men): 100.0})
    first = answers(planner, batch)
    put(batch, {(secret, women): 2.0, (secret, men): 298.0, (further, women): 199.0, (further, men): 101.0})
    assert answers(planner, batch) == first


def test_what_the_source_keeps_secret_in_pairs_hides_nothing_else(planner: PortalClient, tmp_path: Path) -> None:
    """Two of three branches are secret: the third and the whole tell neither."""
    key = areas.find(AreaKind.MUNICIPALITY, SECRET).key or ""
    path = long_form(tmp_path / "zweige.csv", [long_row(key, "300", series="branchen", unit="Personen")])
    batch = staged(path)
    with transaction():
        row = db.session.scalars(select(SeriesValue).where(SeriesValue.batch_id == batch.id)).one()
        for dimensions, value, state in (
            ("wz=a", None, "suppressed"), ("wz=b", None, "suppressed"), ("wz=c", 200.0, "reported")
        ):  # fmt: skip
            db.session.add(
                SeriesValue(
                    batch_id=batch.id, series_id=row.series_id, area_id=row.area_id, period=row.period,
                    period_kind=row.period_kind, dimensions=dimensions, value=value, state=type(row.state)(state),
                )
            )  # fmt: skip
    assert {dimensions for _area, dimensions in withheld(batch)} == {"wz=a", "wz=b"}


def test_own_figures_show_no_total_from_which_the_secret_one_could_be_calculated(
    sign_in: SignIn, tmp_path: Path
) -> None:
    youth: PortalClient = sign_in("clematis")
    grid = template_of(youth, landkreis="y")
    filled = fill(grid, f"{KEY}|2025", dict.fromkeys(keys_of(grid), 12) | {SINSHEIM: None, "08226": 54321})
    filled = fill(filled, f"{KEY}|2025", {SINSHEIM: "geheim"}, sign=True)
    address = hand_in(youth, filled, tmp_path).headers["Location"]
    page = in_page(youth.get(address).text)
    assert "54.321" not in page
    values = re.split(r'id="werte"', page)[1].split("</section>")[0]
    batch = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert batch is not None
    named = {one.area for one, change in pages.classified(batch) if change is Change.WITHHELD}
    assert {"Sinsheim", areas.own_county().name} < named
    assert values.count("unbekannt oder geheim") == 1
    assert values.count("vom Portal zurückgehalten") == len(named) - 1 >= 2


def released(client: PortalClient, filled: list[list[object]], folder: Path) -> ImportBatch:
    address = hand_in(client, filled, folder).headers["Location"]
    assert client.submit(f"{address}/freigeben", page=address).status_code == 302
    batch = db.session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
    assert batch is not None
    return batch


def printed(area: str, *options: str) -> str:
    db.session.rollback()  # the command sees what requests have written since
    answer = CliRunner().invoke(values_cli.values, ["--indicator", KEY, "--area", area, *options])
    assert answer.exit_code == 0, answer.output
    return answer.output


def prefilled(client: PortalClient, **query: str) -> dict[str, object]:
    grid = template_of(client, landkreis="y", bisherige="y", **query)
    head = grid[head_of(grid)]
    place = head.index(f"{KEY}|2025")
    return {row[0]: (row[place], row[place + 1]) for row in grid[head_of(grid) + 1 :] if row[0]}


def test_template_and_command_tell_nobody_else_what_pages_hide(sign_in: SignIn, tmp_path: Path) -> None:
    """Two worlds with another secret number and another county: the same template for others, the same print."""
    youth, planner = sign_in("clematis"), sign_in("amsel")
    whole = template_of(youth, landkreis="y")
    numbers = dict.fromkeys(keys_of(whole), 12) | {SINSHEIM: 7, "08226": 54321}
    released(youth, fill(whole, f"{KEY}|2025", numbers), tmp_path)
    assert "früher" not in printed(SINSHEIM, "--history")
    hidden = fill(whole, f"{KEY}|2025", numbers | {SINSHEIM: None})
    batch = released(youth, fill(hidden, f"{KEY}|2025", {SINSHEIM: "geheim"}, sign=True), tmp_path)
    own = prefilled(youth)
    assert own["08226"] == (54321, "")
    assert own[SINSHEIM] == ("", "geheim")
    chosen = {"fachbereich": department("Jugendhilfe").public_id}
    others = prefilled(planner, **chosen)
    assert others[SINSHEIM] == ("", "geheim")
    (further,) = {key for key in own if own[key] != others[key]} - {"08226"}
    assert others["08226"] == others[further] == ("", "")
    assert others[WALLDORF] == (12, "")
    answer = planner.get("/eigene-zahlen/vorlage", query_string={
        "kennzahl": KEY, "zeitraum": "2025", "bisherige": "y", "landkreis": "y", **chosen})  # fmt: skip
    assert "Nicht vorausgefüllt" in [row[0] for row in grid_of(answer.data, "Erklärung")]

    def told() -> list[str]:
        asked = [printed(area, *options) for area in ("08226", SINSHEIM, further, WALLDORF)
                 for options in ((), ("--json",), ("--history",), ("--history", "--json"))]  # fmt: skip
        return [*asked, str(prefilled(planner, **chosen))]

    first = told()
    assert "54321" not in "".join(first)
    composition = areas.composition_of(areas.own_county())
    places = {place.key: place.id for place in (composition.county, *composition.municipalities)}
    put(batch, {(places["08226"], ""): 54322.0, (places[further], ""): 13.0})
    assert told() == first


def test_the_command_says_who_holds_a_number_back_and_tells_no_former_one(sign_in: SignIn, tmp_path: Path) -> None:
    youth = sign_in("clematis")
    whole = template_of(youth, landkreis="y")
    numbers = dict.fromkeys(keys_of(whole), 12) | {SINSHEIM: 7, "08226": 54321}
    released(youth, fill(whole, f"{KEY}|2025", numbers), tmp_path)
    (row,) = json.loads(printed("08226", "--json"))["values"]
    assert (row["value"], row["state"], row["held_back"]) == (54321, "reported", False)
    released(youth, fill(whole, f"{KEY}|2025", {SINSHEIM: 8}), tmp_path)
    assert "früher: 7 Fälle" in printed(SINSHEIM, "--history")
    filled = fill(whole, f"{KEY}|2025", {SINSHEIM: "geheim"}, sign=True)
    released(youth, filled, tmp_path)
    (row,) = json.loads(printed(SINSHEIM, "--json", "--history"))["values"]
    assert (row["value"], row["state"], row["held_back"]) == (None, "suppressed", False)
    assert [(one["value"], one["state"], one["held_back"]) for one in row["earlier"]] == [
        (None, "suppressed", True),
        (None, "suppressed", True),
    ]
    (row,) = json.loads(printed("08226", "--json"))["values"]
    assert (row["value"], row["state"], row["held_back"]) == (None, "suppressed", True)
    text = printed(SINSHEIM, "--history")
    assert "unbekannt oder geheim" in text
    assert "früher: •\N{NO-BREAK SPACE}vom Portal zurückgehalten" in text
    assert not re.search(r"\b[78] Fälle", text)
    # Once it is public again, what was printed before is not: it would tell the secret of that day.
    released(youth, fill(whole, f"{KEY}|2025", {SINSHEIM: 9}), tmp_path)
    assert "9 Fälle" in printed(SINSHEIM)
    assert "54321" in printed("08226").replace(".", "")
    assert not re.search(r"\b[78] Fälle", printed(SINSHEIM, "--history"))

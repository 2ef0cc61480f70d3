"""Files about places taken over: once, wholly or not at all, never backwards, and nothing the county keeps is lost."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from area_samples import SEED_DAY, FormClient, municipality
from click.testing import CliRunner
from flask import Flask
from markup import check_page
from register_samples import DAY, municipality_line, records, register
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.areas import extension, queries, tasks
from portal.areas.cli import import_areas
from portal.areas.mergers import services as mergers
from portal.areas.models import (
    Area,
    AreaImport,
    AreaKind,
    AreaMembership,
    Attribution,
    BoundarySet,
    BoundaryShape,
    MergerKind,
)
from portal.areas.seeding.files import MunicipalitySeed, boundary_file
from portal.areas.seeding.services import seed_areas
from portal.areas.tasks import AreasRead, Said
from portal.audit.models import AuditEntry
from portal.config import SEEDS
from portal.core.actor import ANONYMOUS, SYSTEM, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed
from portal.core.transaction import transaction
from portal.indicators.models import ImportBatch, SeriesSource, SeriesValue
from portal.settings import services as settings

PAGE = "/gemeinden/einlesen"
TODAY = SEED_DAY.date()
TABLES = (
    Area, AreaMembership, Attribution, BoundarySet, BoundaryShape, AreaImport, AuditEntry, ImportBatch, SeriesValue,
)  # fmt: skip
NOTHING = Said()
FIGURES = Said(figures_day=date(2024, 12, 31))


def rows() -> dict[str, int]:
    found = {
        table.__name__: db.session.execute(select(func.count()).select_from(table)).scalar_one() for table in TABLES
    }
    return found | {"version": int(settings.version("areas").removeprefix("areas"))}


def take(raw: bytes, said: Said = NOTHING, *, actor: Actor = SYSTEM) -> AreasRead:
    return tasks.take_in(raw, name="GV100AD_300625.txt", said=said, actor=actor)


def reasons(read: AreasRead) -> str:
    return " ".join(str(cell.reason) for cell in read.refused)


def rhein_neckar(change: Mapping[str, Mapping[str, Any] | None]) -> bytes:
    """All shipped counties; of the named municipalities (keys) name or key differ, None leaves one out."""

    def line(seed: MunicipalitySeed) -> str | None:
        found = change.get(seed.ags, {})
        return None if found is None else municipality_line(seed, **found)

    return register(records(change=line))


@pytest.mark.parametrize(
    ("change", "said", "reason"),
    [
        ({"people": 99_999}, FIGURES, "Sinsheim: 99.999 Menschen statt 36.601"),
        ({"square_km": 0.01}, NOTHING, "Sinsheim: Fläche 0,01 km² statt 126,99 km²"),
    ],
)
def test_numbers_far_from_the_known_ones_are_asked_about(
    county: Flask, change: dict[str, Any], said: Said, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sinsheim = municipality("sinsheim").id
    monkeypatch.setattr(
        extension, "population", [lambda _ids: extension.Populations(people={sinsheim: 36_601}, source="")]
    )
    raw, before = rhein_neckar({"08226085": change}), rows()
    read = take(raw, said)
    assert (read.is_odd, read.outcome, rows()) == (True, None, before)
    assert [cell.reason for cell in read.refused] == [reason]
    assert take(raw, replace(said, numbers_count=True)).outcome is not None


def test_people_are_not_asked_about_where_they_are_left_out(county: Flask) -> None:
    assert take(rhein_neckar({"08226085": {"people": 99_999}})).outcome is not None


def test_a_register_of_a_day_before_a_change_leaves_its_places_alone(county: Flask) -> None:
    sinsheim, zuzenhausen = municipality("sinsheim"), municipality("zuzenhausen")
    wish = mergers.Wish(
        kind=MergerKind.INCORPORATION, from_day=date(2026, 1, 1), reason="Vertrag", ended=(zuzenhausen,),
        successor=sinsheim,
    )  # fmt: skip
    with transaction():
        mergers.carry_out(wish, actor=SYSTEM)
    land = municipality("sinsheim").square_km
    read = take(rhein_neckar({"08226085": {"name": "Alt-Sinsheim, Stadt"}}))
    assert read.outcome is not None
    assert read.outcome.changed == []
    assert (municipality("sinsheim").name, municipality("sinsheim").square_km) == ("Sinsheim", land)
    notes = " ".join(read.outcome.notes)
    assert "Sinsheim (08226085): Im Portal steht eine Gebietsänderung ab 1. Januar 2026" in notes
    assert "Zuzenhausen (08226101)" in notes


def test_a_look_says_all_and_writes_nothing(county: Flask) -> None:
    before = rows()
    read = tasks.look_at(register(records()), name="a.txt", said=FIGURES, actor=SYSTEM)
    assert read.outcome is not None
    plain = read.as_json()
    assert (plain["format"], plain["encoding"], plain["territory_date"]) == ("gv100ad", "utf-8", "2025-06-30")
    assert plain["areas"] == {"matched": 115 + 15, "new": 0, "changed": 0, "gone": 0}
    assert plain["import"] is None
    assert plain["figures"]["new"] == 4 * 115
    assert rows() == before


def test_a_later_register_of_the_same_places_changes_their_source_alone(county: Flask) -> None:
    read = take(register(records()))
    assert read.outcome is not None
    assert read.outcome.changed == []
    assert municipality("sinsheim").attribution_key == "gv100ad_20250630"
    assert db.session.get_one(Attribution, "gv100ad_20250630").text == "© Statistisches Bundesamt (Destatis), 2025"
    assert "Stichtag" in read.outcome.notes[0]
    entry = db.session.execute(select(AuditEntry).where(AuditEntry.action == "areas.imported")).scalar_one()
    assert entry.details == {"matched": 130, "new": 0, "changed": 0, "gone": 0}
    before = rows()
    again = take(register(records()))
    assert again.outcome is not None
    assert again.outcome.nothing_new
    assert rows() == before


def test_new_renamed_and_missing_places(county: Flask) -> None:
    raw = rhein_neckar({"08226003": {"name": "Altlußheim am Rhein"}, "08226006": None, "08226009": {"key": "08226900"}})
    read = take(raw, Said(removed=frozenset({"08226006", "08226009"})))
    assert read.outcome is not None
    counts = read.as_json()["areas"]
    assert (counts["new"], counts["changed"], counts["gone"]) == (1, 1, 2)
    assert [(one.key, one.what, one.old, one.new) for one in read.outcome.changed] == [
        ("08226003", "Name", "Altlußheim", "Altlußheim am Rhein"),
        ("08226003", "amtlicher Name", "Altlußheim", "Altlußheim am Rhein"),
    ]
    assert [name for _key, name in read.outcome.gone] == ["Bammental", "Brühl"]
    renamed = municipality("altlussheim")
    assert renamed.name == "Altlußheim am Rhein"
    assert renamed.search_key.startswith("altlussheim am rhein")
    made = queries.by_keys(["08226900"], kind=AreaKind.MUNICIPALITY)[0]
    assert (made.slug, made.valid_from, made.is_own) == ("bruehl-rhein-neckar-kreis", DAY, True)
    assert municipality("bammental").valid_to is None, "only a merger says what became of it"
    assert made in [
        db.session.get_one(Area, place.id)
        for place in queries.composition_of(queries.own_county(), on=TODAY).unassigned
    ]


def test_a_register_without_places_of_the_portal_changes_nothing_until_each_is_said_to_be_gone(county: Flask) -> None:
    """A file that was cut between two records looks like one of fewer municipalities."""
    before, land = rows(), queries.own_county().square_km
    raw = rhein_neckar({"08226006": None, "08226009": None})
    read = take(raw, FIGURES)
    assert read.outcome is None
    assert read.missing == ("08226006", "08226009")
    assert [(cell.column, "Bammental fehlt" in str(cell.reason)) for cell in read.refused] == [
        ("08226006", True), ("08226009", False),
    ]  # fmt: skip
    assert take(raw, replace(FIGURES, removed=frozenset({"08226006"}))).missing == ("08226009",)
    assert rows() == before
    taken = take(raw, replace(FIGURES, removed=frozenset(read.missing)))
    assert taken.outcome is not None
    assert [key for key, _name in taken.outcome.gone] == ["08226006", "08226009"]
    assert queries.own_county().square_km == land, "nobody knows to whom their land belongs"


def test_a_register_cut_at_any_record_of_a_county_is_not_taken_over(county: Flask) -> None:
    """Between two counties nothing is missing of those before."""
    lines = records()
    before = rows()
    ends = [at for at, text in enumerate(lines) if text.startswith(("10", "40"))]
    for cut in range(1, len(lines), 9):
        if cut not in ends:
            assert take(register(lines[:cut]), FIGURES).outcome is None, cut
    assert rows() == before


def test_two_municipalities_of_one_name_are_asked_about(county: Flask) -> None:
    before = rows()
    raw = rhein_neckar({"08226085": {"name": "Weinheim, Stadt"}})
    read = take(raw)
    assert (read.outcome, read.is_open) == (None, True)
    assert [cell.column for cell in read.refused] == ["08226085", "08226096"]
    assert reasons(read).count("heißen Weinheim") == 2
    assert rows() == before
    assert take(raw, Said(keys_count=True)).outcome is not None


def test_the_command_takes_a_shorter_register_only_with_the_missing_keys(county: Flask, tmp_path: Path) -> None:
    path = tmp_path / "GV100AD_300625.txt"
    path.write_bytes(rhein_neckar({"08226006": None}))
    refused = CliRunner().invoke(import_areas, [str(path)])
    assert refused.exit_code == 1
    assert "Fehlen sie zu Recht: --removed 08226006" in refused.output
    assert CliRunner().invoke(import_areas, [str(path), "--removed", "08226009"]).exit_code == 1
    assert CliRunner().invoke(import_areas, [str(path), "--removed", "08226006"]).exit_code == 0
    asked = CliRunner().invoke(import_areas, [str(path), "--removed", "08226006", "--figures-date", "2022-12-31"])
    assert "--census 2011 oder --census 2022" in asked.output


def test_associations_follow_the_register_from_its_day_on(county: Flask) -> None:
    place = municipality("bammental")
    before = queries.groups(place, on=date(2025, 6, 29))
    lines = [text.replace("5005006Bammental", "0006Bammental") for text in records()]
    number = next(n for n, text in enumerate(lines) if text[10:15] == "08226" and text.startswith("50"))
    own = lines[number][:18] + "0006" + "Bammental".ljust(50) + lines[number][72:]
    bammental = next(n for n, text in enumerate(lines) if text.startswith("60") and text[10:18] == "08226006")
    lines[bammental] = lines[bammental][:18] + "0006" + lines[bammental][22:]
    lines.insert(number, own)
    read = take(register(lines))
    assert read.outcome is not None
    assert ("Verwaltungsgemeinschaft", "GVV Neckargemünd", "zu keiner") in [
        (one.what, one.old, one.new) for one in read.outcome.changed
    ]
    assert [area.name for area in before] == ["GVV Neckargemünd", "Neckargemünd/Eberbach"]
    assert [area.kind for area in queries.groups(place, on=DAY)] == [AreaKind.PLANNING_AREA]
    with transaction():
        assert seed_areas().nothing_new, "the shipped facts are older and leave what came later alone"


def test_figures_come_as_a_delivery_with_source_and_census(county: Flask) -> None:
    read = take(register(records()), FIGURES)
    assert read.outcome is not None
    assert read.outcome.figures is not None
    assert read.outcome.figures.new == 460
    batch = db.session.execute(select(ImportBatch)).scalar_one()
    assert (batch.public_id, batch.state.value) == (read.outcome.figures.batch, "active")
    sinsheim = municipality("sinsheim").id
    values = db.session.execute(select(SeriesValue).where(SeriesValue.area_id == sinsheim)).scalars().all()
    assert {(one.period, one.territorial_date) for one in values} == {("2024-12-31", DAY)}
    assert sorted(str(one.census_base and one.census_base.value) for one in values) == ["None", *["census_2022"] * 3]
    sources = db.session.execute(select(SeriesSource)).scalars().all()
    assert {one.attribution_key for one in sources} == {"gv100ad_20250630"}
    again = take(register(records()), FIGURES)
    assert again.outcome is not None
    assert again.outcome.nothing_new
    assert db.session.execute(select(func.count()).select_from(ImportBatch)).scalar_one() == 1


def test_doubtful_dates_of_figures_are_refused(county: Flask) -> None:
    before = rows()
    for said, reason in (
        (Said(figures_day=date(2025, 12, 31)), "nach dem Gebietsstand"),
        (Said(figures_day=date(2022, 12, 31)), "Zensus 2011 und des Zensus 2022"),
        (Said(figures_day=date(2024, 12, 31), census_year=2011), "Zensus 2022"),
    ):
        assert reason in reasons(take(register(records()), said))
    assert rows() == before


def test_what_cannot_be_right_changes_nothing(county: Flask) -> None:
    before = rows()
    for raw, reason in (
        (register([*records()[:-3], records()[-1][:100]]), "keine bekannte"),
        (register(records(day=date(2023, 6, 30))), "kennt schon den Gebietsstand 30. Juni 2024"),
        (register([text for text in records() if "08226" not in text[10:15]]), "steht nicht in der Datei"),
        (b"AGS;Name\r\n08226003;Altlu", "Erkannt werden"),
    ):
        read = take(raw)
        assert read.outcome is None
        if "keine bekannte" not in reason:
            assert reason in reasons(read)
        assert rows() == before, reason


def test_only_planners_and_administrators(county: Flask) -> None:
    with pytest.raises(NotAllowed):
        take(register(records()), actor=ANONYMOUS)


def test_the_command_prints_what_it_did(county: Flask, tmp_path: Path) -> None:
    path = tmp_path / "GV100AD_300625.txt"
    path.write_bytes(rhein_neckar({"08226003": {"name": "Altlußheim am Rhein"}}))
    looked = CliRunner().invoke(import_areas, [str(path), "--dry-run", "--json"])
    assert looked.exit_code == 0
    assert json.loads(looked.output)["areas"]["changed"] == 1
    assert municipality("altlussheim").name == "Altlußheim"
    done = CliRunner().invoke(import_areas, [str(path), "--figures-date", "2024-12-31"])
    assert done.exit_code == 0, done.output
    assert "Altlußheim (08226003), Name: Altlußheim → Altlußheim am Rhein" in done.output
    assert "Bevölkerung und Fläche: 460 neu" in done.output
    assert "Übernommen." in done.output
    path.write_bytes(path.read_bytes()[:20_000])
    refused = CliRunner().invoke(import_areas, [str(path), "--json"])
    assert refused.exit_code == 1
    assert {"row", "column", "reason"} == json.loads(refused.output)["refused"][0].keys()


# Boundaries


def shipped(county_ags: str = "08226") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(boundary_file(SEEDS, county_ags).read_bytes())
    return found


def written(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()


SOURCE = Said(
    territorial_date=date(2025, 1, 1),
    attribution="© BKG 2025, dl-de/by-2-0 (Daten verändert)",
    licence="Datenlizenz Deutschland – Namensnennung – Version 2.0",
)


def moved(document: dict[str, Any], key: str, by: float) -> dict[str, Any]:
    """One municipality shifted by degrees of longitude."""
    feature = next(one for one in document["features"] if one["id"] == key)

    def shift(part: Any) -> Any:
        return [part[0] + by, part[1]] if isinstance(part[0], float) else [shift(one) for one in part]

    feature["geometry"]["coordinates"] = shift(feature["geometry"]["coordinates"])
    return document


def test_boundaries_replace_those_in_use_once(county: Flask) -> None:
    read = take(written(shipped()), SOURCE)
    assert read.outcome is not None
    assert read.as_json()["areas"] == {"matched": 54, "new": 0, "changed": 0, "gone": 0}
    used = queries.boundaries(queries.own_county())
    assert (used.territorial_date, used.attribution.text) == (SOURCE.territorial_date, SOURCE.attribution)
    assert used.attribution.changed
    before = rows()
    again = take(written(shipped()), SOURCE)
    assert again.outcome is not None
    assert again.outcome.nothing_new
    with transaction():
        assert seed_areas().nothing_new, "the shipped boundaries are older"
    assert rows() == before


def test_our_own_download_carries_what_a_file_has_to_say(county: Flask) -> None:
    text = county.test_client().get("/planungsraeume/grenzen.geojson").text
    read = tasks.look_at(text.encode(), name="grenzen.geojson", said=Said(), actor=SYSTEM)
    assert read.refused == []
    assert read.outcome is not None
    assert read.outcome.nothing_new


def test_boundaries_that_cannot_be_right_are_refused(county: Flask) -> None:
    def without(key: str) -> dict[str, Any]:
        document = shipped()
        document["features"] = [one for one in document["features"] if one["id"] != key]
        return document

    def keyed(old: str, new: str) -> dict[str, Any]:
        document = shipped()
        feature = next(one for one in document["features"] if one["id"] == old)
        feature["id"] = feature["properties"]["ags"] = new
        return document

    def swapped(one: str, other: str) -> dict[str, Any]:
        document = keyed(one, "x")
        by_key = {feature["id"]: feature for feature in document["features"]}
        by_key["x"]["id"] = by_key["x"]["properties"]["ags"] = other
        by_key[other]["id"] = by_key[other]["properties"]["ags"] = one
        return document

    def bow_tie() -> dict[str, Any]:
        document = shipped()
        ring = document["features"][0]["geometry"]["coordinates"][0]
        ring[5], ring[12] = ring[12], ring[5]
        return document

    def turned() -> dict[str, Any]:
        document = shipped()
        for feature in document["features"]:
            parts = feature["geometry"]["coordinates"]
            polygons = [parts] if feature["geometry"]["type"] == "Polygon" else parts
            for polygon in polygons:
                for ring in polygon:
                    ring[:] = [[latitude, longitude] for longitude, latitude in ring]
        return document

    before = rows()
    for raw, said, reason in (
        (written(without("08226003")), SOURCE, "fehlen Gemeinden: Altlußheim"),
        (written(keyed("08226003", "08226999")), SOURCE, "kennt diese Gemeinden"),
        (written(swapped("08226095", "08226085")), SOURCE, "im Gemeindeverzeichnis stehen"),
        (written(moved(shipped(), "08226003", 0.02)), SOURCE, "überschneidet sich mit"),
        (written(bow_tie()), SOURCE, "schneidet sich selbst"),
        (written(turned()), SOURCE, "nicht in Deutschland"),
        (written(shipped() | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}}), SOURCE, "CRS84"),
        (written(shipped()), Said(), "keinen Gebietsstand"),
        (written(shipped()), Said(territorial_date=date(2025, 1, 1)), "Quellenvermerk oder Lizenz"),
        (written(shipped()), Said(territorial_date=date(2015, 1, 1), attribution="a", licence="b"), "neuere"),
        (written(shipped())[:50_000], SOURCE, "kein gültiges JSON"),
    ):
        read = take(raw, said)
        assert read.outcome is None, reason
        assert reason in reasons(read)
        assert rows() == before, reason


def renamed(names: Mapping[str, str]) -> bytes:
    """The shipped boundaries, some called otherwise."""
    document = shipped()
    for feature in document["features"]:
        if feature["id"] in names:
            feature["properties"]["name"] = names[feature["id"]]
    return written(document)


def test_names_that_contradict_their_keys_are_asked_about(county: Flask) -> None:
    before = rows()
    raw = renamed({"08226003": "Walldorf, Stadt", "08226095": "Sinsheim, Große Kreisstadt"})
    read = take(raw, SOURCE)
    assert read.is_open
    (cell, other) = read.refused
    assert "08226003 ist Altlußheim, die Datei nennt Walldorf" in str(cell.reason)
    assert "die Datei nennt Sinsheim" in str(other.reason)
    assert json.loads(raw)["features"][cell.row - 1]["id"] == cell.column == "08226003"
    assert rows() == before
    kept = take(raw, replace(SOURCE, keys_count=True))
    assert not kept.refused
    assert rows() != before


def test_other_spellings_and_missing_names_of_boundaries_contradict_nothing(county: Flask) -> None:
    raw = renamed({"08226003": "ALTLUSSHEIM", "08226107": "Hirschberg a.d. Bergstr.", "08226085": "Sinsheim, Stadt",
                   "08226095": ""})  # fmt: skip
    assert take(raw, SOURCE).refused == []


def test_the_command_refuses_contradicting_names_until_told_that_keys_count(county: Flask, tmp_path: Path) -> None:
    file = tmp_path / "grenzen.geojson"
    file.write_bytes(renamed({"08226003": "Walldorf"}))
    options = ["--territorial-date", "2025-01-01", "--attribution", "© BKG", "--licence", "dl-de/by-2-0"]
    before = rows()
    refused = CliRunner().invoke(import_areas, [str(file), *options])
    assert refused.exit_code == 1
    assert "08226003 ist Altlußheim, die Datei nennt Walldorf" in refused.output
    assert "--choose name=keys" in refused.output
    db.session.rollback()
    assert rows() == before
    taken = CliRunner().invoke(import_areas, [str(file), *options, "--choose", "name=keys"])
    assert taken.exit_code == 0, taken.output
    db.session.rollback()
    assert rows() != before


def test_a_ring_the_wrong_way_round_is_turned(county: Flask) -> None:
    document = shipped()
    for feature in document["features"]:
        if feature["geometry"]["type"] == "Polygon":
            for ring in feature["geometry"]["coordinates"]:
                ring.reverse()
    take(written(document), SOURCE)
    used = queries.boundaries(queries.own_county())
    shapes = dict(queries.geometries(used))
    polygon = json.loads(shapes[municipality("altlussheim").id])["coordinates"][0]
    assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in zip(polygon[0], polygon[0][1:], strict=False)) < 0


# Pages


def upload(client: FormClient, raw: bytes, **fields: str) -> TestResponse:
    data = {"csrf_token": client.token(PAGE), "file": (io.BytesIO(raw), "GV100AD_300625.txt"), **fields}
    return client.post(PAGE, data=data, content_type="multipart/form-data")


def test_a_planner_hands_in_a_file_looks_and_takes_it_over(as_role: Callable[[Role], FormClient]) -> None:
    client = as_role(Role.PLANNER)
    assert "Noch keine Datei eingelesen" in client.get(PAGE).text
    assert client.submit(PAGE, {}).status_code == 422
    raw = rhein_neckar({"08226003": {"name": "Altlußheim am Rhein"}, "08226006": None})
    asked = upload(client, raw, figures_day="2024-12-31")
    looked = client.submit(f"{PAGE}/schluessel", hidden(asked), page=PAGE)
    assert looked.status_code == 200
    assert "Altlußheim am Rhein" in looked.text
    assert "Bammental" in looked.text
    assert municipality("altlussheim").name == "Altlußheim"
    fields = hidden(looked)
    assert {"kept", "file_name", "figures_day", "removed"} <= set(fields)
    assert fields["figures_day"] == "2024-12-31"
    done = client.submit(f"{PAGE}/uebernehmen", fields, page=PAGE)
    assert done.status_code == 302
    db.session.rollback()
    assert municipality("altlussheim").name == "Altlußheim am Rhein"
    assert "GV100AD_300625.txt" in client.get(PAGE).text
    again = client.submit(f"{PAGE}/uebernehmen", fields, page=PAGE)
    assert (again.status_code, again.location) == (302, PAGE)


def test_a_refused_file_is_named_on_the_page(as_role: Callable[[Role], FormClient]) -> None:
    answer = upload(as_role(Role.PLANNER), register(records())[:9000])
    assert answer.status_code == 422
    check_page(answer.text)
    assert "Es hat sich nichts geändert" in answer.text


def hidden(answer: TestResponse) -> dict[str, str]:
    inputs = (one for one in check_page(answer.text).iter() if one.tag.endswith("input"))
    found = {one.get("name") or "": one.get("value") or "" for one in inputs if one.get("type") == "hidden"}
    return {name: value for name, value in found.items() if name != "csrf_token"}


@pytest.mark.parametrize(
    ("change", "title", "answer"),
    [
        ({"08226006": None, "08226009": None}, "fehlen Gemeinden", ("removed", "08226006 08226009")),
        ({"08226085": {"name": "Weinheim, Stadt"}}, "denselben Namen", ("keys_count", "y")),
        ({"08226085": {"square_km": 1.0}}, "weichen weit", ("numbers_count", "y")),
    ],
    ids=["missing", "namesakes", "odd"],
)
def test_a_planner_confirms_what_a_register_leaves_in_doubt(
    as_role: Callable[[Role], FormClient],
    change: Mapping[str, Mapping[str, str] | None],
    title: str,
    answer: tuple[str, str],
) -> None:
    client = as_role(Role.PLANNER)
    asked = upload(client, rhein_neckar(change))
    assert asked.status_code == 422
    assert title in asked.text
    assert "Abgelehnte Stellen" not in asked.text
    fields = hidden(asked)
    assert answer in fields.items()
    looked = client.submit(f"{PAGE}/schluessel", fields, page=PAGE)
    assert looked.status_code == 200
    assert client.submit(f"{PAGE}/uebernehmen", hidden(looked), page=PAGE).status_code == 302
    db.session.rollback()
    assert municipality("sinsheim").attribution_key == "gv100ad_20250630"


def test_a_planner_says_that_the_keys_of_boundaries_count(as_role: Callable[[Role], FormClient]) -> None:
    client = as_role(Role.PLANNER)
    said = {"territorial_date": "2025-01-01", "attribution": "© BKG 2025", "licence": "dl-de/by-2-0"}
    asked = upload(client, renamed({"08226003": "Walldorf"}), **said)
    assert asked.status_code == 422
    assert "Schlüssel und Name widersprechen sich" in asked.text
    assert "Abgelehnte Stellen" not in asked.text

    fields = hidden(asked)
    assert fields["keys_count"] == "y"
    looked = client.submit(f"{PAGE}/schluessel", fields, page=PAGE)
    assert looked.status_code == 200
    check_page(looked.text)
    assert "Übernehmen" in looked.text
    done = client.submit(f"{PAGE}/uebernehmen", hidden(looked), page=PAGE)
    assert done.status_code == 302
    db.session.rollback()
    assert queries.boundaries(queries.own_county()).territorial_date == date(2025, 1, 1)

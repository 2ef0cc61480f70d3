"""Boundaries and the list of municipalities as files for everybody."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

from area_samples import BASE_URL, SEED_DAY, FormClient
from flask import Flask

from portal.core.actor import Role

TODAY = SEED_DAY.date()
AsRole = Callable[[Role | None], FormClient]


def test_boundaries_carry_their_source(as_role: AsRole) -> None:
    answer = as_role(None).get("/planungsraeume/grenzen.geojson")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/geo+json; charset=utf-8"
    found = json.loads(answer.data)
    assert found["attribution"] == "© GeoBasis-DE / BKG 2016 (Daten verändert)"
    assert found["licence_url"] == "https://www.gesetze-im-internet.de/geonutzv/"
    assert found["territorial_date"] == "2016-01-01"
    assert "Beispielzuordnung" in found["notice"]
    assert len(found["features"]) == 54
    first = found["features"][0]
    assert first["id"] == "08226003"
    assert first["properties"]["planning_area"] == "Schwetzingen/Hockenheim"
    assert first["geometry"]["type"] == "MultiPolygon"
    assert first["geometry"]["coordinates"][0][0][0] == [8.51705, 49.30752]


def rows_of(client: FormClient, path: str) -> list[list[str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_municipalities_on_a_day(as_role: AsRole) -> None:
    client = as_role(None)
    today = {row[2]: row for row in rows_of(client, "/planungsraeume/gemeinden.csv") if len(row) > 2}
    assert today["Edingen-Neckarhausen"][5] == "Weinheim"
    assert today["Sinsheim"] == [
        "08226085", "082265008085", "Sinsheim", "Sinsheim, Stadt", "Große Kreisstadt", "Sinsheim",
        "Beispielzuordnung", "VVG der Stadt Sinsheim", "126,99", "mittlere Besiedlungsdichte",
    ]  # fmt: skip
    past = TODAY - timedelta(days=1000)
    rows = rows_of(client, f"/planungsraeume/gemeinden.csv?tag={past.isoformat()}")
    assert next(row for row in rows if "Edingen-Neckarhausen" in row)[5] == "Schwetzingen/Hockenheim"
    assert "© Statistisches Bundesamt (Destatis), 2024" in rows[-1][0]
    assert client.get("/planungsraeume/gemeinden.csv?tag=gestern").status_code == 404


def test_before_the_seeds_there_is_nothing(app: Flask) -> None:
    client = app.test_client()
    for path in ("/planungsraeume/grenzen.geojson", "/planungsraeume/gemeinden.csv"):
        assert client.get(path, base_url=BASE_URL).status_code == 404

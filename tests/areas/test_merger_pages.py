"""Territorial changes in the browser: form, preview, carrying out, list, taking back; and who refers to places."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from area_samples import FormClient, municipality
from flask import Flask
from markup import check_page
from sqlalchemy import select

from portal.areas import extension, queries
from portal.areas.extension import FigureFate, Use
from portal.areas.models import Area, Merger
from portal.areas.uses import References, uses_of
from portal.core.actor import Role
from portal.core.database import Base, db

AsRole = Callable[[Role | None], FormClient]
LIST = "/planungsraeume/gebietsaenderungen"
NEW, PREVIEW = f"{LIST}/neu", f"{LIST}/vorschau"
UNION: dict[str, Any] = {
    "art": "union", "ab": "2026-07-01", "grundlage": "Gesetz vom 1. Februar 2026", "endet": ["08226048", "08226049"],
    "name": "Elsenztal", "schluessel": "08226901", "planungsraum": "sinsheim",
}  # fmt: skip


def population(area_ids: Any) -> extension.Populations:
    return extension.Populations(people=dict.fromkeys(area_ids, 1000), source="31.12.2022, Probe")


def stored() -> Merger:
    db.session.rollback()
    return db.session.execute(select(Merger)).scalar_one()


@pytest.fixture(autouse=True)
def _extended(county: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    fate = FigureFate(label="wird addiert", names=("Probezahl",))
    monkeypatch.setattr(extension, "population", [population])
    monkeypatch.setattr(extension, "figure_fates", [lambda _ids: [fate]])


def test_a_union_from_the_form_to_the_page_and_back(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    check_page(client.get(NEW).text)
    preview = client.get(PREVIEW, query_string=UNION)
    assert preview.status_code == 200
    check_page(preview.text)
    for words in ("Elsenztal", "Mauer, Meckesheim", "Probezahl", "wird addiert", "Der Tag liegt zurück", "14.000"):
        assert words in preview.text
    assert db.session.execute(select(Merger)).first() is None, "a preview changes nothing"
    stand = preview.text.split('name="stand" value="')[1].split('"')[0]
    answer = client.submit(PREVIEW, UNION | {"stand": stand}, page="/barrierefreiheit")
    assert answer.location == LIST
    merger = stored()
    listed = client.get(LIST).text
    check_page(listed)
    for words in ("Elsenztal", "Meckesheim", "Gesetz vom 1. Februar 2026", "Muster-Person planner", "Zurücknehmen"):
        assert words in listed
    again = client.submit(PREVIEW, UNION | {"stand": stand}, page="/barrierefreiheit")
    assert again.status_code == 422, "the assignment has changed since"
    former = client.get("/gemeinden/mauer").text
    check_page(former)
    assert "Einen Steckbrief gibt es nur für Gemeinden, die bestehen" in former
    assert 'href="/gemeinden/elsenztal/steckbrief"' in former
    assert client.get("/gemeinden/mauer/steckbrief").location == "/gemeinden/mauer#steckbrief"
    undo = f"{LIST}/{merger.public_id}/zuruecknehmen"
    asked = client.get(undo).text
    check_page(asked)
    assert "Elsenztal wird gelöscht." in asked
    assert "Mauer gehört wieder zu Sinsheim." in asked
    assert client.submit(undo, {}).location == LIST
    assert "zurückgenommen" in client.get(LIST).text
    db.session.rollback()
    assert municipality("mauer").valid_to is None
    assert client.submit(undo, {}, page=LIST).status_code == 422, "it is taken back already"


def test_a_change_of_a_later_day_is_announced_at_every_place_it_concerns(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    later = UNION | {"ab": "2030-01-01", "art": "incorporation", "endet": ["08226048"], "besteht": "08226049"}
    later = {key: value for key, value in later.items() if key not in {"name", "schluessel", "planungsraum"}}
    assert "Ab dem 1. Januar 2030" not in client.get("/gemeinden/mauer").text
    preview = client.get(PREVIEW, query_string=later)
    stand = preview.text.split('name="stand" value="')[1].split('"')[0]
    assert client.submit(PREVIEW, later | {"stand": stand}, page="/barrierefreiheit").location == LIST
    assert "Ab dem 1. Januar 2030 gehört Mauer zu Meckesheim." in client.get("/gemeinden/mauer").text
    assert "Ab dem 1. Januar 2030 gehört dazu: Mauer." in client.get("/gemeinden/meckesheim").text
    assert "Ab dem 1. Januar 2030" not in client.get("/gemeinden/sinsheim").text
    assert client.submit(f"{LIST}/{stored().public_id}/zuruecknehmen", {}).location == LIST
    assert "Ab dem 1. Januar 2030" not in client.get("/gemeinden/mauer").text


def test_what_does_not_fit_is_said_at_its_field_and_stays(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    for change, words in (
        ({"art": ""}, "Bitte wählen Sie, was sich ändert."),
        ({"ab": ""}, "ab welchem Tag"),
        ({"grundlage": ""}, "Bitte nennen Sie die Grundlage"),
        ({"endet": ["08226048"]}, "mindestens zwei"),
        ({"schluessel": "0822690"}, "Der Schlüssel hat acht Ziffern"),
        ({"schluessel": "08226048"}, "hat schon Mauer"),
        ({"name": ""}, "neuen Namen"),
        ({"planungsraum": "nirgends"}, "Eintrag aus der Liste"),
    ):
        page = client.get(PREVIEW, query_string=UNION | change)
        assert page.status_code == 422, change
        assert words in page.text, change
        check_page(page.text)
        if "endet" not in change:
            assert 'value="08226048" checked' in page.text, "nothing is lost"


@pytest.mark.parametrize(
    ("kind", "words"),
    [("incorporation", "Sinsheim: Sinsheim"), ("renaming", ""), ("departure", "Mauer: nicht mehr im Landkreis"),
     ("arrival", "")],
)  # fmt: skip
def test_every_kind_has_its_preview(as_role: AsRole, kind: str, words: str) -> None:
    more = {"besteht": "08226085", "kreis": "Landkreis Karlsruhe", "art": kind, "endet": "08226048"}
    page = as_role(Role.PLANNER).get(PREVIEW, query_string=UNION | more)
    assert page.status_code == 200, page.text[-3000:]
    check_page(page.text)
    assert ("Karte nachher" in page.text) is bool(words), "a name or a place from elsewhere changes no line"
    assert words in page.text


def test_the_map_after_a_union_has_one_shape_in_place_of_two(as_role: AsRole) -> None:
    page = as_role(Role.PLANNER).get(PREVIEW, query_string=UNION).text
    before, after = page.split('aria-labelledby="vorher"', 1)[1].split('aria-labelledby="nachher"', 1)
    after = after.split("</figure>", 1)[0]
    assert "Mauer: Sinsheim" in before
    assert "Meckesheim: Sinsheim" in before
    assert "Elsenztal: Sinsheim" in after
    assert "Mauer:" not in after
    shapes = [part.count("is-current") for part in (before, after)]
    assert shapes == [2, 1]
    assert before.count("<g class=") - after.count("<g class=") == 1


def test_who_sees_and_who_changes(as_role: AsRole) -> None:
    client = as_role(Role.LEADERSHIP)
    assert client.get(LIST).status_code == 200
    for path in (NEW, PREVIEW):
        assert client.get(path).status_code == 403
    assert as_role(Role.PROVIDER).get(LIST).status_code == 403


def test_what_hinders_taking_back_is_said_first(as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
    client = as_role(Role.PLANNER)
    stand = client.get(PREVIEW, query_string=UNION).text.split('name="stand" value="')[1].split('"')[0]
    assert client.submit(PREVIEW, UNION | {"stand": stand}, page="/barrierefreiheit").status_code == 302
    public_id = stored().public_id

    def needs(_ids: Any, *, since: date | None = None) -> list[Use]:
        return [Use("Bedarfshinweise", 3)] if since is None else []

    monkeypatch.setattr(extension, "uses", [needs])
    page = client.get(f"{LIST}/{public_id}/zuruecknehmen").text
    check_page(page)
    assert "3 Bedarfshinweise" in page
    assert "lässt sich jetzt nicht zurücknehmen" in page


def test_every_table_that_refers_to_places_says_so(county: Flask) -> None:
    """A feature that names places without declaring it could lose what it says, or fail, when a merger is undone."""
    declared = {
        (column.table.name, column.name)
        for use in extension.uses
        for _row, reference in use.columns  # type: ignore[attr-defined]
        for column in [getattr(reference, "__clause_element__", lambda found=reference: found)()]
    }
    referring = {
        (table.name, column.name)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if any(key.column.table.name == "area" for key in column.foreign_keys)
        and not table.name.startswith(("area", "boundary"))
    }
    assert declared == referring
    area_id = queries.own_county().id
    assert uses_of([area_id]) == []
    places = References("Orte", ((Area.id, Area.county_id), (Area.id, Area.id)))
    assert [use.count for use in places([area_id])] == [
        54 + 5 + 1 + len(queries.composition_of(queries.own_county()).associations)
    ]

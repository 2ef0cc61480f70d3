"""The working pages of areas, by request: rights, lists, map, moving with preview, history, forms, localities."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from area_samples import SEED_DAY, FormClient, municipality, planning_area
from flask import Flask
from markup import check_page
from sqlalchemy import select

from portal.areas import extension, queries, regrouping, services
from portal.areas.models import Area, AreaMembership, Regrouping
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction

TODAY = SEED_DAY.date()
Counted = Callable[[], AbstractContextManager[list[str]]]
AsRole = Callable[[Role | None], FormClient]
LIST, MAP = "/planungsraeume/zuordnung", "/planungsraeume/zuordnung/karte"
MOVE, HISTORY = "/planungsraeume/zuordnung/verschieben", "/planungsraeume/zuordnung/verlauf"
MANAGE, NEW = "/planungsraeume/verwalten", "/planungsraeume/neu"
SVG = "{http://www.w3.org/2000/svg}"
LOCALITIES = "/gemeinden/sinsheim/ortsteile"
SEEN_BY_STAFF = (LIST, MAP, HISTORY, MANAGE, LOCALITIES)
PLANNERS_ONLY = (
    MOVE, NEW, "/planungsraeume/sinsheim/bearbeiten", "/planungsraeume/sinsheim/beenden",
    "/planungsraeume/sinsheim/bestaetigen",
)  # fmt: skip


@pytest.mark.parametrize("path", [*SEEN_BY_STAFF, *PLANNERS_ONLY])
def test_nobody_signed_in_is_led_to_signing_in(as_role: AsRole, path: str) -> None:
    answer = as_role(None).get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/anmelden?next=")


def test_rights(as_role: AsRole) -> None:
    for role in (Role.MUNICIPALITY, Role.PROVIDER, Role.COMMITTEE):
        client = as_role(role)
        for path in (*SEEN_BY_STAFF, *PLANNERS_ONLY):
            assert client.get(path).status_code == 403, (role, path)
    client = as_role(Role.LEADERSHIP)
    for path in SEEN_BY_STAFF:
        page = client.get(path)
        assert page.status_code == 200, path
        assert 'method="post"' not in page.text.replace('action="/abmelden"', "").split("<main")[1], path
    for path in PLANNERS_ONLY:
        assert client.get(path).status_code == 403, path
    client = as_role(Role.PLANNER)
    for path in (*SEEN_BY_STAFF, *PLANNERS_ONLY[1:]):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize(
    "path",
    [
        "/planungsraeume/sinsheim/bestaetigen", "/planungsraeume/zuordnung/verschieben",
        "/gemeinden/sinsheim/ortsteile", "/planungsraeume/neu", "/planungsraeume/sinsheim/bearbeiten",
    ],
)  # fmt: skip
def test_changes_are_refused_to_others(as_role: AsRole, path: str) -> None:
    client = as_role(Role.LEADERSHIP)
    token = client.token("/barrierefreiheit")
    before = settings_and_rows()
    answer = client.post(path, data={"csrf_token": token, "name": "Fremd", "nach": "sinsheim", "ab": "2027-01-01"})
    assert answer.status_code == 403
    assert settings_and_rows() == before
    assert client.post(path, data={"name": "Fremd"}).status_code == 400


def settings_and_rows() -> list[Any]:
    db.session.rollback()
    areas = db.session.execute(select(Area.id, Area.name, Area.edition).order_by(Area.id)).all()
    rows = db.session.execute(
        select(AreaMembership.id, AreaMembership.group_id, AreaMembership.is_example).order_by(AreaMembership.id)
    ).all()
    return [tuple(row) for row in (*areas, *rows)]


def test_every_page_is_valid(as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "population", [population])
    client = as_role(Role.PLANNER)
    question = f"{MOVE}?gemeinde=08226048&nach=neckargemuend-eberbach&ab=2027-01-01"
    for path in (
        *SEEN_BY_STAFF, *PLANNERS_ONLY, question, f"{question[:-10]}2020-01-01", f"{LIST}?suche=xyz",
        f"{LIST}?gemeinde=08226048&raum=weinheim", f"{MAP}?gemeinde=08226048&gemeinde=08226085",
    ):  # fmt: skip
        check_page(client.get(path).text)


def population(area_ids: Any) -> extension.Populations:
    return extension.Populations(people=dict.fromkeys(area_ids, 1000), source="31.12.2022, Probe")


def test_the_list_says_who_belongs_where(as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "population", [population])
    page = as_role(Role.PLANNER).get(LIST).text
    assert "54 Städte und Gemeinden" in page
    assert "Beispielzuordnung" in page
    assert page.index("Altlußheim") < page.index("Zuzenhausen")
    assert "1.000" in page
    assert "31.12.2022, Probe" in page


def test_search_filter_and_sort(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    found = client.get(f"{LIST}?suche=muhlhausen").text
    assert "1 Stadt oder Gemeinde" in found
    assert "Mühlhausen" in found
    assert "10 Städte und Gemeinden" in client.get(f"{LIST}?raum=weinheim").text
    assert "Nichts passt" in client.get(f"{LIST}?raum=ohne").text
    assert "Nichts passt" in client.get(f"{LIST}?stand=bestaetigt").text
    reverse = client.get(f"{LIST}?sortierung=-name").text
    assert reverse.index("Zuzenhausen") < reverse.index("Altlußheim")
    assert "54 Städte" in client.get(f"{LIST}?raum=unsinn&sortierung=unsinn&seite=99").text


def test_a_choice_stays_while_filtering(as_role: AsRole) -> None:
    page = as_role(Role.PLANNER).get(f"{LIST}?gemeinde=08226048&raum=weinheim").text
    assert "1 ausgewählt" in page
    assert '<input type="hidden" name="gemeinde" value="08226048">' in page
    assert "steht aber nicht in dieser Liste" in page
    assert "?sortierung=raum&amp;raum=weinheim&amp;gemeinde=08226048" in page or (
        "?raum=weinheim&amp;sortierung=raum&amp;gemeinde=08226048" in page
    )


def test_csv_holds_the_filtered_list_and_no_formula(as_role: AsRole, county: Flask) -> None:
    with transaction():
        municipality("mauer").name = '=HYPERLINK("http://boese.example";"Mauer")'
    answer = as_role(Role.PLANNER).get(f"{LIST}?raum=sinsheim&format=csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=zuordnung-2026-11-20.csv"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["AGS", "Stadt oder Gemeinde", "Art", "Planungsraum"]
    assert len([row for row in rows[1:] if row and row[0].isdigit()]) == 14
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert any(row[1].startswith("'=HYPERLINK") for row in rows if len(row) > 1)
    assert rows[-1][0].startswith("Stand: 20.11.2026. Beispielzuordnung")


def test_names_never_become_markup(as_role: AsRole, county: Flask) -> None:
    evil = "<script>alert(1)</script>&\"'"
    with transaction():
        municipality("mauer").name = evil
        planning_area("sinsheim").name = evil
        regrouping.assign(
            [municipality("mauer")], to=planning_area("weinheim"), from_day=TODAY, reason=evil, actor=SYSTEM
        )
        services.create_locality(municipality("sinsheim"), name=evil, description=evil, actor=SYSTEM)
    client = as_role(Role.PLANNER)
    question = f"{MOVE}?gemeinde=08226048&nach=sinsheim&ab=2027-01-01&grund=%3Cscript%3E"
    for path in (*SEEN_BY_STAFF, *PLANNERS_ONLY, question, f"{MAP}?gemeinde=08226048"):
        page = client.get(path).text
        assert "<script>alert" not in page, path
        check_page(page)
    assert "&lt;script&gt;alert" in client.get(MAP).text
    geo = json.loads(client.get("/planungsraeume/grenzen.geojson").data)
    assert evil in {feature["properties"]["name"] for feature in geo["features"]}


def test_lists_ask_the_same_number_of_questions_whatever_their_length(as_role: AsRole, counted: Counted) -> None:
    client = as_role(Role.PLANNER)
    for path, narrow in ((LIST, "?raum=weinheim&suche=laudenbach"), (MAP, ""), (MANAGE, ""), (HISTORY, "")):
        client.get(path)
        with counted() as many:
            assert client.get(path).status_code == 200
        with counted() as few:
            assert client.get(path + narrow).status_code == 200
        assert len(many) <= len(few) + 1, path
        assert len(many) <= 16, (path, many)


def test_history_does_not_ask_more_with_every_decision(as_role: AsRole, counted: Counted) -> None:
    client = as_role(Role.PLANNER)
    for slug in ("mauer", "lobbach"):
        with transaction():
            regrouping.assign([municipality(slug)], to=planning_area("weinheim"), from_day=TODAY, actor=SYSTEM)
    client.get(HISTORY)
    with counted() as two:
        client.get(HISTORY)
    for slug in ("meckesheim", "spechbach", "epfenbach"):
        with transaction():
            regrouping.assign([municipality(slug)], to=planning_area("weinheim"), from_day=TODAY, actor=SYSTEM)
    client.get(HISTORY)
    with counted() as five:
        assert "Epfenbach" in client.get(HISTORY).text
    assert len(five) == len(two)


def test_on_the_map_every_municipality_is_a_link_that_toggles(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    page = check_page(client.get(f"{MAP}?gemeinde=08226048").text)
    drawing = next(node for node in page.iter(f"{SVG}svg") if "map" in (node.get("class") or "").split())
    links = {link.find(f"{SVG}title").text: link for link in drawing.iter(f"{SVG}a")}
    assert len(links) == 54
    chosen = links["Mauer – Sinsheim – ausgewählt"]
    assert "is-current" in chosen.get("class")
    assert chosen.get("aria-current") == "true"
    assert chosen.get("href") == f"{MAP}#karte"
    assert links["Sinsheim – Sinsheim"].get("href") == f"{MAP}?gemeinde=08226048&gemeinde=08226085#karte"
    nowhere = client.get(f"{MAP}?gemeinde=12345678&gemeinde=abc&gemeinde=12069020").text
    assert "0 Gemeinden ausgewählt" in nowhere


def test_leadership_sees_the_map_without_choosing(as_role: AsRole) -> None:
    page = as_role(Role.LEADERSHIP).get(f"{MAP}?gemeinde=08226048").text
    assert "?gemeinde=" not in page.split("<main")[1]
    assert "Verschieben nach" not in page


def test_moving_from_preview_to_undo(as_role: AsRole, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extension, "population", [population])
    client = as_role(Role.PLANNER)
    question = f"{MOVE}?gemeinde=08226048&gemeinde=08226104&nach=neckargemuend-eberbach&ab=2027-01-01&grund=Wunsch"
    before = settings_and_rows()
    preview = client.get(question)
    assert preview.status_code == 200
    assert settings_and_rows() == before
    for words in (
        "1. Januar 2027",
        "kommt dazu: Lobbach, Mauer",
        "gehört nicht mehr dazu: Lobbach, Mauer",
        "14.000",
        "12.000",
        "10.000",
        "weiter Beispielzuordnung",
        "Karte nachher",
    ):
        assert words in preview.text, words
    fields = {
        "gemeinde": ["08226048", "08226104"], "nach": "neckargemuend-eberbach", "ab": "2027-01-01",
        "grund": "Wunsch", "stand": "0.0.0.0",
    }  # fmt: skip
    saved = client.submit(MOVE, fields, page=question)
    assert saved.status_code == 302
    listed = client.get(LIST).text
    assert "2 Gemeinden verschoben." in listed
    assert "Rückgängig machen" in listed
    assert "ab 01.01.2027: Neckargemünd/Eberbach" in listed
    shown = client.get(HISTORY).text
    assert "Wunsch" in shown
    assert "Muster-Person planner" in shown
    db.session.rollback()
    done = db.session.execute(select(Regrouping)).unique().scalar_one()
    undo = f"{HISTORY}/{done.public_id}/zuruecknehmen"
    assert "Mauer: Sinsheim" in client.get(undo).text
    assert client.submit(undo, {}).status_code == 302
    assert settings_and_rows() == before
    assert "zurückgenommen" in client.get(HISTORY).text
    assert client.get(f"{HISTORY}/gibtesnicht/zuruecknehmen").status_code == 404


def test_a_question_that_does_not_work_keeps_its_answers(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    answer = client.get(f"{MOVE}?gemeinde=08226048&nach=weinheim&ab=2026-11-01&grund=")
    assert answer.status_code == 422
    assert "Fehler:" in answer.text
    assert "Der Tag liegt zurück" in answer.text
    assert 'value="2026-11-01"' in answer.text
    assert '<option selected value="weinheim">' in answer.text
    assert "Mauer" in answer.text
    for broken in (
        "",
        "?gemeinde=08226048&nach=&ab=2027-01-01",
        "?gemeinde=08226048&nach=weinheim&ab=Unsinn",
        "?nach=weinheim&ab=2027-01-01",
        "?gemeinde=08226048&nach=gibtsnicht&ab=2027-01-01",
    ):
        assert client.get(MOVE + broken).status_code == 422, broken


def test_somebody_elses_decision_in_between_is_shown_first(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    question = f"{MOVE}?gemeinde=08226048&nach=weinheim&ab=2027-01-01"
    token = client.token(question)
    with transaction():
        regrouping.assign([municipality("lobbach")], to=planning_area("weinheim"), from_day=TODAY, actor=SYSTEM)
    fields = {"csrf_token": token, "gemeinde": "08226048", "nach": "weinheim", "ab": "2027-01-01", "stand": "0.0.0.0"}
    answer = client.post(MOVE, data=fields)
    assert answer.status_code == 422
    assert "inzwischen geändert" in answer.text
    assert "11" in answer.text
    mark = regrouping.mark(queries.own_county())
    assert f'name="stand" value="{mark}"' in answer.text
    assert client.post(MOVE, data=fields | {"stand": mark}).status_code == 302


def test_leaving_every_planning_area_is_named(as_role: AsRole) -> None:
    page = as_role(Role.PLANNER).get(f"{MOVE}?gemeinde=08226048&nach=keiner&ab=2027-01-01").text
    assert "Ab dann fehlen diese Gemeinden in allen Planungsräumen: Mauer." in page


def test_a_torn_planning_area_is_named(as_role: AsRole) -> None:
    page = as_role(Role.PLANNER).get(f"{MOVE}?gemeinde=08226013&nach=schwetzingen-hockenheim&ab=2027-01-01").text
    assert "Schwetzingen/Hockenheim bestünde auf der Karte aus 2 getrennten Teilen." in page


def test_new_planning_area(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    assert client.submit(NEW, {"name": "Süd & Öst", "valid_from": "2027-01-01"}).status_code == 302
    db.session.rollback()
    made = planning_area("sued-oest")
    assert made.valid_from == date(2027, 1, 1)
    assert "künftig" in client.get(MANAGE).text
    again = client.submit(NEW, {"name": "süd & öst"})
    assert again.status_code == 422
    assert "gibt es schon" in again.text
    taken = client.submit(NEW, {"name": "Anders", "slug": "Sinsheim"})
    assert "schon vergeben" in taken.text
    assert 'value="Anders"' in taken.text
    assert "braucht das Portal selbst" in client.submit(NEW, {"name": "Anders", "slug": "zuordnung"}).text
    assert client.submit(NEW, {"name": ""}).status_code == 422


def test_editing_a_planning_area_and_meeting_somebody_else(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    path = "/planungsraeume/sinsheim/bearbeiten"
    edition = planning_area("sinsheim").edition
    fields = {
        "name": "Sinsheim", "slug": "elsenztal", "character": "eher ländlich", "description": "Mein Text",
        "valid_from": (TODAY - timedelta(days=1420)).isoformat(), "edition": str(edition),
    }  # fmt: skip
    assert client.submit(path, fields).status_code == 302
    db.session.rollback()
    assert planning_area("elsenztal").description == "Mein Text"
    assert client.get(path).status_code == 404
    path = "/planungsraeume/elsenztal/bearbeiten"
    clash = client.submit(path, fields | {"description": "Zweiter Text"})
    assert clash.status_code == 422
    assert "inzwischen geändert" in clash.text
    assert "Mein Text" in clash.text
    assert "Zweiter Text" in clash.text
    db.session.rollback()
    now = planning_area("elsenztal").edition
    assert f'name="edition" type="hidden" value="{now}"' in clash.text or f'value="{now}"' in clash.text
    assert client.submit(path, fields | {"description": "Zweiter Text", "edition": str(now)}).status_code == 302


def test_a_planning_area_ends_only_without_members(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    path = "/planungsraeume/sinsheim/beenden"
    assert "14 Gemeinden gehören noch dazu" in client.get(path).text
    answer = client.submit(path, {"valid_to": "2027-01-01"})
    assert answer.status_code == 422
    assert "Ordnen Sie zuerst zu, wer danach noch dazugehört: Angelbachtal, " in answer.text
    with transaction():
        everybody = queries.members(planning_area("sinsheim"), on=TODAY)
        regrouping.assign(everybody, to=planning_area("weinheim"), from_day=date(2027, 1, 1), actor=SYSTEM)
    assert client.submit(path, {"valid_to": "2027-01-01"}).status_code == 302
    db.session.rollback()
    assert planning_area("sinsheim").valid_to == date(2027, 1, 1)
    last = regrouping.latest(queries.own_county())
    assert last is not None
    undone = client.submit(f"{HISTORY}/{last.public_id}/zuruecknehmen", {})
    assert undone.status_code == 302
    assert "nicht mehr" in client.get(HISTORY).text


def test_confirming_takes_the_example_mark_away(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    answer = client.submit("/planungsraeume/sinsheim/bestaetigen", {})
    assert answer.status_code == 302
    assert "14 Zuordnungen zu Sinsheim sind jetzt bestätigt." in client.get(MANAGE).text
    db.session.rollback()
    assert not queries.is_example(planning_area("sinsheim"), on=TODAY)
    assert queries.is_example(queries.own_county(), on=TODAY)
    assert "14 Städte und Gemeinden" in client.get(f"{LIST}?stand=bestaetigt").text


def test_localities(as_role: AsRole) -> None:
    client = as_role(Role.PLANNER)
    assert "Noch keine Ortsteile" in client.get(LOCALITIES).text
    assert client.submit(LOCALITIES, {"name": "Hilsbach"}).status_code == 302
    assert "gibt es in Sinsheim schon" in client.submit(LOCALITIES, {"name": "HILSBACH"}).text
    db.session.rollback()
    place = queries.localities(municipality("sinsheim"), on=TODAY)[0]
    assert (place.slug, place.kind.value, place.is_own) == ("sinsheim-hilsbach", "locality", True)
    assert [group.slug for group in queries.groups(place, on=TODAY)] == ["sinsheim"]
    path = f"{LOCALITIES}/{place.public_id}"
    assert client.submit(path, {"name": "Hilsbach Süd"}).status_code == 302
    assert client.submit(f"{path}/beenden", {}, page=LOCALITIES).status_code == 302
    assert "gilt bis heute" in client.get(LOCALITIES).text
    db.session.rollback()
    assert queries.localities(municipality("sinsheim"), on=TODAY + timedelta(days=1)) == []
    assert client.submit(f"{path}/wiederherstellen", {}, page=LOCALITIES).status_code == 302
    db.session.rollback()
    assert [p.name for p in queries.localities(municipality("sinsheim"), on=TODAY + timedelta(days=1))] == [
        "Hilsbach Süd"
    ]
    assert client.get(f"/gemeinden/weinheim/ortsteile/{place.public_id}").status_code == 404
    stranger = queries.municipalities(queries.other_counties()[0])[0].slug
    assert client.get(f"/gemeinden/{stranger}/ortsteile").status_code == 404


def test_everything_missing_for_a_move_is_named_at_once(as_role: AsRole) -> None:
    answer = as_role(Role.PLANNER).get(MOVE)
    assert answer.status_code == 422
    summary = answer.text[answer.text.index("error-summary") : answer.text.index("<form", answer.text.index("<main"))]
    assert "3 Angaben passen noch nicht" in summary
    assert "Bitte wählen Sie mindestens eine Stadt oder Gemeinde." in summary
    assert "Bitte wählen Sie, wohin verschoben wird." in summary
    assert "ab welchem Tag die Änderung gilt" in summary


def test_a_place_without_figures_has_no_link_to_a_map(as_role: AsRole) -> None:
    page = as_role(None).get("/planungsraeume/sinsheim").text
    assert "Noch keine Karte" in page
    assert 'href="#menschen"' in page
    assert "#karte" not in page

"""Pages and files of places: the hub opens with something to say, and its data file holds data."""

import csv
import io
import re

from house import ANONYMOUS, House, Request

from portal.core.actor import ANONYMOUS as NOBODY
from portal.home import area_maps
from portal.indicators import queries as indicators
from portal.indicators import words
from portal.indicators.signals import FiguresSignal


def _rows(house: House, path: str) -> list[dict[str, str]]:
    text = house.get(ANONYMOUS, path).get_data().decode("utf-8-sig")
    table = text.split("\r\n\r\n")[0]
    return list(csv.DictReader(io.StringIO(table), delimiter=";"))


def test_the_hub_opens_with_the_strongest_signal(house: House) -> None:
    with house.app.test_request_context():
        figures = indicators.county_figures(NOBODY)
        for area in figures.composition.planning_areas:
            key = area_maps.most_telling(figures, area.id)
            assert key is not None
            figure = figures.indicators[key].areas[area.id]
            conspicuous = [
                one
                for one in figures.indicators.values()
                if one.numbers and one.areas[area.id].signal.signal is FiguresSignal.CONSPICUOUS
            ]
            assert figure.signal.signal is FiguresSignal.CONSPICUOUS or not conspicuous
            assert not figures.indicators[key].indicator.is_share_above or 0 < round(figure.value.value or 0, 1) < 100
            assert area_maps.most_telling(figures, area.id) == key


def test_the_table_beside_the_map_ends_with_the_planning_area(house: House) -> None:
    text = house.ask(ANONYMOUS, Request("GET", "/planungsraeume/sinsheim", {"zahl": "breitband50"}, {})).text
    foot = re.search(r"<tfoot>.*?</tfoot>", text, re.DOTALL)
    assert foot is not None
    assert re.search(r"<td class=\"num\"><bdi>\d", foot.group(0))


def test_the_data_file_has_full_precision_and_the_county_beside(house: House) -> None:
    rows = _rows(house, "/planungsraeume/sinsheim/kennzahlen.csv")
    tax = next(row for row in rows if row["Kürzel"] == "steuereinnahmekraft")
    assert re.fullmatch(r"\d+,\d{3,}", tax["Wert"])
    assert re.fullmatch(r"\d+,\d{3,}", tax["Wert des Landkreises"])
    assert tax["Zeitraum"] == "2022"
    assert tax["Signal"]
    assert tax["Methode"]
    assert len({row["Kürzel"] for row in rows}) == len(rows)
    place = _rows(house, "/gemeinden/sinsheim/kennzahlen.csv")
    assert next(row for row in place if row["Kürzel"] == "steuereinnahmekraft")["Wert"].replace(",", "").isdigit()


def test_differences_agree_with_the_numbers_beside_them(house: House) -> None:
    with house.app.test_request_context():
        figures = indicators.county_figures(NOBODY)
        facts = figures.indicators["breitband50"].indicator
        assert words.difference(facts, 94.04, 94.96) == "1,0 Punkte darunter"
        assert words.difference(facts, 94.96, 95.04) == "wie im Landkreis"
        work = figures.indicators["beschaeftigungsquote"].indicator
        assert "Punkte" in words.difference(work, 66.0, 68.7)


def test_areas_stand_once_in_the_list_of_planning_areas(house: House) -> None:
    text = house.get(ANONYMOUS, "/planungsraeume").text
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    assert table.count("km²") == 5
    assert "Alle Planungsräume als Liste" not in text


def test_the_assignment_is_reached_from_both_pages_of_areas(house: House) -> None:
    assert 'href="/planungsraeume/zuordnung"' in house.get("planner", "/planungsraeume").text
    hub = house.get("planner", "/planungsraeume/sinsheim").text
    address = "/planungsraeume/zuordnung?raum=sinsheim"
    assert f'href="{address}"' in hub
    listed = house.ask("planner", Request("GET", "/planungsraeume/zuordnung", {"raum": "sinsheim"}, {})).text
    assert "Angelbachtal" in listed
    assert "Altlußheim" not in listed
    assert 'href="/planungsraeume/zuordnung' not in house.get(ANONYMOUS, "/planungsraeume").text

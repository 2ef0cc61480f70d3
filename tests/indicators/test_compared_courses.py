"""Developments beside each other: on the same axes, and only what rests on one census and territory."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from portal_client import PortalClient

from portal.core import clock
from portal.core.actor import ANONYMOUS
from portal.indicators import queries
from portal.indicators.aggregation import Aggregation
from portal.indicators.charts.comparison import ComparedCourses, side_by_side
from portal.indicators.charts.place_course import place_course, places_over_time
from portal.indicators.figures import CountyFigures, CoursePoint, IndicatorFigures
from portal.indicators.models import CensusBase
from portal.indicators.open_data import indicator_document
from portal.indicators.pages import course_table
from portal.indicators.value_states import ValueState
from tests.indicators.conftest import SEED_DAY
from tests.indicators.test_indicator_pages import in_page, rows_of

OLD, NEW = CensusBase.CENSUS_2011, CensusBase.CENSUS_2022
PAIR = "/vergleich?gebiet=raum:sinsheim,raum:weinheim"


@pytest.fixture(autouse=True)
def _day() -> Iterator[None]:
    with clock.frozen(SEED_DAY):
        yield


@pytest.fixture
def figures(county: Flask) -> CountyFigures:
    return queries.county_figures(ANONYMOUS)


def points(*found: tuple[str, float | None, CensusBase], before: date | None = None) -> tuple[CoursePoint, ...]:
    return tuple(CoursePoint(period, value, ValueState.REPORTED, basis, before) for period, value, basis in found)


def with_courses(
    figures: CountyFigures, *courses: Sequence[CoursePoint]
) -> tuple[IndicatorFigures, ComparedCourses | None]:
    """The share of women with other developments: one per planning area, in their order."""
    areas = figures.composition.planning_areas
    one = replace(
        figures.indicators["frauenanteil"],
        courses={area.id: tuple(found) for area, found in zip(areas, courses, strict=False)},
    )
    return one, side_by_side(one, areas[: len(courses)], figures.composition.county)


def test_all_charts_of_an_indicator_have_the_same_axes(figures: CountyFigures) -> None:
    low = points(("2021", 10.0, NEW), ("2022", 11.0, NEW))
    high = points(("2021", 80.0, NEW), ("2023", 90.0, NEW))
    _one, found = with_courses(figures, low, high)
    assert found is not None
    first, second = (view.chart for view in found.charts)
    assert (first.x_ticks, first.y_ticks) == (second.x_ticks, second.y_ticks)
    assert found.periods == ("2021", "2022", "2023")
    assert [cells[1:] for _name, cells in found.rows] == [("11,0\u00a0%", "–"), ("–", "90,0\u00a0%")]
    assert found.basis == "Zensus 2022"


def test_other_censuses_and_territories_are_left_out_and_named(figures: CountyFigures) -> None:
    broken = points(("2019", 50.0, OLD), ("2022", 51.0, NEW), ("2023", 52.0, NEW))
    whole = points(("2022", 61.0, NEW), ("2023", 62.0, NEW))
    older = points(("2022", 71.0, NEW), ("2023", 72.0, NEW), before=date(2020, 1, 1))
    _one, found = with_courses(figures, broken, whole, older)
    assert found is not None
    assert found.periods == ("2022", "2023")
    assert len(found.charts) == 2
    assert all(not view.chart.breaks for view in found.charts)
    names = [area.titled for area in figures.composition.planning_areas]
    assert found.left_out[0] == f"Ohne vergleichbaren Verlauf: {names[2]}."
    assert "anderen Zensus oder Gebiet" in found.left_out[1]


def test_nothing_is_drawn_of_a_single_date_or_of_counts(figures: CountyFigures) -> None:
    two = points(("2022", 61.0, NEW), ("2023", 62.0, NEW))
    single = points(("2019", 5.0, OLD), ("2023", 6.0, NEW))
    assert with_courses(figures, single, single)[1] is None
    one, found = with_courses(figures, two, single)
    assert found is not None
    assert len(found.charts) == 1
    assert found.left_out[0].startswith("Ohne vergleichbaren Verlauf: ")
    counted = replace(one, indicator=replace(one.indicator, aggregation=Aggregation.SUM))
    assert side_by_side(counted, figures.composition.planning_areas[:2], figures.composition.county) is None


def test_a_count_of_the_municipality_that_was_chosen_alone_is_drawn_by_itself(figures: CountyFigures) -> None:
    town, county = figures.composition.municipalities[0], figures.composition.county
    around = figures.composition.planning_area(town.id)
    assert around is not None
    two = points(("2022", 610.0, NEW), ("2023", 620.0, NEW))
    one = figures.indicators["bev_gesamt"]
    one = replace(one, courses={town.id: two, around.id: two, county.id: two})
    found = side_by_side(one, [town, around], county, alone=town)
    assert found is not None
    assert ([name for name, _cells in found.rows], found.county, found.left_out) == ([town.titled], "", ())


def test_a_municipality_alone_stands_beside_its_planning_area_and_the_county(county: Flask) -> None:
    county.test_client_class = PortalClient
    browser = county.test_client()
    assert isinstance(browser, PortalClient)
    browser.checks_pages = True
    alone = "/vergleich?gebiet=gemeinde:sinsheim&kennzahl=bev_dichte"
    page = in_page(browser.get(alone).text)
    assert "Zum Vergleich mit Sinsheim stehen hier auch der Planungsraum Sinsheim und der Landkreis." in page
    assert "Verlauf nebeneinander" in page
    assert page.count("plot-small") == 2
    rows = [row for row in rows_of(browser.get(f"{alone}&format=verlauf").data) if row["Zahl"]]
    assert {row["Gebiet"] for row in rows} == {"Planungsraum Sinsheim", "Stadt Sinsheim", "Rhein-Neckar-Kreis"}
    assert browser.get(alone).text.count('name="gebiet"') > 50
    assert browser.get("/vergleich?gebiet=raum:sinsheim").text.count("plot-small") == 0


def test_the_page_and_the_file_show_the_same_values(county: Flask) -> None:
    county.test_client_class = PortalClient
    browser = county.test_client()
    assert isinstance(browser, PortalClient)
    browser.checks_pages = True
    page = in_page(browser.get(f"{PAIR}&kennzahl=bev_dichte").text)
    assert "Verlauf nebeneinander" in page
    assert page.count("plot-small") == 2
    rows = [row for row in rows_of(browser.get(f"{PAIR}&kennzahl=bev_dichte&format=verlauf").data) if row["Zahl"]]
    assert {row["Gebiet"] for row in rows} == {
        "Planungsraum Sinsheim",
        "Planungsraum Weinheim",
        "Rhein-Neckar-Kreis",
    }
    assert len({row["Grundlage"] for row in rows}) == 1
    assert "Verlauf nebeneinander" not in browser.get(f"{PAIR}&kennzahl=steuereinnahmekraft").text


def test_a_planning_area_and_a_town_of_one_name_are_told_apart(county: Flask) -> None:
    county.test_client_class = PortalClient
    browser = county.test_client()
    both = "/vergleich?gebiet=raum:sinsheim,gemeinde:sinsheim&kennzahl=bev_dichte"
    page = in_page(browser.get(both).text)
    assert "Planungsraum Sinsheim, Stadt Sinsheim" in page
    assert "<dt>Planungsraum Sinsheim</dt>" in page
    assert "<dt>Stadt Sinsheim</dt>" in page
    rows = [row for row in rows_of(browser.get(f"{both}&format=verlauf").data) if row["Zahl"]]
    assert {row["Gebiet"] for row in rows} >= {"Planungsraum Sinsheim", "Stadt Sinsheim"}


def test_a_municipality_has_its_own_course_where_county_and_planning_areas_have_none(figures: CountyFigures) -> None:
    first, second, *_others = figures.composition.municipalities
    own = points(("2020", 10.0, NEW), ("2021", 11.0, NEW), ("2022", None, NEW), ("2023", 14.0, NEW))
    one = replace(figures.indicators["frauenanteil"], courses={first.id: own, second.id: own[:1]})
    assert places_over_time(one, figures) == [first]
    assert course_table(one, figures) is None
    found = place_course(one, figures, first)
    assert found.periods == ("2020", "2021", "2023")
    assert found.rows == ((first.name, ("10,0\u00a0%", "11,0\u00a0%", "14,0\u00a0%")),)
    assert (found.county, found.breaks) == ("", ())
    document = indicator_document(one, figures)["course"]
    assert [entry["periods"][0]["value"] for entry in document if entry["key"] == first.key] == [10.0]
    assert second.key not in {entry["key"] for entry in document}


def test_the_county_stands_beside_a_municipality_only_where_both_mean_the_same(figures: CountyFigures) -> None:
    place, whole = figures.composition.municipalities[0], figures.composition.county
    two = points(("2022", 61.0, OLD), ("2023", 62.0, NEW))
    one = replace(figures.indicators["frauenanteil"], courses={place.id: two, whole.id: two})
    found = place_course(one, figures, place)
    assert (found.county, found.breaks) == (whole.name, ("2023",))
    assert len(found.rows) == 2
    counted = replace(one, indicator=replace(one.indicator, aggregation=Aggregation.SUM))
    assert place_course(counted, figures, place).county == ""


def test_the_page_shows_the_course_of_the_municipality_that_was_chosen(county: Flask) -> None:
    county.test_client_class = PortalClient
    browser = county.test_client()
    assert isinstance(browser, PortalClient)
    browser.checks_pages = True
    assert "Verlauf: Sinsheim" not in in_page(browser.get("/indikatoren/bev_dichte").text)
    page = in_page(browser.get("/indikatoren/bev_dichte?gemeinde=sinsheim").text)
    assert "Verlauf einer Gemeinde" in page
    assert "Verlauf: Sinsheim" in page
    assert "Verlauf: Sinsheim" not in in_page(browser.get("/indikatoren/bev_dichte?gemeinde=nirgends").text)


def test_what_an_address_names_and_nobody_knows_is_said(county: Flask) -> None:
    county.test_client_class = PortalClient
    browser = county.test_client()
    assert isinstance(browser, PortalClient)
    browser.checks_pages = True
    assert "Nicht alles aus dieser Adresse gibt es hier." not in browser.get(f"{PAIR}&kennzahl=bev_dichte").text
    odd = f"{PAIR}&gebiet=unknown,raum:mitte&thema=sport2&kennzahl=bev_dichte&kennzahl=<b>"
    said = "Nicht bekannt und nicht verglichen: „unknown“, „raum:mitte“, „sport2“, „{tag}“."
    page = in_page(browser.get(odd).text)
    assert said.format(tag="&lt;b&gt;") in page
    assert "1 Kennzahl" in page
    assert said.format(tag="<b>") in browser.get(f"{odd}&format=csv").data.decode()
    assert said.format(tag="<b>") in browser.get(f"{odd}&format=verlauf").data.decode()
    alone = in_page(browser.get("/vergleich?gebiet=unknown").text)
    assert "Nicht bekannt und nicht verglichen: „unknown“." in alone
    assert "Bitte wählen Sie zwei bis fünf Gebiete." in alone
    assert f"„{'x' * 60} …“" in in_page(browser.get(f"/vergleich?gebiet={'x' * 61}").text)

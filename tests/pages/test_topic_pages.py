"""Topics over all planning areas: figures with the lead ones first, voices beside them."""

import pytest
from house import House, Request


@pytest.mark.parametrize("visitor", ["anonymous", "planner"])
def test_a_topic_shows_figures_and_voices_of_every_planning_area(house: House, visitor: str) -> None:
    page = house.ask(visitor, Request("GET", "/themen/health", {}, {})).text
    assert page.index("nächsten Notaufnahme") < page.index("nächsten Apotheke")
    for area in ("Neckargemünd/Eberbach", "Sinsheim", "Weinheim"):
        assert page.replace("<wbr>", "").count(area) >= 2
    assert "Stimmen: benannt" in page
    assert "keine Aussage über die Angebote" in page


def test_a_topic_without_figures_says_so(house: House) -> None:
    page = house.ask("anonymous", Request("GET", "/themen/culture", {}, {})).text
    assert "Noch keine Zahlen" in page
    assert "Noch ohne Zahlen" in page


def test_all_topics_are_listed_with_what_is_missing(house: House) -> None:
    page = house.ask("anonymous", Request("GET", "/themen", {}, {})).text
    assert page.count('href="/themen/') >= 17
    assert "noch ohne Zahlen" in page

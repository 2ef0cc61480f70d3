"""Small words on pages of places that have to be true: why a figure stands out, since when, from which source."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from furnished import furnished, house, seeded_sqlite
from house import ANONYMOUS, House
from markup import parsed

from portal.core import clock
from portal.home import area_tables
from portal.indicators.signals import SignalReason

__all__ = ["furnished", "house", "seeded_sqlite"]


def test_a_card_says_why_its_figure_stands_out(house: House) -> None:
    """In the words of the map above it, on the folded topic and in it."""
    page = parsed(house.get(ANONYMOUS, "/planungsraeume/sinsheim").text)
    reasons = {str(reason.label) for reason in SignalReason}
    found = [
        (parent, place)
        for parent in page.iter()
        for place, child in enumerate(parent)
        if "signal-conspicuous" in child.get("class", "").split()
        and "result" in parent.get("class", "").split() + ["result"] * ("value-line" in parent.get("class", ""))
    ]
    assert len(found) > 4
    for parent, place in found:
        words = "".join(parent[place + 1].itertext())
        assert (words[0], words[-1]) == ("(", ")")
        assert any(reason in words for reason in reasons)


@pytest.mark.parametrize(("days", "word"), [(-40, "seit"), (40, "ab")])
def test_an_assignment_to_come_begins_and_has_not_begun(app: Flask, days: int, word: str) -> None:
    day = clock.today() + timedelta(days=days)
    membership = SimpleNamespace(
        member=SimpleNamespace(name="Weiler"),
        group=SimpleNamespace(name="Nord", valid_from=day - timedelta(days=400)),
        valid_from=day,
        valid_to=None,
        reason="",
    )
    with app.test_request_context(base_url="http://portal.example"):
        changes = app.jinja_env.get_template("home/_places.html").module.changes
        text = str(changes(area_tables.changes([membership]), "group"))
    assert f"Nord: {word} " in text


def test_invented_sources_stand_in_the_imprint_of_a_demonstration_only(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    invented = "Demodaten – frei erfunden"
    sources = "Quellen der Zahlen und Karten"
    assert invented in house.get(ANONYMOUS, "/impressum").text.split(sources)[1]
    monkeypatch.setitem(house.app.config, "PORTAL", replace(house.app.config["PORTAL"], demo=False))
    shown = house.get(ANONYMOUS, "/impressum").text.split(sources)[1]
    assert "Destatis" in shown
    assert invented not in shown


def test_a_question_is_not_followed_by_a_colon(house: House) -> None:
    page = house.client("municipality")
    answer = page.submit("/handeln-fuer", {"representation": ""})
    assert answer.status_code == 422
    assert "Für wen handeln Sie? Bitte" in answer.text
    assert "?:" not in answer.text

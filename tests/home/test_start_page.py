"""The first page: what one can do now, where recommendations stand, what comes next, what is new."""

from datetime import date, timedelta

import pytest
from flask import Flask
from furnished import furnished, house, seeded_sqlite
from house import ANONYMOUS, House
from markup import parsed

from portal.core import clock
from portal.home import latest
from portal.home.cards.published import Progress, PublishedFinding

__all__ = ["furnished", "house", "seeded_sqlite"]


def _finding(day: date, *, topic: str, due: date | None = None) -> PublishedFinding:
    return PublishedFinding(
        topic=topic, area="Nord", key="confirmed", label="", voices="", figures="", said="", figures_show="",
        recommendation=f"Rat zu {topic}", next_step=f"Schritt zu {topic}" if due else "", due_on=due,
        published_on=day, moved_on=day, url=f"/befunde/nord/{topic}",
        progress=Progress(label="offen", tone="", icon="clock", is_open=True),
    )  # fmt: skip


def test_the_survey_is_the_first_thing_to_do(house: House) -> None:
    page = parsed(house.get(ANONYMOUS, "/").text)
    hero = next(element for element in page.iter() if element.tag == "section" and element.get("class") == "hero")
    first = next(element for element in hero.iter() if element.tag == "a" and element.get("class") == "button")
    assert (first.get("href") or "").startswith("/befragungen/")
    cards = [element.get("href") for element in page.iter() if element.tag == "a"]
    assert "/bedarfe/neu" in cards
    assert "/registrieren" in cards


def test_dates_come_without_cancelled_events(house: House) -> None:
    page = parsed(house.get(ANONYMOUS, "/").text)
    (dates,) = [element for element in page.iter() if element.get("class") == "dates"]
    words = " ".join(dates.itertext())
    assert "Planungsraumkonferenz Sinsheim" in words
    assert "Rundgang" not in words
    listed = parsed(house.get(ANONYMOUS, "/termine").text)
    coming = next(element for element in listed.iter() if element.get("class") == "dates")
    assert "abgesagt" in " ".join(coming.itertext())


def test_minutes_and_results_are_news(house: House) -> None:
    text = house.get(ANONYMOUS, "/").text
    assert "<strong>Protokoll</strong>" in text
    assert "<strong>Ergebnisse der Befragung</strong>" in text


def test_what_comes_next_stands_open_after_what_was_published(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latest.decisions, "latest", lambda *, limit: [])
    today = clock.today()
    day = today - timedelta(days=20)
    found = [
        _finding(day, topic="alt", due=date(today.year - 1, 1, 1)),
        _finding(today, topic="neu", due=date(today.year + 1, 3, 1)),
        _finding(day, topic="bald", due=date(today.year + 1, 2, 1)),
    ]
    with app.test_request_context():
        entries = latest.recommendations(found)
    assert [entry.open for entry in entries] == [False, False, False, True]
    assert str(entries[0].text) == "Rat zu neu"
    assert str(entries[-1].text) == "Schritt zu bald"

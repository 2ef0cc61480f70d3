"""Short words are looked for at the edges of words; long ones anywhere, as German joins them."""

import pytest
from flask import Flask
from test_lists import look, make

from portal.core.search_words import has_short_word, holds
from portal.core.text import search_key


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("Ältere Menschen", "LTE", False),
        ("Mobilfunk LTE", "LTE", True),
        ("LTE-Abdeckung", "lte", True),
        ("Ältere Menschen", "lte", False),
        ("Alte Menschen", "LTE", False),
        ("ÖPNV-Erreichbarkeit", "ÖPNV", True),
        ("Hallenbad", "Bad", True),
        ("Schulbus", "bus", True),
        ("Robustheit", "Bus", False),
        ("Hausarzt", "Arzt", True),
        ("Tagespflege", "PFLEGE", True),
        ("Grundsicherung (SGB XII)", "SGB II", False),
        ("Grundsicherung (SGB II)", "SGB-II", True),
        ("Bevölkerung ab 65", "65", True),
        ("Bevölkerung 1965", "96", False),
        ("100 % erreicht", "%", True),
    ],
)
def test_where_a_word_is_found(text: str, query: str, found: bool) -> None:
    assert holds(search_key(text), query) is found


def test_a_list_finds_the_same(app: Flask) -> None:
    make("Hilfe für Ältere", "LTE für alle", "Schwimmbad-Verein", "Badminton-Runde", "Urbadener Kreis")
    assert [row.name for row in look(suche="LTE").rows] == ["LTE für alle"]
    assert [row.name for row in look(suche="Bad").rows] == ["Badminton-Runde", "Schwimmbad-Verein"]
    assert [row.name for row in look(suche="lter").rows] == ["Hilfe für Ältere"]
    assert look(suche="LTE").has_short_word
    assert not look(suche="lter").has_short_word


def test_an_empty_list_says_how_short_words_are_found() -> None:
    assert has_short_word("Hilfe IT")
    assert not has_short_word("Hilfe Kita")
    assert not has_short_word("")

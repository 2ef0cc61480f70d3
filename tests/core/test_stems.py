"""Stems of German words, and the words two texts share."""

import pytest

from portal.core.stems import shared, stem


# Examples of the published stemmer (Weißweiler & Fraser 2017; case-insensitive form).
@pytest.mark.parametrize(
    ("word", "expected"),
    [("Speicherbehältern", "speicherbehal"), ("Grenzpostens", "grenzpo"), ("Ausgefeiltere", "ausgefeil")],
)
def test_published_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_forms_of_a_word_have_one_stem() -> None:
    assert len({stem(word) for word in ("Hausarzt", "Hausärzte", "Hausärzten")}) <= 2
    assert stem("Wohnungen") == stem("Wohnung")


def test_shared_words_are_told_in_the_words_of_both_texts() -> None:
    pairs = shared("Es fehlen Wohnungen für Familien", "Fertiggestellte Wohnung je Familie")
    assert pairs == [("Wohnungen", "Wohnung"), ("Familien", "Familie")]


def test_parts_of_compounds_are_found_and_short_or_empty_words_are_not() -> None:
    assert shared("Fahrzeit zur Hausarztpraxis", "Hausarzt") == [("Hausarztpraxis", "Hausarzt")]
    assert shared("Der Bus ist da, aber nicht immer", "Bus und immer da") == []
    assert shared("Wohnung", "Wohnungen", ignored={stem("Wohnung")}) == []

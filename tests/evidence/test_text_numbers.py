"""Numbers in what people wrote lead to a source, or are named."""

from portal.evidence.text_numbers import cited, without_source

KNOWN = {"1.325": "steuern", "25,5": "armut", "25": "weg"}
TEXT = "Am 15.5.2022 waren es 1.325 EUR je Person, 25,5 % und 25 von 100; ohne Walldorf 1.463 EUR, 2023 je 30 Minuten."


def _reference(key: str) -> str:
    return {"steuern": "[3]", "armut": "[7]", "weg": "[9]"}[key]


def test_figures_get_the_number_of_their_source_and_nothing_else_does() -> None:
    assert cited(TEXT, KNOWN, _reference) == (
        "Am 15.5.2022 waren es 1.325 EUR [3] je Person, 25,5 % [7] und 25 von 100 [9]; ohne Walldorf 1.463 EUR, "
        "2023 je 30 Minuten."
    )
    assert cited("11.325 und 125,5 und 25,51", KNOWN, _reference) == "11.325 und 125,5 und 25,51"


def test_numbers_without_a_source_are_named_once_as_they_are_written() -> None:
    assert without_source([TEXT, "Noch einmal 1.463 EUR."], KNOWN) == ["1.463 EUR"]
    assert without_source([TEXT], KNOWN, drafted="Ohne Walldorf 1.463 EUR.") == []
    assert without_source(["Heute sind es 25 Plätze in 3 Orten, seit 2023."], {}) == []

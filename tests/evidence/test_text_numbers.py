"""Numbers in what people wrote lead to a source, or are named."""

from dataclasses import replace

from portal.evidence.rule import SurveyItem
from portal.evidence.text_numbers import Origin, OriginKind, TextNumbers
from portal.evidence.text_sources import TextSource


def _of(key: str) -> frozenset[Origin]:
    return frozenset({Origin(kind=OriginKind.INDICATOR, key=key)})


KNOWN = {"1.325": _of("steuern"), "25,5": _of("armut"), "25": _of("weg")}
FIGURES = TextNumbers(known=KNOWN)
TEXT = "Am 15.5.2022 waren es 1.325 EUR je Person, 25,5 % und 25 von 100; ohne Walldorf 1.463 EUR, 2023 je 30 Minuten."
ITEM = SurveyItem(
    round_id=1, round_slug="runde-1", code="bus", text="Wie kommen Sie ans Ziel?", is_printable=True,
    topics=frozenset(), indicators=(), count=93, n=202, rest_count=0, rest_n=0,
)  # fmt: skip


def _asked(position: int) -> Origin:
    return Origin(kind=OriginKind.SURVEY, number=position)


def _reference(origin: Origin) -> str:
    if origin.kind is OriginKind.INDICATOR:
        return {"steuern": "[3]", "armut": "[7]", "weg": "[9]"}[origin.key]
    return f"[{origin.kind.value} {origin.number}]"


def test_figures_get_the_number_of_their_source_and_nothing_else_does() -> None:
    assert FIGURES.cited(TEXT, _reference) == (
        "Am 15.5.2022 waren es 1.325 EUR [3] je Person, 25,5 % [7] und 25 von 100 [9]; ohne Walldorf 1.463 EUR, "
        "2023 je 30 Minuten."
    )
    assert FIGURES.cited("11.325 und 125,5 und 25,51", _reference) == "11.325 und 125,5 und 25,51"


def test_numbers_without_a_source_are_named_once_as_they_are_written() -> None:
    assert FIGURES.without_source([TEXT, "Noch einmal 1.463 EUR."]) == ["1.463 EUR"]
    nothing = TextNumbers(known={})
    assert nothing.without_source(["Heute sind es 25 Plätze in 3 Orten, seit 2023."]) == []
    assert nothing.without_source(["Es fehlen 250 Plätze, siehe § 136 SGB IX, Nr. 412 und Linie S5 bis D115."]) == [
        "250"
    ]
    assert nothing.without_source(["93 von 202 sagen das, 3 von 5 Orten nicht."]) == ["93 von 202"]


def test_what_people_named_as_a_source_is_marked_where_it_stands_and_comes_first() -> None:
    numbers = replace(
        FIGURES,
        entries=[
            TextSource(words="1.463 EUR", source="Finanzamt"),
            TextSource(words="jede dritte Familie", source="Jugendamt"),
            TextSource(words="25,5", source="Sozialamt"),
        ],
    )
    text = "Ohne Walldorf 1.463 EUR; jede  dritte\nFamilie wartet. 25,5 % und 125,5 %. Noch einmal 1.463 Euro."
    assert numbers.cited(text, _reference) == (
        "Ohne Walldorf 1.463 EUR [text 0]; jede  dritte\nFamilie [text 1] wartet. 25,5 % [text 2] und 125,5 %. "
        "Noch einmal 1.463 [text 0] Euro."
    )
    assert numbers.without_source([text]) == ["125,5 %"]


def test_a_share_of_a_survey_is_known_only_where_people_who_were_asked_are_meant() -> None:
    numbers = TextNumbers(
        known={"46": frozenset({_asked(0)}), "93": frozenset({_asked(0)}), "25": _of("weg") | {_asked(0)}},
        items=[ITEM],
    )
    assert numbers.cited("46 % der Befragten (93 von 202 Antworten).", _reference) == (
        "46 % [survey 0] der Befragten (93 von 202 [survey 0] Antworten)."
    )
    assert numbers.without_source(["46 % der Haushalte haben keinen Anschluss."]) == ["46 %"]
    assert numbers.cited("25 % der Wege. In der Umfrage 25 %.", _reference) == (
        "25 % [9] der Wege. In der Umfrage 25 % [survey 0]."
    )


def test_of_two_questions_with_the_same_share_the_one_that_is_quoted_is_meant() -> None:
    other = replace(ITEM, code="arzt", text="Finden Sie einen Arzt?")
    numbers = TextNumbers(known={"46": frozenset({_asked(0), _asked(1)})}, items=[ITEM, other])
    assert numbers.without_source(["46 % der Befragten."]) == ["46 %"]
    text = "46 % der Befragten nennen es. Gefragt war: „Finden Sie einen Arzt?“\nEin Satz."
    assert numbers.cited(text, _reference).startswith("46 % [survey 1] der Befragten")


def test_a_number_of_today_comes_before_one_of_an_earlier_delivery_and_both_before_an_internal_one() -> None:
    former, internal = (Origin(kind=kind, key="k") for kind in (OriginKind.FORMER, OriginKind.INTERNAL))
    numbers = replace(
        FIGURES,
        former={"1.288": former, "25,5": former},
        internal={"12,5": internal, "1.288": internal, "1.325": internal},
    )
    text = "1.325 EUR, früher 1.288 EUR; 12,5 % und 25,5 %."
    assert numbers.of_kind([text], OriginKind.FORMER) == {"1.288 EUR": former}
    assert numbers.of_kind([text], OriginKind.INTERNAL) == {"12,5 %": internal}
    assert numbers.without_source([text]) == []
    cited = numbers.cited(text, lambda _origin: "[1]", withheld="[weg]")
    assert cited == "1.325 EUR [1], früher 1.288 EUR [1]; [weg] und 25,5 % [1]."
    assert "12,5 % [1]" in numbers.cited(text, lambda _origin: "[1]")
    named = replace(numbers, entries=[TextSource(words="12,5 %", source="Amt")])
    assert named.of_kind([text], OriginKind.INTERNAL) == {}

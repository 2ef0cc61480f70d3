"""Numbers in what people wrote lead to a source, or are named."""

from dataclasses import replace

from flask import Flask

from portal.core.actor import ANONYMOUS
from portal.evidence import queries, words
from portal.evidence.rules.rule import SurveyItem
from portal.evidence.texts import measures
from portal.evidence.texts.numbers import Origin, OriginKind, TextNumbers, text_numbers
from portal.evidence.texts.sources import TextSource
from portal.evidence.versions.evidence import VersionFigures
from portal.indicators import queries as indicators
from portal.indicators.catalogue import reference_queries


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
    assert FIGURES.without_source([TEXT, "Noch einmal 1.463 EUR."]) == ["1.463 EUR", "30 Minuten"]
    nothing = TextNumbers(known={})
    assert nothing.without_source(["Heute sind es 25 Plätze in 3 Orten, seit 2023."]) == ["25 Plätze", "3 Orten"]
    assert nothing.without_source(["Es fehlen 250 Plätze, siehe § 136 SGB IX, Nr. 412 und Linie S5 bis D115."]) == [
        "250 Plätze"
    ]
    assert nothing.without_source(["93 von 202 sagen das, 3 von 5 Orten nicht."]) == ["93 von 202", "3 von 5"]


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
        "Noch einmal 1.463 Euro [text 0]."
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
        former={"1.288": frozenset({former}), "25,5": frozenset({former})},
        internal={digits: frozenset({internal}) for digits in ("12,5", "1.288", "1.325")},
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


def _measured(key: str, measure: str) -> Origin:
    return Origin(kind=OriginKind.INDICATOR, key=key, measure=measure)


def test_a_number_of_another_unit_has_no_source() -> None:
    numbers = TextNumbers(
        known={
            "14,5": frozenset({_measured("weg", measures.SHARE)}),
            "3,5": frozenset({_measured("weg", measures.measure_of("Min."))}),
            "1.325": frozenset({_measured("steuern", measures.measure_of("€ je Person"))}),
            "8,5": frozenset({_measured("einkommen", measures.measure_of("Tsd. €"))}),
        }
    )
    foreign = ["14,5 €", "14,5 EUR", "14,5 Euro", "14,5 km", "14,5 Minuten", "14,5 Hektar", "14,5 Plätze",
               "3,5 Hektar", "3,5 km", "3,5 %", "3,5 von 100", "3,5 Stunden", "1.325 Personen", "1.325 Mio. EUR",
               "1.325 von 2.000", "8,5 EUR", "8,5 Mio. EUR", "8,5 je 1.000"]  # fmt: skip
    for written in foreign:
        assert numbers.without_source([f"Es sind {written}."]) == [written]
        assert numbers.cited(f"Es sind {written}.", _always) == f"Es sind {written}."
    own = ["14,5 %", "14,5 Prozent", "14,5 von 100", "3,5 Minuten", "3,5 Min.", "1.325 €", "1.325 EUR", "1.325 Euro",
           "8,5 Tsd. €", "8,5 Tausend Euro"]  # fmt: skip
    for written in own:
        assert numbers.without_source([f"Es sind {written} hier."]) == []
        assert numbers.cited(f"Es sind {written} hier.", _always) == f"Es sind {written} [1] hier."
    # The first number of a span is of the unit of the second.
    assert numbers.without_source(["Von 3,5 bis 14,5 Minuten."]) == ["14,5 Minuten"]
    assert numbers.without_source(["Von 14,5 bis 3,5 Minuten."]) == ["14,5"]


def _always(_origin: Origin) -> str:
    return "[1]"


def test_a_number_without_a_unit_is_of_the_indicator_that_its_sentence_names() -> None:
    found = frozenset({_measured("bad", measures.SHARE), _measured("markt", measures.measure_of("Min."))})
    numbers = TextNumbers(
        known={"4,9": found}, names={"bad": "Pkw-Fahrzeit zum Hallenbad", "markt": "Pkw-Fahrzeit zum Supermarkt"}
    )
    assert numbers.cited("Zum Supermarkt 4,9. Zum Hallenbad 4,9.", lambda origin: f"[{origin.key}]") == (
        "Zum Supermarkt 4,9 [markt]. Zum Hallenbad 4,9 [bad]."
    )
    assert numbers.without_source(["Die Fahrzeit ist 4,9."]) == ["4,9"]
    assert TextNumbers(known={"4,9": frozenset({_measured("bad", measures.SHARE)})}).without_source(["Nur 4,9."]) == []


def test_everything_counted_or_measured_is_asked_for() -> None:
    nothing = TextNumbers(known={})
    asked = ["40 Kinder", "12 Minuten", "50 Mbit/s", "3 Hektar", "7 km", "2 neue Plätze", "9 Fachkräfte", "5 %",
             "2 Mio. Euro", "8 von 12", "1 Stunde", "150", "2.500 Personen"]  # fmt: skip
    for written in asked:
        assert nothing.without_source([f"Es sind {written}, sagt das Amt."]) == [written]
    left = ["am 3. Dezember", "am 3. März 2025", "seit 2023", "im Jahr 2023 Menschen", "in 14 Tagen", "drei Jahre",
            "nach 6 Monaten", "bis 18 Uhr", "um 18.30 Uhr", "um 18:30 Uhr", "der 3. Platz", "unter 3 Jahren",
            "6- bis 10-Jährige", "Kinder von 3 bis unter 6 Jahren", "ab 65 Jahren", "Nr. 12 Absatz", "Punkt 3 Satz",
            "§ 8 Absatz 2 Satz", "Linie 5 Richtung", "Seite 7 Tabelle", "Klasse 5 Gymnasium", "Fassung 2 Befund",
            "S5", "D115", "3-Zimmer-Wohnung", "1) Erstens", "Runde 1 Herbst"]  # fmt: skip
    for written in left:
        assert nothing.without_source([f"Es ist {written}, sagt das Amt."]) == []


def test_every_number_that_the_portal_drafts_has_a_source(seeded_app: Flask) -> None:
    with seeded_app.test_request_context():
        figures, found = indicators.county_figures(ANONYMOUS), queries.matrix(ANONYMOUS, queries.period())
        compared = reference_queries.present()
        drafted = 0
        for (area_id, topic), proposal in found.proposals.items():
            texts = [words.said(proposal), words.shown(proposal, figures, area_id)]
            basis = VersionFigures(now=figures)
            numbers = text_numbers(texts, proposal, basis, area_id, topic=topic, compared=compared)
            assert numbers.without_source(texts) == [], (topic, texts)
            drafted += sum(1 for text in texts for _one in measures.numbers(text))
    assert drafted > 200

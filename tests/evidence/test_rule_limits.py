"""Single clauses of rule 1 at their edges."""

from datetime import date, timedelta

import pytest

from portal.evidence.models import Assessment, VoicesAxis
from portal.evidence.rules import freezing
from portal.evidence.rules.rule import (
    Certainty,
    HeldEvent,
    IndicatorSignal,
    Proposal,
    Speaker,
    SurveyItem,
    Thresholds,
    Voice,
    VoiceKind,
    propose,
)
from portal.indicators.signals import FiguresSignal, SignalReason

TOPIC = "health"
TODAY = date(2026, 12, 3)
TOWN = Speaker(id=1, name="Rathaus", is_municipal=True)
CARITAS = Speaker(id=2, name="Haus A", is_municipal=False, umbrella="caritas")
OTHER_CARITAS = Speaker(id=3, name="Haus B", is_municipal=False, umbrella="caritas")
CLUB = Speaker(id=4, name="Verein", is_municipal=False)


def said(*speakers: Speaker, indicators: tuple[str, ...] = ()) -> Voice:
    return Voice(kind=VoiceKind.STATEMENT, id=1, topics=frozenset({TOPIC}), speakers=speakers, indicators=indicators)


def item(count: int, n: int, *, rest: tuple[int, int] = (0, 0), can_clear: bool = True) -> SurveyItem:
    return SurveyItem(
        round_id=1, round_slug="runde", code="frage", topics=frozenset({TOPIC}), indicators=(), count=count, n=n,
        rest_count=rest[0], rest_n=rest[1], can_clear=can_clear,
    )  # fmt: skip


def event(present: int, required: int = 8) -> HeldEvent:
    return HeldEvent(id=1, topics=frozenset({TOPIC}), groups_present=present, groups_required=required)


def figure(key: str, signal: FiguresSignal, *, lead: bool = True, group: str | None = None) -> IndicatorSignal:
    return IndicatorSignal(
        key=key, topic=TOPIC, is_lead=lead, group=group, signal=signal, reasons=(SignalReason.NO_VALUES,),
        is_counted=True, coverage=1.0, valid_until=TODAY + timedelta(days=1000),
    )  # fmt: skip


def proposed(
    *,
    items: tuple[SurveyItem, ...] = (),
    voices: tuple[Voice, ...] = (),
    events: tuple[HeldEvent, ...] = (),
    figures: tuple[IndicatorSignal, ...] = (),
    limits: Thresholds | None = None,
) -> Proposal:
    return propose(
        TOPIC, items=items, statements=voices, events=events, signals={one.key: one for one in figures},
        limits=limits or Thresholds(), today=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("voices", "axis"),
    [
        ((said(TOWN),), VoicesAxis.NAMED),
        ((said(CARITAS),), VoicesAxis.NOT_ASKED_ENOUGH),
        ((said(CARITAS, OTHER_CARITAS),), VoicesAxis.NOT_ASKED_ENOUGH),
        ((said(CARITAS), said(OTHER_CARITAS)), VoicesAxis.NOT_ASKED_ENOUGH),
        ((said(CARITAS), said(CLUB)), VoicesAxis.NAMED),
        ((said(CLUB), said(CLUB)), VoicesAxis.NOT_ASKED_ENOUGH),
        ((), VoicesAxis.NOT_ASKED_ENOUGH),
    ],
)
def test_one_municipality_or_two_independent_organisations_name_a_topic(
    voices: tuple[Voice, ...], axis: VoicesAxis
) -> None:
    assert proposed(voices=voices).voices.axis is axis


def test_a_municipality_never_counts_as_one_of_the_two() -> None:
    found = proposed(voices=(said(TOWN), said(CLUB)), limits=Thresholds(municipalities=2)).voices
    assert (found.axis, found.municipalities, found.independent) == (VoicesAxis.NOT_ASKED_ENOUGH, 1, 1)


@pytest.mark.parametrize(
    ("one", "axis"),
    [
        (item(9, 9), VoicesAxis.NOT_ASKED_ENOUGH),  # fewer than ten answers say nothing
        (item(6, 10), VoicesAxis.NAMED),  # lower limit 0.31
        (item(26, 90, rest=(46, 372)), VoicesAxis.NAMED),  # below 25 %, but more than elsewhere
        (item(26, 90, rest=(100, 372)), VoicesAxis.ASKED_NOT_NAMED),
        (item(2, 29), VoicesAxis.NOT_ASKED_ENOUGH),
        (item(2, 30), VoicesAxis.ASKED_NOT_NAMED),
        (item(2, 30, can_clear=False), VoicesAxis.NOT_ASKED_ENOUGH),
        (item(0, 30), VoicesAxis.ASKED_NOT_NAMED),
    ],
)
def test_what_a_survey_says(one: SurveyItem, axis: VoicesAxis) -> None:
    assert proposed(items=(one,)).voices.axis is axis


@pytest.mark.parametrize(("present", "axis"), [(3, VoicesAxis.NOT_ASKED_ENOUGH), (4, VoicesAxis.ASKED_NOT_NAMED)])
def test_half_of_the_groups_is_enough_to_have_asked(present: int, axis: VoicesAxis) -> None:
    assert proposed(events=(event(present),)).voices.axis is axis


def test_other_topics_are_passed_over() -> None:
    other = Voice(kind=VoiceKind.STATEMENT, id=9, topics=frozenset({"sport"}), speakers=(TOWN,), indicators=("bad",))
    assert proposed(voices=(other,)).voices.statements == ()


def test_a_linked_indicator_without_a_value_is_not_replaced() -> None:
    linked = figure("bus", FiguresSignal.NONE, lead=False)
    lead = figure("netz", FiguresSignal.CONSPICUOUS)
    found = proposed(voices=(said(TOWN, indicators=("bus",)),), figures=(lead, linked))
    assert [one.key for one in found.figures.used] == ["bus"]
    assert [one.key for one in found.figures.side_notes] == ["netz"]
    assert found.assessment is Assessment.NO_DATA


def test_voices_that_link_nothing_are_held_against_the_lead_indicators() -> None:
    found = proposed(voices=(said(TOWN),), figures=(figure("netz", FiguresSignal.CONSPICUOUS),))
    assert found.assessment is Assessment.CONFIRMED
    assert not found.figures.are_linked


def test_voices_that_did_not_name_the_topic_do_not_choose_its_indicator() -> None:
    linked = figure("bus", FiguresSignal.CONSPICUOUS, lead=False)
    lead = figure("netz", FiguresSignal.NOT_CONSPICUOUS)
    found = proposed(voices=(said(CLUB, indicators=("bus",)),), figures=(lead, linked))
    assert [one.key for one in found.figures.used] == ["netz"]


def test_lead_indicators_of_one_group_count_once() -> None:
    first, second = (figure(key, FiguresSignal.NOT_CONSPICUOUS, group="baeder") for key in ("halle", "frei"))
    assert [one.key for one in proposed(figures=(first, second)).figures.used] == ["halle"]


def test_the_strongest_signal_decides() -> None:
    found = proposed(figures=(figure("a", FiguresSignal.NOT_MEANINGFUL), figure("b", FiguresSignal.NOT_CONSPICUOUS)))
    assert found.figures.signal is FiguresSignal.NOT_CONSPICUOUS
    assert found.figures.certainty is Certainty.HIGH


def test_certainty_grows_with_the_ways_a_topic_was_named() -> None:
    assert proposed(voices=(said(TOWN),)).voices.certainty is Certainty.LOW
    assert proposed(voices=(said(TOWN, CARITAS, CLUB),)).voices.certainty is Certainty.HIGH
    assert proposed().voices.certainty is Certainty.NONE


def test_a_kept_proposal_knows_whether_the_rule_has_changed_its_mind() -> None:
    before = proposed(voices=(said(CLUB),))
    kept = freezing.frozen(before, Thresholds())
    assert not freezing.has_changed(kept, before)
    assert freezing.has_changed(kept, proposed(voices=(said(TOWN),)))

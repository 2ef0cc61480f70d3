"""Rule 1 compares with the county, or with the reference value that planners chose beforehand, and says with which."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor
from test_leads import actor

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.evidence import queries, words
from portal.evidence.leads import effects as lead_effects
from portal.evidence.parameters import thresholds
from portal.evidence.rules import freezing
from portal.indicators import queries as indicators
from portal.indicators import words as figure_words
from portal.indicators.catalogue import lead_rules, references
from portal.indicators.catalogue.lead_rules import LeadRule
from portal.indicators.catalogue.reference_models import ReferenceDirection, ReferenceKind
from portal.indicators.catalogue.references import Written
from portal.indicators.figures import IndicatorFigures
from portal.indicators.models import ComparedWith, Indicator
from portal.indicators.signals import FiguresSignal, SignalReason

__all__ = ["visitor"]
KEY = "breitband50"  # judges mobility in Sinsheim; high values are favourable


def row(key: str = KEY) -> Indicator:
    return db.session.scalars(select(Indicator).where(Indicator.key == key)).one()


def enter(value: float, kind: ReferenceKind = ReferenceKind.LAND, key: str = KEY) -> None:
    written = Written(
        kind=kind, direction=ReferenceDirection.COMPARE, value=value, refers_on=date(2025, 6, 30),
        valid_from=date(2026, 1, 1), valid_to=None, source="Probe, frei erfunden",
    )  # fmt: skip
    with transaction():
        references.add(row(key), written, actor=SYSTEM)


def choose(kind: ComparedWith, key: str = KEY, **numbers: object) -> None:
    wanted = replace(lead_rules.rule_of(row(key)), compared_with=kind, **numbers)  # type: ignore[arg-type]
    with transaction():
        lead_rules.change({key: wanted}, editions={key: row(key).edition}, reason="Beschluss", actor=actor())


def figure(key: str = KEY) -> IndicatorFigures:
    return indicators.county_figures(SYSTEM).indicators[key]


def sinsheim() -> int:
    composition = indicators.county_figures(SYSTEM).composition
    return next(area.id for area in composition.planning_areas if area.slug == "sinsheim")


def test_nothing_but_the_chosen_reference_moves_the_signal(seeded_app: Flask) -> None:
    before = queries.matrix(SYSTEM, queries.period()).proposals
    value = figure().areas[sinsheim()].value.value
    assert value is not None
    enter(value)
    assert queries.matrix(SYSTEM, queries.period()).proposals == before, "entering one decides nothing"
    choose(ComparedWith.LAND, min_difference=1.0)
    same = figure().areas[sinsheim()].signal
    assert (same.difference, SignalReason.DIFFERENCE in same.reasons) == (0, False)
    assert same.reference is not None
    enter(value + 2)
    worse = figure().areas[sinsheim()].signal
    assert worse.signal is FiguresSignal.CONSPICUOUS
    assert worse.difference == pytest.approx(-2)
    assert SignalReason.DIFFERENCE in worse.reasons
    assert "Abweichung vom Bezugswert" in [str(one) for one in worse.labels], "the latest one entered counts"


def test_the_finding_says_what_was_compared(seeded_app: Flask) -> None:
    enter(99.0)
    choose(ComparedWith.LAND)
    found = figure()
    said = words.indicator_sentence(found, sinsheim()).replace("\xa0", " ")
    assert "Verglichen mit: Wert des Landes 99,0 % (Stand 30.06.2025)." in said
    rules = [f"{title} {text}".replace("\xa0", " ") for _met, title, text in words.indicator_rules(found, sinsheim())]
    assert any("Abstand zum Bezugswert:" in one and "Wert des Landes 99,0 %" in one for one in rules)
    proposal = queries.matrix(SYSTEM, queries.period()).proposal(sinsheim(), "mobility_infrastructure")
    kept = freezing.frozen(proposal, thresholds())["numbers"][KEY]
    assert (kept["compared_with"], kept["reference"]) == ("land", 99.0)
    assert any("Wert des Landes 99,0" in one.replace("\xa0", " ") for one in figure_words.rule(found.indicator))


def test_without_a_value_that_holds_nothing_is_judged(seeded_app: Flask) -> None:
    with pytest.raises(Refusal, match="gilt kein Bezugswert dieser Art"):
        choose(ComparedWith.TARGET)
    enter(99.0)
    choose(ComparedWith.LAND)
    with pytest.raises(Refusal, match="vergleicht diese Kennzahl mit ihm"), transaction():
        references.end(row(), 1, reason="alt", actor=SYSTEM)
    enter(98.0)
    with transaction():
        references.end(row(), 1, reason="alt", actor=SYSTEM)
    with transaction():
        indicator = row()
        indicator.compared_with = ComparedWith.LEGAL  # as after the last day of a value that ran out
    with transaction():
        references.end(row(), 2, reason="bumps the version", actor=SYSTEM)
    signal = figure().areas[sinsheim()].signal
    assert (signal.signal, signal.reasons) == (FiguresSignal.NOT_MEANINGFUL, (SignalReason.NO_REFERENCE,))


def test_counts_are_held_against_the_interval_of_the_value(seeded_app: Flask) -> None:
    key = "frauenanteil"
    with transaction():
        row(key).polarity = type(row(key).polarity)("high_favourable")
    place = figure(key).chance.areas[sinsheim()]  # type: ignore[union-attr]
    enter(place.interval.upper + 0.01, key=key)
    choose(ComparedWith.LAND, key, min_difference=0.001, min_difference_kind=lead_rules.DifferenceKind.ABSOLUTE)
    assert SignalReason.DIFFERENCE in figure(key).areas[sinsheim()].signal.reasons
    enter(place.interval.upper - 0.01, key=key)
    assert figure(key).areas[sinsheim()].signal.reasons == (SignalReason.WITHIN_CHANCE,)


def test_the_effect_is_shown_before_it_is_saved_and_the_change_is_numbered(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    key = "steuereinnahmekraft"
    enter(100_000.0, key=key)  # far above every area: all of them are unfavourable beside it
    wanted: dict[str, LeadRule] = {key: replace(lead_rules.rule_of(row(key)), compared_with=ComparedWith.LAND)}
    before = queries.matrix(SYSTEM, queries.period()).proposals
    shown = lead_effects.effects(wanted, queries.period(), actor=actor())
    assert {one.topic.key for one in shown.cells} == {"economy"}
    assert queries.matrix(SYSTEM, queries.period()).proposals == before
    assert row(key).compared_with is ComparedWith.COUNTY
    planner = visitor("planner")
    assert "Verglichen wird mit" in planner.get("/leitkennzahlen/economy").text
    choose(ComparedWith.LAND, key)
    after = queries.matrix(SYSTEM, queries.period())
    for one in shown.cells:
        assert after.proposal(one.area.id, one.topic.key).assessment is one.after.assessment
    page = planner.get(f"/kennzahlenregister/{key}").text
    assert "Wert des Landkreises → Wert des Landes" in page
    assert "Wert des Landes" in planner.get("/leitkennzahlen").text

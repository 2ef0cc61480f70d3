"""All 85 cells of the expected matrix from the shipped files, by the pure rule alone, without a database.

Figures come from `figures_check.csv`, survey counts from `survey_check.csv`, statements, minutes and events from
the story. The same table is reproduced from the seeded database in `test_matrix_database.py`.
"""

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from expected import ExpectedCell, expected_cells, told

from portal.config import SEEDS
from portal.evidence.rules.rule import (
    HeldEvent,
    IndicatorSignal,
    Speaker,
    SurveyItem,
    Thresholds,
    Voice,
    VoiceKind,
    propose,
)
from portal.indicators.signals import FiguresSignal, SignalReason

TESTS = Path(__file__).parent.parent
TODAY = date(2026, 11, 21)
SIGNALS = {
    "unguenstig_auffaellig": FiguresSignal.CONSPICUOUS,
    "nicht_auffaellig": FiguresSignal.NOT_CONSPICUOUS,
    "nicht_aussagekraeftig": FiguresSignal.NOT_MEANINGFUL,
    "keine": FiguresSignal.NONE,
}
REASONS = {
    "keine_werte": SignalReason.NO_VALUES,
    "nur_kreiswert": SignalReason.COUNTY_ONLY,
    "klasse_und_nur_kreiswert": SignalReason.CLASS_ONLY,
    "richtung_nicht_eindeutig": SignalReason.AMBIGUOUS,
}


@cache
def story(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((SEEDS / "demo" / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def speakers() -> Mapping[str, Speaker]:
    found = {}
    for number, entry in enumerate(story("organisations")["organisations"]):
        if entry["kind"] != "county_department":
            found[entry["key"]] = Speaker(
                id=number,
                name=entry["name"],
                is_municipal=entry["kind"] in {"municipality", "municipal_association"},
                umbrella=entry.get("umbrella"),
            )
    return found


@cache
def signals(area: str) -> Mapping[str, IndicatorSignal]:
    groups = {entry["key"]: entry["correlation_group"] for entry in story("indicators")["indicators"]}
    return {
        row["indicator_key"]: IndicatorSignal(
            key=row["indicator_key"],
            topic=row["topic"],
            is_lead=row["lead"] == "ja",
            group=groups[row["indicator_key"]],
            signal=SIGNALS[row["figures_signal"]],
            reasons=(REASONS.get(row["reason"], SignalReason.DIFFERENCE),),
        )
        for row in rows(TESTS / "indicators" / "figures_check.csv")
        if row["area_key"] == area
    }


@cache
def survey_links() -> Mapping[str, tuple[tuple[str, ...], bool]]:
    """Item → linked indicators, and whether it can clear a topic."""
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    for page in story("survey")["pages"]:
        for question in page["questions"]:
            found[question["code"]] = (tuple(question.get("indicators") or ()), True)
            if question["kind"] == "multiple":
                for answer in question["answers"]:
                    code = f"{question['code']}.{answer['code']}"
                    found[code] = (tuple(answer.get("indicators") or ()), question.get("max_choices") is None)
    return found


@cache
def items(area: str) -> list[SurveyItem]:
    return [
        SurveyItem(
            round_id=1,
            round_slug="runde-1",
            code=row["item"],
            topics=frozenset({row["topic"]}),
            indicators=survey_links()[row["item"]][0],
            count=int(row["problem_count"]),
            n=int(row["valid_n"]),
            rest_count=int(row["rest_count"]),
            rest_n=int(row["rest_n"]),
            can_clear=survey_links()[row["item"]][1],
        )
        for row in rows(TESTS / "surveys" / "survey_check.csv")
        if row["area_key"] == area
    ]


@cache
def statements(area: str) -> list[Voice]:
    found = []
    for number, need in enumerate(story("needs")["needs"]):
        senders = [need["organisation"], *(one["organisation"] for one in need.get("supported_by") or ())]
        if need["kind"] == "need" and need["state"] != "draft" and area in need["areas"]:
            found.append(
                Voice(
                    kind=VoiceKind.STATEMENT,
                    id=number,
                    topics=frozenset(need["topics"]),
                    speakers=tuple(speakers()[key] for key in senders if key in speakers()),
                    indicators=tuple(need["indicators"]),
                )
            )
    places = {event["key"]: event["areas"] for event in story("events")["events"]}
    number = 0
    for minutes in story("minutes")["minutes"]:
        for entry in minutes["entries"]:
            number += 1
            if entry["kind"] == "need" and minutes["state"] == "released" and area in places[minutes["event"]]:
                found.append(
                    Voice(
                        kind=VoiceKind.MINUTES_ENTRY,
                        id=number,
                        topics=frozenset(entry["topics"]),
                        speakers=tuple(speakers()[key] for key in entry["raised_by"] if key in speakers()),
                        indicators=tuple(entry["indicators"]),
                    )
                )
    return found


def _group(key: str) -> str:
    entry = next(one for one in story("organisations")["organisations"] if one["key"] == key)
    kind = entry.get("group") or entry["kind"]
    return "municipality" if kind == "municipal_association" else str(kind)


@cache
def events(area: str) -> list[HeldEvent]:
    required = set(story("events")["required_groups"])
    found = []
    for number, event in enumerate(story("events")["events"]):
        if event["state"] == "held" and area in event["areas"]:
            there = {_group(one["organisation"]) for one in event["invitees"] if one["attended"] in {"yes", "deputy"}}
            found.append(
                HeldEvent(
                    id=number,
                    topics=frozenset(topic for item in event["agenda"] for topic in item["topics"]),
                    groups_present=len(there & required),
                    groups_required=len(required),
                )
            )
    return found


@cache
def names() -> tuple[dict[tuple[str, int], str], dict[int, str]]:
    stated = {("statement", number): need["key"] for number, need in enumerate(story("needs")["needs"])}
    entries = [entry["key"] for minutes in story("minutes")["minutes"] for entry in minutes["entries"]]
    stated |= {("minutes_entry", number): key for number, key in enumerate(entries, start=1)}
    return stated, {number: event["key"] for number, event in enumerate(story("events")["events"])}


@pytest.mark.parametrize("cell", expected_cells(), ids=lambda cell: f"{cell.area}-{cell.topic}")
def test_cell(cell: ExpectedCell) -> None:
    found = propose(
        cell.topic,
        items=items(cell.area),
        statements=statements(cell.area),
        events=events(cell.area),
        signals=signals(cell.area),
        limits=Thresholds(),
        today=TODAY,
    )
    stated, held = names()
    assert told(cell.area, cell.topic, found, statements=stated, events=held) == cell


def test_the_table_is_complete() -> None:
    assert len(expected_cells()) == 85

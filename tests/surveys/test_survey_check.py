"""The story's survey against its reference: every number of `survey_check.csv`, out of the database."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from seeded import seeded_app, seeded_sqlite
from sqlalchemy import event, select
from survey_samples import NOW, fill_pool

from portal.areas import queries as areas
from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.seed_files import read_document
from portal.core.transaction import transaction
from portal.demo.surveys_story import _sheets
from portal.surveys import opening, queries, services, spool
from portal.surveys.counting import SurveyItem
from portal.surveys.models import RoundState, SealedAnswer, SurveyResponse, SurveyRound
from tests.surveys import survey_samples

__all__ = ["seeded_app", "seeded_sqlite"]
REFERENCE = Path(__file__).with_name("survey_check.csv")


def as_row(item: SurveyItem) -> dict[str, str]:
    def four(value: float | None) -> str:
        assert value is not None
        return f"{value:.4f}"

    return {
        "area_key": item.area_slug,
        "item": item.item,
        "topic": ", ".join(item.topics),
        "problem_count": str(item.problem_count),
        "valid_n": str(item.valid_n),
        "share": four(item.share),
        "wilson_lower": four(item.wilson_lower),
        "wilson_upper": four(item.wilson_upper),
        "rest_count": str(item.rest_count),
        "rest_n": str(item.rest_n),
        "difference_to_rest": four(item.difference),
        "newcombe_lower": four(item.newcombe_lower),
        "named": "ja" if item.named else "nein",
        "named_by": item.named_by or "",
        "counts_as_asked": "ja" if item.counts_as_asked else "nein",
    }


def test_every_item_is_as_the_reference_says(seeded_app: Flask) -> None:
    with REFERENCE.open(encoding="utf-8", newline="") as stream:
        expected = {(row["area_key"], row["item"]): row for row in csv.DictReader(stream)}
    found = {(item.area_slug, item.item): as_row(item) for item in queries.items()}
    assert len(expected) == 145
    assert found == expected


def test_items_are_read_with_a_fixed_number_of_queries_and_kept(seeded_app: Flask) -> None:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        first = queries.items()
        cold = len([one for one in statements if one.startswith("SELECT")])
        statements.clear()
        assert queries.items() == first
        warm = len([one for one in statements if one.startswith("SELECT")])
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert (cold, warm) == (5, 1)


def test_the_second_round_is_open_and_empty(seeded_app: Flask) -> None:
    rounds = {one.key: one for one in db.session.scalars(select(SurveyRound))}
    first, second = rounds["runde_1"], rounds["runde_2"]
    assert (first.state, second.state) == (RoundState.CLOSED, RoundState.OPEN)
    assert second.slug == "leben-im-planungsraum"
    assert db.session.scalars(select(SealedAnswer.id)).all() == []
    assert set(db.session.scalars(select(SurveyResponse.round_id))) == {first.id}
    assert spool.kept_names() == [second.public_id]
    counted = queries.counted_round(first)
    assert counted is not None
    slugs = {area_id: slug for area_id, slug, _name in counted.areas}
    assert {slugs[area or 0]: count for area, count in counted.tally.sheets.items()} == {
        "weinheim": 96, "wiesloch-leimen": 88, "schwetzingen-hockenheim": 72, "sinsheim": 208,
        "neckargemuend-eberbach": 44,
    }  # fmt: skip


def test_generated_sheets_keep_the_rules_of_their_questions() -> None:
    survey = survey_samples.read_survey()
    answers = read_document(SEEDS / "demo" / "answers.yaml")
    entry = answers.entry("areas").entry("sinsheim")
    sheets = _sheets(8226, "sinsheim", survey, entry)
    assert sheets == _sheets(8226, "sinsheim", survey, entry)
    first = Counter(code for sheet in sheets for code in sheet.get("zuerst_verbessern", []))
    assert first["bus_bahn"] == 93
    for sheet in sheets:
        chosen = sheet.get("zuerst_verbessern", [])
        assert len(chosen) <= 3
        assert len(chosen) == 1 or not {"nichts", "keine_angabe"} & set(chosen)
        assert "ohne_antwort" not in str(sheet)


def test_rounds_are_never_added_up_and_areas_are_those_of_the_last_day(
    make_round: Callable[..., SurveyRound],
) -> None:
    for slug, count in (("erste", 12), ("zweite", 15)):
        one = make_round(slug)
        fill_pool(one, count, wohnort="08226085", bus_bahn="sehr_schlecht")
        with transaction():
            services.close_round(one, actor=SYSTEM)
        with transaction():
            opening.open_rest(one, actor=SYSTEM)
    db.session.rollback()
    items = [item for item in queries.items() if item.item == "bus_bahn"]
    assert [(item.round_slug, item.area_slug, item.valid_n) for item in items] == [
        ("erste", "nord", 0), ("erste", "sued", 12), ("zweite", "nord", 0), ("zweite", "sued", 15),
    ]  # fmt: skip
    empty, full = items[:2]
    assert (empty.share, empty.difference, empty.named, empty.counts_as_asked) == (None, None, False, False)
    assert (full.share, full.difference, full.named) == (1.0, None, True)
    assert not full.counts_as_asked
    with clock.frozen(NOW + timedelta(days=90)):
        assert [item.valid_n for item in queries.items() if item.item == "bus_bahn"] == [0, 12, 0, 15]
    period = items[0].period_id
    assert len(queries.items(period_id=period)) == len(queries.items())
    assert queries.items(period_id=period + 1) == []
    assert areas.planning_areas()

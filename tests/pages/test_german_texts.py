"""What people wrote in German is marked as German wherever an English page shows it (WCAG 3.1.2)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import access_table
import pytest
from house import VISITORS, House
from markup import parsed
from sqlalchemy import select

from portal.conferences.models import AgendaItem, Conference, ConferenceChange
from portal.core.database import db
from portal.evidence.models import (
    Finding,
    FindingDecision,
    FindingDissent,
    FindingHearing,
    FindingStep,
    FindingVersion,
    FormerStatement,
    IndicatorLink,
)
from portal.minutes.models import MinutesEntry, MinutesStep, MinutesVersion
from portal.needs.models import NeedsStatement, StatementAnswer, StatementNumber, StatementStep, StatementSupport
from portal.outbox.models import OutboxMessage
from portal.surveys.models import SurveyVersion

PAGES = [row for row in access_table.rows() if row.method == "GET"]
_WRITTEN = (
    (NeedsStatement, ("title", "reason", "measure_note", "effect_note")),
    (StatementAnswer, ("text",)),
    (StatementNumber, ("text",)),
    (StatementStep, ("note",)),
    (StatementSupport, ("reason",)),
    (Conference, ("title", "description", "access_information", "costs", "cancelled_reason")),
    (ConferenceChange, ("reason",)),
    (AgendaItem, ("title",)),
    (MinutesVersion, ("correction_reason", "returned_reason")),
    (MinutesStep, ("reason",)),
    (MinutesEntry, ("text",)),
    (Finding, ("reopened_reason",)),
    (FindingVersion, ("said", "figures_show", "reason", "resources", "recommendation", "next_step")),
    (FindingDissent, ("text",)),
    (FindingHearing, ("statement",)),
    (FindingDecision, ("text",)),
    (FindingStep, ("reason",)),
    (FormerStatement, ("text",)),
    (IndicatorLink, ("reason",)),
    (OutboxMessage, ("subject",)),
)
# Titles of documents cannot be marked; fields and lists of choices are read as they were typed, code as it is.
_UNMARKABLE = {"title", "script", "style", "textarea", "option", "code"}


def _normal(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def written(house: House) -> frozenset[str]:
    """Every line that somebody wrote in the demonstration, long enough not to be found by chance."""
    found: set[str] = set()
    with house.app.app_context():
        for model, columns in _WRITTEN:
            for column in columns:
                for text in db.session.scalars(select(getattr(model, column)).distinct()):
                    found.update(map(_normal, (text or "").splitlines()))
        for definition in db.session.scalars(select(SurveyVersion.definition)):
            found.add(definition["title"]["de"])
        db.session.rollback()
    return frozenset(text for text in found if len(text) > 12 and " " in text)


def _unmarked(element: Any, language: str) -> Iterator[str]:
    """Pieces of text below the element that are not said to be German."""
    if not isinstance(element.tag, str) or element.tag in _UNMARKABLE:
        return
    language = element.get("lang") or language
    if language != "de":
        yield _normal(element.text or "")
    for child in element:
        yield from _unmarked(child, language)
        if language != "de":
            yield _normal(child.tail or "")


def test_the_demonstration_has_texts_of_every_sort(written: frozenset[str]) -> None:
    assert len(written) > 100
    assert "Der letzte Laden im Ort hat geschlossen" in written


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_what_people_wrote_is_marked_on_english_pages(
    house: House, written: frozenset[str], row: access_table.Row
) -> None:
    seen, bare = set(), defaultdict(set)
    for visitor in VISITORS:
        answer = house.ask(visitor, house.request("GET", row.rule, row.record, visitor), sprache="en")
        page = answer.text if answer.mimetype == "text/html" and not row.rule.endswith("/html") else ""
        if answer.status_code not in {200, 422} or not page or page in seen:
            continue
        seen.add(page)
        for piece in set(_unmarked(parsed(page), "en")):
            for text in written:
                if text in piece:
                    bare[text].add(visitor)
    assert dict(bare) == {}

"""What people wrote in German is marked as German wherever an English page shows it (WCAG 3.1.2)."""

import csv
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Any

import access_table
import pytest
from babel.messages.pofile import read_po
from house import VISITORS, House
from markup import parsed
from sqlalchemy import select

from portal.conferences.models import AgendaItem, Conference, ConferenceChange
from portal.config import SEEDS
from portal.core.database import db
from portal.core.languages import CATALOGUES
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
from portal.indicators.models import SeriesValue
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
# What is called so in every language, and an example in the catalogue that conferences are called like.
_NAMES = {"Leichte Sprache", "Planungsraumkonferenz Sinsheim"}
# Shorter words count where they stand alone: people use them in names and sentences of their own.
_OWN_WORDS = 25
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


@pytest.fixture(scope="module")
def translated(house: House, written: frozenset[str]) -> frozenset[str]:
    """What exists in English as well: shipped words, sentences of the catalogue; and values published as classes."""
    with (SEEDS / "english.csv").open(encoding="utf-8", newline="") as file:
        found = {row["german"] for row in csv.DictReader(file) if row["german"] != row["english"]}
    with (CATALOGUES / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        found |= {
            message.id for message in read_po(file, locale="en")
            if isinstance(message.id, str) and "%" not in message.id and message.id != message.string
        }  # fmt: skip
    with house.app.app_context():
        texts = db.session.scalars(select(SeriesValue.text_value).distinct())
        found |= {text for text in texts if text and any(one.isalpha() for one in text)}
        db.session.rollback()
    texts = {_normal(text) for text in found if len(text) > 12 and " " in text.strip()}
    return frozenset(texts - written - _NAMES)


def _spoken(page: Any) -> str:
    """Everything of an English page that is read as English: text, choices, title, names for the ear, one a line."""
    pieces = [piece for piece in _unmarked(page, "en", skipped={"script", "style", "textarea", "code"}) if piece]
    for element in page.iter():
        if isinstance(element.tag, str) and element.get("lang") != "de":
            pieces += [_normal(element.get(name, "")) for name in ("aria-label", "alt", "title", "data-label")]
    return "\n".join(pieces)


def _unmarked(element: Any, language: str, skipped: Collection[str] = _UNMARKABLE) -> Iterator[str]:
    """Pieces of text below the element that are not said to be German."""
    if not isinstance(element.tag, str) or element.tag in skipped:
        return
    language = element.get("lang") or language
    if language != "de":
        yield _normal(element.text or "")
    for child in element:
        yield from _unmarked(child, language, skipped)
        if language != "de":
            yield _normal(child.tail or "")


def _page(house: House, row: access_table.Row, visitor: str) -> str:
    """The English page that the visitor sees at the row's address; empty where there is none."""
    answer = house.ask(visitor, house.request("GET", row.rule, row.record, visitor), sprache="en")
    is_page = answer.mimetype == "text/html" and not row.rule.endswith("/html")
    return answer.text if is_page and answer.status_code in {200, 422} else ""


def _pages(house: House, row: access_table.Row) -> Iterator[tuple[str, str]]:
    """Every different English page at the row's address with the first visitor who sees it."""
    seen = {""}
    for visitor in VISITORS:
        page = _page(house, row, visitor)
        if page not in seen:
            seen.add(page)
            yield visitor, page


def test_the_demonstration_has_texts_of_every_sort(written: frozenset[str]) -> None:
    assert len(written) > 100
    assert "Der letzte Laden im Ort hat geschlossen" in written


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_what_people_wrote_is_marked_on_english_pages(
    house: House, written: frozenset[str], row: access_table.Row
) -> None:
    bare = defaultdict(set)
    for visitor, page in _pages(house, row):
        for piece in set(_unmarked(parsed(page), "en")):
            for text in written:
                if text in piece:
                    bare[text].add(visitor)
    assert dict(bare) == {}


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_what_exists_in_english_stands_in_english_on_english_pages(
    house: House, translated: frozenset[str], row: access_table.Row
) -> None:
    bare = defaultdict(set)
    for visitor, page in _pages(house, row):
        spoken = _spoken(parsed(page))
        pieces = set(spoken.split("\n"))
        for text in translated:
            if text in pieces or (len(text) > _OWN_WORDS and text in spoken):
                bare[text].add(visitor)
    assert dict(bare) == {}

"""Words of the shipped data: in English on English pages, German where the seeds have nothing else."""

import csv
from collections.abc import Iterator

import pytest
import yaml
from flask import Flask
from flask_babel import force_locale

from portal.config import SEEDS
from portal.core.formats import with_unit
from portal.core.languages import either, german
from portal.core.seed_words import local
from portal.indicators import parameters

_SAME = {"Index", "km²", "m²", "Euro", "EUR"}


def _table() -> dict[str, str]:
    with (SEEDS / "english.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {row["german"]: row["english"] for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_indicator_of_the_catalogue_has_an_english_name() -> None:
    table = _table()
    with (SEEDS / "indicator_catalogue.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    assert names - table.keys() == set()
    assert all(table.values())


@pytest.mark.parametrize(
    "column", ["definition", "formula", "unit", "smallest_level", "periodicity", "typical_source", "note"]
)
def test_whatever_the_page_of_an_indicator_says_of_it_is_there_in_english(column: str) -> None:
    table = _table()
    with (SEEDS / "indicator_catalogue.csv").open(encoding="utf-8", newline="") as file:
        texts = {row[column].replace("\u00a0", " ") for row in csv.DictReader(file)} - {""}
    # What is the same in both languages, such as a percent sign, needs no translation.
    assert {text for text in texts if any(one.isalpha() for one in text)} - table.keys() - _SAME == set()


def test_the_series_that_findings_name_are_there_in_english() -> None:
    with (SEEDS / "indicator_values_legend.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["indicator_id"]: row["title"] for row in csv.DictReader(file)}
    chosen = {one.key: str(one.default) for one in parameters.SETTINGS}
    named = {labels[chosen[key]] for key in ("figures.population_series", "figures.area_series")}
    assert named - _table().keys() == set()


def test_whatever_is_said_of_shipped_rates_is_there_in_english() -> None:
    table, missing = _table(), []
    document = yaml.safe_load((SEEDS / "rates.yaml").read_text(encoding="utf-8"))
    columns = (
        "name", "title", "definition", "formula", "unit", "periodicity", "typical_source", "explanation", "caveat",
    )  # fmt: skip
    for entry in _mappings(document):
        texts = [entry[column] for column in columns if isinstance(entry.get(column), str)]
        missing += [text for text in texts if text not in table and text not in _SAME and any(map(str.isalpha, text))]
    assert missing == []


def _mappings(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(one)


def test_every_explanation_of_the_demonstration_is_there() -> None:
    entries = yaml.safe_load((SEEDS / "demo" / "indicators.yaml").read_text(encoding="utf-8"))["indicators"]
    explanations = {entry["explanation"] for entry in entries if entry.get("explanation")}
    assert {text for text in explanations if text not in _table()} == set()


@pytest.mark.parametrize(("locale", "name", "value"), [
    ("de", "Beschäftigungsquote", "12,5\u00a0Min."),
    ("en", "Employment rate", "12.5\u00a0min"),
])  # fmt: skip
def test_the_page_decides(app: Flask, locale: str, name: str, value: str) -> None:
    with app.test_request_context(), force_locale(locale):
        assert german("Beschäftigungsquote") == name
        assert with_unit(12.5, "Min.") == value


def test_what_a_county_wrote_itself_stays_german_and_says_so(app: Flask) -> None:
    with app.test_request_context(), force_locale("en"):
        assert local("Quote der Vogelkästen") == "Quote der Vogelkästen"
        assert german("Quote der Vogelkästen") == '<span lang="de">Quote der Vogelkästen</span>'
        assert either("Wie geht es Ihnen?", "How are you?") == "How are you?"
        assert 'lang="de"' in either("Wie geht es Ihnen?", "")
    with app.test_request_context(), force_locale("de"):
        assert either("Wie geht es Ihnen?", "How are you?") == "Wie geht es Ihnen?"

"""The reader of the questions: what it takes, what it refuses, and that the stored document says the same."""

import copy
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from survey_samples import read_survey

from portal.config import SEEDS
from portal.core.seed_files import SeedEntry, SeedError, read_document
from portal.surveys import sealing
from portal.surveys.definition import Kind, as_document, checksum, from_document, read


def test_the_shipped_survey_is_whole() -> None:
    survey = read_survey()
    assert [len(page.questions) for page in survey.pages] == [5, 5, 5, 5]
    assert {question.kind for question in survey.questions} == set(Kind)
    assert survey.languages == ("de", "en", "ls")
    for question in survey.questions:
        for texts in (question.texts, *(answer.texts for answer in question.answers)):
            assert set(texts) == {"de", "en", "ls"}
            assert all(texts.values())
    assert survey.by_code["arbeit"].by_code["sehr_gut"].texts["en"] == "very good"
    assert survey.by_code["hausarzt"].by_code["sehr_gut"].texts["en"] == "very well"
    assert survey.by_code["lebensqualitaet"].problem == ()


def test_cards_open_with_the_first_sentences() -> None:
    survey = read_survey()
    opening = survey.opening("de")
    assert opening.startswith("Wie lebt es sich bei Ihnen? ")
    assert opening.endswith("Sie brauchen etwa fünf Minuten.")
    assert survey.opening("ls").endswith("Die Umfrage dauert etwa 5 Minuten.")
    short = replace(survey, intro={"de": "Wir fragen z. B. nach Wegen."})
    assert short.opening("de") == "Wir fragen z. B. nach Wegen."


def test_the_document_reads_back_as_it_was_written() -> None:
    survey = read_survey()
    document = as_document(survey)
    assert from_document(document) == survey
    assert checksum(document) == checksum(as_document(from_document(document)))


def _changed(change: Any) -> SeedEntry:
    entry = read_document(SEEDS / "demo" / "survey.yaml")
    values = copy.deepcopy(dict(entry.values))
    change(values)
    return SeedEntry(entry.file, entry.place, values)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda v: v.update(minimum_answers=5), "minimum_answers"),
        (lambda v: v.update(cell_minimum=1), "minimum_answers"),
        (lambda v: v.update(representative=True), "representative"),
        (lambda v: v.update(colour="red"), "colour"),
        (lambda v: v.update(languages=["fr"]), "languages"),
        (lambda v: v["pages"][0]["questions"][1].update(scale="erfunden"), "scale"),
        (lambda v: v["pages"][0]["questions"][1].update(kind="erfunden"), "kind"),
        (lambda v: v["pages"][0]["questions"][1].pop("en"), "en"),
        (lambda v: v["pages"][0]["questions"][1].update(problem=["erfunden"]), "problem"),
        (lambda v: v["pages"][1]["questions"][2].pop("max"), "min"),
        (lambda v: v["pages"][3]["questions"][2].update(max_length=5000), "max_length"),
        (lambda v: v["pages"][0]["questions"][1].update(code="wohnort"), "pages"),
        (lambda v: v["pages"][0].update(number=3), "pages"),
        (lambda v: v["pages"][3]["questions"][0]["answers"][0].update(means="lob"), "means"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(change: Any, named: str) -> None:
    with pytest.raises(SeedError) as refused:
        read(_changed(change))
    assert refused.value.column == named


def test_every_sealed_answer_has_the_same_length() -> None:
    key = X25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    survey = read_survey()
    size = sealing.size_of(survey)
    longest = {question.code: [one.code for one in question.answers] for question in survey.questions}
    sheets: list[dict[str, Any]] = [
        {},
        {"mitteilung": "\U0001f600" * 1000, "wohnort": "08226085", "minuten_hausarzt": 180},
        {"mitteilung": '"\\' * 500, "staerken": longest["staerken"], "zuerst_verbessern": longest["zuerst_verbessern"]},
    ]
    contents = [sealing.seal(sheet, to=public, bound_to="runde", size=size) for sheet in sheets]
    assert len({len(content) for content in contents}) == 1
    assert [sealing.unseal(content, key=key, bound_to="runde") for content in contents] == sheets
    for damaged in (contents[0][:-1], b"", contents[0][:40], bytes(len(contents[0]))):
        with pytest.raises(sealing.UnreadableError):
            sealing.unseal(damaged, key=key, bound_to="runde")
    with pytest.raises(sealing.UnreadableError):
        sealing.unseal(contents[0], key=key, bound_to="andere")

"""Numbers in what people wrote of a finding: where each of them is from, and which have no source there.

A number is looked at if it has a decimal comma, a point for thousands, three digits or a unit of statistics behind it;
days, years and small counts are left alone. What people named as the source of a number comes first. Else the same
digits are taken for a figure only where they are those of one indicator, and for a survey's only in a sentence that
speaks of people who were asked. Digits of no figure of today may be those of an earlier delivery, as a version keeps
them, or of an indicator that only the county's staff see.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.core.formats import number
from portal.evidence import text_sources
from portal.evidence.models import FindingVersion
from portal.evidence.rule import Proposal, SurveyItem
from portal.evidence.text_sources import TextSource
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.models import Visibility

_UNIT = r"(?:\s?(?:%|€|EUR\b|Prozent\b|je 100\b|von (?:\d{1,3}(?:\.\d{3})+|\d{3,})(?![\d.,]*\d)))"
# Days (`3.12.`), years, paragraphs and numbers of papers are no statistics.
_NUMBER = re.compile(
    rf"(?<![\w.,])((?:\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?|\d+,\d+)(?![\d,]|\.\d){_UNIT}?|\d+(?![\d.,]){_UNIT}"
    rf"|(?<![/§-])(?<!§\s)(?<!Nr\.\s)(?!(?:19|20)\d\d(?!\d))\d{{3,}}(?![\w/-]|[.,]\d))"
)
_BEHIND = re.compile(_UNIT)
_SHARES = ("%", "je 100")
_DIGITS = re.compile(r"[\d.,]*\d")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ„])|\n")
_ASKED = re.compile(r"befrag|umfrage|antwort", re.IGNORECASE)


class OriginKind(StrEnum):
    INDICATOR = "indicator"
    REFERENCE = "reference"
    SURVEY = "survey"
    TEXT = "text"
    FORMER = "former"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a number is from: an indicator's key, its reference value (`number`), an item of a survey (its position in
    the proposal), an entry of the sources of the text (its position). Of an earlier delivery `number` is 1 for the
    county's value; of an internal indicator there is the key alone."""

    kind: OriginKind
    key: str = ""
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class TextNumbers:
    """What the numbers in the texts of one finding can be from."""

    known: Mapping[str, frozenset[Origin]]
    former: Mapping[str, Origin] = field(default_factory=dict)
    internal: Mapping[str, Origin] = field(default_factory=dict)
    items: Sequence[SurveyItem] = ()
    entries: Sequence[TextSource] = ()

    def cited(self, text: str, reference: Callable[[Origin], str], *, withheld: str = "") -> str:
        """The text with the number of its source behind every number and statement that has one.

        `withheld` stands in the place of numbers of internal indicators; without it they stay.
        """
        parts, done = [], 0
        for begin, end, origin in sorted(self._found(text), key=lambda one: one[1]):
            if withheld and origin is not None and origin.kind is OriginKind.INTERNAL:
                parts += [text[done:begin], withheld]
                done = end
                continue
            mark = "" if origin is None else reference(origin)
            if mark:
                parts += [text[done:end], f" {mark}"]
                done = end
        return "".join([*parts, text[done:]])

    def without_source(self, texts: Iterable[str]) -> list[str]:
        """Numbers that lead nowhere, as they are written, each once."""
        found = [
            " ".join(match[0].split())
            for text in texts
            for match in _NUMBER.finditer(text)
            if self._covering(text, match) is None and self._of_number(text, match) is None
        ]
        return list(dict.fromkeys(found))

    def of_kind(self, texts: Iterable[str], kind: OriginKind) -> dict[str, Origin]:
        """Numbers of this kind of origin, as they are written → where they are from."""
        return {
            " ".join(text[begin:end].split()): origin
            for text in texts
            for begin, end, origin in self._found(text)
            if origin is not None and origin.kind is kind
        }

    def _found(self, text: str) -> Iterator[tuple[int, int, Origin | None]]:
        for position, entry in enumerate(self.entries):
            for begin, end in text_sources.places(entry.words, text):
                unit = _BEHIND.match(text, end) if entry.words[-1].isdigit() else None
                yield begin, end if unit is None else unit.end(), Origin(kind=OriginKind.TEXT, number=position)
        for match in _NUMBER.finditer(text):
            if self._covering(text, match) is None:
                yield match.start(), match.end(), self._of_number(text, match)

    def _covering(self, text: str, match: re.Match[str]) -> Origin | None:
        """The entry whose words hold this number where it stands."""
        for position, entry in enumerate(self.entries):
            # The unit may stand behind the words: `12,5` was named, `12,5 %` is written.
            digits_end = match.start() + len(_digits(match[0]))
            spans = text_sources.places(entry.words, text)
            if any(begin <= match.start() and digits_end <= end for begin, end in spans):
                return Origin(kind=OriginKind.TEXT, number=position)
        return None

    def _of_number(self, text: str, match: re.Match[str]) -> Origin | None:
        digits = _digits(match[0])
        for position, entry in enumerate(self.entries):
            if digits in (_digits(one[0]) for one in _NUMBER.finditer(entry.words)):
                return Origin(kind=OriginKind.TEXT, number=position)
        origins = self.known.get(digits, frozenset())
        if not origins:
            return self.former.get(digits) or self.internal.get(digits)
        asked = {one for one in origins if one.kind is OriginKind.SURVEY}
        if asked and _ASKED.search(_around(text, match.start(), _SENTENCE)):
            return self._only(asked, _around(text, match.start(), re.compile("\n")))
        return self._only(origins - asked, "")

    def _only(self, origins: Iterable[Origin], line: str) -> Origin | None:
        """The one origin; of several questions with the same share the one that the line quotes."""
        found = list(origins)
        if len(found) > 1:
            found = [one for one in found if one.kind is OriginKind.SURVEY and self.items[one.number].text in line]
        return found[0] if len(found) == 1 else None


def text_numbers(
    texts: Iterable[str],
    proposal: Proposal,
    figures: CountyFigures,
    area_id: int,
    *,
    topic: str,
    compared: Mapping[int, Sequence[IndicatorReference]],
    entries: Sequence[TextSource] = (),
    kept: Mapping[str, Any] | None = None,
) -> TextNumbers:
    """Values of the area, the county, and of municipalities that the texts name; reference values; shares and counts
    of the survey's answers that may be printed; and what people named.

    Looked at are the indicators of the proposal and, as far as `figures` hold them, the internal ones of the topic (its
    key). `kept` is the proposal as the version keeps it (`freezing.frozen`).
    """
    text = "\n".join(texts)
    named = [place.id for place in figures.composition.municipalities if place.name in text]
    found: dict[str, set[Origin]] = {}
    internal: dict[str, Origin] = {}
    keys = [signal.key for signal in (*proposal.figures.used, *proposal.figures.side_notes)]
    keys += [
        one.indicator.key
        for one in figures.of_topic(topic)
        if one.indicator.visibility is not Visibility.PUBLIC and one.has_values
    ]
    for key in dict.fromkeys(keys):
        one = figures.find(key)
        if one is None:
            continue
        for digits, origin in _of_signal(one, area_id, named, compared.get(one.indicator.id, ())):
            if one.indicator.visibility is Visibility.PUBLIC:
                found.setdefault(digits, set()).add(origin)
            else:
                internal[digits] = Origin(kind=OriginKind.INTERNAL, key=key)
    former: dict[str, Origin] = {}
    for digits, origin in _kept_numbers(kept or {}, figures):
        (former if origin.kind is OriginKind.FORMER else internal).setdefault(digits, origin)
    # All questions of a round may have the same base: it leads to the first of them.
    bases: dict[tuple[int, int], int] = {}
    items = survey_items(proposal)
    for position, item in enumerate(items):
        if item.is_printable and item.n:
            share = 100 * item.count / item.n
            for digits in (number(share), number(share, 1), number(item.count)):
                found.setdefault(digits, set()).add(Origin(kind=OriginKind.SURVEY, number=position))
            bases.setdefault((item.round_id, item.n), position)
    for (_round, base), position in bases.items():
        found.setdefault(number(base), set()).add(Origin(kind=OriginKind.SURVEY, number=position))
    known = {digits: frozenset(origins) for digits, origins in found.items()}
    return TextNumbers(known=known, former=former, internal=internal, items=items, entries=entries)


@dataclass(frozen=True, kw_only=True)
class SourcedTexts:
    """The texts of a version for a page: with the marks of its own sources, and these as (mark, words, address)."""

    numbers: TextNumbers

    def cited(self, text: str) -> str:
        return self.numbers.cited(text, lambda origin: f"[{origin.number + 1}]")

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        return [
            (f"[{position}]", text_sources.in_words(entry), entry.url)
            for position, entry in enumerate(self.numbers.entries, start=1)
        ]


def sourced(version: FindingVersion) -> SourcedTexts:
    """The texts of this version with the sources that people named for them."""
    return SourcedTexts(numbers=TextNumbers(known={}, entries=text_sources.of(version)))


def survey_items(proposal: Proposal) -> tuple[SurveyItem, ...]:
    """The survey's questions behind a proposal, in the order in which origins count them."""
    voices = proposal.voices
    return (*voices.named_items, *voices.clearing_items, *voices.other_items)


def _of_signal(
    one: IndicatorFigures, area_id: int, named: Iterable[int], compared: Iterable[IndicatorReference]
) -> Iterator[tuple[str, Origin]]:
    """Digits of an indicator's values of today and of what they are compared with."""
    key = one.indicator.key
    for digits in _of_indicator(one, area_id, named):
        yield digits, Origin(kind=OriginKind.INDICATOR, key=key)
    for reference in compared:
        origin = Origin(kind=OriginKind.REFERENCE, key=key, number=reference.number)
        yield number(reference.value, one.indicator.decimals), origin


def _of_indicator(one: IndicatorFigures, area_id: int, named: Iterable[int]) -> Iterator[str]:
    """Digits of the values of area and county, of the named municipalities and of the area's spread."""
    facts, area = one.indicator, one.areas[area_id].value
    extremes = (None if end is None else end.value for end in (area.spread_min, area.spread_max))
    for value in (area.value, one.county.value):
        yield from _written(value, facts.area_unit_short, facts.decimals)
    for value in (*extremes, *(one.municipal[place].value for place in named)):
        yield from _written(value, facts.unit_short, facts.decimals)
    if area.coverage is not None and area.value is not None:
        yield number(100 * area.coverage)


def _kept_numbers(kept: Mapping[str, Any], figures: CountyFigures) -> Iterator[tuple[str, Origin]]:
    """Digits of the area's and the county's values on the day of a version."""
    for key, numbers in kept.get("numbers", {}).items():
        one = figures.find(key)
        if one is None:
            continue
        is_public = one.indicator.visibility is Visibility.PUBLIC
        for position, value in enumerate((numbers["value"], numbers["county"])):
            for digits in _written(value, one.indicator.area_unit_short, one.indicator.decimals):
                yield (
                    digits,
                    Origin(kind=OriginKind.FORMER, key=key, number=position)
                    if is_public
                    else Origin(kind=OriginKind.INTERNAL, key=key),
                )


def _written(value: float | None, unit: str, decimals: int) -> Iterator[str]:
    if value is not None:
        yield number(abs(value), decimals)
        # People write `32 von 100` where a page says `31,7 %`.
        if unit in _SHARES:
            yield number(abs(value))


def _around(text: str, position: int, border: re.Pattern[str]) -> str:
    """What stands between the borders around a position."""
    begin = max((match.end() for match in border.finditer(text) if match.end() <= position), default=0)
    end = next((match.start() for match in border.finditer(text) if match.start() > position), len(text))
    return text[begin:end]


def _digits(text: str) -> str:
    match = _DIGITS.match(text)
    return "" if match is None else match[0]

"""Numbers in what people wrote of a finding: where each of them is from, and which have no source there.

Looked at is what `measures` finds. What people named as the source of a number comes first. Else the same digits are
taken for a figure only where they measure the same (minutes are no percentage) and are those of one indicator, or of
the one that the sentence names; for a survey's only in a sentence that speaks of people who were asked. Digits may be
those of an earlier delivery that a version was adopted on, or of an indicator that only the county's staff see.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from portal.core.formats import number
from portal.evidence.models import FindingVersion
from portal.evidence.rules.rule import Proposal, SurveyItem
from portal.evidence.texts import measures
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.measures import Measured
from portal.evidence.texts.sources import TextSource
from portal.evidence.versions.evidence import VersionFigures
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.figures import IndicatorFacts, IndicatorFigures
from portal.indicators.models import Visibility

_WORD = re.compile(r"\w{5,}")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÄÖÜ„])|\n")
# As `words.said` drafts it.
_VOICED = re.compile(r"unabhängige Stelle")
_ASKED = re.compile(r"befrag|umfrage|antwort", re.IGNORECASE)


AFTER_COUNTY = 2


class OriginKind(StrEnum):
    INDICATOR = "indicator"
    REFERENCE = "reference"
    SURVEY = "survey"
    VOICES = "voices"
    TEXT = "text"
    FORMER = "former"
    INTERNAL = "internal"


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where a number is from: an indicator's key, its reference value (`number`), an item of a survey (its position in
    the proposal), the bodies that put something forward, an entry of the sources of the text (its position). Of an
    earlier delivery `number` is 0 for the area's value, 1 for the county's, from `AFTER_COUNTY` a municipality's; of an
    internal indicator there is the key alone. `measure` is what the number measures; empty: not known."""

    kind: OriginKind
    key: str = ""
    number: int = 0
    measure: str = field(default="", repr=False)

    @property
    def place(self) -> tuple[OriginKind, str, int]:
        """Where it leads to, whatever is measured there."""
        return self.kind, self.key, self.number


@dataclass(frozen=True, kw_only=True)
class TextNumbers:
    """What the numbers in the texts of one finding can be from, by their digits. `names` are those of indicators, by
    key."""

    known: Mapping[str, frozenset[Origin]]
    former: Mapping[str, frozenset[Origin]] = field(default_factory=dict)
    internal: Mapping[str, frozenset[Origin]] = field(default_factory=dict)
    items: Sequence[SurveyItem] = ()
    entries: Sequence[TextSource] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def cited(self, text: str, reference: Callable[[Origin], str], *, withheld: str = "") -> str:
        """The text with the number of its source behind every number and statement that has one.

        `withheld` stands in the place of numbers of internal indicators; without it they stay.
        """
        parts, done = [], 0
        for begin, end, after, origin in sorted(self._found(text), key=lambda one: one[2]):
            if withheld and origin is not None and origin.kind is OriginKind.INTERNAL:
                # What is counted may be read, how many may not.
                parts += [text[done:begin], withheld]
                done = end
                continue
            mark = "" if origin is None else reference(origin)
            if mark:
                parts += [text[done:after], f" {mark}"]
                done = after
        return "".join([*parts, text[done:]])

    def without_source(self, texts: Iterable[str]) -> list[str]:
        """Numbers that lead nowhere, as they are written with what they count, each once."""
        found = [
            " ".join(text[one.begin : one.end].split())
            for text in texts
            for one in measures.numbers(text)
            if self._covering(text, one) is None and self._of_number(text, one) is None
        ]
        return list(dict.fromkeys(found))

    def of_kind(self, texts: Iterable[str], kind: OriginKind) -> dict[str, Origin]:
        """Numbers of this kind of origin, as they are written → where they are from."""
        return {
            " ".join(text[begin:end].split()): origin
            for text in texts
            for begin, end, _after, origin in self._found(text)
            if origin is not None and origin.kind is kind
        }

    def _found(self, text: str) -> Iterator[tuple[int, int, int, Origin | None]]:
        """Begin, end with unit, where a mark belongs, and origin."""
        for position, entry in enumerate(self.entries):
            for begin, end in text_sources.places(entry.words, text):
                after = measures.unit_behind(text, end) if entry.words[-1].isdigit() else end
                yield begin, after, after, Origin(kind=OriginKind.TEXT, number=position)
        for one in measures.numbers(text):
            if self._covering(text, one) is None:
                yield one.begin, one.unit_end, one.unit_end, self._of_number(text, one)

    def _covering(self, text: str, one: Measured) -> Origin | None:
        """The entry whose words hold this number where it stands."""
        for position, entry in enumerate(self.entries):
            # The unit may stand behind the words: `12,5` was named, `12,5 %` is written.
            spans = text_sources.places(entry.words, text)
            if any(begin <= one.begin and one.digits_end <= end for begin, end in spans):
                return Origin(kind=OriginKind.TEXT, number=position)
        return None

    def _of_number(self, text: str, one: Measured) -> Origin | None:
        for position, entry in enumerate(self.entries):
            named = measures.numbers(entry.words)
            if any(one.digits == other.digits and measures.fits(one.measure, other.measure) for other in named):
                return Origin(kind=OriginKind.TEXT, number=position)
        for origins in (self.known, self.former, self.internal):
            found = [origin for origin in origins.get(one.digits, ()) if measures.fits(one.measure, origin.measure)]
            chosen = self._chosen(found, text, one) if found else None
            if chosen is not None:
                return chosen
        return None

    def _chosen(self, origins: Sequence[Origin], text: str, one: Measured) -> Origin | None:
        sentence = _around(text, one.begin, _SENTENCE)
        asked = [origin for origin in origins if origin.kind is OriginKind.SURVEY]
        if asked and _ASKED.search(sentence):
            return self._only(asked, _around(text, one.begin, re.compile("\n")))
        voiced = [origin for origin in origins if origin.kind is OriginKind.VOICES]
        if voiced and _VOICED.search(sentence):
            return voiced[0]
        others = [origin for origin in origins if origin.kind not in {OriginKind.SURVEY, OriginKind.VOICES}]
        return self._only(self._named(others, sentence), "")

    def _named(self, origins: Sequence[Origin], sentence: str) -> Sequence[Origin]:
        """Of several indicators those that the sentence calls by a word that is theirs alone."""
        keys = {origin.key for origin in origins}
        if len(keys) < 2:
            return origins
        words = {key: {word.casefold() for word in _WORD.findall(self.names.get(key, ""))} for key in keys}
        spoken = sentence.casefold()
        own = {key: found.difference(*(words[other] for other in keys - {key})) for key, found in words.items()}
        meant = {key for key, found in own.items() if any(word in spoken for word in found)}
        return [origin for origin in origins if origin.key in meant] or origins

    def _only(self, origins: Iterable[Origin], line: str) -> Origin | None:
        """The one origin; of several questions with the same share the one that the line quotes."""
        found = list({origin.place: origin for origin in origins}.values())
        if len(found) > 1:
            found = [one for one in found if one.kind is OriginKind.SURVEY and self.items[one.number].text in line]
        return found[0] if len(found) == 1 else None


def text_numbers(
    texts: Iterable[str],
    proposal: Proposal,
    basis: VersionFigures,
    area_id: int,
    *,
    topic: str,
    compared: Mapping[int, Sequence[IndicatorReference]],
    entries: Sequence[TextSource] = (),
    is_draft: bool = False,
) -> TextNumbers:
    """Values of the area, the county, and of municipalities that the texts name; what the catalogue fixes; reference
    values; shares and counts of the survey's answers that may be printed; and what people named.

    Looked at are the indicators that a version keeps, those of the proposal and the internal ones of the topic (its
    key). The texts of a version lead to the numbers it was adopted on, a draft to those of today first.
    """
    text, figures = "\n".join(texts), basis.now
    places = {place.id: place.key or "" for place in figures.composition.municipalities}
    named = [place.id for place in figures.composition.municipalities if place.name in text]
    known, former, internal = _Digits(), _Digits(), _Digits()
    names: dict[str, str] = {}
    keys = [*basis.numbers, *(one.key for one in (*proposal.figures.used, *proposal.figures.side_notes))]
    keys += [
        one.indicator.key
        for one in figures.of_topic(topic)
        if one.indicator.visibility is not Visibility.PUBLIC and one.has_values
    ]
    for key in dict.fromkeys(keys):
        one = figures.find(key)
        if one is None:
            continue
        names[key] = one.indicator.name
        is_public = one.indicator.visibility is Visibility.PUBLIC
        for digits, origin in _of_catalogue(one.indicator):
            known.add(digits, origin)
        found = list(_of_references(one.indicator, compared.get(one.indicator.id, ())))
        # Where nothing can tell the numbers of that day any more, those that are the same today explain theirs.
        if is_draft or key not in basis.past:
            found += [
                (digits, Origin(kind=OriginKind.INDICATOR, key=key, measure=measure))
                for digits, measure, _place in _of_indicator(one, area_id, named, places)
            ]
        if key in basis.changed:
            past = basis.past.get(key)
            then = (
                _of_kept(one.indicator, basis.numbers[key])
                if past is None
                else _of_indicator(past, area_id, named, places)
            )
            found += [
                (digits, Origin(kind=OriginKind.FORMER, key=key, number=place, measure=measure))
                for digits, measure, place in then
            ]
        for digits, origin in found:
            if not is_public:
                internal.add(digits, replace(origin, kind=OriginKind.INTERNAL, number=0))
            else:
                (former if origin.kind is OriginKind.FORMER else known).add(digits, origin)
    items = survey_items(proposal)
    for digits, origin in _of_items(items):
        known.add(digits, origin)
    voices = proposal.voices
    met = Origin(kind=OriginKind.VOICES, measure=measures.COUNT)
    known.add(number(voices.municipalities + voices.independent), met)
    return TextNumbers(
        known=known.found, former=former.found, internal=internal.found, items=items, entries=entries, names=names
    )


class _Digits:
    """Where numbers can be from, by their digits."""

    def __init__(self) -> None:
        self.found: dict[str, frozenset[Origin]] = {}

    def add(self, digits: str, origin: Origin) -> None:
        self.found[digits] = self.found.get(digits, frozenset()) | {origin}


def _of_items(items: Sequence[SurveyItem]) -> Iterator[tuple[str, Origin]]:
    """Digits of shares and counts that may be printed. All questions of a round may have the same base: it leads to the
    first of them."""
    bases: dict[tuple[int, int], int] = {}
    for position, item in enumerate(items):
        if item.is_printable and item.n:
            share = 100 * item.count / item.n
            origin = Origin(kind=OriginKind.SURVEY, number=position)
            yield number(share), replace(origin, measure=measures.SHARE)
            yield number(share, 1), replace(origin, measure=measures.SHARE)
            yield number(item.count), replace(origin, measure=measures.COUNT)
            bases.setdefault((item.round_id, item.n), position)
    for (_round, base), position in bases.items():
        yield number(base), Origin(kind=OriginKind.SURVEY, number=position, measure=measures.COUNT)


@dataclass(frozen=True, kw_only=True)
class SourcedTexts:
    """The texts of a version for a page: with the marks of its own sources, and these as (mark, words, address).
    `withheld` stands in the place of numbers that the reader may not see."""

    numbers: TextNumbers
    withheld: str = ""

    def cited(self, text: str) -> str:
        return self.numbers.cited(
            text,
            lambda origin: f"[{origin.number + 1}]" if origin.kind is OriginKind.TEXT else "",
            withheld=self.withheld,
        )

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


def _of_indicator(
    one: IndicatorFigures, area_id: int, named: Iterable[int], places: Mapping[int, str]
) -> Iterator[tuple[str, str, int]]:
    """Digits, measure and place of the values of area (0) and county (1), of the named municipalities and of those at
    the ends of the area's spread (their ids, from 2)."""
    facts, area = one.indicator, one.areas[area_id].value
    for place, value in enumerate((area.value, one.county.value)):
        yield from _written(value, facts.area_unit_short, facts.decimals, place)
    if area.coverage is not None and area.value is not None:
        yield number(100 * area.coverage), measures.SHARE, 0
    ends = {end.key for end in (area.spread_min, area.spread_max) if end is not None}
    for place in dict.fromkeys([*named, *(place for place, key in places.items() if key in ends)]):
        if place in one.municipal:
            yield from _written(one.municipal[place].value, facts.unit_short, facts.decimals, AFTER_COUNTY + place)


def _of_catalogue(facts: IndicatorFacts) -> Iterator[tuple[str, Origin]]:
    """Digits of the threshold, of a standard, and of numbers in the indicator's own name: no values, open to all."""
    fixed = [] if facts.threshold is None else [(facts.threshold, facts.unit_short)]
    if facts.rule.standard is not None:
        fixed += [(facts.rule.standard.value, unit) for unit in (facts.unit_short, facts.area_unit_short)]
    found = [
        (number(value, 0 if float(value).is_integer() else facts.decimals), measures.measure_of(unit))
        for value, unit in fixed
    ]
    found += [(one.digits, one.measure) for one in measures.numbers(facts.name) if one.measure != measures.COUNT]
    for digits, measure in found:
        yield digits, Origin(kind=OriginKind.INDICATOR, key=facts.key, measure=measure)


def _of_references(facts: IndicatorFacts, compared: Iterable[IndicatorReference]) -> Iterator[tuple[str, Origin]]:
    """Digits of the reference values beside an indicator."""
    unit = measures.measure_of(facts.area_unit_short)
    for reference in compared:
        origin = Origin(kind=OriginKind.REFERENCE, key=facts.key, number=reference.number, measure=unit)
        yield number(reference.value, facts.decimals), origin


def _of_kept(facts: IndicatorFacts, numbers: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
    """Digits, measure and place of the area's and the county's values as a version keeps them."""
    for place, value in enumerate((numbers["value"], numbers["county"])):
        yield from _written(value, facts.area_unit_short, facts.decimals, place)


def _written(value: float | None, unit: str, decimals: int, place: int) -> Iterator[tuple[str, str, int]]:
    if value is not None:
        measure = measures.measure_of(unit)
        yield number(abs(value), decimals), measure, place
        # People write `32 von 100` where a page says `31,7 %`.
        if measure == measures.SHARE:
            yield number(abs(value)), measure, place


def _around(text: str, position: int, border: re.Pattern[str]) -> str:
    """What stands between the borders around a position."""
    begin = max((match.end() for match in border.finditer(text) if match.end() <= position), default=0)
    end = next((match.start() for match in border.finditer(text) if match.start() > position), len(text))
    return text[begin:end]

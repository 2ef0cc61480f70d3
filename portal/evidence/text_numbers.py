"""Numbers in what people wrote of a finding: which of them are figures it rests on, and which have no source there.

A number is looked at if it has a decimal comma, a point for thousands or a unit of statistics behind it; days, years
and small counts are left alone. The same digits are taken for a figure only where they are those of one indicator.
"""

import re
from collections.abc import Callable, Collection, Iterable

from portal.core.formats import number
from portal.evidence.rule import Proposal
from portal.indicators.figures import CountyFigures

_UNIT = r"(?:\s?(?:%|€|EUR\b|Prozent\b|von 100\b|je 100\b))"
_NUMBER = re.compile(
    rf"(?<![\d.,])((?:\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?|\d+,\d+)(?![\d,]|\.\d){_UNIT}?|\d+(?![\d.,]){_UNIT})"
)
_DIGITS = re.compile(r"[\d.,]*\d")


def known_numbers(text: str, proposal: Proposal, figures: CountyFigures, area_id: int) -> dict[str, str]:
    """Digits → indicator, for values of the area, the county, and of municipalities that the text names."""
    named = [place for place in figures.composition.municipalities if place.name in text]
    found: dict[str, set[str]] = {}
    for signal in (*proposal.figures.used, *proposal.figures.side_notes):
        one = figures.find(signal.key)
        if one is None:
            continue
        values = [one.areas[area_id].value.value, one.county.value]
        values += [one.municipal[place.id].value for place in named]
        for value in values:
            if value is not None:
                found.setdefault(number(value, one.indicator.decimals), set()).add(signal.key)
    return {digits: next(iter(keys)) for digits, keys in found.items() if len(keys) == 1}


def cited(text: str, known: dict[str, str], reference: Callable[[str], str]) -> str:
    """The text with the number of its source behind every figure that is known."""

    def with_source(match: re.Match[str]) -> str:
        key = known.get(_digits(match[0]))
        return match[0] if key is None else f"{match[0]} {reference(key)}".rstrip()

    return _NUMBER.sub(with_source, text)


def without_source(texts: Iterable[str], known: Collection[str], *, drafted: str = "") -> list[str]:
    """Numbers that are no figure the finding rests on, as they are written, each once.

    `drafted`: sentences the portal made of its sources, shares of surveys among them; their numbers have one.
    """
    sourced = {*known, *(_digits(match[0]) for match in _NUMBER.finditer(drafted))}
    found = (match[0] for text in texts for match in _NUMBER.finditer(text))
    return list(dict.fromkeys(one for one in found if _digits(one) not in sourced))


def _digits(text: str) -> str:
    match = _DIGITS.match(text)
    return "" if match is None else match[0]

"""Numbers in German sentences and what they measure: a share, money, minutes, a count …

A number is looked at if it has a decimal comma, a point for thousands, three digits, a unit or a counted noun behind
it. Days, years, times, ordinals, ages, and what merely numbers something (pages, paragraphs, lines) are left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

COUNT = "count"
SHARE = "share"
_DURATION = "duration"

# Behind a number, by what is measured; the first that fits counts.
_SCALES = (
    ("thousand", r"(?:Tsd\.|Tausend|1\.000)"),
    ("million", r"(?:Mio\.|Millionen?)"),
    ("billion", r"(?:Mrd\.|Milliarden?)"),
)
_MONEY = r"(?:€|EUR\b|Euros?\b)"
_UNITS = (
    (SHARE, r"(?:%|Prozent(?:punkten?)?\b|v\.\s?H\.|(?:von|je|auf) (?:100|hundert)\b(?![.,]?\d))"),
    ("per thousand", r"(?:‰|Promille\b|(?:von|je|auf) 1\.?000\b(?![.,]?\d))"),
    ("per ten thousand", r"(?:von|je|auf) 10\.?000\b(?![.,]?\d)"),
    ("per hundred thousand", r"(?:von|je|auf) 100\.?000\b(?![.,]?\d)"),
    ("money", _MONEY),
    *((f"money {name}", rf"{scale}\s?{_MONEY}") for name, scale in _SCALES),
    ("cents", r"Cents?\b"),
    ("minutes", r"(?:[Mm]in\.|Minuten?\b|min\b)"),
    ("hours", r"(?:Std\.|Stunden?\b|h\b)"),
    ("km²", r"(?:km²|qkm\b|Quadratkilometern?\b)"),
    ("m²", r"(?:m²|qm\b|Quadratmetern?\b)"),
    ("hectares", r"(?:ha\b|Hektar\b)"),
    ("km", r"(?:km\b(?![²/])|Kilometern?\b)"),
    ("m", r"(?:m\b(?![²/])|Metern?\b)"),
    ("kg", r"(?:kg\b|Kilogramm\b)"),
    ("tonnes", r"(?:t\b|Tonnen?\b)"),
    ("bit/s", r"[MGk][Bb]it(?:/s|\b)"),
    ("points", r"(?:Index)?[Pp]unkten?\b"),
    (COUNT, r"von (?:\d{1,3}(?:\.\d{3})+|\d+)(?![\d.,]*\d)"),
)
_UNIT = "|".join(pattern for _kind, pattern in _UNITS)
# Not counted: durations in days and years, times, ages, and names of months behind a day without its point.
_TIME = (
    r"(?:Tag|Woche|Monat|Jahr|Uhr|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)"
)
_LONG = rf"(?:{_TIME}(?:e|en|es|s|n)?\b|J\.)"
_COUNTED = rf"(?:[a-zäöüß]+(?:e|er|en|es|em)[ \u00a0])?(?!{_LONG})[A-ZÄÖÜ][\wäöüß]*(?:-[\wäöüß]+)*"
# Words before a number that only say which one is meant.
_NUMBERED = re.compile(
    r"(?:§§?|\b(?:Nr|Nummern?|Seiten?|S|Abs|Absatz|Artikel|Art|Satz|Punkt|TOP|Teil|Kapitel|Anlage|Vorlage|"
    r"\w*vorlage|Fassung|Tabelle|Abbildung|Ziffer|Zeile|Klassen?|Klassenstufen?|Stufen?|Linien?|Bus|Platz|Rang|"
    r"Regel|Periode|Runde|Gruppe|Phase|Zone|Frage|Jahr|Jahren|SGB|KW|Kalenderwoche|Alter|Alter von|Tel))\.?\s$"
)
_GAP = r"[ \u00a0\u202f]?"
_NUMBER = re.compile(
    rf"(?<![\w.,:])(?:"
    rf"(?P<written>\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?|\d+,\d+)(?![\d,]|\.\d)"
    rf"|(?P<measured>\d+)(?![\d.,])(?={_GAP}(?:{_UNIT}))"
    rf"|(?<![/§-])(?!(?:19|20)\d\d(?!\d))(?P<counted>\d+)(?=[ \u00a0]{_COUNTED})"
    rf"|(?<![/§-])(?!(?:19|20)\d\d(?!\d))(?P<large>\d{{3,}})(?![\w/-]|[.,]\d)"
    rf")"
)
_BEHIND = re.compile(rf"{_GAP}(?:{_UNIT})")
_LONG_BEHIND = re.compile(rf"{_GAP}{_LONG}")
_NOUN_BEHIND = re.compile(rf"[ \u00a0]{_COUNTED}")
# `1,7 bis 4,9 Minuten`: the first number is of the unit of the second.
_UP_TO = re.compile(rf"{_GAP}(?:bis|und|oder|–|-){_GAP}\d[\d.]*(?:,\d+)?")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A number where it stands: `digits` as written from `begin` to `digits_end`, with unit to `unit_end`, with what is
    counted to `end`. `measure` is what it measures, empty where nothing says it."""

    begin: int
    digits_end: int
    unit_end: int
    end: int
    digits: str
    measure: str


def numbers(text: str) -> Iterator[Measured]:
    """The numbers of a text that somebody could ask a source for."""
    done = 0
    for match in _NUMBER.finditer(text):
        is_plain = match["counted"] is not None or match["large"] is not None
        if is_plain and _NUMBERED.search(text[max(match.start() - 30, 0) : match.start()]):
            continue
        # The hundred of `25 von 100` is its unit.
        if match.start() >= done:
            found = _measured(text, match.start(), match.end())
            done = found.unit_end
            yield found


def measure_of(unit: str) -> str:
    """What an indicator's unit measures: `€ je Person` money, `Min.` minutes; a count where it names no unit."""
    text = unit.strip()
    if not text:
        return COUNT
    scale = next((name for name, pattern in _SCALES if re.match(rf"{pattern}\s?{_MONEY}", text)), "")
    if scale:
        return f"money {scale}"
    return next((kind for kind, pattern in _UNITS if re.match(pattern, text)), _plain_unit(text))


def unit_behind(text: str, end: int) -> int:
    """Where the unit ends that stands behind a number; `end` itself where there is none."""
    match = _BEHIND.match(text, end)
    return end if match is None else match.end()


def fits(measure: str, other: str) -> bool:
    """Whether two numbers can be the same: of the same measure, or one of them does not say of which it is."""
    return not measure or not other or measure == other


def _plain_unit(unit: str) -> str:
    if re.match(_LONG, unit):
        return _DURATION
    # `Personen je km²`, `Plätze`: people write them as what is counted.
    return COUNT if re.match(r"[A-ZÄÖÜ]", unit) else ""


def _measured(text: str, begin: int, digits_end: int) -> Measured:
    unit_end, end, measure = digits_end, digits_end, ""
    if unit := _BEHIND.match(text, digits_end):
        unit_end, end, measure = unit.end(), unit.end(), measure_of(unit[0])
    elif beyond := _UP_TO.match(text, digits_end):
        further = _BEHIND.match(text, beyond.end())
        measure = "" if further is None else measure_of(further[0])
    elif noun := _NOUN_BEHIND.match(text, digits_end):
        end, measure = noun.end(), COUNT
    elif _LONG_BEHIND.match(text, digits_end):
        measure = _DURATION
    digits = text[begin:digits_end]
    return Measured(begin=begin, digits_end=digits_end, unit_end=unit_end, end=end, digits=digits, measure=measure)

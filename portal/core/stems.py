"""Stems of German words, so that `Hausärzte` and `Hausarzt` are found to be the same word."""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_UMLAUTS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
_SHORTEST = 4
# Words that say nothing about a subject.
_EMPTY_WORDS = """aber alle allem allen aller alles also andere anderen auch beim bereits besonders bieten bitte dabei
    damit dann dass davon dazu deren desto diese diesem diesen dieser dieses doch dort durch eher eine einem einen
    einer eines einige einigen etwas fehlt fehlen gibt haben hatte hier ihre ihrem ihren ihrer immer insgesamt
    ihnen jede jedem jeden jeder kann kein keine keinen keiner konnen kommt kommen lange mehr mehrere meisten
    mindestens muss mussen nach neben nicht noch nur oder ohne sehr sein seine sich sind soll sollen sollte
    sollten sowie uber unter viel viele vielen vorhanden waren wegen weil weniger wenn werden wird wieder
    wollen wurde wurden zahl zwischen zum zur zurzeit anteil anzahl prozent personen menschen gemeinde
    gemeinden landkreis planungsraum jahr jahre quote durchschnitt
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def stem(word: str) -> str:
    """The stem after CISTEM, in lower case: Weißweiler & Fraser, Developing a Stemmer for German Based on a
    Comparative Analysis of Publicly Available Stemmers, GSCL 2017 (case-insensitive form)."""
    word = re.sub(r"^ge(.{4,})", r"\1", word.casefold().replace("ß", "ss").translate(_UMLAUTS))
    word = word.replace("sch", "$").replace("ei", "%").replace("ie", "&")
    word = re.sub(r"(.)\1", r"\1*", word)
    while len(word) > 3:
        shorter = _cut(word)
        if shorter == word:
            break
        word = shorter
    word = re.sub(r"(.)\*", r"\1\1", word)
    return word.replace("$", "sch").replace("%", "ei").replace("&", "ie")


def _cut(word: str) -> str:
    if len(word) > 5:
        for ending in (r"e[mr]$", r"nd$"):
            shorter = re.sub(ending, "", word)
            if shorter != word:
                return shorter
    shorter = re.sub(r"t$", "", word)
    return shorter if shorter != word else re.sub(r"[esn]$", "", word)


@lru_cache(maxsize=4096)
def words_by_stem(text: str) -> dict[str, str]:
    """Stem → the word as it stands in the text first; short words and those without a subject are left out."""
    found: dict[str, str] = {}
    for word in _WORD.findall(text):
        folded = word.casefold().translate(_UMLAUTS)
        if len(word) >= _SHORTEST and folded not in _EMPTY:
            found.setdefault(stem(word), word)
    return found


def shared(one: str, other: str, *, ignored: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Pairs of words of two texts with one stem, or where one stem of six letters or more begins or ends the other
    (compounds: `Hausarzt`, `Hausarztpraxis`), in the order of the first text; a word of either text stands once."""
    left, right = words_by_stem(one), words_by_stem(other)
    without = set(ignored)
    pairs: list[tuple[str, str]] = []
    taken: set[str] = set()
    for key, word in left.items():
        if key in without:
            continue
        match = next((two for two in right if two not in taken | without and _same(key, two)), None)
        if match is not None:
            taken.add(match)
            pairs.append((word, right[match]))
    return pairs


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 6 and (long.startswith(short) or long.endswith(short))

"""The columns of a table with what their cells show: which of them holds what, as far as the content proves it."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.keys import key_forms, looks_like_key
from portal.indicators.imports.sheet_parts import Cell
from portal.indicators.imports.signs import DEUTSCHLANDATLAS, REPLACING, is_class
from portal.indicators.imports.units import unit_in_brackets
from portal.indicators.imports.workbook import text_of
from portal.indicators.mapping import cells as reading
from portal.indicators.mapping.grid import Row, is_unnamed
from portal.indicators.mapping.rule import Holds


def _word(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_WORDS = {
    Holds.AREA: _word(r"ags|ars|rs|gkz|agsneu|\w*schl.ssel|schl.sselnummer|kennziffer|key"),
    Holds.PERIOD: _word("jahr|berichtsjahr|stichtag|zeit|zeitraum|datum|monat|year|date|period|time"),
    Holds.UNIT: _word("einheit|unit|ma.einheit"),
    Holds.SERIES: _word("indikator|merkmal|kennzahl|variable|reihe|indicator|measure"),
    Holds.NAME: _word("name|gemeinde|gemeindename|ort|gebiet|stadt|kommune|raumeinheit|kreis|landkreis"),
}
_TOTALS = ("Insgesamt", "insgesamt", "Gesamt", "gesamt", "Total", "total", "zusammen")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
SHORT_KEY = re.compile(r"[1-9](?:[0-9]{3}|[0-9]{6}|[0-9]{10})")
NUMERAL = re.compile(r"[(]?-?[0-9][0-9., ']*[)]? ?[purse]?")


@dataclass(frozen=True, slots=True)
class Question:
    """Something that the file leaves open. `key` is the key of the mapping file that answers it, `add` the line to be
    added there, for the command line."""

    key: str
    text: Any
    add: str


def is_like_key(text: str) -> bool:
    plain = reading.plain_key(text)
    return looks_like_key(plain) or bool(SHORT_KEY.fullmatch(plain))


class Columns:
    """The columns of a table with what their cells show."""

    def __init__(self, names: Sequence[str], rows: Sequence[Row], *, given: Any, known_keys: Collection[str]) -> None:
        self.names = names
        listed = given if isinstance(given, list) else []
        self.given = {
            one["heading"]: one for one in listed if isinstance(one, dict) and isinstance(one.get("heading"), str)
        }
        width = range(len(names))
        self._cells = [[cells[at] if at < len(cells) else "" for _row, cells in rows] for at in width]
        self._texts = [[text_of(cell) for cell in column] for column in self._cells]
        # Columns that may be the key or the time, with others: asked for, not taken for figures.
        self._open: set[int] = set()
        self._known = known_keys
        self.kinds: list[Holds | None] = []

    def texts(self, at: int) -> list[str]:
        return [text for text in self._texts[at] if text]

    def cells(self, at: int) -> list[Cell]:
        return [cell for cell in self._cells[at] if cell != ""]

    def has_gaps(self, at: int) -> bool:
        return len(self.texts(at)) < len(self._texts[at])

    def of(self, holds: Holds) -> list[int]:
        return [at for at, kind in enumerate(self.kinds) if kind is holds]

    def plain(self, questions: list[Question]) -> list[dict[str, Any]]:
        """Every column as plain data; what cannot be told is asked for."""
        self.kinds = [self._given_kind(at) for at in range(len(self.names))]
        has_answer = any(kind is not None for kind in self.kinds)
        self._find_key(questions)
        for holds in (Holds.PERIOD, Holds.UNIT, Holds.SERIES, Holds.NAME):
            if not self.of(holds):
                found = [at for at, kind in enumerate(self.kinds) if kind is None and self._may_be(at, holds)]
                if len(found) == 1:
                    self.kinds[found[0]] = holds
                elif holds is Holds.PERIOD:
                    self._open |= set(found)
        for at, kind in enumerate(self.kinds):
            if kind is None and at not in self._open and self._is_figures(at):
                self.kinds[at] = Holds.VALUE
            elif kind is None and len(set(self.texts(at))) < 2 and not has_answer:
                self.kinds[at] = Holds.NOTHING
        found_columns = []
        for at, name in enumerate(self.names):
            kind = self.kinds[at]
            if kind is None:
                if not (is_unnamed(name, at) and not self.texts(at)):
                    text = _l("Was enthält die Spalte „%(name)s“?", name=name[:60])
                    questions.append(Question("columns", text, f'{{"heading": "{name}", "holds": "…"}}'))
                    found_columns.append({"heading": name})
                continue
            found_columns.append(self._plain(at, name, kind))
        return found_columns

    def _given_kind(self, at: int) -> Holds | None:
        word = self.given.get(self.names[at], {}).get("holds")
        return Holds(word) if isinstance(word, str) and word in {kind.value for kind in Holds} else None

    def _find_key(self, questions: list[Question]) -> None:
        if self.of(Holds.AREA):
            return
        likely = [at for at, kind in enumerate(self.kinds) if kind is None and self._may_be(at, Holds.AREA)]
        named = [at for at in likely if _WORDS[Holds.AREA].search(self.names[at])]
        sure = [at for at in likely if self._share_known(at) > 0.5]
        if len(named) == 1 or len(likely) == 1:
            self.kinds[(named or likely)[0]] = Holds.AREA
        elif len(sure) == 1:
            self.kinds[sure[0]] = Holds.AREA
        elif likely:
            self._open |= set(likely)
            shown = ", ".join(self.names[at] for at in likely[:6])
            text = _l("In welcher Spalte steht der Gebietsschlüssel? Möglich sind: %(names)s", names=shown)
            questions.append(Question("columns", text, f'{{"heading": "{self.names[likely[0]]}", "holds": "area"}}'))
        else:
            text = _l("In welcher Spalte steht der Gebietsschlüssel (AGS)? Namen sind keine Schlüssel.")
            questions.append(Question("columns", text, '{"heading": "…", "holds": "area"}'))

    def _share_known(self, at: int) -> float:
        texts = self.texts(at)
        known = sum(any(form in self._known for form in _forms(text)) for text in texts)
        return known / len(texts) if texts else 0.0

    def _may_be(self, at: int, holds: Holds) -> bool:
        texts, name = self.texts(at), self.names[at]
        if not texts:
            return False
        if holds is Holds.AREA:
            keys = [text for text in texts if is_like_key(text) and len(reading.plain_key(text)) > 3]
            is_named = bool(_WORDS[holds].search(name))
            return 10 * len(keys) > 9 * len(texts) and (is_named or not all(map(YEAR.fullmatch, keys)))
        if holds is Holds.PERIOD:
            is_named = bool(_WORDS[holds].search(name))
            return all(map(reading.is_period, self.cells(at))) and (
                is_named or not any(YEAR.fullmatch(text) for text in texts)
            )
        words = not self._is_figures(at) and any(any(map(str.isalpha, text)) or "%" in text for text in texts)
        return words and bool(_WORDS[holds].search(name))

    def _is_figures(self, at: int) -> bool:
        texts = self.texts(at)
        if not texts:
            return bool(YEAR.fullmatch(self.names[at]))
        numbers = [text for text in texts if NUMERAL.fullmatch(text)]
        signs = [text for text in texts if text in REPLACING or text in DEUTSCHLANDATLAS or is_class(text)]
        return 2 * (len(numbers) + len(signs)) >= len(texts)

    def _plain(self, at: int, name: str, kind: Holds) -> dict[str, Any]:
        given = {key: value for key, value in self.given.get(name, {}).items() if value not in ("", None)}
        found: dict[str, Any] = {"heading": name, "holds": kind.value}
        if kind is Holds.VALUE:
            label, unit = unit_in_brackets(name) or (name, "")
            years = YEAR.findall(name)
            if not self.of(Holds.PERIOD) and len(years) == 1:
                found["period"] = years[0]
                label = YEAR.sub("", label).strip(" |,-–:") if label != years[0] else ""
            found |= {key: value for key, value in (("label", label), ("unit", unit)) if value and value != name}
        elif kind is Holds.PART:
            found["total"] = next((word for word in _TOTALS if word in self.texts(at)), "")
        return found | given


def _forms(text: str) -> tuple[str, ...]:
    plain = reading.plain_key(text)
    return (*key_forms(plain), plain[:5] + plain[9:], "0" + plain)

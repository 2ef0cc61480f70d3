"""A title that names an area by key and by name: the key counts, but the two must not contradict each other."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from portal.core.text import slugify
from portal.indicators.imports.choices import Answers, Open, choose

# What names carry besides the name itself: `Sinsheim, Stadt`, `Große Kreisstadt Sinsheim`, `Landkreis Karlsruhe`.
_KINDS = frozenset({"stadt", "gemeinde", "grosse", "kreisstadt", "kreisfreie", "landkreis", "kreis", "st", "sankt"})


class NamedArea(NamedTuple):
    """The one area that a whole file is about, as its title names it, and the title's place (row from 1)."""

    key: str
    name: str
    row: int
    column: str
    sheet: str


def check_name(area: NamedArea, known: Mapping[str, Collection[str]], answers: Answers) -> None:
    """Raise ChoiceNeeded if the portal knows the key under other names only, until somebody said that the key counts.

    `known` has by key every name of the area; a key that it does not have contradicts nothing.
    """
    names = known.get(area.key, ())
    if not names or any(_agree(area.name, name) for name in names):
        return
    usual = next(iter(names))
    choose(
        answers,
        Open.NAME,
        [(area.key, f"{area.key} {usual}")],
        reason=_l(
            "Schlüssel und Name widersprechen sich: %(key)s ist %(known)s, die Datei nennt %(name)s. Gilt der"
            " Schlüssel, bestätigen Sie das; sonst brauchen Sie die richtige Datei.",
            key=area.key,
            known=usual,
            name=area.name[:60],
        ),
        row=area.row,
        column=area.column,
        sheet=area.sheet,
    )


def _agree(one: str, other: str) -> bool:
    """Whether two names may be of the same place: one says nothing that the other does not say as well."""
    first, second = _words(one), _words(other)
    return first <= second or second <= first


def _words(name: str) -> frozenset[str]:
    words = frozenset(slugify(name).split("-"))
    return words - _KINDS or words

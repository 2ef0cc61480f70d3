"""Areas that a file names by key and by name: the key counts, but the two must not contradict each other."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from portal.areas import spelling
from portal.indicators.imports.choices import Answers, Open, choose
from portal.indicators.imports.keys import AreaLevel, key_forms
from portal.indicators.imports.refusals import RefusedCell

KEYS = "keys"
_MOST_NAMED = 12


class NamedArea(NamedTuple):
    """An area as a file names it, and its place in the file (row from 1)."""

    key: str
    name: str
    row: int
    column: str
    sheet: str
    level: AreaLevel | None = None


def check_names(areas: Iterable[NamedArea], known: Mapping[str, Collection[str]], answers: Answers) -> None:
    """Raise ChoiceNeeded if the portal knows keys under other names only, until somebody said that the keys count.

    `known` has by key every name of the area; a key that it does not have, and an empty name, contradict nothing.
    """
    found = [(area, usual) for area in areas if (usual := contradicted(area, known))]
    if not found:
        return
    area, usual = found[0]
    cells = [_cell(*one) for one in found[:_MOST_NAMED]] if len(found) > 1 else []
    choose(
        answers,
        Open.NAME,
        [(area.key, f"{area.key} {usual}")] if len(found) == 1 else [(KEYS, _l("Die Schlüssel gelten."))],
        reason=_l(
            "Schlüssel und Name widersprechen sich: %(key)s ist %(known)s, die Datei nennt %(name)s. Gilt der"
            " Schlüssel, bestätigen Sie das; sonst brauchen Sie die richtige Datei.",
            key=area.key,
            known=usual,
            name=area.name[:60],
        )
        if len(found) == 1
        else _l(
            "Schlüssel und Name widersprechen sich bei %(count)s Gebieten. Gelten die Schlüssel, bestätigen Sie das;"
            " sonst brauchen Sie die richtige Datei.",
            count=len(found),
        ),
        row=area.row,
        column=area.column,
        sheet=area.sheet,
        cells=cells,
    )


def contradicted(area: NamedArea, known: Mapping[str, Collection[str]]) -> str:
    """What the portal calls the key, where the file calls it otherwise; empty where the two agree."""
    if not area.name or area.name == area.key:
        return ""
    names = next((known[form] for form in key_forms(area.key, area.level) if form in known), ())
    if not names or spelling.is_one_of(area.name, names):
        return ""
    return next(iter(names))


def _cell(area: NamedArea, usual: str) -> RefusedCell:
    reason = _l("%(key)s ist %(known)s, die Datei nennt %(name)s.", key=area.key, known=usual, name=area.name[:60])
    return RefusedCell(area.row, area.column, reason, area.sheet)

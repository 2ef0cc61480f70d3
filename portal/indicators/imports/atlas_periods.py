"""What a definition of the Deutschlandatlas says about time and unit, read strictly.

"Arbeitslosenquote … im Jahr 2023 in %": the year of the figures stands in the definition only, the year in the name
of a sheet is that of the territory. Two times in one definition are none.
"""

import re

from portal.indicators.imports.periods import Period, read_period
from portal.indicators.periods import PeriodKind

_YEAR = r"((?:19|20)[0-9]{2})"
_MONTHS = {
    name: number
    for number, name in enumerate(
        (
            "Januar", "Februar", "März", "April", "Mai", "Juni",
            "Juli", "August", "September", "Oktober", "November", "Dezember",
        ),
        start=1,
    )
}  # fmt: skip
_RANGES = (
    re.compile(rf"zwischen {_YEAR} und {_YEAR}"),
    re.compile(rf"von {_YEAR} bis {_YEAR}"),
    re.compile(rf"{_YEAR} zu {_YEAR}"),
    re.compile(rf"in den Jahren {_YEAR} ?[-–/] ?([0-9]{{2}}|(?:19|20)[0-9]{{2}})(?![0-9])"),
)
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)}) {_YEAR}")
_ANY_YEAR = re.compile(rf"(?<![0-9./-]){_YEAR}(?![0-9./-]*[0-9])")
_PER = re.compile(
    r"\b(?:je|pro) (1\.?000|10\.?000|100\.?000|100) Einwohner(?:/-innen|innen und Einwohner)?(?= im Jahr| im Juni|$)"
)


def period_of_definition(text: str) -> Period | None:
    """The one time that a definition names; None if it names none or several."""
    text = " ".join(text.split())
    ranges = [match for pattern in _RANGES for match in pattern.finditer(text)]
    if ranges:
        first, last = ranges[0].groups()
        found = read_period(f"{first}/{last if len(last) == 4 else first[:2] + last}")
        return found if len(ranges) == 1 and not _others(text, {first, last}) else None
    months = _MONTH.findall(text)
    if months:
        name, year = months[0]
        is_one = len(months) == 1 and not _others(text, {year})
        return Period(f"{year}-{_MONTHS[name]:02}", PeriodKind.MONTH) if is_one else None
    years = set(_ANY_YEAR.findall(text))
    return Period(years.pop(), PeriodKind.YEAR) if len(years) == 1 else None


def _others(text: str, known: set[str]) -> bool:
    return bool(set(_ANY_YEAR.findall(text)) - known)


def unit_of_definition(text: str) -> str:
    """The unit that a definition ends with, in the spelling of the shipped legend; empty if it is not plain."""
    text = " ".join(text.split())
    per = _PER.search(text)
    if text.endswith("in %"):
        return "Prozent"
    if text.endswith("in Minuten"):
        return "Minuten"
    return f"je {int(per[1].replace('.', '')):,} Personen".replace(",", ".") if per else ""

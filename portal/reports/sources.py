"""Where the numbers of a report come from: one numbered entry for every indicator, with period and address."""

from collections.abc import Iterable

from flask_babel import gettext as _

from portal.indicators import words
from portal.indicators.figures import CountyFigures, SourceFacts


class SourceList:
    """The list at the end of a report. A number stands for one indicator, so that it leads to one page.

    The population beside an area's name has an entry of its own: it rests on several dates.
    """

    def __init__(self, figures: CountyFigures, base_url: str) -> None:
        self._base_url = base_url
        self._lines: list[str] = []
        self._numbers: dict[str, int] = {}
        people = figures.population_sources
        self._population = self._add(
            _("Menschen im Planungsraum und ihre Veränderung"),
            sorted({period for source in people for period in source.periods}, reverse=True),
            people,
            figures.population_key if figures.population_key in figures.indicators else "",
        )
        for key, one in figures.indicators.items():
            if one.has_values and one.period is not None:
                self._numbers[key] = self._add(str(one.indicator.name), [one.period], one.sources, key)

    @property
    def lines(self) -> tuple[str, ...]:
        """`[7] Kinderarmut, Stand 2022: source (licence). Address`."""
        return tuple(f"[{number}] {line}" for number, line in enumerate(self._lines, start=1))

    @property
    def population(self) -> str:
        """The number of the population's entry: `[1]`; empty where it has no source."""
        return _bracketed(self._population)

    def reference(self, key: str) -> str:
        """The number of an indicator's entry: `[7]`; empty where it has none."""
        return _bracketed(self._numbers.get(key, 0))

    def address(self, key: str) -> str:
        """The page of an indicator in the portal, with its values, places and deliveries."""
        return f"{self._base_url}/indikatoren/{key}"

    def _add(self, name: str, periods: list[str], sources: Iterable[SourceFacts], key: str) -> int:
        """The number of the new entry; 0 where nobody is named."""
        texts = list(dict.fromkeys(_text(source) for source in sources))
        if not texts:
            return 0
        line = _(
            "%(name)s, Stand %(periods)s: %(sources)s.",
            name=name,
            periods=words.periods(periods),
            sources="; ".join(texts).rstrip("."),
        )
        self._lines.append(f"{line} {self.address(key)}" if key else line)
        return len(self._lines)


def _bracketed(number: int) -> str:
    return f"[{number}]" if number else ""


def _text(source: SourceFacts) -> str:
    if not source.licence or source.licence in source.text:
        return source.text
    return f"{source.text} ({source.licence})"

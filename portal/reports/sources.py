"""Where the numbers of a report come from: one numbered entry for every indicator, with period and address.

Reference values, surveys, events and statements get an entry when a report first names them.
"""

from collections.abc import Iterable, Sequence

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core.formats import date_long, number
from portal.evidence.rules.rule import SurveyItem
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.sources import TextSource
from portal.indicators import words
from portal.indicators.catalogue import references
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.figures import CountyFigures, IndicatorFacts, IndicatorFigures, SourceFacts
from portal.surveys import queries as surveys


class SourceList:
    """The list at the end of a report. A number stands for one indicator, so that it leads to one page.

    The population beside an area's name has an entry of its own: it rests on several dates.
    """

    def __init__(self, figures: CountyFigures, base_url: str) -> None:
        self._base_url = base_url
        self._lines: list[str] = []
        self._numbers: dict[str, int] = {}
        self._named: dict[str, int] = {}
        dates = _population_dates(figures)
        self._population = self._add(
            _("Menschen im Planungsraum und ihre Veränderung"),
            sorted(dates, reverse=True),
            [source for source in figures.population_sources if dates.intersection(source.periods)],
            figures.population_key if figures.population_key in figures.indicators else "",
        )
        for key, one in figures.indicators.items():
            if one.has_values and one.period is not None:
                self._numbers[key] = self._add(str(one.indicator.name), [one.period], one.sources, key)

    @property
    def lines(self) -> tuple[str, ...]:
        """`[7] Kinderarmut, Stand 2022: source (licence). Address`."""
        return tuple(f"[{position}] {line}" for position, line in enumerate(self._lines, start=1))

    @property
    def population(self) -> str:
        """The number of the population's entry: `[1]`; empty where it has no source."""
        return _bracketed(self._population)

    def reference(self, key: str) -> str:
        """The number of an indicator's entry: `[7]`; empty where it has none."""
        return _bracketed(self._numbers.get(key, 0))

    def compared(self, facts: IndicatorFacts, found: Sequence[IndicatorReference]) -> str:
        """The numbers of reference values, each with its own source: `[31, 32]`; empty for none."""
        numbers = []
        for one in found:
            line = _("%(name)s, %(words)s: %(source)s.", name=facts.name, words=references.in_words(facts, one),
                     source=one.source.rstrip("."))  # fmt: skip
            numbers.append(self._once(f"{facts.key} {one.number}", line, facts.key))
        return _bracketed(*numbers)

    def page(self, text: str, address: str) -> str:
        """The number of a page of the portal that a finding rests on: a survey's results, an event, a statement."""
        return _bracketed(self._once(address, f"{text.rstrip('.')}. {address}"))

    def survey(self, item: SurveyItem, area: AreaRef, address: str) -> str:
        """The number of the answers to a question in an area: survey, round, days, wording and base."""
        return _bracketed(self._once(f"{address} {item.code}", f"{_asked(item, area)}. {address}"))

    def text(self, entry: TextSource, finding: str) -> str:
        """The number of a source that people named for a number or statement of a finding at this address."""
        line = _("Quelle zum Text %(entry)s. %(address)s Befund: %(finding)s",
                 entry=text_sources.in_words(entry), address=entry.url, finding=finding)  # fmt: skip
        return _bracketed(self._once(line, " ".join(line.split())))

    def former(self, line: str, key: str) -> str:
        """The number of an indicator's values of an earlier delivery, as `former_figures.entry` says it."""
        return _bracketed(self._once(line, f"{line}.", key))

    def internal(self, one: IndicatorFigures) -> str:
        """The number of an indicator that only the county's staff see; for papers that are not public."""
        line = _(
            "%(name)s, Stand %(periods)s: interne Kennzahl, nur für die Kreisverwaltung.",
            name=one.indicator.name,
            periods=words.periods([one.period] if one.period else []),
        )
        return _bracketed(self._once(f"internal {one.indicator.key}", line, one.indicator.key))

    def unpublished(self) -> str:
        """The number of what the portal shows to staff only."""
        line = _("Nicht öffentliche Hinweise und Veranstaltungen; im Portal nur für die Kreisverwaltung zu sehen.")
        return _bracketed(self._once("", line))

    def members(self, day: str) -> str:
        """The number of the list of municipalities in planning areas."""
        address = f"{self._base_url}/planungsraeume/gemeinden.csv"
        line = _("Gemeinden der Planungsräume, Stand %(day)s: Zuordnung im Portal.", day=day)
        return _bracketed(self._once(address, f"{line} {address}"))

    def _once(self, key: str, line: str, indicator: str = "") -> int:
        """The number of an entry that several places name."""
        if key not in self._named:
            self._lines.append(f"{line} {self.address(indicator)}" if indicator else line)
            self._named[key] = len(self._lines)
        return self._named[key]

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


def _asked(item: SurveyItem, area: AreaRef) -> str:
    """`Befragung „Leben hier“, Herbst (1. März bis 30. April 2026), „…?“: 202 gültige Antworten, Planungsraum …`."""
    found = surveys.round_by_id(item.round_id)
    base = (
        _("%(n)s gültige Antworten", n=number(item.n))
        if item.is_printable
        else _("Zahl der Antworten zum Schutz der Befragten nicht gezeigt")
    )
    return _(
        "Befragung „%(title)s“ (%(days)s), „%(question)s“: %(base)s, Planungsraum %(area)s",
        title=", ".join(filter(None, (found.title, found.name))),
        days=_("%(first)s bis %(last)s", first=date_long(found.began_on), last=date_long(found.ended_on)),
        question=item.text,
        base=base,
        area=area.name,
    )


def _population_dates(figures: CountyFigures) -> set[str]:
    """The dates of the populations that a report prints; the county's numbers may be newer, on another census."""
    areas = {area.id for area in figures.composition.planning_areas}
    found = [one for area_id, one in figures.population.items() if area_id in areas]
    return {date for one in found for date in (one.period, one.since) if date is not None}


def _bracketed(*numbers: int) -> str:
    known = [str(one) for one in numbers if one]
    return f"[{', '.join(known)}]" if known else ""


def _text(source: SourceFacts) -> str:
    if not source.licence or source.licence in source.text:
        return source.text
    return f"{source.text} ({source.licence})"

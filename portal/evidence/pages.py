"""What the pages of findings show, as typed values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core.languages import german
from portal.core.seed_words import local
from portal.evidence import words
from portal.evidence.matrix import Matrix, Standing, TopicRef
from portal.evidence.models import Assessment, FindingState, VoicesAxis
from portal.evidence.rules.rule import IndicatorSignal, Proposal
from portal.indicators import words as figure_words
from portal.indicators.figures import CountyFigures, IndicatorFigures, SourceFacts
from portal.indicators.signals import FiguresSignal


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One planning area and topic in the matrix. `lines` say both halves and where the finding stands.

    `title` is what people called the finding; empty where it has none, and while it is open again: then the cell says
    what the rule proposes now. `number` puts the value that decided beside the county's; empty without a usable figure.
    """

    key: str
    label: Any
    voices: str
    figures: str
    url: str
    lines: tuple[str, ...]
    current: bool
    proposal: Proposal
    standing: Standing | None
    shown: Assessment
    title: Any = ""
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class TopicRow:
    """A topic with its cells, in the order of the areas. `note` names its lead indicators that have values."""

    topic: Any
    note: str
    cells: tuple[Cell, ...]

    @property
    def says_something(self) -> bool:
        """Whether anything of the topic is assessed, named or conspicuous anywhere."""
        return any(
            cell.shown is not Assessment.NO_DATA
            or cell.title
            or cell.proposal.voices.axis is VoicesAxis.NAMED
            or cell.proposal.figures.signal is FiguresSignal.CONSPICUOUS
            for cell in self.cells
        )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the filter above the matrix is set to; empty means everything."""

    area: str = ""
    topic: str = ""
    assessment: str = ""
    period: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.area or self.topic or self.assessment)

    def url(self, **changes: str) -> str:
        found = {
            "planungsraum": self.area,
            "thema": self.topic,
            "einordnung": self.assessment,
            "periode": self.period,
            **changes,
        }
        kept = {name: value for name, value in found.items() if value}
        return url_for("evidence.matrix") + ("?" + urlencode(kept) if kept else "")


@dataclass(frozen=True, kw_only=True)
class MatrixPage:
    """The matrix as filtered: areas across, topics down; `count` cells are left of `total`.

    `sources` are those of the values that stand in the cells, each once.
    """

    areas: tuple[AreaRef, ...]
    rows: tuple[TopicRow, ...]
    count: int
    total: int
    choice: Choice
    sources: tuple[SourceFacts, ...]


def choice(found: Matrix, arguments: Mapping[str, str], *, period: str) -> Choice:
    """The filter from the address; unknown values fall back to everything."""
    area, topic = arguments.get("planungsraum", ""), arguments.get("thema", "")
    assessment = arguments.get("einordnung", "")
    return Choice(
        area=area if found.area(area) else "",
        topic=topic if found.topic(topic) else "",
        assessment=assessment if assessment in {member.value for member in Assessment} else "",
        period=period,
    )


def matrix_page(
    found: Matrix,
    standings: Mapping[tuple[int, str], Standing],
    chosen: Choice,
    *,
    figures: CountyFigures,
    is_staff: bool,
) -> MatrixPage:
    """The matrix as the filter leaves it. With an assessment chosen, rows and columns without it are left out."""
    areas = [area for area in found.areas if chosen.area in {"", area.slug}]
    topics = [topic for topic in found.topics if chosen.topic in {"", topic.key}]
    leads = {
        topic.key: [one for one in figures.of_topic(topic.key) if one.indicator.is_lead and one.has_values]
        for topic in topics
    }
    cells = {
        (area.id, topic.key): replace(
            cell(found, area, topic, standings.get((area.id, topic.key)), chosen, is_staff=is_staff),
            number=_number(found.proposal(area.id, topic.key), figures, alone=len(leads[topic.key]) == 1),
        )
        for topic in topics
        for area in areas
    }
    wanted = {key for key, one in cells.items() if chosen.assessment in {"", one.shown.value}}
    topics = [topic for topic in topics if any((area.id, topic.key) in wanted for area in areas)]
    areas = [area for area in areas if any((area.id, topic.key) in wanted for topic in topics)]
    return MatrixPage(
        areas=tuple(areas),
        rows=tuple(
            TopicRow(
                topic=topic.label,
                note=", ".join(local(one.indicator.name) for one in leads[topic.key]),
                cells=tuple(cells[area.id, topic.key] for area in areas),
            )
            for topic in topics
        ),
        count=len(wanted),
        total=len(found.proposals),
        choice=chosen,
        sources=_sources((cells[area.id, topic.key].proposal for topic in topics for area in areas), figures),
    )


def _sources(proposals: Iterable[Proposal], figures: CountyFigures) -> tuple[SourceFacts, ...]:
    decisive = (_decisive(one, figures) for one in proposals)
    return tuple(dict.fromkeys(source for one in decisive if one is not None for source in one[1].sources))


def _decisive(proposal: Proposal, figures: CountyFigures) -> tuple[IndicatorSignal, IndicatorFigures] | None:
    """The indicator whose value decided what the figures say; None where none is usable."""
    if proposal.figures.signal not in {FiguresSignal.CONSPICUOUS, FiguresSignal.NOT_CONSPICUOUS}:
        return None
    signal = next((one for one in proposal.figures.used if one.signal is proposal.figures.signal), None)
    found = None if signal is None else figures.find(signal.key)
    return None if signal is None or found is None else (signal, found)


def _number(proposal: Proposal, figures: CountyFigures, *, alone: bool) -> str:
    """`25,5 %, im Landkreis 8,1 %`; with the indicator's name unless it is the topic's only (`alone`) lead."""
    found = _decisive(proposal, figures)
    if found is None:
        return ""
    decisive, one = found
    values = _(
        "%(value)s, im Landkreis %(county)s",
        value=figure_words.area_number(one.indicator, decisive.value),
        county=figure_words.area_number(one.indicator, decisive.county),
    )
    return values if decisive.is_lead and alone else f"{local(one.indicator.name)}: {values}"


def cell(
    found: Matrix,
    area: AreaRef,
    topic: TopicRef,
    standing: Standing | None,
    chosen: Choice | None = None,
    *,
    is_staff: bool,
) -> Cell:
    """One cell. What people adopted goes before what the rule proposes, unless the finding is open again."""
    proposal = found.proposal(area.id, topic.key)
    shown = adopted_or_proposed(proposal, standing)
    lines = [words.figures_line(proposal), words.voices_line(proposal)]
    if standing is not None:
        lines.append(standing_line(standing, is_staff=is_staff))
    return Cell(
        key=shown.value,
        label=words.SHORT[shown],
        voices=words.VOICES_SIGN[proposal.voices.axis],
        figures=words.FIGURES_SIGN[proposal.figures.signal],
        url=url_for(
            "evidence.cell",
            area_slug=area.slug,
            topic_key=topic.key,
            periode=(chosen.period if chosen else "") or None,
        ),
        lines=tuple(line for line in lines if line),
        current=bool(chosen and chosen.assessment and chosen.assessment == shown.value),
        proposal=proposal,
        standing=standing,
        shown=shown,
        title=german(_title(standing)),
    )


def _title(standing: Standing | None) -> str:
    return "" if standing is None or standing.state is FindingState.REOPENED else standing.title


def adopted_or_proposed(proposal: Proposal, standing: Standing | None) -> Assessment:
    if standing is None or standing.state is FindingState.REOPENED:
        return proposal.assessment
    return standing.adopted


def standing_line(standing: Standing, *, is_staff: bool) -> str:
    """Where the finding stands, and that people judged differently from the rule."""
    if standing.state is FindingState.REOPENED:
        return _("Befund wird neu geprüft")
    if not is_staff and standing.state is not FindingState.PUBLISHED:
        return _("Befund wird überarbeitet")
    state = _("Befund %(state)s", state=standing.state.label)
    if standing.adopted is not standing.proposed:
        return state + "; " + _("Vorschlag der Regel: %(short)s", short=words.SHORT[standing.proposed])
    return state


def legend() -> list[tuple[str, Any, Any]]:
    """The five assessments with what they mean."""
    return [(member.value, words.LEGEND[member], words.EXPLAINED[member]) for member in Assessment]

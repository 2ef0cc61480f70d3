"""Municipalities that ended: what became of them and their figures up to then; and what a municipality was made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.areas import queries
from portal.areas.composition import AreaRef, Composition, Former
from portal.core.formats import date_long
from portal.core.tables import csv_file
from portal.indicators import words
from portal.indicators.figures import CountyFigures, IndicatorFacts, IndicatorFigures, ShownValue, SourceFacts
from portal.indicators.figures import CoursePoint as Point
from portal.indicators.periods import period_end
from portal.indicators.succession import Succession


@dataclass(frozen=True, kw_only=True)
class FormerFigure:
    """An indicator of a municipality that ended: the last period with a number (or state), and all of them."""

    facts: IndicatorFacts
    shown: str
    period: str
    points: tuple[Point, ...]
    sources: tuple[SourceFacts, ...]


@dataclass(frozen=True, kw_only=True)
class FormerTopic:
    """The figures of one topic."""

    label: Any
    figures: tuple[FormerFigure, ...]


@dataclass(frozen=True, kw_only=True)
class Predecessor:
    """A municipality that is part of another one since a day."""

    area: AreaRef
    since: date


def announced(place: AreaRef, today: date) -> list[str]:
    """What was decided for a later day, in sentences: where a municipality goes, or who comes to it."""
    sentences = []
    for one in queries.coming_mergers(place.id, after=today):
        day, going = date_long(one.from_day), [part.area for part in one.parts]
        if one.successor is None:
            sentences.append(_("Ab dem %(day)s gehört %(name)s zu einem anderen Landkreis.", day=day, name=place.name))
        elif any(area.id == place.id for area in going):
            sentences.append(
                _("Ab dem %(day)s gehört %(name)s zu %(whole)s.", day=day, name=place.name, whole=one.successor.name)
            )
        elif going:
            names = ", ".join(area.name for area in going)
            sentences.append(_("Ab dem %(day)s gehört dazu: %(names)s.", day=day, names=names))
    return sentences


def found(slug: str, composition: Composition) -> Former | None:
    """The ended municipality behind an address."""
    return next((one for one in composition.former.values() if one.area.slug == slug), None)


def part_of(former: Former, composition: Composition) -> AreaRef | None:
    """The municipality that it is part of today; None if that is in another county."""
    current = composition.current(former.area.id)
    return None if current is None else composition.areas[current]


def first_successor(former: Former, composition: Composition) -> AreaRef | None:
    """The municipality it became part of on its day; that one may have ended, too."""
    everywhere = composition.with_former().municipalities
    return next((one for one in everywhere if one.id == former.successor_id), None)


def predecessors(area: AreaRef, composition: Composition) -> list[Predecessor]:
    """Those that a municipality of today was put together of, earliest first."""
    return [Predecessor(area=one.area, since=one.until) for one in Succession(composition).predecessors(area.id)]


def topics(former: Former, figures: CountyFigures) -> list[FormerTopic]:
    """The last figures of the municipality by topic; indicators without any are left out."""
    groups = []
    for topic, among in figures.by_topic():
        rows = [row for one in among if (row := _row(former, one)) is not None]
        if rows:
            groups.append(FormerTopic(label=topic.label, figures=tuple(rows)))
    return groups


def file(former: Former, figures: CountyFigures, *, note: str) -> bytes:
    """Every period of every indicator; a state stands where there is no number."""
    rows = []
    for topic, among in figures.by_topic():
        for one in among:
            row = _row(former, one)
            for point in () if row is None else row.points:
                facts = one.indicator
                rows.append(
                    [
                        facts.key, str(topic.label), facts.name, point.period, point.value, str(point.state.label),
                        facts.unit, " | ".join(source.text for source in one.sources),
                    ]
                )  # fmt: skip
    head = [
        _("Kürzel"), _("Thema"), _("Kennzahl"), _("Zeitraum"), _("Wert"), _("Zustand"), _("Einheit"), _("Quelle"),
    ]  # fmt: skip
    return csv_file(head, rows, note=note)


def _row(former: Former, one: IndicatorFigures) -> FormerFigure | None:
    points = [point for point in one.courses.get(former.area.id, ()) if not _is_after(point, former.until)]
    if not points:
        return None
    last = points[-1]
    facts = one.indicator
    return FormerFigure(
        facts=facts,
        shown=words.municipal_value(facts, ShownValue(last.period, last.value, None, last.state)),
        period=words.period(last.period),
        points=tuple(points),
        sources=one.sources,
    )


def _is_after(point: Point, until: date) -> bool:
    return period_end(point.period) >= until and point.value is None


def all_sources(groups: Sequence[FormerTopic]) -> list[SourceFacts]:
    """Each source line once."""
    return list(dict.fromkeys(source for group in groups for one in group.figures for source in one.sources))

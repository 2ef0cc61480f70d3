"""Two to five places side by side: planning areas, municipalities, other counties; one small picture per indicator.

Only what means the same is drawn on one axis: the minutes of a municipality and the share of people of a planning
area are not. Counts of places of different size are shown and never drawn.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.areas import example_assignment
from portal.areas.composition import AreaRef
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.formats import date_long, number
from portal.core.seed_words import local
from portal.core.tables import csv_file
from portal.indicators import words
from portal.indicators.aggregation import Aggregation, CountyBasis
from portal.indicators.charts.comparison import ComparedCourses, side_by_side
from portal.indicators.charts.scales import least_axis, least_between_areas, least_between_places
from portal.indicators.charts.strips import Strip, strip
from portal.indicators.figures import CountyFigures, IndicatorFigures, SourceFacts

FEWEST, MOST = 2, 5
_LONGEST_NAMED = 60
# How places are named in an address.
_PREFIXES = {AreaKind.PLANNING_AREA: "raum", AreaKind.MUNICIPALITY: "gemeinde", AreaKind.COUNTY: "kreis"}


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One place in the picture of an indicator. `number` is None where nothing may be drawn."""

    place: AreaRef
    value: str
    difference: str
    verdict: str
    interval: str
    number: float | None
    strip: Strip | None
    label: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """An indicator with all chosen places and the own county."""

    key: str
    name: str
    unit: str
    topic: Any
    topic_key: str
    period: str
    county: str
    note: str
    rows: tuple[Compared, ...]
    sources: tuple[SourceFacts, ...]
    has_limits: bool
    courses: ComparedCourses | None


def address_of(place: AreaRef) -> str:
    """A place as the address of the comparison names it: `raum:sinsheim`."""
    return f"{_PREFIXES[place.kind]}:{place.slug}"


def choices(figures: CountyFigures) -> dict[AreaKind, tuple[AreaRef, ...]]:
    """Everything that can be compared, by level."""
    return {
        AreaKind.PLANNING_AREA: figures.composition.planning_areas,
        AreaKind.COUNTY: figures.others,
        AreaKind.MUNICIPALITY: figures.composition.municipalities,
    }


def chosen_places(figures: CountyFigures, wanted: Collection[str]) -> list[AreaRef]:
    """The places an address names, in the order of the choice; for the others see `unknown`."""
    return [place for place in _known_places(figures) if address_of(place) in wanted]


def unknown(
    figures: CountyFigures, *, places: Sequence[str] = (), topics: Sequence[str] = (), keys: Sequence[str] = ()
) -> list[str]:
    """What an address names and nobody knows, each once, cut to a length that a line holds."""
    known = (
        {address_of(place) for place in _known_places(figures)},
        {topic.key for topic, _group in figures.by_topic()},
        figures.indicators.keys(),
    )
    named = zip((places, topics, keys), known, strict=True)
    found = (one for wanted, those in named for one in wanted if one and one not in those)
    return list(dict.fromkeys(one if len(one) <= _LONGEST_NAMED else f"{one[:_LONGEST_NAMED]} …" for one in found))


def unknown_words(found: Sequence[str]) -> str:
    """`Nicht bekannt und nicht verglichen: „raum:mitte“, „sport2“.`, or nothing."""
    if not found:
        return ""
    quoted = ", ".join(_("„%(text)s“", text=one) for one in found)
    return _("Nicht bekannt und nicht verglichen: %(named)s.", named=quoted)


def _known_places(figures: CountyFigures) -> list[AreaRef]:
    return [place for among in choices(figures).values() for place in among]


def with_surroundings(figures: CountyFigures, places: Sequence[AreaRef]) -> list[AreaRef]:
    """The places to be compared: beside a municipality that was chosen alone, its planning area."""
    alone = alone_among(places)
    around = None if alone is None else figures.composition.planning_area(alone.id)
    return list(places) if around is None else [*places, around]


def alone_among(places: Sequence[AreaRef]) -> AreaRef | None:
    """The municipality that was chosen alone; None for any other choice."""
    return places[0] if len(places) == 1 and places[0].kind is AreaKind.MUNICIPALITY else None


def panels(
    figures: CountyFigures,
    places: Sequence[AreaRef],
    *,
    topics: Collection[str] = (),
    keys: Collection[str] = (),
    alone: AreaRef | None = None,
) -> list[Panel]:
    """The indicators of these topics and these single ones (all if none is named) that say something of a place."""
    found = []
    for key, one in figures.indicators.items():
        wanted = not (topics or keys) or one.indicator.topic.key in topics or key in keys
        if wanted and one.has_values:
            panel = _panel(one, places, figures, alone)
            if any(row.number is not None or row.value for row in panel.rows):
                found.append(panel)
    return found


def _panel(one: IndicatorFigures, places: Sequence[AreaRef], figures: CountyFigures, alone: AreaRef | None) -> Panel:
    facts = one.indicator
    values = {place.id: _value(one, place) for place in places}
    drawable = facts.aggregation is not Aggregation.SUM
    of_people = facts.is_share_above
    rows = []
    for place in places:
        text, value, is_municipal = values[place.id]
        same = [
            other
            for _text, other, municipal in values.values()
            if other is not None and (not of_people or municipal == is_municipal)
        ]
        # A municipality's minutes have no county value beside them, only the minutes of the others.
        has_reference = one.county.basis is CountyBasis.COMPUTED and not (of_people and is_municipal)
        reference = one.county.value if has_reference else None
        drawn = None
        drawn_values = [*same, *([] if reference is None else [reference])]
        least = least_between_places(one) if of_people and is_municipal else least_between_areas(one)
        if drawable and value is not None and (reference is not None or len(same) > 1):
            drawn = strip(
                value,
                county=reference,
                members={},
                write=number,
                unit=local(facts.unit_short if is_municipal else facts.area_unit_short),
                common=[*same, *least_axis(drawn_values, least, unit=facts.area_unit_short)],
            )
        chance = one.chance
        judged = None if chance is None else chance.places.get(place.id) or chance.areas.get(place.id)
        rows.append(
            Compared(
                place=place,
                value=text,
                difference=words.difference(facts, value, reference) if drawable and reference is not None else "",
                verdict="" if chance is None or judged is None else words.verdict(chance, judged),
                interval=words.interval(facts, judged),
                number=value if drawable else None,
                strip=drawn,
                label=_("%(place)s: %(value)s", place=place.titled, value=text),
            )
        )
    return Panel(
        key=facts.key,
        name=facts.name,
        unit=facts.area_unit,
        topic=facts.topic.label,
        topic_key=facts.topic.key,
        period=words.period(one.period),
        county=words.county_value(facts, one.county),
        note=_note(one, places),
        rows=tuple(rows),
        sources=one.sources,
        has_limits=one.chance is not None,
        courses=side_by_side(one, places, figures.composition.county, alone=alone),
    )


def _value(one: IndicatorFigures, place: AreaRef) -> tuple[str, float | None, bool]:
    """Words, number and whether the number is one of a single municipality."""
    facts = one.indicator
    if place.kind is AreaKind.MUNICIPALITY:
        shown = one.municipal.get(place.id)
        return ("", None, True) if shown is None else (words.municipal_value(facts, shown), shown.value, True)
    if place.kind is AreaKind.PLANNING_AREA:
        figure = one.areas.get(place.id)
        return (
            ("", None, False) if figure is None else (words.area_value(facts, figure.value), figure.value.value, False)
        )
    other = one.others.get(place.id)
    if other is None:
        return "", None, False
    # A published value may be measured in another unit than a computed one.
    return words.county_value(facts, other), other.value if other.basis is CountyBasis.COMPUTED else None, False


def _note(one: IndicatorFigures, places: Sequence[AreaRef]) -> str:
    facts = one.indicator
    kinds = {place.kind is AreaKind.MUNICIPALITY for place in places}
    if facts.is_share_above and len(kinds) > 1:
        return _(
            "Bei Gemeinden steht der Wert selbst, bei Planungsräumen und Landkreisen der Anteil der Menschen. "
            "Das lässt sich nicht vergleichen."
        )
    if facts.aggregation is Aggregation.SUM:
        return _("Anzahlen hängen von der Größe ab. Deshalb vergleichen wir sie nicht.")
    return ""


def comparison_csv(found: Sequence[Panel], county: AreaRef, *, example: bool, remark: str = "") -> bytes:
    """All values in words, the county beside them, with period and source."""
    head = [
        _("Thema"), _("Kennzahl"), _("Gebiet"), _("Wert"), _("Zahl"), _("Unterschied zum Landkreis"),
        _("Vergleich mit dem Landkreis"), county.name, _("Zeitraum"), _("Hinweis"), _("Quelle"),
    ]  # fmt: skip
    note = _("Zum Einordnen, nicht zum Bewerten. Abgerufen am %(day)s.", day=date_long(clock.today()))
    return csv_file(
        head, list(_rows(found)), note=" ".join(filter(None, (note, example_assignment.sentence(example), remark)))
    )


def courses_csv(found: Sequence[Panel], *, example: bool, remark: str = "") -> bytes:
    """The developments beside each other: one line per indicator, place and period, with what they rest on."""
    head = [_("Thema"), _("Kennzahl"), _("Gebiet"), _("Zeitraum"), _("Zahl"), _("Einheit"), _("Grundlage"), _("Quelle")]
    rows = [
        [
            str(panel.topic), panel.name, name, period, value, panel.unit, panel.courses.basis,
            " | ".join(source.text for source in panel.sources),
        ]
        for panel in found
        if panel.courses is not None
        for name, period, value in panel.courses.points
    ]  # fmt: skip
    note = _("Nur vergleichbare Zeiträume. Abgerufen am %(day)s.", day=date_long(clock.today()))
    return csv_file(head, rows, note=" ".join(filter(None, (note, example_assignment.sentence(example), remark))))


def _rows(found: Sequence[Panel]) -> Iterator[list[Any]]:
    for panel in found:
        sources = " | ".join(source.text for source in panel.sources)
        for row in panel.rows:
            yield [
                str(panel.topic), panel.name, row.place.titled, row.value, row.number, row.difference, row.verdict,
                panel.county, panel.period, panel.note, sources,
            ]  # fmt: skip

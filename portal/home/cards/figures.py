"""Cards of indicators on the pages of planning areas, municipalities and counties, as plain values."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.areas.composition import AreaRef, Composition
from portal.core.formats import number, with_unit
from portal.core.seed_words import Local, local
from portal.home import area_words
from portal.indicators import county_words, words
from portal.indicators.aggregation import Aggregation
from portal.indicators.charts.scales import least_axis, least_between_places
from portal.indicators.charts.strips import Strip, strip
from portal.indicators.figures import AreaFigure, CountyFigures, IndicatorFigures, Level, SourceFacts
from portal.indicators.published_classes import published_class
from portal.indicators.signals import FiguresSignal, SignalReason

# A topic without lead indicators shows this many of its others while it is folded.
RESULTS_WITHOUT_LEAD = 2


@dataclass(frozen=True, kw_only=True)
class Card:
    """One indicator beside the county. `result`, `of` and `compared` say it in a line, `value` to `warning` in full.

    `is_lead`: the topic is judged by it. `county_only`: says nothing of places. `signal`: what the figures say of a
    planning area, None elsewhere; `because`: which part of the rule decided that it is conspicuous. `method` says in a
    few words what the value or the strokes of its strip are, `reach` how far they reach. `notes` are sentences on
    method and spread; `explanation`, `standard` and `caveat` are the catalogue's own words.
    """

    key: str
    name: str
    topic: Any
    is_lead: bool
    county_only: bool
    result: str
    of: str
    compared: str
    signal: FiguresSignal | None
    because: str = ""
    value: str
    unit: str
    comparison: str
    strip: Strip | None
    strip_label: str
    method: str
    reach: str
    notes: tuple[str, ...]
    warning: str
    explanation: str
    standard: str
    caveat: str
    period: str
    sources: tuple[SourceFacts, ...]


@dataclass(frozen=True, kw_only=True)
class TopicCards:
    """A topic with its cards; `missing` are indicators that have no value yet."""

    label: Any
    cards: tuple[Card, ...]
    missing: tuple[str, ...]

    @property
    def local(self) -> list[Card]:
        """Indicators that say something of places, the lead ones first."""
        return sorted((card for card in self.cards if not card.county_only), key=lambda card: not card.is_lead)

    @property
    def county_only(self) -> list[Card]:
        return [card for card in self.cards if card.county_only]

    @property
    def shown_first(self) -> list[Card]:
        """What the topic says while it is folded: its lead indicators, else the first ones; conspicuous ones before."""
        first = [card for card in self.local if card.is_lead] or self.local[:RESULTS_WITHOUT_LEAD]
        return sorted(first, key=lambda card: card.signal is not FiguresSignal.CONSPICUOUS)

    @property
    def is_conspicuous(self) -> bool:
        """Whether something is conspicuous of what the folded topic says."""
        return any(card.signal is FiguresSignal.CONSPICUOUS for card in self.shown_first)

    @property
    def further(self) -> int:
        """How many cards the folded topic does not show."""
        return len(self.cards) - len(self.shown_first)


def all_cards(topics: Iterable[TopicCards]) -> list[Card]:
    """Every card of a page in the order of the topics."""
    return [card for topic in topics for card in topic.cards]


def planning_area_topics(area: AreaRef, figures: CountyFigures) -> tuple[TopicCards, ...]:
    """Every topic with the indicators of a planning area."""
    return _topics(figures, lambda one: _planning_area_card(area, one, figures.composition))


def municipality_topics(area: AreaRef, figures: CountyFigures) -> tuple[TopicCards, ...]:
    """Every topic with the indicators of a municipality."""
    return _topics(figures, lambda one: _municipality_card(area, one, figures.composition))


def county_topics(figures: CountyFigures) -> tuple[TopicCards, ...]:
    """Every topic with the county's own values."""
    return _topics(figures, lambda one: _county_card(one, figures.composition))


def _topics(figures: CountyFigures, build: Callable[[IndicatorFigures], Card | None]) -> tuple[TopicCards, ...]:
    found = []
    for topic, group in figures.by_topic():
        cards = [(one, build(one)) for one in group]
        found.append(
            TopicCards(
                label=topic.label,
                cards=tuple(card for _one, card in cards if card is not None),
                missing=tuple(one.indicator.name for one, card in cards if card is None),
            )
        )
    return tuple(found)


def _planning_area_card(area: AreaRef, one: IndicatorFigures, composition: Composition) -> Card | None:
    figure = one.areas.get(area.id)
    if figure is None or one.level is not Level.MUNICIPALITY:
        return _county_only(one)
    facts = one.indicator
    value = figure.value.value
    if value is None:
        return _county_only(one)
    members = composition.members(area.id)
    county = one.county.value
    drawn, label = _strip(
        one,
        _values(one, members),
        mean=None if facts.is_share_above or facts.aggregation is Aggregation.SUM else value,
        place=_("Planungsraum"),
        spread=_spread(one, figure, composition),
    )
    return Card(
        key=facts.key,
        name=facts.name,
        topic=facts.topic.label,
        is_lead=facts.is_lead,
        county_only=False,
        result=words.area_number(facts, value),
        of=area_words.share_of(facts),
        compared=area_words.compared(facts, value, county),
        signal=figure.signal.signal,
        because=", ".join(str(label) for label in figure.signal.labels)
        if figure.signal.signal is FiguresSignal.CONSPICUOUS
        else "",
        value=number(value, facts.decimals),
        unit=Local(area_words.share_unit(facts)) if facts.is_share_above else local(facts.area_unit_short),
        comparison=area_words.beside_county(facts, value, county),
        strip=drawn,
        strip_label=label,
        method=_method(one),
        reach=_spread(one, figure, composition) if facts.is_share_above else "",
        notes=_notes(one, figure, composition),
        warning=_warning(figure),
        explanation=facts.explanation,
        standard=facts.standard_source,
        caveat=facts.caveat,
        period=words.period(one.period),
        sources=one.sources,
    )


def _municipality_card(area: AreaRef, one: IndicatorFigures, composition: Composition) -> Card | None:
    facts = one.indicator
    shown = one.municipal.get(area.id)
    if one.level is not Level.MUNICIPALITY or shown is None:
        return _county_only(one)
    county = None if facts.is_share_above or facts.aggregation is Aggregation.SUM else one.county.value
    group = composition.planning_area(area.id)
    compared = []
    if county is not None and group is not None and group.id in one.areas:
        compared.append(_("Planungsraum: %(value)s", value=words.area_number(facts, one.areas[group.id].value.value)))
    if county is not None:
        compared.append(_("Landkreis: %(value)s", value=words.area_number(facts, county)))
    elif facts.is_share_above and one.county.value is not None:
        compared.append(area_words.county_share(facts, one.county.value))
    around = composition.members(group.id) if group is not None else composition.municipalities
    others = _values(one, (member for member in around if member.id != area.id))
    drawn, label = (None, "") if shown.value is None else _strip(one, others, mean=shown.value, place=area.name)
    notes = [_("Die Hälfte der Menschen in der Gemeinde braucht höchstens so lange.")] if facts.is_share_above else []
    if remark := words.remark(shown):
        notes.append(f"{remark[0].upper()}{remark[1:]}.")
    if county is not None and (incomplete := county_words.incomplete_county(one.county)):
        notes.append(incomplete)
    has_number = shown.value is not None
    return Card(
        key=facts.key,
        name=facts.name,
        topic=facts.topic.label,
        is_lead=facts.is_lead,
        county_only=False,
        result=words.municipal_value(facts, shown),
        of="",
        compared=compared[-1] if compared else "",
        signal=None,
        value=number(shown.value, facts.decimals) if has_number else words.municipal_value(facts, shown),
        unit=local(facts.unit_short) if has_number else "",
        comparison=" · ".join(compared),
        strip=drawn,
        strip_label=label,
        method="",
        reach="",
        notes=tuple(notes),
        warning="",
        explanation=facts.explanation if not facts.is_share_above else facts.definition,
        standard="",
        caveat=facts.caveat,
        period=words.period(one.period),
        sources=one.sources,
    )


def _county_card(one: IndicatorFigures, composition: Composition) -> Card | None:
    if one.level is not Level.MUNICIPALITY or one.county.value is None:
        return _county_only(one)
    facts = one.indicator
    drawn, label = _strip(
        one,
        _values(one, composition.municipalities),
        mean=None if facts.is_share_above or facts.aggregation is Aggregation.SUM else one.county.value,
        place=_("Landkreis"),
        reference=False,
    )
    return Card(
        key=facts.key,
        name=facts.name,
        topic=facts.topic.label,
        is_lead=facts.is_lead,
        county_only=False,
        result=words.area_number(facts, one.county.value),
        of=area_words.share_of(facts),
        compared="",
        signal=None,
        value=number(one.county.value, facts.decimals),
        unit=Local(area_words.share_unit(facts)) if facts.is_share_above else local(facts.area_unit_short),
        comparison="",
        strip=drawn,
        strip_label=label,
        method=_method(one),
        reach="",
        notes=tuple(filter(None, (*_method_notes(one), county_words.incomplete_county(one.county)))),
        warning="",
        explanation=facts.explanation,
        standard=facts.standard_source,
        caveat=facts.caveat,
        period=words.period(one.period),
        sources=one.sources,
    )


def _county_only(one: IndicatorFigures) -> Card | None:
    """An indicator that is published for the county alone; None if there is no value at all."""
    facts = one.indicator
    published = one.county_published
    if published is None or (published.value is None and not published.text):
        return None
    has_number = published.value is not None
    note = _("Diese Zahl gibt es nur für den ganzen Landkreis. Sie sagt nichts über einzelne Orte.")
    return Card(
        key=facts.key,
        name=facts.name,
        topic=facts.topic.label,
        is_lead=facts.is_lead,
        county_only=True,
        result=words.county_value(facts, one.county) if has_number else published_class(str(published.text)),
        of="",
        compared="",
        signal=None,
        value=number(published.value, facts.decimals) if has_number else published_class(str(published.text)),
        unit=local(facts.area_unit_short),
        comparison=_("nur für den ganzen Landkreis veröffentlicht"),
        strip=None,
        strip_label="",
        method="",
        reach="",
        notes=(note,),
        warning="",
        explanation=facts.explanation,
        standard=facts.standard_source,
        caveat=facts.caveat,
        period=words.period(published.period),
        sources=one.sources,
    )


def _strip(
    one: IndicatorFigures,
    members: Mapping[str, float],
    *,
    mean: float | None,
    place: str,
    spread: str = "",
    reference: bool = True,
) -> tuple[Strip | None, str]:
    """The spread and its words. The axis spans the whole county, so that strips of one indicator compare."""
    if not members and mean is None:
        return None, ""
    facts = one.indicator
    comparable = not facts.is_share_above and facts.aggregation is not Aggregation.SUM
    county = one.county.value if reference and comparable else None
    spoken = [local(facts.name) + ":"]
    if mean is not None:
        spoken.append(f"{place} {with_unit(mean, facts.unit_short, facts.decimals)}")
    if county is not None:
        spoken.append(_("Landkreis %(value)s", value=words.area_number(facts, county)))
    if members:
        spoken.append(
            spread
            or _(
                "Gemeinden von %(low)s bis %(high)s",
                low=with_unit(min(members.values()), facts.unit_short, facts.decimals),
                high=with_unit(max(members.values()), facts.unit_short, facts.decimals),
            )
        )
    drawn = strip(
        mean,
        county=county,
        members=members,
        write=number,
        unit=local(facts.unit_short),
        common=[*one.numbers, *least_axis(one.numbers, least_between_places(one), unit=facts.unit_short)],
    )
    return drawn, spoken[0] + " " + ", ".join(spoken[1:])


def _values(one: IndicatorFigures, areas: Iterable[AreaRef]) -> dict[str, float]:
    """Numbers of municipalities by their key."""
    shown = {area.key or area.slug: one.municipal.get(area.id) for area in areas}
    return {key: value.value for key, value in shown.items() if value is not None and value.value is not None}


def _spread(one: IndicatorFigures, figure: AreaFigure, composition: Composition) -> str:
    """`von 1,4 Min. (Zuzenhausen) bis 3,4 Min. (Helmstadt-Bargen)`."""
    least, most = figure.value.spread_min, figure.value.spread_max
    if least is None or most is None:
        return ""
    facts = one.indicator
    by_key = {area.key: area.name for area in composition.with_former().municipalities}
    return _(
        "Gemeinden von %(low)s (%(lowest)s) bis %(high)s (%(highest)s)",
        low=with_unit(least.value, facts.unit_short, facts.decimals),
        lowest=by_key.get(least.key, least.key),
        high=with_unit(most.value, facts.unit_short, facts.decimals),
        highest=by_key.get(most.key, most.key),
    )


def _notes(one: IndicatorFigures, figure: AreaFigure, composition: Composition) -> tuple[str, ...]:
    notes = [_spread(one, figure, composition), *_method_notes(one)]
    coverage = figure.value.coverage
    if coverage is not None and round(coverage, 3) < 1:
        notes.append(_("Werte liegen für %(share)s\u00a0Prozent der Menschen vor.", share=number(100 * coverage)))
    notes.append(county_words.incomplete_county(one.county))
    if figure.value.members_suppressed:
        notes.append(_("Einzelne Gemeindewerte sind geheim. Deshalb ist der Wert unvollständig."))
    return tuple(note for note in notes if note)


def _method(one: IndicatorFigures) -> str:
    """What a folded topic says of its first figure: how the value comes about; of a share, what the strokes are."""
    if one.indicator.is_share_above:
        return _("Striche: mittlere Fahrzeit je Gemeinde")
    return str(words.method(one.indicator))


def _method_notes(one: IndicatorFigures) -> tuple[str, ...]:
    facts = one.indicator
    notes = [_("Berechnung: %(method)s.", method=words.method(facts).rstrip("."))]
    if facts.is_share_above:
        notes.append(_("Die Striche zeigen die mittlere Fahrzeit je Gemeinde."))
    return tuple(notes)


def _warning(figure: AreaFigure) -> str:
    if SignalReason.TOO_OLD in figure.signal.reasons:
        return _("Die Zahl ist zu alt, um daraus etwas zu schließen.")
    return ""

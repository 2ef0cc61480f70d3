"""Values, periods and comparisons in words: numbers with units, states where there is no number."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from portal.core.formats import date_long, date_short, exact, half_up, number, own_decimals, with_unit
from portal.core.seed_words import local
from portal.indicators.aggregation import (
    Aggregation,
    AreaValue,
    AreaValueState,
    CountyBasis,
    CountyValue,
    Extreme,
    RateBasis,
)
from portal.indicators.chance import Chance, PlaceChance
from portal.indicators.figures import IndicatorFacts, IndicatorFigures, Level, ShownValue
from portal.indicators.models import DifferenceKind, Polarity
from portal.indicators.published_classes import published_class
from portal.indicators.signals import Reference
from portal.indicators.value_states import ValueState
from portal.settings import services as settings

_DAY_LENGTH = len("2022-12-31")
_MONTH_LENGTH = len("2022-06")
_NBSP = "\u00a0"
# What is incomplete is not rounded up to everybody.
_NEARLY_ALL = 99.0


def period(text: str | None) -> str:
    """A stored period as people write it: `31. Dezember 2022`, `06/2022`, `2017 bis 2022`, `Schuljahr 2020/21`."""
    if text is None:
        return _("ohne Angabe")
    if "/" in text:
        first, last = text.split("/", 1)
        if len(last) == 2:
            return _("Schuljahr %(year)s", year=text)
        return _("%(first)s bis %(last)s", first=first, last=last)
    if len(text) == _DAY_LENGTH and text[4] == "-":
        return date_long(date.fromisoformat(text))
    if len(text) == _MONTH_LENGTH:
        year, month = text.split("-")
        return f"{month}/{year}"
    return text


def periods(texts: Sequence[str]) -> str:
    """Several periods in a row: `31. Dezember 2022, 31. Dezember 2019`; many become the first and the last."""
    if len(texts) > 3:
        return _("%(first)s bis %(last)s", first=period(texts[-1]), last=period(texts[0]))
    return ", ".join(period(text) for text in texts)


def period_short(text: str | None) -> str:
    """The same where there is little room: `31.12.2022`."""
    if text is not None and len(text) == _DAY_LENGTH and text[4] == "-":
        return date_short(date.fromisoformat(text))
    return period(text)


def municipal_value(facts: IndicatorFacts, shown: ShownValue) -> str:
    """A municipality's value with unit, the published class, or the state that stands in its place."""
    if shown.value is not None:
        return with_unit(shown.value, facts.unit_short, facts.decimals)
    if shown.text:
        return _class(facts, shown.text)
    if shown.is_awaited or shown.held_back:
        return f"{shown.state.sign}{_NBSP}{state_of(shown)}"
    return state_words(shown.state) if shown.joined is None else _unjoined(shown.state)


def _class(facts: IndicatorFacts, text: str) -> str:
    words = published_class(text)
    return f"{words}{_NBSP}{local(facts.unit_short)}" if facts.unit_short else words


def _unjoined(state: ValueState) -> str:
    if state is ValueState.SUPPRESSED:
        return _("unvollständig, teils geheim")
    return _("nicht zusammenfassbar") if state is ValueState.NOT_MEANINGFUL else _("unvollständig")


def state_of(shown: ShownValue) -> str:
    """What a municipality's value is; of one that was put together of former municipalities, whether it is whole."""
    if shown.is_awaited:
        return _("noch nicht geliefert")
    if shown.held_back:
        return held_back()
    if shown.joined is None:
        return str(shown.state.label)
    if shown.value is not None:
        return _("zusammengefasst aus den Gemeinden vor dem %(day)s", day=date_long(shown.joined))
    if shown.state is ValueState.SUPPRESSED:
        return str(AreaValueState.SECRET.label)
    if shown.state is ValueState.NOT_MEANINGFUL:
        return _("für die Gemeinden vor dem %(day)s nicht zusammenzufassen", day=date_long(shown.joined))
    return str(AreaValueState.INCOMPLETE.label)


def held_back() -> str:
    """Why a number is not shown that its source publishes."""
    return _("vom Portal zurückgehalten, nicht von der Quelle")


def withheld_words(state: ValueState, *, by_portal: bool) -> str:
    """What stands in place of a number: whether its source keeps it secret, or the portal holds it back."""
    return f"{ValueState.SUPPRESSED.sign}{_NBSP}{held_back()}" if by_portal else state_words(state)


def state_words(state: ValueState) -> str:
    """A state that stands in place of a number: its sign and its word."""
    return f"{state.sign}{_NBSP}{state.label}" if state.sign else str(state.label)


def remark(shown: ShownValue) -> str:
    """What has to be said beside a number: provisional, revised, estimated; or why the portal shows none."""
    if shown.held_back:
        return _("zu klein, oder eine geheime Zahl ließe sich sonst ausrechnen")
    if shown.value is None and shown.joined is None:
        return ""
    remarks = [] if shown.joined is None else [state_of(shown)]
    if shown.value is not None and shown.state is not ValueState.REPORTED:
        remarks.append(str(shown.state.label))
    return "; ".join(remarks)


def area_number(facts: IndicatorFacts, value: float | None) -> str:
    """A value of a planning area or the county with its unit; a dash for none."""
    return with_unit(value, facts.area_unit_short, facts.decimals)


def area_value(facts: IndicatorFacts, value: AreaValue) -> str:
    """A planning area's value, or why there is none."""
    if value.value is not None:
        return area_number(facts, value.value)
    return str(value.state.label)


def county_value(facts: IndicatorFacts, value: CountyValue) -> str:
    """The county's value, the published class, or that there is none."""
    if value.text:
        return _class(facts, value.text)
    if value.value is None:
        return str(value.basis.label)
    if value.basis is CountyBasis.PUBLISHED:
        return with_unit(value.value, facts.unit_short, facts.decimals)
    return area_number(facts, value.value)


def difference(facts: IndicatorFacts, value: float | None, county: float | None) -> str:
    """How far a value is from the county's, taken from the numbers as they are shown, so that readers can check it.

    In points for shares and where the rule of the indicator counts in points; in per cent for everything else.
    """
    if value is None or county is None:
        return ""
    shown, reference = half_up(value, facts.decimals), half_up(county, facts.decimals)
    apart = half_up(shown - reference, facts.decimals)
    if not apart:
        return _("wie im Landkreis")
    if facts.counts_in_points or not reference:
        words = _("%(amount)s Punkte", amount=number(abs(apart), facts.decimals))
    else:
        share = round(100 * abs(apart / reference))
        words = _("%(amount)s Prozent", amount=number(share)) if share else _("weniger als 1 Prozent")
    return _("%(words)s darüber", words=words) if apart > 0 else _("%(words)s darunter", words=words)


def compared(figures: IndicatorFigures) -> str:
    """What the rule measures a value against: `im Landkreis 12,0 %`, `Wert des Landes 11,4 % (Stand 31.12.2024)`."""
    facts, reference = figures.indicator, figures.indicator.rule.reference
    if reference is None:
        return _("im Landkreis %(county)s", county=area_number(facts, figures.county.value))
    return reference_words(facts, reference)


def reference_words(facts: IndicatorFacts, reference: Reference) -> str:
    """A reference value that takes the county's place, or that there is none."""
    if reference.value is None or reference.refers_on is None:
        return _("%(kind)s: keiner eingetragen, der heute gilt", kind=reference.kind.label)
    return _(
        "%(kind)s %(value)s (Stand %(day)s)",
        kind=reference.kind.label,
        value=area_number(facts, reference.value),
        day=date_short(reference.refers_on),
    )


def within_chance(figures: IndicatorFigures, area_id: int) -> tuple[bool, str, str] | None:
    """What chance allows for an area, as a line of the rule: whether it is beyond, title, sentence.

    None where numerator and denominator are not known.
    """
    if figures.chance is None or area_id not in figures.chance.areas:
        return None
    chance, place = figures.chance, figures.chance.areas[area_id]
    reference = figures.indicator.rule.reference
    if reference is not None and reference.value is not None:
        return _beside_reference(figures.indicator, place, reference.value, chance.confidence)
    limits = chance.limits(place.base, chance.confidence)
    facts = figures.indicator
    words = _(
        "Durch Zufall allein lägen %(share)s\u00a0%% der Gebiete dieser Größe zwischen %(low)s und %(high)s.",
        share=confidence(chance.confidence),
        low=number(limits.lower, facts.decimals + 1),
        high=area_number_fine(facts, limits.upper),
    )
    if place.stands:
        verdict = _("Dieser Wert liegt außerhalb.")
    elif place.is_outside:
        verdict = _("Dieser Wert liegt knapp außerhalb; bei so vielen Vergleichen kann das Zufall sein.")
    else:
        verdict = _("Dieser Wert liegt dazwischen.")
    return place.stands, _("Zufall:"), f"{words} {verdict}"


def _beside_reference(
    facts: IndicatorFacts, place: PlaceChance, reference: float, certain: float
) -> tuple[bool, str, str]:
    is_beyond = not place.interval.holds(reference)
    words = _(
        "Mit %(share)s\u00a0%% Sicherheit liegt der Wert ohne Zufall zwischen %(low)s und %(high)s.",
        share=confidence(certain),
        low=number(place.interval.lower, facts.decimals + 1),
        high=area_number_fine(facts, place.interval.upper),
    )
    verdict = _("Der Bezugswert liegt außerhalb.") if is_beyond else _("Der Bezugswert liegt dazwischen.")
    return is_beyond, _("Zufall:"), f"{words} {verdict}"


def confidence(share: float) -> str:
    """`95`, `99,8`: without decimals that say nothing."""
    return exact(100 * share)


def interval(facts: IndicatorFacts, place: PlaceChance | None) -> str:
    """`48,2 bis 51,1 %`: where the value would lie without chance; empty where that is not known."""
    if place is None:
        return ""
    low, high = place.interval
    return _("%(low)s bis %(high)s", low=number(low, facts.decimals), high=area_number(facts, high))


def verdict(chance: Chance, place: PlaceChance) -> str:
    """How a place stands to the county, as far as chance lets one say it."""
    if not place.stands:
        return _("im Bereich des Zufalls")
    if place.count / place.base > chance.baseline:
        return _("über dem Landkreis, mehr als Zufall")
    return _("unter dem Landkreis, mehr als Zufall")


def without_chance(figures: IndicatorFigures) -> str:
    """Why nobody can say what chance explains of an indicator's differences; empty where it can be said."""
    facts = figures.indicator
    if figures.chance is not None:
        return ""
    if facts.counts is not None and not facts.counts.has_chance_limits:
        return _("Zähler und Nenner sind vollständig gezählt. Für diese Kennzahl ist festgelegt, dass Zufallsgrenzen "
                 "nichts aussagen.")  # fmt: skip
    if facts.counts is not None:
        return _("Zufallsgrenzen brauchen Zähler und Nenner des ganzen Landkreises. Sie fehlen noch.")
    if facts.is_share_above:
        return _("Die Werte sind berechnete Zeiten, keine gezählten Fälle. Dafür gibt es keine Zufallsgrenzen.")
    if facts.aggregation is Aggregation.SUM:
        return _("Gezählt sind alle, es ist kein Anteil. Dafür gibt es keine Zufallsgrenzen.")
    if facts.rate_basis in {RateBasis.AREA_SHARE, RateBasis.POPULATION_PER_AREA}:
        return _("Die Werte beziehen sich auf eine Fläche, nicht auf Fälle unter Menschen. Dafür gibt es keine "
                 "Zufallsgrenzen.")  # fmt: skip
    return _("Veröffentlicht ist nur der fertige Wert, nicht Zähler und Nenner. Deshalb lässt sich nicht sagen, was "
             "Zufall ist.")  # fmt: skip


def area_number_fine(facts: IndicatorFacts, value: float | None) -> str:
    """A limit: with one decimal more than values, so that it can be told from the value beside it."""
    return with_unit(value, facts.area_unit_short, facts.decimals + 1)


def amount(facts: IndicatorFacts, value: float) -> str:
    """A difference with its unit: percentage points for shares."""
    if facts.area_unit_short == "%":
        return _("%(points)s Prozentpunkte", points=number(value, max(facts.decimals, 1)))
    return with_unit(value, facts.area_unit_short, max(facts.decimals, 1))


def share_of_county(value: AreaValue, county: CountyValue) -> str:
    """Which part of the county's total a count is: comparing the counts themselves would say nothing."""
    if value.value is None or not county.value:
        return ""
    return _("%(share)s Prozent des Landkreises", share=number(100 * value.value / county.value))


def extreme(facts: IndicatorFacts, found: Extreme | None, names: dict[str, str]) -> str:
    """`Walldorf: 11.222 €`, with the others of the same value counted."""
    if found is None:
        return ""
    words = f"{names.get(found.key, found.key)}: {with_unit(found.value, facts.unit_short, facts.decimals)}"
    return words if not found.others else words + " " + _("(und %(count)s weitere)", count=len(found.others))


def spread(facts: IndicatorFacts, value: AreaValue, names: dict[str, str]) -> tuple[str, ...]:
    """The lowest and the highest municipality; one where they are the same."""
    ends = (extreme(facts, value.spread_min, names), extreme(facts, value.spread_max, names))
    return tuple(dict.fromkeys(end for end in ends if end))


def coverage(value: AreaValue) -> str:
    """Which part of the people live where there is a value; empty when it is all of them."""
    if value.coverage is None or value.state is AreaValueState.COMPLETE or value.value is None:
        return ""
    share = number(min(100 * value.coverage, _NEARLY_ALL))
    return _("Werte für %(share)s Prozent der Menschen", share=share)


def method(facts: IndicatorFacts) -> str:
    """How a planning area's value comes about, with the threshold where there is one."""
    if facts.is_share_above:
        limit = with_unit(facts.threshold, facts.unit_short, 0)
        return _("Anteil der Menschen in Gemeinden mit mehr als %(limit)s", limit=limit)
    return str(facts.aggregation.label)


def level(figures: IndicatorFigures) -> str:
    """For whom there are values."""
    if figures.level is Level.COUNTY and figures.county.text:
        return _("nur Landkreis, als Klasse")
    return str(figures.level.label)


def polarity(facts: IndicatorFacts) -> str:
    """Which direction is favourable, as a sentence."""
    if facts.polarity is Polarity.HIGH_FAVOURABLE:
        return _("Hohe Werte sind günstig.")
    if facts.polarity is Polarity.HIGH_UNFAVOURABLE:
        return _("Niedrige Werte sind günstig.")
    return _("Höher oder niedriger ist weder gut noch schlecht.")


def rule(facts: IndicatorFacts) -> list[str]:
    """When a planning area counts as conspicuous, with the numbers put in."""
    found = facts.rule
    if found.polarity is Polarity.NEUTRAL:
        return [_("Die Richtung ist nicht eindeutig. Deshalb gilt kein Wert als auffällig.")]
    sentences = []
    if found.min_difference is not None:
        decimals = max(own_decimals(found.min_difference), 1)
        if found.min_difference_kind is DifferenceKind.RELATIVE:
            share = exact(100 * found.min_difference)
            amount = (
                _("%(share)s Prozent des Kreiswerts", share=share)
                if found.reference is None
                else _("%(share)s Prozent des Bezugswerts", share=share)
            )
        elif facts.area_unit_short.startswith("%"):
            amount = _("%(points)s Prozentpunkte", points=number(found.min_difference, decimals))
        else:
            amount = with_unit(found.min_difference, facts.area_unit_short, decimals)
        sentences.append(
            _("Auffällig ist eine ungünstige Abweichung vom Landkreis um mindestens %(amount)s.", amount=amount)
            if found.reference is None
            else _(
                "Auffällig ist eine ungünstige Abweichung um mindestens %(amount)s. "
                "Verglichen wird mit: %(reference)s.",
                amount=amount,
                reference=reference_words(facts, found.reference),
            )
        )
    if found.standard is not None:
        value = with_unit(found.standard.value, facts.unit_short, own_decimals(found.standard.value))
        sentences.append(_("Oder wenn der Richtwert von %(value)s verfehlt ist.", value=value))
    sentences.append(
        _(
            "Werte, die älter als %(years)s Jahre sind oder für weniger als %(share)s Prozent der Menschen gelten, "
            "sagen nichts aus.",
            years=found.age_limit_years,
            share=exact(settings.get("figures.minimum_coverage")),
        )
    )
    return sentences

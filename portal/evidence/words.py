"""Proposals in sentences. Counts of surveys stand in them only where base and cells are large enough."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.core.formats import date_long, exact, number, own_decimals
from portal.core.languages import quoting
from portal.core.seed_words import local
from portal.evidence.models import Assessment, VoicesAxis
from portal.evidence.rules.rule import Certainty, Figures, Ground, HeldEvent, Proposal, SurveyItem, Thresholds, Voices
from portal.indicators import words as figure_words
from portal.indicators.catalogue import references
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.parameters import parameters
from portal.indicators.signals import FiguresSignal, SignalReason, StandardCheck

# In the matrix, where there is little room; the long words are the enum's own.
SHORT = {
    Assessment.CONFIRMED: _l("Stimmt überein"),
    Assessment.FELT_ONLY: _l("Nur benannt"),
    Assessment.HIDDEN: _l("Nur in Zahlen"),
    Assessment.UNREMARKABLE: _l("Ohne Auffälligkeit"),
    Assessment.NO_DATA: _l("Keine Einordnung"),
}
# In the legend, where the second half stands below.
LEGEND = {
    Assessment.CONFIRMED: _l("Hinweise und Zahlen stimmen überein"),
    Assessment.FELT_ONLY: _l("Benannt; die Zahlen zeigen es nicht"),
    Assessment.HIDDEN: _l("Zahlen auffällig; bisher nicht benannt"),
    Assessment.UNREMARKABLE: _l("Derzeit keine Auffälligkeit"),
    Assessment.NO_DATA: _l("Keine Einordnung möglich"),
}
EXPLAINED = {
    Assessment.CONFIRMED: _l("Menschen nennen es, Zahlen zeigen es."),
    Assessment.FELT_ONLY: _l("Klärung nötig."),
    Assessment.HIDDEN: _l("Wir fragen nach."),
    Assessment.UNREMARKABLE: _l("Keine Aussage über die Angebote."),
    Assessment.NO_DATA: _l("Eine Seite fehlt oder reicht nicht aus."),
}
NOT_DISPENSABLE = _l("„Keine Auffälligkeit“ heißt nicht, dass ein Angebot verzichtbar ist.")
# Keys of the drawn signs.
VOICES_SIGN = {
    VoicesAxis.NAMED: "named",
    VoicesAxis.ASKED_NOT_NAMED: "asked",
    VoicesAxis.NOT_ASKED_ENOUGH: "not_asked",
}
FIGURES_SIGN = {
    FiguresSignal.CONSPICUOUS: "conspicuous",
    FiguresSignal.NOT_CONSPICUOUS: "not_conspicuous",
    FiguresSignal.NOT_MEANINGFUL: "unusable",
    FiguresSignal.NONE: "none",
}


def voices_line(proposal: Proposal) -> str:
    return _("Stimmen: %(axis)s", axis=proposal.voices.axis.label)


def figures_line(proposal: Proposal) -> str:
    return _("Zahlen: %(axis)s", axis=proposal.figures.signal.label)


def voices_certainty(voices: Voices) -> str:
    """How firmly the voices stand, and why."""
    if voices.axis is VoicesAxis.NOT_ASKED_ENOUGH:
        return _("Noch wurden zu wenige Menschen gefragt. Schweigen heißt nicht Zustimmung.")
    if voices.axis is VoicesAxis.ASKED_NOT_NAMED:
        if voices.certainty is Certainty.HIGH:
            return _("Auf mehreren Wegen gefragt.")
        return _("Auf einem Weg gefragt.")
    if len(voices.grounds) > 1:
        return _("Aus mehreren Gründen benannt.")
    if voices.certainty is Certainty.LOW:
        return _("Der Hinweis kommt von einer einzigen Stelle oder aus einer kleinen Befragung.")
    return _("Aus einem Grund benannt.")


def figures_certainty(figures: Figures) -> str:
    """How firmly the figures stand, and why."""
    if figures.certainty is Certainty.NONE:
        return _("Es gibt keine Zahl, auf die sich die Einordnung stützen könnte.")
    if figures.certainty is Certainty.HIGH:
        return _("Gezählt, vollständig und jung genug.")
    return _("Aus Gemeindewerten berechnet, unvollständig oder bald zu alt.")


def item_in_words(item: SurveyItem) -> str:
    """`46 von 100 (93 von 202 Antworten)`, or that the numbers are too small to be shown."""
    if not item.is_printable:
        return _("Die Zahlen sind zu klein und werden zum Schutz der Befragten nicht gezeigt.")
    return _(
        "%(share)s von 100 (%(count)s von %(n)s gültigen Antworten)",
        share=number(100 * item.count / item.n),
        count=number(item.count),
        n=number(item.n),
    )


def item_rule(item: SurveyItem, limits: Thresholds) -> tuple[bool, str]:
    """Whether a survey item named the topic, with the numbers of the rule put in."""
    ground = item.ground(limits)
    limit = exact(100 * limits.survey_lower_limit)
    if ground is Ground.LOWER_LIMIT:
        if not item.is_printable:
            return True, _("Die untere Grenze liegt bei mindestens %(limit)s\u00a0%%. Benannt.", limit=limit)
        lower = number(100 * item.lower(limits), max(own_decimals(100 * limits.survey_lower_limit), 1))
        words = _("Untere Grenze %(lower)s\u00a0%%, nötig sind %(limit)s\u00a0%%. Benannt.", lower=lower, limit=limit)
        return True, words
    if ground is Ground.ABOVE_REST:
        return True, _(
            "Deutlich mehr als in den anderen Planungsräumen (mit %(confidence)s\u00a0%% Sicherheit). Benannt.",
            confidence=exact(100 * limits.confidence),
        )
    if item.n < limits.survey_minimum:
        return False, _("Weniger als %(least)s gültige Antworten. Nicht gewertet.", least=limits.survey_minimum)
    words = _("Untere Grenze unter %(limit)s\u00a0%% und nicht deutlich mehr als anderswo. Nicht benannt.", limit=limit)
    if not item.can_clear:
        return False, words + " " + _("Wer auswählen musste, hat damit nicht verneint.")
    if item.n < limits.asked_minimum:
        few = _(
            "Mit %(n)s Antworten auch nicht ausreichend gefragt (nötig: %(least)s).",
            n=item.n,
            least=limits.asked_minimum,
        )
        return False, words + " " + few
    return False, words


def organisations_rule(voices: Voices, limits: Thresholds) -> tuple[bool, str]:
    """Who put it forward, and whether that is enough."""
    met = bool({Ground.MUNICIPALITY, Ground.ORGANISATIONS}.intersection(voices.grounds))
    municipalities = ngettext(
        "%(num)d Gemeinde oder Verwaltungsgemeinschaft",
        "%(num)d Gemeinden oder Verwaltungsgemeinschaften",
        voices.municipalities,
    )
    others = ngettext("%(num)d unabhängige Organisation", "%(num)d unabhängige Organisationen", voices.independent)
    needed = _("Nötig: %(enough)s. Ein Spitzenverband zählt einmal.", enough=enough_organisations(limits))
    return met, f"{municipalities}, {others}. {needed}"


def enough_organisations(limits: Thresholds) -> str:
    """`1 Gemeinde oder 2 unabhängige Organisationen`."""
    return _(
        "%(municipalities)s oder %(organisations)s",
        municipalities=ngettext("%(num)d Gemeinde", "%(num)d Gemeinden", limits.municipalities),
        organisations=ngettext(
            "%(num)d unabhängige Organisation", "%(num)d unabhängige Organisationen", limits.organisations
        ),
    )


def event_rule(event: HeldEvent, limits: Thresholds) -> tuple[bool, str]:
    """Whether an event with the topic on its agenda counts as having asked."""
    met = event.suffices(limits)
    words = _(
        "%(present)s von %(required)s vorgesehenen Gruppen waren dabei, nötig sind %(share)s\u00a0%%.",
        present=event.groups_present,
        required=event.groups_required,
        share=exact(100 * limits.required_share),
    )
    return met, words + " " + (_("Gefragt.") if met else _("Nicht ausreichend gefragt."))


def indicator_rules(one: IndicatorFigures, area_id: int) -> list[tuple[bool, Any, str]]:
    """The rule for a figure with the numbers put in: usable, difference, trend, standard."""
    figure = one.areas[area_id]
    facts, signal = one.indicator, figure.signal
    if figure.value.value is None:
        return [(False, _("Brauchbar:"), _unusable(signal.reasons))]
    usable = signal.signal in {FiguresSignal.CONSPICUOUS, FiguresSignal.NOT_CONSPICUOUS}
    found = [(usable, _("Brauchbar:"), _usable(one, area_id, usable))]
    if not usable:
        return found
    reached = SignalReason.DIFFERENCE in signal.reasons
    if signal.difference is not None and signal.min_difference is not None:
        found.append((reached, *_distance(one, area_id, signal.min_difference, reached)))
    within = figure_words.within_chance(one, area_id)
    if within is not None:
        found.append(within)
    trend = SignalReason.TREND in signal.reasons
    if figure.trend.change is None:
        count = figure.trend.periods
        words = _(
            "Vergleichbare Zeitpunkte: %(count)s, nötig sind %(least)s. Nicht prüfbar.",
            count=count,
            least=parameters().trend_periods,
        )
    else:
        words = _("Ungünstig und deutlich.") if trend else _("Nicht ungünstig genug.")
    found.append((trend, _("Entwicklung:"), words))
    if signal.standard_check is not None:
        missed = signal.standard_check is StandardCheck.MISSED
        check = f"{signal.standard_check.label}."
        words = quoting(f"%(source)s: {check}", source=facts.standard_source) if facts.standard_source else check
        found.append((missed, _("Richtwert:"), words))
    return found


def _distance(one: IndicatorFigures, area_id: int, minimum: float, reached: bool) -> tuple[str, str]:
    """Title and sentence of the comparison: with the county, or with the reference value in its place."""
    facts, reference = one.indicator, one.indicator.rule.reference
    value = figure_words.area_number(facts, one.areas[area_id].value.value)
    least = number(minimum, max(facts.decimals, 1)) + " " + _difference_unit(one)
    if reference is None:
        title = _("Abstand zum Landkreis:")
        words = _(
            "%(value)s im Planungsraum, %(county)s im Landkreis. Als Unterschied zählen %(least)s oder mehr.",
            value=value,
            county=figure_words.area_number(facts, one.county.value),
            least=least,
        )
    else:
        title = _("Abstand zum Bezugswert:")
        words = _(
            "%(value)s im Planungsraum. Verglichen mit: %(reference)s. Als Unterschied zählen %(least)s oder mehr.",
            value=value,
            reference=figure_words.reference_words(facts, reference),
            least=least,
        )
    return title, words + " " + (_("Erreicht.") if reached else _("Nicht erreicht."))


def reference_rules(
    one: IndicatorFigures, area_id: int, compared: Mapping[int, Sequence[IndicatorReference]]
) -> list[tuple[bool, Any, str]]:
    """Values of the Land, legal standards and targets beside the area's, with whether they decide; true where one
    is missed."""
    value = one.areas[area_id].value.value
    found: list[tuple[bool, Any, str]] = []
    for reference in compared.get(one.indicator.id, ()):
        missed = references.is_missed(reference, value)
        (words,) = references.beside(one.indicator, [reference], value)
        decides = one.indicator.rule.reference
        sentence = (
            _("%(words)s. Damit vergleicht die Regel; Quelle: %(source)s", words=words, source=reference.source)
            if decides is not None and decides.kind.value == reference.kind.value and decides.value == reference.value
            else _("%(words)s. Nur zum Vergleich; Quelle: %(source)s", words=words, source=reference.source)
        )
        found.append((missed, _("Bezugswert:"), sentence))
    return found


def _difference_unit(one: IndicatorFigures) -> str:
    unit = local(one.indicator.area_unit_short)
    return _("Prozentpunkte") if unit == "%" else unit


def _unusable(reasons: tuple[SignalReason, ...]) -> str:
    return ", ".join(str(one.label) for one in reasons) + "."


def _usable(one: IndicatorFigures, area_id: int, usable: bool) -> str:
    figure = one.areas[area_id]
    if not usable:
        return _("Nein: %(why)s", why=_unusable(figure.signal.reasons))
    words = _(
        "Stand %(period)s, gilt bis %(until)s.",
        period=figure_words.period(one.period),
        until=date_long(figure.signal.valid_until),
    )
    return (
        words
        + " "
        + _("Werte liegen für %(share)s\u00a0%% der Menschen vor.", share=number(100 * (figure.value.coverage or 0)))
    )


def said(proposal: Proposal) -> str:
    """A first draft of *Gesagt wurde*, from what may be printed."""
    voices = proposal.voices
    sentences = [
        _(
            "In der Befragung nennen %(share)s hier ein Problem. Gefragt war: „%(question)s“",
            share=item_in_words(item),
            question=item.text,
        )
        for item in (*voices.named_items, *voices.clearing_items)
        if item.is_printable
    ]
    if voices.statements:
        met = voices.municipalities + voices.independent
        sentences.append(
            ngettext(
                "%(num)d unabhängige Stelle hat einen Bedarf genannt.",
                "%(num)d unabhängige Stellen haben einen Bedarf genannt.",
                met,
            )
        )
    if voices.sufficient_events and voices.axis is VoicesAxis.ASKED_NOT_NAMED:
        sentences.append(_("Das Thema stand auf einer Tagesordnung. Benannt wurde es nicht."))
    return "\n".join(sentences) or _("Dazu wurde bisher nicht ausreichend gefragt.")


def shown(proposal: Proposal, figures: CountyFigures, area_id: int) -> str:
    """A first draft of *Die Zahlen zeigen* from these figures: findings are published, so from public ones."""
    signals = (*proposal.figures.used, *proposal.figures.side_notes)
    known = [one for signal in signals if (one := figures.find(signal.key)) is not None]
    if known:
        return "\n".join(indicator_sentence(one, area_id) for one in known)
    return _("Dafür gibt es keine öffentliche Zahl.") if signals else _("Dafür gibt es keine geeignete Zahl.")


def indicator_sentence(one: IndicatorFigures, area_id: int) -> str:
    """Value beside the county, or why there is none, in one line."""
    values = _unusable(one.areas[area_id].signal.reasons) if one.areas[area_id].value.value is None else ""
    return f"{subject(one)}: {values or indicator_values(one, area_id)}"


def subject(one: IndicatorFigures) -> str:
    """The indicator's name; where a share of people is above a threshold, also what the share is of."""
    facts = one.indicator
    # `Fahrzeit: 14,5 %` would not be understood: such a value says for how many people it takes longer.
    name = local(facts.name)
    return f"{name}, {figure_words.method(facts)}" if facts.is_share_above else str(name)


def indicator_values(one: IndicatorFigures, area_id: int) -> str:
    """The same below the indicator's name: `94,0 %, im Landkreis 95,0 % (06/2022).`"""
    facts, figure = one.indicator, one.areas[area_id]
    if figure.value.value is None:
        why = _unusable(figure.signal.reasons)
        return why[:1].upper() + why[1:]
    sentence = _(
        "%(value)s, im Landkreis %(county)s (%(period)s).",
        value=figure_words.area_number(facts, figure.value.value),
        county=figure_words.area_number(facts, one.county.value),
        period=figure_words.period_short(one.period),
    )
    # On paper nothing else says that the number is not that of everybody.
    covered = figure_words.coverage(figure.value)
    found = [sentence, f"{covered}." if covered else ""]
    if facts.rule.reference is not None:
        reference = figure_words.reference_words(facts, facts.rule.reference)
        found.append(_("Verglichen mit: %(reference)s.", reference=reference))
    return " ".join(filter(None, found))

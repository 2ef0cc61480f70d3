"""What becomes of figures when municipalities are put together, for the preview of a merger."""

from collections.abc import Collection, Sequence

from flask_babel import gettext as _

from portal.areas.extension import FigureFate
from portal.core.actor import SYSTEM
from portal.indicators import queries
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import IndicatorFigures, ShownValue
from portal.indicators.value_states import ValueState

_APART = frozenset({Aggregation.POPULATION_SHARE, Aggregation.NONE})


def fates(area_ids: Collection[int]) -> Sequence[FigureFate]:
    """Indicators in use by what the rule of aggregation makes of them; those without any value are left out."""
    words = {
        "sum": _("wird addiert"),
        "rate": _("wird aus Zähler und Nenner neu berechnet"),
        "mean": _("wird mit der Bevölkerung gewichtet gemittelt"),
        "apart": _("lässt sich nicht zusammenfassen (Mediane und Klassen)"),
        "secret": _("bleibt unvollständig: Ein Wert ist geheim"),
        "missing": _("bleibt unvollständig: Ein Wert fehlt"),
    }
    found: dict[str, list[str]] = {fate: [] for fate in words}
    for figures in queries.county_figures(SYSTEM).indicators.values():
        shown = [figures.municipal[id_] for id_ in area_ids if id_ in figures.municipal]
        if any(one.state is not ValueState.MISSING for one in shown):
            found[_fate(figures, shown)].append(figures.indicator.name)
    return [FigureFate(label=words[fate], names=tuple(names)) for fate, names in found.items() if names]


def _fate(figures: IndicatorFigures, shown: Sequence[ShownValue]) -> str:
    states = {one.state for one in shown}
    if ValueState.SUPPRESSED in states:
        return "secret"
    if figures.indicator.aggregation in _APART or ValueState.CLASS_INTERVAL in states:
        return "apart"
    if any(one.value is None for one in shown):
        return "missing"
    return {Aggregation.SUM: "sum", Aggregation.RATE: "rate"}.get(figures.indicator.aggregation, "mean")

"""Why rule 1 comes to an assessment, in one line: the half that exists, and what the other half lacks."""

from flask_babel import gettext as _

from portal.core.text import one_line
from portal.evidence.models import Assessment, VoicesAxis
from portal.evidence.rules.rule import Figures, Proposal
from portal.indicators.signals import FiguresSignal, SignalReason

# Keys of the figures' axis where machines read them (command line, downloads).
SIGNAL_KEYS = {
    FiguresSignal.CONSPICUOUS: "unguenstig_auffaellig",
    FiguresSignal.NOT_CONSPICUOUS: "nicht_auffaellig",
    FiguresSignal.NOT_MEANINGFUL: "nicht_aussagekraeftig",
    FiguresSignal.NONE: "keine",
}


def missing_figures(figures: Figures) -> str:
    """Why there is no usable figure."""
    if not figures.used:
        return _("kein Indikator bekannt")
    words = {
        SignalReason.NO_VALUES: _("noch keine Werte"),
        SignalReason.COUNTY_ONLY: _("Zahlen nur für den Landkreis"),
        SignalReason.CLASS_ONLY: _("nur Klasse für den Landkreis"),
        SignalReason.AMBIGUOUS: _("Richtung der Zahl nicht eindeutig"),
        SignalReason.TOO_OLD: _("Zahl zu alt"),
        SignalReason.LOW_COVERAGE: _("Zahlen für zu wenige Menschen"),
        SignalReason.SECRET: _("einzelne Zahlen sind geheim"),
        SignalReason.NO_COUNTY: _("kein Kreiswert zum Vergleichen"),
        SignalReason.NO_REFERENCE: _("der festgelegte Bezugswert fehlt"),
    }
    return "" if figures.reason is None else words[figures.reason]


def reason(proposal: Proposal) -> str:
    """The reason as matrix, page and command line print it."""
    match proposal.assessment:
        case Assessment.CONFIRMED:
            return _("Hinweise und Zahlen stimmen überein")
        case Assessment.FELT_ONLY:
            return _("Benannt; die Zahlen zeigen es nicht")
        case Assessment.HIDDEN:
            return _("Zahlen auffällig; bisher nicht benannt")
        case Assessment.UNREMARKABLE:
            return _("Derzeit keine Auffälligkeit")
    if proposal.figures.signal is FiguresSignal.CONSPICUOUS:
        return _("Zahlen auffällig; nicht ausreichend gefragt")
    if proposal.figures.signal is FiguresSignal.NOT_CONSPICUOUS:
        return _("Zahlen nicht auffällig; nicht ausreichend gefragt")
    why = missing_figures(proposal.figures)
    if proposal.voices.axis is VoicesAxis.NAMED:
        return one_line(_("Benannt – geeignete Zahlen fehlen (%(why)s)", why=why))
    if proposal.voices.axis is VoicesAxis.ASKED_NOT_NAMED:
        return one_line(_("Gefragt, nicht benannt; %(why)s", why=why))
    return one_line(_("Nicht ausreichend gefragt; %(why)s", why=why))

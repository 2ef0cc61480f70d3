"""A report as PDF/UA-1."""

from dataclasses import asdict
from typing import Any

from flask_babel import gettext as _

from portal.core import pdf
from portal.reports.content import Report

TEMPLATE = "reports/report.typ"


def document(report: Report) -> bytes:
    """The whole report, typeset."""
    return pdf.render(TEMPLATE, {**asdict(report), "source": report.source_line, "labels": _labels()})


def _labels() -> dict[str, Any]:
    """Headings of the document in the language of the request."""
    return {
        "assessments": _("Stimmen und Zahlen im Vergleich"),
        "assessment_head": [_("Thema"), _("Einordnung"), _("Stimmen"), _("Zahlen")],
        "conclusions": _("Befunde"),
        "said": _("Gesagt wurde"),
        "figures_show": _("Die Zahlen zeigen"),
        "recommendation": _("Wir empfehlen"),
        "reason": _("Begründung"),
        "resources": _("Ressourcen und Stärken"),
        "alternatives": _("Alternativen"),
        "alternative_head": [_("Alternative"), _("Kosten"), _("Wirkung"), _("Nebenwirkungen")],
        "next_step": _("Nächster Schritt"),
        "budget": _("Haushalt"),
        "hearing": _("Stellungnahmen der Gemeinden"),
        "silent": _("Angehört, ohne Stellungnahme:"),
        "dissent": _("Abweichende Sicht"),
        "decisions": _("Beschlüsse"),
        "evidence": _("Belege"),
        "actions": _("Empfehlungen, Beschlüsse und Aufträge"),
        "action_head": [_("Was"), _("Wer"), _("Bis wann"), _("Stand")],
        "no_actions": _("Bisher ist nichts empfohlen, beschlossen oder vereinbart."),
        "figures": _("Zahlen"),
        "figures_note": _("Die Zahl in eckigen Klammern nennt die Quelle in der Liste am Ende."),
        "figure_head": [_("Kennzahl"), _("Planungsraum"), _("Landkreis"), _("Spannweite der Gemeinden")],
        "needs": _("Bedarfe und Ressourcen"),
        "need_head": [_("Titel"), _("Art"), _("Stand"), _("von")],
        "no_needs": _("Bisher liegt kein Hinweis vor."),
        "method": _("Methode"),
        "sources": _("Quellen"),
    }

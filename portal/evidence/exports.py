"""The matrix as a file: one line per planning area and topic that the filter leaves."""

from typing import Any

from flask import current_app
from flask_babel import gettext as _

from portal.areas import example_assignment
from portal.core.formats import date_short
from portal.core.tables import csv_file
from portal.core.workbooks import xlsx_file
from portal.evidence import words
from portal.evidence.matrix import Matrix
from portal.evidence.pages import Cell, MatrixPage
from portal.evidence.rules import reasons
from portal.evidence.rules.rule import VoiceKind


def as_csv(page: MatrixPage, found: Matrix, *, example: bool) -> bytes:
    """As German Excel opens it, with day, period and the mark of the demonstration below the lines."""
    return csv_file(head(), rows(page), note=note(page, found, example=example))


def as_xlsx(page: MatrixPage, found: Matrix, *, example: bool) -> bytes:
    """The same as a workbook."""
    title = _("Stimmen und Zahlen im Vergleich")
    return xlsx_file(head(), rows(page), title=title, sheet=_("Befunde"), note=note(page, found, example=example))


def head() -> list[str]:
    """Names of the columns."""
    return [
        _("Planungsraum"), _("Thema"), _("Einordnung"), _("Kurzform"), _("Überschrift"), _("Stand des Befunds"),
        _("Vorschlag der Regel"),
        _("Begründung"), _("Stimmen"), _("Sicherheit der Stimmen"), _("Fragen einer Befragung"), _("Bedarfshinweise"),
        _("Einträge in Protokollen"), _("Veranstaltungen"), _("Zahlen"), _("Sicherheit der Zahlen"),
        _("Anzahl der Kennzahlen"), _("Kennzahlen"), _("Daneben auffällig"),
    ]  # fmt: skip


def rows(page: MatrixPage) -> list[list[Any]]:
    """The cells as the filter leaves them, by topic and area, with how many sources of each kind they rest on."""
    return [
        [area.name, str(row.topic), *_cells(one)]
        for row in page.rows
        for area, one in zip(page.areas, row.cells, strict=True)
        if page.choice.assessment in {"", one.shown.value}
    ]


def _cells(one: Cell) -> list[Any]:
    voices, figures = one.proposal.voices, one.proposal.figures
    kinds = [voice.kind for voice in voices.statements]
    return [
        str(one.shown.label),
        str(words.SHORT[one.shown]),
        "" if one.standing is None else one.standing.title,
        _("noch kein Befund") if one.standing is None else str(one.standing.state.label),
        str(one.proposal.assessment.label),
        reasons.reason(one.proposal),
        str(voices.axis.label),
        str(voices.certainty.label),
        len(voices.named_items) + len(voices.clearing_items) + len(voices.other_items),
        kinds.count(VoiceKind.STATEMENT),
        kinds.count(VoiceKind.MINUTES_ENTRY),
        len(voices.events),
        str(figures.signal.label),
        str(figures.certainty.label),
        len(figures.used),
        ", ".join(signal.key for signal in figures.used),
        ", ".join(signal.key for signal in figures.side_notes),
    ]


def note(page: MatrixPage, found: Matrix, *, example: bool) -> str:
    """What the lines are and what they are not, and whose the figures are; travels with every copy."""
    text = _(
        "Vorschläge der Regel und gefasste Befunde, Stand %(day)s, %(period)s. Befragungen sind nicht repräsentativ. "
        "„Keine Auffälligkeit“ heißt nicht, dass ein Angebot verzichtbar ist.",
        day=date_short(found.on),
        period=found.period_name,
    )
    if page.sources:
        text += " " + _("Quellen der Zahlen: %(sources)s", sources=" | ".join(one.text for one in page.sources))
    if example:
        text += " " + example_assignment.sentence(example)
    if current_app.config["PORTAL"].demo:
        text += " " + _("Demodaten – frei erfunden: Personen, Organisationen und Aussagen. Die Zahlen sind echt.")
    return text

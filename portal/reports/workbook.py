"""A report as a workbook: every number unrounded, every source beside it, one sheet a kind of row."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _

from portal.core.workbooks import Sheet, workbook_file
from portal.reports.content import Report


def workbook(report: Report) -> bytes:
    """All numbers and words of the report; no cell is run as a formula."""
    return workbook_file(_sheets(report), title=report.title, author=report.office, note=report.source_line)


def _sheets(report: Report) -> Iterable[Sheet]:
    yield _sheet(
        _("Zum Dokument"),
        [report.title, ""],
        [
            [_("Landkreis"), report.county], [_("Planungsperiode"), report.period], [_("Stand"), report.day],
            *([_("Hinweis"), notice] for notice in report.notices),
            *([_("Methode"), line] for line in report.method),
            *([_("Quelle"), line] for line in report.sources),
        ],
        (30, 120),
    )  # fmt: skip
    yield _sheet(
        _("Zahlen"),
        [
            _("Planungsraum"), _("Kürzel"), _("Thema"), _("Kennzahl"), _("Wert"), _("Landkreis"), _("Einheit"),
            _("Unterschied"), _("Spannweite der Gemeinden"), _("Abdeckung"), _("Signal"), _("Zeitraum"),
            _("Methode"), _("Quelle"), _("Nummer der Quelle"), _("Bezugswerte"), _("Adresse"),
        ],
        [
            [
                area.name, one.key, one.topic, one.name, _number(one.number, one.value),
                _number(one.county_number, one.county), one.unit, one.difference, one.spread, one.coverage, one.signal,
                one.period, one.method, one.source, one.reference, one.compared,
                one.url,
            ]
            for area in report.areas
            for one in area.figures
        ],
        (24, 22, 26, 36, 14, 14, 16, 24, 40, 20, 20, 14, 36, 60, 18, 40, 50),
    )  # fmt: skip
    yield _sheet(
        _("Einordnungen"),
        [
            _("Planungsraum"), _("Thema"), _("Einordnung"), _("Stimmen"), _("Zahlen"), _("Begründung der Regel"),
            _("Befund"),
        ],
        [
            [area.name, one.topic, one.assessment, one.voices, one.figures, one.reason, one.standing]
            for area in report.areas
            for one in area.assessments
        ],
        (24, 30, 40, 26, 24, 50, 22),
    )  # fmt: skip
    yield _sheet(
        _("Befunde"),
        [
            _("Planungsraum"), _("Thema"), _("Überschrift"), _("Einordnung"), _("Stand"), _("Gesagt wurde"),
            _("Die Zahlen zeigen"), _("Begründung"), _("Ressourcen und Stärken"), _("Empfehlung"), _("Alternativen"),
            _("Nächster Schritt"), _("Haushalt"), _("Stellungnahmen"), _("Abweichende Sicht"), _("Beschlüsse"),
        ],
        [
            [
                area.name, one.topic, one.title, one.assessment, one.standing, one.said, one.figures_show, one.reason,
                one.resources, one.recommendation,
                "\n".join(" | ".join((way.text, way.cost, way.effect, way.side_effects)) for way in one.alternatives),
                one.next_step, one.budget, _quotes(one.hearing), _quotes(one.dissent),
                _quotes(one.decisions),
            ]
            for area in report.areas
            for one in area.conclusions
        ],
        (24, 30, 40, 34, 18, 50, 50, 50, 50, 50, 50, 40, 24, 50, 50, 50),
    )  # fmt: skip
    yield _sheet(
        _("Belege"),
        [_("Planungsraum"), _("Thema"), _("Seite"), _("Beleg"), _("Angabe"), _("Adresse")],
        [
            [area.name, one.topic, source.side, source.text, source.detail, source.url]
            for area in report.areas
            for one in area.conclusions
            for source in one.evidence
        ],
        (24, 30, 12, 60, 60, 50),
    )
    yield _sheet(
        _("Beschlüsse und Aufträge"),
        [_("Planungsraum"), _("Art"), _("Was"), _("Wer"), _("Bis wann"), _("Stand"), _("Adresse")],
        [
            [area.name, one.kind, one.text, one.who, one.when, one.state, one.url]
            for area in report.areas
            for one in area.actions
        ],
        (24, 18, 60, 36, 20, 30, 50),
    )
    yield _sheet(
        _("Bedarfe"),
        [_("Planungsraum"), _("Titel"), _("Art"), _("Themen"), _("Stand"), _("von"), _("Adresse")],
        [
            [area.name, one.title, one.kind, one.topics, one.state, one.sender, one.url]
            for area in report.areas
            for one in area.needs
        ],
        (24, 50, 14, 36, 30, 40, 50),
    )


def _sheet(name: str, head: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> Sheet:
    return Sheet(name=name, head=head, rows=rows, widths=widths, frozen_columns=1)


def _number(number: float | None, words: str) -> Any:
    """The number itself; where there is none, the words that say why."""
    return words if number is None else number


def _quotes(quotes: Sequence[Any]) -> str:
    return "\n".join(f"{one.who}: {one.text}" for one in quotes)

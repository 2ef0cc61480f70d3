"""The template as a workbook (xlsxwriter): keys as text, a column of signs beside every number, checks in the cells."""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter

from portal.core.formats import date_long, number
from portal.core.workbooks import OPTIONS
from portal.indicators import words
from portal.indicators.figures import ShownValue
from portal.indicators.natures import Nature
from portal.indicators.own_figures.layout import (
    AREA_HEADS,
    NOTES,
    SHEET,
    SIGN_MARK,
    SIGN_MEANINGS,
    SIGNS,
    OwnIndicator,
    Wanted,
    sign_mark,
    value_mark,
)
from portal.indicators.value_states import ValueState

# Area id → visible value, by key of the indicator and period.
Present = Mapping[tuple[str, str], Mapping[int, ShownValue]]

_HEAD_ROWS = 6
_MOST = 1e12
_WORDS_OF_STATES = {state: word for word, state in SIGNS.items()}
_ACCEPTED_SIGNS = {
    "validate": "list",
    "source": list(SIGNS),
    "error_title": "Unbekanntes Zeichen",
    "error_message": "Bitte wählen Sie ein Wort aus der Liste oder lassen Sie die Zelle leer.",
}
NO_SINGLE_CASES = (
    "Keine Einzelfalldaten: Die Datei enthält nur Summen und Quoten für Gebiete, nie Angaben zu einzelnen Menschen."
)


def template(wanted: Wanted, present: Present) -> bytes:
    """The workbook; `present` fills in what is visible now, to be corrected. Call it in German.

    What the portal holds back stays empty, as an empty cell changes nothing.
    """
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer, OPTIONS)
    workbook.set_properties(
        {"title": f"Eigene Zahlen: {wanted.department}", "comments": NO_SINGLE_CASES, "created": wanted.made_on}
    )
    looks = _looks(workbook)
    _values(workbook.add_worksheet(SHEET), wanted, present, looks)
    held = any(one.held_back for column in present.values() for one in column.values())
    _notes(workbook.add_worksheet(NOTES), wanted, looks, held=held)
    workbook.close()
    return buffer.getvalue()


def _looks(workbook: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#B8B2A7"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 14}),
        "warning": workbook.add_format({"bold": True, "font_color": "#8A3B12"}),
        "head": workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#E3ECEC", **line}),
        "mark": workbook.add_format({"font_color": "#6B6B6B", "font_size": 8, **line}),
        "key": workbook.add_format({"num_format": "@", **line}),
        "area": workbook.add_format(line),
        "open": workbook.add_format({"locked": False, "bg_color": "#FFFFFF", **line}),
        "sign": workbook.add_format({"locked": False, "bg_color": "#FAF4E6", **line}),
        "term": workbook.add_format({"bold": True, "valign": "top", "text_wrap": True}),
        "text": workbook.add_format({"valign": "top", "text_wrap": True}),
    }


def _values(sheet: Any, wanted: Wanted, present: Present, looks: Mapping[str, Any]) -> None:
    sheet.write_string(0, 0, f"Eigene Zahlen: {wanted.department}", looks["title"])
    sheet.write_string(1, 0, NO_SINGLE_CASES, looks["warning"])
    for column, text in enumerate(AREA_HEADS):
        for row in range(2, _HEAD_ROWS - 1):
            sheet.write_blank(row, column, None, looks["head"])
        sheet.write_string(_HEAD_ROWS - 1, column, text, looks["mark"])
    for row, (area, group) in enumerate(wanted.rows, start=_HEAD_ROWS):
        sheet.write_string(row, 0, area.key or "", looks["key"])
        sheet.write_string(row, 1, area.name, looks["area"])
        sheet.write_string(row, 2, group, looks["area"])
    column = len(AREA_HEADS)
    for indicator in wanted.indicators:
        first = column
        for period in wanted.periods:
            _head(sheet, column, indicator, period.text, looks)
            known = present.get((indicator.key, period.text), {})
            for row, (area, _group) in enumerate(wanted.rows, start=_HEAD_ROWS):
                _fill(sheet, (row, column), known.get(area.id), looks)
            last = _HEAD_ROWS + len(wanted.rows) - 1
            sheet.data_validation(_HEAD_ROWS, column, last, column, _accepted(indicator, wanted.smallest))
            sheet.data_validation(_HEAD_ROWS, column + 1, last, column + 1, _ACCEPTED_SIGNS)
            column += 2
        sheet.merge_range(2, first, 2, column - 1, indicator.name, looks["head"])
    sheet.set_column(0, 0, 11)
    sheet.set_column(1, 2, 24)
    sheet.set_column(len(AREA_HEADS), column - 1, 16)
    sheet.set_row(2, 32)
    sheet.freeze_panes(_HEAD_ROWS, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2, _HEAD_ROWS - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _head(sheet: Any, column: int, indicator: OwnIndicator, period: str, looks: Mapping[str, Any]) -> None:
    """What stands above a column of numbers and its column of signs: for people, and for the reader."""
    sheet.merge_range(3, column, 3, column + 1, words.period(period), looks["head"])
    sheet.write_string(4, column, f"Wert in: {indicator.unit}", looks["head"])
    sheet.write_string(4, column + 1, SIGN_MARK, looks["head"])
    sheet.write_string(_HEAD_ROWS - 1, column, value_mark(indicator.key, period), looks["mark"])
    sheet.write_string(_HEAD_ROWS - 1, column + 1, sign_mark(indicator.key, period), looks["mark"])


def _fill(sheet: Any, cell: tuple[int, int], shown: ShownValue | None, looks: Mapping[str, Any]) -> None:
    """A number and its sign as they are visible now, or two empty cells. What was corrected need not say so again."""
    row, column = cell
    sheet.write_blank(row, column, None, looks["open"])
    sheet.write_blank(row, column + 1, None, looks["sign"])
    if shown is None or shown.held_back:
        return
    if shown.value is not None:
        sheet.write_number(row, column, shown.value, looks["open"])
    sign = _WORDS_OF_STATES.get(shown.state)
    if sign is not None and shown.state is not ValueState.REVISED:
        sheet.write_string(row, column + 1, sign, looks["sign"])


def _accepted(indicator: OwnIndicator, smallest: int) -> dict[str, Any]:
    if indicator.nature is not Nature.COUNT:
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -_MOST,
            "maximum": _MOST,
            "error_title": "Keine Zahl",
            "error_message": "Bitte geben Sie eine Zahl ein oder lassen Sie die Zelle leer.",
        }
    found: dict[str, Any] = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 0,
        "maximum": int(_MOST),
        "error_title": "Keine ganze Zahl",
        "error_message": "Bitte geben Sie eine ganze Zahl ein oder lassen Sie die Zelle leer.",
    }
    if indicator.counts_cases and smallest > 1:
        found["input_title"] = "Kleine Fallzahlen"
        found["input_message"] = f"1 bis {smallest - 1} bitte nicht eintragen, sondern daneben „geheim“ wählen."
    return found


def _notes(sheet: Any, wanted: Wanted, looks: Mapping[str, Any], *, held: bool) -> None:
    rows: list[tuple[str, str]] = [
        ("Worum es geht", "Zahlen, die der Fachbereich selbst erhebt, für alle Städte und Gemeinden des Landkreises."),
        ("Wichtig", NO_SINGLE_CASES),
        (
            "Ausfüllen",
            "Tragen Sie Zahlen in die weißen Zellen ein. Eine leere Zelle ändert nichts: Was bisher galt, gilt.",
        ),
        ("Null", "Eine 0 heißt: genau null. Ein Strich ist keine Null."),
        (
            "Abgeben",
            "Im Portal unter „Eigene Zahlen“. Vor der Freigabe durch den Fachbereich sieht niemand die Zahlen.",
        ),
        (
            "Nicht ändern",
            "Schlüssel der Gebiete und die graue Zeile darüber. Spalten dürfen Sie löschen oder verschieben.",
        ),
    ]
    if any(one.counts_cases for one in wanted.indicators) and wanted.smallest > 1:
        rows.append(
            (
                "Kleine Fallzahlen",
                f"Zahlen von 1 bis {number(wanted.smallest - 1)} könnten auf einzelne Menschen zeigen. Tragen Sie sie "
                "nicht ein, sondern wählen Sie „geheim“. Ist in einem Planungsraum nur eine Gemeinde geheim und die "
                "Summe bekannt, kann man die Zahl ausrechnen: Dann muss eine zweite Gemeinde geheim bleiben.",
            )
        )
    if held:
        rows.append(
            (
                "Nicht vorausgefüllt",
                "Zahlen, aus denen man eine geheime ausrechnen könnte, stehen nur in Vorlagen, die der liefernde "
                "Fachbereich selbst holt. Hier bleiben ihre Zellen leer.",
            )
        )
    rows += [(f"Zeichen „{sign}“", meaning) for sign, meaning in SIGN_MEANINGS.items()]
    for one in wanted.indicators:
        due = "" if one.next_due is None else f" Nächste Lieferung fällig am {date_long(one.next_due)}."
        rows.append((one.name, f"{one.definition or 'Noch ohne Beschreibung.'} Einheit: {one.unit}.{due}".strip()))
    rows.append(("Stand der Vorlage", date_long(wanted.made_on)))
    sheet.write_string(0, 0, "So füllen Sie die Vorlage aus", looks["title"])
    for row, (term, text) in enumerate(rows, start=2):
        sheet.write_string(row, 0, term, looks["term"])
        sheet.write_string(row, 1, text, looks["text"])
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 96)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 0)

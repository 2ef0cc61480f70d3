"""Tables of no known format, read by a rule: what content proves is filled in, the rest is asked for."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from import_samples import read_all
from mapping_samples import KNOWN, LONG, WIDE, read, rule_of, text, values
from test_import_round_trip import without_sign
from workbook_samples import PERCENT, Formula, SheetSample, Styled, write_xlsx

from portal.indicators.imports.keys import AreaLevel
from portal.indicators.imports.long_form_file import write_long_form
from portal.indicators.imports.numerals import DecimalSign
from portal.indicators.imports.refusals import ImportRefused
from portal.indicators.imports.source import open_source
from portal.indicators.mapping.cells import how_written, read_numeral
from portal.indicators.mapping.grid import open_file
from portal.indicators.mapping.rule import RuleRefused, from_file, from_plain, to_file, to_plain
from portal.indicators.mapping.suggest import suggest

WORD = {"signs": {"k.A.": "missing"}}


def file_of(folder: Path, rows: Any, *, encoding: str = "utf-8", name: str = "tabelle.csv", **more: Any) -> Path:
    path = folder / name
    path.write_bytes((rows if isinstance(rows, str) else text(rows, **more)).encode(encoding))
    return path


def refusal(path: Path, **given: Any) -> str:
    """All reasons, each with row and column."""
    with pytest.raises(ImportRefused) as refused:
        read(path, given)
    return "\n".join(f"{cell.row}/{cell.column}: {cell.reason}" for cell in refused.value.refusals)


def test_a_long_table_is_understood_by_its_content(tmp_path: Path) -> None:
    found = read(file_of(tmp_path, LONG))
    assert values(found) == {
        ("08226003", "2023", "Kita-Plätze", 1234.0, "reported"),
        ("08226003", "2023", "Quote", 12.5, "reported"),
        ("08226009", "2023", "Kita-Plätze", None, "zero_or_not_available"),
        ("08226009", "2023", "Quote", None, "suppressed"),
        ("08226012", "2022", "Kita-Plätze", 7.0, "reported"),
    }
    assert {(one.measure_label, one.unit, one.level) for one in found} == {
        ("Kita-Plätze", "Anzahl", AreaLevel.MUNICIPALITY),
        ("Quote", "Prozent", AreaLevel.MUNICIPALITY),
    }


@pytest.mark.parametrize("strange", ["zz", "\x1f", "a", 7])
def test_a_delimiter_that_is_none_is_asked_for_again(tmp_path: Path, strange: object) -> None:
    assert '"delimiter": ";"' in refusal(file_of(tmp_path, LONG), delimiter=strange)


def test_a_wide_table_needs_the_meaning_of_its_own_sign_and_says_what_to_add(tmp_path: Path) -> None:
    path = file_of(tmp_path, WIDE)
    assert '"signs": {"k.A.": ' in refusal(path)
    found = read(path, WORD)
    assert ("08226009", "2024", "2024", None, "missing") in values(found)
    assert ("08226012", "2022", "2022", None, "suppressed") in values(found)
    rule = rule_of(path, **WORD)
    assert [column.period.text for column in rule.columns if column.period] == ["2022", "2023", "2024"]
    named = to_plain(rule)
    for column in named["columns"][2:]:
        column |= {"label": "Plätze im Jahresdurchschnitt", "unit": "Anzahl"}
    assert {(one.measure_label, one.unit, one.period) for one in read(path, named)} == {
        ("Plätze im Jahresdurchschnitt", "Anzahl", year) for year in ("2022", "2023", "2024")
    }


def test_columns_and_rows_in_any_order_delimiter_and_character_set_say_the_same(tmp_path: Path) -> None:
    rule = rule_of(file_of(tmp_path, LONG))
    expected = values(read_by(file_of(tmp_path, LONG), rule))
    turned = [tuple(cells[at] for at in (5, 3, 0, 4, 2, 1)) for cells in (LONG[0], *reversed(LONG[1:]))]
    assert values(read_by(file_of(tmp_path, turned, name="b.csv"), rule)) == expected
    windows = file_of(tmp_path, LONG, encoding="cp1252", name="c.csv", end="\r\n")
    assert values(read_by(windows, rule)) == expected
    assert values(read(file_of(tmp_path, LONG, delimiter="\t", name="d.csv"))) == expected
    assert values(read(write_xlsx(tmp_path / "e.xlsx", {"Tabelle1": LONG}))) == expected


def read_by(path: Path, rule: Any) -> Any:
    return [one for chunk in open_source(path, rule=rule).read() for one in chunk]


def test_every_doubt_is_asked_and_none_is_guessed(tmp_path: Path) -> None:
    unclear = file_of(tmp_path, "AGS,Jahr,Wert\n08226003,2023,1.234\n")
    assert "„1.234“ kann Dezimalzahl oder Tausender sein." in refusal(unclear)
    assert [one.value for one in read(unclear, {"decimal": "."})] == [1.234]
    assert [one.value for one in read(unclear, {"thousands": "."})] == [1234.0]
    short = file_of(tmp_path, "AGS,Jahr,Wert\n8226003,2023,1\n", name="b.csv")
    assert "„8226003“ haben keine führende Null" in refusal(short)
    assert "eine Ziffer zu wenig" in refusal(short, short_keys=False)
    assert read(short, {"short_keys": True})[0].area_key == "08226003"
    mixed = file_of(tmp_path, "AGS,Jahr,Wert\n08226003,2023,1\n08226,2023,2\n", name="c.csv")
    assert "Schlüssel verschiedener Länge" in refusal(mixed)
    assert [one.area_key for one in read(mixed, {"level": "mixed"})] == ["08226003", "08226"]
    assert "3/A: Schlüssel „08226“ passt nicht zur Ebene" in refusal(mixed, level="municipality")
    slashes = file_of(tmp_path, "AGS,Stichtag,Wert\n08226003,01/02/2024,1\n", name="d.csv")
    assert "erst der Tag oder erst der Monat" in refusal(slashes)
    assert read(slashes, {"dates": "day_first"})[0].period == "2024-02-01"
    assert read(slashes, {"dates": "month_first"})[0].period == "2024-01-02"
    two_keys = file_of(tmp_path, "Wohnort;Arbeitsort;Jahr;Wert\n08226003;08226009;2023;1\n", name="e.csv")
    assert "In welcher Spalte steht der Gebietsschlüssel? Möglich sind: Wohnort, Arbeitsort" in refusal(two_keys)
    timeless = file_of(tmp_path, "AGS;Wert\n08226003;1\n", name="f.csv")
    assert '"period": "2025"' in refusal(timeless)
    sheets = write_xlsx(tmp_path / "g.xlsx", {"Eins": LONG, "Zwei": LONG})
    assert "Die Datei enthält: Eins, Zwei" in refusal(sheets)
    assert len(read(sheets, {"sheet": "Zwei"})) == 5
    zero = file_of(tmp_path, "AGS;Jahr;Wert\n08226003;2023;0\n08226009;2023;.\n", name="h.csv")
    assert "Was bedeutet eine gedruckte 0?" in refusal(zero)
    assert read(zero, {"signs": {"0": "rounded_to_zero"}})[0].state.value == "rounded_to_zero"


def test_names_are_no_keys(tmp_path: Path) -> None:
    assert "Namen sind keine Schlüssel." in refusal(file_of(tmp_path, "Gemeinde;Jahr;Wert\nBrühl;2023;1\n"))


def test_merged_heads_stand_above_each_of_their_columns(tmp_path: Path) -> None:
    rows = (
        ("Kita", None, None, None),
        ("AGS", "Plätze", None, "Quote"),
        (None, 2022.0, 2023.0, 2023.0),
        ("08226003", 5.0, 7.0, 12.5),
        ("Quelle: Jugendamt",),
    )
    path = write_xlsx(tmp_path / "a.xlsx", {"Daten": SheetSample(rows, merged=("B2:C2", "A2:A3"))})
    found = read(path, {"head": [2, 3]})
    assert {(one.measure_label, one.period, one.value) for one in found} == {
        ("Plätze", "2022", 5.0), ("Plätze", "2023", 7.0), ("Quote", "2023", 12.5),
    }  # fmt: skip
    source = open_source(path, rule=rule_of(path, head=[2, 3]))
    assert [str(words) for words in source.validate().left_out] == ["Zeile 5: „Quelle: Jugendamt“"]
    below = write_xlsx(tmp_path / "b.xlsx", {"Daten": SheetSample(rows, merged=("B2:C2", "A2:A3", "B4:B5"))})
    assert "Verbundene Zellen zwischen den Werten" in refusal(below, head=[2, 3])


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("08226009;Dossenheim;11", "8226009.0;Dossenheim;11", "3/A: Gebietsschlüssel „8226009.0“ ist als Kommazahl"),
        ("7,5", "7.5", "2/D: „7.5“ passt nicht zu Dezimalzeichen"),
        ("7,5", "=7+5", "2/D: Die Zelle enthält eine Formel"),
        ("7,5", "7;5", "2/F: Zahl der Felder in der Zeile: 6 statt 5."),
        ("7,5", "7e5", "2/D: „7e5“ ist weder Zahl noch Zeichen"),
        ("2023", "2025", "Die Spalte „2025“ kennt die Zuordnung nicht."),
        ("2023", "2022", "Die Spalte „2022“ steht zweimal in der Kopfzeile."),
        ("Name;2022", "Name", "Die Spalte „2022“ fehlt in der Kopfzeile."),
        ("08226012", "", "4/A: Gebietsschlüssel fehlt"),
        ("08226012", "08226003", "4/C: Zwei verschiedene Werte für dasselbe Gebiet"),
    ],
)
def test_a_damaged_cell_is_named(tmp_path: Path, old: str, new: str, word: str) -> None:
    rule = rule_of(file_of(tmp_path, WIDE), **WORD)
    damaged = file_of(tmp_path, text(WIDE).replace(old, new), name="b.csv")
    with pytest.raises(ImportRefused) as refused:
        read_by(damaged, rule)
    assert any(word in f"{cell.row}/{cell.column}: {cell.reason}" for cell in refused.value.refusals), refused.value


def test_keys_kept_as_numbers_are_completed_only_where_none_has_its_zero(tmp_path: Path) -> None:
    rows = (("AGS", "Jahr", "Wert"), (8226003.0, 2023.0, 5.0), (8226009.0, 2023.0, 7.0))
    path = write_xlsx(tmp_path / "a.xlsx", {"Daten": rows})
    assert "haben keine führende Null" in refusal(path)
    assert [one.area_key for one in read(path, {"short_keys": True})] == ["08226003", "08226009"]
    both = write_xlsx(tmp_path / "b.xlsx", {"Daten": (*rows, ("08226012", 2023.0, 1.0))})
    assert "2/A: Dem Gebietsschlüssel fehlt eine Null" in refusal(both, short_keys=True)
    floats = file_of(tmp_path, "AGS;Jahr;Wert\n8226003.0;2023;5\n")
    assert [one.area_key for one in read(floats, {"short_keys": True})] == ["08226003"]


def test_keys_that_were_exported_as_decimals_are_called_so(tmp_path: Path) -> None:
    """The zero is not what is wrong with them: the place is the column, and the way out is an export as text."""
    floats = file_of(tmp_path, "Jahr;AGS;Wert\n2023;8226003.0;5\n2023;8226009.0;7\n")
    said = refusal(floats)
    assert said.startswith("1/B: Die Schlüssel sind als Kommazahlen gespeichert, z. B. „8226003.0“."), said
    assert "mit dieser Spalte im Format „Text“" in said
    assert '"short_keys": true / false' in said
    assert "/A: " not in said
    short = refusal(file_of(tmp_path, "Jahr;AGS;Wert\n2023;8226003;5\n"))
    assert short.startswith("1/B: Schlüssel wie „8226003“ haben keine führende Null."), short


def column(heading: str, holds: str, **more: str) -> dict[str, str]:
    return {"heading": heading, "holds": holds, **more}


LISTED = (column("Schlüssel", "area"), column("Name", "name"))


def test_a_mapping_and_a_table_with_other_columns_are_refused_by_the_columns(tmp_path: Path) -> None:
    """Nothing else is asked: for which time a column counts that nobody named is not the question."""
    path = file_of(tmp_path, "Schlüssel;Name;Plätze\n08226003;Altlußheim;5\n")
    renamed = refusal(path, columns=[*LISTED, column("Betten", "value")])
    assert renamed.splitlines() == [
        "1/C: Die Spalte „Plätze“ kennt die Zuordnung nicht.",
        "1/A: Die Spalte „Betten“ fehlt in der Kopfzeile.",
    ]
    assert "Für welchen Zeitraum" in refusal(path, columns=[*LISTED, column("Plätze", "value")])
    left_out = [*LISTED, column("Plätze", "value", period="2023"), column("Bemerkung", "nothing")]
    assert [one.value for one in read(path, {"columns": left_out})] == [5.0], "what is left out may be missing"


def test_a_new_column_of_figures_is_no_part_of_an_old_mapping(tmp_path: Path) -> None:
    path = file_of(tmp_path, WIDE)
    years = [column(year, "value", label="Kita-Plätze") for year in ("2022", "2023")]
    said = refusal(path, columns=[*LISTED, *years], **WORD)
    assert said == "1/E: Die Spalte „2024“ kennt die Zuordnung nicht."
    whole = {"columns": [*LISTED, *years, column("2024", "value", label="Kita-Plätze")], **WORD}
    assert {one.measure_label for one in read(path, whole)} == {"Kita-Plätze"}


def test_a_word_for_all_that_never_occurs_is_refused(tmp_path: Path) -> None:
    """Whoever names it wants the whole; without it there would be parts alone, and nobody would know."""
    path = file_of(
        tmp_path,
        [("AGS", "Jahr", "Geschlecht", "Wert"), *(("08226003", "2023", sex, "7") for sex in ("männlich", "Insgesamt"))],
    )
    columns = [
        column("AGS", "area"), column("Jahr", "period"), column("Wert", "value", label="Fälle", unit="Anzahl"),
    ]  # fmt: skip
    whole = [*columns, column("Geschlecht", "part", total="Insgesamt")]
    assert {one.dimensions for one in read(path, {"columns": whole})} == {
        (("geschlecht", "maennlich"),), (("geschlecht", ""),),
    }  # fmt: skip
    assert "nirgends „Alle“" in refusal(path, columns=[*columns, column("Geschlecht", "part", total="Alle")])


def test_a_key_of_the_mapping_file_that_does_not_fit_is_told_at_its_column(tmp_path: Path) -> None:
    path = file_of(tmp_path, "Schlüssel;Name;Plätze\n08226003;Altlußheim;5\n")
    columns = [*LISTED, column("Plätze", "value", period="2023", unit="x" * 101)]
    assert refusal(path, columns=columns).startswith("1/C: Zuordnung, „columns[2].unit“: ")
    assert refusal(path, columns=[*LISTED, column("Plätze", "value", period="2023")], source=1).startswith(
        "1/A: Zuordnung, „source“: "
    )


def test_formulas_percent_cells_and_foreign_columns_of_workbooks(tmp_path: Path) -> None:
    def sheet(value: Any, *beside: Any) -> Path:
        rows = (("AGS", "Jahr", "Wert"), ("08226003", 2023.0, value, *beside), ("08226009", 2023.0, 5.0))
        return write_xlsx(tmp_path / "a.xlsx", {"Daten": rows})

    assert "Formel ohne gespeichertes Ergebnis" in refusal(sheet(Formula()))
    assert [one.value for one in read(sheet(Formula(7.0)))] == [7.0, 5.0]
    assert "Was bedeutet „#DIV/0!“" in refusal(sheet(Formula("#DIV/0!", is_error=True)))
    assert "zeigt eine andere Zahl" in refusal(sheet(Styled(0.12, PERCENT)))
    assert "Über dieser Spalte fehlt die Überschrift." in refusal(sheet(7.0, 8.0))


def test_rows_without_a_key_are_left_out_only_where_the_rule_says_so(tmp_path: Path) -> None:
    path = file_of(tmp_path, "AGS;Name;Jahr;Wert\n08226003;Altlußheim;2023;5\n;Insgesamt;2023;5\n")
    assert "3/A: Gebietsschlüssel fehlt" in refusal(path)
    given = {"rows_without_key": "skip"}
    assert len(read(path, given)) == 1
    assert "Zeilen ohne Gebietsschlüssel: 3" in str(
        open_source(path, rule=rule_of(path, **given)).validate().left_out[0]
    )


def test_a_file_cut_in_the_middle_is_refused(tmp_path: Path) -> None:
    whole = text(WIDE)
    rule = rule_of(file_of(tmp_path, whole), **WORD)
    complete_lines = {at + 1 for at, letter in enumerate(whole) if letter == "\n"}
    expected = values(read_by(file_of(tmp_path, whole), rule))
    for end in range(1, len(whole)):
        try:
            found = values(read_by(file_of(tmp_path, whole[:end], name="b.csv"), rule))
        except ImportRefused:
            continue
        assert end in complete_lines
        assert found < expected


def test_the_file_of_a_rule_comes_back_and_is_checked_key_by_key(tmp_path: Path) -> None:
    rule = rule_of(file_of(tmp_path, WIDE), territorial_date="2024-12-31", **WORD)
    assert from_plain(from_file(to_file(rule).encode())) == rule
    plain = to_plain(rule)
    for key, wrong, word in (
        ("level", "village", "level"),
        ("signs", {"*": "zero"}, "signs[*]"),
        ("signs", {"": "zero"}, "signs[]"),
        ("period", "12/2024", "period"),
        ("columns", plain["columns"][1:], "columns"),
        ("head", [3, 1], "head"),
        ("thousands", ",", "thousands"),
        ("unknown", 1, "unknown"),
    ):
        with pytest.raises(RuleRefused) as refused:
            from_plain({**plain, key: wrong})
        assert word in refused.value.problems, (key, refused.value.problems)
    for content in (b"[]", b"{", b"\xff", b"[" * 100_000, json.dumps({"source": "x" * 300_000}).encode()):
        with pytest.raises(RuleRefused):
            from_file(content)


def test_what_numbers_prove_about_their_signs() -> None:
    assert how_written(["1.234", "12,5"])[:3] == (DecimalSign.COMMA, ".", "")
    assert how_written(["1,234", "12.5"])[:3] == (DecimalSign.POINT, ",", "")
    assert how_written(["1.234", "5"])[2] == "1.234"
    assert how_written(["1.234.567"])[:3] == (None, ".", "")
    assert how_written(["12,5", "12.5"]).clash
    assert read_numeral("1.2345", DecimalSign.COMMA, ".") is None
    assert read_numeral("1.234", DecimalSign.COMMA, "") is None
    assert read_numeral("1 234,5", DecimalSign.COMMA, " ") == 1234.5


_CELL = st.one_of(
    st.sampled_from(["-", ".", "*", "x", ""]),
    st.decimals(min_value=-999, max_value=999_999, places=2).map(lambda number: f"{number:.2f}".replace(".", ",")),
    st.integers(min_value=1, max_value=999_999).map(str),
)


@settings(max_examples=20, deadline=None)
@given(rows=st.lists(st.tuples(_CELL, _CELL, _CELL), min_size=4, max_size=4), dice=st.randoms(use_true_random=False))
def test_any_table_read_exported_and_read_again_is_the_same(rows: Any, dice: Any, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.mktemp("tabelle")
    keys = sorted(KNOWN - {"08226"})
    table = [("AGS", "2021", "2022", "2023"), *((key, *cells) for key, cells in zip(keys, rows, strict=True))]
    order = [0, 1, 2, 3]
    dice.shuffle(order)
    shuffled = [tuple(cells[at] for at in order) for cells in table]
    years = ("2021", "2022", "2023")
    words = {"-": "zero_or_not_available", ".": "suppressed", "*": "suppressed", "x": "not_meaningful", "": "missing"}
    plain = [{"heading": "AGS", "holds": "area"}]
    plain += [{"heading": year, "holds": "value", "label": "Plätze", "period": year} for year in years]
    given_rule = {"decimal": ",", "level": "municipality", "head": 1, "signs": words, "columns": plain}
    path = file_of(folder, shuffled)
    found = read(path, given_rule)
    expected = {
        (key, year): float(cell.replace(",", ".")) if cell[-1:].isdigit() else None
        for key, *cells in table[1:]
        for year, cell in zip(table[0][1:], cells, strict=True)
    }
    assert {(one.area_key, one.period): one.value for one in found} == expected
    target = folder / "langform.csv"
    write_long_form(target, [found])
    assert without_sign(read_all(target)) == without_sign(found)


def test_the_head_is_found_below_a_title(tmp_path: Path) -> None:
    above = "Kita-Statistik;;;;\n;;;;\n"
    found = suggest(open_file(file_of(tmp_path, above + text(WIDE))), {}, known_keys=KNOWN)
    assert (found.plain["head"], found.headings) == ([3, 3], WIDE[0])


def test_a_suggestion_shows_headings_samples_and_signs(tmp_path: Path) -> None:
    found = suggest(open_file(file_of(tmp_path, WIDE)), {}, known_keys=KNOWN)
    assert found.headings == WIDE[0]
    assert found.samples(1) == ["Altlußheim", "Dossenheim", "Eberbach"]
    assert found.signs == ("", "*", "k.A.")
    assert found.column("2022") == {"heading": "2022", "holds": "value", "period": "2022"}
    assert [question.key for question in found.questions] == ["signs"]


def counted(folder: Path, *cells: str, **given: Any) -> str | list[float | None]:
    """What becomes of a column of counts by this way of writing numbers: the refusal, or the numbers."""
    rows = [("AGS", "Wert"), *zip(("08226003", "08226009", "08226012"), cells, strict=False)]
    column = {"heading": "Wert", "holds": "value", "label": "Plätze", "unit": "Anzahl", "period": "2023"}
    rule = {"level": "municipality", "columns": [{"heading": "AGS", "holds": "area"}, column | given.pop("column", {})]}
    path = file_of(folder, rows)
    try:
        return [one.value for one in read(path, rule | given)]
    except ImportRefused as refused:
        return str(refused)


def test_a_count_is_a_whole_number_however_its_signs_are_taken(tmp_path: Path) -> None:
    assert counted(tmp_path, "1.234", "2.345", decimal=",", thousands=".") == [1234, 2345]
    misread = counted(tmp_path, "1.234", "2.345", decimal=".")
    assert "Zeile 2, Spalte B: „1.234“ wäre 1,234" in misread
    assert "ganze Zahl" in counted(tmp_path, "17", "3,5", decimal=",")
    averages = {"label": "Plätze im Jahresdurchschnitt"}
    assert counted(tmp_path, "17", "3,5", decimal=",", column=averages) == [17, 3.5]
    assert counted(tmp_path, "1.234", decimal=".", column={"unit": "%"}) == [1.234]


@pytest.mark.parametrize("unit", ["Anzahl", "%"])
def test_a_column_that_reads_the_sign_in_both_ways_is_refused(tmp_path: Path, unit: str) -> None:
    found = counted(tmp_path, "1.234", "2.345", "3,456", decimal=",", thousands=".", column={"unit": unit})
    assert "Zeile 4, Spalte B: „3,456“: In der Spalte stehen „.“ und „,“ vor drei Ziffern" in found


def test_nothing_that_is_counted_is_below_zero(tmp_path: Path) -> None:
    assert "Zeile 3, Spalte B: Eine Anzahl kann nicht kleiner als null sein; hier steht -12" in counted(
        tmp_path, "3", "-12"
    )
    assert counted(tmp_path, "3", "-12", column={"label": "Wanderungssaldo"}) == [3, -12]
    assert counted(tmp_path, "3", "-12", column={"unit": "Prozent"}) == [3, -12]

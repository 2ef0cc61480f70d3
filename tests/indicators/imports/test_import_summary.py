"""The summary in the keys of the command."""

import json
from pathlib import Path

from import_samples import FLAT_LINES, classic_file, flat_file, long_file, write

from portal.indicators.imports.refusals import ImportRefused
from portal.indicators.imports.source import open_source
from portal.indicators.imports.summary import is_known, shown, summary, summary_of_refusal

KEYS = ["file", "format", "encoding", "values", "missing", "areas", "periods", "measures", "refused", "batch"]


def test_exactly_the_keys_of_the_command(tmp_path: Path) -> None:
    path = write(tmp_path, flat_file(), name="12411_de_flat.csv", encoding="utf-8-sig")
    source = open_source(path, answers={"complete": "yes"})
    result = summary(source, {"08226": (), "06432": ()})
    assert list(result.as_json()) == KEYS
    assert json.loads(json.dumps(result.as_json())) == {
        "file": "12411_de_flat.csv",
        "format": "ffcsv",
        "encoding": "utf-8-sig",
        "values": 4,
        "missing": {"-": 2},
        "areas": {"matched": 1, "unknown": 2},
        "periods": ["2024-12-31"],
        "measures": [{"code": "BEVSTD", "label": "Bevölkerungsstand", "unit": "Anzahl"}],
        "refused": [],
        "batch": None,
    }
    assert result.unknown_keys == ["03241001", "13001"]
    result.shown = shown(source, "08226")
    assert list(result.as_json()) == [*KEYS, "shown"]


def test_classes_and_repeated_rows_are_counted_where_there_are_any(tmp_path: Path) -> None:
    lines = long_file().splitlines()
    source = open_source(write(tmp_path, "\n".join([*lines, lines[-1]]) + "\n"))
    plain = summary(source, {"08226": ()}).as_json()
    assert plain["classes"] >= 1
    assert plain["repeated"] == 1
    assert plain["values"] + plain["classes"] + sum(plain["missing"].values()) == len(lines)


def test_shown_names_the_state_where_a_sign_stands(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, flat_file(FLAT_LINES[4:])))
    assert shown(source, "13001000") == [
        {
            "measure": "BEVSTD",
            "period": "2024-12-31",
            "dimensions": {"GES": sex},
            "value": None,
            "state": "zero_or_not_available",
            "unit": "Anzahl",
        }
        for sex in ("GESM", "")
    ]
    assert shown(source, "08226") == []


def test_shown_keeps_municipality_and_county_apart(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, long_file()))
    assert [row["measure"] for row in shown(source, "08226000")] == ["da_alq"]
    [rent] = [row for row in shown(source, "08226003") if row["measure"] == "da_miete"]
    assert (rent["value"], rent["state"], rent["text"]) == (None, "class_interval", "8,50 bis unter 10,00")
    assert is_known("08226", None, {"08226000"})
    assert is_known("08226000", None, {"08226"})
    assert not is_known("08226003", None, {"08226"})


def test_a_refused_file_has_places_and_no_figures(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, classic_file().replace(";172;", ";1.72;"), encoding="cp1252"))
    plain = summary(source, {"08226": ()}).as_json()
    assert list(plain) == KEYS
    assert (plain["values"], plain["missing"], plain["measures"]) == (0, {}, [])
    assert plain["refused"] == [
        {"row": 13, "column": "D", "reason": "„1.72“ ist weder Zahl noch bekanntes Zeichen."},
    ]
    try:
        open_source(write(tmp_path, "x\n", name="y.csv"))
    except ImportRefused as refused:
        plain = summary_of_refusal(tmp_path / "y.csv", refused).as_json()
    assert (plain["file"], plain["format"], plain["refused"][0]["row"]) == ("y.csv", None, 1)
    json.dumps(plain)


def test_reading_again_after_a_refusal_refuses_again(tmp_path: Path) -> None:
    source = open_source(write(tmp_path, long_file().replace("5985", "?")))
    first = summary(source, {}).as_json()
    assert summary(source, {}).as_json() == first
    assert len(first["refused"]) == 1

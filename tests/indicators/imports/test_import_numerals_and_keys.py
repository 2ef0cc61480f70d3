"""Numbers, keys, periods and signs: what is taken, and what is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.indicators.imports.keys import AreaKey, AreaLevel, KeyRefused, key_forms, read_key
from portal.indicators.imports.numerals import DecimalSign, may_be_thousands, read_number
from portal.indicators.imports.periods import read_period
from portal.indicators.imports.refusals import column_letter
from portal.indicators.imports.signs import read_cell
from portal.indicators.periods import PeriodKind
from portal.indicators.value_states import WITHOUT_NUMBER, ValueState

COMMA, POINT = DecimalSign.COMMA, DecimalSign.POINT


@pytest.mark.parametrize(
    ("text", "sign", "value"),
    [
        ("0", COMMA, 0.0),
        ("33417", COMMA, 33417.0),
        ("108,84", COMMA, 108.84),
        ("-0,5", COMMA, -0.5),
        ("1,234", COMMA, 1.234),
        ("1.234", POINT, 1.234),
        ("60.559999999999995", POINT, 60.559999999999995),
        ("9007199254740992", POINT, 9007199254740992.0),
    ],
)
def test_numbers(text: str, sign: DecimalSign, value: float) -> None:
    assert read_number(text, sign) == value


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1 234", "1.234,5", "1.234.567", "+5", "−5", "1e3", "08226", ",5", "5,", "٣", "½", "=1+1", "nan",
     "inf", "1_000", "9007199254740993", "0,123456789012345678", "1\u00a0234"],
)  # fmt: skip
def test_not_numbers(text: str) -> None:
    assert read_number(text, COMMA) is None


def test_the_other_decimal_sign_is_refused() -> None:
    assert read_number("1.5", COMMA) is None
    assert read_number("1,5", POINT) is None


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_decimals_come_back_as_written(number: object) -> None:
    text = f"{number:f}"
    expected = float(text)
    assert read_number(text, POINT) == expected
    assert read_number(text.replace(".", ","), COMMA) == expected


@given(st.text(max_size=12))
def test_any_text_is_a_number_only_if_python_agrees(text: str) -> None:
    value = read_number(text, POINT)
    if value is not None:
        assert value == float(text)


def test_which_numbers_may_be_thousands() -> None:
    assert [
        t for t in ("1.234", "12,345", "-999.000", "0.123", "1234.567", "1.23", "1.2345") if may_be_thousands(t)
    ] == [
        "1.234",
        "12,345",
        "-999.000",
    ]


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("08226", AreaLevel.COUNTY, AreaKey("08226", AreaLevel.COUNTY)),
        ("08226000", AreaLevel.COUNTY, AreaKey("08226", AreaLevel.COUNTY)),
        ("082260000000", AreaLevel.COUNTY, AreaKey("08226", AreaLevel.COUNTY)),
        ("03241001", AreaLevel.COUNTY, AreaKey("03241001", None)),
        ("08226003", AreaLevel.MUNICIPALITY, AreaKey("08226003", AreaLevel.MUNICIPALITY)),
        ("082265004003", AreaLevel.MUNICIPALITY, AreaKey("08226003", AreaLevel.MUNICIPALITY)),
        ("08222000", AreaLevel.MUNICIPALITY, AreaKey("08222000", AreaLevel.MUNICIPALITY)),
        ("08", AreaLevel.STATE, AreaKey("08", AreaLevel.STATE)),
        ("DG", AreaLevel.COUNTY, AreaKey("DG", AreaLevel.GERMANY)),
        ("00", AreaLevel.GERMANY, AreaKey("DG", AreaLevel.GERMANY)),
        ("082", None, AreaKey("082", AreaLevel.REGION)),
        ("08226003", None, AreaKey("08226003", None)),
        ("DG", None, AreaKey("DG", AreaLevel.GERMANY)),
    ],
)
def test_keys(text: str, level: AreaLevel | None, expected: AreaKey) -> None:
    assert read_key(text, level) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("8226", "führende Null"),
        ("8226003", "führende Null"),
        ("82265004003", "führende Null"),
        ("8226003.0", "Kommazahl"),
        ("08226003.0", "Kommazahl"),
        ("", "fehlt"),
        ("33417", "kein Gebietsschlüssel"),
        ("Rhein-Neckar-Kreis", "kein Gebietsschlüssel"),
        (" 08226", "kein Gebietsschlüssel"),
        ("'08226", "kein Gebietsschlüssel"),
        ("８２２６", "kein Gebietsschlüssel"),
    ],
)
@pytest.mark.parametrize("level", [None, AreaLevel.COUNTY, AreaLevel.MUNICIPALITY])
def test_keys_that_are_refused(text: str, words: str, level: AreaLevel | None) -> None:
    with pytest.raises(KeyRefused, match=words):
        read_key(text, level)


def test_a_strict_column_holds_its_own_level_only() -> None:
    for text, level in (("08226003", AreaLevel.COUNTY), ("08226", AreaLevel.MUNICIPALITY), ("DG", AreaLevel.COUNTY)):
        with pytest.raises(KeyRefused, match="passt nicht zur Ebene"):
            read_key(text, level, strict=True)


def test_forms_of_a_county_key() -> None:
    assert set(key_forms("08226")) == set(key_forms("08226000")) == {"08226", "08226000"}
    assert key_forms("08222000", AreaLevel.MUNICIPALITY) == ("08222000",)
    assert key_forms("08226003") == ("08226003",)
    assert key_forms("DG") == ("DG",)


@pytest.mark.parametrize(
    ("text", "period", "kind"),
    [
        ("2024", "2024", PeriodKind.YEAR),
        ("2024-12-31", "2024-12-31", PeriodKind.DATE),
        ("31.12.2024", "2024-12-31", PeriodKind.DATE),
        ("2022-06", "2022-06", PeriodKind.MONTH),
        ("2017/2022", "2017/2022", PeriodKind.RANGE),
        ("2023-10P6M", "2023-10P6M", PeriodKind.RANGE),
        ("2020/21", "2020/21", PeriodKind.SCHOOL_YEAR),
        ("1999/00", "1999/00", PeriodKind.SCHOOL_YEAR),
    ],
)
def test_periods(text: str, period: str, kind: PeriodKind) -> None:
    assert read_period(text) == (period, kind)


@pytest.mark.parametrize(
    "text",
    ["", "24", "0024", "31.12.24", "31.02.2024", "2024-13", "2024-1", "2022/2017", "2020/23", "12/2024", "2024.0"],
)
def test_periods_that_are_refused(text: str) -> None:
    assert read_period(text) is None


@pytest.mark.parametrize(
    ("text", "value", "state", "sign"),
    [
        ("12,5", 12.5, ValueState.REPORTED, None),
        ("-", None, ValueState.UNCLEAR_DASH, "-"),
        (".", None, ValueState.SUPPRESSED, "."),
        ("*", None, ValueState.SUPPRESSED, "*"),
        ("g", None, ValueState.SUPPRESSED, "g"),
        ("/", None, ValueState.UNRELIABLE, "/"),
        ("u", None, ValueState.UNRELIABLE, "u"),
        ("...", None, ValueState.NOT_YET_AVAILABLE, "..."),
        ("t", None, ValueState.NOT_YET_AVAILABLE, "t"),
        ("x", None, ValueState.NOT_MEANINGFUL, "x"),
        ("k", 0.0, ValueState.ROUNDED_TO_ZERO, "k"),
        ("(12,5)", 12.5, ValueState.LIMITED_VALIDITY, "()"),
        ("12,5 p", 12.5, ValueState.PROVISIONAL, "p"),
        ("12,5r", 12.5, ValueState.REVISED, "r"),
        ("7s", 7.0, ValueState.ESTIMATED, "s"),
        ("7u", 7.0, ValueState.LIMITED_VALIDITY, "u"),
        ("7e", 7.0, ValueState.REPORTED, "e"),
    ],
)
def test_signs(text: str, value: float | None, state: ValueState, sign: str | None) -> None:
    assert read_cell(text, COMMA) == (value, state, sign)


@pytest.mark.parametrize(
    "text", ["", "f", "7f", "(12,5", "12,5)", "()", "(-)", "--", "..", "....", "n", "12,5 pp", "1.234p"]
)
def test_signs_that_are_refused(text: str) -> None:
    assert read_cell(text, COMMA) is None


def test_no_sign_ever_stands_beside_a_number() -> None:
    for text in ("-", ".", "/", "x", "...", "g", "u", "t", "*"):
        reading = read_cell(text, POINT)
        assert reading is not None
        assert reading.state in WITHOUT_NUMBER
        assert reading.value is None


def test_every_state_has_a_german_word_outside_an_application() -> None:
    words = [str(state.label) for state in ValueState]
    assert len(set(words)) == len(words)
    assert str(ValueState.SUPPRESSED.label) == "unbekannt oder geheim"
    assert not ValueState.CLASS_INTERVAL.is_missing
    assert ValueState.UNCLEAR_DASH.is_missing


def test_column_letters() -> None:
    assert [column_letter(i) for i in (0, 3, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "D",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]

"""Geometry of the small figures: nothing outside its axis, every value in one class, words that fit the bounds."""

from collections import defaultdict
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.config import SEEDS
from portal.indicators.charts.classes import MapScale, stepped_scale
from portal.indicators.charts.scales import least_axis
from portal.indicators.charts.strips import decimals_of, nice_ends, strip
from portal.indicators.seeding.files import read_values
from portal.indicators.value_states import ValueState

# A busy machine must not decide whether a property holds.
unhurried = settings(deadline=None, max_examples=60)

# Published figures: at most four decimals.
figures = st.integers(-(10**8), 10**8).map(lambda number: number / 10**4)
series = st.lists(figures, min_size=1, max_size=60)


def write(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def german(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".replace(",", "X").replace(".", ",").replace("X", ".")


@cache
def shipped() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for seed in read_values(SEEDS):
        if seed.level == "municipality" and seed.ags.startswith("08226") and seed.value is not None:
            found[seed.series][seed.ags] = seed.value
    return found


def words(scale: MapScale) -> list[str]:
    return [found.label.replace("\N{NO-BREAK SPACE}", " ") for found in scale.classes]


def sizes(scale: MapScale, values: list[float]) -> list[int]:
    return [sum(found.holds(value) for value in values) for found in scale.classes]


# --- axes and strips ----------------------------------------------------------------------------------------


@unhurried
@given(series)
def test_axes_enclose_everything_and_end_in_round_numbers(values: list[float]) -> None:
    low, high = nice_ends(values)
    assert low < high
    assert low <= min(values)
    assert max(values) <= high
    width = high - low
    assert decimals_of(low) <= 6
    assert decimals_of(high) <= 6
    if min(values) < max(values):
        assert max(values) - min(values) > 0.3 * width or low == 0 or high == 0


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([62.72, 74.17], (62, 76)),
        ([2.2, 12.05], (0, 14)),
        ([849.09, 11222.03], (0, 12000)),
        ([99.2, 100], (99.2, 100)),
        ([-0.62, 1.71], (-0.8, 1.8)),
        ([5], (4, 6)),
        ([0], (-1, 1)),
        ([0, 100], (0, 100)),
    ],
)
def test_axes_of_real_series(values: list[float], ends: tuple[float, float]) -> None:
    assert nice_ends(values) == ends


def test_a_strip_places_area_county_and_members_on_one_axis() -> None:
    found = strip(
        70.0, county=68.7, members={"08226096": 65.0, "08226085": 75.0}, write=german, unit="%", common=[60, 80]
    )
    assert (found.low, found.high) == (60, 80)
    assert found.ends == ("60\N{NO-BREAK SPACE}%", "80\N{NO-BREAK SPACE}%")
    assert found.value_at == "50%"
    assert found.county_at == "43.5%"
    assert [(mark.key, mark.at) for mark in found.members] == [("08226096", "25%"), ("08226085", "75%")]
    assert (found.range_from, found.range_to) == ("25%", "75%")


def test_a_strip_without_values_of_its_own_still_shows_the_county() -> None:
    found = strip(None, county=5.73, members={}, write=german)
    assert found.value_at is None
    assert found.range_from is None
    assert found.county_at is not None
    with pytest.raises(ValueError, match="nothing"):
        strip(None, county=None, members={}, write=german)


@unhurried
@given(st.dictionaries(st.text(min_size=1, max_size=3), figures, min_size=1, max_size=20), figures)
def test_marks_lie_on_the_axis(members: dict[str, float], county: float) -> None:
    found = strip(None, county=county, members=members, write=write)
    places = [float(mark.at[:-1]) for mark in found.members]
    assert all(0 <= place <= 100 for place in places)
    values = [mark.value for mark in found.members]
    ordered = sorted(zip(values, places, strict=True))
    assert [place for _value, place in ordered] == sorted(places)


# --- classes ------------------------------------------------------------------------------------------------


@unhurried
@given(series)
def test_every_value_falls_in_exactly_one_of_at_most_five_classes(values: list[float]) -> None:
    scale = stepped_scale(values, write=write)
    assert 1 <= len(scale.classes) <= 5
    for value in [*values, min(values) - 1, max(values) + 1]:
        assert sum(found.holds(value) for found in scale.classes) == 1
    assert sizes(scale, values)[0]
    assert sizes(scale, values)[-1]
    assert (len(scale.classes) == 1) == (min(values) == max(values))
    tones = [found.tone for found in scale.classes]
    assert tones == sorted(set(tones))


@unhurried
@given(series, st.floats(1e-3, 1e6))
def test_inner_classes_are_equally_wide_and_no_finer_than_the_least_difference(
    values: list[float], least: float
) -> None:
    scale = stepped_scale(values, write=write, least=least)
    if max(values) - min(values) < least:
        assert len(scale.classes) == 1
    if scale.step is None:
        return
    widths = [found.high - found.low for found in scale.classes if found.low is not None and found.high is not None]
    assert all(width == pytest.approx(scale.step) for width in widths)
    # Finer only where no multiple of a coarser step lies between the values.
    assert scale.step >= least or len(scale.classes) == 2


def test_values_that_differ_by_less_than_counts_have_one_tone() -> None:
    scale = stepped_scale([49.1, 50.2, 51.8], write=german, unit="%", decimals=1, least=5.0)
    assert words(scale) == ["49,1 bis 51,8 %"]
    assert {scale.tone(value) for value in (49.1, 50.2, 51.8)} == {"q3"}


def test_the_town_with_fifteen_times_the_tax_does_not_flatten_the_map() -> None:
    values = list(shipped()["da_st_einnkr"].values())
    assert max(values) == 11222.03
    scale = stepped_scale(values, write=german, unit="€", least=348.4)
    assert words(scale) == [
        "849 bis unter 1.000",
        "1.000 bis unter 1.500",
        "1.500 bis unter 2.000",
        "2.000 bis unter 2.500",
        "2.500 bis 11.222 €",
    ]
    assert scale.tone(11222.03) == "q5"
    # A class of equally many places would have parted 1.390 from 1.410, which means nothing.
    assert scale.tone(1390) == scale.tone(1410)


def test_evenly_spread_shares_get_equal_round_steps() -> None:
    scale = stepped_scale([float(share) for share in range(101)], write=german, unit="%")
    assert words(scale) == [
        "0 bis unter 20",
        "20 bis unter 40",
        "40 bis unter 60",
        "60 bis unter 80",
        "80 bis 100 %",
    ]
    assert scale.step == 20


def test_numbers_of_very_different_size_get_equal_ratios() -> None:
    scale = stepped_scale([500, 1500, 3000, 4000, 6000, 9000, 12000, 15000, 22000, 45000], write=german)
    assert words(scale)[1:4] == ["2.000 bis unter 5.000", "5.000 bis unter 10.000", "10.000 bis unter 20.000"]
    assert scale.step is None


def test_the_largest_value_is_no_class_of_its_own() -> None:
    """Between 99.9 and 100 per cent there is no difference that a tone should show."""
    values = shipped()["da_v_gsm"].values()
    scale = stepped_scale(values, write=german, unit="%", decimals=1, least=5.0)
    assert max(values) == 100
    assert scale.tone(99.9) == scale.tone(100.0)
    assert words(stepped_scale([7.0, 7.0], write=german, unit="Minuten")) == ["7 Minuten"]
    assert words(stepped_scale([36.08770776], write=german, unit="%", decimals=1)) == ["36,1 %"]
    assert len(stepped_scale([0.1 + 0.2, 0.3], write=german).classes) == 1


@unhurried
@given(series, st.floats(0.01, 1e5))
def test_an_axis_holds_at_least_the_difference_that_counts(values: list[float], least: float) -> None:
    ends = least_axis(values, least)
    low, high = min([*values, *ends]), max([*values, *ends])
    assert high - low >= min(2 * least, 2 * max(values) if min(values) >= 0 else 2 * least) * 0.5
    assert low >= 0 or min(values) < 0
    if ends:
        assert ends[0] <= min(values)
        assert max(values) <= ends[1]


def test_a_tiny_spread_does_not_fill_the_axis() -> None:
    assert least_axis([50.2, 51.4], 5.0, unit="%") == pytest.approx((45.8, 55.8))
    assert least_axis([99.0, 100.0], 5.0, unit="%") == pytest.approx((94.5, 100))
    assert least_axis([20.0, 60.0], 5.0) == ()
    assert least_axis([20.0, 20.5], None) == ()


def test_missing_and_secret_values_have_their_own_tone_and_words() -> None:
    scale = stepped_scale([1.0, 2.0, 3.0], write=german)
    assert scale.tone(None, ValueState.MISSING) == "miss"
    assert scale.tone(None, ValueState.SUPPRESSED) == "secret"
    legend = scale.legend(["q1", "miss", "secret"])
    assert [tone for tone, _words in legend[-2:]] == ["miss", "secret"]
    assert len(scale.legend(["q1"])) == len(scale.classes)


# --- courses ------------------------------------------------------------------------------------------------


def test_both_ends_of_a_class_have_the_same_number_of_decimals() -> None:
    scale = stepped_scale([5.2, 9.0, 11.0, 16.0, 21.0, 25.4], write=german, unit="Min.", decimals=1)
    assert (words(scale)[0], words(scale)[-1]) == ("5,2 bis unter 10,0", "25,0 bis 25,4 Min.")

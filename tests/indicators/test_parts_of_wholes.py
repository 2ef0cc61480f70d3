"""Nobody can calculate a secret count from its whole and the other parts, in any place, total or period.

What everybody is assumed to know: every number that is shown, which counts add up to which, and the county's total of
every count. A hidden number is safe if these equations leave it open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count as numbered
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.indicators.aggregation import Aggregation
from portal.indicators.protection import Guarded, Whole, protected
from portal.indicators.rates import SeriesValues
from portal.indicators.relations import Related, column_of, solved
from portal.indicators.value_states import ValueState
from tests.indicators import county as made

COUNTY = made.composition()
IDS = [place.id for place in COUNTY.municipalities]
COUNT = replace(made.facts("anzahl", aggregation=Aggregation.SUM, counts=None), counts_cases=True)
SMALLEST = made.PARAMETERS.smallest_count
EARLIER = "2023-12-31"
# A name of a count → the sums of others that it is.
Sums = Mapping[str, Sequence[Sequence[str]]]


def shown_of(
    counts: Mapping[str, SeriesValues], known: Sequence[str], *, is_declared: bool = False
) -> dict[str, SeriesValues]:
    guarded = {key: Guarded(facts=COUNT, family=key, values=counts[key]) for key in known}
    whole = Whole(counts=counts, known=frozenset(known), counts_cases=True, is_declared=is_declared)
    return protected(guarded, [COUNTY], lambda id_: float(id_), SMALLEST, [whole])


def hidden(values: SeriesValues, period: str = made.PERIOD) -> set[int]:
    return {id_ for id_ in IDS if values[id_][period].state is ValueState.SUPPRESSED}


def column(numbers: Mapping[int, float | None], period: str = made.PERIOD) -> SeriesValues:
    return {
        id_: {period: made.secret(period) if number is None else made.number(number, period)}
        for id_, number in numbers.items()
    }


def derivable(shown: Mapping[str, SeriesValues], secrets: Mapping[str, set[int]], sums: Sums) -> set[tuple[str, int]]:
    """The secret numbers that follow from what is shown, the sums and the totals."""
    names = [*secrets]
    place_of = dict(zip([(name, id_) for name in names for id_ in IDS], numbered(), strict=False))
    rows = []
    for (name, id_), position in place_of.items():
        if name in shown and shown[name][id_][made.PERIOD].value is not None:
            rows.append({position: 1.0})
    for name in names:
        rows.append({place_of[name, id_]: 1.0 for id_ in IDS})
        for parts in sums.get(name, ()):
            rows += [{place_of[name, id_]: 1.0, **{place_of[part, id_]: -1.0 for part in parts}} for id_ in IDS]
    matrix = np.zeros((len(rows), len(place_of)))
    for number, row in enumerate(rows):
        for position, factor in row.items():
            matrix[number, position] = factor
    sizes, vectors = np.linalg.eigh(matrix.T @ matrix)
    free = vectors.T[sizes < 1e-8]
    return {
        (name, id_)
        for name, ids in secrets.items()
        for id_ in ids
        if not len(free) or np.abs(free[:, place_of[name, id_]]).max() < 1e-6
    }


def small_in(counts: Mapping[str, Mapping[int, float]]) -> dict[str, set[int]]:
    return {key: {id_ for id_, number in numbers.items() if 0 < number < SMALLEST} for key, numbers in counts.items()}


def drawn(seed: int, first: int, last: int) -> dict[int, float]:
    draw = Random(seed).randint
    return {id_: float(draw(first, last)) for id_ in IDS}


few = st.sets(st.sampled_from(IDS), min_size=0, max_size=6)


@settings(max_examples=25, deadline=None)
@given(few, few, few, st.sampled_from([("alle", "m", "w"), ("alle", "m"), ("m", "w"), ("alle", "w")]), st.integers())
def test_of_two_parts_and_their_whole_no_secret_follows(
    few_m: set[int], few_w: set[int], few_all: set[int], known: tuple[str, ...], seed: int
) -> None:
    draw = Random(seed).randint
    m = {id_: float(draw(1, 4) if id_ in few_m else 1 if id_ in few_all else draw(20, 90)) for id_ in IDS}
    w = {id_: float(draw(1, 4) if id_ in few_w else 2 if id_ in few_all else draw(20, 90)) for id_ in IDS}
    counts = {"alle": {id_: m[id_] + w[id_] for id_ in IDS}, "m": m, "w": w}
    shown = shown_of({key: column(numbers) for key, numbers in counts.items()}, known)
    secrets = small_in(counts)
    assert all(secrets[key] <= hidden(shown[key]) for key in known)
    assert not derivable(shown, secrets, {"alle": [("m", "w")]})


@settings(max_examples=25, deadline=None)
@given(st.lists(few, min_size=4, max_size=4), st.integers())
def test_of_parts_that_nest_and_overlap_no_secret_follows(chosen: list[set[int]], seed: int) -> None:
    draw = Random(seed).randint
    names = ("kinder", "jugend", "alt", "deutsch")
    counts: dict[str, dict[int, float]] = {
        name: {id_: float(draw(1, 4) if id_ in ids else draw(20, 90)) for id_ in IDS}
        for name, ids in zip(names, chosen, strict=True)
    }
    counts["jung"] = {id_: counts["kinder"][id_] + counts["jugend"][id_] for id_ in IDS}
    counts["alle"] = {id_: counts["jung"][id_] + counts["alt"][id_] for id_ in IDS}
    counts["deutsch"] = {id_: min(number, counts["alle"][id_]) for id_, number in counts["deutsch"].items()}
    counts["andere"] = {id_: counts["alle"][id_] - counts["deutsch"][id_] for id_ in IDS}
    sums = {"alle": [("jung", "alt"), ("deutsch", "andere")], "jung": [("kinder", "jugend")]}
    shown = shown_of({key: column(numbers) for key, numbers in counts.items()}, sorted(counts))
    assert not derivable(shown, small_in(counts), sums)


def test_the_smaller_sibling_hides_a_part_and_the_whole_stays() -> None:
    m, w, x = drawn(1, 40, 90) | {IDS[7]: 2.0}, drawn(2, 40, 90) | {IDS[7]: 17.0}, drawn(3, 20, 35)
    whole = {id_: m[id_] + w[id_] + x[id_] for id_ in IDS}
    counts = {"alle": column(whole), "m": column(m), "w": column(w), "x": column(x)}
    shown = shown_of(counts, ["alle", "m", "w", "x"])
    assert hidden(shown["m"]) == hidden(shown["x"]) >= {IDS[7]}
    assert len(hidden(shown["m"])) == 2
    assert not hidden(shown["alle"])
    assert not hidden(shown["w"])
    alone = shown_of({key: counts[key] for key in ("alle", "m")}, ["alle", "m"])
    assert not hidden(alone["alle"]), "what is neither delivered nor small is unknown"


def test_where_the_whole_is_too_small_one_part_hides_it() -> None:
    m, w = drawn(1, 40, 90) | {IDS[3]: 0.0}, drawn(2, 40, 90) | {IDS[3]: 2.0}
    counts = {"alle": column({id_: m[id_] + w[id_] for id_ in IDS}), "m": column(m), "w": column(w)}
    shown = shown_of(counts, ["alle", "m", "w"])
    assert IDS[3] in hidden(shown["alle"]) & hidden(shown["w"])


def test_a_small_rest_that_nobody_counts_is_secret() -> None:
    whole, part = drawn(1, 60, 90), drawn(2, 20, 40)
    part[IDS[5]] = whole[IDS[5]] - 2
    shown = shown_of({"alle": column(whole), "m": column(part)}, ["alle", "m"])
    assert IDS[5] in hidden(shown["m"])
    assert len(hidden(shown["m"])) == 2


def test_overlapping_parts_that_give_nothing_away_hide_nothing_of_each_other() -> None:
    draw = Random(1).randint
    counts = {"alle": column({id_: float(draw(200, 400)) for id_ in IDS})}
    for name in ("langzeit", "jung", "alt"):
        counts[name] = column({id_: float(draw(20, 60)) for id_ in IDS} | {IDS[9]: 2.0 if name == "jung" else 33.0})
    shown = shown_of(counts, sorted(counts))
    assert len(hidden(shown["jung"])) == 2
    assert not any(hidden(shown[name]) for name in ("alle", "langzeit", "alt"))


def test_what_the_source_hides_twice_hides_no_more() -> None:
    m, w = drawn(1, 40, 90), drawn(2, 40, 90)
    whole = column({id_: m[id_] + w[id_] for id_ in IDS})
    gone = {IDS[2]: None, IDS[4]: None}
    shown = shown_of({"alle": whole, "m": column({**m, **gone}), "w": column({**w, **gone})}, ["alle", "m", "w"])
    assert hidden(shown["m"]) == hidden(shown["w"]) >= gone.keys()
    assert not hidden(shown["alle"])


def test_a_relation_of_an_earlier_period_counts_there_only() -> None:
    m, w = drawn(1, 40, 90), drawn(2, 40, 90)
    small = drawn(3, 40, 90) | {IDS[0]: 1.0}

    def of(m: dict[int, float], w: dict[int, float], period: str) -> dict[str, SeriesValues]:
        whole = {id_: m[id_] + w[id_] for id_ in IDS}
        return {"alle": column(whole, period), "m": column(m, period), "w": column(w, period)}

    now, then = of(m, w, made.PERIOD), of(small, w, EARLIER)
    counts = {key: {id_: {**now[key][id_], **then[key][id_]} for id_ in IDS} for key in now}
    shown = shown_of(counts, ["alle", "m", "w"])
    assert IDS[0] in hidden(shown["m"], EARLIER) & hidden(shown["w"], EARLIER)
    assert not any(hidden(shown[key]) for key in shown)


def test_where_a_part_is_never_known_its_declared_whole_hides_a_sibling() -> None:
    w = drawn(1, 20, 90)
    counts = {
        "alle": column({id_: w[id_] + 3.0 for id_ in IDS}),
        "m": column(dict.fromkeys(IDS)),
        "w": column(w),
    }
    shown = shown_of(counts, ["alle", "m", "w"], is_declared=True)
    assert hidden(shown["w"]) == set(IDS)
    assert not hidden(shown["alle"])


def test_a_relation_is_found_in_spite_of_single_errors() -> None:
    draw = Random(2).randint
    rows = [([float(a), float(b)], float(a - b)) for a, b in ((draw(50, 99), draw(1, 49)) for _number in range(20))]
    assert solved(rows) == pytest.approx([1.0, -1.0])
    wrong = [(row, wanted + (7 if number in {0, 9} else 0)) for number, (row, wanted) in enumerate(rows)]
    assert solved(wrong) == pytest.approx([1.0, -1.0])
    assert solved([(row, float(draw(1, 99))) for row, _wanted in rows]) is None


def test_the_same_count_under_two_names_follows() -> None:
    one = drawn(1, 20, 90)
    related = Related(columns={"a": column_of(column(one)), "b": column_of(column(one))}, known=frozenset("ab"))
    assert related.factors("a", {"b"}, made.PERIOD) == {"b": 1.0}
    assert related.factors("a", (), made.PERIOD) is None

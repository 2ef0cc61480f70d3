"""The social index: several indicators of municipalities in one number, with everything that makes it doubtful (pure).

Each indicator becomes a standard score over the municipalities that have a value, turned so that high means
unfavourable; the index is their weighted mean, standardised again, and shown as a class, never as a rank: OECD, JRC
(2008), "Handbook on constructing composite indicators", sections 5 to 7 (standardising, weighting, sensitivity). Only
values that may be shown go in, so the index holds nothing of a secret one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.core.statistics import correlation, standard_scores, weighted_mean
from portal.core.words import Worded
from portal.indicators.models import Polarity

# Two indicators that say so nearly the same count almost twice.
HIGH_CORRELATION = 0.7
FEWEST_PARTS, FEWEST_PLACES = 2, 10
# Within this distance of a bound a class may change with the next figures.
_NEAR = 0.1


class IndexClass(Worded):
    """Classes by standard deviations from the mean of the county."""

    FAR_BELOW = "far_below", _l("deutlich geringere Belastung")
    BELOW = "below", _l("geringere Belastung")
    MIDDLE = "middle", _l("mittlere Belastung")
    ABOVE = "above", _l("höhere Belastung")
    FAR_ABOVE = "far_above", _l("deutlich höhere Belastung")


BOUNDS = (-1.5, -0.5, 0.5, 1.5)


@dataclass(frozen=True, kw_only=True)
class Part:
    """An indicator on its way into the index; `values` are those of municipalities that may be shown."""

    key: str
    name: str
    polarity: Polarity
    weight: float
    values: Mapping[int, float]


@dataclass(frozen=True, kw_only=True)
class PlaceIndex:
    """A municipality. `stable`: no single indicator decides its class, and it is not at a bound."""

    value: float
    index_class: IndexClass
    scores: Mapping[str, float]
    stable: bool
    covered: float


@dataclass(frozen=True, kw_only=True)
class PartEffect:
    """What an indicator does: how many classes change without it, and how closely it goes with the index."""

    key: str
    name: str
    weight: float
    changed: int
    largest: float
    with_index: float | None


@dataclass(frozen=True, kw_only=True)
class Result:
    """The index with its effects. `pairs`: correlations of the turned indicators. `missing`: without an index."""

    places: Mapping[int, PlaceIndex]
    missing: frozenset[int]
    effects: tuple[PartEffect, ...]
    pairs: tuple[tuple[str, str, float], ...]
    changed_by_equal_weights: int


def class_of(value: float) -> IndexClass:
    return tuple(IndexClass)[sum(value >= bound for bound in BOUNDS)]


def compute(parts: Sequence[Part], places: Sequence[int], *, least_share: float) -> Result:
    """The index of these municipalities.

    Raises `ValueError` for fewer than two parts, a neutral indicator, a weight that is not positive, or fewer than
    ten municipalities with an index.
    """
    if len(parts) < FEWEST_PARTS or any(part.weight <= 0 for part in parts):
        raise ValueError("an index needs two indicators with positive weights")
    if any(part.polarity is Polarity.NEUTRAL for part in parts):
        raise ValueError("a neutral indicator has no unfavourable side")
    scores = {part.key: _turned(part, places) for part in parts}
    weights = {part.key: part.weight for part in parts}
    values, covered = _index(scores, weights, places, least_share)
    if len(values) < FEWEST_PLACES:
        raise ValueError("too few municipalities have an index")
    classes = {place: class_of(value) for place, value in values.items()}
    unstable = {place for place, value in values.items() if min(abs(value - bound) for bound in BOUNDS) < _NEAR}
    effects = []
    for part in parts:
        rest = {key: weight for key, weight in weights.items() if key != part.key}
        # The same municipalities as with it, as far as the rest covers them.
        without, _covered = _index(scores, rest, list(values), 0.0)
        moved = {place for place, value in without.items() if class_of(value) is not classes[place]}
        unstable |= moved
        shared = [place for place in values if place in scores[part.key]]
        effects.append(
            PartEffect(
                key=part.key,
                name=part.name,
                weight=part.weight,
                changed=len(moved),
                largest=max((abs(without[place] - values[place]) for place in without), default=0.0),
                with_index=correlation([scores[part.key][p] for p in shared], [values[p] for p in shared])
                if shared
                else None,
            )
        )
    equal, _covered = _index(scores, dict.fromkeys(weights, 1.0), places, least_share)
    return Result(
        places={
            place: PlaceIndex(
                value=value,
                index_class=classes[place],
                scores={key: found[place] for key, found in scores.items() if place in found},
                stable=place not in unstable,
                covered=covered[place],
            )
            for place, value in values.items()
        },
        missing=frozenset(places) - values.keys(),
        effects=tuple(effects),
        pairs=tuple(_pairs(parts, scores)),
        changed_by_equal_weights=sum(
            class_of(equal[place]) is not classes[place] for place in values if place in equal
        ),
    )


def _turned(part: Part, places: Sequence[int]) -> dict[int, float]:
    """Standard scores, high meaning unfavourable."""
    known = [place for place in places if place in part.values]
    if not known:
        return {}
    sign = -1.0 if part.polarity is Polarity.HIGH_FAVOURABLE else 1.0
    return dict(zip(known, (sign * score for score in standard_scores([part.values[p] for p in known])), strict=True))


def _index(
    scores: Mapping[str, Mapping[int, float]], weights: Mapping[str, float], places: Sequence[int], least_share: float
) -> tuple[dict[int, float], dict[int, float]]:
    """Standardised weighted means, and which part of the weights each rests on."""
    whole = sum(weights.values())
    raw, covered = {}, {}
    for place in places:
        known = [key for key in weights if place in scores[key]]
        share = sum(weights[key] for key in known) / whole
        # Weights are typed in; a hair less than all of them is all of them.
        if known and share >= least_share - 1e-9:
            raw[place] = weighted_mean([scores[key][place] for key in known], [weights[key] for key in known])
            covered[place] = share
    if not raw:
        return {}, {}
    return dict(zip(raw, standard_scores(list(raw.values())), strict=True)), covered


def _pairs(parts: Sequence[Part], scores: Mapping[str, Mapping[int, float]]) -> list[tuple[str, str, float]]:
    found = []
    for number, one in enumerate(parts):
        for other in parts[number + 1 :]:
            shared = [place for place in scores[one.key] if place in scores[other.key]]
            r = (
                correlation([scores[one.key][p] for p in shared], [scores[other.key][p] for p in shared])
                if shared
                else None
            )
            if r is not None:
                found.append((one.name, other.name, r))
    return found

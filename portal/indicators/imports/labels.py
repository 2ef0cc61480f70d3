"""What files call measures and parts: two codes of the same name stay two things, so the code is added to both."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from portal.indicators.imports.observations import Measure


def measures_apart(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """By code and unit; of several that are called alike and counted alike each with its code."""
    found = sorted(measures)
    called = Counter((one.unit, one.label) for one in found)
    return tuple(
        replace(one, label=f"{one.label} ({one.code})") if called[one.unit, one.label] > 1 else one for one in found
    )


def parts_apart(labels: Mapping[tuple[str, str | None], str]) -> dict[tuple[str, str | None], str]:
    """The names of variables (attribute None) and of their attributes; those that several share each with its code.

    A total (empty attribute) keeps its name: it has no code.
    """
    called = Counter((_among(*place), label) for place, label in labels.items())
    found = {}
    for (variable, attribute), label in labels.items():
        code = variable if attribute is None else attribute
        is_shared = called[_among(variable, attribute), label] > 1
        found[variable, attribute] = f"{label} ({code})" if is_shared and code else label
    return found


def _among(variable: str, attribute: str | None) -> str | None:
    """What a name must be unique among: the attributes of a variable, or (None) all variables."""
    return None if attribute is None else variable

"""What a version of a finding was adopted on, for its page: beside the figures of today, as its reader sees them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.evidence import words
from portal.evidence.models import FindingVersion, VoicesAxis
from portal.evidence.texts import former_figures
from portal.evidence.versions.evidence import VersionFigures
from portal.indicators.figures import CountyFigures, IndicatorFacts
from portal.indicators.signals import FiguresSignal


@dataclass(frozen=True, kw_only=True)
class RestsOn:
    """`former`: sentences of the figures that a later delivery replaced, by key; `beyond`: figures that the rule no
    longer shows here. `is_partly_internal`: there are others that this reader does not see; `internal` names those that
    are not public to readers who do."""

    former: Mapping[str, str]
    beyond: tuple[tuple[IndicatorFacts, str], ...]
    is_partly_internal: bool
    internal: tuple[str, ...]


def rests_on(
    version: FindingVersion, basis: VersionFigures, seen: CountyFigures, area_id: int, *, today: Collection[str]
) -> RestsOn:
    """`basis` holds all figures, `seen` those of the reader; `today` are the indicators that the page shows."""
    former: dict[str, str] = {}
    beyond: list[tuple[IndicatorFacts, str]] = []
    internal: list[str] = []
    is_partly_internal = False
    public = seen.public()
    for key in basis.numbers:
        one = seen.find(key)
        if one is None:
            is_partly_internal |= basis.now.find(key) is not None
            continue
        if public.find(key) is None:
            internal.append(one.indicator.name)
        if key in basis.changed:
            former[key] = former_figures.sentence(key, basis, area_id)
        if key not in today:
            beyond.append((one.indicator, former.get(key) or words.indicator_sentence(one, area_id)))
    return RestsOn(former=former, beyond=tuple(beyond), is_partly_internal=is_partly_internal, internal=tuple(internal))


def signs(version: FindingVersion) -> tuple[str, str]:
    """The signs of both sides on the day of the version."""
    kept = version.proposal
    return words.VOICES_SIGN[VoicesAxis(kept["voices"])], words.FIGURES_SIGN[FiguresSignal(kept["figures"])]

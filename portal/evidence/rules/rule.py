"""Rule 1: what people say beside what the figures show, for one planning area and topic (pure functions).

The portal proposes, people conclude. Counts are true counts; what may be printed of them decides `words`. The
exact reading of every clause stands in the documentation of the domain; thresholds come in as `Thresholds`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from portal.core.statistics import newcombe, wilson_interval
from portal.core.words import Worded
from portal.evidence.models import Assessment, VoicesAxis
from portal.indicators.signals import FiguresSignal, SignalReason, SignalRule


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """The numbers of the rule; shares from 0 to 1."""

    survey_lower_limit: float = 0.25
    survey_minimum: int = 10
    asked_minimum: int = 30
    required_share: float = 0.5
    organisations: int = 2
    municipalities: int = 1
    confidence: float = 0.95
    soon_too_old_days: int = 365


class Certainty(Worded):
    """How firmly an axis stands."""

    HIGH = "high", _l("hoch")
    MEDIUM = "medium", _l("mittel")
    LOW = "low", _l("niedrig")
    NONE = "none", _l("keine Aussage möglich")


class Ground(StrEnum):
    """What made a topic *benannt*."""

    LOWER_LIMIT = "lower_limit"  # the lower limit of the share is high enough
    ABOVE_REST = "above_rest"  # significantly above all other areas
    MUNICIPALITY = "municipality"
    ORGANISATIONS = "organisations"  # enough independent ones


@dataclass(frozen=True, kw_only=True)
class SurveyItem:
    """How many of an area named a problem in one question (or one choice of a question) of one round.

    `rest_…` are all other areas of the round. `can_clear`: people could tick it beside everything else, so that
    few who do means that it was asked and not named. `is_printable`: the numbers may stand on a page.
    """

    round_id: int
    round_slug: str
    code: str
    text: str = ""
    english: str = ""
    is_printable: bool = False
    topics: frozenset[str]
    indicators: tuple[str, ...]
    count: int
    n: int
    rest_count: int
    rest_n: int
    can_clear: bool = True

    def lower(self, limits: Thresholds) -> float:
        """Lower limit of the share; `n` must not be 0."""
        return wilson_interval(self.count, self.n, limits.confidence).lower

    def ground(self, limits: Thresholds) -> Ground | None:
        """Why the item names a problem here; None if it does not."""
        if self.n < max(limits.survey_minimum, 1):
            return None
        if self.lower(limits) >= limits.survey_lower_limit:
            return Ground.LOWER_LIMIT
        if self.rest_n and newcombe(self.count, self.n, self.rest_count, self.rest_n, limits.confidence).lower > 0:
            return Ground.ABOVE_REST
        return None


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """An organisation that put something forward. Those of one umbrella association count once."""

    id: int
    name: str
    is_municipal: bool
    umbrella: str | None = None

    @property
    def independence(self) -> str:
        return f"umbrella:{self.umbrella}" if self.umbrella else f"organisation:{self.id}"


class VoiceKind(StrEnum):
    STATEMENT = "statement"
    MINUTES_ENTRY = "minutes_entry"


@dataclass(frozen=True, kw_only=True)
class Voice:
    """A need put forward in a statement or in released minutes, by organisations that count as voices."""

    kind: VoiceKind
    id: int
    public_id: str = ""
    topics: frozenset[str]
    speakers: tuple[Speaker, ...]
    indicators: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class HeldEvent:
    """An event that took place: the topics of its agenda and how many of the required groups were there."""

    id: int
    public_id: str = ""
    topics: frozenset[str]
    groups_present: int
    groups_required: int
    begins: datetime | None = None

    def suffices(self, limits: Thresholds) -> bool:
        return self.groups_required > 0 and self.groups_present >= limits.required_share * self.groups_required


@dataclass(frozen=True, kw_only=True)
class IndicatorSignal:
    """What one indicator says of the area, with what its certainty rests on.

    `value`, `county`, `period` and `terms` (the catalogue's numbers) are kept with a finding, to tell a later day what
    was compared.
    """

    key: str
    topic: str
    is_lead: bool
    group: str | None
    signal: FiguresSignal
    reasons: tuple[SignalReason, ...]
    is_counted: bool = False  # summed or recomputed, not an average of municipal values
    coverage: float | None = None
    valid_until: date | None = None
    value: float | None = None
    county: float | None = None
    period: str | None = None
    terms: SignalRule | None = None

    @property
    def is_usable(self) -> bool:
        return self.signal in {FiguresSignal.CONSPICUOUS, FiguresSignal.NOT_CONSPICUOUS}


@dataclass(frozen=True, kw_only=True)
class Voices:
    """The voices' axis. `named_items`, `statements` made it *benannt*; the rest is what was looked at besides."""

    axis: VoicesAxis
    certainty: Certainty
    grounds: tuple[Ground, ...]
    named_items: tuple[SurveyItem, ...]
    statements: tuple[Voice, ...]
    clearing_items: tuple[SurveyItem, ...]
    other_items: tuple[SurveyItem, ...]
    events: tuple[HeldEvent, ...]
    sufficient_events: tuple[HeldEvent, ...]
    municipalities: int
    independent: int

    @property
    def linked_indicators(self) -> tuple[str, ...]:
        """Indicators linked to what made the topic *benannt*, in the order of the voices."""
        if self.axis is not VoicesAxis.NAMED:
            return ()
        sources: list[SurveyItem | Voice] = [*self.named_items, *self.deciding_statements]
        return tuple(dict.fromkeys(key for source in sources for key in source.indicators))

    @property
    def deciding_statements(self) -> tuple[Voice, ...]:
        """Statements, if they are among the reasons for *benannt*."""
        by_word = {Ground.MUNICIPALITY, Ground.ORGANISATIONS}
        return self.statements if by_word.intersection(self.grounds) else ()


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures' axis: what decided, and lead indicators beside it that nobody spoke of."""

    signal: FiguresSignal
    reason: SignalReason | None  # why there is no usable figure
    certainty: Certainty
    used: tuple[IndicatorSignal, ...]
    side_notes: tuple[IndicatorSignal, ...]
    are_linked: bool


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """What rule 1 comes to for one planning area and topic."""

    voices: Voices
    figures: Figures
    assessment: Assessment


# Of several indicators the first of these that occurs counts.
_PRECEDENCE = (
    FiguresSignal.CONSPICUOUS,
    FiguresSignal.NOT_CONSPICUOUS,
    FiguresSignal.NOT_MEANINGFUL,
    FiguresSignal.NONE,
)
_ASSESSMENTS = {
    (VoicesAxis.NAMED, FiguresSignal.CONSPICUOUS): Assessment.CONFIRMED,
    (VoicesAxis.NAMED, FiguresSignal.NOT_CONSPICUOUS): Assessment.FELT_ONLY,
    (VoicesAxis.ASKED_NOT_NAMED, FiguresSignal.CONSPICUOUS): Assessment.HIDDEN,
    (VoicesAxis.ASKED_NOT_NAMED, FiguresSignal.NOT_CONSPICUOUS): Assessment.UNREMARKABLE,
}


def propose(
    topic: str,
    *,
    items: Iterable[SurveyItem],
    statements: Iterable[Voice],
    events: Iterable[HeldEvent],
    signals: Mapping[str, IndicatorSignal],
    limits: Thresholds,
    today: date,
) -> Proposal:
    """The proposal for a topic from everything known of one area; what belongs to other topics is passed over.

    `signals` holds every indicator of the catalogue in its order, those of other topics included: a voice may be
    linked to any of them.
    """
    voices = voices_axis(
        items=[item for item in items if topic in item.topics],
        statements=[voice for voice in statements if topic in voice.topics],
        events=[event for event in events if topic in event.topics],
        limits=limits,
    )
    figures = figures_axis(topic, voices, signals, today=today, soon_too_old_days=limits.soon_too_old_days)
    return Proposal(
        voices=voices,
        figures=figures,
        assessment=_ASSESSMENTS.get((voices.axis, figures.signal), Assessment.NO_DATA),
    )


def voices_axis(
    *,
    items: Sequence[SurveyItem],
    statements: Sequence[Voice],
    events: Sequence[HeldEvent],
    limits: Thresholds,
) -> Voices:
    """Whether the topic was named, was asked for and not named, or was not asked enough."""
    named = {item: ground for item in items if (ground := item.ground(limits)) is not None}
    speakers = {speaker.id: speaker for voice in statements for speaker in voice.speakers}
    municipalities = sum(speaker.is_municipal for speaker in speakers.values())
    independent = len({speaker.independence for speaker in speakers.values() if not speaker.is_municipal})
    grounds = dict.fromkeys(named.values())
    if municipalities >= limits.municipalities:
        grounds[Ground.MUNICIPALITY] = None
    if independent >= limits.organisations:
        grounds[Ground.ORGANISATIONS] = None
    clearing = [item for item in items if item not in named and item.can_clear and item.n >= limits.asked_minimum]
    sufficient = [event for event in events if event.suffices(limits)]
    if grounds:
        axis = VoicesAxis.NAMED
    elif clearing or sufficient:
        axis = VoicesAxis.ASKED_NOT_NAMED
    else:
        axis = VoicesAxis.NOT_ASKED_ENOUGH
    return Voices(
        axis=axis,
        certainty=_voices_certainty(
            axis,
            grounds=len(grounds),
            asked=len(clearing) + len(sufficient),
            is_broad=any(item.n >= limits.asked_minimum for item in named)
            or municipalities > limits.municipalities
            or independent >= limits.organisations,
        ),
        grounds=tuple(grounds),
        named_items=tuple(named),
        statements=tuple(statements),
        clearing_items=tuple(clearing),
        other_items=tuple(item for item in items if item not in named and item not in clearing),
        events=tuple(events),
        sufficient_events=tuple(sufficient),
        municipalities=municipalities,
        independent=independent,
    )


def _voices_certainty(axis: VoicesAxis, *, grounds: int, asked: int, is_broad: bool) -> Certainty:
    """High: named, or asked for, in more than one way. Low: it hangs on one municipality or a small survey."""
    if axis is VoicesAxis.NOT_ASKED_ENOUGH:
        return Certainty.NONE
    if axis is VoicesAxis.ASKED_NOT_NAMED:
        return Certainty.HIGH if asked > 1 else Certainty.MEDIUM
    if grounds > 1:
        return Certainty.HIGH
    return Certainty.MEDIUM if is_broad else Certainty.LOW


def figures_axis(
    topic: str,
    voices: Voices,
    signals: Mapping[str, IndicatorSignal],
    *,
    today: date,
    soon_too_old_days: int = Thresholds.soon_too_old_days,
) -> Figures:
    """What the figures say: those linked to the voices that named the topic, else its lead indicators with figures.

    A linked indicator without a usable value is not replaced by a lead indicator, which would answer another
    question; a conspicuous lead indicator is shown beside it.
    """
    leads = _once_per_group([one for one in signals.values() if one.is_lead and one.topic == topic])
    linked = [signals[key] for key in voices.linked_indicators if key in signals]
    used = linked or _with_figures(leads)
    signal = next((s for s in _PRECEDENCE if any(one.signal is s for one in used)), FiguresSignal.NONE)
    deciding = [one for one in used if one.signal is signal]
    reason = None
    if signal in {FiguresSignal.NOT_MEANINGFUL, FiguresSignal.NONE} and deciding:
        reason = deciding[0].reasons[0]
    return Figures(
        signal=signal,
        reason=reason,
        certainty=_figures_certainty(deciding, today, soon_too_old_days),
        used=tuple(used),
        side_notes=tuple(one for one in leads if one.signal is FiguresSignal.CONSPICUOUS and one not in used),
        are_linked=bool(linked),
    )


def _with_figures(leads: Sequence[IndicatorSignal]) -> list[IndicatorSignal]:
    """Lead indicators that say something; all of them where none does, so that the page names what is missing."""
    return [one for one in leads if one.signal is not FiguresSignal.NONE] or list(leads)


def _once_per_group(leads: Sequence[IndicatorSignal]) -> list[IndicatorSignal]:
    """Lead indicators of one correlation group say the same thing: the first speaks for the group."""
    chosen: dict[str, IndicatorSignal] = {}
    for one in leads:
        chosen.setdefault(one.group or f"alone:{one.key}", one)
    return list(chosen.values())


def _figures_certainty(deciding: Sequence[IndicatorSignal], today: date, soon_too_old_days: int) -> Certainty:
    """The best of the deciding values: counted, complete and young is high; each of the three that lacks lowers it."""
    usable = [one for one in deciding if one.is_usable]
    if not usable:
        return Certainty.NONE
    lacking = min(
        (not one.is_counted)
        + (one.coverage is not None and round(one.coverage, 3) < 1)
        + (one.valid_until is not None and (one.valid_until - today).days < soon_too_old_days)
        for one in usable
    )
    return (Certainty.HIGH, Certainty.MEDIUM, Certainty.LOW, Certainty.LOW)[lacking]

"""Which step of an event may follow which."""

from portal.conferences.models import ConferenceState

TRANSITIONS: dict[ConferenceState, frozenset[ConferenceState]] = {
    ConferenceState.DRAFT: frozenset({ConferenceState.PLANNED, ConferenceState.CANCELLED}),
    ConferenceState.PLANNED: frozenset({ConferenceState.HELD, ConferenceState.CANCELLED}),
    ConferenceState.HELD: frozenset(),
    ConferenceState.CANCELLED: frozenset(),
}
# Title, date, place and agenda can still be changed.
OPEN = frozenset({ConferenceState.DRAFT, ConferenceState.PLANNED})


def may_follow(old: ConferenceState, new: ConferenceState) -> bool:
    return new in TRANSITIONS[old]

"""Which state of a finding may follow which."""

from portal.evidence.models import FindingState

# A new version may be written until the finding is published; a published one has to be reopened first.
TRANSITIONS: dict[FindingState | None, frozenset[FindingState]] = {
    None: frozenset({FindingState.ADOPTED}),
    FindingState.ADOPTED: frozenset({FindingState.ADOPTED, FindingState.COSIGNED, FindingState.REOPENED}),
    FindingState.COSIGNED: frozenset({FindingState.ADOPTED, FindingState.HEARING, FindingState.REOPENED}),
    FindingState.HEARING: frozenset({FindingState.ADOPTED, FindingState.PUBLISHED, FindingState.REOPENED}),
    FindingState.PUBLISHED: frozenset({FindingState.REOPENED}),
    FindingState.REOPENED: frozenset({FindingState.ADOPTED}),
}


def may_follow(old: FindingState | None, new: FindingState) -> bool:
    return new in TRANSITIONS[old]

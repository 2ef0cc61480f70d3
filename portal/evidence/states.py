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


# Where a finding goes back to that was open again only for a proposal that is now as it was before.
RESUMED = frozenset({FindingState.ADOPTED, FindingState.COSIGNED, FindingState.HEARING, FindingState.PUBLISHED})


def may_follow(old: FindingState | None, new: FindingState, *, resumes: bool = False) -> bool:
    if resumes:
        return old is FindingState.REOPENED and new in RESUMED
    return new in TRANSITIONS[old]

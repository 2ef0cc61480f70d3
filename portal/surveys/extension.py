"""What upper floors add to the results of a survey. `create_app` fills it; surveys know none of them."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from portal.core.actor import Actor
from portal.planning.uses import Use
from portal.surveys.models import SurveyRound


class QuestionUses(Protocol):
    """Where questions of a round are used, by code: for one planning area of it, or for all together (None).

    The answer depends on nothing but the round, its opened answers, areas and planning periods: pages are kept.
    """

    def __call__(self, one: SurveyRound, area_id: int | None) -> Mapping[str, Sequence[Use]]: ...


class QuestionWays(Protocol):
    """Ways to work on what questions of a round are used for, by code; nothing for whoever may not follow them."""

    def __call__(self, one: SurveyRound, *, actor: Actor) -> Mapping[str, Sequence[Use]]: ...


question_uses: list[QuestionUses] = []
question_ways: list[QuestionWays] = []


def uses_of(one: SurveyRound, area_id: int | None) -> dict[str, list[Use]]:
    """All uses of upper floors, by question code."""
    found: dict[str, list[Use]] = {}
    for build in question_uses:
        for code, uses in build(one, area_id).items():
            found.setdefault(code, []).extend(uses)
    return found


def ways_of(one: SurveyRound, *, actor: Actor) -> dict[str, list[Use]]:
    """All ways of upper floors, by question code."""
    found: dict[str, list[Use]] = {}
    for build in question_ways:
        for code, ways in build(one, actor=actor).items():
            found.setdefault(code, []).extend(ways)
    return found

"""Who may run surveys. Answering needs no account and asks nobody here."""

from portal.core.actor import Actor, Role
from portal.surveys.models import RoundState, SurveyRound


def may_run(actor: Actor) -> bool:
    """Open and close rounds, see how many answers are sealed."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_see_round(actor: Actor, one: SurveyRound) -> bool:
    """Rounds are public from the day they begin."""
    return one.state is not RoundState.PLANNED or may_run(actor)

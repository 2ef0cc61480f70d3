"""Who may run surveys. Answering needs no account and asks nobody here."""

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.surveys.models import RoundState, SurveyRound


def may_run(actor: Actor) -> bool:
    """Open and close rounds, see how many answers are sealed."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_move_end(actor: Actor, one: SurveyRound) -> bool:
    """Until the last moment of the round: one that is over is never opened again."""
    return may_run(actor) and one.state is not RoundState.CLOSED and clock.now() < one.closes_at


def may_close(actor: Actor, one: SurveyRound) -> bool:
    """Before its time, while it runs."""
    return may_run(actor) and one.state is RoundState.OPEN


def may_discard(actor: Actor, one: SurveyRound) -> bool:
    """Only what has not begun."""
    return may_run(actor) and one.state is RoundState.PLANNED


def may_see_round(actor: Actor, one: SurveyRound) -> bool:
    """Rounds are public from the day they begin."""
    return one.state is not RoundState.PLANNED or may_run(actor)

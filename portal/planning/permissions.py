"""Who may set the frame of planning."""

from portal.core.actor import Actor, Role


def may_see_periods(actor: Actor) -> bool:
    return actor.is_staff


def may_set_periods(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.PLANNER, Role.LEADERSHIP)

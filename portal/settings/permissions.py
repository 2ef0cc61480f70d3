"""Who may see and change settings."""

from portal.core.actor import Actor, Role


def may_see(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_change(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.PLANNER)

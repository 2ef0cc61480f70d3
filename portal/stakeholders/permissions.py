"""Who may see and change organisations and representations."""

from portal.core.actor import Actor, Role


def may_see_organisations(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_manage_organisations(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_manage_representations(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.PLANNER)

"""Who may see and change areas. Places themselves are public; how they are put together is the county's work."""

from portal.core.actor import Actor, Role


def may_plan(actor: Actor) -> bool:
    """Draw planning areas, move municipalities, keep localities."""
    return actor.is_system or actor.has(Role.PLANNER, Role.ADMINISTRATOR)


def may_see_assignments(actor: Actor) -> bool:
    """See the working pages: assignments, their history, localities."""
    return actor.is_staff


def may_import(actor: Actor) -> bool:
    """Take over official files about places: register and boundaries."""
    return may_plan(actor)


def may_seed(actor: Actor) -> bool:
    """Write official facts: the machine itself, or whoever runs the portal."""
    return actor.is_system or actor.has(Role.ADMINISTRATOR)

"""Who sees which of the pages to begin with."""

from portal.core.actor import Actor, Role


def may_work(actor: Actor) -> bool:
    """County staff: *Heute* and the gallery of components."""
    return actor.is_staff


def may_see_own_page(actor: Actor) -> bool:
    """*Mein Bereich*: representatives and members of committees. Staff have *Heute*."""
    return actor.has(Role.MUNICIPALITY, Role.PROVIDER, Role.COMMITTEE) and not actor.is_staff

"""Who sees the working area's own pages."""

from portal.core.actor import Actor


def may_work(actor: Actor) -> bool:
    """County staff: *Heute* and the gallery of components."""
    return actor.is_staff

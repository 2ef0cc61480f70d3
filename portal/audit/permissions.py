"""Who may read what was recorded."""

from portal.core.actor import Actor, Role


def may_see(actor: Actor) -> bool:
    """Entries tell who did what when; that is for those who run the portal."""
    return actor.has(Role.ADMINISTRATOR)

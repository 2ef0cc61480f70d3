"""Who may make reports and change their templates."""

from portal.core.actor import Actor, Role


def may_make_papers(actor: Actor) -> bool:
    """Papers with findings under way; the dossier of an area is everybody's."""
    return actor.is_staff


def may_read_public_papers(actor: Actor) -> bool:
    """The paper as it goes to a committee: members read it, too."""
    return may_make_papers(actor) or actor.has(Role.COMMITTEE)


def may_change_templates(actor: Actor) -> bool:
    return actor.has(Role.PLANNER, Role.ADMINISTRATOR)

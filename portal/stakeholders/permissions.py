"""Who may see and change organisations and representations."""

from portal.core.actor import Actor, Role
from portal.stakeholders.models import Organisation, OrganisationState


def may_see_organisations(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_manage_organisations(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_manage_representations(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_verify(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.PLANNER)


def may_archive(actor: Actor) -> bool:
    """Put organisations into the archive and take them back."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_edit_organisation(actor: Actor, *, speaks_for_it: bool) -> bool:
    """`speaks_for_it`: the person represents the organisation, even a refused one (`queries.speaks_for`)."""
    return may_manage_organisations(actor) or (actor.signed_in and speaks_for_it)


def may_rename(actor: Actor, organisation: Organisation, *, speaks_for_it: bool) -> bool:
    """What the county has checked stays as it was checked, unless the county changes it."""
    return may_manage_organisations(actor) or (speaks_for_it and organisation.state is not OrganisationState.VERIFIED)


def may_add_colleague(actor: Actor, organisation: Organisation) -> bool:
    return (
        actor.signed_in
        and actor.organisation_id == organisation.id
        and organisation.state not in {OrganisationState.REFUSED, OrganisationState.ARCHIVED}
    )

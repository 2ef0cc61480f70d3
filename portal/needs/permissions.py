"""Who may see, write, answer and support statements."""

from portal.core.actor import Actor, Role
from portal.needs.models import Intake, NeedsStatement, StatementState
from portal.stakeholders.models import Organisation, OrganisationState


def may_see_all(actor: Actor) -> bool:
    """County staff reads every statement that was submitted."""
    return actor.is_staff


def may_see_office_drafts(actor: Actor) -> bool:
    """Drafts that the office writes for an organisation (telephone, letter, minutes)."""
    return actor.has(Role.PLANNER)


def is_own(actor: Actor, statement: NeedsStatement) -> bool:
    return actor.organisation_id is not None and actor.organisation_id == statement.organisation_id


def may_see_whole(actor: Actor, statement: NeedsStatement) -> bool:
    """Reason, numbers, sender and course, not the released text alone."""
    if is_own(actor, statement):
        return True
    if statement.state is StatementState.DRAFT:
        return may_see_office_drafts(actor) and statement.intake is not Intake.PORTAL
    return may_see_all(actor)


def may_see(actor: Actor, statement: NeedsStatement) -> bool:
    """Drafts are for their own organisation; what was released is for everybody."""
    released = statement.is_public and statement.state is not StatementState.DRAFT
    return released or may_see_whole(actor, statement)


def may_put_forward(organisation: Organisation | None) -> bool:
    """Whether the organisation can send statements: checked by the county, and not a part of it."""
    return organisation is not None and organisation.state is OrganisationState.VERIFIED and organisation.is_voice


def may_begin(actor: Actor) -> bool:
    """Who finds the form at all; for which organisation is decided with `may_write_for`."""
    return actor.signed_in and (may_enter_for_others(actor) or actor.organisation_id is not None)


def is_offered_to(actor: Actor, *, in_archive: bool) -> bool:
    """Whether pages lead to the form: not those of people whose organisation stands in the archive."""
    return may_begin(actor) and (may_enter_for_others(actor) or not in_archive)


def may_enter_for_others(actor: Actor) -> bool:
    """What came by telephone or letter, and what stands in minutes."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_write_for(actor: Actor, organisation: Organisation) -> bool:
    own = actor.signed_in and actor.organisation_id == organisation.id
    return may_put_forward(organisation) and (own or may_enter_for_others(actor))


def may_edit(actor: Actor, statement: NeedsStatement) -> bool:
    """Only drafts change: by their organisation, or by the office that began one."""
    if statement.state is not StatementState.DRAFT:
        return False
    if is_own(actor, statement) and actor.signed_in:
        return True
    return may_enter_for_others(actor) and (actor.is_system or statement.intake is not Intake.PORTAL)


def may_review(actor: Actor) -> bool:
    """Take into review, ask back, answer and decide."""
    return actor.is_system or actor.has(Role.PLANNER, Role.SECTORAL_PLANNER)


def may_release(actor: Actor) -> bool:
    """Show the text to everybody, or no longer."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_reply_to_query(actor: Actor, statement: NeedsStatement) -> bool:
    return statement.state is StatementState.QUERY and actor.signed_in and is_own(actor, statement)


def may_support(actor: Actor, statement: NeedsStatement, organisation: Organisation | None) -> bool:
    """Another checked organisation, once it can see the statement; `organisation` is the one acted for."""
    return (
        may_put_forward(organisation)
        and organisation is not None
        and actor.organisation_id == organisation.id
        and organisation.id != statement.organisation_id
        and statement.state not in {StatementState.DRAFT, StatementState.MERGED}
        and may_see(actor, statement)
    )

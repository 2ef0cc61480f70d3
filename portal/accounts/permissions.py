"""Who may do what with accounts. Pure sentences; services enforce them, templates ask them."""

from collections.abc import Collection

from portal.accounts.models import User, UserState
from portal.core.actor import Actor, Role

# Whoever holds one of these reaches many people's data or rights.
SECOND_FACTOR_ROLES = frozenset({Role.PLANNER, Role.LEADERSHIP, Role.ADMINISTRATOR})


def may_manage_users(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def may_see_departments(actor: Actor) -> bool:
    return actor.is_staff


def may_manage_departments(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.ADMINISTRATOR)


def may_change_own_account(actor: Actor, user: User) -> bool:
    return actor.user_id is not None and actor.user_id == user.id


def may_end_session_of(actor: Actor, user: User) -> bool:
    return may_change_own_account(actor, user) or may_manage_users(actor)


def may_lock(actor: Actor, user: User) -> bool:
    return may_manage_users(actor) and actor.user_id != user.id and user.active


def may_unlock(actor: Actor, user: User) -> bool:
    return may_manage_users(actor) and not user.active


def may_invite_again(actor: Actor, user: User) -> bool:
    return may_manage_users(actor) and user.state is UserState.INVITED


def may_take_away_second_factor(actor: Actor, user: User) -> bool:
    """For somebody who lost the phone. Nobody does it for themselves here: their own page asks for the password."""
    return may_manage_users(actor) and actor.user_id != user.id and user.has_second_factor


def needs_second_factor(roles: Collection[Role], *, required: bool) -> bool:
    """Whether somebody with these roles must have a second factor."""
    return required and not SECOND_FACTOR_ROLES.isdisjoint(roles)


def must_set_up_second_factor(user: User, *, required: bool) -> bool:
    """Whether the person can do nothing before a second factor is set up."""
    return not user.has_second_factor and needs_second_factor(user.role_set, required=required)


def may_switch_off_second_factor(user: User, *, required: bool) -> bool:
    return user.has_second_factor and not needs_second_factor(user.role_set, required=required)

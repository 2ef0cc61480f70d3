"""Who may see figures and bring in new ones."""

from collections.abc import Collection

from portal.core.actor import Actor, Role
from portal.indicators.models import Visibility


def may_see_internal(actor: Actor) -> bool:
    """Indicators that are only for the county's administration."""
    return actor.is_staff or actor.is_system


def may_see(actor: Actor, visibility: Visibility) -> bool:
    return visibility is Visibility.PUBLIC or may_see_internal(actor)


def may_see_register(actor: Actor) -> bool:
    """The register of all entries with deliveries, dates and history."""
    return actor.is_staff


def may_keep_any(actor: Actor) -> bool:
    """The whole catalogue, whoever is responsible for an entry."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_create(actor: Actor) -> bool:
    """New entries; sectoral planning makes them for its own department."""
    return may_keep_any(actor) or _department_of_sectoral(actor) is not None


def may_keep(actor: Actor, department_id: int | None) -> bool:
    """Edit, feed and retire an entry that this department is responsible for (None: nobody is)."""
    if may_keep_any(actor):
        return True
    own = _department_of_sectoral(actor)
    return own is not None and own == department_id


def may_fix_leads(actor: Actor) -> bool:
    """Say which indicators lead a topic and from which difference they count: for all departments alike."""
    return may_keep_any(actor)


def may_assign_department(actor: Actor) -> bool:
    """Say who is responsible; nobody takes or gives away an entry for themselves."""
    return may_keep_any(actor)


def _department_of_sectoral(actor: Actor) -> int | None:
    return actor.user.department_id if actor.user is not None and actor.has(Role.SECTORAL_PLANNER) else None


def may_see_warnings(actor: Actor) -> bool:
    """The early-warning list: hints before anybody has concluded anything."""
    return actor.is_staff


def may_see_indices(actor: Actor) -> bool:
    """Social indices: working material of the administration."""
    return actor.is_staff


def may_change_indices(actor: Actor) -> bool:
    """Choose indicators and weights."""
    return actor.has(Role.PLANNER)


def may_see_imports(actor: Actor) -> bool:
    """The list of deliveries and what is in them."""
    return actor.is_staff


def may_import(actor: Actor) -> bool:
    """Hand in a file and look at its preview; nothing is visible yet."""
    return actor.is_system or actor.has(Role.PLANNER, Role.SECTORAL_PLANNER, Role.ADMINISTRATOR)


def may_hand_in(actor: Actor, department_id: int) -> bool:
    """Hand in own figures of a department: its own people, or who keeps the whole catalogue."""
    return may_keep_any(actor) or _department_of_sectoral(actor) == department_id


def may_see_own_secrets(actor: Actor, department_id: int) -> bool:
    """What pages hide of a department's own figures: its people counted them."""
    return actor.user is not None and actor.user.department_id == department_id


def may_take_over(actor: Actor, departments: Collection[int | None], *, is_own: bool = False) -> bool:
    """Make a delivery visible or take it back. `departments` own the indicators that it feeds (None: nobody does).

    Sectoral planning releases its own department's figures and no others. What a department counted itself
    (`is_own`) nobody else releases, whoever keeps the catalogue.
    """
    if is_own and not actor.is_system:
        own = actor.user.department_id if actor.user is not None else None
        return own is not None and set(departments) == {own} and actor.has(Role.PLANNER, Role.SECTORAL_PLANNER)
    if actor.is_system or actor.has(Role.PLANNER, Role.ADMINISTRATOR):
        return True
    if not actor.has(Role.SECTORAL_PLANNER) or actor.user is None or actor.user.department_id is None:
        return False
    return bool(departments) and set(departments) == {actor.user.department_id}


def may_discard(actor: Actor, created_by: int | None) -> bool:
    """Delete a delivery that was never taken over: who brought it, or whoever runs the portal."""
    if actor.is_system or actor.has(Role.PLANNER, Role.ADMINISTRATOR):
        return True
    return may_import(actor) and created_by is not None and created_by == actor.user_id

"""Who may read, write and co-sign minutes."""

from collections.abc import Collection

from portal.conferences.models import Conference, ConferenceState
from portal.core.actor import Actor, Role
from portal.minutes.models import Minutes, MinutesState, MinutesVersion


def may_see_drafts(actor: Actor) -> bool:
    """Minutes that are still being written or wait for the second signature."""
    return actor.is_staff


def may_see_people(actor: Actor) -> bool:
    """Names of the persons who were there."""
    return actor.is_staff


def may_write(actor: Actor) -> bool:
    """Write minutes of any event, hand them in, correct them."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_begin(actor: Actor, conference: Conference) -> bool:
    """From the first minute of an event whose date stood; of one that was cancelled there are none."""
    took_place = conference.state in {ConferenceState.PLANNED, ConferenceState.HELD} and conference.has_begun
    return may_write(actor) and took_place


def may_edit(actor: Actor, version: MinutesVersion) -> bool:
    """Entries change in drafts only; what waits for the second signature is taken back first."""
    return may_write(actor) and version.state is MinutesState.DRAFT


def may_cosign_any(actor: Actor) -> bool:
    return actor.has(Role.LEADERSHIP, Role.SECTORAL_PLANNER)


def may_cosign(actor: Actor, version: MinutesVersion) -> bool:
    """Leadership or a sectoral planner, but never whoever wrote the version or an entry of it."""
    writers = {version.written_by.user_id, *(entry.editor_id for entry in version.entries)}
    return may_cosign_any(actor) and actor.user_id not in writers


def may_read_released(actor: Actor, minutes: Minutes, *, invited: Collection[int]) -> bool:
    """`invited`: organisations that were invited to the event.

    Staff and committees read all released minutes, those who were invited theirs, everybody what is public.
    """
    if minutes.is_public or actor.is_staff or actor.has(Role.COMMITTEE):
        return True
    return actor.organisation_id is not None and actor.organisation_id in invited


def is_participant(actor: Actor, *, invited: Collection[int]) -> bool:
    """Somebody of an invited organisation: reads who promised what, as everybody did who was in the room."""
    return actor.organisation_id is not None and actor.organisation_id in invited


def may_remark(actor: Actor, *, is_participant: bool) -> bool:
    """Say something on minutes one may read: county staff, and those who were invited to the event."""
    return actor.is_staff or (actor.signed_in and is_participant)


def may_answer_remarks(actor: Actor) -> bool:
    return may_write(actor)


def may_publish(actor: Actor) -> bool:
    """Decide whether everybody reads the released version, without personal data."""
    return actor.is_system or actor.has(Role.PLANNER)


def may_see_tasks(actor: Actor) -> bool:
    return actor.is_staff


def may_finish_task(actor: Actor, owner_user_id: int | None) -> bool:
    """The planner and whoever the task was given to."""
    if may_write(actor):
        return True
    return actor.is_staff and owner_user_id is not None and owner_user_id == actor.user_id

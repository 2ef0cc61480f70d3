"""Who may see jobs and try them again."""

from portal.core.actor import Actor, Role
from portal.jobs.models import Job, JobState


def may_see_list(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR, Role.PLANNER)


def may_see(actor: Actor, job: Job) -> bool:
    """Whoever started a job sees how far it is."""
    return may_see_list(actor) or (actor.signed_in and job.created_by == actor.user_id)


def may_act(actor: Actor, job: Job) -> bool:
    """Whoever started a job answers for it; the administrator for all."""
    return actor.has(Role.ADMINISTRATOR) or (actor.signed_in and job.created_by == actor.user_id)


def may_retry(actor: Actor, job: Job) -> bool:
    """Failed work may be tried again."""
    return may_act(actor, job) and job.state is JobState.FAILED

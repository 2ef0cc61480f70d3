"""Who may see proposals and findings, and who may carry a finding on."""

from collections.abc import Collection

from portal.core.actor import Actor, Role
from portal.evidence.easy.models import EasyText
from portal.evidence.models import FindingHearing, FindingVersion
from portal.indicators import permissions as figures
from portal.settings import permissions as settings


def sees_internal_figures(actor: Actor) -> bool:
    """Proposals for the county's staff rest on all indicators, those for everybody else on public ones."""
    return figures.may_see_internal(actor)


def may_see_unpublished(actor: Actor) -> bool:
    """Findings under way, with everything that was said to them."""
    return actor.is_staff or actor.is_system


def may_adopt(actor: Actor) -> bool:
    """Adopt or change a proposal, send it for the hearing, publish it."""
    return actor.has(Role.PLANNER)


def may_change_rule(actor: Actor) -> bool:
    """The numbers of the rule are settings."""
    return settings.may_see(actor)


def may_remind(actor: Actor) -> bool:
    """Of the end of a hearing: the machine does it, on its day."""
    return actor.is_system


def may_cosign_any(actor: Actor) -> bool:
    return actor.has(Role.LEADERSHIP, Role.SECTORAL_PLANNER)


def may_cosign(actor: Actor, version: FindingVersion) -> bool:
    """Leadership or a sectoral planner, never who adopted it."""
    return may_cosign_any(actor) and version.adopted_by.user_id != actor.user_id


def may_dissent(actor: Actor) -> bool:
    """Say in print that one's department sees it differently."""
    return actor.has(Role.SECTORAL_PLANNER)


def may_record_decisions(actor: Actor) -> bool:
    return actor.has(Role.PLANNER, Role.LEADERSHIP)


def may_reopen(actor: Actor) -> bool:
    """By hand; the machine does it when the proposal changes."""
    return actor.is_system or actor.has(Role.PLANNER, Role.LEADERSHIP)


def may_resume(actor: Actor) -> bool:
    """Take a finding back to where it stood, because its proposal is as it was: the machine, which opened it."""
    return actor.is_system


def may_speak_for(actor: Actor, places: Collection[int], municipality_id: int) -> bool:
    """State a municipality's position: `places` are those the organisation acted for administers."""
    return actor.signed_in and actor.organisation_id is not None and municipality_id in places


def may_enter_statements(actor: Actor) -> bool:
    """Put down what a municipality answered by letter or mail: planners, who opened the hearing."""
    return actor.has(Role.PLANNER)


def may_correct_statement(actor: Actor, hearing: FindingHearing) -> bool:
    """Correct what the office put down; what a municipality wrote itself stays as it wrote it."""
    return may_enter_statements(actor) and hearing.is_entered


def may_see_links(actor: Actor) -> bool:
    """What staff said of indicators and what was said, with the suggestions."""
    return actor.is_staff


def may_link(actor: Actor, department_id: int | None) -> bool:
    """Link an indicator that this department is responsible for: whoever keeps its entry in the catalogue."""
    return figures.may_keep(actor, department_id)


def may_link_any(actor: Actor) -> bool:
    """Link some indicator at all; which ones is decided with `may_link`."""
    return actor.has(Role.PLANNER, Role.SECTORAL_PLANNER)


def may_see_easy_drafts(actor: Actor) -> bool:
    """Texts in Leichte Sprache before they are released."""
    return actor.is_staff


def may_write_easy(actor: Actor) -> bool:
    return actor.is_system or actor.has(Role.PLANNER)


def may_release_easy_any(actor: Actor) -> bool:
    return actor.has(Role.PLANNER, Role.LEADERSHIP)


def may_release_easy(actor: Actor, version: EasyText) -> bool:
    """Never who wrote the version."""
    return may_release_easy_any(actor) and version.written_by != actor.user_id

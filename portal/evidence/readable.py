"""What of a finding its reader gets: pages and papers ask here, so that both show the same.

A municipality is heard before a finding about it is published. So everybody reads the version published last with
what was said to it; the county's staff reads the latest version.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.core.actor import Actor
from portal.evidence import permissions
from portal.evidence.models import Finding, FindingHearing, FindingState, FindingVersion


def version_for(actor: Actor, finding: Finding) -> FindingVersion | None:
    """The latest version for staff, the one published last for others; None where they get none."""
    return finding.latest if permissions.may_see_unpublished(actor) else finding.public_version


def hearings_to(finding: Finding, version: FindingVersion) -> Sequence[FindingHearing]:
    """Who was heard to this version, and statements to versions before it; never what came later."""
    numbers = {one.id: one.number for one in finding.versions}
    return [
        one
        for one in finding.hearings
        if one.version_id == version.id or (one.statement and numbers[one.version_id] < version.number)
    ]


def standing_for(actor: Actor, state: FindingState) -> str:
    """Where a finding stands; others than staff hear of steps before the publication only that there are some."""
    if permissions.may_see_unpublished(actor) or state is FindingState.PUBLISHED:
        return str(state.label)
    return _("wird neu geprüft") if state is FindingState.REOPENED else _("wird überarbeitet")

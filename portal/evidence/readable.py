"""What of a finding its reader gets: pages and papers ask here, so that all of them show the same.

Municipalities are heard before a finding about them is published. So everybody reads the version published last and
what was said to versions that are published; the county's staff reads the latest version and everything said.
"""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_long
from portal.evidence import permissions
from portal.evidence.models import Finding, FindingDissent, FindingHearing, FindingState, FindingVersion


def version_for(actor: Actor, finding: Finding) -> FindingVersion | None:
    """The latest version for staff, the one published last for others; None where they get none."""
    return finding.latest if permissions.may_see_unpublished(actor) else finding.public_version


def standing_for(actor: Actor, state: FindingState) -> str:
    """Where a finding stands; others than staff hear of steps before the publication only that there are some."""
    if permissions.may_see_unpublished(actor) or state is FindingState.PUBLISHED:
        return str(state.label)
    return _("wird neu geprüft") if state is FindingState.REOPENED else _("wird überarbeitet")


def hearings_for(actor: Actor, finding: Finding) -> Sequence[FindingHearing]:
    """Who was heard to the reader's version, then statements to the versions before it, the latest version first.

    An answer to a version that is not published is for staff alone, as the version itself is.
    """
    shown = version_for(actor, finding)
    if shown is None:
        return []
    versions = {one.id: one for one in finding.versions}
    found = [
        one
        for one in finding.hearings
        if is_open_to(actor, versions[one.version_id]) and (one.version_id == shown.id or one.statement)
    ]
    return sorted(found, key=lambda one: -versions[one.version_id].number)


def is_open_to(actor: Actor, version: FindingVersion) -> bool:
    """Whether the reader gets what was said to this version."""
    return version.published_at is not None or permissions.may_see_unpublished(actor)


def silence(finding: Finding, hearings: Sequence[FindingHearing]) -> list[str]:
    """Who has not answered, as pages print it: while the hearing runs, after it, and whom nothing reached."""
    words = {
        "runs": _("Anhörung läuft bis %(day)s, noch ohne Stellungnahme: %(names)s."),
        "stopped": _("Anhörung angehalten, ohne Stellungnahme: %(names)s."),
        "heard": _("Angehört, ohne Stellungnahme: %(names)s."),
        "unreached": _("Nicht erreicht: %(names)s."),
    }
    return [
        words[key] % {"names": names_of(found), "day": date_long(found[0].ends_on)}
        for key, found in silent(finding, hearings).items()
    ]


def silent(finding: Finding, hearings: Sequence[FindingHearing]) -> dict[str, list[FindingHearing]]:
    """Hearings without a statement by how they stand: `runs`, `stopped`, `heard`, `unreached`; only those there are."""
    found: dict[str, list[FindingHearing]] = {}
    for one in hearings:
        if one.statement:
            continue
        is_open = one.version_id == finding.latest.id and finding.latest.published_at is None
        if not is_open or clock.today() > one.ends_on:
            key = "heard" if one.is_reached else "unreached"
        else:
            key = "runs" if finding.state is FindingState.HEARING else "stopped"
        found.setdefault(key, []).append(one)
    return found


def names_of(hearings: Sequence[FindingHearing]) -> str:
    return ", ".join(one.municipality.name for one in hearings)


def dissents_for(actor: Actor, finding: Finding) -> Sequence[FindingDissent]:
    """Other views, in their order. They go public with the first publication after they were written.

    That holds also where the version meant was itself never published: no new wording makes a department's view vanish.
    """
    if permissions.may_see_unpublished(actor):
        return finding.dissents
    public = finding.public_version
    if public is None or public.published_at is None:
        return []
    return [one for one in finding.dissents if one.created_at <= public.published_at]


def about_hearing(finding: Finding, hearing: FindingHearing) -> str:
    """`zu Fassung 2`: what a statement answers; empty as long as there is one version."""
    return _about(finding, next(one.number for one in finding.versions if one.id == hearing.version_id))


def about_dissent(finding: Finding, dissent: FindingDissent) -> str:
    """`zu Fassung 2`: the latest version on the day it was written; empty as long as there is one version."""
    numbers = [one.number for one in finding.versions if one.adopted_at <= dissent.created_at]
    return _about(finding, max(numbers, default=1))


def who_stated(finding: Finding, together: Sequence[FindingHearing]) -> str:
    """Municipalities that gave one statement, its day and what it answers."""
    names, first = ", ".join(one.municipality.name for one in together), together[0]
    stated = "" if first.stated_at is None else date_long(first.stated_at)
    return line(names, stated, about_hearing(finding, first))


def who_differs(finding: Finding, dissent: FindingDissent) -> str:
    """The department with another view, its day and what it is about."""
    return line(dissent.organisation.name, date_long(dissent.created_at), about_dissent(finding, dissent))


def _about(finding: Finding, number: int) -> str:
    return _("zu Fassung %(number)s", number=number) if len(finding.versions) > 1 else ""


def line(*parts: str) -> str:
    """Who said it, when and to what, as far as there is something to say."""
    return ", ".join(part for part in parts if part)

"""From a source to the findings that rest on it: what pages below print as *Verwendet in*."""

from collections.abc import Collection, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _

from portal.core.actor import Actor
from portal.evidence import finding_queries
from portal.evidence.models import Finding, SourceKind
from portal.minutes.extension import EntryAction
from portal.minutes.models import MinutesEntry
from portal.planning.uses import Use, Used

_KINDS = {
    Used.SURVEY_ROUND: SourceKind.SURVEY_ITEM,
    Used.STATEMENT: SourceKind.STATEMENT,
    Used.MINUTES_ENTRY: SourceKind.MINUTES_ENTRY,
    Used.INDICATOR: SourceKind.INDICATOR,
}


def uses(kind: Used, ids: Collection[int], actor: Actor) -> Mapping[int, Sequence[Use]]:
    """Findings the actor may see that rest on these rows, by row id; one query."""
    found = finding_queries.using(actor, _KINDS[kind], ids)
    return {row_id: [Use(_label(one), _url(one)) for one in findings] for row_id, findings in found.items()}


def entry_actions(entries: Sequence[MinutesEntry], *, actor: Actor) -> Mapping[str, Sequence[EntryAction]]:
    """Beside entries of minutes: the findings that rest on them, by stem; one query."""
    stems = {entry.id: entry.stem for entry in entries}
    found = finding_queries.using(actor, SourceKind.MINUTES_ENTRY, list(stems))
    return {
        stems[entry_id]: [EntryAction(_label(one), _url(one)) for one in findings]
        for entry_id, findings in found.items()
    }


def _label(finding: Finding) -> str:
    return _("Verwendet im Befund: %(topic)s in %(area)s", topic=finding.topic.label, area=finding.area.name)


def _url(finding: Finding) -> str:
    return url_for("evidence.cell", area_slug=finding.area.slug, topic_key=finding.topic.key)

"""From a source to the cells it counts in and the findings that rest on it: what pages below print about it."""

from collections.abc import Collection, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _

from portal.core.actor import Actor
from portal.evidence import finding_queries
from portal.evidence.models import Finding, SourceKind
from portal.evidence.sources import counting
from portal.evidence.sources.counting import CellRef
from portal.minutes.extension import EntryAction
from portal.minutes.models import MinutesEntry
from portal.planning.uses import Use, Used
from portal.surveys.models import SurveyRound

_KINDS = {
    Used.SURVEY_ROUND: SourceKind.SURVEY_ITEM,
    Used.STATEMENT: SourceKind.STATEMENT,
    Used.MINUTES_ENTRY: SourceKind.MINUTES_ENTRY,
    Used.INDICATOR: SourceKind.INDICATOR,
}


def uses(kind: Used, ids: Collection[int], actor: Actor) -> Mapping[int, Sequence[Use]]:
    """Cells in which these rows count, and findings the actor may see that rest on them, by row id.

    Each cell once; one whose finding rests on the row says so. A fixed number of queries.
    """
    return {
        row_id: [
            Use(cell.label, cell.url, _note(cell, in_finding=in_finding), is_concluded=in_finding)
            for cell, in_finding in placed
        ]
        for row_id, placed in _placed(kind, ids, actor).items()
    }


def _placed(kind: Used, ids: Collection[int], actor: Actor) -> Mapping[int, Sequence[tuple[CellRef, bool]]]:
    """Cells by row id, each with whether a finding of it rests on the row."""
    found = finding_queries.using(actor, _KINDS[kind], ids) if kind in _KINDS else {}
    cells = counting.cells(kind, ids, actor)
    return {row_id: _together(found.get(row_id, ()), cells.get(row_id, ())) for row_id in {*found, *cells}}


def _together(findings: Sequence[Finding], cells: Sequence[CellRef]) -> list[tuple[CellRef, bool]]:
    concluded = [CellRef(area=one.area, topic=one.topic, period=counting.period_key(one.period)) for one in findings]
    with_finding = {cell.url for cell in concluded}
    every = {cell.url: cell for cell in (*cells, *concluded)}
    return [(cell, url in with_finding) for url, cell in every.items()]


def _note(cell: CellRef, *, in_finding: bool) -> str:
    if in_finding:
        return _("steht im Befund")
    return _("als Ressource, ohne mitzuzählen") if cell.as_resource else ""


def entry_actions(entries: Sequence[MinutesEntry], *, actor: Actor) -> Mapping[str, Sequence[EntryAction]]:
    """Beside entries of minutes: where they count and which findings rest on them, by stem."""
    stems = {entry.id: entry.stem for entry in entries}
    return {
        stems[entry_id]: [
            EntryAction(_beside_entry(cell, in_finding=in_finding), cell.url) for cell, in_finding in placed
        ]
        for entry_id, placed in _placed(Used.MINUTES_ENTRY, list(stems), actor).items()
    }


def _beside_entry(cell: CellRef, *, in_finding: bool) -> str:
    if in_finding:
        return _("Im Befund: %(cell)s", cell=cell.label)
    if cell.as_resource:
        return _("Als Ressource bei: %(cell)s", cell=cell.label)
    return _("Zählt bei: %(cell)s", cell=cell.label)


def question_uses(one: SurveyRound, area_id: int | None) -> Mapping[str, Sequence[Use]]:
    """Beside questions of a survey, by question code: the cells of a planning area they count in, or the topics."""
    found = counting.survey_cells(one, area_id)
    if area_id is not None:
        return {code: [Use(_question_label(cell), cell.url) for cell in cells] for code, cells in found.items()}
    return {code: _topics(cells) for code, cells in found.items()}


def _question_label(cell: CellRef) -> str:
    return _("Als Ressource bei: %(cell)s", cell=cell.label) if cell.as_resource else cell.label


def _topics(cells: Sequence[CellRef]) -> list[Use]:
    """The rows of the matrix these cells stand in."""
    by_topic = {cell.topic.key: cell for cell in cells}
    return [
        Use(
            _("%(topic)s in allen Planungsräumen", topic=cell.topic.label),
            url_for("evidence.matrix", thema=key, periode=cell.period),
        )
        for key, cell in by_topic.items()
    ]

"""Who has been heard, as the pages and files print it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.conferences import permissions as conferences
from portal.core.actor import Actor
from portal.core.formats import date_short, number
from portal.core.languages import quoting
from portal.evidence.participation.heard import AreaParticipation, Coming, GroupCell, TargetCell
from portal.evidence.participation.parameters import GROUP_WORDS, GROUPS, RESIDENTS, SPOKEN_PHASES
from portal.planning.models import Phase, PlanningPeriod
from portal.surveys import permissions as surveys

# Fewer answers are not told as a number.
_ANSWERS_SHOWN_FROM = 10


@dataclass(frozen=True, kw_only=True)
class ShownCell:
    """A cell in words; `links` lead on.

    `state` is `heard`, `missing`, `later` (the phase has not begun in the planning area) or `free` (not asked for).
    """

    phase: Any
    state: str
    words: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    group: Any
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, kw_only=True)
class AreaTable:
    """One planning area: groups down, phases across. `required` and `missing` count the phases that have begun;
    `awaited` names the groups that miss in one of them."""

    slug: str
    name: str
    required: int
    missing: int
    awaited: tuple[str, ...]
    rows: tuple[GroupRow, ...]
    target_phases: tuple[Any, ...]
    targets: tuple[GroupRow, ...]
    spoken_for: int
    """Target groups for which somebody spoke."""


@dataclass(frozen=True, kw_only=True)
class PhaseSummary:
    """A phase in plain words, for everybody: who was heard, who is still missing."""

    phase: Any
    heard: tuple[Any, ...]
    missing: tuple[Any, ...]
    has_begun: bool


def area_table(one: AreaParticipation, phases: Sequence[Phase], coming: Sequence[Coming], *, actor: Actor) -> AreaTable:
    """The table of a planning area; groups that nobody asks for and that were not heard are left out.

    Links lead on where this actor may go.
    """
    rows = []
    for group in GROUPS:
        cells = [one.cell(group, phase) for phase in phases]
        if any(cell.is_required or cell.is_heard for cell in cells):
            shown = tuple(_cell(one, cell, coming, actor) for cell in cells)
            rows.append(GroupRow(group=GROUP_WORDS[group], cells=shown))
    asked = [one.cell(group, phase) for group in GROUPS for phase in phases if phase in one.begun]
    return AreaTable(
        slug=one.area.slug,
        name=one.area.name,
        required=sum(cell.is_required for cell in asked),
        missing=sum(cell.is_missing for cell in asked),
        awaited=tuple(dict.fromkeys(str(GROUP_WORDS[cell.group]) for cell in asked if cell.is_missing)),
        rows=tuple(rows),
        target_phases=tuple(phase.label for phase in phases if phase in SPOKEN_PHASES),
        targets=tuple(
            GroupRow(
                group=target.name,
                cells=tuple(_target(one, target.cells[phase]) for phase in phases if phase in target.cells),
            )
            for target in one.targets
        ),
        spoken_for=sum(bool(target.statements) for target in one.targets),
    )


def _target(one: AreaParticipation, cell: TargetCell) -> ShownCell:
    """Who spoke for a target group in a phase: `freie Träger (2 Hinweise), zuletzt 12.05.2026`."""
    parts = [
        f"{GROUP_WORDS[group]} (" + ngettext("%(num)d Hinweis", "%(num)d Hinweise", count) + ")"
        for group, count in cell.groups
    ]
    if parts and cell.last is not None:
        parts.append(_("zuletzt %(day)s", day=date_short(cell.last)))
    state = "heard" if cell.statements else "free"
    if cell.is_missing:
        state = "missing" if cell.phase in one.begun else "later"
    return ShownCell(phase=cell.phase.label, state=state, words=", ".join(parts))


def _cell(one: AreaParticipation, cell: GroupCell, coming: Sequence[Coming], actor: Actor) -> ShownCell:
    label = cell.phase.label
    if cell.is_heard:
        return ShownCell(phase=label, state="heard", words=_how(cell))
    if not cell.is_required:
        return ShownCell(phase=label, state="free", words=_how(cell))
    state = "missing" if cell.phase in one.begun else "later"
    return ShownCell(phase=label, state=state, words=_how(cell), links=_ways_on(one, cell, coming, actor))


def _how(cell: GroupCell) -> str:
    """`2 Veranstaltungen, 1 Hinweis, zuletzt 12.05.2026`."""
    heard, parts = cell.heard, []
    if heard.events:
        parts.append(ngettext("%(num)d Veranstaltung", "%(num)d Veranstaltungen", heard.events))
    if heard.statements:
        parts.append(ngettext("%(num)d Hinweis", "%(num)d Hinweise", heard.statements))
    if heard.answers >= _ANSWERS_SHOWN_FROM:
        parts.append(_("%(count)s Antworten", count=number(heard.answers)))
    elif heard.answers:
        parts.append(_("weniger als %(count)s Antworten", count=_ANSWERS_SHOWN_FROM))
    if parts and heard.last is not None:
        parts.append(_("zuletzt %(day)s", day=date_short(heard.last)))
    return ", ".join(parts)


def _ways_on(
    one: AreaParticipation, cell: GroupCell, coming: Sequence[Coming], actor: Actor
) -> tuple[tuple[str, str], ...]:
    """From an empty cell to whatever fills it, with area, phase and group chosen beforehand."""
    if cell.group == RESIDENTS:
        return ((_("Befragung vorbereiten"), url_for("surveys.manage")),) if surveys.may_run(actor) else ()
    if not conferences.may_organise(actor):
        return ()
    found = [
        (
            quoting(_("Einladen zu „%(title)s“"), title=event.title),
            url_for(
                "conferences.choose_invitees", public_id=event.public_id, planungsraum=one.area.slug, art=cell.group
            ),
        )
        for event in coming
        if event.phase is cell.phase and one.area.id in event.area_ids
    ][:1]
    plan = url_for(
        "conferences.new_conference", planungsraum=one.area.slug, phase=cell.phase.value, gruppe=cell.group
    )  # fmt: skip
    return (*found, (_("Veranstaltung planen"), plan))


def summary(one: AreaParticipation) -> list[PhaseSummary]:
    """Every phase in the order of the cycle."""
    return [
        PhaseSummary(
            phase=phase.label,
            heard=tuple(GROUP_WORDS[cell.group] for cell in one.heard(phase)),
            missing=tuple(GROUP_WORDS[cell.group] for cell in one.missing(phase)),
            has_begun=phase in one.begun,
        )
        for phase in Phase
    ]


def csv_table(found: Sequence[AreaParticipation], phases: Sequence[Phase]) -> tuple[list[str], list[list[Any]]]:
    """Head and rows of the download: one line per planning area, phase and group; then one per target group and phase,
    with a line for each group that spoke for it."""
    head = [
        _("Planungsraum"), _("Phase"), _("Gruppe"), _("Zielgruppe"), _("verlangt"), _("gehört"),
        _("Veranstaltungen"), _("Hinweise"), _("Antworten"), _("zuletzt"),
    ]  # fmt: skip
    body: list[list[Any]] = []
    for one in found:
        for phase in phases:
            for group in GROUPS:
                cell = one.cell(group, phase)
                answers = cell.heard.answers
                body.append(
                    [
                        one.area.name,
                        str(phase.label),
                        str(GROUP_WORDS[group]),
                        "",
                        _("ja") if cell.is_required else _("nein"),
                        _("ja") if cell.is_heard else _("nein"),
                        cell.heard.events,
                        cell.heard.statements,
                        answers if answers == 0 or answers >= _ANSWERS_SHOWN_FROM else f"<{_ANSWERS_SHOWN_FROM}",
                        "" if cell.heard.last is None else date_short(cell.heard.last),
                    ]
                )
        body += _target_rows(one, phases)
    return head, body


def _target_rows(one: AreaParticipation, phases: Sequence[Phase]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for target in one.targets:
        for phase in phases:
            cell = target.cells.get(phase)
            if cell is None:
                continue
            last = "" if cell.last is None else date_short(cell.last)
            for group, count in cell.groups or ((None, 0),):
                rows.append(
                    [
                        one.area.name,
                        str(phase.label),
                        "" if group is None else str(GROUP_WORDS[group]),
                        target.name,
                        _("ja") if cell.is_required else _("nein"),
                        _("ja") if cell.statements else _("nein"),
                        None,
                        count,
                        None,
                        last,
                    ]
                )
    return rows


def note(period: PlanningPeriod, day: str) -> str:
    return _("Wer gehört wurde, Stand %(day)s. Planungsperiode: %(period)s", day=day, period=period.name)

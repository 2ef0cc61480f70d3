"""Who has been heard: planning area × group × phase, and who spoke for which target group in which phase.

Held against the county's own rule. Heard is a group of which an organisation was there at a held event of the phase,
itself or by deputy; that put a need forward (needs assessment) or named a resource (inventory); or, for residents, that
answered a survey of the phase in sufficient number. Only presence is told here, no content.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.areas.composition import AreaRef, Composition
from portal.conferences import held as conferences
from portal.conferences.models import Conference, ConferenceState
from portal.core import clock
from portal.core.database import db
from portal.evidence.participation import parameters as rule
from portal.evidence.participation.parameters import RESIDENTS
from portal.needs.models import NeedsStatement, StatementKind, StatementState, StatementSupport
from portal.planning.models import Phase, PlanningPeriod
from portal.settings import services as settings
from portal.stakeholders.models import Organisation, OrganisationKind
from portal.surveys import queries as surveys
from portal.surveys.models import SurveyRound

# In which phase a statement speaks.
_PHASES = {StatementKind.NEED: Phase.NEEDS_ASSESSMENT, StatementKind.RESOURCE: Phase.INVENTORY}
_Key = tuple[int, str, Phase]
# Planning area, target group, phase → who spoke for them.
_Spoken = dict[tuple[int, str, Phase], "Spoken"]


@dataclass
class Heard:
    """How often a group was heard in a planning area and phase, and when last. `answers` are residents' answers."""

    events: int = 0
    statements: int = 0
    answers: int = 0
    organisations: set[int] = field(default_factory=set)
    last: date | None = None

    def note(self, day: date | None, *, organisations: Iterable[int] = ()) -> None:
        self.organisations.update(organisations)
        if day is not None and (self.last is None or day > self.last):
            self.last = day


@dataclass(frozen=True, kw_only=True)
class GroupCell:
    """A group in one planning area and phase."""

    group: str
    phase: Phase
    is_required: bool
    is_heard: bool
    heard: Heard

    @property
    def is_missing(self) -> bool:
        return self.is_required and not self.is_heard


@dataclass
class Spoken:
    """Who spoke for a target group in a planning area and phase: statements by group, and the latest day."""

    statements: set[int] = field(default_factory=set)
    by_group: dict[str, set[int]] = field(default_factory=dict)
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class TargetCell:
    """A target group in one planning area and phase; `groups` are those that spoke for it, with their statements."""

    phase: Phase
    is_required: bool
    statements: int
    groups: tuple[tuple[str, int], ...]
    last: date | None

    @property
    def is_missing(self) -> bool:
        return self.is_required and not self.statements


@dataclass(frozen=True, kw_only=True)
class TargetGroup:
    """People of a kind in one planning area: who spoke for them, phase by phase (the phases statements speak in)."""

    name: str
    cells: Mapping[Phase, TargetCell]

    @property
    def statements(self) -> int:
        return sum(cell.statements for cell in self.cells.values())

    @property
    def groups(self) -> tuple[str, ...]:
        spoke = {group for cell in self.cells.values() for group, _count in cell.groups}
        return tuple(group for group in rule.GROUPS if group in spoke)


@dataclass(frozen=True, kw_only=True)
class AreaParticipation:
    """Everything about one planning area. `begun` are phases in which anybody was heard or an event is planned."""

    area: AreaRef
    cells: Mapping[tuple[str, Phase], GroupCell]
    targets: tuple[TargetGroup, ...]
    begun: frozenset[Phase]

    def cell(self, group: str, phase: Phase) -> GroupCell:
        return self.cells[group, phase]

    def missing(self, phase: Phase | None = None) -> list[GroupCell]:
        """Groups that should have been heard and were not, in the order of the groups."""
        return [cell for cell in self.cells.values() if cell.is_missing and phase in {None, cell.phase}]

    def heard(self, phase: Phase | None = None) -> list[GroupCell]:
        return [cell for cell in self.cells.values() if cell.is_heard and phase in {None, cell.phase}]


@dataclass(frozen=True, kw_only=True)
class Coming:
    """An event that is planned: whoever is missing can be invited to it."""

    public_id: str
    title: str
    phase: Phase
    area_ids: frozenset[int]
    day: date


def of_period(period: PlanningPeriod, composition: Composition) -> list[AreaParticipation]:
    """Every planning area of today; a fixed number of queries."""
    found: dict[_Key, Heard] = {}
    targets: _Spoken = {}
    groups = _groups()
    _events(found, period, groups)
    _statements(found, targets, period, composition, groups)
    _answers(found, period)
    coming = coming_events(period)
    return [_area(area, found, targets, coming) for area in composition.planning_areas]


def coming_events(period: PlanningPeriod) -> list[Coming]:
    """Events of the period that are to come, by date."""
    rows = db.session.scalars(
        select(Conference)
        .options(selectinload(Conference.areas))
        .where(
            Conference.period_id == period.id,
            Conference.state.in_([ConferenceState.DRAFT, ConferenceState.PLANNED]),
        )
        .order_by(Conference.starts_at, Conference.id)
    )
    return [
        Coming(
            public_id=row.public_id,
            title=row.title,
            phase=row.phase,
            area_ids=frozenset(area.id for area in row.areas),
            day=row.starts_at.date(),
        )
        for row in rows
    ]


def _groups() -> dict[int, str]:
    """The group each organisation counts for; departments of the county count for none."""
    rows = db.session.execute(
        select(Organisation.id, Organisation.kind, Organisation.group_kind).where(
            Organisation.kind != OrganisationKind.COUNTY_DEPARTMENT
        )
    )
    return {row.id: _group_of(row.kind, row.group_kind) for row in rows}


def _group_of(kind: OrganisationKind, stands_for: OrganisationKind | None) -> str:
    if kind is OrganisationKind.MUNICIPAL_ASSOCIATION:
        return OrganisationKind.MUNICIPALITY.value
    return (stands_for or kind).value


def _events(found: dict[_Key, Heard], period: PlanningPeriod, groups: Mapping[int, str]) -> None:
    for event in conferences.held_events(period=period, until=clock.now()):
        there: dict[str, list[int]] = {}
        for organisation_id in event.organisation_ids:
            if organisation_id in groups:
                there.setdefault(groups[organisation_id], []).append(organisation_id)
        for area_id in event.area_ids:
            for group, organisations in there.items():
                heard = found.setdefault((area_id, group, event.phase), Heard())
                heard.events += 1
                heard.note(event.begins.date(), organisations=organisations)


def _statements(
    found: dict[_Key, Heard],
    targets: _Spoken,
    period: PlanningPeriod,
    composition: Composition,
    groups: Mapping[int, str],
) -> None:
    rows = db.session.scalars(
        select(NeedsStatement)
        .options(selectinload(NeedsStatement.areas), selectinload(NeedsStatement.supports))
        .where(NeedsStatement.period_id == period.id, NeedsStatement.state != StatementState.DRAFT)
        .order_by(NeedsStatement.id)
    )
    for row in rows:
        speakers = {one for one in _speakers(row, row.supports) if one in groups}
        if row.submitted_at is None or not speakers:
            continue
        day = row.submitted_at.astimezone(clock.LOCAL_ZONE).date()
        places = {composition.planning_area_of.get(area.id, area.id) for area in row.areas}
        spoken = {groups[one] for one in speakers}
        for area_id in places:
            for group in spoken:
                heard = found.setdefault((area_id, group, _PHASES[row.kind]), Heard())
                heard.statements += 1
                heard.note(day, organisations=[one for one in speakers if groups[one] == group])
            for name in row.target_groups:
                said = targets.setdefault((area_id, name, _PHASES[row.kind]), Spoken())
                said.statements.add(row.id)
                said.last = day if said.last is None else max(said.last, day)
                for group in spoken:
                    said.by_group.setdefault(group, set()).add(row.id)


def _speakers(row: NeedsStatement, supports: Collection[StatementSupport]) -> list[int]:
    return [row.organisation_id, *(support.organisation_id for support in supports)]


def _answers(found: dict[_Key, Heard], period: PlanningPeriod) -> None:
    phases = {row.id: row.phase for row in db.session.execute(select(SurveyRound.id, SurveyRound.phase))}
    for counted in surveys.counted_rounds():
        if counted.asked.period_id != period.id:
            continue
        closed = counted.asked.closed_at
        for area_id, _slug, _name in counted.areas:
            heard = found.setdefault((area_id, RESIDENTS, phases[counted.asked.round_id]), Heard())
            # Rounds are never added up: the one with most answers says whether residents were heard.
            heard.answers = max(heard.answers, counted.tally.sheets.get(area_id, 0))
            heard.note(None if closed is None else closed.astimezone(clock.LOCAL_ZONE).date())


def _area(
    area: AreaRef,
    found: Mapping[_Key, Heard],
    targets: _Spoken,
    coming: Sequence[Coming],
) -> AreaParticipation:
    least = settings.get(rule.RESIDENTS_MINIMUM)
    wanted = {phase: set(rule.required(phase)) for phase in Phase}
    cells = {}
    for phase in Phase:
        for group in rule.GROUPS:
            heard = found.get((area.id, group, phase), Heard())
            is_heard = heard.answers >= least if group == RESIDENTS else bool(heard.organisations)
            cells[group, phase] = GroupCell(
                group=group, phase=phase, is_required=group in wanted[phase], is_heard=is_heard, heard=heard
            )
    begun = {cell.phase for cell in cells.values() if cell.is_heard}
    begun |= {one.phase for one in coming if area.id in one.area_ids}
    return AreaParticipation(
        area=area,
        cells=cells,
        targets=tuple(_target(name, area.id, targets) for name in rule.target_groups()),
        begun=frozenset(begun),
    )


def _target(name: str, area_id: int, targets: _Spoken) -> TargetGroup:
    wanted = rule.target_phases()
    cells = {}
    for phase in rule.SPOKEN_PHASES:
        said = targets.get((area_id, name, phase), Spoken())
        cells[phase] = TargetCell(
            phase=phase,
            is_required=phase in wanted,
            statements=len(said.statements),
            groups=tuple((group, len(said.by_group[group])) for group in rule.GROUPS if group in said.by_group),
            last=said.last,
        )
    return TargetGroup(name=name, cells=cells)

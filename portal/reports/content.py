"""What a report holds, as plain words in the language of the request: every format prints the same."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from portal.core.actor import ANONYMOUS, Actor
from portal.core.words import Worded


class Audience(Worded):
    """For whom a copy is made: everybody, or the county's staff with findings that are not published yet."""

    PUBLIC = "oeffentlich", _l("öffentlich")
    INTERNAL = "intern", _l("nicht öffentlich")

    def reader(self, actor: Actor) -> Actor:
        """As whom the copy is read, whoever makes it."""
        return actor if self is Audience.INTERNAL else ANONYMOUS


@dataclass(frozen=True, kw_only=True)
class AssessmentLine:
    """A topic as rule 1 and people see it; `standing` is empty where no finding exists."""

    topic: str
    assessment: str
    voices: str
    figures: str
    reason: str
    standing: str


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What a municipality, a department or a body said to a finding."""

    who: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """One way to go, with what it costs and does."""

    text: str
    cost: str
    effect: str
    side_effects: str


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One source of a finding: which side, what it says, where it stands in the portal."""

    side: str
    text: str
    detail: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Conclusion:
    """A finding with everything on it; `title` is empty where people gave it none."""

    topic: str
    title: str
    assessment: str
    standing: str
    said: str
    figures_show: str
    reason: str
    resources: str
    recommendation: str
    alternatives: tuple[Alternative, ...]
    next_step: str
    budget: str
    hearing: tuple[Quote, ...]
    silent: str
    dissent: tuple[Quote, ...]
    decisions: tuple[Quote, ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class FigureLine:
    """An indicator in the area beside the county. `number`, `county_number` are unrounded, for spreadsheets."""

    key: str
    topic: str
    name: str
    value: str
    county: str
    number: float | None
    county_number: float | None
    unit: str
    difference: str
    spread: str
    coverage: str
    signal: str
    period: str
    method: str
    source: str
    # Number of its entry in the list of sources of the document: `[2]`.
    reference: str
    # The indicator's page in the portal.
    url: str
    # Values of the Land, legal standards and targets, in words.
    compared: str


@dataclass(frozen=True, kw_only=True)
class ActionLine:
    """A recommendation, a decision, an agreement or a task: who is to do it, until when, how it stands."""

    kind: str
    text: str
    who: str
    when: str
    state: str
    url: str


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """A need or resource that was put forward."""

    title: str
    kind: str
    topics: str
    state: str
    sender: str
    url: str


@dataclass(frozen=True, kw_only=True)
class AreaReport:
    """One planning area."""

    name: str
    lead: str
    members: str
    facts: tuple[tuple[str, str], ...]
    assessments: tuple[AssessmentLine, ...]
    conclusions: tuple[Conclusion, ...]
    actions: tuple[ActionLine, ...]
    figures: tuple[FigureLine, ...]
    needs: tuple[NeedLine, ...]


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole document. `notices` are sentences that must stand in every copy; `sources` where numbers are
    from, each with the number by which figures refer to it."""

    title: str
    # `öffentlich` or not, as it stands on the copy.
    audience: str
    county: str
    office: str
    period: str
    day: str
    areas: tuple[AreaReport, ...]
    method: tuple[str, ...]
    notices: tuple[str, ...]
    sources: tuple[str, ...]
    source_line: str
    is_demo: bool

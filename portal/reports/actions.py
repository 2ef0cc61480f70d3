"""*Empfehlungen, Beschlüsse und Aufträge* of a planning area: from its findings and from released minutes."""

from collections.abc import Callable, Collection, Iterable, Sequence

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core.formats import date_long
from portal.evidence.models import Finding, FindingVersion
from portal.minutes.assignments import Assignment
from portal.reports.content import ActionLine

Citing = Callable[[str], str]


def of_area(
    area: AreaRef,
    places: Collection[int],
    concluded: Sequence[tuple[Finding, FindingVersion, str, Citing]],
    given: Iterable[Assignment],
    *,
    base_url: str,
) -> tuple[ActionLine, ...]:
    """Recommendations with their next step and decisions, by finding; then what minutes agreed on and gave to whom.

    `concluded`: findings with the version that the reader gets, in words where it stands, and what puts the numbers of
    sources into its texts.
    """
    found: list[ActionLine] = []
    for finding, version, standing, cited in concluded:
        url = f"{base_url}/befunde/{area.slug}/{finding.topic.key}"
        found.append(_recommendation(finding, version, standing, url, cited))
        found += [
            ActionLine(
                kind=_("Beschluss"),
                text=decision.text,
                who=decision.body.name,
                when=date_long(decision.decided_on),
                state=_("Vorlage %(number)s", number=decision.paper) if decision.paper else _("beschlossen"),
                url=url,
            )
            for decision in finding.decisions
        ]
    found += [_given(one, base_url) for one in given if one.area_ids & set(places)]
    return tuple(found)


def _recommendation(finding: Finding, version: FindingVersion, standing: str, url: str, cited: Citing) -> ActionLine:
    text = cited(version.recommendation)
    if version.next_step:
        text = _("%(text)s Nächster Schritt: %(step)s", text=text, step=cited(version.next_step))
    return ActionLine(
        kind=_("Empfehlung"),
        text=text,
        who="" if version.responsible is None else version.responsible.name,
        when="" if version.due_on is None else _("bis %(day)s", day=date_long(version.due_on)),
        state=f"{finding.topic.label}: {standing}",
        url=url,
    )


def _given(one: Assignment, base_url: str) -> ActionLine:
    if one.due_on is None:
        state = _("vereinbart am %(day)s", day=date_long(one.day))
    elif one.done_on is None:
        state = _("offen")
    else:
        state = _("erledigt am %(day)s", day=date_long(one.done_on))
    return ActionLine(
        kind=str(one.kind.label),
        text=one.text,
        who=", ".join(one.organisations),
        when="" if one.due_on is None else _("bis %(day)s", day=date_long(one.due_on)),
        state=state,
        url=f"{base_url}/protokolle/{one.minutes_id}#e-{one.stem}",
    )

"""What the pages of direct links show: what is linked and by whom, what was declined, what is suggested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.core.actor import Actor
from portal.core.database import db
from portal.core.formats import date_long
from portal.core.seed_words import local
from portal.evidence import permissions
from portal.evidence.linking import direct as direct_links
from portal.evidence.linking import linkable
from portal.evidence.linking import suggestions as link_suggestions
from portal.evidence.linking.linkable import End
from portal.evidence.linking.suggestions import Suggestion
from portal.evidence.models import IndicatorLink, LinkState, SourceKind
from portal.indicators.models import Indicator
from portal.planning import queries as planning


@dataclass(frozen=True, kw_only=True)
class Linked:
    """A pair with who says so. `is_own`: the authors linked it, so it is declined and not forgotten."""

    indicator: Indicator
    end: End
    by: str
    reason: str
    is_own: bool
    may_change: bool


@dataclass(frozen=True, kw_only=True)
class LinkPage:
    """Both sides of one indicator or of one thing said."""

    linked: tuple[Linked, ...]
    declined: tuple[Linked, ...]
    suggested: tuple[Suggestion, ...]
    # Everything else that can be chosen: reference of the other end, label; by group.
    choices: tuple[tuple[Any, tuple[tuple[str, str], ...]], ...]


def indicators_in_use() -> list[Indicator]:
    """Everything that may be linked, in the order of reports."""
    statement = (
        select(Indicator)
        .options(joinedload(Indicator.topic), joinedload(Indicator.department))
        .where(Indicator.in_use)
        .order_by(Indicator.topic_id, Indicator.position, Indicator.sort_key)
    )
    return list(db.session.scalars(statement))


def of_indicator(indicator: Indicator, *, actor: Actor) -> LinkPage:
    """Everything that is linked with one indicator or could be."""
    ends, every = linkable.every(), indicators_in_use()
    said = direct_links.said_of(indicator.id)
    may = permissions.may_link(actor, indicator.department_id)
    linked, declined, rest = list[Linked](), list[Linked](), list[End]()
    for end in ends:
        link, own = said.get((end.kind, end.target)), indicator.key in end.own
        state = _state(own, link)
        if state is None:
            rest.append(end)
        else:
            (linked if state is LinkState.LINKED else declined).append(_linked(indicator, end, link, own, may))
    return LinkPage(
        linked=tuple(linked),
        declined=tuple(declined),
        suggested=tuple(_suggest([indicator], rest, every)) if may else (),
        choices=_end_choices(rest) if may else (),
    )


def of_end(end: End, *, actor: Actor) -> LinkPage:
    """Every indicator that is linked with one thing said or could be."""
    every = indicators_in_use()
    said = direct_links.said_to(end.kind, end.target)
    linked, declined, rest = list[Linked](), list[Linked](), list[Indicator]()
    for indicator in every:
        link, own = said.get(indicator.id), indicator.key in end.own
        state, may = _state(own, link), permissions.may_link(actor, indicator.department_id)
        if state is not None:
            (linked if state is LinkState.LINKED else declined).append(_linked(indicator, end, link, own, may))
        elif may:
            rest.append(indicator)
    return LinkPage(
        linked=tuple(linked),
        declined=tuple(declined),
        suggested=tuple(_suggest(rest, [end], every)),
        choices=_indicator_choices(rest),
    )


def _state(own: bool, link: IndicatorLink | None) -> LinkState | None:
    if link is not None:
        return link.state
    return LinkState.LINKED if own else None


def _linked(indicator: Indicator, end: End, link: IndicatorLink | None, own: bool, may: bool) -> Linked:
    if link is None:
        by = {
            SourceKind.STATEMENT: _("im Hinweis selbst genannt"),
            SourceKind.MINUTES_ENTRY: _("im Protokoll selbst genannt"),
            SourceKind.SURVEY_ITEM: _("im Fragebogen festgelegt"),
        }[end.kind]
    elif link.state is LinkState.LINKED:
        by = _("verknüpft am %(day)s", day=date_long(link.said_at))
    else:
        by = _("abgelehnt am %(day)s", day=date_long(link.said_at))
    return Linked(
        indicator=indicator, end=end, by=by, reason="" if link is None else link.reason, is_own=own, may_change=may
    )


def _suggest(indicators: Sequence[Indicator], ends: Sequence[End], every: Sequence[Indicator]) -> list[Suggestion]:
    return link_suggestions.suggestions(
        indicators,
        ends,
        known=(),
        common=link_suggestions.common_stems(every),
        topics={topic.key: topic.label for topic in planning.topics()},
    )


def _end_choices(ends: Sequence[End]) -> tuple[tuple[Any, tuple[tuple[str, str], ...]], ...]:
    groups = (
        (SourceKind.STATEMENT, _("Bedarfshinweise")),
        (SourceKind.MINUTES_ENTRY, _("Protokolle")),
        (SourceKind.SURVEY_ITEM, _("Befragungen")),
    )
    found = [
        (label, tuple((f"{end.slug}/{end.ref}", end.label[:120]) for end in ends if end.kind is kind))
        for kind, label in groups
    ]
    return tuple((label, options) for label, options in found if options)


def _indicator_choices(indicators: Sequence[Indicator]) -> tuple[tuple[Any, tuple[tuple[str, str], ...]], ...]:
    found: dict[str, tuple[Any, list[tuple[str, str]]]] = {}
    for one in indicators:
        found.setdefault(one.topic.key, (one.topic.label, []))[1].append((one.key, local(one.name)))
    return tuple((label, tuple(options)) for label, options in found.values())


@dataclass(frozen=True, kw_only=True)
class OverviewRow:
    """One indicator or one thing said, with how much is linked and suggested."""

    label: str
    sub: Any
    url: str
    linked: int
    suggested: int


def overview() -> tuple[list[OverviewRow], list[tuple[Any, list[OverviewRow]]]]:
    """All indicators in use, and all things said by kind; a fixed number of queries."""
    every, ends = indicators_in_use(), linkable.every()
    said = _every_word()
    pairs = {
        (indicator.id, end.kind.value, end.target)
        for indicator in every
        for end in ends
        if _state(indicator.key in end.own, said.get((indicator.id, end.kind, end.target))) is LinkState.LINKED
    }
    known = {*pairs, *((indicator_id, kind.value, target) for indicator_id, kind, target in said)}
    found = link_suggestions.suggestions(
        every,
        ends,
        known=known,
        common=link_suggestions.common_stems(every),
        topics={topic.key: topic.label for topic in planning.topics()},
        most=len(every) * len(ends),
    )
    rows = [
        OverviewRow(
            label=one.name,
            sub=str(one.topic.label),
            url=url_for("evidence.indicator_links", key=one.key),
            linked=sum(pair[0] == one.id for pair in pairs),
            suggested=sum(suggestion.indicator is one for suggestion in found),
        )
        for one in every
    ]
    return rows, _end_rows(ends, pairs, found)


def _end_rows(
    ends: Sequence[End], pairs: set[tuple[int, str, str]], found: Sequence[Suggestion]
) -> list[tuple[Any, list[OverviewRow]]]:
    counted: dict[tuple[str, str], int] = {}
    for _indicator, kind, target in pairs:
        counted[kind, target] = counted.get((kind, target), 0) + 1
    suggested: dict[tuple[str, str], int] = {}
    for one in found:
        key = (one.end.kind.value, one.end.target)
        suggested[key] = suggested.get(key, 0) + 1
    groups: Mapping[SourceKind, Any] = {
        SourceKind.SURVEY_ITEM: _("Befragungen"),
        SourceKind.STATEMENT: _("Bedarfshinweise"),
        SourceKind.MINUTES_ENTRY: _("Protokolle"),
    }
    return [
        (
            label,
            [
                OverviewRow(
                    label=end.label,
                    sub=end.detail,
                    url=url_for("evidence.end_links", kind=end.slug, ref=end.ref),
                    linked=counted.get((end.kind.value, end.target), 0),
                    suggested=suggested.get((end.kind.value, end.target), 0),
                )
                for end in ends
                if end.kind is kind
            ],
        )
        for kind, label in groups.items()
    ]


def _every_word() -> dict[tuple[int, SourceKind, str], IndicatorLink]:
    rows = db.session.scalars(select(IndicatorLink).order_by(IndicatorLink.id))
    return {(row.indicator_id, row.kind, row.target): row for row in rows}

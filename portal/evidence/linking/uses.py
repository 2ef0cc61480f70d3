"""Direct links as pages below print them: on the indicator what was said, on what was said the indicators.

Everybody sees a link whose two ends everybody may read; staff find the way to change it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import select

from portal.core.actor import ANONYMOUS, Actor
from portal.core.database import db
from portal.core.languages import either, quoting
from portal.core.seed_words import local
from portal.evidence import permissions
from portal.evidence.linking import direct as direct_links
from portal.evidence.linking import linkable
from portal.evidence.linking.linkable import End
from portal.evidence.models import LinkState, SourceKind
from portal.indicators import permissions as figures
from portal.indicators.models import Indicator
from portal.minutes.extension import EntryAction
from portal.minutes.models import EntryKind, MinutesEntry, MinutesState
from portal.needs.models import NeedsStatement
from portal.planning.uses import Use, Used
from portal.surveys.models import SurveyRound

_SHOWN = 8
_LONGEST = 90


def uses(kind: Used, ids: Collection[int], actor: Actor) -> Mapping[int, Sequence[Use]]:
    """Links of indicators and of statements, by row id; a fixed number of queries."""
    if kind is Used.INDICATOR and ids:
        return {indicator.id: _of_indicator(indicator, actor) for indicator in _indicators(ids)}
    if kind is Used.STATEMENT and ids:
        return _of_statements(ids, actor)
    return {}


def _indicators(ids: Collection[int]) -> Sequence[Indicator]:
    return db.session.scalars(select(Indicator).where(Indicator.id.in_(ids)).order_by(Indicator.id)).all()


def _of_indicator(indicator: Indicator, actor: Actor) -> list[Use]:
    said = direct_links.said_of(indicator.id)
    linked = []
    for end in linkable.visible(linkable.every(), actor):
        word = said.get((end.kind, end.target))
        if word.state is LinkState.LINKED if word is not None else indicator.key in end.own:
            linked.append(end)
    found = [
        Use(
            either(_shortened(end.label), _shortened(end.english)),
            end.url,
            quoting(_("direkt verknüpft: %(what)s"), what=escape(end.detail)),
        )
        for end in linked[:_SHOWN]
    ]
    if permissions.may_see_links(actor):
        words = _("Verknüpfungen ansehen und ändern")
        found.append(Use(words, url_for("evidence.indicator_links", key=indicator.key), _count(len(linked))))
    return found


def _count(number: int) -> str:
    return _("%(number)s direkt verknüpft", number=number)


def _shortened(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


def _of_statements(ids: Collection[int], actor: Actor) -> dict[int, list[Use]]:
    said = direct_links.words().statements
    rows = db.session.execute(
        select(NeedsStatement.id, NeedsStatement.public_id, NeedsStatement.state).where(NeedsStatement.id.in_(ids))
    ).all()
    own: dict[int, list[str]] = {}
    for row_id, key in db.session.execute(
        select(NeedsStatement.id, Indicator.key).join(NeedsStatement.indicators).where(NeedsStatement.id.in_(ids))
    ):
        own.setdefault(row_id, []).append(key)
    linked = {row.id: said.of(row.id, own.get(row.id, ())) for row in rows}
    names = _names({key for keys in linked.values() for key in keys}, actor)
    found = {}
    for row in rows:
        uses_of = _named(linked[row.id], names)
        if permissions.may_see_links(actor) and row.state.value not in {"draft", "merged"}:
            uses_of.append(_way(SourceKind.STATEMENT, row.public_id))
        found[row.id] = uses_of
    return found


def _names(keys: Collection[str], actor: Actor) -> dict[str, str]:
    if not keys:
        return {}
    rows = db.session.execute(
        select(Indicator.key, Indicator.name, Indicator.visibility).where(Indicator.key.in_(keys), Indicator.in_use)
    )
    return {row.key: row.name for row in rows if figures.may_see(actor, row.visibility)}


def _named(keys: Iterable[str], names: Mapping[str, str]) -> list[Use]:
    return [
        Use(
            _("Kennzahl: %(name)s", name=local(names[key])),
            url_for("indicators.indicator", key=key),
            _("direkt verknüpft"),
        )
        for key in keys
        if key in names
    ]


def _way(kind: SourceKind, ref: str) -> Use:
    url = url_for("evidence.end_links", kind=linkable.SLUGS[kind], ref=ref)
    return Use(_("Kennzahlen verknüpfen"), url)


def entry_actions(entries: Sequence[MinutesEntry], *, actor: Actor) -> Mapping[str, Sequence[EntryAction]]:
    """Beside entries of minutes, by stem: indicators that staff linked later; for staff the way to link."""
    said = direct_links.words().entries
    own = {entry.id: [one.key for one in entry.indicators] for entry in entries}
    linked = {entry.id: [key for key in said.of(entry.stem, ()) if key not in own[entry.id]] for entry in entries}
    names = _names({key for keys in linked.values() for key in keys}, actor)
    found = {}
    for entry in entries:
        actions = [EntryAction(use.label, use.url) for use in _named(linked[entry.id], names)]
        is_said = entry.kind in {EntryKind.NEED, EntryKind.RESOURCE}
        if is_said and permissions.may_see_links(actor) and entry.version.state is MinutesState.RELEASED:
            way = _way(SourceKind.MINUTES_ENTRY, entry.stem)
            actions.append(EntryAction(way.label, way.url))
        found[entry.stem] = actions
    return found


def question_uses(one: SurveyRound, area_id: int | None) -> Mapping[str, Sequence[Use]]:
    """Beside questions of a survey, by question code: public indicators that are linked with them."""
    found: dict[str, dict[str, Use]] = {}
    linked: dict[str, list[str]] = {}
    for item, keys in _items(one.id).items():
        linked.setdefault(item.partition(".")[0], []).extend(keys)
    names = _names({key for keys in linked.values() for key in keys}, ANONYMOUS)
    for question, every in linked.items():
        for use in _named(every, names):
            found.setdefault(question, {}).setdefault(use.url, use)
    return {question: list(by_url.values()) for question, by_url in found.items()}


def _items(round_id: int) -> dict[str, tuple[str, ...]]:
    said = direct_links.words().items
    return {
        direct_links.item_of(end.target): said.of((round_id, direct_links.item_of(end.target)), end.own)
        for end in linkable.questions()
        if round_id in end.row_ids
    }


def question_ways(one: SurveyRound, *, actor: Actor) -> Mapping[str, Sequence[Use]]:
    """For staff beside each question, by code: the page on which it is linked; one per option of a choice."""
    if not permissions.may_see_links(actor):
        return {}
    by_code: dict[str, list[End]] = {}
    for end in linkable.questions():
        if one.id in end.row_ids:
            by_code.setdefault(direct_links.item_of(end.target).partition(".")[0], []).append(end)
    return {code: [_question_way(end, alone=len(ends) == 1) for end in ends] for code, ends in by_code.items()}


def _question_way(end: End, *, alone: bool) -> Use:
    way = _way(SourceKind.SURVEY_ITEM, end.ref)
    return way if alone else Use(_("Kennzahlen verknüpfen: %(what)s", what=_shortened(end.label)), way.url)

"""One search over everything the county's staff works with: for each kind the first hits and the way to all of them.

Each source answers for one actor with a fixed number of queries and finds nothing that the actor could not open. A
hit holds every word that was typed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.areas.models import AreaKind
from portal.conferences import permissions as conference_permissions
from portal.conferences import queries as conferences
from portal.core import clock, search_words
from portal.core.actor import Actor
from portal.core.formats import date_short
from portal.core.languages import german
from portal.core.tables import Listing
from portal.core.text import search_key
from portal.evidence import finding_queries, permissions, words
from portal.indicators import queries as indicators
from portal.indicators.catalogue.lists import catalogue
from portal.minutes import queries as minutes
from portal.needs import lists as needs
from portal.stakeholders import lists as stakeholder_lists
from portal.stakeholders import permissions as stakeholder_permissions

SHOWN = 6
LEAST_LETTERS = 2
_PAGES = {
    AreaKind.PLANNING_AREA: "home.planning_area",
    AreaKind.MUNICIPALITY: "home.municipality",
    AreaKind.LOCALITY: "home.locality",
}


@dataclass(frozen=True, kw_only=True)
class Hit:
    """Something that was found."""

    text: Any
    url: str
    sub: Any = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hits of one kind; `more` leads to all of them where there are more than are shown."""

    key: str
    title: Any
    hits: tuple[Hit, ...]
    count: int
    more: str = ""


def search(actor: Actor, query: str) -> list[Group]:
    """What was found for the words, kind by kind; kinds without a hit are left out."""
    if len(search_key(query)) < LEAST_LETTERS:
        return []
    return [group for source in _SOURCES if (group := source(actor, query)) is not None and group.hits]


def places(_actor: Actor, query: str) -> Group:
    """Planning areas, towns and localities of the own county."""
    kinds = list(_PAGES)
    found = sorted(areas.found_by_words(query, kinds, on=clock.today()), key=lambda area: kinds.index(area.kind))
    hits = [
        Hit(text=area.full_name, url=url_for(_PAGES[area.kind], slug=area.slug), sub=area.kind.label)
        for area in found[:SHOWN]
    ]
    more = url_for("home.localities", suche=query) if len(found) > len(hits) else ""
    return Group(key="orte", title=_("Orte"), hits=tuple(hits), count=len(found), more=more)


def organisations(actor: Actor, query: str) -> Group | None:
    if not stakeholder_permissions.may_see_organisations(actor):
        return None
    found = stakeholder_lists.organisations(
        actor,
        {"suche": query, stakeholder_lists.STATE_FILTER: stakeholder_lists.WITH_ARCHIVE},
        path=url_for("stakeholders.organisation_list"),
    )
    return _listed("organisationen", _("Organisationen"), found, (
        Hit(
            text=german(row.name),
            url=url_for("stakeholders.organisation_page", public_id=row.public_id),
            sub=f"{row.kind.label} · {row.state.label}",
        )
        for row in found.rows
    ))  # fmt: skip


def events(actor: Actor, query: str) -> Group | None:
    if not conference_permissions.may_see_list(actor):
        return None
    found = conferences.conferences(actor, {"suche": query}, path=url_for("conferences.conference_list"))
    return _listed("veranstaltungen", _("Veranstaltungen"), found, (
        Hit(
            text=german(row.title),
            url=url_for("conferences.conference_page", public_id=row.public_id),
            sub=f"{row.kind.label} · {date_short(row.starts_at.date())} · {row.state.label}",
        )
        for row in found.rows
    ))  # fmt: skip


def written_minutes(actor: Actor, query: str) -> Group:
    found = minutes.minutes_list(actor, {"suche": query}, path=url_for("minutes.minutes_list"))
    return _listed("protokolle", _("Protokolle"), found, (
        Hit(
            text=german(row.conference.title),
            url=url_for("minutes.minutes_page", public_id=row.public_id),
            sub=f"{date_short(row.conference.starts_at.date())} · {row.versions[-1].state.label}",
        )
        for row in found.rows
    ))  # fmt: skip


def statements(actor: Actor, query: str) -> Group:
    found = needs.statements(actor, {"suche": query}, path=url_for("needs.statement_list"))
    return _listed("hinweise", _("Bedarfshinweise"), found, (
        Hit(
            text=german(row.title),
            url=url_for("needs.statement_page", public_id=row.public_id),
            sub=f"{row.organisation.name} · {row.state.label}",
        )
        for row in found.rows
    ))  # fmt: skip


def findings(actor: Actor, query: str) -> Group | None:
    """Findings by planning area, topic and the sentences of their latest version. They are few: one text each."""
    if not permissions.may_see_unpublished(actor):
        return None
    hits = []
    for finding in finding_queries.everything():
        latest = finding.latest
        text = search_key(finding.area.name, str(finding.topic.label), latest.title, latest.said, latest.recommendation)
        if search_words.holds(text, query):
            hits.append(
                Hit(
                    text=_("%(topic)s in %(area)s", topic=finding.topic.label, area=finding.area.name),
                    url=url_for(
                        "evidence.cell",
                        area_slug=finding.area.slug,
                        topic_key=finding.topic.key,
                        periode=finding.period.key,
                    ),
                    sub=" · ".join(
                        part
                        for part in (latest.title, str(words.SHORT[latest.adopted]), str(finding.state.label))
                        if part
                    ),
                )
            )
    more = url_for("evidence.matrix") if len(hits) > SHOWN else ""
    return Group(key="befunde", title=_("Befunde"), hits=tuple(hits[:SHOWN]), count=len(hits), more=more)


def figures(actor: Actor, query: str) -> Group:
    found = catalogue(
        {"suche": query}, indicators.county_figures(actor), actor=actor, path=url_for("indicators.catalogue")
    )
    return _listed("kennzahlen", _("Kennzahlen"), found, (
        Hit(
            text=german(row.name),
            url=url_for("indicators.indicator", key=row.key),
            sub=row.topic.label,
        )
        for row in found.rows
    ))  # fmt: skip


def _listed(key: str, title: str, found: Listing[Any], hits: Iterable[Hit]) -> Group:
    shown: Sequence[Hit] = [hit for hit, _number in zip(hits, range(SHOWN), strict=False)]
    more = found.page_url(1) if found.count > len(shown) else ""
    return Group(key=key, title=title, hits=tuple(shown), count=found.count, more=more)


_SOURCES: tuple[Callable[[Actor, str], Group | None], ...] = (
    places, organisations, events, statements, findings, written_minutes, figures,
)  # fmt: skip

"""What the menus offer whom. An entry appears when its predicate says that its page would open."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from portal.accounts import permissions as account_permissions
from portal.areas import permissions as area_permissions
from portal.audit import permissions as audit_permissions
from portal.config import Config
from portal.core.actor import Actor, current_actor
from portal.evidence import permissions as evidence_permissions
from portal.home import permissions
from portal.indicators import permissions as indicator_permissions
from portal.jobs import permissions as job_permissions
from portal.outbox import permissions as outbox_permissions
from portal.planning import permissions as planning_permissions
from portal.reports import permissions as report_permissions
from portal.settings import permissions as setting_permissions
from portal.stakeholders import permissions as stakeholder_permissions
from portal.surveys import permissions as survey_permissions


@dataclass(frozen=True)
class Entry:
    """A page in a menu: its endpoint and who sees it."""

    label: Any
    endpoint: str
    visible: Callable[[Actor], bool]


@dataclass(frozen=True)
class Item:
    """An entry as the template prints it."""

    label: Any
    url: str
    current: bool
    badge: int | None = None


@dataclass(frozen=True)
class Group:
    """Items under a heading (or none). Of those that fold, the one with the page stands open, or else the first."""

    label: Any
    items: list[Item]
    is_open: bool = False


def _everyone(_actor: Actor) -> bool:
    return True


def _staff(actor: Actor) -> bool:
    return actor.is_staff


def _no_staff(actor: Actor) -> bool:
    """Who works with these words every day needs no explanation below every page."""
    return not actor.is_staff


def _demonstration(_actor: Actor) -> bool:
    """Mail stays here and can be read only where nothing real is sent."""
    config: Config = current_app.config["PORTAL"]
    return config.demo


PUBLIC = (
    Entry(_l("Start"), "home.start", _everyone),
    Entry(_l("Mein Bereich"), "home.own", permissions.may_see_own_page),
    Entry(_l("Planungsräume"), "home.planning_areas", _everyone),
    Entry(_l("Befunde"), "evidence.matrix", _everyone),
    Entry(_l("Kennzahlen"), "indicators.catalogue", _everyone),
    Entry(_l("Befragungen"), "surveys.rounds", _everyone),
    Entry(_l("Termine"), "conferences.dates", _everyone),
    Entry(_l("So arbeiten wir"), "home.how_we_work", _everyone),
)

STAFF: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (None, (Entry(_l("Heute"), "home.today", _staff),)),
    (
        _l("Beteiligen"),
        (
            Entry(_l("Veranstaltungen"), "conferences.conference_list", _staff),
            Entry(_l("Befragungen"), "surveys.manage", survey_permissions.may_run),
            Entry(_l("Bedarfshinweise"), "needs.statement_list", _staff),
            Entry(
                _l("Organisationen"), "stakeholders.organisation_list", stakeholder_permissions.may_see_organisations
            ),
            Entry(_l("Protokolle"), "minutes.minutes_list", _staff),
        ),
    ),
    (
        _l("Beobachten"),
        (
            Entry(_l("Planungsräume"), "areas.assignments", area_permissions.may_see_assignments),
            Entry(_l("Befunde"), "evidence.matrix", _staff),
            Entry(_l("Berichte"), "reports.overview", report_permissions.may_make_papers),
            Entry(_l("Leitkennzahlen"), "evidence.leads", evidence_permissions.may_see_unpublished),
            Entry(_l("Verknüpfungen"), "evidence.all_links", evidence_permissions.may_see_links),
            Entry(_l("Wer gehört wurde"), "evidence.heard", evidence_permissions.may_see_unpublished),
            Entry(_l("Kennzahlen"), "indicators.catalogue", _staff),
            Entry(_l("Gebiete vergleichen"), "indicators.compare", _staff),
            Entry(_l("Frühwarnung"), "indicators.early_warnings", indicator_permissions.may_see_warnings),
            Entry(_l("Sozialindex"), "indicators.social_indices", indicator_permissions.may_see_indices),
            Entry(_l("Kennzahlenregister"), "indicators.register", indicator_permissions.may_see_register),
            Entry(_l("Eigene Zahlen"), "indicators.own_figures", indicator_permissions.may_see_imports),
            Entry(_l("Importe"), "indicators.imports", indicator_permissions.may_see_imports),
        ),
    ),
    (
        _l("Betrieb"),
        (
            Entry(_l("Konten"), "accounts.user_list", account_permissions.may_manage_users),
            Entry(_l("Planungsperioden"), "planning.periods", planning_permissions.may_see_periods),
            Entry(_l("Fachbereiche"), "accounts.department_list", account_permissions.may_see_departments),
            Entry(_l("Postausgang"), "outbox.messages", outbox_permissions.may_see_list),
            Entry(_l("Postfach der Demonstration"), "demo.letters", _demonstration),
            Entry(_l("Aufträge"), "jobs.jobs", job_permissions.may_see_list),
            Entry(_l("Einstellungen"), "settings.overview", setting_permissions.may_see),
            Entry(_l("Änderungen"), "audit.changes", audit_permissions.may_see),
            Entry(_l("Gestaltung"), "home.design", _staff),
            Entry(_l("Öffentliche Seiten"), "home.start", _everyone),
        ),
    ),
)

FOOTER: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        _l("Verstehen"),
        (
            Entry(_l("Planungsräume"), "home.planning_areas", _everyone),
            Entry(_l("Kennzahlen"), "indicators.catalogue", _everyone),
            Entry(_l("Themen"), "home.topics", _everyone),
            Entry(_l("Gebiete vergleichen"), "indicators.compare", _everyone),
            Entry(_l("Begriffe einfach erklärt"), "home.glossary", _no_staff),
            Entry(_l("Offene Daten"), "home.open_data", _everyone),
        ),
    ),
    (
        _l("Mitmachen"),
        (
            Entry(_l("Organisation registrieren"), "stakeholders.register", _everyone),
            Entry(_l("Bedarfshinweise"), "needs.statement_list", _everyone),
            Entry(_l("Hinweis nachverfolgen"), "needs.enter_code", _everyone),
            Entry(_l("Protokolle"), "minutes.minutes_list", _everyone),
            Entry(_l("Postfach der Demonstration"), "demo.letters", _demonstration),
        ),
    ),
    (
        _l("Rechtliches"),
        (
            Entry(_l("Barrierefreiheit, Barriere melden"), "home.accessibility", _everyone),
            Entry(_l("Datenschutz"), "home.data_protection", _everyone),
            Entry(_l("Impressum"), "home.imprint", _everyone),
        ),
    ),
)


def _current(endpoint: str, url: str) -> bool:
    """Whether the request is for this page or one below it."""
    if request.endpoint == endpoint:
        return True
    return url != "/" and request.path.startswith(url.rstrip("/") + "/")


def _items(entries: tuple[Entry, ...], actor: Actor) -> list[Item]:
    items = []
    for entry in entries:
        if not entry.visible(actor):
            continue
        url = url_for(entry.endpoint)
        items.append(Item(entry.label, url, _current(entry.endpoint, url)))
    return items


def _groups(groups: tuple[tuple[Any, tuple[Entry, ...]], ...], actor: Actor) -> list[Group]:
    built = [Group(label, _items(entries, actor)) for label, entries in groups]
    found = [group for group in built if group.items]
    headed = [group for group in found if group.label]
    here = [group for group in headed if any(item.current for item in group.items)]
    return [replace(group, is_open=group in (here or headed)[:1]) for group in found]


def landing(actor: Actor) -> str | None:
    """Where somebody begins who signed in from nowhere in particular."""
    if actor.is_staff:
        return url_for("home.today")
    return url_for("home.own") if permissions.may_see_own_page(actor) else None


def init_navigation(app: Flask) -> None:
    """Offer the menus to every template."""

    @app.context_processor
    def _context() -> dict[str, Any]:
        if g.get("bare_page"):
            return {}
        actor = current_actor()
        return {
            "public_navigation": _items(PUBLIC, actor),
            "staff_navigation": _groups(STAFF, actor) if actor.is_staff else [],
            "search_address": url_for("home.search"),
            "easy_language_address": url_for("home.easy_language"),
            "footer_navigation": _groups(FOOTER, actor),
        }

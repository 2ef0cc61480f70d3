"""What every page says about the county that runs the portal."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.areas import queries as areas
from portal.config import Config
from portal.core.languages import languages
from portal.outbox import office
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind, declare, find

_GROUP = _l("Landkreis und Anschrift")

# Where the authority of a county is called so by law: Baden-Württemberg, Bavaria, Saxony, Thuringia.
_LANDRATSAMT = ("08", "09", "14", "16")
_KEPT = "own_county_names"


def _own_names() -> tuple[str, str] | None:
    """Name and authority of the county that was seeded; None before. Read once per process: neither ever changes."""
    known: dict[str, tuple[str, str]] = current_app.extensions.setdefault(_KEPT, {})
    if _KEPT not in known:
        found = areas.own_county_name()
        if found is None:
            return None
        name, key = found
        authority = f"Landratsamt {name.removeprefix('Landkreis ')}" if key.startswith(_LANDRATSAMT) else name
        known[_KEPT] = (name, authority)
    return known[_KEPT]


def _own_name() -> str | None:
    names = _own_names()
    return None if names is None else names[0]


def _own_authority() -> str | None:
    names = _own_names()
    return None if names is None else names[1]


SETTINGS = (
    Declared(key="site.county_name", kind=SettingKind.TEXT, default="Landkreis", own=_own_name, group=_GROUP,
             label=_l("Name des Landkreises")),
    Declared(key="site.claim", kind=SettingKind.TEXT, default="Sozialplanung gemeinsam", group=_GROUP,
             label=_l("Zeile unter dem Namen")),
    Declared(key="site.office_name", kind=SettingKind.TEXT, default="Landratsamt", own=_own_authority, group=_GROUP,
             label=_l("Name der Behörde")),
    Declared(key="site.office_unit", kind=SettingKind.TEXT, default="Sozialplanung", group=_GROUP,
             label=_l("Stelle in der Behörde")),
    Declared(key="site.office_address", kind=SettingKind.LONG_TEXT, required=False, group=_GROUP,
             default="", label=_l("Postanschrift")),
    Declared(key="site.office_phone", kind=SettingKind.TEXT, default="", required=False, group=_GROUP,
             label=_l("Telefon")),
    Declared(key=office.SETTING, kind=SettingKind.EMAIL, default="sozialplanung@landkreis.example",
             group=_GROUP, label=_l("E-Mail"), hint=_l("Hierhin gehen auch gemeldete Barrieren.")),
    Declared(key="site.representative", kind=SettingKind.TEXT, default="", required=False, group=_GROUP,
             label=_l("Vertreten durch"), hint=_l("Für das Impressum, z.\u00a0B. Landrätin Vorname Name.")),
    Declared(key="site.data_protection_officer", kind=SettingKind.LONG_TEXT, default="", required=False, group=_GROUP,
             label=_l("Datenschutzbeauftragte Stelle"), hint=_l("Name und Anschrift, eine Zeile je Angabe.")),
    Declared(key="site.enforcement_body", kind=SettingKind.LONG_TEXT, default="", required=False, group=_GROUP,
             label=_l("Schlichtungs- oder Durchsetzungsstelle"),
             hint=_l("Wer im Bundesland über die Barrierefreiheit wacht. Eine Zeile je Angabe.")),
)  # fmt: skip


# What imprint, data protection and the statement on accessibility have to name.
_ASKED_BY_LAW = (
    "site.office_address", "site.office_phone", "site.representative", "site.data_protection_officer",
    "site.enforcement_body",
)  # fmt: skip


def still_missing() -> list[Any]:
    """Labels of what pages show a placeholder for, or nothing at all; nothing is missing in a demonstration."""
    config: Config = current_app.config["PORTAL"]
    if config.demo:
        return []
    keys = [key for key in ("site.county_name", "site.office_name") if settings.get(key) == find(key).default]
    keys += [office.SETTING] if office.is_placeholder() else []
    keys += [key for key in _ASKED_BY_LAW if not settings.get(key)]
    return [find(key).label for key in keys]


@dataclass(frozen=True)
class Site:
    """Names and address of the county, from the settings."""

    county_name: str
    claim: str
    office_name: str
    office_unit: str
    office_address: list[str]
    office_phone: str
    office_email: str
    representative: str
    demo: bool
    base_url: str


def site() -> Site:
    """The county as the settings describe it; one query for all settings per request."""
    config: Config = current_app.config["PORTAL"]
    return Site(
        county_name=settings.get("site.county_name"),
        claim=settings.get("site.claim"),
        office_name=settings.get("site.office_name"),
        office_unit=settings.get("site.office_unit"),
        office_address=[line for line in settings.get("site.office_address").splitlines() if line.strip()],
        office_phone=settings.get("site.office_phone"),
        office_email=office.email(),
        representative=settings.get("site.representative"),
        demo=config.demo,
        base_url=config.base_url,
    )


def init_site(app: Flask) -> None:
    """Offer site, language and direction to every template."""
    declare(SETTINGS)

    @app.context_processor
    def _context() -> dict[str, Any]:
        locale = get_locale()
        named = {} if g.get("bare_page") else {"site": site(), "languages": languages()}
        return named | {
            "locale": "de" if locale is None else str(locale),
            "text_direction": "ltr" if locale is None else locale.text_direction,
        }

"""What every page says about the county that runs the portal."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from portal.config import Config
from portal.core.languages import languages
from portal.outbox import office
from portal.settings import services as settings
from portal.settings.registry import Declared, SettingKind, declare

_GROUP = _l("Landkreis und Anschrift")

SETTINGS = (
    Declared(key="site.county_name", kind=SettingKind.TEXT, default="Rhein-Neckar-Kreis", group=_GROUP,
             label=_l("Name des Landkreises")),
    Declared(key="site.claim", kind=SettingKind.TEXT, default="Sozialplanung gemeinsam", group=_GROUP,
             label=_l("Zeile unter dem Namen")),
    Declared(key="site.office_name", kind=SettingKind.TEXT, default="Landratsamt Rhein-Neckar-Kreis", group=_GROUP,
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

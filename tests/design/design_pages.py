"""Rendering for the tests of the design system: context of a page, strict parsing, small readers of the tree."""

from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import html5lib
from flask import render_template_string

SVG = "http://www.w3.org/2000/svg"
CONTROLS = {"input", "select", "textarea"}


@dataclass
class Site:
    """What layouts read of the county."""

    county_name: str = "Musterkreis"
    claim: str = "Gemeinsam planen"
    office_name: str = "Landratsamt Musterkreis"
    office_unit: str = "Sozialplanung"
    office_address: list[str] = field(default_factory=list)
    office_phone: str = ""
    office_email: str = "sozialplanung@landkreis.example"
    demo: bool = False
    base_url: str = "http://portal.example"


@dataclass
class Person:
    """The person signed in."""

    name: str = "Ada Beispiel"


@dataclass
class Acting:
    """What layouts read of the actor."""

    user: Person | None = None
    is_staff: bool = False
    acting_for: str | None = None
    may_switch: bool = False

    @property
    def signed_in(self) -> bool:
        return self.user is not None


@dataclass
class Entry:
    """A link of a menu."""

    label: str
    url: str
    current: bool = False
    badge: int | None = None


LINKS = {
    "sign_in": "/anmelden",
    "sign_out": "/abmelden",
    "account": "/konto",
    "work": "/heute",
    "switch": "/wechseln",
    "department": None,
}


def context(**changes: Any) -> dict[str, Any]:
    """Context of every page, as the application hands it in."""
    return {
        "site": Site(),
        "actor": Acting(),
        "locale": "de",
        "text_direction": "ltr",
        "languages": [],
        "public_navigation": [Entry("Start", "/", current=True), Entry("Planungsräume", "/planungsraeume")],
        "staff_navigation": [{"label": None, "items": [Entry("Heute", "/heute", current=True, badge=7)]}],
        "footer_navigation": [{"label": "Rechtliches", "items": [Entry("Impressum", "/impressum")]}],
        "account_links": LINKS,
    } | changes


def parse(html: str) -> ElementTree.Element:
    """The document as a tree; any parse error fails."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), strict=True, namespaceHTMLElements=False)
    root = parser.parse(html)
    assert isinstance(root, ElementTree.Element)
    return root


def fragment(source: str, **values: Any) -> ElementTree.Element:
    """A piece of a template, rendered and parsed as the body of a page."""
    html = render_template_string(source, **values)
    return parse(f'<!DOCTYPE html><html lang="de"><head><title>x</title></head><body>{html}</body></html>')


def by_id(root: ElementTree.Element, id_: str) -> ElementTree.Element:
    found = [element for element in root.iter() if element.get("id") == id_]
    assert len(found) == 1, f"{len(found)} elements with id {id_}"
    return found[0]


def text(element: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def classes(element: ElementTree.Element) -> set[str]:
    return set((element.get("class") or "").split())

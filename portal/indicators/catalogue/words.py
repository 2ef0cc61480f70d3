"""The fields of a catalogue entry in words: what they are called and how their values are printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from portal.core.formats import DASH, date_long, number
from portal.core.languages import german
from portal.core.words import Worded
from portal.indicators import words
from portal.indicators.catalogue.entry import FIELDS, Entry, restored
from portal.indicators.models import ComparedWith, CountKind, DifferenceKind
from portal.planning.models import Topic

LABELS: Mapping[str, Any] = {
    "name": _l("Name"),
    "topic": _l("Thema"),
    "explanation": _l("Erklärung in einfachen Worten"),
    "definition": _l("Was gezählt wird"),
    "formula": _l("Berechnung"),
    "unit": _l("Einheit"),
    "unit_short": _l("Einheit hinter der Zahl"),
    "decimals": _l("Nachkommastellen"),
    "polarity": _l("Richtung"),
    "nature": _l("Art der Zahl"),
    "counts_cases": _l("Zählt Menschen oder Fälle"),
    "aggregation": _l("Wert eines Planungsraums"),
    "threshold": _l("Schwellenwert"),
    "rate_basis": _l("Wovon die Quote gebildet wird"),
    "area_unit": _l("Einheit im Planungsraum"),
    "area_unit_short": _l("Einheit im Planungsraum, hinter der Zahl"),
    "min_difference": _l("Relevante Mindestabweichung"),
    "min_difference_kind": _l("Die Mindestabweichung ist gemeint"),
    "age_limit_years": _l("Altersgrenze"),
    "standard_value": _l("Richtwert"),
    "standard_scope": _l("Wo der Richtwert geprüft wird"),
    "standard_tolerance": _l("Spielraum"),
    "standard_source": _l("Quelle des Richtwerts"),
    "caveat": _l("Zu beachten"),
    "smallest_level": _l("Kleinste Ebene, für die die Quelle Werte hat"),
    "periodicity": _l("Wie oft neue Werte kommen"),
    "typical_source": _l("Übliche Quelle"),
    "used_in": _l("Verwendet auch in"),
    "note": _l("Hinweis"),
    "visibility": _l("Wer die Werte sieht"),
    "in_use": _l("In Benutzung"),
    "department": _l("Zuständiger Fachbereich"),
    "delivery": _l("Woher neue Werte kommen"),
    "delivery_months": _l("Abstand der Lieferungen"),
    "next_due": _l("Nächste Lieferung fällig am"),
    "series": _l("Reihen"),
    "rate": _l("Zähler und Nenner"),
    "retired_on": _l("stillgelegt am"),
    "is_lead": _l("Leitkennzahl des Themas"),
    "correlation_group": _l("Gruppe zusammenhängender Kennzahlen"),
    "compared_with": _l("Verglichen wird mit"),
}
# Free text of the county: German whatever the language of the page.
_TEXTS = frozenset(
    {"name", "explanation", "definition", "formula", "unit", "unit_short", "area_unit", "area_unit_short",
     "standard_source", "caveat", "smallest_level", "periodicity", "typical_source", "used_in", "note",
     "correlation_group"}
)  # fmt: skip
_LONGEST = 160


@dataclass(frozen=True)
class Names:
    """What rows are called that an entry names by key: topics, departments by public id."""

    topics: Mapping[str, Topic]
    departments: Mapping[str, str]


@dataclass(frozen=True)
class ChangeWords:
    """One changed field: what it is called, before, after."""

    label: Any
    old: Any
    new: Any


def facts(entry: Entry, names: Names) -> list[tuple[Any, Any]]:
    """Every field that says something, with its label."""
    found = []
    for field in FIELDS:
        text = shown(field, getattr(entry, field), names, entry=entry)
        if field == "standard_tolerance" and entry.standard_value is None:
            continue
        if text != DASH or field in {"department", "next_due", "explanation", "min_difference"}:
            found.append((LABELS[field], text))
    return [pair for pair in found if pair[0] is not LABELS["min_difference_kind"]]


def changes(
    found: Mapping[str, Any], names: Names, *, kind: DifferenceKind | None = None, cut: bool = True
) -> list[ChangeWords]:
    """The changes of a revision in the order of the editor; long texts are cut.

    `kind`: how the minimum difference is meant where the revision does not say it.
    """
    order = {name: place for place, name in enumerate((*FIELDS, *(set(LABELS) - set(FIELDS))))}
    return [
        ChangeWords(
            LABELS.get(name, name),
            _side(name, change["old"], names, _kind(found, "old", kind), cut=cut),
            _side(name, change["new"], names, _kind(found, "new", kind), cut=cut),
        )
        for name, change in sorted(found.items(), key=lambda item: order.get(item[0], len(order)))
    ]


def _kind(found: Mapping[str, Any], side: str, known: DifferenceKind | None) -> DifferenceKind | None:
    if "min_difference_kind" not in found:
        return known
    value = found["min_difference_kind"][side]
    return None if value is None else DifferenceKind(value)


def _side(name: str, value: Any, names: Names, kind: DifferenceKind | None, *, cut: bool) -> Any:
    if name == "series":
        return series(value)
    if name == "rate":
        return rate(value)
    if name == "compared_with":
        return ComparedWith(value).label
    if name in {"retired_on", "next_due"}:
        return DASH if value is None else date_long(date.fromisoformat(value))
    value = restored(name, value)
    if cut and isinstance(value, str) and len(value) > _LONGEST:
        value = value[: _LONGEST - 1].rstrip() + "…"
    return shown(name, value, names, kind=kind)


def shown(
    field: str, value: Any, names: Names, *, entry: Entry | None = None, kind: DifferenceKind | None = None
) -> Any:
    """The value of one field as a page prints it; a dash for nothing."""
    if value is None or value == "":
        return DASH
    if field == "topic":
        return names.topics[value].label if value in names.topics else value
    if field == "department":
        return german(names.departments.get(value, _("nicht mehr vorhanden")))
    if field in _TEXTS:
        return german(value)
    if field == "min_difference":
        relative = (entry.min_difference_kind if entry is not None else kind) is DifferenceKind.RELATIVE
        return _("%(share)s Prozent des Vergleichswerts", share=plain(100 * value)) if relative else plain(value)
    if field == "delivery_months":
        return rhythm(value)
    if field == "age_limit_years":
        return ngettext("%(num)d Jahr", "%(num)d Jahre", value)
    return _plain_value(value)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Worded):
        return value.label
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    if isinstance(value, date):
        return date_long(value)
    return plain(value) if isinstance(value, int | float) else value


def plain(value: float) -> str:
    """A number with as many decimals as it was typed with."""
    text = f"{value:.6f}".rstrip("0").partition(".")[2]
    return number(value, len(text))


def rhythm(months: int) -> str:
    """How far apart two deliveries are."""
    if months % 12:
        return ngettext("jeden Monat", "alle %(num)d Monate", months)
    return ngettext("jedes Jahr", "alle %(num)d Jahre", months // 12)


def series(links: Sequence[Mapping[str, Any]] | None) -> str:
    """Assigned series in their order."""
    if not links:
        return DASH
    return "; ".join(_link(link) for link in links)


def rate(parts: Mapping[str, Any] | None) -> str:
    """Numerator and denominator as a revision keeps them, on one line."""
    if parts is None:
        return DASH
    fraction = _(
        "%(factor)s × %(numerator)s / %(denominator)s",
        factor=plain(parts["factor"]),
        numerator=_named(parts["numerator"]),
        denominator=_named(parts["denominator"]),
    )
    said = [fraction, str(CountKind(parts["kind"]).label)]
    said.append(_("Zeitraum: %(period)s", period=_period(parts["period"])))
    said.append(_("mit Grenzen des Zufalls") if parts["has_chance_limits"] else _("ohne Grenzen des Zufalls"))
    return "; ".join(said)


def _named(part: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (part["code"], part["dimensions"].replace(";", ", "))))


def _period(period: str | None) -> str:
    return words.period_short(period) if period else _("neuester Zeitraum")


def _link(link: Mapping[str, Any]) -> str:
    return f"{_named(link)}, {_period(link['period'])}"

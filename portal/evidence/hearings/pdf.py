"""The hearing of a finding on paper: what the municipalities were asked about, what they stated, word for word, and the
views of departments that see it differently."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.core import clock, pdf
from portal.core.formats import date_long
from portal.evidence import readable
from portal.evidence.costs import COSTS
from portal.evidence.models import Finding, FindingDissent, FindingHearing, FindingVersion
from portal.evidence.texts import numbers as text_numbers
from portal.settings import services as settings

TEMPLATE = "evidence/hearing.typ"


def document(finding: Finding, hearings: Sequence[FindingHearing], dissents: Sequence[FindingDissent]) -> bytes:
    """The finding as it was sent, the statements of these hearings and these other views, as PDF/UA-1."""
    return pdf.render(TEMPLATE, content(finding, hearings, dissents))


def content(finding: Finding, hearings: Sequence[FindingHearing], dissents: Sequence[FindingDissent]) -> dict[str, Any]:
    """What the template prints: words only, in the language of the request."""
    version = finding.latest
    sourced = text_numbers.sourced(version)
    county = settings.get("site.county_name")
    return {
        "title": _("Anhörung: %(topic)s in %(area)s", topic=finding.topic.label, area=finding.area.name),
        "county": county,
        "source": _("%(county)s, Sozialplanung. Stand %(day)s.", county=county, day=date_long(clock.today())),
        "is_demo": finding.is_demo,
        "facts": [
            *([(_("Überschrift"), version.title)] if version.title else []),
            (_("Einordnung"), str(version.adopted.label)),
            (_("Planungsperiode"), finding.period.name),
            (_("Fassung"), f"{version.number}, {date_long(version.adopted_at)}"),
        ],
        "sections": [
            (label, text)
            for label, text in (
                (_("Gesagt wurde"), sourced.cited(version.said)),
                (_("Die Zahlen zeigen"), sourced.cited(version.figures_show)),
                (_("Begründung"), sourced.cited(version.reason)),
                (_("Ressourcen und Stärken"), sourced.cited(version.resources)),
                (_("Wir empfehlen"), sourced.cited(version.recommendation)),
                (_("Nächster Schritt"), sourced.cited(_step(version))),
            )
            if text
        ],
        "alternatives": [
            f"{sourced.cited(one['text'])} ({COSTS[one['cost_class']].label}). "
            + _("Wirkung: %(effect)s. Nebenwirkungen: %(side)s.",
                effect=sourced.cited(one.get("effect") or "–"), side=sourced.cited(one.get("side_effects") or "–"))
            for one in version.alternatives
        ],
        "sources": [" ".join(part for part in line if part) for line in sourced.lines],
        "statements": [
            (one.municipality.name, _stated(one), one.statement or _silent(one))
            for one in hearings
        ],
        "dissents": [
            (
                one.organisation.name,
                readable.line(date_long(one.created_at), readable.about_dissent(finding, one)),
                one.text,
            )
            for one in dissents
        ],
        "labels": {
            "statements": _("Stellungnahmen der Gemeinden"),
            "alternatives": _("Alternativen"),
            "sources": _("Quellen zum Text"),
            "dissents": _("Abweichende Sicht"),
        },
    }  # fmt: skip


def _step(version: FindingVersion) -> str:
    """The next step with who does it until when."""
    parts = [version.next_step]
    if version.next_step and version.responsible is not None:
        parts.append(f" – {version.responsible.name}")
    if version.next_step and version.due_on is not None:
        parts.append(", " + _("bis %(day)s", day=date_long(version.due_on)))
    return "".join(parts)


def _silent(hearing: FindingHearing) -> str:
    if hearing.ends_on < clock.today() and not hearing.is_reached:
        return _("Nicht erreicht.")
    if hearing.ends_on < clock.today():
        return _("Bis zum Ende der Frist kam keine Stellungnahme.")
    return _("Noch liegt keine Stellungnahme vor.")


def _stated(hearing: FindingHearing) -> str:
    if hearing.stated_at is None:
        return _("angehört bis %(day)s", day=date_long(hearing.ends_on))
    who = "" if hearing.organisation is None else f"{hearing.organisation.name}, "
    return who + date_long(hearing.stated_at)

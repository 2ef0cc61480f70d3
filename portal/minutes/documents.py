"""A released version as PDF."""

from typing import Any

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import clock, pdf
from portal.core.formats import date_long, date_short
from portal.core.seed_words import local
from portal.core.web import attachment
from portal.minutes.models import EntryKind
from portal.minutes.pages import Shown
from portal.minutes.reading import Line
from portal.settings import services as settings

TEMPLATE = "minutes/minutes.typ"


def answer(shown: Shown) -> Response:
    """The document to save."""
    minutes, version = shown.minutes, shown.version
    name = pdf.file_name(_("Protokoll"), minutes.conference.title, str(version.number))
    return attachment(pdf.render(TEMPLATE, content(shown)), name=name, media_type=pdf.MEDIA_TYPE)


def content(shown: Shown) -> dict[str, Any]:
    """What the template prints: words only, in the language of the request."""
    minutes, version = shown.minutes, shown.version
    conference = minutes.conference
    day = None if version.released_at is None else version.released_at.astimezone(clock.LOCAL_ZONE)
    facts = [
        (_("Art"), str(conference.kind.label)),
        (_("Termin"), _("%(day)s, %(from)s bis %(to)s Uhr", **{
            "day": date_long(conference.starts_at),
            "from": conference.starts_at.strftime("%H:%M"),
            "to": conference.ends_at.strftime("%H:%M"),
        })),
        (_("Planungsraum"), ", ".join(area.full_name for area in conference.areas) or _("ganzer Landkreis")),
        (_("Phase"), str(conference.phase.label)),
        (_("Fassung"), str(version.number)),
        (_("freigegeben"), date_long(day)),
    ]  # fmt: skip
    if shown.audience.people and version.cosigned_by is not None:
        facts.append((_("geschrieben von"), version.written_by.name))
        facts.append((_("mitgezeichnet von"), version.cosigned_by.name))
    if version.correction_reason:
        facts.append((_("Berichtigt"), version.correction_reason))
    return {
        "title": _("Protokoll: %(title)s", title=conference.title),
        "county": settings.get("site.county_name"),
        "source": _(
            "Protokoll, Fassung %(number)s, freigegeben am %(released)s. Abgerufen am %(today)s.",
            number=version.number,
            released=date_short(day),
            today=date_short(clock.today()),
        ),
        "is_demo": minutes.is_demo,
        "facts": [[str(term), str(value)] for term, value in facts],
        "items": [
            {"heading": item.heading, "hour": item.hour, "lines": [_line(line) for line in item.lines]}
            for item in shown.items
        ],
        "present_heading": _("Anwesend"),
        "present": list(shown.present),
        "nobody": _("Wer da war, ist nicht festgehalten."),
        "note": ""
        if shown.audience.people
        else _("Diese Ausgabe nennt keine Personen und Organisationen nur, soweit der Landkreis es vorsieht.")
        if not shown.audience.organisations
        else "",
    }


def _line(line: Line) -> dict[str, Any]:
    facts = []
    if line.raised_by:
        facts.append(_("vorgebracht von: %(names)s", names=", ".join(line.raised_by)))
    if line.kind is EntryKind.TASK:
        if line.owner:
            facts.append(_("zuständig: %(name)s", name=line.owner))
        facts.append(_("bis %(day)s", day=date_short(line.due_on)))
        if line.done_on is not None:
            facts.append(_("erledigt am %(day)s", day=date_short(line.done_on)))
    if line.places:
        facts.append(_("Ort: %(names)s", names=", ".join(name for name, _slug, _kind in line.places)))
    if line.topics:
        facts.append(_("Thema: %(names)s", names=", ".join(str(topic) for topic in line.topics)))
    if line.indicators:
        facts.append(_("Kennzahl: %(names)s", names=", ".join(local(name) for name, _key in line.indicators)))
    return {"kind": str(line.kind.label), "text": line.text, "facts": [str(fact) for fact in facts]}

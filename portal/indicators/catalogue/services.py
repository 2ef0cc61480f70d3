"""Changing the catalogue: making, editing, feeding, retiring an entry, and taking the last change back.

Every change leaves a revision with the fields from what to what. What is computed from the catalogue is computed
anew at the next look: no delivery has to be read in again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from portal.accounts.models import Department
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal, Refusals
from portal.core.permissions import require
from portal.core.text import slugify
from portal.core.transaction import lock
from portal.indicators import permissions
from portal.indicators.catalogue import checks as catalogue_checks
from portal.indicators.catalogue import parts as catalogue_parts
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.catalogue import revisions as catalogue_revisions
from portal.indicators.catalogue.checks import AssignedSeries
from portal.indicators.catalogue.entry import Entry, differences, entry_of, stored, taken_back, write
from portal.indicators.catalogue.parts import RateParts
from portal.indicators.catalogue.revision_models import RevisionKind
from portal.indicators.deliveries.services import OWN_SERIES
from portal.indicators.deliveries.states import VERSION
from portal.indicators.models import Delivery, Indicator, IndicatorSeries, Series
from portal.planning.models import Topic
from portal.settings import services as settings

KEY_LENGTH = 60
MOST_SERIES = 12
UNDOABLE = frozenset(
    {RevisionKind.CHANGED, RevisionKind.SERIES, RevisionKind.RETIRED, RevisionKind.REINSTATED, RevisionKind.UNDONE}
)


@dataclass(frozen=True, kw_only=True)
class Link:
    """A series as it is assigned: which breakdown of it, and which period counts (None: the newest)."""

    series: str
    dimensions: str = ""
    period: str | None = None


def create(entry: Entry, *, key: str = "", links: Sequence[Link] = (), actor: Actor) -> Indicator:
    """A new entry at the end of its topic. An empty key is made of the name; refuses what `checks` refuse."""
    require(permissions.may_create(actor))
    topic, department = _rows(entry)
    require(permissions.may_keep(actor, None if department is None else department.id))
    _require_sound(entry, assigned_of(links))
    last = db.session.scalar(select(func.max(Indicator.position)).where(Indicator.topic_id == topic.id))
    indicator = Indicator(key=_free_key(key or entry.name, given=bool(key)), position=(last or 0) + 1, name=entry.name)
    write(entry, indicator, topic=topic, department=department)
    db.session.add(indicator)
    db.session.flush()
    if links:
        _feed(indicator, links)
    _keep_own_series(indicator)
    catalogue_revisions.note(indicator, RevisionKind.CREATED, {}, actor=actor)
    _finish("indicators.created", indicator, actor)
    return indicator


def change(indicator: Indicator, entry: Entry, *, edition: int, actor: Actor) -> bool:
    """Save an edited entry and say whether anything changed.

    `edition` is the one the form was filled in on; `Conflict` if somebody saved another since. Who is responsible
    is decided by those who keep the whole catalogue.
    """
    indicator = _opened(indicator, edition=edition, actor=actor)
    old = entry_of(indicator)
    if not permissions.may_assign_department(actor):
        entry = replace(entry, department=old.department)
    if indicator.retired_on is not None and entry.in_use:
        raise Refusal(_("Diese Kennzahl ist stillgelegt. Bitte nehmen Sie sie erst wieder auf."), field="in_use")
    changes = differences(old, entry)
    if not changes:
        return False
    _require_sound(entry, catalogue_queries.assigned(indicator), has_parts=indicator.rate is not None)
    topic, department = _rows(entry)
    write(entry, indicator, topic=topic, department=department)
    changes |= _keep_own_series(indicator)
    catalogue_revisions.note(indicator, RevisionKind.CHANGED, changes, actor=actor)
    _finish("indicators.changed", indicator, actor, fields=sorted(changes))
    return True


def assign(indicator: Indicator, links: Sequence[Link], *, edition: int, actor: Actor) -> bool:
    """Say which series feed the entry, the shown one first; the values are visible at once."""
    indicator = _opened(indicator, edition=edition, actor=actor)
    old = stored_links(indicator)
    if links_as_stored(links) == old:
        return False
    _require_sound(entry_of(indicator), assigned_of(links), has_parts=indicator.rate is not None)
    _feed(indicator, links)
    _keep_own_series(indicator)
    changes = {"series": {"old": old, "new": stored_links(indicator)}}
    catalogue_revisions.note(indicator, RevisionKind.SERIES, changes, actor=actor)
    _finish("indicators.series_assigned", indicator, actor)
    return True


def set_parts(indicator: Indicator, parts: RateParts | None, *, edition: int, actor: Actor) -> bool:
    """Say which counts the entry is computed from (None: no longer from any) and whether anything changed.

    An entry that was aggregated otherwise becomes a rate of counts with the same revision; refuses an entry whose
    kind of number cannot be one.
    """
    indicator = _opened(indicator, edition=edition, actor=actor)
    old, new = catalogue_parts.as_stored(catalogue_parts.parts_of(indicator)), catalogue_parts.as_stored(parts)
    if old == new:
        return False
    present = entry_of(indicator)
    entry = present if parts is None else catalogue_parts.as_rate(present)
    _require_sound(entry, catalogue_queries.assigned(indicator), has_parts=parts is not None)
    catalogue_parts.write(parts, indicator)
    topic, department = _rows(entry)
    write(entry, indicator, topic=topic, department=department)
    changes = {"rate": {"old": old, "new": new}, **differences(present, entry)}
    catalogue_revisions.note(indicator, RevisionKind.SERIES, changes, actor=actor)
    _finish("indicators.series_assigned", indicator, actor, fields=sorted(changes))
    return True


def retire(indicator: Indicator, *, reason: str, edition: int, actor: Actor) -> None:
    """Carry the entry on no longer: it stays readable with its values, and findings keep what they rest on."""
    indicator = _opened(indicator, edition=edition, actor=actor)
    if indicator.retired_on is not None:
        raise Refusal(_("Diese Kennzahl ist schon stillgelegt."))
    changes: dict[str, Any] = {"retired_on": {"old": None, "new": clock.today().isoformat()}}
    if indicator.in_use:
        changes["in_use"] = {"old": True, "new": False}
    if indicator.next_due is not None:
        changes["next_due"] = {"old": indicator.next_due.isoformat(), "new": None}
    indicator.retired_on, indicator.retired_why = clock.today(), reason
    indicator.in_use, indicator.next_due = False, None
    catalogue_revisions.note(indicator, RevisionKind.RETIRED, changes, actor=actor, reason=reason)
    _finish("indicators.retired", indicator, actor)


def reinstate(indicator: Indicator, *, edition: int, actor: Actor) -> None:
    """Carry a retired entry on."""
    indicator = _opened(indicator, edition=edition, actor=actor)
    if indicator.retired_on is None:
        raise Refusal(_("Diese Kennzahl ist nicht stillgelegt."))
    changes: dict[str, Any] = {"retired_on": {"old": indicator.retired_on.isoformat(), "new": None}}
    if not indicator.in_use:
        changes["in_use"] = {"old": False, "new": True}
    indicator.retired_on, indicator.retired_why, indicator.in_use = None, "", True
    catalogue_revisions.note(indicator, RevisionKind.REINSTATED, changes, actor=actor)
    _finish("indicators.reinstated", indicator, actor)


def undo(indicator: Indicator, *, number: int, actor: Actor) -> None:
    """Take the last change back; taken back twice, it holds again.

    `Conflict` if it is no longer the last one, or if what it changed has changed since by another way.
    """
    indicator = _opened(indicator, edition=None, actor=actor)
    last = catalogue_revisions.last(indicator)
    if last is None or last.number != number:
        raise Conflict(_("Inzwischen gibt es eine neuere Änderung. Bitte sehen Sie erst nach."))
    if last.kind not in UNDOABLE:
        raise Refusal(_("„%(kind)s“ lässt sich hier nicht zurücknehmen.", kind=last.kind.label))
    changes = {name: {"old": change["new"], "new": change["old"]} for name, change in last.changes.items()}
    if any(_present(indicator, name) != change["old"] for name, change in changes.items()):
        raise Conflict(_("Inzwischen steht dort etwas anderes. Bitte ändern Sie die Felder selbst."))
    if "department" in changes:
        require(permissions.may_assign_department(actor))
    if "series" in changes:
        _feed(indicator, [_restored(link) for link in changes["series"]["new"]])
    if "rate" in changes:
        catalogue_parts.write(catalogue_parts.from_stored(changes["rate"]["new"]), indicator)
    if "retired_on" in changes:
        value = changes["retired_on"]["new"]
        indicator.retired_on = None if value is None else date.fromisoformat(value)
    entry = taken_back(entry_of(indicator), last.changes)
    _require_sound(entry, catalogue_queries.assigned(indicator), has_parts=indicator.rate is not None)
    topic, department = _rows(entry)
    write(entry, indicator, topic=topic, department=department)
    catalogue_revisions.note(indicator, RevisionKind.UNDONE, changes, actor=actor, undoes=last.number)
    _finish("indicators.undone", indicator, actor, fields=sorted(changes))


def links_as_stored(links: Sequence[Link]) -> list[dict[str, Any]]:
    """Assigned series as revisions keep them; unknown series are left out."""
    known = catalogue_queries.series_by_public_id([link.series for link in links])
    return [
        {"series": link.series, "code": known[link.series].code, "dimensions": link.dimensions, "period": link.period}
        for link in links
        if link.series in known
    ]


def links_of(indicator: Indicator) -> list[Link]:
    """What is assigned now, ready to be changed and saved."""
    return [
        Link(series=link.series.public_id, dimensions=link.dimensions, period=link.period)
        for link in indicator.series_links
    ]


def stored_links(indicator: Indicator) -> list[dict[str, Any]]:
    """The same of what is assigned now."""
    return [
        {
            "series": link.series.public_id,
            "code": link.series.code,
            "dimensions": link.dimensions,
            "period": link.period,
        }
        for link in indicator.series_links
    ]


def _opened(indicator: Indicator, *, edition: int | None, actor: Actor) -> Indicator:
    require(permissions.may_keep(actor, indicator.department_id))
    indicator = lock(indicator)
    require(permissions.may_keep(actor, indicator.department_id))
    if edition is not None and edition != indicator.edition:
        raise Conflict(_("Jemand anderes hat diese Kennzahl inzwischen geändert. Nichts wurde überschrieben."))
    return indicator


def _rows(entry: Entry) -> tuple[Topic, Department | None]:
    topic = db.session.scalars(select(Topic).where(Topic.key == entry.topic)).one_or_none()
    if topic is None:
        raise Refusal(_("Bitte wählen Sie ein Thema."), field="topic")
    if not entry.department:
        return topic, None
    department = db.session.scalars(select(Department).where(Department.public_id == entry.department)).one_or_none()
    if department is None:
        raise Refusal(_("Diesen Fachbereich gibt es nicht."), field="department")
    return topic, department


def _require_sound(entry: Entry, series: Sequence[AssignedSeries], *, has_parts: bool = False) -> None:
    found = catalogue_checks.refusals(catalogue_checks.checks(entry, series, has_parts=has_parts))
    if found:
        raise Refusals([Refusal(check.text, field=check.field) for check in found])


def assigned_of(links: Sequence[Link]) -> list[AssignedSeries]:
    """What the checks want to know of series that are to be assigned; refuses what cannot be."""
    if len(links) > MOST_SERIES:
        raise Refusal(_("Eine Kennzahl hat höchstens %(most)s Reihen.", most=MOST_SERIES), field="series")
    if len({link.series for link in links}) != len(links):
        raise Refusal(_("Eine Reihe steht zweimal in der Liste. Bitte nehmen Sie sie einmal weg."), field="series")
    known = catalogue_queries.series_by_public_id([link.series for link in links])
    if any(link.series not in known for link in links):
        raise Refusal(_("Eine der Reihen gibt es nicht mehr."), field="series")
    return catalogue_queries.facts_of([(known[link.series], link.dimensions) for link in links])


def _feed(indicator: Indicator, links: Sequence[Link]) -> None:
    """Replace the assigned series. The table's key is the pair, so rows that stay are changed and not replaced."""
    known = catalogue_queries.series_by_public_id([link.series for link in links])
    present = {link.series_id: link for link in indicator.series_links}
    wanted = []
    for position, link in enumerate(links):
        series = known[link.series]
        if series.is_own and series.code != own_code(indicator):
            words = _("„%(title)s“ gehört nur zu der Kennzahl, deren Fachbereich sie liefert.", title=series.title)
            raise Refusal(words, field="series")
        row = present.get(series.id) or IndicatorSeries(series=series, series_id=series.id)
        row.position, row.dimensions, row.period = position, link.dimensions, link.period
        wanted.append(row)
    indicator.series_links = wanted
    db.session.flush()


def own_code(indicator: Indicator) -> str:
    """Code of the series that the responsible department delivers through the template."""
    return f"{OWN_SERIES}{indicator.key}"


def _keep_own_series(indicator: Indicator) -> dict[str, Any]:
    """Own figures need a series of their own: made when first wanted, named as the entry is."""
    code = own_code(indicator)
    series = db.session.scalars(select(Series).where(Series.code == code, Series.is_own)).one_or_none()
    if series is not None:
        series.title, series.unit = indicator.name, indicator.unit
    if indicator.delivery is not Delivery.OWN:
        return {}
    if series is None:
        series = Series(code=code, unit=indicator.unit, title=indicator.name, is_own=True)
        db.session.add(series)
        db.session.flush()
    if any(link.series_id == series.id for link in indicator.series_links):
        return {}
    old = stored_links(indicator)
    position = len(indicator.series_links)
    indicator.series_links.append(IndicatorSeries(series=series, series_id=series.id, position=position))
    db.session.flush()
    return {"series": {"old": old, "new": stored_links(indicator)}}


def _restored(link: Mapping[str, Any]) -> Link:
    return Link(series=link["series"], dimensions=link["dimensions"], period=link["period"])


def _present(indicator: Indicator, name: str) -> Any:
    if name == "series":
        return stored_links(indicator)
    if name == "rate":
        return catalogue_parts.as_stored(catalogue_parts.parts_of(indicator))
    if name == "retired_on":
        return stored(indicator.retired_on)
    return stored(getattr(entry_of(indicator), name))


def _free_key(text: str, *, given: bool) -> str:
    """A key for addresses and files that nobody has yet; a given one that is taken is refused."""
    stem = slugify(text).replace("-", "_")[:KEY_LENGTH].strip("_")
    if not stem:
        raise Refusal(_("Bitte geben Sie ein Kürzel aus Buchstaben an."), field="key")
    # `neu` is the address of the empty form.
    taken = {"neu"} | set(
        db.session.scalars(select(Indicator.key).where(Indicator.key.startswith(stem, autoescape=True)))
    )
    if given and stem in taken:
        raise Refusal(_("Dieses Kürzel gibt es schon. Bitte wählen Sie ein anderes."), field="key")
    return next(key for key in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def _finish(action: str, indicator: Indicator, actor: Actor, *, fields: Sequence[str] = ()) -> None:
    # Assigned series are rows of their own; the edition moves on whichever part of the entry changed.
    flag_modified(indicator, "position")
    db.session.flush()
    settings.bump(VERSION)
    audit.record(action, subject=indicator, actor=actor, details={"fields": list(fields)} if fields else {})

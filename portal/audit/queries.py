"""Reading what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, false, func, literal, select

from portal.audit import details, naming, permissions, words
from portal.audit.details import Known
from portal.audit.models import ActorKind, AuditEntry
from portal.audit.naming import Name, Page
from portal.core import clock, search_words
from portal.core.actor import Actor
from portal.core.database import Base, db
from portal.core.permissions import require
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing
from portal.core.text import search_key

DOWNLOAD_ROWS = 20_000
# How far back the search knows things by name: so many of each type, those last changed first. Keeps the statement
# and its parameters within what both databases take.
SEARCHED_BY_NAME = 2_000
# How far back the search reads details in the words that are shown, within what the filters leave: they are stored as
# keys and ids, and put into words here.
SEARCHED_IN_DETAILS = 2_000
ERASED = _l("Konto gelöscht")


def last_hand(subject: Base) -> int | None:
    """Who changed this row last, by the user's id; None where nobody did, or the portal itself."""
    return db.session.scalars(
        select(AuditEntry.actor_id)
        .where(AuditEntry.subject_type == subject.__tablename__, AuditEntry.subject_id == getattr(subject, "id", None))
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True)
class Change:
    """An entry as the page prints it."""

    at: datetime
    who: str
    acting_for: str | None
    action: Any
    subject: Any
    name: str | None
    page: Page | None
    details: list[tuple[str, str]]


@dataclass(frozen=True)
class Names:
    """Everybody and every organisation that entries speak of."""

    users: Mapping[int, Name]
    organisations: Mapping[int, Name]


def changes(
    actor: Actor, arguments: Mapping[str, str], *, path: str, page_size: int | None = PAGE_SIZE
) -> Listing[Change]:
    """What was recorded, newest first, narrowed by period, person, action, subject and search."""
    require(permissions.may_see(actor))
    names = _names(actor)
    found: Listing[Any] = listing(
        select(AuditEntry),
        arguments,
        path=path,
        sorts={"zeit": (AuditEntry.at, AuditEntry.id)},
        default_sort="-zeit",
        search_of=lambda left: _searched(names, arguments.get("suche", ""), left, actor=actor),
        search_label=_("Suche in Person, Vorgang, Woran und Angaben"),
        filters=[
            Filter("zeitraum", _("Zeitraum"), [("", _("alle")), *_periods()], _in_period),
            Filter("person", _("Wer"), [("", _("alle")), *_people(names)], lambda value: _by(value, names)),
            Filter("vorgang", _("Vorgang"), [("", _("alle")), *_actions()], lambda value: AuditEntry.action == value),
            Filter("art", _("Woran"), [("", _("alle")), *_subjects()], lambda value: AuditEntry.subject_type == value),
        ],
        page_size=page_size,
    )
    known = details.known(found.rows, actor=actor)
    found.rows = [_change(entry, names, known) for entry in found.rows]
    return found


def _change(entry: AuditEntry, names: Names, known: Known) -> Change:
    organisation = entry.organisation_id
    name = None if entry.subject_id is None else known.name(entry.subject_type, entry.subject_id)
    return Change(
        at=entry.at,
        who=_who(entry, names),
        acting_for=None if organisation is None else _text(names.organisations.get(organisation)),
        action=words.action_label(entry.action),
        subject=words.subject_label(entry.subject_type),
        name=None if name is None else name.text,
        page=None if name is None else name.page,
        details=details.in_words(entry, known),
    )


def _who(entry: AuditEntry, names: Names) -> str:
    if entry.actor_kind is not ActorKind.PERSON or entry.actor_id is None:
        return str(entry.actor_kind.label)
    return _text(names.users.get(entry.actor_id))


def _text(name: Name | None) -> str:
    return str(ERASED) if name is None else name.text


def _names(actor: Actor) -> Names:
    users = db.session.execute(select(AuditEntry.actor_id).where(AuditEntry.actor_id.is_not(None)).distinct())
    organisations = db.session.execute(
        select(AuditEntry.organisation_id).where(AuditEntry.organisation_id.is_not(None)).distinct()
    )
    return Names(
        users=naming.users([found for found in users.scalars() if found is not None], actor=actor),
        organisations=naming.organisations(
            [found for found in organisations.scalars() if found is not None], actor=actor
        ),
    )


def _named_like(query: str, *, actor: Actor) -> Mapping[str, Mapping[int, str]]:
    """What was acted upon and is called like the search, by type and id; nothing is asked without a search."""
    searched = search_key(query[:200]).split()
    if not searched:
        return {}
    latest = func.max(AuditEntry.id)
    place = func.row_number().over(partition_by=AuditEntry.subject_type, order_by=latest.desc()).label("place")
    ranked = (
        select(AuditEntry.subject_type, AuditEntry.subject_id, place)
        .where(AuditEntry.subject_id.is_not(None))
        .group_by(AuditEntry.subject_type, AuditEntry.subject_id)
        .subquery()
    )
    candidates: dict[str, list[int]] = {}
    rows = db.session.execute(
        select(ranked.c.subject_type, ranked.c.subject_id).where(ranked.c.place <= SEARCHED_BY_NAME)
    )
    for kind, id_ in rows:
        candidates.setdefault(kind, []).append(id_)
    return naming.matching(searched, candidates, actor=actor)


def _details_like(query: str, left: Select[Any], *, actor: Actor) -> Mapping[str, Sequence[int]]:
    """Of the newest of these entries the folded words of their details that hold a searched one, with the entries."""
    searched = [part.strip() for parts in search_words.patterns(query[:200]) for part in parts]
    newest = left.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(SEARCHED_IN_DETAILS)
    entries: Sequence[AuditEntry] = db.session.execute(newest).scalars().all() if searched else []
    known = details.known(entries, actor=actor)
    found: dict[str, list[int]] = {}
    for entry in entries:
        shown = search_key(*(text for row in details.in_words(entry, known) for text in row)).split()
        if hits := sorted({word for word in shown if any(part in word for part in searched)}):
            found.setdefault(" ".join(hits), []).append(entry.id)
    return found


def _searched(names: Names, query: str, left: Select[Any], *, actor: Actor) -> ColumnElement[str]:
    """The folded words somebody may look for: entries themselves hold keys and ids only.

    `left`: the entries that the filters leave. Of names and details comes in what can matter to this search.
    """
    subjects = _named_like(query, actor=actor)
    parts: list[ColumnElement[str]] = [
        _folded(AuditEntry.action, {key: str(label) for key, label in words.actions().items()}),
        _folded(AuditEntry.subject_type, {key: str(label) for key, label in words.subjects().items()}),
        _folded(AuditEntry.actor_id, {key: name.text for key, name in names.users.items()}),
        _folded(AuditEntry.organisation_id, {key: name.text for key, name in names.organisations.items()}),
        *(_of_type(kind, found) for kind, found in subjects.items()),
        _in_details(_details_like(query, left, actor=actor)),
        # without its quotation marks, which would hide where a word begins
        func.replace(func.lower(cast(AuditEntry.details, Text)), '"', " "),
    ]
    searched = parts[0]
    for part in parts[1:]:
        searched = searched + literal(" ") + part
    return searched


def _folded(column: Any, labels: Mapping[Any, str]) -> ColumnElement[str]:
    if not labels:
        return literal("")
    return case({key: search_key(label) for key, label in labels.items()}, value=column, else_="")


def _of_type(kind: str, found: Mapping[int, str]) -> ColumnElement[str]:
    """The name of an entry's subject, if it is of this type."""
    return case((AuditEntry.subject_type == kind, case(dict(found), value=AuditEntry.subject_id, else_="")), else_="")


def _in_details(found: Mapping[str, Sequence[int]]) -> ColumnElement[str]:
    """What was found in the details of an entry; older ones than all of these are not compared one by one."""
    if not found:
        return literal("")
    oldest = min(min(ids) for ids in found.values())
    words_of = case(*((AuditEntry.id.in_(ids), text) for text, ids in found.items()), else_="")
    return case((AuditEntry.id >= oldest, words_of), else_="")


def _people(names: Names) -> list[tuple[str, str]]:
    known = sorted(names.users.values(), key=lambda name: search_key(name.text))
    return [
        *((name.public_id, name.text) for name in known),
        (ActorKind.SYSTEM.value, str(ActorKind.SYSTEM.label)),
        (ActorKind.ANONYMOUS.value, str(ActorKind.ANONYMOUS.label)),
    ]


def _by(value: str, names: Names) -> ColumnElement[bool]:
    if value in {ActorKind.SYSTEM.value, ActorKind.ANONYMOUS.value}:
        return AuditEntry.actor_kind == ActorKind(value)
    ids = [key for key, name in names.users.items() if name.public_id == value]
    return AuditEntry.actor_id.in_(ids) if ids else false()


def _actions() -> Sequence[tuple[str, str]]:
    return sorted(((key, str(label)) for key, label in words.actions().items()), key=lambda entry: entry[1].casefold())


def _subjects() -> Sequence[tuple[str, str]]:
    return sorted(((key, str(label)) for key, label in words.subjects().items()), key=lambda entry: entry[1].casefold())


def _periods() -> list[tuple[str, str]]:
    this_year = clock.today().year
    return [
        ("heute", _("heute")),
        ("7", _("letzte 7 Tage")),
        ("30", _("letzte 30 Tage")),
        ("90", _("letzte 90 Tage")),
        *((str(year), str(year)) for year in range(this_year, this_year - 6, -1)),
    ]


def _in_period(value: str) -> ColumnElement[bool]:
    """Whole days of the county's calendar."""
    today = clock.today()
    if value == "heute":
        return AuditEntry.at >= _midnight(today)
    number = int(value)
    if number < 1000:
        return AuditEntry.at >= _midnight(today - timedelta(days=number - 1))
    return and_(AuditEntry.at >= _midnight(date(number, 1, 1)), AuditEntry.at < _midnight(date(number + 1, 1, 1)))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.LOCAL_ZONE)

"""Lists: search, filters, sorting, paging and download, from the address to the statement and back.

A feature's `queries` builds a `Listing` from the request's arguments and a select; templates print it with
the macros in `ui/tables.html`. All of it works by links and GET forms.
"""

import csv
import difflib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select

from portal.core import search_words
from portal.core.database import db
from portal.core.text import search_key

Row = TypeVar("Row")
PAGE_SIZE = 50
# What somebody may ask for instead of the list's own size.
PAGE_SIZES = (25, 50, 100)
# So many names are compared with a misspelt word; a comparison costs some 20 µs.
_NAMES_COMPARED = 1500
_ALIKE = 0.72
SPREADSHEET_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Filter:
    """A choice above the list. `apply` turns the chosen value into a condition."""

    name: str
    label: Any
    choices: Sequence[tuple[str, Any]]
    apply: Callable[[str], ColumnElement[bool]]


@dataclass(frozen=True)
class ShownFilter:
    """A filter as the template prints it."""

    name: str
    label: Any
    choices: Sequence[tuple[str, Any]]
    value: str


@dataclass(frozen=True)
class ActiveFilter:
    """A chip: what is filtered, and the address without it."""

    label: str
    remove_url: str


@dataclass
class Listing(Generic[Row]):
    """One page of a list. `count` is what the filters leave, `total` is everything the actor may see."""

    rows: Sequence[Row]
    count: int
    total: int
    page: int
    pages: int
    query: str
    filters: list[ShownFilter]
    sort: str
    path: str
    arguments: Mapping[str, str]
    search_label: Any = ""
    downloads: list[tuple[Any, str]] = field(default_factory=list)
    page_size: int | None = None
    own_size: int | None = None
    meant: str = ""
    all_chosen: bool = False

    def _url(self, **changes: str | int | None) -> str:
        arguments: dict[str, str | int] = dict(self.arguments)
        for name, value in changes.items():
            if value in (None, ""):
                arguments.pop(name, None)
            elif value is not None:
                arguments[name] = value
        return self.path + ("?" + urlencode(arguments) if arguments else "")

    def page_url(self, page: int) -> str:
        return self._url(seite=None if page == 1 else page)

    def sort_url(self, key: str) -> str:
        """Address that sorts by the key; a second click turns the order round."""
        return self._url(sortierung=f"-{key}" if self.sort == key else key, seite=None)

    def sorted(self, key: str) -> str | None:
        """Value for `aria-sort`, or None if the list is not sorted by the key."""
        if self.sort == key:
            return "ascending"
        return "descending" if self.sort == f"-{key}" else None

    def download_url(self, suffix: str) -> str:
        """Address of the whole filtered list as a file (`csv`, `xlsx`)."""
        return self._url(seite=None, format=suffix)

    @property
    def here_url(self) -> str:
        """This page of the list, to come back to."""
        return self.page_url(self.page)

    @property
    def meant_url(self) -> str:
        """The same list with the suggested words instead of those that were misspelt."""
        return self._url(suche=self.meant, seite=None)

    @property
    def choose_all_url(self) -> str:
        """This page of the list with every row chosen."""
        return self._url(seite=None if self.page == 1 else self.page, auswahl="alle")

    @property
    def first(self) -> int:
        """Number of the first row of the page, counted from 1."""
        return 1 + (self.page - 1) * (self.page_size or 0)

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1

    @property
    def sizes(self) -> list[tuple[int, str]]:
        """How many rows a page may have, with the address; the present size has none. Empty where one page suffices."""
        if self.page_size is None or self.own_size is None:
            return []
        offered = [self.own_size, *(size for size in PAGE_SIZES if size > self.own_size)]
        if self.own_size in PAGE_SIZES:
            offered = list(PAGE_SIZES)
        if self.count <= offered[0]:
            return []
        return [
            (
                size,
                "" if size == self.page_size else self._url(seite=None, anzahl=None if size == self.own_size else size),
            )
            for size in offered
        ]

    @property
    def has_short_word(self) -> bool:
        """Whether a searched word is so short that only the edges of words count; an empty list says so."""
        return search_words.has_short_word(self.query)

    @property
    def reset_url(self) -> str:
        return self.path

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter beside the search is set."""
        return any(shown.value for shown in self.filters)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form must carry along: the order and the size of a page."""
        return [(name, value) for name, value in self.arguments.items() if name in {"sortierung", "anzahl"}]

    @property
    def active(self) -> list[ActiveFilter]:
        chips = [ActiveFilter(f"„{self.query}“", self._url(suche=None, seite=None))] if self.query else []
        for shown in self.filters:
            for value, label in shown.choices:
                if value and value == shown.value:
                    changes: dict[str, Any] = {shown.name: None, "seite": None}
                    chips.append(ActiveFilter(f"{shown.label}: {label}", self._url(**changes)))
        return chips

    @property
    def is_filtered(self) -> bool:
        return bool(self.active)


def listing(
    statement: Select[Any],
    arguments: Mapping[str, str],
    *,
    path: str,
    sorts: Mapping[str, Sequence[Any]],
    default_sort: str,
    search: SQLColumnExpression[str] | None = None,
    search_of: Callable[[Select[Any]], SQLColumnExpression[str]] | None = None,
    search_label: Any = "",
    names: SQLColumnExpression[str] | None = None,
    filters: Sequence[Filter] = (),
    page_size: int | None = PAGE_SIZE,
) -> Listing[Any]:
    """Search, filter, sort and cut a select of one entity; three queries whatever the number of rows, and two more
    where a search found nothing.

    `sorts` maps the names allowed in the address to columns; unknown names, pages and values fall back to
    the default, never to an error. `search_of` makes what is searched of what the filters leave, where somebody
    searches. `names`: the words as they are written, from which a search that found nothing gets
    its suggestion (`meant`). `page_size=None` reads everything (downloads).
    """
    known = {"suche", "sortierung", "seite", "anzahl", *(filter_.name for filter_ in filters)}
    kept = {name: value for name, value in arguments.items() if name in known and value and name != "seite"}
    query = (kept.get("suche") or "")[:200].strip()
    total = _count(statement)
    own_size = page_size
    if page_size is not None:
        page_size = _asked_size(kept, page_size)
    narrowed = statement
    shown = []
    for filter_ in filters:
        value = kept.get(filter_.name, "")
        allowed = {choice for choice, _label in filter_.choices}
        if value and value in allowed:
            narrowed = narrowed.where(filter_.apply(value))
        else:
            value = ""
            kept.pop(filter_.name, None)
        shown.append(ShownFilter(filter_.name, filter_.label, filter_.choices, value))
    unsearched = narrowed
    if query and search_of is not None:
        search = search_of(narrowed)
    if query and search is not None:
        narrowed = _searched(narrowed, search, query)
    sort = kept.get("sortierung", default_sort)
    if sort.removeprefix("-") not in sorts:
        sort = default_sort
        kept.pop("sortierung", None)
    columns = sorts[sort.removeprefix("-")]
    count = total if narrowed is statement else _count(narrowed)
    meant = ""
    if count == 0 and total and query and search is not None and names is not None:
        meant = _meant(unsearched, search, names, query)
    narrowed = narrowed.order_by(*((c.desc() for c in columns) if sort.startswith("-") else columns))
    pages = 1 if page_size is None else max(1, -(-count // page_size))
    page = min(max(_page_number(arguments.get("seite") or arguments.get("hier")), 1), pages)
    if page_size is not None:
        narrowed = narrowed.limit(page_size).offset((page - 1) * page_size)
    result = db.session.execute(narrowed)
    rows: Sequence[Any] = result.scalars().all() if len(narrowed.column_descriptions) == 1 else result.all()
    return Listing(
        rows=rows,
        count=count,
        total=total,
        page=page,
        pages=pages,
        query=query,
        filters=shown,
        sort=sort,
        path=path,
        arguments=kept,
        search_label=search_label,
        page_size=page_size,
        own_size=own_size,
        meant=meant,
        all_chosen=arguments.get("auswahl") == "alle",
    )


def _searched(statement: Select[Any], search: SQLColumnExpression[str], query: str) -> Select[Any]:
    return statement.where(*search_words.conditions(search, query))


def _meant(
    statement: Select[Any], search: SQLColumnExpression[str], names: SQLColumnExpression[str], query: str
) -> str:
    """The search with its misspelt words put right after the names in the list; empty if that finds nothing either."""
    texts = db.session.execute(
        statement.order_by(None).options().with_only_columns(names).limit(_NAMES_COMPARED)
    ).scalars()
    spelt: dict[str, str] = {}
    for text in texts:
        for word in (text or "").replace("/", " ").replace("-", " ").split():
            key = search_key(word)
            if len(key) > 2 and " " not in key:
                spelt.setdefault(key, word.strip("\"'„“(),.;:"))
    found = []
    for word in query.replace("/", " ").replace("-", " ").split():
        key = search_key(word)
        if not key or any(key in one for one in spelt):
            found.append(word)
            continue
        near = difflib.get_close_matches(key, spelt, n=1, cutoff=_ALIKE)
        near = near or _near_part(key, spelt)
        found.append(spelt[near[0]] if near else word)
    suggestion = " ".join(found)
    if search_key(suggestion) == search_key(query) or _count(_searched(statement, search, suggestion)) == 0:
        return ""
    return suggestion


def _near_part(key: str, spelt: Mapping[str, str]) -> list[str]:
    """The word whose beginning or end is written nearly like the key: `Jugnd` for `Jugendhilfe`, `Konferens`."""
    parts: dict[str, str] = {}
    for one in spelt:
        if len(one) > len(key) > 3:
            for size in (len(key), len(key) + 1):
                parts.setdefault(one[:size], one)
                parts.setdefault(one[-size:], one)
    return [parts[near] for near in difflib.get_close_matches(key, parts, n=1, cutoff=_ALIKE)]


def _asked_size(kept: dict[str, str], own: int) -> int:
    """The size of a page that the address asks for, if it is one of those offered; the list's own otherwise."""
    asked = _page_number(kept.get("anzahl"))
    if asked in PAGE_SIZES and asked != own:
        return asked
    kept.pop("anzahl", None)
    return own


def listing_of(
    rows: Sequence[Row],
    arguments: Mapping[str, str],
    *,
    path: str,
    name: str,
    label: Any,
    choices: Sequence[tuple[str, Any]],
    choice_of: Callable[[Row], str],
    page_size: int = PAGE_SIZE,
) -> Listing[Row]:
    """A page of rows that are there already, in their order, with one choice above the list.

    An unknown choice or page falls back to everything and the first.
    """
    kept = {word: value for word in (name, "anzahl") if (value := arguments.get(word))}
    if kept.get(name) not in {choice for choice, _label in choices}:
        kept.pop(name, None)
    size = _asked_size(kept, page_size)
    chosen = [row for row in rows if choice_of(row) == kept[name]] if name in kept else rows
    pages = max(1, -(-len(chosen) // size))
    page = min(max(_page_number(arguments.get("seite")), 1), pages)
    return Listing(
        rows=chosen[(page - 1) * size : page * size],
        count=len(chosen),
        total=len(rows),
        page=page,
        pages=pages,
        query="",
        filters=[ShownFilter(name, label, choices, kept.get(name, ""))],
        sort="",
        path=path,
        arguments=kept,
        page_size=size,
        own_size=page_size,
    )


def _count(statement: Select[Any]) -> int:
    inner = statement.order_by(None).options().subquery()
    return int(db.session.execute(select(func.count()).select_from(inner)).scalar_one())


def _page_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def harmless(value: Any) -> Any:
    """A cell no spreadsheet program runs as a formula: an apostrophe goes before `=`, `+`, `-`, `@`."""
    if isinstance(value, str) and value.startswith(SPREADSHEET_FORMULA):
        return "'" + value
    return value


def csv_file(head: Sequence[Any], rows: Sequence[Sequence[Any]], *, note: str = "") -> bytes:
    """A table as German Excel opens it: UTF-8 with BOM, semicolons, decimal commas.

    `note` (source, date) becomes a last line of its own, because it must travel with the numbers.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(cell) for cell in head])
    for row in rows:
        writer.writerow([_german_cell(cell) for cell in row])
    if note:
        writer.writerow([])
        writer.writerow([harmless(note)])
    return buffer.getvalue().encode("utf-8-sig")


def _german_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        text = repr(value)
        # Nobody reads a power of ten in a table, and the portal's own importers refuse it.
        return (format(Decimal(text), "f") if "e" in text else text).replace(".", ",")
    return str(harmless(str(value) if not isinstance(value, str | int) else value))

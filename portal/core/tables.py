"""Lists: search, filters, sorting, paging and download, from the address to the statement and back.

A feature's `queries` builds a `Listing` from the request's arguments and a select; templates print it with
the macros in `ui/tables.html`. All of it works by links and GET forms.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, select

from portal.core.database import db
from portal.core.text import search_key

Row = TypeVar("Row")
PAGE_SIZE = 50
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
    def reset_url(self) -> str:
        return self.path

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What the filter form must carry along: the order."""
        return [(name, value) for name, value in self.arguments.items() if name == "sortierung"]

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
    search_label: Any = "",
    filters: Sequence[Filter] = (),
    page_size: int | None = PAGE_SIZE,
) -> Listing[Any]:
    """Search, filter, sort and cut a select of one entity; three queries whatever the number of rows.

    `sorts` maps the names allowed in the address to columns; unknown names, pages and values fall back to
    the default, never to an error. `page_size=None` reads everything (downloads).
    """
    known = {"suche", "sortierung", "seite", *(filter_.name for filter_ in filters)}
    kept = {name: value for name, value in arguments.items() if name in known and value and name != "seite"}
    query = (kept.get("suche") or "")[:200].strip()
    total = _count(statement)
    narrowed = statement
    if query and search is not None:
        for word in search_key(query).split():
            narrowed = narrowed.where(search.contains(word, autoescape=True))
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
    sort = kept.get("sortierung", default_sort)
    if sort.removeprefix("-") not in sorts:
        sort = default_sort
        kept.pop("sortierung", None)
    columns = sorts[sort.removeprefix("-")]
    narrowed = narrowed.order_by(*((c.desc() for c in columns) if sort.startswith("-") else columns))
    count = total if narrowed is statement else _count(narrowed)
    pages = 1 if page_size is None else max(1, -(-count // page_size))
    page = min(max(_page_number(arguments.get("seite")), 1), pages)
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

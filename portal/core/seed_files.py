"""Strict reading of the files the product ships with.

A damaged seed file is a fault of the release, not of a person at the screen; it stops with `SeedError`, which
names file, row or entry, column and reason. Nothing is guessed and nothing is skipped.
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import yaml

try:  # eight times as fast; the wheels have it, a build without libyaml does not
    from yaml import CSafeLoader as _SafeLoader
except ImportError:
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]


class SeedError(ValueError):
    """A shipped file does not keep its form; the message names file, place, column and reason."""

    def __init__(self, file: str, place: str, column: str, reason: str) -> None:
        super().__init__(f"{file}, {place}, {column}: {reason}")
        self.file = file
        self.place = place
        self.column = column
        self.reason = reason


@dataclass(frozen=True)
class SeedRow:
    """One row of a CSV file with accessors that check what they return; `line` counts from 1 (header)."""

    file: str
    line: int
    values: Mapping[str, str]

    def fail(self, column: str, reason: str) -> NoReturn:
        raise SeedError(self.file, f"row {self.line}", column, reason)

    def optional(self, column: str) -> str | None:
        """The text, or None if the field is empty."""
        value = self.values[column]
        if value != value.strip():
            self.fail(column, "blank at the edge")
        return value or None

    def text(self, column: str) -> str:
        value = self.optional(column)
        if value is None:
            self.fail(column, "empty")
        return value

    def key(self, column: str, digits: int) -> str:
        """An official key: exactly so many ASCII digits, leading zeros kept."""
        value = self.text(column)
        if not is_key(value, digits):
            self.fail(column, f"“{value}” is not a key of {digits} digits")
        return value

    def integer(self, column: str) -> int:
        value = self.text(column)
        if not (value.isascii() and value.removeprefix("-").isdigit()):
            self.fail(column, f"“{value}” is not a whole number")
        return int(value)

    def number(self, column: str) -> float:
        """A finite decimal number with a point."""
        value = self.text(column)
        digits = value.removeprefix("-").replace(".", "", 1)
        if not (digits.isascii() and digits.isdigit()):
            self.fail(column, f"“{value}” is not a number")
        return float(value)

    def day(self, column: str) -> date:
        value = self.text(column)
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(column, f"“{value}” is not an ISO date")

    def one_of(self, column: str, allowed: Collection[str]) -> str:
        value = self.values[column]
        if value not in allowed:
            self.fail(column, f"“{value}” is none of {', '.join(sorted(allowed))}")
        return value

    def several(self, column: str) -> tuple[str, ...]:
        """The parts of a field that holds several values separated by `; `."""
        value = self.optional(column)
        return tuple(part.strip() for part in value.split(";")) if value else ()


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[SeedRow]:
    """The rows of a UTF-8 CSV file one by one; the header must be exactly `columns`."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        header = next(reader, [])
        if header != list(columns):
            raise SeedError(path.name, "row 1", "header", f"expected {', '.join(columns)}")
        for cells in reader:
            if len(cells) != len(header):
                reason = f"{len(cells)} fields instead of {len(header)}"
                raise SeedError(path.name, f"row {reader.line_num}", "all", reason)
            yield SeedRow(path.name, reader.line_num, dict(zip(header, cells, strict=True)))


@dataclass(frozen=True)
class SeedEntry:
    """One mapping of a YAML file; the accessors check type and presence."""

    file: str
    place: str
    values: Mapping[str, object]

    def fail(self, key: str, reason: str) -> NoReturn:
        raise SeedError(self.file, self.place, key, reason)

    def only(self, *allowed: str) -> None:
        """Refuse keys nobody reads: they are spelling mistakes."""
        for key in self.values:
            if key not in allowed:
                self.fail(key, "unknown")

    def optional(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.fail(key, "expected a text")
        return value

    def text(self, key: str) -> str:
        value = self.optional(key)
        if value is None:
            self.fail(key, "missing")
        return value

    def key(self, key: str, digits: int) -> str:
        value = self.text(key)
        if not is_key(value, digits):
            self.fail(key, f"“{value}” is not a key of {digits} digits")
        return value

    def one_of(self, key: str, allowed: Collection[str]) -> str:
        value = self.text(key)
        if value not in allowed:
            self.fail(key, f"“{value}” is none of {', '.join(sorted(allowed))}")
        return value

    def optional_integer(self, key: str) -> int | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail(key, "expected a whole number")
        return value

    def integer(self, key: str) -> int:
        value = self.optional_integer(key)
        if value is None:
            self.fail(key, "missing")
        return value

    def optional_number(self, key: str) -> float | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool):
            self.fail(key, "expected a number")
        return float(value)

    def number(self, key: str) -> float:
        value = self.optional_number(key)
        if value is None:
            self.fail(key, "missing")
        return value

    def flag(self, key: str) -> bool:
        value = self.values.get(key)
        if not isinstance(value, bool):
            self.fail(key, "expected true or false")
        return value

    def optional_day(self, key: str) -> date | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, date):
            self.fail(key, "expected a date")
        return value

    def day(self, key: str) -> date:
        found = self.optional_day(key)
        if found is None:
            self.fail(key, "missing")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty if the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fail(key, "expected a list of texts")
        return tuple(value)

    def entry(self, key: str) -> "SeedEntry":
        value = self.values.get(key)
        if not isinstance(value, dict):
            self.fail(key, "expected a mapping")
        return SeedEntry(self.file, f"{self.place}.{key}", value)

    def optional_entry(self, key: str) -> "SeedEntry | None":
        return None if self.values.get(key) is None else self.entry(key)

    def entries(self, key: str) -> list["SeedEntry"]:
        """A list of mappings; empty if the key is absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fail(key, "expected a list")
        found = []
        for number, item in enumerate(value, start=1):
            place = f"{self.place}.{key}[{number}]"
            if not isinstance(item, dict):
                raise SeedError(self.file, place, key, "expected a mapping")
            found.append(SeedEntry(self.file, place, item))
        return found


def read_document(path: Path) -> SeedEntry:
    """The mapping that a YAML file holds; a key given twice is an error, not an override."""
    with path.open(encoding="utf-8") as stream:
        try:
            values = yaml.load(stream, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader
        except yaml.YAMLError as error:
            raise SeedError(path.name, "document", "syntax", str(error)) from error
    if not isinstance(values, dict):
        raise SeedError(path.name, "document", "document", "expected a mapping")
    return SeedEntry(path.name, "document", values)


class _StrictLoader(_SafeLoader):
    """SafeLoader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen: set[object] = set()
        for key_node, _value in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key “{key}” twice", key_node.start_mark)
            seen.add(key)
        return dict(super().construct_mapping(node, deep=deep))


def is_key(text: str, digits: int) -> bool:
    """Whether `text` consists of exactly so many ASCII digits."""
    return len(text) == digits and text.isascii() and text.isdigit()

"""Attributions of everything shipped: who provided it, under which licence, what was changed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.core.seed_files import SeedEntry, read_document


@dataclass(frozen=True, kw_only=True)
class AttributionSeed:
    """Where something comes from, as the provider wants it named; `text` stands below figures and maps."""

    key: str
    text: str
    publisher: str | None
    licence: str | None
    licence_uri: str | None
    dcat_licence: str | None
    source: str
    source_uri: str | None
    date: date | None
    changed: str | None
    with_data_basis: bool


def read_attributions(folder: Path) -> dict[str, AttributionSeed]:
    """All attributions by key."""
    section = read_document(folder / "attributions.yaml").entry("attributions")
    return {key: _attribution(key, section.entry(key)) for key in section.values}


def read_file_attributions(folder: Path) -> dict[str, tuple[str, ...]]:
    """File (path below the seeds folder) → keys of its attributions; unknown keys are refused."""
    known = read_attributions(folder)
    section = read_document(folder / "attributions.yaml").entry("files")
    found = {}
    for name in section.values:
        keys = section.texts(name)
        if not keys or not set(keys) <= known.keys():
            section.fail(name, "names no known attribution")
        found[name] = keys
    return found


def _attribution(key: str, entry: SeedEntry) -> AttributionSeed:
    entry.only(
        "text", "publisher", "licence", "licence_uri", "dcat_licence",
        "source", "source_uri", "date", "changed", "with_data_basis",
    )  # fmt: skip
    for uri in ("licence_uri", "dcat_licence", "source_uri"):
        value = entry.optional(uri)
        if value is not None and not value.startswith(("https://", "http://")):
            entry.fail(uri, "not an address")
    return AttributionSeed(
        key=key,
        text=entry.text("text"),
        publisher=entry.optional("publisher"),
        licence=entry.optional("licence"),
        licence_uri=entry.optional("licence_uri"),
        dcat_licence=entry.optional("dcat_licence"),
        source=entry.text("source"),
        source_uri=entry.optional("source_uri"),
        date=entry.optional_day("date"),
        changed=entry.optional("changed"),
        with_data_basis=entry.flag("with_data_basis"),
    )

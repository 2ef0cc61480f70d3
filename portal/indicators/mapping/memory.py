"""Remembered mappings: which fits a file, what is kept, what is forgotten."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import Listing, listing
from portal.core.transaction import lock
from portal.indicators import permissions
from portal.indicators.mapping.models import ImportMapping, ImportMappingVersion
from portal.indicators.mapping.rule import Rule, to_plain

_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_OF_FILE = frozenset({"sheet", "delimiter", "head"})


def fingerprint(headings: Sequence[str]) -> str:
    """The shape of a table: its headings without years, whatever their order and how often they repeat."""
    shapes = sorted({_YEAR.sub("#", heading) for heading in headings})
    return hashlib.sha256("\n".join(shapes).encode()).hexdigest()


def fitting(headings: Sequence[str]) -> Sequence[ImportMapping]:
    """Mappings for tables of this shape, by name."""
    statement = select(ImportMapping).where(ImportMapping.fingerprint == fingerprint(headings))
    return db.session.scalars(statement.options(_with_versions()).order_by(ImportMapping.sort_key)).all()


def mappings(arguments: Mapping[str, str], *, actor: Actor, path: str) -> Listing[ImportMapping]:
    """All remembered mappings."""
    require(permissions.may_see_imports(actor))
    return listing(
        select(ImportMapping).options(_with_versions()),
        arguments,
        path=path,
        sorts={
            "name": (ImportMapping.sort_key, ImportMapping.id),
            "zeit": (ImportMapping.created_at, ImportMapping.id),
        },
        default_sort="name",
    )


def find(public_id: str, *, actor: Actor) -> ImportMapping:
    """One mapping with its versions; `NotFound` if there is none."""
    require(permissions.may_see_imports(actor))
    statement = select(ImportMapping).filter_by(public_id=public_id).options(_with_versions())
    return require_visible(db.session.scalars(statement).one_or_none())


def adapted(plain: Mapping[str, Any], headings: Sequence[str]) -> dict[str, Any]:
    """What a remembered rule says about a table with these headings: columns of a new year are described like those
    of the years before; columns that are gone are left out, and period and layout of the old file are not carried on.
    """
    columns = {column["heading"]: column for column in plain["columns"]}
    shapes = {_YEAR.sub("#", heading): column for heading, column in columns.items()}
    found = []
    for heading in headings:
        column = columns.get(heading)
        if column is None and (like := shapes.get(_YEAR.sub("#", heading))) is not None:
            column = {**like, "heading": heading}
            years = _YEAR.findall(heading)
            if column.get("period") and len(years) == 1:
                column["period"] = years[0]
        if column is not None:
            found.append(column)
    kept = {key: value for key, value in plain.items() if key not in _OF_FILE | {"period", "columns"}}
    return {**kept, "columns": found}


def remember(rule: Rule, headings: Sequence[str], *, actor: Actor) -> ImportMapping:
    """Keep a rule under the name of its source; the same rule again changes nothing."""
    require(permissions.may_import(actor))
    plain = to_plain(rule)
    found = db.session.scalars(select(ImportMapping).filter_by(name=rule.source)).one_or_none()
    if found is None:
        found = ImportMapping(name=rule.source, fingerprint=fingerprint(headings))
        found.versions.append(ImportMappingVersion(number=1, rule=plain, user_id=actor.user_id))
        db.session.add(found)
        db.session.flush()
        audit.record("import_mapping.created", subject=found, actor=actor)
        return found
    lock(found, _with_versions())
    if found.latest.rule == plain and found.fingerprint == fingerprint(headings):
        return found
    number = found.latest.number + 1
    found.fingerprint = fingerprint(headings)
    found.versions.insert(0, ImportMappingVersion(number=number, rule=plain, user_id=actor.user_id))
    db.session.flush()
    audit.record("import_mapping.changed", subject=found, actor=actor, details={"version": number})
    return found


def forget(mapping: ImportMapping, *, actor: Actor) -> str:
    """Delete a mapping with its versions; deliveries keep how they were read. Returns the name in words."""
    require(permissions.may_import(actor))
    lock(mapping)
    audit.record("import_mapping.deleted", subject=mapping, actor=actor)
    name = mapping.name
    db.session.delete(mapping)
    db.session.flush()
    return _("Die Zuordnung „%(name)s“ ist gelöscht.", name=name)


def _with_versions() -> Any:
    return selectinload(ImportMapping.versions)

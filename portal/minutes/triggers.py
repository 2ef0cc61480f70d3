"""DDL by which the database itself keeps released minutes as they are, whoever writes. Used by migrations.

`minutes.frozen` refuses in the session, with a fault that names the version; these triggers stand behind it for
statements that pass no session. Who wrote, co-signed and took something over is part of what is kept: a person is
erased where the name stands (`person`), not here.
"""

from collections.abc import Collection, Iterator, Mapping

_RELEASED = "EXISTS (SELECT 1 FROM minutes_version v WHERE v.id = {row}.version_id AND v.state = 'released')"
_RELEASED_ENTRY = (
    "EXISTS (SELECT 1 FROM minutes_entry e JOIN minutes_version v ON v.id = e.version_id"
    " WHERE e.id = {row}.entry_id AND v.state = 'released')"
)
_ALL = ("INSERT", "UPDATE", "DELETE")
_LATER = ("UPDATE", "DELETE")
# Per table: when a row belongs to a released version, and which statements are refused then. A version becomes
# released by an update, and the step that says so is written after it.
_TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "minutes_version": ("{row}.state = 'released'", _LATER),
    "minutes_step": (_RELEASED, _LATER),
    "minutes_entry": (_RELEASED, _ALL),
    "minutes_entry_topic": (_RELEASED_ENTRY, _ALL),
    "minutes_entry_indicator": (_RELEASED_ENTRY, _ALL),
    "minutes_entry_raised_by": (_RELEASED_ENTRY, _ALL),
    "minutes_entry_area": (_RELEASED_ENTRY, _ALL),
}
# Places of entries came later than the others: each migration brings the triggers of the tables it finds.
PLACES = ("minutes_entry_area",)
FIRST = tuple(table for table in _TABLES if table not in PLACES)
_WORDS = "released minutes do not change"

_SQLITE = """CREATE TRIGGER {table}_keeps_on_{word} BEFORE {verb} ON {table} WHEN {condition}
BEGIN SELECT RAISE(ABORT, '{words}'); END"""

_FUNCTION = """CREATE OR REPLACE FUNCTION {table}_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END IF;
  IF TG_OP <> 'INSERT' THEN
    IF {old} THEN RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END IF;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  IF {new} AND '{table}' <> 'minutes_version' THEN
    RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$"""
_POSTGRESQL = """CREATE TRIGGER {table}_keeps_on_{word} BEFORE {verb} ON {table}
FOR EACH {each} EXECUTE FUNCTION {table}_keeps()"""


def keep_released(*, dialect: str, tables: Collection[str] = FIRST) -> Iterator[str]:
    """Statements that make the database keep released minutes, in the order in which they run.

    `dialect` is `sqlite` or `postgresql`. Rows go with what they belong to: a draft is thrown away with its
    entries. On PostgreSQL TRUNCATE is refused as well. A batch change on SQLite replaces a table and loses its
    triggers, and stumbles over those of other tables that name it: a migration that changes one of these tables
    runs `let_change` before and `keep_released` after.
    """
    for table, (condition, verbs) in _chosen(tables):
        old, new = condition.format(row="OLD"), condition.format(row="NEW")
        if dialect == "sqlite":
            for verb in verbs:
                rows = {"INSERT": new, "DELETE": old, "UPDATE": old if verbs is _LATER else f"{old} OR {new}"}
                yield _SQLITE.format(table=table, verb=verb, word=verb.lower(), condition=rows[verb], words=_WORDS)
            continue
        yield _FUNCTION.format(table=table, old=old, new=new, words=_WORDS)
        for verb, each in (*((verb, "ROW") for verb in verbs), ("TRUNCATE", "STATEMENT")):
            yield _POSTGRESQL.format(table=table, verb=verb, word=verb.lower(), each=each)


def _chosen(tables: Collection[str]) -> Iterator[tuple[str, tuple[str, tuple[str, ...]]]]:
    return ((table, rule) for table, rule in _TABLES.items() if table in tables)


def let_change(*, dialect: str, tables: Collection[str] = FIRST) -> Iterator[str]:
    """Statements that take the triggers away again."""
    for table, (_condition, verbs) in _chosen(tables):
        if dialect == "sqlite":
            yield from (f"DROP TRIGGER {table}_keeps_on_{verb.lower()}" for verb in verbs)
            continue
        for verb in (*verbs, "TRUNCATE"):
            yield f"DROP TRIGGER {table}_keeps_on_{verb.lower()} ON {table}"
        yield f"DROP FUNCTION {table}_keeps()"

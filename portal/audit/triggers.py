"""DDL that makes a table append-only: the database itself refuses UPDATE and DELETE. Used by migrations."""

_SQLITE = """CREATE TRIGGER {table}_refuses_{word} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"""

_POSTGRESQL = """CREATE TRIGGER {table}_refuses_{word} BEFORE {verb} ON {table}
FOR EACH {each} EXECUTE FUNCTION refuse_change()"""


def append_only(table: str, *, dialect: str) -> list[str]:
    """Statements that make the table append-only, in the order in which they run.

    `dialect` is `sqlite` or `postgresql`. On PostgreSQL TRUNCATE is refused as well; SQLite has none.
    Batch changes on SQLite replace a table and lose its triggers: such a migration runs these again.
    """
    if dialect == "sqlite":
        return [_SQLITE.format(table=table, verb=verb, word=verb.lower()) for verb in ("UPDATE", "DELETE")]
    if dialect == "postgresql":
        verbs = (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
        return [
            _POSTGRESQL_FUNCTION,
            *(_POSTGRESQL.format(table=table, verb=verb, word=verb.lower(), each=each) for verb, each in verbs),
        ]
    raise ValueError(f"no append-only triggers for {dialect}")


def changeable(table: str, *, dialect: str) -> list[str]:
    """Statements that take the triggers away again (downgrades)."""
    verbs = ("update", "delete") if dialect == "sqlite" else ("update", "delete", "truncate")
    suffix = "" if dialect == "sqlite" else f" ON {table}"
    return [f"DROP TRIGGER {table}_refuses_{verb}{suffix}" for verb in verbs]

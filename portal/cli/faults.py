"""What went wrong outside of the program, told in one line: a database that is not there, a full or locked disk.

Faults of the program itself are not touched; their traceback is what whoever mends them needs.
"""

import errno
import smtplib
import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

from portal.core.machine_words import why

_SQLITE = {
    sqlite3.SQLITE_FULL: "es ist kein Platz mehr",
    sqlite3.SQLITE_IOERR: "der Datenträger meldet einen Fehler oder ist voll",
    sqlite3.SQLITE_READONLY: "dazu fehlt das Recht",
    sqlite3.SQLITE_CANTOPEN: "die Datei lässt sich nicht öffnen",
    sqlite3.SQLITE_BUSY: "ein anderes Programm hält sie besetzt",
    sqlite3.SQLITE_CORRUPT: "die Datei ist beschädigt, bitte eine Sicherung zurückspielen",
    sqlite3.SQLITE_NOTADB: "die Datei ist keine Datenbank, bitte eine Sicherung zurückspielen",
}
_PRIMARY_CODE = 0xFF  # SQLite's extended codes keep the primary one in their lowest byte
_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO}


def in_plain_words(error: Exception) -> str | None:
    """What is to be said about it; None for a fault of the program."""
    cause = _cause(error)
    if isinstance(cause, psycopg.OperationalError) or _of_sqlite(cause):
        return f"Die Datenbank ist nicht zu benutzen: {reason(error)}. „portal check“ sagt, was zu tun ist."
    if isinstance(cause, OSError) and cause.errno in _MACHINE:
        return f"{cause.filename}: {why(cause)}." if cause.filename else f"{why(cause)[0].upper()}{why(cause)[1:]}."
    return None


def reason(error: Exception) -> str:
    """The first line of what went wrong, without a full stop and without passwords in addresses."""
    cause = _cause(error)
    if known := _of_sqlite(cause):
        return known
    if isinstance(cause, OSError) and not isinstance(cause, smtplib.SMTPException):
        return why(cause)
    lines = str(cause).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(cause).__name__


def _cause(error: Exception) -> BaseException:
    return error.orig if isinstance(error, DBAPIError) and error.orig is not None else error


def _of_sqlite(cause: BaseException) -> str | None:
    code: int | None = getattr(cause, "sqlite_errorcode", None)
    return None if code is None else _SQLITE.get(code & _PRIMARY_CODE)

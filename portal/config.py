"""Configuration of the machinery: paths of the installation and what `PORTAL_*` variables say.

Thresholds and texts that a county edits are not here but in the settings table (`portal.settings`).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from email.utils import parseaddr
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

Value = TypeVar("Value")

_PACKAGE = Path(__file__).parent
_BUNDLED = _PACKAGE / "_bundled"
# A wheel carries the top-level folders below the package; a checkout has them beside it.
ROOT = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
MIGRATIONS = ROOT / "migrations"
SEEDS = ROOT / "seeds"


class ConfigurationError(Exception):
    """The environment does not describe an installation that may start; each of `problems` says what to do."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where mail is handed over. `security` is `starttls`, `tls` or `none` (local relay only)."""

    host: str
    port: int
    security: str
    username: str | None
    password: str | None
    timeout_seconds: float


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the machinery needs to know, read once at start.

    `demo` switches on the mailbox, the demo logins and the watermark; it is never set by the environment
    but only by `portal demo`, so that no production installation slips into it.
    """

    data: Path
    database_url: str
    base_url: str
    demo: bool = False
    testing: bool = False
    secret_key: str | None = None
    trusted_hosts: tuple[str, ...] = ()
    trusted_proxies: int = 0
    mail: MailServer | None = None
    mail_sender: str = "Sozialplanung <sozialplanung@landkreis.example>"
    threads: int = 8
    log_level: str = "INFO"
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def secure_cookies(self) -> bool:
        """Cookies are bound to HTTPS wherever the portal's own address is."""
        return self.base_url.startswith("https://")


# name, default, meaning: the README's table and `portal check` are built from this list.
VARIABLES: tuple[tuple[str, str, str], ...] = (
    ("PORTAL_DATA", ".data", "folder for database, files, mailbox, secrets"),
    ("PORTAL_DATABASE_URL", "sqlite below PORTAL_DATA", "`postgresql://user:password@host/name` for PostgreSQL"),
    ("PORTAL_BASE_URL", "none; required", "the portal's own address, e.g. `https://beteiligung.kreis.example`"),
    ("PORTAL_SECRET_KEY", "file in PORTAL_DATA", "signs sessions and links; at least 32 characters"),
    (
        "PORTAL_TRUSTED_HOSTS",
        "host of PORTAL_BASE_URL",
        "further host names that requests may carry, separated by commas",
    ),
    ("PORTAL_TRUSTED_PROXIES", "0", "number of reverse proxies whose X-Forwarded-* headers are believed"),
    ("PORTAL_SMTP_HOST", "none; required", "mail server"),
    ("PORTAL_SMTP_PORT", "587", "its port"),
    ("PORTAL_SMTP_SECURITY", "starttls", "`starttls`, `tls` or `none` (relay on this machine only)"),
    ("PORTAL_SMTP_USERNAME", "none", "user name, if the server asks for one"),
    ("PORTAL_SMTP_PASSWORD", "none", "password"),
    ("PORTAL_SMTP_TIMEOUT", "20", "seconds until a silent server counts as unreachable"),
    ("PORTAL_MAIL_SENDER", "none; required", "sender of all mail, e.g. `Sozialplanung <sozialplanung@kreis.example>`"),
    ("PORTAL_THREADS", "8", "threads of each web process"),
    ("PORTAL_LOG_LEVEL", "INFO", "`DEBUG`, `INFO`, `WARNING` or `ERROR`"),
)

# Read by the test run.
_OTHER_VARIABLES = {"PORTAL_TEST_DATABASES", "PORTAL_REQUIRE_ALL"}

DEMO_PORT = 8000
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_HIGHEST_PORT = 65535
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """The folder that `PORTAL_DATA` names, absolute; it need not exist yet."""
    environ = os.environ if environ is None else environ
    return Path(environ.get("PORTAL_DATA") or ".data").expanduser().resolve()


def unknown_variables(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Names that begin like ours and mean nothing, each with the known name closest to it; empty where none is."""
    environ = os.environ if environ is None else environ
    known = [name for name, _default, _meaning in VARIABLES]
    found = sorted(name for name in environ if name.startswith("PORTAL_") and name not in {*known, *_OTHER_VARIABLES})
    return {name: next(iter(get_close_matches(name, known, n=1, cutoff=0.7)), "") for name in found}


def sqlite_url(data: Path) -> str:
    return f"sqlite:///{data / 'portal.sqlite3'}"


def database_url(value: str | None, data: Path) -> str:
    """SQLAlchemy's address of the database; PostgreSQL is always spoken to through psycopg 3."""
    if not value:
        return sqlite_url(data)
    if value.startswith("sqlite:///"):
        return f"sqlite:///{data / value.removeprefix('sqlite:///')}"
    for prefix in ("postgresql://", "postgres://", "postgresql+psycopg://"):
        if value.startswith(prefix):
            rest = value.removeprefix(prefix)
            if not _is_place(f"//{rest.rpartition('@')[2]}"):  # what is before may be any password
                raise ConfigurationError(
                    "PORTAL_DATABASE_URL: nicht zu lesen; erwartet wird postgresql://nutzer:passwort@rechner/name."
                )
            return "postgresql+psycopg://" + rest
    raise ConfigurationError("PORTAL_DATABASE_URL: nur postgresql:// oder sqlite:/// werden verstanden.")


def _is_place(address: str) -> bool:
    """Whether host and port of an address can be told apart and the port is a number."""
    try:
        parts = urlsplit(address)
        return parts.port is None or 0 < parts.port <= _HIGHEST_PORT
    except ValueError:
        return False


def _base_url(value: str) -> str:
    """The portal's own address without a slash at its end: scheme, host and, if need be, port."""
    if not value.strip().startswith(("http://", "https://")):
        raise ConfigurationError(f"PORTAL_BASE_URL: „{value}“ muss mit https:// beginnen.")
    address = value.strip().rstrip("/")
    parts = urlsplit(address) if _is_place(address) else None
    whole = f"{parts.scheme}://{parts.netloc}" if parts else ""
    if parts is None or not parts.hostname or address != whole or "@" in address or len(address.split()) > 1:
        raise ConfigurationError(
            f"PORTAL_BASE_URL: „{value}“ muss aus https:// und dem Namen des Rechners bestehen, ohne Pfad, "
            "z. B. https://beteiligung.kreis.example."
        )
    return address


def _mail_sender(value: str) -> str:
    """A name and an address, as in `Sozialplanung <sozialplanung@kreis.example>`, or an address alone."""
    name, address = parseaddr(value)
    user, _at, host = address.rpartition("@")
    if not user or not host or len(value.splitlines()) > 1 or (not name and value.strip() != address):
        raise ConfigurationError(
            f"PORTAL_MAIL_SENDER: „{value}“ ist kein Absender; erwartet wird "
            "z. B. Sozialplanung <sozialplanung@kreis.example>."
        )
    return value


def _log_level(value: str) -> str:
    if value not in LOG_LEVELS:
        raise ConfigurationError(f"PORTAL_LOG_LEVEL: erlaubt sind {', '.join(LOG_LEVELS)}.")
    return value


def _number(environ: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    raw = environ.get(name)
    if not raw:
        return default
    try:
        value = int(raw)
    except ValueError as error:
        raise ConfigurationError(f"{name}: „{raw}“ ist keine ganze Zahl.") from error
    if value < least:
        raise ConfigurationError(f"{name}: mindestens {least}.")
    if most is not None and value > most:
        raise ConfigurationError(f"{name}: höchstens {most}.")
    return value


def _threads(environ: Mapping[str, str]) -> int:
    return _number(environ, "PORTAL_THREADS", 8, least=1, most=1000)


def _mail_server(environ: Mapping[str, str]) -> MailServer | None:
    """The mail server, none without a host. Everything that is wrong is named at once, the host missing or not."""
    problems: list[str] = []
    numbers = {"PORTAL_SMTP_PORT": 587, "PORTAL_SMTP_TIMEOUT": 20}
    for name, default in numbers.items():
        try:
            numbers[name] = _number(environ, name, default, least=1, most=_HIGHEST_PORT)
        except ConfigurationError as error:
            problems.extend(error.problems)
    host = environ.get("PORTAL_SMTP_HOST")
    security = environ.get("PORTAL_SMTP_SECURITY") or "starttls"
    if security not in {"starttls", "tls", "none"}:
        problems.append("PORTAL_SMTP_SECURITY: erlaubt sind starttls, tls und none.")
    if security == "none" and host and host not in _LOOPBACK:
        problems.append(
            "PORTAL_SMTP_SECURITY: ohne Verschlüsselung nur zu einem Server auf diesem Rechner (localhost)."
        )
    if problems:
        raise ConfigurationError(*problems)
    if not host:
        return None
    return MailServer(
        host=host,
        port=numbers["PORTAL_SMTP_PORT"],
        security=security,
        username=environ.get("PORTAL_SMTP_USERNAME") or None,
        password=environ.get("PORTAL_SMTP_PASSWORD") or None,
        timeout_seconds=float(numbers["PORTAL_SMTP_TIMEOUT"]),
    )


# What has no default because links and mail built with guessed values would reach people.
_REQUIRED = {
    "PORTAL_BASE_URL": "die eigene Adresse des Portals angeben, z. B. https://beteiligung.kreis.example",
    "PORTAL_MAIL_SENDER": "den Absender aller E-Mails angeben, z. B. Sozialplanung <sozialplanung@kreis.example>",
    "PORTAL_SMTP_HOST": "den Server angeben, der E-Mails annimmt, z. B. mail.kreis.example",
}


def from_environment(environ: Mapping[str, str] | None = None) -> Config:
    """Configuration of a production installation.

    Raises `ConfigurationError` with everything that is missing or wrong, and what to do about each.
    """
    environ = os.environ if environ is None else environ
    problems = [f"{name} fehlt: {what}." for name, what in _REQUIRED.items() if not environ.get(name)]

    def read(part: Callable[[], Value], instead: Value) -> Value:
        try:
            return part()
        except ConfigurationError as error:
            problems.extend(error.problems)
            return instead

    data = data_folder(environ)
    base_url, sender = environ.get("PORTAL_BASE_URL"), environ.get("PORTAL_MAIL_SENDER")
    secret_key = environ.get("PORTAL_SECRET_KEY") or None
    if secret_key is not None and len(secret_key) < 32:
        problems.append("PORTAL_SECRET_KEY: mindestens 32 Zeichen.")
    config = Config(
        data=data,
        database_url=read(lambda: database_url(environ.get("PORTAL_DATABASE_URL"), data), ""),
        base_url=read(lambda: _base_url(base_url), "") if base_url else "",
        secret_key=secret_key,
        trusted_hosts=tuple(
            host.strip() for host in (environ.get("PORTAL_TRUSTED_HOSTS") or "").split(",") if host.strip()
        ),
        trusted_proxies=read(lambda: _number(environ, "PORTAL_TRUSTED_PROXIES", 0), 0),
        mail=read(lambda: _mail_server(environ), None),
        mail_sender=read(lambda: _mail_sender(sender), "") if sender else "",
        threads=read(lambda: _threads(environ), 1),
        log_level=read(lambda: _log_level(environ.get("PORTAL_LOG_LEVEL") or "INFO"), "INFO"),
    )
    if problems:
        raise ConfigurationError(*problems)
    return config


def for_demo(data: Path, *, port: int, environ: Mapping[str, str] | None = None) -> Config:
    """Configuration of `portal demo`: own folder, address on this machine, mailbox instead of a server."""
    environ = os.environ if environ is None else environ
    return Config(
        data=data,
        database_url=database_url(environ.get("PORTAL_DATABASE_URL"), data),
        base_url=f"http://127.0.0.1:{port}",
        demo=True,
        trusted_hosts=("localhost",),
        mail=_mail_server(environ),
        threads=_threads(environ),
        log_level=_log_level(environ.get("PORTAL_LOG_LEVEL") or "INFO"),
    )

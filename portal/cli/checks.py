"""What `portal check` looks at. Each function answers one finding and never raises for what it looks for."""

import os
import shutil
import smtplib
import ssl
import stat
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from portal.cli.faults import reason
from portal.config import Config, ConfigurationError
from portal.core.clock import LOCAL_ZONE
from portal.core.data_folder import made
from portal.core.database import db
from portal.core.machine_words import why
from portal.core.migrations import current_revision, expected_revision
from portal.core.secrets import FOLDER as SECRETS_FOLDER
from portal.home import health
from portal.home.site import still_missing
from portal.outbox import office
from portal.settings import services as settings
from portal.surveys import keys, spool
from portal.surveys.models import RoundState

# Below this a day of uploads or a backup may fill the disk; below the lower one SQLite soon fails to write.
LITTLE_SPACE_BYTES = 2 * 1024**3
NO_SPACE_BYTES = 200 * 1024**2
SECRETS = "Geheimnisse"
CLOCK = "Uhr"
CONTACT = "Kontakt"
SURVEYS = "Befragungen"
# What the report says a line about, in the order in which it is mended.
NAMES = (
    "Konfiguration", "Speicher", SECRETS, "Datenbank", "Migration", CLOCK, CONTACT, "Worker", "Postausgang",
    SURVEYS, "Mailserver",
)  # fmt: skip
CLOCK_TOLERANCE = timedelta(seconds=5)


class State(Enum):
    """How a thing is; `WARNING` asks for attention, `ERROR` must be mended before people use the portal."""

    OK = "ok"
    WARNING = "Achtung"
    ERROR = "Fehler"


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, how it is, and what to do."""

    name: str
    state: State
    words: str

    @property
    def is_error(self) -> bool:
        return self.state is State.ERROR


def configuration(config: Config) -> Finding:
    """Whether the address is one that people can trust."""
    name = "Konfiguration"
    if config.demo:
        return Finding(name, State.OK, f"Vorführung unter {config.base_url}")
    if not config.secure_cookies:
        return Finding(
            name, State.ERROR, f"PORTAL_BASE_URL ist {config.base_url}: ohne https:// sind Anmeldungen mitzulesen."
        )
    proxies = f"{config.trusted_proxies} Proxy" if config.trusted_proxies == 1 else f"{config.trusted_proxies} Proxys"
    if config.trusted_proxies == 0:
        return Finding(
            name,
            State.WARNING,
            f"{config.base_url}; PORTAL_TRUSTED_PROXIES ist 0: hinter einem Reverse Proxy gelten alle als ein Gerät.",
        )
    return Finding(name, State.OK, f"{config.base_url}, {proxies}")


def database(config: Config) -> Finding:
    """Whether the database answers. Needs an application context, as the next ones do."""
    try:
        with db.engine.connect() as connection:
            if config.is_sqlite:
                answer = str(connection.execute(text("SELECT sqlite_version()")).scalar_one())
                return Finding("Datenbank", State.OK, f"SQLite {answer}")
            answer = str(connection.execute(text("SHOW server_version")).scalar_one())
    except SQLAlchemyError as error:
        return Finding("Datenbank", State.ERROR, f"nicht erreichbar: {reason(error)}. PORTAL_DATABASE_URL prüfen.")
    return Finding("Datenbank", State.OK, f"PostgreSQL {answer}")


def migration() -> Finding:
    """Whether the tables are those the program expects."""
    expected = expected_revision()
    try:
        current = current_revision()
    except SQLAlchemyError as error:
        return Finding("Migration", State.ERROR, f"nicht feststellbar: {reason(error)}")
    if current == expected:
        return Finding("Migration", State.OK, f"Stand {current}")
    return Finding(
        "Migration", State.ERROR, f"Stand {current or 'leer'} statt {expected}: „portal db upgrade“ ausführen."
    )


def mail_server(config: Config) -> Finding:
    """Whether the mail server takes mail from us: connection, verified TLS, sign-in. Nothing is sent."""
    name = "Mailserver"
    server = config.mail
    if server is None:
        return Finding(name, State.OK, "keiner; E-Mails liegen im Postfach der Vorführung")
    where = f"{server.host}:{server.port}"
    trust = ssl.create_default_context()
    try:
        connection: smtplib.SMTP
        if server.security == "tls":
            connection = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_seconds, context=trust)
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)
        with connection:
            connection.ehlo()
            if server.security == "starttls":
                connection.starttls(context=trust)
                connection.ehlo()
            if server.username is not None:
                connection.login(server.username, server.password or "")
    except ssl.SSLCertVerificationError as error:
        return Finding(name, State.ERROR, f"{where}: Zertifikat nicht anerkannt ({error.verify_message}).")
    except smtplib.SMTPAuthenticationError:
        return Finding(
            name, State.ERROR, f"{where}: Anmeldung abgelehnt; PORTAL_SMTP_USERNAME und PORTAL_SMTP_PASSWORD prüfen."
        )
    except smtplib.SMTPNotSupportedError:
        return Finding(
            name, State.ERROR, f"{where}: kann {server.security} oder Anmeldung nicht; PORTAL_SMTP_SECURITY prüfen."
        )
    except (OSError, smtplib.SMTPException) as error:
        return Finding(name, State.ERROR, f"{where}: {reason(error)}. PORTAL_SMTP_HOST und PORTAL_SMTP_PORT prüfen.")
    signed_in = f", angemeldet als {server.username}" if server.username else ""
    return Finding(name, State.OK, f"{where}, {server.security}{signed_in}")


def secrets(config: Config) -> Finding:
    """Whether the secrets are there and nobody else on this machine can read them."""
    name = SECRETS
    folder = config.data / SECRETS_FOLDER
    needed = ["password_salt", *([] if config.secret_key else ["secret_key"])]
    missing = [wanted for wanted in needed if not (folder / wanted).is_file()]
    if missing:
        return Finding(name, State.ERROR, f"in {folder} fehlt: {', '.join(missing)}. Eine Sicherung zurückspielen?")
    if sys.platform != "win32":
        paths = [config.data, folder, *sorted(path for path in folder.rglob("*"))]
        spool = config.data / "spool"
        if spool.exists():
            paths += [spool, *sorted(spool.rglob("*"))]
        for path in paths:
            if stat.S_IMODE(path.stat().st_mode) & 0o077:
                return Finding(name, State.ERROR, f"andere können {path} lesen: „chmod -R go= {path}“ ausführen.")
            if path.stat().st_uid != os.geteuid():
                return Finding(name, State.WARNING, f"{path} gehört einem anderen Konto als diesem.")
    return Finding(name, State.OK, f"vollständig in {folder}, nur für dieses Konto lesbar")


def clock(config: Config, *, compared: bool = True) -> Finding:
    """Whether this machine's clock runs, knows German summer time and, if `compared`, agrees with the database's."""
    name = CLOCK
    try:
        berlin = ZoneInfo(LOCAL_ZONE.key)
        offsets = [datetime(2026, month, 1, 12, tzinfo=berlin).utcoffset() for month in (1, 7)]
    except ZoneInfoNotFoundError:
        return Finding(name, State.ERROR, "Zeitzonen fehlen: das Paket tzdata installieren.")
    if offsets != [timedelta(hours=1), timedelta(hours=2)]:
        return Finding(name, State.ERROR, f"die Zeitzone {LOCAL_ZONE.key} ist falsch hinterlegt: tzdata erneuern.")
    wall, steady = time.time(), time.monotonic()
    time.sleep(0.2)
    drift = abs((time.time() - wall) - (time.monotonic() - steady))
    if drift > 0.1:
        return Finding(name, State.WARNING, f"die Uhr springt ({drift:.1f} s in 0,2 s): Zeitabgleich prüfen.")
    if not compared:
        return Finding(name, State.WARNING, "läuft; mit der Datenbank nicht verglichen")
    try:
        with db.engine.connect() as connection:
            before = datetime.now(UTC)
            now = "SELECT strftime('%s', 'now')" if config.is_sqlite else "SELECT extract(epoch FROM clock_timestamp())"
            there = datetime.fromtimestamp(float(connection.execute(text(now)).scalar_one()), UTC)
            is_filled = inspect(connection).has_table("audit_entry")
            newest = connection.execute(text("SELECT max(at) FROM audit_entry")).scalar_one() if is_filled else None
    except SQLAlchemyError:
        return Finding(name, State.WARNING, "mit der Datenbank nicht vergleichbar")
    if abs(there - before) > CLOCK_TOLERANCE:
        seconds = (there - before).total_seconds()
        return Finding(name, State.ERROR, f"die Datenbank geht {seconds:+.0f} s anders: Zeitabgleich (NTP) einrichten.")
    if newest is not None and _utc(newest) > before + CLOCK_TOLERANCE:
        return Finding(name, State.ERROR, "die letzte Änderung liegt in der Zukunft: die Uhr geht nach.")
    local = before.astimezone(berlin)
    return Finding(name, State.OK, f"{local:%d.%m.%Y, %H:%M:%S} {local.tzname()}")


def _utc(value: datetime | str) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment.replace(tzinfo=UTC)


def disk(config: Config) -> Finding:
    """Whether the data folder can be written to and has room."""
    name = "Speicher"
    try:
        folder = made(config.data)
    except ConfigurationError as error:
        return Finding(name, State.ERROR, str(error))
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".check-") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return Finding(name, State.ERROR, f"{folder} ist nicht beschreibbar: {why(error)}.")
    free = shutil.disk_usage(folder).free
    words = f"{free / 1024**3:.1f} GB frei in {folder}".replace(".", ",", 1)
    if free < NO_SPACE_BYTES:
        return Finding(name, State.ERROR, f"{words}: Platz schaffen.")
    return Finding(name, State.WARNING if free < LITTLE_SPACE_BYTES else State.OK, words)


def contact(config: Config) -> Finding:
    """Whether people are told this county's names and address, not what the portal comes with, and nothing is left
    out that imprint and data protection have to say."""
    if config.demo:
        return Finding(CONTACT, State.OK, "keiner nötig in der Vorführung")
    try:
        is_placeholder = office.is_placeholder()
        missing = ", ".join(str(label) for label in still_missing())
    except SQLAlchemyError as error:
        return Finding(CONTACT, State.ERROR, f"nicht feststellbar: {reason(error)}")
    where = "in den Einstellungen unter „Landkreis und Anschrift“"
    if is_placeholder:
        words = f"{settings.get(office.SETTING)} ist ein Platzhalter: {where} die eigene E-Mail-Adresse eintragen."
        return Finding(CONTACT, State.ERROR, f"{words} Bis dahin gilt {office.email()}. Es fehlen: {missing}.")
    if missing:
        return Finding(CONTACT, State.WARNING, f"{office.email()}; es fehlen: {missing}. Bitte {where} eintragen.")
    return Finding(CONTACT, State.OK, office.email())


def worker(config: Config) -> Finding:
    """Whether a worker lives."""
    name = "Worker"
    begin, again = "„portal worker“ als Dienst einrichten", "den Dienst neu starten"
    if config.demo:
        begin = again = f"„portal demo --data {config.data}“ startet die Vorführung mit ihm"
    try:
        age = health.worker_age()
    except SQLAlchemyError as error:
        return Finding(name, State.ERROR, f"nicht feststellbar: {reason(error)}")
    if age is None:
        return Finding(name, State.ERROR, f"hat sich noch nie gemeldet: {begin}.")
    if not health.worker_lives(age):
        return Finding(name, State.ERROR, f"zuletzt vor {int(age.total_seconds() // 60)} Minuten: {again}.")
    return Finding(name, State.OK, f"zuletzt vor {int(age.total_seconds())} s")


def outbox() -> Finding:
    """Whether mail leaves the house."""
    name = "Postausgang"
    try:
        waiting = health.mail_backlog()
    except SQLAlchemyError as error:
        return Finding(name, State.ERROR, f"nicht feststellbar: {reason(error)}")
    words = f"{waiting.due} fällig, {waiting.undeliverable} unzustellbar"
    if waiting.is_late:
        return Finding(name, State.ERROR, f"{words}; die älteste wartet zu lange: Worker und Mailserver prüfen.")
    return Finding(name, State.WARNING if waiting.undeliverable else State.OK, words)


def survey_keys(config: Config) -> Finding:
    """Whether every round that takes or holds answers has the key that opens them."""
    try:
        missing = keys.keyless_rounds()
    except SQLAlchemyError as error:
        return Finding(SURVEYS, State.ERROR, f"nicht feststellbar: {reason(error)}")
    if not missing:
        return Finding(SURVEYS, State.OK, "jede Runde hat ihren Schlüssel")
    named = "; ".join(round_in_words(one) for one in missing)
    return Finding(SURVEYS, State.ERROR, f"Schlüssel fehlt: {named}. {key_remedy(config)}")


def round_in_words(one: keys.KeylessRound) -> str:
    """`/befragungen/leben (Leben im Planungsraum, Runde 2; läuft, 12 Antworten verschlossen)`."""
    title = f"{one.title}, {one.name}" if one.name else one.title
    sealed = "1 Antwort" if one.sealed == 1 else f"{one.sealed} Antworten"
    return f"/befragungen/{one.slug} ({title}; {_STATES[one.state]}, {sealed} verschlossen)"


def key_remedy(config: Config) -> str:
    """What to do about keys that are missing, in two sentences."""
    folder = config.data / spool.FOLDER
    return (
        f"Den Ordner {folder} aus seiner eigenen Kopie zurücklegen; bis dahin nimmt das Portal dort keine Antworten "
        "an. Gibt es keine Kopie, die Runde unter „Befragungen“ beenden und eine neue anlegen; was verschlossen ist, "
        "bleibt dann für immer ungelesen."
    )


_STATES = {RoundState.PLANNED: "geplant", RoundState.OPEN: "läuft", RoundState.CLOSED: "beendet"}

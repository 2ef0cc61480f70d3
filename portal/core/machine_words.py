"""Why the machine refused something, in our words; the system has those of whoever set it up."""

import errno
import socket

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

_REASONS = {
    errno.ENOENT: _l("den Ordner oder die Datei gibt es nicht"),
    errno.EACCES: _l("dazu fehlt das Recht"),
    errno.EPERM: _l("dazu fehlt das Recht"),
    errno.EROFS: _l("der Datenträger ist schreibgeschützt"),
    errno.ENOSPC: _l("es ist kein Platz mehr"),
    errno.EDQUOT: _l("es ist kein Platz mehr"),
    errno.EIO: _l("der Datenträger meldet einen Fehler"),
    errno.EISDIR: _l("das ist ein Ordner"),
    errno.ENOTDIR: _l("das ist kein Ordner"),
    errno.ENAMETOOLONG: _l("der Name ist zu lang"),
    errno.ECONNREFUSED: _l("dort nimmt niemand Verbindungen an"),
    errno.ECONNRESET: _l("die Verbindung wurde abgebrochen"),
    errno.EPIPE: _l("die Verbindung wurde abgebrochen"),
    errno.ETIMEDOUT: _l("es kam keine Antwort"),
    errno.EHOSTUNREACH: _l("der Rechner ist nicht erreichbar"),
    errno.ENETUNREACH: _l("das Netz ist nicht erreichbar"),
}


def why(error: OSError) -> str:
    """The reason without a full stop; the system's own words where there are none in German."""
    if isinstance(error, socket.gaierror):
        return _("diesen Namen kennt das Netz nicht")
    if isinstance(error, TimeoutError):
        return str(_REASONS[errno.ETIMEDOUT])
    known = _REASONS.get(error.errno or 0)
    return str(known) if known else (error.strerror or str(error) or type(error).__name__).rstrip(".")

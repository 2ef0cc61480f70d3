"""How the page of changes speaks of mail."""

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "outbox.retried": _l("E-Mail erneut zum Senden vorgemerkt"),
    "outbox.retried_reason": _l("E-Mails mit demselben Fehler erneut zum Senden vorgemerkt"),
    "outbox.withdrawn": _l("E-Mail zurückgezogen"),
}
SUBJECTS = {"outbox_message": _l("E-Mail")}

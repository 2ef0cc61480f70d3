"""Mail about accounts: links that open something, and notes about what was changed.

A note never contains a link that signs anybody in, and says what to do if it was somebody else.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts import security
from portal.accounts.models import User
from portal.core.formats import datetime_short, duration
from portal.core.languages import DEFAULT
from portal.outbox import letters, office
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Block, Letter, Link, absolute_url
from portal.outbox.models import Priority

KINDS = {
    "accounts.invitation": MessageKind(_l("Einladung zu einem Konto"), secret=True),
    "accounts.reset": MessageKind(_l("Neues Passwort"), secret=True),
    "accounts.confirmation": MessageKind(_l("Bestätigung einer E-Mail-Adresse"), secret=True),
    "accounts.new_address": MessageKind(_l("Bestätigung einer neuen E-Mail-Adresse"), secret=True),
    "accounts.note": MessageKind(_l("Hinweis zum eigenen Konto")),
}


def invitation(user: User, *, token: str, expires_at: datetime) -> None:
    """Somebody is to open their account."""
    with force_locale(user.locale or DEFAULT):
        _send(
            user,
            kind="accounts.invitation",
            subject=_("Ihr Konto im Beteiligungsportal"),
            why=_("Sie bekommen diese Nachricht, weil ein Konto mit dieser Adresse angelegt wurde."),
            body=[
                _("für Sie wurde ein Konto im Beteiligungsportal der Sozialplanung angelegt."),
                _("Bitte öffnen Sie diese Seite und wählen Sie ein Passwort:"),
                Action(_("Konto öffnen"), absolute_url("accounts.accept_invitation", token=token)),
                _("Der Link gilt bis %(until)s Uhr und nur einmal.", until=datetime_short(expires_at)),
                _("Kennen Sie den Anlass nicht? Dann löschen Sie diese Nachricht. Ohne Ihr Zutun geschieht nichts."),
            ],
        )


def reset(user: User, *, token: str) -> None:
    """Somebody asked for a new password."""
    with force_locale(user.locale or DEFAULT):
        _send(
            user,
            kind="accounts.reset",
            subject=_("Neues Passwort wählen"),
            why=_("Sie bekommen diese Nachricht, weil für diese Adresse ein neues Passwort angefordert wurde."),
            body=[
                _("für Ihr Konto im Beteiligungsportal wurde ein neues Passwort angefordert."),
                Action(_("Neues Passwort wählen"), absolute_url("accounts.new_password", token=token)),
                _within(security.RESET_WITHIN),
                _("Waren Sie das nicht? Dann löschen Sie diese Nachricht. Ihr Passwort bleibt, wie es ist."),
            ],
        )


def confirmation(user: User, *, token: str) -> None:
    """Somebody is to show that the address is theirs."""
    with force_locale(user.locale or DEFAULT):
        _send(
            user,
            kind="accounts.confirmation",
            subject=_("Bitte bestätigen Sie Ihre E-Mail-Adresse"),
            why=_("Sie bekommen diese Nachricht, weil für diese Adresse eine Bestätigung angefordert wurde."),
            body=[
                _("bitte bestätigen Sie, dass diese E-Mail-Adresse zu Ihrem Konto im Beteiligungsportal gehört."),
                Action(_("Adresse bestätigen"), absolute_url("accounts.confirm", token=token)),
                _within(security.CONFIRM_WITHIN),
                _("Haben Sie kein Konto? Dann löschen Sie diese Nachricht."),
            ],
        )


def new_address(user: User, *, address: str, token: str) -> None:
    """To the new address: only its owner can make it the account's."""
    with force_locale(user.locale or DEFAULT):
        _send(
            user,
            kind="accounts.new_address",
            recipient=address,
            subject=_("Bitte bestätigen Sie Ihre neue E-Mail-Adresse"),
            why=_("Sie bekommen diese Nachricht, weil diese Adresse als neue Adresse eines Kontos eingetragen wurde."),
            body=[
                _("diese Adresse soll künftig zu einem Konto im Beteiligungsportal gehören. Bitte bestätigen Sie das."),
                Action(_("Neue Adresse bestätigen"), absolute_url("accounts.confirm_address", token=token)),
                _within(security.CHANGE_ADDRESS_WITHIN),
                _("Waren Sie das nicht? Dann löschen Sie diese Nachricht. Es ändert sich nichts."),
            ],
        )


def address_changed(user: User, *, old_address: str) -> None:
    """To the address left behind, which may be the only one its owner still reads."""
    _note(
        user,
        subject=_l("Ihre E-Mail-Adresse wurde geändert"),
        what=_l("zu Ihrem Konto im Beteiligungsportal gehört jetzt eine andere E-Mail-Adresse. "
                "An diese Adresse schreiben wir nicht mehr."),
        recipient=old_address,
    )  # fmt: skip


def password_changed(user: User) -> None:
    _note(
        user,
        subject=_l("Ihr Passwort wurde geändert"),
        what=_l("das Passwort Ihres Kontos im Beteiligungsportal wurde geändert. "
                "Auf allen anderen Geräten sind Sie abgemeldet."),
    )  # fmt: skip


def second_factor_set_up(user: User) -> None:
    _note(
        user,
        subject=_l("Zweiter Faktor eingerichtet"),
        what=_l("für Ihr Konto im Beteiligungsportal wurde ein zweiter Faktor eingerichtet. "
                "Beim Anmelden brauchen Sie nun auch einen Code aus Ihrer App."),
    )  # fmt: skip


def second_factor_removed(user: User) -> None:
    _note(
        user,
        subject=_l("Zweiter Faktor ausgeschaltet"),
        what=_l("für Ihr Konto im Beteiligungsportal wurde der zweite Faktor ausgeschaltet. "
                "Zum Anmelden genügt jetzt das Passwort."),
    )  # fmt: skip


def recovery_code_used(user: User, *, left: int) -> None:
    _note(
        user,
        subject=_l("Anmeldung mit einem Notfallcode"),
        what=_l(
            "bei Ihrem Konto im Beteiligungsportal wurde ein Notfallcode statt der App benutzt. "
            "Noch nicht benutzte Notfallcodes: %(left)s.",
            left=left,
        ),
    )


def recovery_codes_renewed(user: User) -> None:
    _note(
        user,
        subject=_l("Neue Notfallcodes"),
        what=_l("für Ihr Konto im Beteiligungsportal wurden neue Notfallcodes angelegt. Die alten gelten nicht mehr."),
    )


def guesses_stopped(user: User) -> None:
    """Somebody knows the password and fails at the second factor."""
    _note(
        user,
        subject=_l("Anmeldung angehalten"),
        what=_l("jemand kennt Ihr Passwort für das Beteiligungsportal und hat mehrmals einen falschen Code eingegeben. "
                "Wir haben die Anmeldung für eine Weile angehalten."),
    )  # fmt: skip


def _note(user: User, *, subject: Any, what: Any, recipient: str | None = None) -> None:
    with force_locale(user.locale or DEFAULT):
        _send(
            user,
            kind="accounts.note",
            subject=str(subject),
            recipient=recipient,
            why=_("Sie bekommen diese Nachricht, weil zu Ihrer Sicherheit jede solche Änderung gemeldet wird."),
            body=[
                str(what),
                _(
                    "Waren Sie das nicht? Dann wählen Sie bitte sofort ein neues Passwort "
                    "und schreiben Sie uns: %(email)s",
                    email=office.email(),
                ),
                Link(_("Neues Passwort anfordern"), absolute_url("accounts.forgotten_password")),
            ],
        )


def _within(time: timedelta) -> str:
    return str(_("Der Link gilt %(time)s und nur einmal.", time=duration(time)))


def _send(
    user: User, *, kind: str, subject: str, body: Sequence[Block], why: str, recipient: str | None = None
) -> None:
    letters.post(
        Letter(subject=subject, body=body, why=why),
        kind=kind,
        # One occasion per account and kind: a link that waits never holds back a note.
        occasion=f"{kind}:{user.public_id}",
        recipient=recipient or user.email,
        recipient_name=user.name,
        priority=Priority.IMMEDIATE,
    )

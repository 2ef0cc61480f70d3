"""How the page of changes speaks of accounts and departments, and who is behind the ids it holds."""

from collections.abc import Collection

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.accounts import permissions
from portal.accounts.models import Department, SignInSession, User
from portal.audit.naming import Name
from portal.audit.words import Detail
from portal.core.actor import Actor, Role
from portal.core.database import db

ACTIONS = {
    "accounts.signed_in": _l("angemeldet"),
    "accounts.signed_out": _l("abgemeldet"),
    "accounts.sign_in_failed": _l("Anmeldung gescheitert"),
    "accounts.second_step_failed": _l("Zweiter Schritt der Anmeldung gescheitert"),
    "accounts.second_step_stopped": _l("Zweiter Schritt der Anmeldung nach zu vielen Versuchen gesperrt"),
    "accounts.session_ended": _l("Sitzung auf einem Gerät beendet"),
    "accounts.sessions_ended": _l("Sitzungen auf allen Geräten beendet"),
    "accounts.user_created": _l("Konto angelegt"),
    "accounts.user_changed": _l("Konto geändert"),
    "accounts.user_locked": _l("Konto gesperrt"),
    "accounts.user_unlocked": _l("Konto entsperrt"),
    "accounts.user_invited": _l("Einladung zu einem Konto verschickt"),
    "accounts.invitation_accepted": _l("Einladung zu einem Konto angenommen"),
    "accounts.invitation_withdrawn": _l("Einladung zu einem Konto zurückgezogen"),
    "accounts.profile_changed": _l("Eigene Angaben geändert"),
    "accounts.password_changed": _l("Passwort geändert"),
    "accounts.reset_requested": _l("Neues Passwort angefordert"),
    "accounts.password_reset": _l("Passwort über einen Link neu gesetzt"),
    "accounts.confirmation_requested": _l("Bestätigung der Adresse angefordert"),
    "accounts.address_confirmed": _l("Adresse bestätigt"),
    "accounts.address_change_requested": _l("Neue Adresse beantragt"),
    "accounts.address_changed": _l("Adresse geändert"),
    "accounts.second_factor_set_up": _l("Zweiten Faktor eingerichtet"),
    "accounts.second_factor_switched_off": _l("Zweiten Faktor ausgeschaltet"),
    "accounts.second_factor_taken_away": _l("Zweiten Faktor eines Kontos entfernt"),
    "accounts.recovery_codes_renewed": _l("Notfallcodes erneuert"),
    "accounts.recovery_code_used": _l("Mit Notfallcode angemeldet"),
    "accounts.department_created": _l("Fachbereich angelegt"),
    "accounts.department_changed": _l("Fachbereich geändert"),
    "accounts.department_archived": _l("Fachbereich archiviert"),
    "accounts.department_restored": _l("Fachbereich wieder aufgenommen"),
}
SUBJECTS = {
    "user_account": _l("Konto"),
    "sign_in_session": _l("Sitzung"),
    "department": _l("Fachbereich"),
}


DETAILS = {
    "changed": Detail(_l("geändert"), values=[("name", _l("Name"))]),
    "department": Detail(_l("Fachbereich"), names="department", nothing=_l("keiner")),
    "roles": Detail(_l("Rollen"), values=Role.choices(), nothing=_l("keine")),
    "added": Detail(_l("Rollen dazu"), values=Role.choices()),
    "removed": Detail(_l("Rollen entfernt"), values=Role.choices()),
    "user": Detail(_l("Konto"), names="user_account"),
    "count": Detail(_l("Sitzungen")),
}


def name_users(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of accounts by id; erased ones are missing. Everybody who reads entries may know who acted."""
    opens = permissions.may_manage_users(actor)
    rows = db.session.execute(select(User.id, User.name, User.public_id).where(User.id.in_(ids)))
    return {
        row.id: Name(
            row.name, row.public_id, page=("accounts.user_page", {"public_id": row.public_id}) if opens else None
        )
        for row in rows
    }


def name_departments(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Names of departments by id."""
    rows = db.session.execute(select(Department.id, Department.name).where(Department.id.in_(ids)))
    return {row.id: Name(row.name) for row in rows}


def name_sessions(ids: Collection[int], *, actor: Actor) -> dict[int, Name]:
    """Whose session it was; sessions that were swept up are missing."""
    statement = select(SignInSession.id, User.name).join(User, User.id == SignInSession.user_id)
    return {row.id: Name(row.name) for row in db.session.execute(statement.where(SignInSession.id.in_(ids)))}


NAMINGS = {"user_account": name_users, "department": name_departments, "sign_in_session": name_sessions}

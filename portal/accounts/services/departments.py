"""Departments of the county administration."""

from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.accounts import permissions, policy
from portal.accounts.models import Department
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock


def create_department(name: str, *, actor: Actor, email: str | None = None) -> Department:
    """A new department; refuses a name that exists (field `name`)."""
    require(permissions.may_manage_departments(actor))
    department = Department(name=_clean_name(name), email=_clean_email(email))
    _store(department)
    audit.record("accounts.department_created", subject=department, actor=actor)
    return department


def change_department(department: Department, *, name: str, email: str | None, actor: Actor) -> None:
    """Another name or address."""
    require(permissions.may_manage_departments(actor))
    lock(department)
    clean_name, clean_email = _clean_name(name), _clean_email(email)
    try:
        with db.session.begin_nested():
            department.name = clean_name
            department.email = clean_email
    except IntegrityError as error:
        raise _taken() from error
    audit.record("accounts.department_changed", subject=department, actor=actor)


def archive_department(department: Department, *, actor: Actor) -> None:
    """Offer the department no longer. People and plans that belong to it keep it."""
    require(permissions.may_manage_departments(actor))
    lock(department)
    if department.archived_at is None:
        department.archived_at = clock.now()
        db.session.flush()
        audit.record("accounts.department_archived", subject=department, actor=actor)


def restore_department(department: Department, *, actor: Actor) -> None:
    """Offer an archived department again."""
    require(permissions.may_manage_departments(actor))
    lock(department)
    if department.archived_at is not None:
        department.archived_at = None
        db.session.flush()
        audit.record("accounts.department_restored", subject=department, actor=actor)


def _clean_name(name: str) -> str:
    clean = one_line(name)
    if not clean:
        raise Refusal(_("Bitte geben Sie einen Namen an."), field="name")
    if len(clean) > 200:
        raise Refusal(_("Bitte kürzen Sie den Namen auf 200 Zeichen."), field="name")
    return clean


def _clean_email(email: str | None) -> str | None:
    return policy.clean_address(email) if email and email.strip() else None


def _store(department: Department) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(department)
    except IntegrityError as error:
        raise _taken() from error


def _taken() -> Refusal:
    return Refusal(_("Ein Fachbereich mit diesem Namen steht schon in der Liste."), field="name")

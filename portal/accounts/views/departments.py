"""Departments of the county administration."""

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import permissions, queries
from portal.accounts.forms import DepartmentForm
from portal.accounts.services import departments
from portal.accounts.views.frame import blueprint, page, refused
from portal.core.actor import current_actor
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction


@blueprint.get("/fachbereiche")
def department_list() -> Response:
    """All departments with the number of accounts."""
    actor = current_actor()
    return page(
        "accounts/departments.html",
        departments=queries.departments(actor, archived=True),
        people=queries.people_by_department(),
        may_manage=permissions.may_manage_departments(actor),
    )


@blueprint.get("/fachbereiche/neu")
def add_department() -> Response:
    """Ask for name and address."""
    require(permissions.may_manage_departments(current_actor()))
    return page("accounts/department.html", form=DepartmentForm(), department=None)


@blueprint.post("/fachbereiche/neu")
def create_department() -> Response:
    """Make the department."""
    actor = current_actor()
    require(permissions.may_manage_departments(actor))
    form = DepartmentForm()
    if not form.validate():
        return refused("accounts/department.html", form, department=None)
    try:
        with transaction():
            departments.create_department(form.name.data, email=form.email.data, actor=actor)
    except Refusal as refusal:
        return refused("accounts/department.html", form, refusal, department=None)
    flash(_("Der Fachbereich steht in der Liste."), "ok")
    return redirect(url_for("accounts.department_list"))


@blueprint.get("/fachbereiche/<public_id>")
def edit_department(public_id: str) -> Response:
    """One department, to edit."""
    department = queries.department_for(current_actor(), public_id)
    form = DepartmentForm(name=department.name, email=department.email or "")
    return page("accounts/department.html", form=form, department=department)


@blueprint.post("/fachbereiche/<public_id>")
def change_department(public_id: str) -> Response:
    """Another name or address."""
    actor = current_actor()
    department = queries.department_for(actor, public_id)
    form = DepartmentForm()
    if not form.validate():
        return refused("accounts/department.html", form, department=department)
    try:
        with transaction():
            departments.change_department(department, name=form.name.data, email=form.email.data, actor=actor)
    except Refusal as refusal:
        return refused("accounts/department.html", form, refusal, department=department)
    flash(_("Gespeichert."), "ok")
    return redirect(url_for("accounts.department_list"))


@blueprint.post("/fachbereiche/<public_id>/archivieren")
def archive_department(public_id: str) -> Response:
    """Offer it no longer."""
    actor = current_actor()
    department = queries.department_for(actor, public_id)
    with transaction():
        departments.archive_department(department, actor=actor)
    flash(_("Der Fachbereich ist archiviert. Wer ihm angehört, behält ihn."), "ok")
    return redirect(url_for("accounts.department_list"))


@blueprint.post("/fachbereiche/<public_id>/wieder-aufnehmen")
def restore_department(public_id: str) -> Response:
    """Offer it again."""
    actor = current_actor()
    department = queries.department_for(actor, public_id)
    with transaction():
        departments.restore_department(department, actor=actor)
    flash(_("Der Fachbereich steht wieder in der Liste."), "ok")
    return redirect(url_for("accounts.department_list"))

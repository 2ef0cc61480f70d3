"""Accounts as administrators see them."""

from collections.abc import Sequence

from flask import flash, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.accounts import extension, permissions, queries, sessions
from portal.accounts.forms import InviteForm, UserForm
from portal.accounts.models import Department, User
from portal.accounts.services import invitations, second_factor, users
from portal.accounts.views.frame import blueprint, page, refused
from portal.core import clock
from portal.core.actor import Actor, Role, current_actor
from portal.core.errors import Refusal
from portal.core.formats import datetime_short
from portal.core.languages import DEFAULT, LABELS
from portal.core.permissions import require
from portal.core.tables import csv_file
from portal.core.transaction import transaction
from portal.core.web import attachment, list_arguments


@blueprint.get("/konten")
def user_list() -> Response:
    """All accounts, searchable; `?format=csv` hands out the filtered list."""
    actor = current_actor()
    arguments = list_arguments()
    path = url_for("accounts.user_list")
    if arguments.get("format") == "csv":
        return _download(queries.users(actor, arguments, path=path, everything=True).rows)
    found = queries.users(actor, arguments, path=path)
    found.downloads = [("CSV", found.download_url("csv"))]
    return page("accounts/users.html", listing=found)


def _download(rows: Sequence[User]) -> Response:
    head = [
        _("Name"), _("E-Mail"), _("Rollen"), _("Fachbereich"), _("Zustand"), _("zweiter Faktor"), _("zuletzt gesehen"),
    ]  # fmt: skip
    lines = [
        [
            user.name,
            user.email,
            ", ".join(str(role.name.label) for role in user.roles),
            "" if user.department is None else user.department.name,
            str(user.state.label),
            _("ja") if user.has_second_factor else _("nein"),
            "" if user.last_seen_at is None else datetime_short(user.last_seen_at),
        ]
        for user in rows
    ]
    content = csv_file(head, lines, note=_("Stand: %(date)s Uhr", date=datetime_short(clock.now())))
    return attachment(content, name="konten.csv", media_type="text/csv; charset=utf-8")


def _choices(form: UserForm | InviteForm, actor: Actor, *, present: Department | None = None) -> dict[str, Department]:
    """Fill the choices; the departments by the value that stands for them in the form."""
    departments = {department.public_id: department for department in queries.departments(actor)}
    if present is not None:
        departments.setdefault(present.public_id, present)
    form.roles.choices = Role.choices()
    form.department.choices = [
        ("", _("keiner")),
        *((public_id, department.name) for public_id, department in departments.items()),
    ]
    return departments


@blueprint.get("/konten/neu")
def invite_user() -> Response:
    """Ask who is to be invited."""
    actor = current_actor()
    require(permissions.may_manage_users(actor))
    form = InviteForm(locale=DEFAULT)
    _choices(form, actor)
    form.locale.choices = list(LABELS.items())
    return page("accounts/invite.html", form=form)


@blueprint.post("/konten/neu")
def send_invitation() -> Response:
    """Make the account and mail the link."""
    actor = current_actor()
    require(permissions.may_manage_users(actor))
    form = InviteForm()
    departments = _choices(form, actor)
    form.locale.choices = list(LABELS.items())
    if not form.validate():
        return refused("accounts/invite.html", form)
    try:
        with transaction():
            user = invitations.invite(
                form.email.data,
                form.name.data,
                [Role(value) for value in form.roles.data],
                actor=actor,
                department=departments.get(form.department.data),
                locale=form.locale.data,
            )
    except Refusal as refusal:
        return refused("accounts/invite.html", form, refusal)
    flash(_("Die Einladung an %(name)s ist unterwegs.", name=user.name), "ok")
    return redirect(url_for("accounts.user_page", public_id=user.public_id))


@blueprint.get("/konten/<public_id>")
def user_page(public_id: str) -> Response:
    """One account: what it may, how it signs in, for whom it acts."""
    actor = current_actor()
    user = queries.user_for(actor, public_id)
    form = UserForm(
        name=user.name,
        roles=[role.name.value for role in user.roles],
        department="" if user.department is None else user.department.public_id,
    )
    _choices(form, actor, present=user.department)
    return _user_page(user, form, actor)


def _user_page(user: User, form: UserForm, actor: Actor, *, status: int = 200) -> Response:
    return page(
        "accounts/user.html",
        status=status,
        user=user,
        form=form,
        sessions=sessions.open_sessions(user),
        here=sessions.current_session(),
        invitation=queries.open_invitation(user),
        may_lock=permissions.may_lock(actor, user),
        may_unlock=permissions.may_unlock(actor, user),
        may_invite_again=permissions.may_invite_again(actor, user),
        may_take_away=permissions.may_take_away_second_factor(actor, user),
        panels=extension.panels_for(user, actor=actor),
    )


@blueprint.post("/konten/<public_id>")
def change_user(public_id: str) -> Response:
    """Another name, other roles, another department."""
    actor = current_actor()
    user = queries.user_for(actor, public_id)
    form = UserForm()
    departments = _choices(form, actor, present=user.department)
    if not form.validate():
        return _user_page(user, form, actor, status=422)
    try:
        with transaction():
            users.change_user(
                user,
                name=form.name.data,
                roles=[Role(value) for value in form.roles.data],
                department=departments.get(form.department.data),
                actor=actor,
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _user_page(user, form, actor, status=422)
    flash(_("Gespeichert."), "ok")
    return redirect(url_for("accounts.user_page", public_id=public_id))


@blueprint.get("/konten/<public_id>/sperren")
def ask_lock(public_id: str) -> Response:
    """Name what locking means."""
    actor = current_actor()
    user = queries.user_for(actor, public_id)
    if not permissions.may_lock(actor, user):
        return redirect(url_for("accounts.user_page", public_id=public_id))
    return page("accounts/lock.html", user=user, count=len(sessions.open_sessions(user)))


def _act(public_id: str) -> tuple[User, Actor]:
    actor = current_actor()
    return queries.user_for(actor, public_id), actor


def _back(public_id: str, words: str) -> Response:
    flash(words, "ok")
    return redirect(url_for("accounts.user_page", public_id=public_id))


@blueprint.post("/konten/<public_id>/sperren")
def lock_user(public_id: str) -> Response:
    """Bar the person from signing in."""
    user, actor = _act(public_id)
    with transaction():
        users.lock_user(user, actor=actor)
    return _back(public_id, _("Das Konto ist gesperrt. Alle Geräte sind abgemeldet."))


@blueprint.post("/konten/<public_id>/entsperren")
def unlock_user(public_id: str) -> Response:
    """Let the person sign in again."""
    user, actor = _act(public_id)
    with transaction():
        users.unlock_user(user, actor=actor)
    return _back(public_id, _("Das Konto ist wieder offen."))


@blueprint.post("/konten/<public_id>/einladung")
def invite_again(public_id: str) -> Response:
    """Send a new link."""
    user, actor = _act(public_id)
    with transaction():
        invitations.invite_again(user, actor=actor)
    return _back(public_id, _("Eine neue Einladung ist unterwegs. Frühere Links gelten nicht mehr."))


@blueprint.post("/konten/<public_id>/einladung/zurueckziehen")
def withdraw_invitation(public_id: str) -> Response:
    """Make the open link worthless."""
    user, actor = _act(public_id)
    with transaction():
        invitations.withdraw(user, actor=actor)
    return _back(public_id, _("Die Einladung ist zurückgezogen. Der Link gilt nicht mehr."))


@blueprint.post("/konten/<public_id>/abmelden")
def end_sessions_of(public_id: str) -> Response:
    """Sign the person out everywhere."""
    user, actor = _act(public_id)
    with transaction():
        users.end_sessions(user, actor=actor)
    return _back(public_id, _("Alle Geräte sind abgemeldet."))


@blueprint.get("/konten/<public_id>/zweiter-faktor")
def ask_take_away(public_id: str) -> Response:
    """Name what taking it away means."""
    user, actor = _act(public_id)
    if not permissions.may_take_away_second_factor(actor, user):
        return redirect(url_for("accounts.user_page", public_id=public_id))
    return page("accounts/take_away.html", user=user)


@blueprint.post("/konten/<public_id>/zweiter-faktor")
def take_away_second_factor(public_id: str) -> Response:
    """Help somebody who lost phone and codes."""
    user, actor = _act(public_id)
    with transaction():
        second_factor.take_away(user, actor=actor)
    return _back(public_id, _("Der zweite Faktor ist entfernt. Die Person wird per E-Mail benachrichtigt."))

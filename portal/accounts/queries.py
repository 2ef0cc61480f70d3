"""Reading people, departments and invitations."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import joinedload

from portal.accounts import permissions
from portal.accounts.models import Department, StoredRole, User, UserInvitation, UserState
from portal.core import clock
from portal.core.actor import ANONYMOUS, Actor, Role
from portal.core.database import db
from portal.core.permissions import require, require_visible
from portal.core.tables import PAGE_SIZE, Filter, Listing, listing

_CAN_SIGN_IN = and_(User.active.is_(True), User.confirmed_at.is_not(None), User.password.is_not(None))


def user_by_email(email: str) -> User | None:
    """The account of an address in stored form."""
    return db.session.execute(select(User).where(User.email == email)).scalar_one_or_none()


def user_by_public_id(public_id: str) -> User | None:
    """The account of a public id, whoever asks: for the sign-in itself."""
    return db.session.execute(select(User).where(User.public_id == public_id)).scalar_one_or_none()


def actor_of(user_id: int) -> Actor:
    """The person as the one who acts in the background, with the rights held now; nobody if gone or locked."""
    user = db.session.get(User, user_id)
    return Actor(user=user) if user is not None and user.active else ANONYMOUS


def user_for(actor: Actor, public_id: str) -> User:
    """The account for the pages of administrators; everybody else finds nothing, whoever is signed out the sign-in."""
    require(actor.signed_in)
    return require_visible(user_by_public_id(public_id), permissions.may_manage_users(actor))


def _in_state(state: str) -> ColumnElement[bool]:
    if state == UserState.LOCKED:
        return User.active.is_(False)
    if state == UserState.ACTIVE:
        return _CAN_SIGN_IN
    return and_(User.active.is_(True), not_(_CAN_SIGN_IN))


def users(actor: Actor, arguments: Mapping[str, str], *, path: str, everything: bool = False) -> Listing[User]:
    """Accounts for administrators; `everything` for downloads."""
    require(permissions.may_manage_users(actor))
    departments_ = [(department.public_id, department.name) for department in departments(actor, archived=True)]
    return listing(
        select(User).options(joinedload(User.department)),
        arguments,
        path=path,
        sorts={
            "name": (User.sort_key, User.id),
            "email": (User.email,),
            "gesehen": (User.last_seen_at, User.sort_key, User.id),
            "angelegt": (User.created_at, User.id),
        },
        default_sort="name",
        search=User.search_key,
        names=User.name,
        search_label=_("Name oder E-Mail"),
        filters=[
            Filter("rolle", _("Rolle"), [("", _("alle")), *Role.choices()], _with_role),
            Filter("stand", _("Zustand"), [("", _("alle")), *UserState.choices()], _in_state),
            Filter("fachbereich", _("Fachbereich"), [("", _("alle")), *departments_], _in_department),
        ],
        page_size=None if everything else PAGE_SIZE,
    )


def _with_role(value: str) -> ColumnElement[bool]:
    return User.roles.any(StoredRole.name == Role(value))


def _in_department(public_id: str) -> ColumnElement[bool]:
    return User.department.has(Department.public_id == public_id)


def administrators_left(*, without: User) -> int:
    """How many other people can sign in as administrators."""
    statement = (
        select(func.count())
        .select_from(User)
        .where(_CAN_SIGN_IN, User.id != without.id, User.roles.any(StoredRole.name == Role.ADMINISTRATOR))
    )
    return int(db.session.execute(statement).scalar_one())


def departments(actor: Actor, *, archived: bool = False) -> list[Department]:
    """Departments in dictionary order; those in use first where archived ones are asked for."""
    require(permissions.may_see_departments(actor) or permissions.may_manage_departments(actor))
    statement = select(Department).order_by(Department.archived_at.is_not(None), Department.sort_key, Department.id)
    if not archived:
        statement = statement.where(Department.archived_at.is_(None))
    return list(db.session.execute(statement).scalars())


def department_for(actor: Actor, public_id: str) -> Department:
    """A department for those who keep the list."""
    require(actor.signed_in)
    found = db.session.execute(select(Department).where(Department.public_id == public_id)).scalar_one_or_none()
    return require_visible(found, permissions.may_manage_departments(actor))


def sectoral_planners(department_id: int) -> list[User]:
    """Active sectoral planners of a department, by name."""
    statement = (
        select(User)
        .where(_CAN_SIGN_IN, User.department_id == department_id, _with_role(Role.SECTORAL_PLANNER.value))
        .order_by(User.sort_key, User.id)
    )
    return list(db.session.scalars(statement))


def people_by_department() -> dict[int, int]:
    """How many accounts each department has, by its id."""
    statement = (
        select(User.department_id, func.count()).where(User.department_id.is_not(None)).group_by(User.department_id)
    )
    return {int(department): count for department, count in db.session.execute(statement) if department}


def open_invitation(user: User) -> UserInvitation | None:
    """The invitation the person can still accept, if any."""
    statement = (
        select(UserInvitation)
        .where(
            UserInvitation.user_id == user.id,
            UserInvitation.accepted_at.is_(None),
            UserInvitation.withdrawn_at.is_(None),
            UserInvitation.expires_at > clock.now(),
        )
        .order_by(UserInvitation.id.desc())
        .limit(1)
    )
    return db.session.execute(statement).scalar_one_or_none()


def invitation_by_hash(token_hash: str) -> UserInvitation | None:
    """An invitation that can still be accepted by an active account."""
    statement = (
        select(UserInvitation)
        .join(UserInvitation.user)
        .options(joinedload(UserInvitation.user))
        .where(
            UserInvitation.token_hash == token_hash,
            UserInvitation.accepted_at.is_(None),
            UserInvitation.withdrawn_at.is_(None),
            UserInvitation.expires_at > clock.now(),
            User.active.is_(True),
        )
    )
    return db.session.execute(statement).scalar_one_or_none()

"""Tables of accounts. Column names of `User` and `StoredRole` follow what Flask-Security-Too expects."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_security import AsaList, RoleMixin, UserMixin
from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from portal.core import clock
from portal.core.actor import Role
from portal.core.database import Base, BigId, PublicRecord, Record, UtcDateTime, enum_type
from portal.core.text import search_key, sort_key
from portal.core.words import Worded

user_role = Table(
    "user_role",
    Base.metadata,
    Column("user_id", BigId, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", BigId, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class StoredRole(Base, RoleMixin):
    """A row per member of `Role`, as Flask-Security wants it."""

    __tablename__ = "role"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[Role] = mapped_column(enum_type(Role), unique=True)
    description: Mapped[str | None] = mapped_column(String(200))
    permissions: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))


class Department(PublicRecord):
    """A department of the county administration: owns indicators, sectoral plans, people."""

    __tablename__ = "department"

    name: Mapped[str] = mapped_column(String(200), unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    sort_key: Mapped[str] = mapped_column(String(220), index=True)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @validates("name")
    def _keep_sort_key(self, _key: str, name: str) -> str:
        self.sort_key = sort_key(name)
        return name


class UserState(Worded):
    """Whether somebody can sign in."""

    INVITED = "invited", _l("eingeladen")
    ACTIVE = "active", _l("aktiv")
    LOCKED = "locked", _l("gesperrt")


class User(PublicRecord, UserMixin):
    """A person with an account. `fs_uniquifier` is what sessions are tied to; renewing it ends them all."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(220), index=True)
    search_key: Mapped[str] = mapped_column(String(500))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    locale: Mapped[str | None] = mapped_column(String(10))
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    # The time step of the code used last: a code seen over somebody's shoulder must not count twice.
    tf_last_counter: Mapped[int | None] = mapped_column(BigId)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(AsaList()))
    last_seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    roles: Mapped[list[StoredRole]] = relationship(  # type: ignore[assignment]  # the mixin says RoleMixin
        secondary=user_role, order_by=StoredRole.id, lazy="selectin"
    )
    department: Mapped[Department | None] = relationship()

    @validates("name", "email")
    def _keep_keys(self, key: str, value: str) -> str:
        name = value if key == "name" else self.name
        email = value if key == "email" else self.email
        self.sort_key = sort_key(name or "")
        self.search_key = search_key(name, email)
        return value

    @property
    def role_set(self) -> frozenset[Role]:
        return frozenset(role.name for role in self.roles)

    @property
    def state(self) -> UserState:
        if not self.active:
            return UserState.LOCKED
        return UserState.ACTIVE if self.confirmed_at and self.password else UserState.INVITED

    @property
    def has_second_factor(self) -> bool:
        return self.tf_primary_method is not None


class UserInvitation(PublicRecord):
    """An administrator's invitation to open an account. Only the token's hash is kept."""

    __tablename__ = "user_invitation"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_later"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invited_by: Mapped[int | None] = mapped_column(BigId)

    user: Mapped[User] = relationship()


class SignInSession(PublicRecord):
    """One signed-in browser; ends by sign-out, by lapse of time or by the person from another device."""

    __tablename__ = "sign_in_session"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    device: Mapped[str] = mapped_column(String(120), default="")

    user: Mapped[User] = relationship()


class SignInAttempt(Record):
    """How often something was tried since a moment: one row per subject, counted up in a single statement.

    `subject` is a keyed hash of what is limited (an e-mail address, a network address), never the thing itself.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (CheckConstraint("attempts > 0", name="attempts_positive"),)

    subject: Mapped[str] = mapped_column(String(64), unique=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    attempts: Mapped[int] = mapped_column(default=1)

"""Who acts, and for whom. Passed to every service by name; `accounts` fills it for a request."""

from dataclasses import dataclass
from typing import Any, Protocol

from flask import g, has_request_context
from flask_babel import lazy_gettext as _l

from portal.core.words import Worded


class Role(Worded):
    """What somebody is to the portal. Residents have no account and therefore no role."""

    PLANNER = "planner", _l("Sozialplanung")
    LEADERSHIP = "leadership", _l("Leitung")
    SECTORAL_PLANNER = "sectoral_planner", _l("Fachplanung")
    MUNICIPALITY = "municipality", _l("Vertretung einer Stadt oder Gemeinde")
    PROVIDER = "provider", _l("Vertretung eines Trägers")
    COMMITTEE = "committee", _l("Mitglied eines Gremiums")
    ADMINISTRATOR = "administrator", _l("Verwaltung des Portals")


STAFF_ROLES = frozenset({Role.PLANNER, Role.LEADERSHIP, Role.SECTORAL_PLANNER, Role.ADMINISTRATOR})


class UserLike(Protocol):
    """What core needs to know of a signed-in person."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def role_set(self) -> frozenset[Role]: ...
    @property
    def department_id(self) -> int | None: ...


class RepresentationLike(Protocol):
    """A person acting for an organisation, valid on the day of the request."""

    @property
    def id(self) -> int: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True)
class Actor:
    """A person (or nobody, or the machine itself) and the organisation acted for, if any."""

    user: UserLike | None = None
    representation: RepresentationLike | None = None
    is_system: bool = False
    may_switch: bool = False  # acts for several organisations and can choose

    @property
    def signed_in(self) -> bool:
        return self.user is not None

    @property
    def user_id(self) -> int | None:
        return None if self.user is None else self.user.id

    @property
    def organisation_id(self) -> int | None:
        return None if self.representation is None else self.representation.organisation_id

    @property
    def acting_for(self) -> str | None:
        """Name of the organisation acted for, as every page shows it."""
        return None if self.representation is None else self.representation.label

    @property
    def is_staff(self) -> bool:
        """County staff: sees the working area."""
        return self.has(*STAFF_ROLES)

    def has(self, *roles: Role) -> bool:
        """Whether the person holds at least one of the roles. The machine holds none."""
        return self.user is not None and not self.user.role_set.isdisjoint(roles)


ANONYMOUS = Actor()
SYSTEM = Actor(is_system=True)


def current_actor() -> Actor:
    """The actor of the request; nobody outside of one."""
    if not has_request_context():
        return ANONYMOUS
    actor: Any = g.get("actor", ANONYMOUS)
    assert isinstance(actor, Actor)
    return actor

"""What upper floors add to the pages of accounts. `create_app` fills it; accounts knows none of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.accounts.models import User
from portal.core.actor import Actor


@dataclass(frozen=True)
class Panel:
    """A section on a person's page: its template reads `panel.content`."""

    title: Any
    template: str
    content: Mapping[str, Any] = field(default_factory=dict)


class UserPanel(Protocol):
    """Builds a section for a person's page as the actor may see it, or none."""

    def __call__(self, user: User, *, actor: Actor) -> Panel | None: ...


class Address(Protocol):
    """An address for this person, or None to leave it to the next."""

    def __call__(self, actor: Actor) -> str | None: ...


user_panels: list[UserPanel] = []
# Where somebody begins who signed in from nowhere in particular.
landings: list[Address] = []
# Where somebody chooses for whom to act.
switches: list[Address] = []


def panels_for(user: User, *, actor: Actor) -> list[Panel]:
    """All sections of upper floors on this person's page."""
    return [panel for panel in (build(user, actor=actor) for build in user_panels) if panel is not None]


def first(addresses: Sequence[Address], actor: Actor) -> str | None:
    """The first address offered."""
    return next((found for found in (address(actor) for address in addresses) if found is not None), None)

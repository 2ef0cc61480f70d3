"""What upper floors know of figures that came in. `create_app` fills the list; indicators know none of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.core.actor import Actor
from portal.indicators.figures import CountyFigures


@dataclass(frozen=True)
class Panel:
    """A section on the page of a delivery: its template reads `panel.content`."""

    template: str
    content: Mapping[str, Any] = field(default_factory=dict)


class Consequences(Protocol):
    """Somebody who draws conclusions from figures."""

    @property
    def key(self) -> str:
        """Under which word a delivery keeps what changed."""
        ...

    def now(self) -> Any:
        """What is concluded from the figures that are visible now; read outside of any transaction."""
        ...

    def expected(self, figures: CountyFigures) -> dict[str, Any]:
        """What would be concluded otherwise than now from these figures, in the form of `changed`."""
        ...

    def changed(self, before: Any) -> dict[str, Any]:
        """What is concluded otherwise than `before`, as plain data to be kept with the delivery; empty for nothing."""
        ...

    def joined(self, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
        """Two changes after each other as one: from before the earlier to after the later."""
        ...

    def panel(self, kept: Mapping[str, Any], *, actor: Actor, is_ahead: bool = False) -> Panel | None:
        """The section of a delivery's page about what was kept or, with `is_ahead`, is expected; or none."""
        ...


consequences: list[Consequences] = []

"""What upper floors add to the page of an event. `create_app` fills it; events know none of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from portal.conferences.models import Conference
from portal.core.actor import Actor


@dataclass(frozen=True)
class EventLink:
    """A page that belongs to an event, such as its minutes. `note` says how far it has come."""

    label: Any
    url: str
    note: Any = ""


class EventLinks(Protocol):
    """Links for one event as the actor may follow them."""

    def __call__(self, conference: Conference, *, actor: Actor) -> Sequence[EventLink]: ...


event_links: list[EventLinks] = []


def links_for(conference: Conference, *, actor: Actor) -> list[EventLink]:
    """All links of upper floors."""
    return [link for build in event_links for link in build(conference, actor=actor)]

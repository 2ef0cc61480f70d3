"""Views of the public pages and of the pages where work begins; one blueprint."""

from portal.home.views import (
    at_the_door,
    explaining,
    localities,
    open_data,
    own,
    pages,
    places,
    plain,
    profiles,
    topics,
)
from portal.home.views.frame import blueprint

__all__ = [
    "at_the_door",
    "blueprint",
    "explaining",
    "localities",
    "open_data",
    "own",
    "pages",
    "places",
    "plain",
    "profiles",
    "topics",
]

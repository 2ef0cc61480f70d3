"""Views of the public pages and of the pages where work begins; one blueprint."""

from portal.home.views import localities, open_data, own, pages, places, profiles, topics
from portal.home.views.frame import blueprint

__all__ = ["blueprint", "localities", "open_data", "own", "pages", "places", "profiles", "topics"]

"""Views of the public pages and of the working area's first page; one blueprint."""

from portal.home.views import pages, places
from portal.home.views.frame import blueprint

__all__ = ["blueprint", "pages", "places"]

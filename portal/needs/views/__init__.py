"""Pages of needs statements."""

from portal.needs.views import pages, review, taking_part, tracking, writing
from portal.needs.views.frame import blueprint

__all__ = ["blueprint", "pages", "review", "taking_part", "tracking", "writing"]

"""Pages of needs statements."""

from portal.needs.views import beginning, pages, review, taking_part, tracking, writing
from portal.needs.views.frame import blueprint

__all__ = ["beginning", "blueprint", "pages", "review", "taking_part", "tracking", "writing"]

"""Pages of minutes, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.minutes.views import entries, reading, tasks, versions
from portal.minutes.views.frame import blueprint

__all__ = ["blueprint", "entries", "reading", "tasks", "versions"]

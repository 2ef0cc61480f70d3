"""Pages of minutes, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.minutes.views import entries, reading, remarks, tasks, versions
from portal.minutes.views.frame import blueprint

__all__ = ["blueprint", "entries", "reading", "remarks", "tasks", "versions"]

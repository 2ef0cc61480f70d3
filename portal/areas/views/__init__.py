"""Pages of areas, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.areas.views import assignments, files, history, localities, mergers, moving, open_data, planning_areas
from portal.areas.views.frame import blueprint

__all__ = [
    "assignments",
    "blueprint",
    "files",
    "history",
    "localities",
    "mergers",
    "moving",
    "open_data",
    "planning_areas",
]

"""Pages of surveys, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.surveys.views import answering, planning, results, running
from portal.surveys.views.frame import blueprint

__all__ = ["answering", "blueprint", "planning", "results", "running"]

"""Pages of surveys, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.surveys.views import answering, results, running
from portal.surveys.views.frame import blueprint

__all__ = ["answering", "blueprint", "results", "running"]

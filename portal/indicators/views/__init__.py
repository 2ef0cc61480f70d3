"""Pages of figures, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.indicators.views import figures, imports
from portal.indicators.views.frame import blueprint

__all__ = ["blueprint", "figures", "imports"]

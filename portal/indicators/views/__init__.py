"""Pages of figures, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.indicators.views import editing, figures, imports, register, series
from portal.indicators.views.frame import blueprint

__all__ = ["blueprint", "editing", "figures", "imports", "register", "series"]

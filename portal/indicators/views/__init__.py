"""Pages of figures, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.indicators.views import (
    comparing,
    editing,
    figures,
    imports,
    indices,
    mapping,
    own_figures,
    parts,
    references,
    register,
    series,
    uploads,
    warnings,
)
from portal.indicators.views.frame import blueprint

__all__ = [
    "blueprint",
    "comparing",
    "editing",
    "figures",
    "imports",
    "indices",
    "mapping",
    "own_figures",
    "parts",
    "references",
    "register",
    "series",
    "uploads",
    "warnings",
]

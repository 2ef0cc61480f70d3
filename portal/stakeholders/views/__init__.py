"""Pages of stakeholders, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.stakeholders.views import (
    choice,
    organisations,
    own,
    registration,
    representations,
    representatives,
    several,
)
from portal.stakeholders.views.frame import blueprint

__all__ = [
    "blueprint",
    "choice",
    "organisations",
    "own",
    "registration",
    "representations",
    "representatives",
    "several",
]

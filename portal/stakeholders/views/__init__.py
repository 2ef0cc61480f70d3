"""Pages of stakeholders, split by errand. Importing the modules ties their pages to the blueprint."""

from portal.stakeholders.views import (
    archive,
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
    "archive",
    "blueprint",
    "choice",
    "organisations",
    "own",
    "registration",
    "representations",
    "representatives",
    "several",
]

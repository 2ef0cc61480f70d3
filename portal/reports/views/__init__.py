"""Views of dossiers and papers; one blueprint."""

from portal.reports.views import documents, templates
from portal.reports.views.frame import blueprint

__all__ = ["blueprint", "documents", "templates"]

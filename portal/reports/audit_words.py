"""How the page of changes speaks of reports."""

from flask_babel import lazy_gettext as _l

from portal.audit.words import Detail
from portal.reports.models import ReportKind

ACTIONS = {
    "report_template.replaced": _l("Word-Vorlage ersetzt"),
    "report_template.reset": _l("Mitgelieferte Word-Vorlage wieder eingesetzt"),
}
SUBJECTS = {"report_template": _l("Word-Vorlage")}
DETAILS = {"kind": Detail(_l("Wofür"), shown=lambda value: str(ReportKind(value).label))}

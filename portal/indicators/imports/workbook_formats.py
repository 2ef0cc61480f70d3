"""Which format a workbook has, by what its visible sheets say; names of files and sheets are no evidence."""

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.formats import Format
from portal.indicators.imports.refusals import refuse
from portal.indicators.imports.workbook import Workbook


def format_of_workbook(workbook: Workbook) -> tuple[Format, str]:
    """The format and the words that show it. Raises ImportRefused where no known format is found."""
    raise refuse(1, "A", _l("Das Format der Arbeitsmappe ist nicht bekannt."))

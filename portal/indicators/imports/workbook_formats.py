"""Which format a workbook has, by what its sheets say; names of files are no evidence."""

from collections.abc import Callable

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.atlas import is_atlas
from portal.indicators.imports.formats import Format
from portal.indicators.imports.inkar import is_inkar
from portal.indicators.imports.labour_market import is_labour_market
from portal.indicators.imports.refusals import FormatUnknown, refuse
from portal.indicators.imports.workbook import Workbook

# A function gives the words of a sheet that show the format, None for any other sheet.
RECOGNISERS: tuple[tuple[Format, Callable[[Workbook, str], str | None]], ...] = (
    (Format.LABOUR, is_labour_market),
    (Format.ATLAS, is_atlas),
    (Format.INKAR, is_inkar),
)


def format_of_workbook(workbook: Workbook) -> tuple[Format, str]:
    """The format and the words that show it. Raises ImportRefused where no visible sheet has a known one."""
    for found, recognise in RECOGNISERS:
        for name in workbook.visible:
            evidence = recognise(workbook, name)
            if evidence:
                return found, evidence
    for _, recognise in RECOGNISERS:
        for name in workbook.hidden:
            if recognise(workbook, name):
                reason = _l("Das Blatt mit den Zahlen ist ausgeblendet. Bitte blenden Sie es ein oder löschen Sie es.")
                raise refuse(1, "A", reason, sheet=name)
    raise FormatUnknown(_l("Das Format der Arbeitsmappe ist nicht bekannt."))

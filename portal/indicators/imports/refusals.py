"""Why a file with figures is not taken; the same words as for every other file."""

from portal.core.refusals import MOST_SHOWN, Doubt, ImportRefused, RefusalList, RefusedCell, column_letter, refuse

__all__ = ["MOST_SHOWN", "Doubt", "ImportRefused", "RefusalList", "RefusedCell", "column_letter", "refuse"]

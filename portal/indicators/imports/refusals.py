"""Why a file with figures is not taken; the same words as for every other file."""

from typing import Any

from portal.core.refusals import MOST_SHOWN, Doubt, ImportRefused, RefusalList, RefusedCell, column_letter, refuse

__all__ = [
    "MOST_SHOWN",
    "Doubt",
    "FormatUnknown",
    "ImportRefused",
    "RefusalList",
    "RefusedCell",
    "column_letter",
    "refuse",
]


class FormatUnknown(ImportRefused):
    """A sound file that no reader knows: somebody has to say what its columns hold."""

    def __init__(self, reason: Any) -> None:
        super().__init__([RefusedCell(1, "A", reason)])

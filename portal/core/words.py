"""Enums whose members know their word on screen."""

from enum import StrEnum
from typing import Any, Self


class Worded(StrEnum):
    """A text enum: `NAME = "value", _l("Wort")`. The value is stored, the label is shown.

    Templates print `member.label`; no template repeats the word of a state.
    """

    label: Any

    def __new__(cls, value: str, label: object = None) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = value if label is None else label
        return member

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Value and label of every member, for select fields."""
        return [(member.value, member.label) for member in cls]

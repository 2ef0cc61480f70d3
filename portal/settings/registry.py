"""Typed settings: every feature declares its own; the page and the checks are built from the declarations."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.core.words import Worded


class SettingKind(Worded):
    """What a setting's value is."""

    TEXT = "text", _l("Text")
    LONG_TEXT = "long_text", _l("längerer Text")
    NUMBER = "number", _l("Zahl")
    WHOLE_NUMBER = "whole_number", _l("ganze Zahl")
    YES_NO = "yes_no", _l("ja oder nein")
    EMAIL = "email", _l("E-Mail-Adresse")
    CHOICE = "choice", _l("eines aus einer Liste")
    CHOICES = "choices", _l("mehrere aus einer Liste")


@dataclass(frozen=True, kw_only=True)
class Declared:
    """A setting: key `<feature>.<name>`, default in code, bounds, words for the page.

    `unit_one` is the unit beside a single one: "1 Tag", "2 Tage".
    `own` gives what stands in the default's place in this installation, None while that is not known.
    `choices` gives keys and labels of a list, read anew for every request; the value is a key, or a list of keys.
    """

    key: str
    kind: SettingKind
    default: Any
    group: Any
    label: Any
    hint: Any = ""
    minimum: float | None = None
    maximum: float | None = None
    unit: Any = ""
    unit_one: Any = ""
    required: bool = True
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    own: Callable[[], Any] | None = None

    @property
    def present_default(self) -> Any:
        """The value where the county has not entered one."""
        found = None if self.own is None else self.own()
        return self.default if found is None else found

    @property
    def field(self) -> str:
        """Name of the setting's field in forms: attribute names hold no dot."""
        return self.key.replace(".", "-")


_declared: dict[str, Declared] = {}


def declare(settings: Sequence[Declared]) -> None:
    """Make settings known; `create_app` calls it once per feature. The same key twice is a fault."""
    for setting in settings:
        known = _declared.get(setting.key)
        if known is not None and known != setting:
            raise ValueError(f"setting {setting.key} is declared twice")
        _declared[setting.key] = setting


def declared() -> list[Declared]:
    """All settings in the order of declaration."""
    return list(_declared.values())


def find(key: str) -> Declared:
    """The declaration; an unknown key is a programming error (`KeyError`)."""
    return _declared[key]

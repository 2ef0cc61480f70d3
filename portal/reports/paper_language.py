"""What a county's own Word template may say: a small language of Jinja without anything that reaches out or runs away.

Values are put in, repeated, left out and joined; texts are not multiplied, padded or formatted to a width, and nothing
but the report's own words has a name. Source: Jinja's documentation, *Sandbox* (a sandbox alone limits neither time nor
memory); `template_trial` limits both.
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound, Undefined
from jinja2.environment import Environment
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

# Filters whose result is never much longer than what goes in.
FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "groupby", "int", "join",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "round", "select",
    "selectattr", "sort", "string", "sum", "title", "trim", "unique", "upper",
)  # fmt: skip
_OF_TABLES = frozenset({"get", "items", "keys", "values"})


class _Alone(BaseLoader):
    """A template is one file: there is nothing to include or import."""

    def get_source(self, environment: Environment, template: str) -> Any:
        raise TemplateNotFound(template)


class PaperLanguage(ImmutableSandboxedEnvironment):
    """The environment of Word templates; `is_strict` refuses words that no report has, else they stay empty."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, *, is_strict: bool = False) -> None:
        super().__init__(autoescape=True, loader=_Alone(), undefined=StrictUndefined if is_strict else Undefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Report words are tables of plain texts; of a loop its counters are known, of texts no method is."""
        if isinstance(obj, LoopContext):
            return not attr.startswith("_")
        return isinstance(obj, Mapping) and attr in _OF_TABLES

    def wrap_str_format(self, value: Any) -> None:
        """Formatting is refused like any other method of a text: it can ask for any width."""

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Numbers may be multiplied; `"x" * 10**9` and `"%999999999d" % 1` are texts that grow without end."""
        if operator == "**" or not all(isinstance(side, int | float) for side in (left, right)):
            raise SecurityError(f"{operator} between {type(left).__name__} and {type(right).__name__}")
        return super().call_binop(context, operator, left, right)

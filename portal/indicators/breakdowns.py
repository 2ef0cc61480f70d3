"""How pages call the parts of a series: in the words of the file, or by their codes (pure)."""

from collections.abc import Mapping

from flask_babel import gettext as _

# What a file calls its variables (attribute None) and their attributes.
PartLabels = Mapping[tuple[str, str | None], str]


def in_words(dimensions: str, labels: PartLabels | None = None) -> str:
    """Which part of a series is meant, from `name=value;name=value` (an empty value: the total), as the file calls it
    where that is known."""
    if not dimensions:
        return _("ohne Aufgliederung")
    known = labels or {}
    parts = [(name, value) for name, _sign, value in (part.partition("=") for part in dimensions.split(";"))]
    names = {name: known.get((name, None)) or name for name, _value in parts}
    if not any(value for _name, value in parts):
        return _("Insgesamt (%(names)s)", names=", ".join(names[name] for name, _value in parts))
    total = _("Insgesamt")
    return ", ".join(
        f"{names[name]}: {(known.get((name, value)) or value) if value else total}" for name, value in parts
    )


def in_words_with_code(dimensions: str, labels: PartLabels | None = None) -> str:
    """The same where somebody chooses: two parts may be called alike, their codes differ."""
    code, label = in_words(dimensions), in_words(dimensions, labels)
    return label if label == code else f"{label} ({dimensions.replace(';', ', ')})"

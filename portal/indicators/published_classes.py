"""Values that a source publishes as classes of numbers, in the page's words."""

import re

from flask_babel import get_locale
from flask_babel import gettext as _

from portal.core.formats import number
from portal.core.languages import DEFAULT

_NUMBER = r"(\d[\d.]*(?:,\d+)?)"
_BETWEEN = re.compile(rf"{_NUMBER} bis unter {_NUMBER}")
_BELOW = re.compile(rf"unter {_NUMBER}")
_ABOVE = re.compile(rf"{_NUMBER} und mehr")


def published_class(text: str) -> str:
    """`10.00 to under 11.50` for `10,00 bis unter 11,50` on an English page; other words as they were published."""
    if str(get_locale()) == DEFAULT:
        return text
    if found := _BETWEEN.fullmatch(text):
        return _("%(low)s bis unter %(high)s", low=_written(found[1]), high=_written(found[2]))
    if found := _BELOW.fullmatch(text):
        return _("unter %(high)s", high=_written(found[1]))
    if found := _ABOVE.fullmatch(text):
        return _("%(low)s und mehr", low=_written(found[1]))
    return text


def _written(german: str) -> str:
    """The number as the page's language writes it, with as many decimals."""
    whole, _comma, decimals = german.partition(",")
    return number(float(f"{whole.replace('.', '')}.{decimals or 0}"), len(decimals))

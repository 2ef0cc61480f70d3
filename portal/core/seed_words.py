"""Words of the shipped data in the page's language: names, units and explanations of indicators, kinds of areas.

`seeds/english.csv` holds them by their German text. A text that a county has changed is found there no longer and
stays German, so that no translation ever says something else than the text it stands for.
"""

import csv
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask_babel import get_locale

from portal.config import SEEDS

_LANGUAGE = "en"


@cache
def _english() -> Mapping[str, str]:
    with (SEEDS / "english.csv").open(encoding="utf-8", newline="") as file:
        return {row["german"]: row["english"] for row in csv.DictReader(file)}


class Local(str):
    """A text that stands in the page's language already."""

    __slots__ = ()


def local(text: Any) -> Any:
    """The text in the page's language where the seeds have it, else as it is. Jinja filter."""
    if not isinstance(text, str) or str(get_locale()) != _LANGUAGE:
        return text
    found = _english().get(text.replace("\u00a0", " "))
    return text if found is None else Local(found)

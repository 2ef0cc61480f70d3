"""The colours of letters: those of the pages, read from their one place.

Mail programs know neither our style sheets nor custom properties, so a letter gets plain values. A county that
changes its tokens changes its letters with them.
"""

import re
from dataclasses import dataclass
from functools import cache

from portal.config import STATIC

TOKENS = STATIC / "css" / "tokens.css"
_COUNTY = re.compile(r"--(county-[12](?:-dark)?):\s*(#[0-9a-fA-F]{3,8})\s*;")
_PAIR = re.compile(r"--([a-z0-9-]+):\s*var\(--l,\s*(#[0-9a-fA-F]{3,8})\)\s*var\(--d,\s*(#[0-9a-fA-F]{3,8})\)\s*;")
_PAIRS = ("ground", "paper", "sunken", "ink", "ink-2", "line", "line-strong", "on-brand")


@dataclass(frozen=True)
class Colours:
    """One side, light or dark, as `#rrggbb`."""

    ground: str
    paper: str
    sunken: str
    ink: str
    ink_2: str
    line: str
    line_strong: str
    on_brand: str
    brand: str
    voice: str


@dataclass(frozen=True)
class Look:
    """Both sides."""

    light: Colours
    dark: Colours


@cache
def look() -> Look:
    """Colours as the tokens have them; a token that is missing is a fault of the style sheet (`KeyError`)."""
    sheet = TOKENS.read_text(encoding="utf-8")
    county = dict(_COUNTY.findall(sheet))
    pairs = {name: (light, dark) for name, light, dark in _PAIR.findall(sheet)}
    light, dark = ({name.replace("-", "_"): pairs[name][side] for name in _PAIRS} for side in (0, 1))
    return Look(
        light=Colours(**light, brand=county["county-1"], voice=county["county-2"]),
        dark=Colours(**dark, brand=county["county-1-dark"], voice=county["county-2-dark"]),
    )

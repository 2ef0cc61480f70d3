"""Pages rendered once into pieces of text with gaps between them.

A template names its gaps (`slot('token')`); what differs from one reader to the next is put into them, escaped, for
each answer. Templates, catalogue and settings are touched when something has changed, not when somebody reads.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup

Kept = TypeVar("Kept")

# Private-use characters: no text of ours contains them, and nothing typed by a reader passes through a template.
_OPEN, _CLOSE = "\ue000", "\ue001"
_GAP = re.compile(f"{_OPEN}(.*?){_CLOSE}")


@dataclass(frozen=True)
class Prepared:
    """Fixed pieces and the names of the gaps between them."""

    pieces: tuple[str, ...]
    gaps: tuple[str, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """The page; `values` are finished HTML, a gap without one stays empty."""
        parts = [self.pieces[0]]
        for name, piece in zip(self.gaps, self.pieces[1:], strict=True):
            value = values.get(name)
            if value:
                parts.append(value)
            parts.append(piece)
        return "".join(parts)


def slot(*name: str) -> Markup:
    """A gap in a template."""
    return Markup("{}{}{}").format(_OPEN, ":".join(name), _CLOSE)


def cut(text: str) -> Prepared:
    """Rendered text with its gaps."""
    parts = _GAP.split(text)
    return Prepared(tuple(parts[::2]), tuple(parts[1::2]))


class Shelf(Generic[Kept]):
    """What one process prepared; the least recently used goes first. The key names all that it is made of."""

    def __init__(self, most: int = 200) -> None:
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._most = most

    def kept(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """What is kept under the key, else what is made now."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._pages[key] = made
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        return made

"""Rows chosen for one act on several pages of a list: the choice travels in the form around the rows.

Everything works without a script: the buttons to other pages send the ticked boxes, and what was ticked on other pages
comes along in hidden fields. Templates: `bulk_lead`, `bulk_pages` and `bulk` in `ui/tables.html`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from portal.core.tables import PAGE_SIZES, Listing

# So many rows of other pages travel in the address; servers in front of the portal take addresses of 8 KB, and the
# rows of the page itself come on top.
MOST_CHOSEN = 200
# What an act reads at once: those and the longest page.
MOST_AT_ONCE = MOST_CHOSEN + max(PAGE_SIZES)
_PUBLIC_ID = re.compile(r"[a-z0-9]{12}")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Public ids of chosen rows. `elsewhere`: those that the page does not show; `is_full`: no more can be chosen.

    `fields` is what the form carries along so that its buttons lead to other pages of the same list.
    """

    chosen: tuple[str, ...]
    elsewhere: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def is_full(self) -> bool:
        return len(self.chosen) >= MOST_CHOSEN


def choice(listing: Listing[Any], public_ids: Iterable[str]) -> Choice:
    """What was chosen so far, in the order it came; what is no public id, or more than `MOST_CHOSEN`, is left out."""
    chosen = tuple(dict.fromkeys(one for one in public_ids if _PUBLIC_ID.fullmatch(one)))[:MOST_CHOSEN]
    here = {row.public_id for row in listing.rows}
    return Choice(
        chosen=chosen,
        elsewhere=tuple(one for one in chosen if one not in here),
        fields=(*listing.arguments.items(), ("hier", str(listing.page))),
    )


def with_choice(address: str, public_ids: Iterable[str], *, of: str) -> str:
    """The way back to the page of the list at the path `of`, these rows still chosen; any other address as it is.

    For who breaks off an act: what was ticked is not to be ticked again.
    """
    parts = urlsplit(address)
    if parts.path != of:
        return address
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "id"]
    chosen = [("id", one) for one in public_ids][:MOST_CHOSEN]
    return urlunsplit(parts._replace(query=urlencode([*kept, *chosen])))

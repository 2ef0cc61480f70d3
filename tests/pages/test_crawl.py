"""No link leads nowhere: every address that a page offers its visitor opens for this visitor."""

from collections import Counter, deque
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from house import ANONYMOUS, House
from markup import parsed
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from portal.core import clock

# Of pages that differ in their record or in the order of a list alone, so many are opened.
ENOUGH = 3
# Nobody is led by a form's address alone: what forms post to is in the table of who may do what.
_BEGINNINGS = {
    ANONYMOUS: "/", "provider": "/konto", "planner": "/heute", "leadership": "/heute", "administrator": "/heute",
}  # fmt: skip


def _addresses(path: str, html: str) -> set[str]:
    """Where links, forms by GET and pictures of the page lead, without fragments."""
    found = set()
    for element in parsed(html).iter():
        if not isinstance(element.tag, str):
            continue
        target = element.get("href") if element.tag in {"a", "link"} else element.get("src")
        if element.tag == "form" and (element.get("method") or "get").lower() == "get":
            target = element.get("action") or path
        if target and not target.startswith(("#", "mailto:", "tel:", "data:")):
            absolute = urljoin(path, target)
            if not urlsplit(absolute).netloc:
                found.add(absolute.partition("#")[0])
    return found


@pytest.mark.parametrize("visitor", sorted(_BEGINNINGS))
def test_every_link_opens_for_whoever_sees_it(house: House, visitor: str) -> None:
    adapter = house.app.url_map.bind("portal.example")
    # One browser all the way: the code of the second factor is drawn from what its page put into the cookie.
    client = house.client(visitor)
    waiting = deque([(_BEGINNINGS[visitor], "")])
    seen: set[str] = set()
    opened: Counter[str] = Counter()
    dead = []
    while waiting:
        address, source = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        parts = urlsplit(address)
        if parts.path.startswith("/static/"):
            kind = address
        else:
            try:
                rule, _values = adapter.match(parts.path, method="GET", return_rule=True)
            except (NotFound, MethodNotAllowed, RequestRedirect) as error:
                dead.append(f"{address} on {source}: {error!r}")
                continue
            # For everybody each place and each figure is opened once; of variants of one page a few are enough.
            kind = rule.rule + str(sorted(parse_qs(parts.query)))
            opened[kind] += 1
            if opened[kind] > ENOUGH and (parts.query or visitor != ANONYMOUS):
                continue
        if parts.path.startswith("/sprache/"):
            continue  # followed in the browser tests; here it would turn the rest of the way English
        with clock.frozen(house.moment):
            answer = client.get(address)
        status = answer.status_code
        if status in {301, 302, 303}:
            if answer.location.startswith("/anmelden?next=") and visitor != ANONYMOUS:
                dead.append(f"{address} on {source}: sign-in")
            waiting.append((urljoin(address, answer.location), address))
        elif status not in {200, 422}:
            dead.append(f"{address} on {source}: {status}")
        elif answer.mimetype == "text/html":
            waiting.extend((target, address) for target in sorted(_addresses(address, answer.text)))
        answer.close()
    assert dead == []
    assert len(opened) > 10
    assert not house.changed()

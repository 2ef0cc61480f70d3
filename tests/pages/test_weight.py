"""Public pages stay light: the page with everything it needs, as it goes over the wire."""

import re

import access_table
import pytest
from house import ANONYMOUS, House, Request
from markup import parsed

LIMIT_BYTES = 150_000
PUBLIC = [
    row
    for row in access_table.rows()
    if row.method == "GET" and row.expected[ANONYMOUS] == "ok" and not re.search(r"\.(csv|geojson|svg)$", row.rule)
]


def _size(house: House, path: str, encoding: str) -> tuple[int, str]:
    answer = house.ask(ANONYMOUS, Request("GET", path, {}, {}), headers={"Accept-Encoding": encoding})
    size = len(answer.data)
    encoded = answer.headers.get("Content-Encoding", "")
    answer.close()
    return size, encoded


@pytest.mark.parametrize("row", PUBLIC, ids=lambda row: row.name)
def test_public_pages_stay_light(house: House, row: access_table.Row) -> None:
    path = house.request("GET", row.rule, row.record, ANONYMOUS).path
    parts = {path: _size(house, path, "gzip")[0]}
    answer = house.get(ANONYMOUS, path)
    if answer.mimetype == "text/html":
        for element in parsed(answer.text).iter():
            target = element.get("src") or (element.get("href") if element.tag == "link" else None)
            if target and target.startswith("/static/"):
                parts[target] = _size(house, target.partition("?")[0], "gzip")[0]
    assert sum(parts.values()) < LIMIT_BYTES, sorted(parts.items(), key=lambda part: -part[1])


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_styles_scripts_and_much_read_pages_are_compressed(house: House, encoding: str) -> None:
    pages = ["/", house.request("GET", "/planungsraeume/<slug>", "planning area", ANONYMOUS).path]
    styles = sorted(set(re.findall(r'/static/[^"?]+\.(?:css|js)', house.get(ANONYMOUS, "/").text)))
    assert len(styles) > 4
    for path in [*pages, *styles]:
        plain, compressed = _size(house, path, "identity"), _size(house, path, encoding)
        assert plain[1] == ""
        assert compressed[1] == encoding, path
        assert compressed[0] < plain[0] * 0.8, path

"""Which forms count as sent from our own pages, by what the browser says of where they came from."""

from dataclasses import replace

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import Config
from portal.core.database import db

_FORM = "/befragungen/keine/fragen"
_PASSED = 404


def _status(app: Flask, headers: dict[str, str], *, base_url: str = "http://portal.example", path: str = _FORM) -> int:
    return app.test_client().post(path, headers=headers, base_url=base_url).status_code


@pytest.mark.parametrize(("headers", "status"), [
    ({}, _PASSED),
    ({"Sec-Fetch-Site": "same-origin"}, _PASSED),
    ({"Sec-Fetch-Site": "none"}, _PASSED),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "https://boese.example"}, _PASSED),
    ({"Sec-Fetch-Site": "cross-site"}, 403),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://portal.example"}, 403),
    ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "Unfug"}, 403),
    ({"Origin": "http://portal.example"}, _PASSED),
    ({"Origin": "null"}, _PASSED),
    ({"Origin": "https://boese.example"}, 403),
    ({"Origin": "http://portal.example.boese.example"}, 403),
    ({"Origin": "http://portal.example:8080"}, 403),
    ({"Origin": "http://portal.example:80.boese.example"}, 403),
    ({"Origin": "http://portal.example:99999"}, 403),
    ({"Origin": "http://[::1"}, 403),
    ({"Origin": "chrome-extension://portal.example"}, 403),
    ({"Origin": "http://[boese"}, 403),
])  # fmt: skip
def test_where_a_form_came_from_decides(app: Flask, headers: dict[str, str], status: int) -> None:
    assert _status(app, headers) == status


def test_reading_is_free_wherever_the_link_stands(app: Flask) -> None:
    client = app.test_client()
    for path in ("/anmelden", "/healthz"):
        answer = client.get(path, headers={"Sec-Fetch-Site": "cross-site"}, base_url="http://portal.example")
        assert answer.status_code != 403, path


def test_behind_a_proxy_the_configured_address_and_the_further_hosts_are_ours(app: Flask, config: Config) -> None:
    behind = replace(
        config, base_url="https://beteiligung.kreis.example", trusted_hosts=("127.0.0.1", ".kreis.example")
    )
    proxied = create_app(behind)
    with proxied.app_context():
        inside = "http://127.0.0.1:8000"
        assert _status(proxied, {"Origin": "https://beteiligung.kreis.example"}, base_url=inside) == _PASSED
        assert _status(proxied, {"Origin": "https://mitmachen.kreis.example"}, base_url=inside) == _PASSED
        assert _status(proxied, {"Origin": "http://127.0.0.1:8000"}, base_url=inside) == _PASSED
        assert _status(proxied, {"Origin": "http://127.0.0.1:9000"}, base_url=inside) == 403
        assert _status(proxied, {"Origin": "https://kreis.example.boese.example"}, base_url=inside) == 403
        db.session.remove()
        db.engine.dispose()


def test_the_page_says_what_happened_and_leads_back_to_the_form(app: Flask) -> None:
    foreign = {"Sec-Fetch-Site": "cross-site"}
    page = app.test_client().post(_FORM, headers=foreign, base_url="http://portal.example").text
    assert "nicht von unserer Seite" in page
    assert f'href="{_FORM}"' in page
    page = app.test_client().post("/abmelden", headers=foreign, base_url="http://portal.example").text
    assert 'href="/abmelden"' not in page

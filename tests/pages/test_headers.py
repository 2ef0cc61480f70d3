"""The headers of answers that no page makes: errors of every kind, static files, redirects; and what errors say."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode

import pytest
from answers import check_headers
from flask import Flask, Response
from house import House, Request
from markup import check_page, parsed
from portal_client import PortalClient
from seeded import seeded_config
from werkzeug.test import TestResponse
from whitenoise import WhiteNoise

from portal.app import FORM_LIMIT_BYTES, REQUEST_LIMIT_BYTES, create_app
from portal.config import sqlite_url
from portal.core.database import db
from portal.core.headers import security_headers

EVERYWHERE = "/impressum"


@pytest.fixture
def faulty(furnished: Path, tmp_path: Path) -> Iterator[Flask]:
    """An installation with limits on requests and a page that has a fault, as it would answer outside of tests."""
    folder = tmp_path / "data"
    shutil.copytree(furnished, folder)
    config = seeded_config(sqlite_url(folder), folder)
    app = create_app(replace(config, extra={**config.extra, "rate_limits": True}))
    app.test_client_class = PortalClient

    @app.get("/fehler")
    def fault() -> str:
        raise RuntimeError("Das Geheimnis lautet 4711.")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _check_error(answer: TestResponse, status: int) -> None:
    assert answer.status_code == status
    check_headers(answer, signed_in=False)
    check_page(answer.text)
    assert "Traceback" not in answer.text
    assert "Werkzeug" not in answer.text


def test_unknown_address(house: House) -> None:
    _check_error(house.get("anonymous", "/gibt-es-nicht"), 404)


@pytest.mark.parametrize(
    "path", ["/<script>alert(1)</script>", "/%3Cimg%20src=x%20onerror=alert(1)%3E", "/a%0d%0aX-Fremd:%201"]
)
def test_what_was_asked_for_comes_back_escaped_or_not_at_all(house: House, path: str) -> None:
    answer = house.get("anonymous", path)
    _check_error(answer, 404)
    assert "<script>alert" not in answer.text
    assert "onerror=" not in answer.text
    assert "X-Fremd" not in answer.headers


def test_forbidden(house: House) -> None:
    answer = house.get("provider", "/konten/neu")
    assert answer.status_code == 403
    check_headers(answer, signed_in=True)
    check_page(answer.text)


def test_wrong_method_names_the_right_ones(house: House) -> None:
    answer = house.get("anonymous", "/abmelden")
    _check_error(answer, 405)
    assert "POST" in answer.headers["Allow"]
    answer = house.ask("anonymous", Request("DELETE", "/impressum", {}, {}))
    _check_error(answer, 405)


def test_form_without_token(house: House) -> None:
    _check_error(house.ask("anonymous", Request("POST", "/anmelden", {}, {}), token=False), 400)


def test_too_large_a_request(house: House) -> None:
    for length in (REQUEST_LIMIT_BYTES + 1, 10**15):
        announced = house.client("anonymous").post(
            "/anmelden",
            data=b"a",
            content_type="multipart/form-data; boundary=x",
            environ_overrides={"CONTENT_LENGTH": str(length)},
        )
        _check_error(announced, 413)


def _multipart(fields: dict[str, str]) -> bytes:
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    return "".join([*parts, "--x--\r\n"]).encode()


def test_too_large_a_form(house: House) -> None:
    fields = {"csrf_token": house.tokens["anonymous"], "email": "a" * (FORM_LIMIT_BYTES + 1)}
    for body, media_type in (
        (urlencode(fields).encode(), "application/x-www-form-urlencoded"),
        (_multipart(fields), "multipart/form-data; boundary=x"),
    ):
        _check_error(house.client("anonymous").post("/anmelden", data=body, content_type=media_type), 413)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_too_large_a_body_of_another_kind(house: House, media_type: str) -> None:
    client = house.client("anonymous")
    answer = client.post("/anmelden", data=b"{" * (FORM_LIMIT_BYTES + 1), content_type=media_type)
    assert answer.status_code in {400, 413}
    check_headers(answer, signed_in=False)


def test_too_many_fields(house: House) -> None:
    body = _multipart({f"feld{number}": "x" for number in range(3000)})
    client = house.client("anonymous")
    _check_error(client.post("/anmelden", data=body, content_type="multipart/form-data; boundary=x"), 413)


def test_a_fault_gives_nothing_away(faulty: Flask) -> None:
    answer = faulty.test_client().get("/fehler")
    _check_error(answer, 500)
    assert "4711" not in answer.text
    assert "RuntimeError" not in answer.text


def _fail(*_arguments: object) -> NoReturn:
    raise RuntimeError("Das Geheimnis lautet 4711.")


def _fails_at_first_piece() -> Iterator[bytes]:
    yield _fail()


def _check_bare_fault(answer: TestResponse) -> None:
    assert answer.status_code == 500
    assert answer.mimetype == "text/plain"
    check_headers(answer, signed_in=False)
    assert "später noch einmal" in answer.text
    assert "Please try again" in answer.text
    assert "4711" not in answer.text
    assert "Content-Length" not in answer.headers or int(answer.headers["Content-Length"]) == len(answer.data)


def test_a_fault_before_the_application_carries_the_headers(faulty: Flask) -> None:
    """Static files are served before Flask and its error pages. One that is gone since the start is a fault."""
    style = next((faulty.config["PORTAL"].data / "static").glob("*/css/*.css"))
    style.unlink()
    _check_bare_fault(faulty.test_client().get(f"/static/css/{style.name}"))


def test_a_fault_in_a_body_that_has_not_begun_carries_the_headers(faulty: Flask) -> None:
    @faulty.get("/fehler-im-inhalt")
    def fault_in_body() -> Response:
        return Response(_fails_at_first_piece(), mimetype="text/csv", headers={"Content-Length": "4711"})

    _check_bare_fault(faulty.test_client().get("/fehler-im-inhalt"))


def test_a_fault_outside_the_application_is_no_secret_from_tests(
    faulty: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    faulty.config["PROPAGATE_EXCEPTIONS"] = None
    monkeypatch.setattr(WhiteNoise, "__call__", _fail)
    with pytest.raises(RuntimeError, match="4711"):
        faulty.test_client().get("/impressum")


def test_too_many_requests(faulty: Flask) -> None:
    client = faulty.test_client()
    assert isinstance(client, PortalClient)
    token = client.token("/anmelden")
    answers = [client.post("/anmelden", data={"csrf_token": token}) for _ in range(41)]
    assert {answer.status_code for answer in answers[:40]} == {422}
    _check_error(answers[40], 429)


@pytest.mark.parametrize(
    "host",
    [
        "boese.example", "portal.example.boese.example", "boese.example:80", "127.0.0.1",
        "portal.example@boese.example", "",
    ],
)  # fmt: skip
def test_foreign_host_names(house: House, host: str) -> None:
    for path in (EVERYWHERE, "/", "/passwort-vergessen", "/healthz", "/gibt-es-nicht"):
        client = house.app.test_client()
        answer = client.get(path, headers={"Host": host}, base_url="http://portal.example")
        assert answer.status_code == 400
        # Without a host to trust no address can be written: a page of words alone.
        assert answer.mimetype == "text/html"
        parsed(answer.text)
        assert "href=" not in answer.text
        check_headers(answer, signed_in=False)
        if host:
            assert host not in answer.text
        assert "Location" not in answer.headers


def test_forwarded_host_names_count_for_nothing(house: House) -> None:
    headers = {"X-Forwarded-Host": "boese.example", "X-Forwarded-Proto": "https", "Forwarded": "host=boese.example"}
    answer = house.ask("anonymous", Request("GET", "/konto", {}, {}), headers=headers)
    assert answer.location == "/anmelden?next=/konto"
    assert "boese" not in house.ask("anonymous", Request("GET", "/", {}, {}), headers=headers).text


def _static_files(house: House) -> list[str]:
    root = next((house.folder / "static").iterdir())
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and path.suffix not in {".br", ".gz"}
    )


def test_static_files_carry_the_headers_and_may_be_kept(house: House) -> None:
    files = _static_files(house)
    assert files
    for name in files:
        for encoding in ("", "gzip", "br"):
            request = Request("GET", f"/static/{name}", {}, {})
            answer = house.ask("planner", request, headers={"Accept-Encoding": encoding})
            assert answer.status_code == 200, name
            for header, value in security_headers(https=False).items():
                assert answer.headers.getlist(header) == [value], f"{header} of {name}"
            assert "Access-Control-Allow-Origin" not in answer.headers
            assert "Set-Cookie" not in answer.headers
            assert "max-age=" in answer.headers["Cache-Control"]
            assert answer.headers.get("Content-Encoding", "") in {"", encoding}
            answer.close()


def test_what_an_address_names_by_its_content_is_kept_for_a_year(house: House) -> None:
    page = house.get("anonymous", "/impressum").text
    address = next(part for part in page.split('"') if part.startswith("/static/css/"))
    path, _query, version = address.partition("?v=")
    for asked, expected in (({"v": version}, "public, max-age=31536000, immutable"), ({}, "public, max-age=300")):
        answer = house.ask("anonymous", Request("GET", path, asked, {}))
        assert answer.headers.getlist("Cache-Control") == [expected]
        answer.close()


def test_static_files_not_modified_and_missing(house: House) -> None:
    name = _static_files(house)[0]
    first = house.get("anonymous", f"/static/{name}")
    stamp = first.headers["Last-Modified"]
    first.close()
    kept = house.ask("anonymous", Request("GET", f"/static/{name}", {}, {}), headers={"If-Modified-Since": stamp})
    assert kept.status_code == 304
    kept.close()
    _check_error(house.get("anonymous", "/static/gibt-es-nicht.css"), 404)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../secrets/secret_key", "/static/%2e%2e/secrets/secret_key", "/static/..%2fsecrets/secret_key",
        "/static/css/../../../portal.sqlite3", "/static//etc/passwd", "/static/%5c..%5csecrets", "/../etc/passwd",
        "/static/css/tokens.css/../../../secrets/secret_key", "/static/\x00", "/static/%00",
    ],
)  # fmt: skip
def test_no_way_out_of_the_static_folder(house: House, path: str) -> None:
    answer = house.get("anonymous", path)
    assert answer.status_code in {400, 404}, path
    secret = next((house.folder / "secrets").iterdir()).read_bytes()
    assert secret not in answer.data
    assert b"SQLite format" not in answer.data
    assert b"root:" not in answer.data


def test_redirects_carry_the_headers(house: House) -> None:
    for visitor, path in (("anonymous", "/konto"), ("anonymous", "/sprache/en"), ("planner", "/anmelden")):
        answer = house.get(visitor, path)
        assert answer.status_code == 302
        check_headers(answer, signed_in=visitor != "anonymous")


def test_https_is_insisted_on_where_the_portal_has_it(furnished: Path, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(furnished, folder)
    config = replace(seeded_config(sqlite_url(folder), folder), base_url="https://portal.example")
    app = create_app(config)
    client = app.test_client()
    answer = client.get("/anmelden", base_url="https://portal.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    cookie = answer.headers["Set-Cookie"]
    assert "Secure" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    style = next((folder / "static").glob("*/css/*.css"))
    static = client.get(f"/static/css/{style.name}", base_url="https://portal.example")
    assert static.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    static.close()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_only_an_address_with_the_content_in_it_is_kept_for_a_year(house: House) -> None:
    page = house.get("planner", "/heute").text
    address = page[page.index("/static/css/") :].split('"')[0]
    plain = address.partition("?")[0]
    for asked, is_kept in ((address, True), (plain, False), (f"{plain}?v=alt", False), ("/favicon.ico", False)):
        path, _mark, query = asked.partition("?")
        answer = house.ask("planner", Request("GET", path, dict(parse_qsl(query)), {}))
        assert answer.status_code == 200, asked
        assert ("31536000" in answer.headers["Cache-Control"]) is is_kept, asked
        answer.close()


def test_the_icon_answers_where_everybody_asks_for_it(house: House) -> None:
    answer = house.ask("anonymous", Request("GET", "/favicon.ico", {}, {}))
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    answer.close()


def test_error_pages_keep_the_frame_for_staff_who_are_signed_in(house: House) -> None:
    for path, status in (("/gibt-es-nicht", 404), ("/einstellungen/gibt-es-nicht", 404)):
        page = house.get("administrator", path)
        assert page.status_code == status
        check_page(page.text)
        assert "Abmelden" in page.text
        assert "Zurück zu Heute" in page.text
    refused = house.get("planner", "/konten")
    assert refused.status_code == 403
    assert "Abmelden" in refused.text
    for visitor in ("anonymous", "provider"):
        assert "Zurück zu Heute" not in house.get(visitor, "/gibt-es-nicht").text

"""What somebody with bad intentions tries first: leading people elsewhere, breaking headers, looking behind."""

import re
import shutil
from collections.abc import Iterator
from urllib.parse import quote

import access_table
import pytest
from databases import DATABASES, new_postgres_database
from house import ANONYMOUS, VISITORS, House, Request, Rooms, furnish
from seeded import build

ELSEWHERE = [
    "https://boese.example/", "//boese.example", "/\\boese.example", "\\\\boese.example", "https:boese.example",
    "javascript:alert(1)", "data:text/html,x", "///boese.example", "/%5Cboese.example", " //boese.example",
    "/\t/boese.example", "/\n/boese.example", "/\r\nSet-Cookie: fremd=1", "http://portal.example.boese.example/",
    "https://portal.example@boese.example/", "/..//boese.example", "//boese.example/%2f..",
]  # fmt: skip


def _check_stays(location: str | None) -> None:
    assert location is not None
    assert location.startswith("/")
    assert not re.match(r"^/[/\\\s]", location), location
    assert not re.search(r"[\r\n\t]", location), location


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_back_leads_elsewhere(house: House, target: str) -> None:
    asked = [
        house.ask(ANONYMOUS, Request("GET", "/sprache/en", {"back": target}, {})),
        house.ask("planner", Request("GET", "/anmelden", {"next": target}, {})),
    ]
    choice = house.records["own choice"]["municipality"]["form:representation"]
    asked.append(
        house.ask("municipality", Request("POST", "/handeln-fuer", {"next": target}, {"representation": choice}))
    )
    end = house.request("POST", "/vertretungen/<public_id>/beenden", "foreign representation", "planner")
    asked.append(house.ask("planner", Request("POST", end.path, {}, {"back": target})))
    house.put_back()
    for answer in asked:
        assert answer.status_code == 302, answer.request.path
        _check_stays(answer.location)
        assert "fremd" not in answer.headers.get("Set-Cookie", "")


def test_links_to_the_sign_in_keep_strange_addresses_inside(house: House) -> None:
    for path in ("/konto?next=https://boese.example", "/heute?x=//boese.example", "/konten?suche=%0d%0aX-Fremd:1"):
        answer = house.client(ANONYMOUS).get(path)
        assert answer.status_code == 302
        _check_stays(answer.location)
        assert answer.location.startswith("/anmelden?next=/")
        assert "X-Fremd" not in answer.headers
    for path in ("//boese.example/konto", "/konto//boese.example", "/konto/"):
        answer = house.client(ANONYMOUS).open(path)
        if answer.status_code in {301, 302, 308}:
            _check_stays(answer.location.removeprefix("http://portal.example"))


@pytest.mark.parametrize("visitor", ["planner", "provider"])
def test_the_cookie_says_nothing_and_is_out_of_reach_of_scripts(house: House, visitor: str) -> None:
    client = house.client(ANONYMOUS)
    client.get("/anmelden")
    cookie = client.get_cookie("portal", domain="portal.example")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.path == "/"
    assert not cookie.domain or cookie.origin_only
    with house.app.test_request_context("/", base_url="http://portal.example"):
        serializer = house.app.session_interface.get_signing_serializer(house.app)  # type: ignore[attr-defined]
        content = serializer.loads(house.cookies[visitor])
    assert set(content) <= {"sid", "csrf_token", "acting", "_flashes", "_permanent"}


@pytest.mark.parametrize("change", ["cut", "swapped", "empty", "foreign"])
def test_a_forged_cookie_is_nobody(house: House, change: str) -> None:
    original = house.cookies["administrator"]
    forged = {
        "cut": original[:-4],
        "swapped": original[:10] + ("A" if original[10] != "A" else "B") + original[11:],
        "empty": "",
        "foreign": "eyJzaWQiOiJBQUFBQUFBQUFBQUEifQ.aaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
    }[change]
    answer = house.get(ANONYMOUS, "/konten", portal=forged)
    assert answer.status_code == 302
    assert answer.location == "/anmelden?next=/konten"


def test_signing_out_needs_a_form(house: House) -> None:
    assert house.get("planner", "/abmelden").status_code == 405
    assert house.get("planner", "/konto").status_code == 200
    assert not house.changed()


def test_monitoring_learns_states_and_ages_only(house: House) -> None:
    answer = house.get(ANONYMOUS, "/healthz")
    assert answer.mimetype == "application/json"
    text = answer.text
    for secret in (
        str(house.folder), "sqlite", "postgresql", "@", "portal.example", "/", "Traceback", "password",
        *(path.read_text(encoding="utf-8", errors="replace") for path in (house.folder / "secrets").iterdir()),
    ):  # fmt: skip
        assert secret not in text, secret


@pytest.mark.parametrize(
    "name", ["../portal.sqlite3", "..%2fportal.sqlite3", "%2e%2e%2fsecrets", "....//secrets", "/etc/passwd", "a%00.eml"]
)
def test_the_mailbox_gives_out_mail_alone(house: House, name: str) -> None:
    prefixes = sorted({rule.rule.split("<")[0] for rule in house.rules("GET") if rule.endpoint.startswith("demo.")})
    parameters = [prefix for prefix in prefixes if any(r.rule.startswith(prefix + "<") for r in house.rules("GET"))]
    assert parameters
    for prefix in parameters:
        for visitor in (ANONYMOUS, "administrator"):
            answer = house.get(visitor, prefix + name)
            assert answer.status_code in {302, 308, 400, 403, 404}, answer.request.path
            assert b"SQLite format" not in answer.data
            assert b"root:" not in answer.data


def test_search_words_come_back_escaped(house: House) -> None:
    word = "\"><script>alert(1)</script>' OR 1=1 -- %_\\"
    for path in ("/organisationen", "/indikatoren", "/planungsraeume/zuordnung", "/importe", "/postausgang"):
        answer = house.ask("planner", Request("GET", path, {"suche": word, "sortierung": word, "seite": word}, {}))
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path


STRANGE = ["\x00", "a\x00b", "a" * 5000, "-1", "99999999999999999999", "١", "\ud7ff", "%00", "*", "' OR ''='"]
ARGUMENTS = (
    "seite", "sortierung", "suche", "format", "zahl", "tag", "art", "stand", "zustand", "gemeinde", "organisation",
)  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def rooms(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    """The furnished demonstration on each kind of database: what one shrugs at, the other refuses to read."""
    kind: str = request.param
    if kind not in DATABASES:
        pytest.skip(f"{kind} not asked for")
    folder, url = tmp_path_factory.mktemp("rooms") / "data", None
    if kind == "sqlite":
        shutil.copytree(request.getfixturevalue("furnished"), folder)
    else:
        url = new_postgres_database(request.getfixturevalue("postgres_server"), "portal_rooms")
        folder.mkdir()
        build(url, folder)
        furnish(folder, url=url)
    opened = Rooms(folder, url=url)
    yield opened
    opened.close()


@pytest.mark.parametrize("value", STRANGE)
def test_strange_arguments_are_no_fault(rooms: Rooms, value: str) -> None:
    pages = [rule.rule for rule in rooms.rules("GET") if not rule.arguments]
    for path in pages:
        for visitor in ("administrator", ANONYMOUS):
            answer = rooms.ask(visitor, Request("GET", path, dict.fromkeys(ARGUMENTS, value), {}))
            assert answer.status_code < 500, path
            answer.close()


@pytest.mark.parametrize("value", [value for value in STRANGE if value != "%00"])
def test_strange_parts_of_an_address_are_no_fault(rooms: Rooms, value: str) -> None:
    rules = [(method, rule) for method in ("GET", "POST") for rule in rooms.rules(method) if rule.arguments]
    assert len(rules) > 40
    for method, rule in rules:
        path = re.sub("<[^>]*>", lambda _found: quote(value), rule.rule)
        answer = rooms.ask("administrator", Request(method, path, {}, {}))
        assert answer.status_code < 500, f"{method} {path}"
        answer.close()


@pytest.mark.parametrize("value", ["\x00", "a\x00b@verein.example", "99999999999999999999", "\ud7ff"])
def test_strange_fields_are_no_fault(rooms: Rooms, value: str) -> None:
    """Every form of every role, each of its fields holding the same strange value."""
    rows = [row for row in access_table.rows() if row.method == "POST" and "logout" not in row.rule]
    filled_in = 0
    for row in rows:
        visitor = next((who for who in VISITORS if row.expected[who] == "ok"), None)
        if visitor is None:
            continue
        request = rooms.request("POST", row.rule, row.record, visitor)
        page = rooms.ask(visitor, Request("GET", request.path, {}, {}))
        names = set(re.findall(r'name="([a-z_0-9-]+)"', page.text)) if page.status_code == 200 else set()
        fields = dict.fromkeys((names | set(request.fields)) - {"csrf_token"}, value)
        filled_in += bool(fields)
        answer = rooms.ask(visitor, Request("POST", request.path, request.query, fields))
        assert answer.status_code < 500, f"{row.name} as {visitor}"
        answer.close()
    assert filled_in > 15

"""Who may do what: every route requested as every role, for own and for foreign records, against `table.txt`."""

import access_table
import pytest
from house import ANONYMOUS, VISITORS, House, Request

ROWS = access_table.rows()
READING = [row for row in ROWS if row.method == "GET"]
WRITING = [row for row in ROWS if row.method == "POST"]
# Answering a survey or an invitation uses no rights and reads no cookie: there is nothing a foreign page could borrow.
WITHOUT_RIGHTS = {"/befragungen/<slug>/fragen", "/einladung/<token>", "/vertretung/<token>"}
# Kinds of records that belong to somebody. Where an address leads to one, the table asks for the visitor's own and
# for somebody else's.
BELONGING = {
    "device", "organisation", "representation", "choice", "account", "job", "delivery", "draft", "statement",
    "invitation", "sheet",
}  # fmt: skip


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    routes = {(method, rule.rule) for method in ("GET", "POST") for rule in house.rules(method)}
    listed = {(row.method, row.rule) for row in ROWS}
    assert sorted(routes - listed) == [], "routes that table.txt does not mention"
    assert sorted(listed - routes) == [], "rows of table.txt without a route"


def test_routes_answer_nothing_but_reading_and_forms(house: House) -> None:
    methods = {method for rule in house.app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods <= {"GET", "HEAD", "POST", "OPTIONS"}


def test_rows_are_unique_and_know_their_signs() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    signs = {sign for row in ROWS for sign in row.expected.values()}
    assert signs <= {"ok", "go", "->", "--", "??"}


def test_own_and_foreign_records_are_both_asked_for() -> None:
    asked = {(row.method, row.rule, row.record) for row in ROWS}
    alone = []
    for method, rule, record in sorted(asked):
        whose, _, kind = record.partition(" ")
        if whose in {"own", "foreign"} and kind in BELONGING:
            other = "foreign" if whose == "own" else "own"
            if (method, rule, f"{other} {kind}") not in asked:
                alone.append(f"{method} {rule} {other} {kind}")
    assert alone == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_each_visitor_gets(house: House, row: access_table.Row) -> None:
    found, written = {}, []
    for visitor in VISITORS:
        answer = house.ask(visitor, house.request(row.method, row.rule, row.record, visitor))
        found[visitor] = access_table.outcome(row.method, answer)
        if house.changed():
            written.append(visitor)
            house.put_back()
    assert found == row.expected
    if row.method == "GET":
        assert written == [], "reading changed something"
    refused = [visitor for visitor in written if row.expected[visitor] in {"--", "??"}]
    assert refused == [], "a refused request changed something"


@pytest.mark.parametrize("row", WRITING, ids=lambda row: row.name)
def test_forms_without_their_token_are_refused_and_change_nothing(house: House, row: access_table.Row) -> None:
    for visitor in VISITORS:
        request = house.request(row.method, row.rule, row.record, visitor)
        if row.rule in WITHOUT_RIGHTS:
            assert house.ask(visitor, request, token=False).status_code in {200, 404, 422}, visitor
        else:
            assert house.ask(visitor, request, token=False).status_code == 400, visitor
        assert not house.changed(), visitor


def test_forms_that_another_page_sent_are_refused_and_change_nothing(house: House) -> None:
    """With a valid token as well: whoever sends them, from wherever the browser says they came."""
    for row in WRITING:
        visitor = next(one for one in VISITORS if one != ANONYMOUS)
        request = house.request(row.method, row.rule, row.record, visitor)
        answer = house.ask(visitor, request, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, row.name
        assert "nicht von unserer Seite" in answer.text, row.name
        assert not house.changed(), row.name


def test_a_token_of_another_session_is_refused(house: House) -> None:
    request = Request("POST", "/konto", {}, {"csrf_token": house.tokens["provider"], "name": "Fremd"})
    assert house.ask("planner", request, token=False).status_code == 400
    assert not house.changed()


def test_reading_everything_changes_nothing(house: House) -> None:
    before = house.fingerprint()
    for row in READING:
        for visitor in (ANONYMOUS, "administrator"):
            request = house.request("GET", row.rule, row.record, visitor)
            head = house.ask(visitor, Request("HEAD", request.path, request.query, {}))
            assert access_table.outcome("GET", head) == row.expected[visitor], row.name
            assert head.data == b"", row.name
            house.ask(visitor, Request("GET", request.path, {"seite": "2", "suche": "a", "format": "csv"}, {}))
    assert house.fingerprint() == before
    house.changed()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(house: House, method: str) -> None:
    for row in READING:
        request = house.request("GET", row.rule, row.record, "administrator")
        answer = house.ask("administrator", Request(method, request.path, {}, {}))
        assert answer.status_code == 405, row.name
    assert not house.changed()

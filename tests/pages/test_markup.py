"""Every page as everybody who may see it: valid HTML with what the checks in `markup` ask for, and the headers."""

import re

import access_table
import pytest
from answers import check_headers
from house import ANONYMOUS, VISITORS, House
from markup import check_page

PAGES = [row for row in access_table.rows() if row.method == "GET"]
FORMS = [row for row in access_table.rows() if row.method == "POST"]
_TOKEN = re.compile(r'(name="csrf_token" value=")[^"]*')


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_pages_are_valid_for_everybody(house: House, row: access_table.Row) -> None:
    seen = set()
    for visitor in VISITORS:
        answer = house.ask(visitor, house.request("GET", row.rule, row.record, visitor))
        check_headers(answer, signed_in=visitor != ANONYMOUS)
        if answer.mimetype != "text/html" or answer.status_code in {301, 302, 303} or row.rule.endswith("/html"):
            continue  # the HTML part of a mail is the mail's own
        page = _TOKEN.sub(r"\1", answer.text)
        if page not in seen:
            seen.add(page)
            check_page(answer.text)


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.name)
def test_refused_forms_are_valid_for_everybody(house: House, row: access_table.Row) -> None:
    seen = set()
    for visitor in VISITORS:
        answer = house.ask(visitor, house.request("POST", row.rule, row.record, visitor))
        check_headers(answer, signed_in=visitor != ANONYMOUS)
        if house.changed():
            house.put_back()
        page = _TOKEN.sub(r"\1", answer.text)
        if answer.mimetype == "text/html" and answer.status_code not in {301, 302, 303} and page not in seen:
            seen.add(page)
            document = check_page(answer.text)
            if answer.status_code == 422 and "field-error" in answer.text:
                summary = [one for one in document.iter() if "error-summary" in (one.get("class") or "").split()]
                assert len(summary) == 1, f"{visitor}: errors at fields, but no summary above them"

"""Rounds of the planning cycle."""

from datetime import date

import pytest
from flask import Flask
from portal_client import PortalClient, make_user
from signed_in import app, browser, config, mails

from portal.core.actor import SYSTEM, Role
from portal.core.errors import Refusal
from portal.core.transaction import transaction
from portal.planning import queries, services

__all__ = ["app", "browser", "config", "mails"]


def _period(first: date, last: date, key: str = "eins") -> None:
    with transaction():
        services.create_period(key, "Erste Periode", actor=SYSTEM, starts_on=first, ends_on=last)


def test_a_day_belongs_to_one_period(app: Flask) -> None:
    _period(date(2026, 1, 1), date(2028, 12, 31))
    for first, last in ((date(2028, 12, 31), date(2030, 1, 1)), (date(2025, 1, 1), date(2026, 1, 1))):
        with pytest.raises(Refusal) as refused:
            _period(first, last, "zwei")
        assert refused.value.field == "starts_on"
    _period(date(2029, 1, 1), date(2031, 12, 31), "zwei")
    found = queries.period_on(date(2028, 12, 31))
    assert found is not None
    assert found.key == "eins"
    assert queries.period_on(date(2025, 12, 31)) is None


def test_the_planner_makes_one_and_what_does_not_fit_is_said(browser: PortalClient) -> None:
    make_user("amsel@kreis.example", Role.PLANNER)
    browser.sign_in("amsel@kreis.example")
    path = "/planungsperioden/neu"
    turned = {"name": "Erste", "starts_on": "2028-01-01", "ends_on": "2026-01-01"}
    answer = browser.submit(path, turned)
    assert answer.status_code == 422
    assert "Das Ende liegt nicht nach dem Beginn" in answer.text
    assert 'value="Erste"' in answer.text
    assert browser.submit(path, {**turned, "ends_on": "2030-12-31"}).status_code == 302
    assert "Erste" in browser.get("/planungsperioden").text

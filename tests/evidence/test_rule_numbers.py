"""The numbers of rule 1 as people read them: with the decimals they have, and nothing that is no part of the rule."""

import pytest
from circle import NOON
from flask import Flask
from portal_client import PortalClient
from test_rule_limits import item

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.formats import exact
from portal.core.transaction import transaction
from portal.evidence import words
from portal.evidence.models import RuleVersion
from portal.evidence.rules import pages as rule_pages
from portal.evidence.rules import versions as rule_versions
from portal.evidence.rules.rule import Thresholds
from portal.indicators.signals import Trend, TrendPoint, trend_of
from portal.settings import services as settings


@pytest.mark.parametrize(
    ("value", "printed"),
    [(45.5, "45,5"), (46.0, "46"), (100 * 0.455, "45,5"), (0.25, "0,25"), (1250, "1.250"), (7.000000001, "7")],
)
def test_a_limit_is_printed_with_the_decimals_it_has(app: Flask, value: float, printed: str) -> None:
    with app.test_request_context():
        assert exact(value) == printed


def _put(key: str, value: object) -> None:
    with transaction():
        settings.put(key, value, actor=SYSTEM)


def test_the_rule_and_every_source_name_the_limit_that_holds(app: Flask, browser: PortalClient) -> None:
    browser.checks_pages = True
    _put("evidence.survey_lower_limit", 45.5)
    _put("conferences.required_share", 62.5)
    _put("evidence.confidence", "99")
    page = browser.get("/befunde/regel").text
    assert "mindestens 45,5 Prozent" in page
    assert "mindestens 62,5 Prozent" in page
    assert "mit 99 Prozent Sicherheit" in page
    browser.get("/sprache/en")
    assert "at least 45.5 percent" in browser.get("/befunde/regel").text
    with app.test_request_context():
        named, low = words.item_rule(item(100, 300), Thresholds(survey_lower_limit=0.455))
    assert not named
    assert "unter 45,5\u00a0%" in low


def test_the_page_lists_the_rules_numbers_and_no_others(app: Flask, browser: PortalClient) -> None:
    page = browser.get("/befunde/regel").text
    for foreign in ("An Lieferungen erinnern", "Frühwarnung</th>", "Dauer der Anhörung"):
        assert foreign not in page
    _put("figures.trend_periods", 4)
    assert "über mindestens 4 vergleichbare Zeitpunkte" in browser.get("/befunde/regel").text


def test_a_number_that_became_a_setting_later_was_its_default_before(app: Flask) -> None:
    older = rule_versions.parameters_now() | {"figures.reminder_days": 14}
    del older["figures.trend_periods"]
    with transaction():
        version = RuleVersion(number=1, parameters=older, fingerprint="older", created_at=NOON)
        db.session.add(version)
    assert rule_versions.shown() == rule_versions.RuleRef(number=1, since=NOON)
    _put("figures.reminder_days", 20)
    assert rule_versions.shown().number == 1
    _put("figures.trend_periods", 5)
    with app.test_request_context():
        rows = rule_pages.version_rows(SYSTEM)
    assert [row.number for row in rows] == [2, 1]
    assert rows[0].changes == ("Vergleichbare Zeitpunkte für eine Entwicklung: 3 → 5",)


def test_how_many_comparable_dates_make_a_trend_is_a_number_of_the_rule() -> None:
    points = [TrendPoint("2019", 10.0), TrendPoint("2020", 11.0), TrendPoint("2021", 13.0)]
    assert trend_of(points) == Trend(periods=3, change=3.0)
    assert trend_of(points, 4) == Trend(periods=3, change=None)
    assert trend_of(points[:2], 2) == Trend(periods=2, change=1.0)

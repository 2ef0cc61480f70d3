"""Two planning periods side by side."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import period_comparison, queries
from portal.planning.models import PlanningPeriod
from portal.planning.services import create_period

__all__ = ["visitor"]


def period(key: str, *, after_days: int) -> None:
    """A further period of half a year, so many days after the end of the present one (negative: before its begin)."""
    present = queries.period()
    assert present.ends_on is not None
    begins = present.ends_on + timedelta(days=after_days)
    if after_days < 0:
        begins = present.starts_on + timedelta(days=after_days)
    with transaction():
        create_period(key, key.capitalize(), actor=SYSTEM, starts_on=begins, ends_on=begins + timedelta(days=180))


def test_the_present_period_stands_beside_the_one_before_else_beside_the_next(
    visitor: Callable[[str], PortalClient],
) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    alone = planner.get("/befunde/vergleich").text
    assert "Es gibt erst eine Planungsperiode." in alone
    assert 'href="/planungsperioden"' in alone
    present = queries.period()
    key, name = present.key, present.name
    period("nachher", after_days=400)
    text = planner.get("/befunde/vergleich").text
    assert text.index(f'<option value="{key}" selected>') < text.index('<option value="nachher" selected>')
    period("vorher", after_days=-200)
    text = planner.get("/befunde/vergleich").text
    assert text.index('<option value="vorher" selected>') < text.index(f'<option value="{key}" selected>')
    assert name in text
    assert '<h2 id="raum-sinsheim">Sinsheim</h2>' in text
    assert "weil andere Kennzahlen mit dem Gesagten verknüpft sind" in text
    same = planner.get(f"/befunde/vergleich?von={key}&bis={key}").text
    assert "Bitte wählen Sie zwei verschiedene Perioden." in same


def test_what_was_said_in_one_period_alone_is_the_difference(seeded_app: Flask) -> None:
    present = queries.period()
    begins = present.starts_on
    with transaction():
        create_period(
            "vorher", "Vorher", actor=SYSTEM, starts_on=begins - timedelta(days=700), ends_on=begins - timedelta(days=1)
        )
    former = db.session.scalars(select(PlanningPeriod).where(PlanningPeriod.key == "vorher")).one()
    with seeded_app.test_request_context(base_url="http://portal.example"):
        found = period_comparison.compare(former, queries.period(), SYSTEM)
        cells = {(one.area.slug, one.topic.key): one for one in found}
    assert len(found) == 85
    mobility = cells["sinsheim", "mobility_infrastructure"]
    assert mobility.has_changed
    assert mobility.later.value == "confirmed"
    assert any(line.startswith("Stimmen: nicht ausreichend gefragt") for line in mobility.why)
    assert not cells["weinheim", "population"].has_changed

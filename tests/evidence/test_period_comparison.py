"""Two planning periods side by side."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import period_comparison, queries
from portal.indicators import queries as indicators
from portal.indicators.models import BatchState, ImportBatch, Series, SeriesValue
from portal.planning.models import PlanningPeriod
from portal.planning.services import create_period
from portal.settings import services as settings

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


def test_the_present_period_stands_beside_the_one_before_and_never_unasked_beside_one_to_come(
    visitor: Callable[[str], PortalClient],
) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    alone = planner.get("/befunde/vergleich").text
    assert "Es gibt erst eine Planungsperiode, die begonnen hat." in alone
    assert 'href="/planungsperioden"' in alone
    present = queries.period()
    key, name = present.key, present.name
    period("nachher", after_days=400)
    text = planner.get("/befunde/vergleich").text
    assert "Es gibt erst eine Planungsperiode, die begonnen hat." in text
    asked = f"/befunde/vergleich?von={key}&amp;bis=nachher"
    assert f'href="{asked}"' in text
    text = planner.get(asked.replace("&amp;", "&")).text
    assert text.index(f'<option value="{key}" selected>') < text.index('<option value="nachher" selected>')
    assert "Nachher hat noch nicht begonnen." in text
    assert "Zahlen von heute: Die Periode läuft noch." in text
    period("vorher", after_days=-200)
    text = planner.get("/befunde/vergleich").text
    assert text.index('<option value="vorher" selected>') < text.index(f'<option value="{key}" selected>')
    assert name in text
    assert '<h2 id="raum-sinsheim">Sinsheim</h2>' in text
    assert "hat noch nicht begonnen" not in text
    assert "Zahlen von heute: Am Ende der Periode lag noch keine Lieferung vor." in text
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
        sides = [period_comparison.side(one, SYSTEM) for one in (former, queries.period())]
        found = period_comparison.compare(*sides, SYSTEM)
        cells = {(one.area.slug, one.topic.key): one for one in found}
    assert len(found) == 85
    mobility = cells["sinsheim", "mobility_infrastructure"]
    assert mobility.has_changed
    assert mobility.later.value == "confirmed"
    assert any(line.startswith("Stimmen: nicht ausreichend gefragt") for line in mobility.why)
    assert not cells["weinheim", "population"].has_changed


def test_a_period_that_is_over_is_read_with_the_figures_of_its_end(seeded_app: Flask) -> None:
    present = queries.period()
    day = present.starts_on - timedelta(days=1)
    former = {"starts_on": day - timedelta(days=700), "ends_on": day}
    with transaction():
        create_period("vorher", "Vorher", actor=SYSTEM, **former)
        # The figures of today came before the end; what came since is another delivery.
        for batch in db.session.scalars(select(ImportBatch)):
            batch.activated_at = datetime.combine(day - timedelta(days=30), time(12), UTC)
        settings.bump("figures")
    earlier = db.session.scalars(select(PlanningPeriod).where(PlanningPeriod.key == "vorher")).one()
    with seeded_app.test_request_context(method="POST"):
        before = period_comparison.side(earlier, SYSTEM)
        assert before.frozen_on == day
        now = indicators.county_figures(SYSTEM)
        area = now.composition.planning_areas[0].id
        signal = before.matrix.proposal(area, "economy").figures.used[0]
        assert signal.value == now.indicators[signal.key].areas[area].value.value
    with transaction():
        value = (
            select(SeriesValue).where(SeriesValue.period == "2022").join(Series).where(Series.code == "da_st_einnkr")
        )
        rows = list(db.session.scalars(value))
        made = ImportBatch(
            file_name="neu.csv",
            sha256="0" * 64,
            state=BatchState.ACTIVE,
            activated_at=clock.now(),
            new_values=len(rows),
        )
        db.session.add(made)
        db.session.flush()
        for row in rows:
            db.session.add(
                SeriesValue(
                    id=None, batch_id=made.id, series_id=row.series_id, area_id=row.area_id, period="2022",
                    period_kind=row.period_kind, dimensions=row.dimensions, value=(row.value or 0) * 3, state=row.state,
                )
            )  # fmt: skip
        settings.bump("figures")
    with seeded_app.test_request_context(method="POST"):
        later = period_comparison.side(queries.period(), SYSTEM)
        before = period_comparison.side(earlier, SYSTEM)
        old, new = (one.matrix.proposal(area, "economy").figures.used[0] for one in (before, later))
        assert later.frozen_on is None
        assert (old.value, old.county) == (signal.value, signal.county)
        assert new.value == pytest.approx(3 * (old.value or 0))

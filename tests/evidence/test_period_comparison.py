"""Two planning periods side by side."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import period_comparison, queries
from portal.planning.models import PlanningPeriod
from portal.planning.services import create_period


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

"""A delivery says which proposals it changed, area by area, and which findings no longer hold."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor

from portal.areas import queries as areas
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import figure_effects, queries
from portal.indicators import queries as indicators
from portal.indicators import tasks
from portal.indicators.deliveries import consequences
from portal.indicators.deliveries import services as import_services
from portal.indicators.models import ImportBatch, Indicator
from tests.indicators.files import long_form, long_row

__all__ = ["visitor"]


def file_of(folder: Path) -> Path:
    """Long ways to the next supermarket in every municipality of a planning area where they were short."""
    composition = areas.composition_of(areas.own_county())
    area = next(one for one in composition.planning_areas if one.slug == "sinsheim")
    link = db.session.scalars(select(Indicator).where(Indicator.key == "p_supermarkt")).one().series_links[0]
    rows = [
        long_row(place.key or "", "60", series=link.series.code, unit=link.series.unit, period="2021")
        for place in composition.members(area.id)
    ]
    return long_form(folder / "wege.csv", rows)


def take_over(batch: ImportBatch) -> None:
    with consequences.noted(batch), transaction():
        import_services.take_over(batch, actor=SYSTEM)


def test_what_is_kept_is_what_changed_and_undoing_turns_it_round(seeded_app: Flask, tmp_path: Path) -> None:
    period = queries.period()
    before = queries.matrix(SYSTEM, period)
    read = tasks.read_in(file_of(tmp_path), actor=SYSTEM)
    assert read.batch is not None, read.summary.refused
    expected = figure_effects.expected(indicators.figures_with(read.batch))
    assert queries.matrix(SYSTEM, period) is before, "looking ahead changes nothing"
    take_over(read.batch)
    assert read.batch.summary["consequences"]["evidence"] == expected
    after = queries.matrix(SYSTEM, queries.period())
    kept = read.batch.summary["consequences"]["evidence"]
    changed = {
        (area.slug, topic.key)
        for area in after.areas
        for topic in after.topics
        if (one := before.proposal(area.id, topic.key)).assessment is not after.proposal(area.id, topic.key).assessment
        or one.figures.signal is not after.proposal(area.id, topic.key).figures.signal
    }
    assert {(slug, topic) for slug, _area, topic, _then, _now in kept["cells"]} == changed
    assert changed
    with consequences.noted(read.batch), transaction():
        import_services.undo(read.batch, actor=SYSTEM)
    back = read.batch.summary["consequences"]["evidence"]
    assert {(cell[0], cell[2], cell[3], cell[4]) for cell in back["cells"]} == {
        (cell[0], cell[2], cell[4], cell[3]) for cell in kept["cells"]
    }
    assert figure_effects.joined(kept, back)["cells"] == []
    assert figure_effects.joined({}, kept)["cells"] == kept["cells"]


def test_the_page_names_area_topic_both_proposals_and_the_finding(
    visitor: Callable[[str], PortalClient], tmp_path: Path
) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    read = tasks.read_in(file_of(tmp_path), actor=SYSTEM)
    assert read.batch is not None
    address = f"/importe/{read.batch.public_id}"
    ahead = unescape(planner.get(address).text)
    assert "Was sich dadurch ändert" not in ahead
    ahead = ahead.split('id="folgen"', 1)[1].split("</section>", 1)[0]
    assert re.search(r"\d+ Vorschl(?:ag würde|äge würden) anders lauten", ahead)
    assert "/befunde/sinsheim/social_infrastructure" in ahead
    assert "hielte nicht mehr" in ahead
    planner.submit(f"{address}/quelle", {"lizenz": "Nutzung mit Quellenangabe"})
    planner.submit(f"{address}/uebernehmen", page=address)
    page = unescape(planner.get(address).text)
    part = page.split('id="folgen"', 1)[1].split("</section>", 1)[0]
    assert re.search(r"\d+ Vorschl(?:ag|äge) laute", part)
    assert "/befunde/sinsheim/social_infrastructure" in part
    assert "hält nicht mehr" in part
    assert re.search(r"/befund/[a-z0-9]{12}/verlauf", part)

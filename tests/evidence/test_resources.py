"""Resources stand beside the problems and are never counted as such."""

from collections.abc import Callable

from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor

from portal.accounts.models import User
from portal.core.actor import ANONYMOUS, SYSTEM, Actor
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import queries, resources
from portal.evidence.rules.rule import VoiceKind
from portal.indicators import queries as indicators
from portal.minutes.models import EntryKind, MinutesEntry
from portal.needs.models import NeedsStatement, StatementKind
from portal.settings import services as settings
from portal.surveys import queries as surveys
from portal.surveys import strengths

__all__ = ["visitor"]


def test_a_cell_shows_what_is_there_beside_what_is_missing(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    page = planner.get("/befunde/sinsheim/social_infrastructure").text
    there = page.split("Was da ist und helfen kann", 1)[1].split("</section>", 1)[0]
    assert "Freiwillige wollen einen Dorfladen führen" in there
    assert "Menschen, die sich freiwillig engagieren" in there
    mobility = planner.get("/befunde/sinsheim/mobility_infrastructure").text
    assert "Die Bürgerbus-Initiative hat zwölf Freiwillige" in mobility
    form = planner.get("/befunde/sinsheim/culture/uebernehmen").text
    assert (
        "Ältere Menschen lesen in der Bücherei vor" in form.split('name="resources"', 1)[1].split("</textarea>", 1)[0]
    )


def test_what_is_not_public_is_counted_and_not_shown(seeded_app: Flask) -> None:
    period, composition = queries.period(), indicators.county_figures(ANONYMOUS).composition
    area = next(area for area in composition.planning_areas if area.slug == "sinsheim")
    with seeded_app.test_request_context(base_url="http://portal.example"):
        planner = Actor(user=db.session.scalars(select(User).where(User.email == "amsel@landkreis.example")).one())
        everything = resources.of_area(area.id, planner, period, composition)
        public = resources.of_area(area.id, ANONYMOUS, period, composition)
    assert public.hidden > 0
    assert len(everything.everything) == len(public.everything) + public.hidden
    assert all(one.is_public for one in public.everything)


def test_a_resource_is_no_voice_for_a_problem(seeded_app: Flask) -> None:
    period = queries.period()
    stated = select(NeedsStatement).where(NeedsStatement.kind == StatementKind.RESOURCE)
    one = db.session.scalars(stated.where(NeedsStatement.title.contains("Dorfladen"))).one()

    def voices(kind: VoiceKind) -> set[int]:
        found = queries.matrix(SYSTEM, period).proposals.values()
        return {voice.id for proposal in found for voice in proposal.voices.statements if voice.kind is kind}

    assert not voices(VoiceKind.STATEMENT) & {row.id for row in db.session.scalars(stated)}
    entries = db.session.scalars(select(MinutesEntry.id).where(MinutesEntry.kind == EntryKind.RESOURCE)).all()
    assert entries
    assert not voices(VoiceKind.MINUTES_ENTRY) & set(entries)
    with transaction():
        db.session.get_one(NeedsStatement, one.id).kind = StatementKind.NEED
        settings.bump("needs")
    assert one.id in voices(VoiceKind.STATEMENT)


def test_strengths_show_no_cell_that_the_results_hide(seeded_app: Flask) -> None:
    counted = surveys.counted_rounds()[0]
    least = counted.definition.cell_minimum
    found = strengths.strengths()
    assert found
    for one in found:
        assert one.n >= counted.definition.item_minimum_base
        assert one.count >= least
        assert one.n - one.count >= least or not one.item.startswith("staerken.")
    assert {one.item.partition(".")[0] for one in found} >= {"staerken"}
    assert not {item.item for item in counted.items} & {one.item for one in found}

"""Who has been heard, against what the county asks for."""

from collections.abc import Callable

from flask import Flask
from portal_client import PortalClient
from test_finding_pages import visitor

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import queries
from portal.evidence.participation import heard as participation
from portal.evidence.participation import pages as participation_pages
from portal.evidence.participation import parameters as rule
from portal.evidence.participation.heard import AreaParticipation
from portal.indicators import queries as indicators
from portal.planning.models import Phase
from portal.settings import services as settings

__all__ = ["visitor"]


def _of(slug: str) -> AreaParticipation:
    db.session.rollback()
    found = participation.of_period(queries.period(), indicators.county_figures(SYSTEM).composition)
    return next(one for one in found if one.area.slug == slug)


def test_events_statements_and_answers_are_counted_by_phase(seeded_app: Flask) -> None:
    one = _of("sinsheim")
    inventory, needs = Phase.INVENTORY, Phase.NEEDS_ASSESSMENT
    # Six groups came to the regional talk (one by deputy); commercial providers did not.
    assert {cell.group for cell in one.missing(inventory)} == {"commercial_provider"}
    assert one.cell("welfare_provider", inventory).heard.events == 1
    assert one.cell(rule.RESIDENTS, needs).heard.answers == 208
    assert one.missing(needs) == []
    assert Phase.MEASURES_CONTROLLING not in one.begun
    young = next(target for target in one.targets if target.name == "Jugendliche")
    assert young.statements > 0
    assert "county_department" not in {group for target in one.targets for group in target.groups}
    spoken = young.cells[needs]
    assert spoken.statements == young.statements
    assert spoken.groups
    assert spoken.last is not None


def test_target_groups_are_held_against_the_phases_the_county_chose(seeded_app: Flask) -> None:
    with transaction():
        settings.put(rule.TARGET_PHASES, [Phase.INVENTORY.value], actor=SYSTEM)
    one = _of("sinsheim")
    assert {target.cells[Phase.NEEDS_ASSESSMENT].is_required for target in one.targets} == {False}
    assert {target.cells[Phase.INVENTORY].is_required for target in one.targets} == {True}
    assert any(target.cells[Phase.INVENTORY].is_missing for target in one.targets)


def test_the_file_has_area_group_target_group_and_phase(seeded_app: Flask) -> None:
    one = _of("sinsheim")
    with seeded_app.test_request_context(base_url="http://portal.example"):
        head, body = participation_pages.csv_table([one], list(Phase))
    assert head[:4] == ["Planungsraum", "Phase", "Gruppe", "Zielgruppe"]
    assert {len(row) for row in body} == {len(head)}
    assert any(row[1:4] == ["Bedarfserhebung", "Städte und Gemeinden", "Jugendliche"] for row in body), body


def test_residents_need_enough_answers(seeded_app: Flask) -> None:
    sparse = _of("neckargemuend-eberbach").cell(rule.RESIDENTS, Phase.NEEDS_ASSESSMENT)
    assert (sparse.heard.answers, sparse.is_heard) == (44, True)
    with transaction():
        settings.put(rule.RESIDENTS_MINIMUM, 50, actor=SYSTEM)
    assert _of("neckargemuend-eberbach").cell(rule.RESIDENTS, Phase.NEEDS_ASSESSMENT).is_missing


def test_which_groups_are_asked_for_is_the_countys_own_rule(seeded_app: Flask) -> None:
    with transaction():
        settings.put("evidence.heard_inventory", ["school"], actor=SYSTEM)
        settings.put(rule.TARGET_GROUPS, ["Kinder"], actor=SYSTEM)
    one = _of("sinsheim")
    assert one.missing(Phase.INVENTORY) == []
    assert not one.cell("commercial_provider", Phase.INVENTORY).is_required
    assert [target.name for target in one.targets] == ["Kinder"]


def test_an_empty_cell_leads_to_an_event_with_everything_chosen(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    page = planner.get("/beteiligung?planungsraum=weinheim&phase=inventory").text
    assert 'id="raum-wiesloch-leimen"' not in page
    address = page.split("/konferenzen/neu?", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert "planungsraum=weinheim" in address
    assert "phase=inventory" in address
    address = f"/konferenzen/neu?{address}"
    form = planner.get(address).text
    assert '<option selected value="inventory">' in form
    day = clock.today().replace(year=clock.today().year + 1)
    fields = {
        "once": form.split('name="once"', 1)[1].split('value="', 1)[1].split('"', 1)[0],
        "title": "Bestandsgespräch", "kind": "regional_talk", "phase": "inventory", "period": queries.period().key,
        "areas": "weinheim", "body": "", "place_area": "", "day": day.isoformat(), "starts": "10:00", "ends": "12:00",
    }  # fmt: skip
    answer = planner.submit(address, fields)
    assert answer.status_code == 302, answer.text
    assert "/einladen?" in answer.location
    assert "art=municipality" in answer.location


def test_what_is_missing_is_said_before_the_table(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("planner").get("/beteiligung?planungsraum=sinsheim").text
    said = page.split('id="raum-sinsheim"', 1)[1].split("<table", 1)[0]
    assert "fehlen 4 von 20" in said
    assert "Es fehlen: gewerbliche Träger, Initiativen, Interessenvertretungen." in said
    assert "freie Träger" not in said


def test_everybody_reads_who_is_missing_and_no_names(visitor: Callable[[str], PortalClient]) -> None:
    page = visitor("anonymous").get("/planungsraeume/sinsheim").text
    heard = page.split('id="gehoert"', 1)[1].split("</section>", 1)[0]
    assert "Noch nicht gehört: gewerbliche Träger." in heard
    assert "Hat noch nicht begonnen." in heard
    assert "(Beispiel" not in heard


def test_the_file_hides_few_answers(seeded_app: Flask) -> None:
    one = _of("sinsheim")
    one.cell(rule.RESIDENTS, Phase.NEEDS_ASSESSMENT).heard.answers = 7
    with seeded_app.test_request_context(base_url="http://portal.example"):
        _head, body = participation_pages.csv_table([one], [Phase.NEEDS_ASSESSMENT])
    assert body[0][8] == "<10"

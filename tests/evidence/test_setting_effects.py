"""Settings of the rule: what a change would come to is shown before it is stored, and it is what comes."""

from collections.abc import Callable

import html5lib
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor
from test_leads import actor, outcomes

from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import queries, reopening
from portal.evidence.leads import effects as lead_effects
from portal.evidence.leads.effects import Fate
from portal.evidence.models import Finding
from portal.settings import services as settings

__all__ = ["visitor"]

PAGE = "/einstellungen/befunde"
TOWNS = "evidence.municipalities"


def _states() -> dict[int, str]:
    db.session.rollback()
    return {one.id: one.state.value for one in db.session.scalars(select(Finding))}


def _put(value: int) -> None:
    with transaction():
        settings.put(TOWNS, value, actor=SYSTEM)


def test_what_is_shown_comes_and_goes_again(seeded_app: Flask) -> None:
    reopening.reopen_changed()
    before, former = outcomes(queries.matrix(SYSTEM, queries.period())), _states()
    shown = lead_effects.of_settings({TOWNS: 2}, actor=actor())
    fates = [one.fate for one in shown.cells if one.fate is not None]
    assert Fate.STOPS in fates
    assert Fate.REOPENS in fates
    assert settings.get(TOWNS) == 1
    assert outcomes(queries.matrix(SYSTEM, queries.period())) == before
    _put(2)
    after = outcomes(queries.matrix(SYSTEM, queries.period()))
    assert {(one.area.id, one.topic.key) for one in shown.cells} >= {key for key in after if after[key] != before[key]}
    opened, resumed = len(fates) - fates.count(Fate.RESUMES), fates.count(Fate.RESUMES)
    assert reopening.reopen_changed() == opened
    assert reopening.resume_returned() == resumed
    # And back: those that were opened are promised to go back, and do.
    back = [one.fate for one in lead_effects.of_settings({TOWNS: 1}, actor=actor()).cells if one.fate is not None]
    assert (back.count(Fate.RESUMES), len(back)) == (opened, opened + resumed)
    _put(1)
    assert reopening.resume_returned() == opened
    assert reopening.reopen_changed() == resumed
    assert _states() == former
    assert reopening.reopen_changed() == reopening.resume_returned() == 0


def test_a_changed_threshold_is_named_among_what_changed(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    named = "Schwellen der Regel geändert: Städte und Gemeinden, damit ein Thema benannt ist."
    assert named not in planner.get("/heute").text
    _put(2)
    assert reopening.reopen_changed()
    assert named in planner.get("/heute").text


def test_the_page_saves_nothing_unseen(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    fields = {**_filled(planner.get(PAGE).text), "evidence-municipalities": "2"}
    first = planner.submit(PAGE, fields)
    assert first.status_code == 200
    assert "würden sich ändern" in first.text or "würde sich ändern" in first.text
    assert "Anhörung wird angehalten" in first.text
    assert settings.get(TOWNS) == 1
    seen = first.text.split('name="gesehen" value="', 1)[1].split('"', 1)[0]
    # Another value than the one whose effect was shown is shown first.
    assert planner.submit(PAGE, {**fields, "evidence-municipalities": "3", "gesehen": seen}).status_code == 200
    assert planner.submit(PAGE, {**fields, "gesehen": seen}).status_code == 302
    db.session.rollback()
    assert settings.get(TOWNS) == 2
    undo = planner.get(f"{PAGE}/zuruecknehmen?einstellung={TOWNS}&nummer=1").text
    assert "Gespeichert ist noch nichts." in undo
    # What is no number of the rule is stored at once.
    other = {**_filled(planner.get(PAGE).text), "evidence-hearing_days": "21"}
    assert planner.submit(PAGE, other).status_code == 302


def _filled(page: str) -> dict[str, str]:
    document = html5lib.parse(page, namespaceHTMLElements=False)
    form = next(form for form in document.iter("form") if "form" in form.get("class", "").split())
    found = {field.get("name"): field.get("value", "") for field in form.iter("input") if field.get("type") != "hidden"}
    for select_ in form.iter("select"):
        chosen = [one.get("value") for one in select_.iter("option") if one.get("selected") is not None]
        found[select_.get("name")] = chosen[0]
    return found

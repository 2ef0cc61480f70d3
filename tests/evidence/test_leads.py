"""Lead indicators and thresholds: the effect that is shown is the one that comes, and nothing is saved unseen."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor

from portal.accounts.models import User
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.evidence import queries, reopening
from portal.evidence.leads import effects as lead_effects
from portal.evidence.leads.effects import Fate
from portal.evidence.matrix import Matrix
from portal.evidence.models import Finding, FindingState
from portal.indicators.catalogue import lead_rules
from portal.indicators.catalogue.lead_rules import LeadRule
from portal.indicators.catalogue.revision_models import IndicatorRevision, RevisionKind
from portal.indicators.models import Indicator

__all__ = ["visitor"]


def actor(name: str = "amsel") -> Actor:
    db.session.rollback()
    return Actor(user=db.session.scalars(select(User).where(User.email == f"{name}@landkreis.example")).one())


def indicator(key: str) -> Indicator:
    return db.session.scalars(select(Indicator).where(Indicator.key == key)).one()


def stored(key: str, **changes: object) -> LeadRule:
    return replace(lead_rules.rule_of(indicator(key)), **changes)  # type: ignore[arg-type]


def outcomes(found: Matrix) -> dict[tuple[int, str], str]:
    return {cell: proposal.assessment.value for cell, proposal in found.proposals.items()}


def save(wanted: dict[str, LeadRule], who: Actor, *, reason: str = "Neu bewertet.") -> None:
    editions = {key: indicator(key).edition for key in wanted}
    with transaction():
        lead_rules.change(wanted, editions=editions, reason=reason, actor=who)


def test_the_effect_shown_is_the_effect_that_comes(seeded_app: Flask) -> None:
    planner, period = actor(), queries.period()
    before = outcomes(queries.matrix(SYSTEM, period))
    # Tax capacity no longer judges the economy, and a smaller difference of travel times to supermarkets counts.
    wanted = {
        "steuereinnahmekraft": stored("steuereinnahmekraft", is_lead=False),
        "p_supermarkt": stored("p_supermarkt", min_difference=1.0),
    }
    shown = lead_effects.effects(wanted, period, actor=planner)
    assert {(one.area.slug, one.topic.key) for one in shown.cells} >= {("sinsheim", "social_infrastructure")}
    assert not db.session.dirty
    assert not db.session.new
    assert outcomes(queries.matrix(SYSTEM, period)) == before
    save(wanted, planner)
    after = outcomes(queries.matrix(SYSTEM, queries.period()))
    changed = {cell for cell in before if before[cell] != after[cell]}
    assert changed <= {(one.area.id, one.topic.key) for one in shown.cells}
    assert {(one.area.id, one.topic.key): one.after.assessment.value for one in shown.cells} == {
        cell: after[cell] for cell in ((one.area.id, one.topic.key) for one in shown.cells)
    }
    promised = {(one.area.id, one.topic.key) for one in shown.cells if one.fate in {Fate.REOPENS, Fate.STOPS}}
    assert promised
    assert reopening.reopen_changed() == len(promised)
    reopened = db.session.scalars(select(Finding).where(Finding.state == FindingState.REOPENED)).all()
    assert promised <= {(one.area_id, one.topic.key) for one in reopened}


def test_every_change_is_a_revision_with_its_reason(seeded_app: Flask) -> None:
    planner = actor()
    save({"p_freibad": stored("p_freibad", correlation_group="freibad", age_limit_years=8)}, planner)
    found = db.session.scalars(
        select(IndicatorRevision)
        .join(Indicator, Indicator.id == IndicatorRevision.indicator_id)
        .where(Indicator.key == "p_freibad", IndicatorRevision.kind == RevisionKind.RULE)
    ).one()
    assert found.changes == {
        "correlation_group": {"old": "baeder", "new": "freibad"},
        "age_limit_years": {"old": 10, "new": 8},
    }
    assert (found.reason, found.user_id) == ("Neu bewertet.", planner.user_id)
    assert lead_rules.before(stored("p_freibad"), found).correlation_group == "baeder"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"min_difference": -1.0}, "min_difference"),
        ({"min_difference_kind": None}, "min_difference_kind"),
        ({"age_limit_years": 0}, "age_limit_years"),
        ({"correlation_group": "x" * 81}, "correlation_group"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(seeded_app: Flask, changes: dict[str, object], field: str) -> None:
    planner = actor()
    with pytest.raises(Refusal) as refused:
        save({"p_freibad": stored("p_freibad", **changes)}, planner)
    assert refused.value.field == f"p_freibad.{field}"


def test_planners_alone_with_a_reason_and_on_what_they_saw(seeded_app: Flask) -> None:
    wanted = {"p_freibad": stored("p_freibad", age_limit_years=8)}
    with pytest.raises(NotAllowed):
        save(wanted, actor("buche"))
    planner = actor()
    with pytest.raises(Refusal) as refused:
        save(wanted, planner, reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(Conflict), transaction():
        lead_rules.change(wanted, editions={"p_freibad": 99}, reason="Neu bewertet.", actor=planner)


def _form(page: str) -> dict[str, str]:
    """The rows of the form as a browser sends them."""
    fields: dict[str, str] = {}
    for part in page.split("<input ")[1:]:
        tag = part.split(">", 1)[0]
        name = tag.split('name="', 1)[1].split('"', 1)[0] if 'name="' in tag else ""
        if name.startswith(("rows-", "seen")) and ('type="checkbox"' not in tag or " checked" in tag):
            fields[name] = tag.split('value="', 1)[1].split('"', 1)[0] if 'value="' in tag else ""
    for part in page.split("<select ")[1:]:
        name = part.split('name="', 1)[1].split('"', 1)[0]
        if name.startswith("rows-"):
            chosen = part.split("</select>", 1)[0].split("selected", 1)
            fields[name] = chosen[1].split('value="', 1)[1].split('"', 1)[0] if len(chosen) > 1 else ""
    return fields


def test_nothing_is_saved_before_its_effect_was_seen(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.checks_pages = True
    address = "/leitkennzahlen/social_infrastructure"
    fields = _form(planner.get(address).text)
    row = next(name[: -len("key")] for name, value in fields.items() if value == "p_supermarkt")
    fields |= {f"{row}min_difference": "1,0", "reason": "Kurze Wege sind wichtig."}
    hasty = planner.submit(address, {**fields, "speichern": "ja"})
    assert hasty.status_code == 200
    assert "1 Vorschlag würde sich ändern." in hasty.text
    assert "Anhörung wird angehalten" in hasty.text
    assert indicator("p_supermarkt").min_difference == 10.0
    answer = planner.submit(address, {**fields, **_form(hasty.text), "speichern": "ja", "reason": "Kurze Wege."})
    assert answer.status_code == 302, answer.text
    db.session.rollback()
    assert indicator("p_supermarkt").min_difference == 1.0
    assert "Kurze Wege." in planner.get("/leitkennzahlen").text
    public_id = db.session.scalars(
        select(IndicatorRevision.public_id).order_by(IndicatorRevision.id.desc()).limit(1)
    ).one()
    assert 'value="10"' in planner.get(f"{address}?wie_vor={public_id}").text
    wrong = planner.submit(
        address, {**_form(planner.get(address).text), f"{row}age_limit_years": "0", "vorschau": "ja"}
    )
    assert wrong.status_code == 422


def test_what_the_rule_compares_with_is_one_click_from_entry_editor_and_reference_values(
    visitor: Callable[[str], PortalClient],
) -> None:
    planner, topic = visitor("planner"), indicator("p_hausarzt").topic.key
    target = f"/leitkennzahlen/{topic}#kennzahl-p_hausarzt"
    entry = "/kennzahlenregister/p_hausarzt"
    for page in (entry, f"{entry}/bearbeiten", f"{entry}/bezugswerte"):
        text = planner.get(page).text
        assert f'href="{target}"' in text, page
        assert "Die Regel vergleicht mit: Wert des Landkreises." in text, page
    row = planner.get(target.partition("#")[0]).text
    assert 'id="kennzahl-p_hausarzt"' in row
    assert f'href="{entry}/bezugswerte"' in row
    # A department reads who decides; it gets no link that would be refused.
    text = visitor("sectoral_planner").get(f"{entry}/bezugswerte").text
    assert target not in text
    assert "Das legt die Sozialplanung fest." in text

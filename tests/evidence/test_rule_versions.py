"""Which numbers of rule 1 held when: every change is a version, and every finding knows its own."""

from datetime import timedelta

from circle import NOON, Circle, draft, reread
from flask import Flask

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import adoption
from portal.evidence.models import Finding, RuleVersion
from portal.evidence.rules import versions as rule_versions
from portal.evidence.rules.rule import IndicatorSignal, SurveyItem, Thresholds, propose
from portal.indicators.models import DifferenceKind, Polarity
from portal.indicators.signals import FiguresSignal, SignalReason, SignalRule
from portal.settings import services as settings

NUMBERS = "evidence.asked_minimum", "evidence.organisations"


def change(**values: int) -> None:
    with transaction():
        for name, value in values.items():
            settings.put(f"evidence.{name}", value, actor=SYSTEM)


def told() -> list[tuple[int, int, int]]:
    db.session.rollback()
    rows = db.session.query(RuleVersion).order_by(RuleVersion.number)
    return [(row.number, *(row.parameters[key] for key in NUMBERS)) for row in rows]


def test_every_change_is_a_version_and_one_form_makes_one(app: Flask) -> None:
    assert rule_versions.shown() == rule_versions.RuleRef(number=1, since=None)
    change(asked_minimum=40, organisations=3)
    # The first one keeps what held before.
    assert told() == [(1, 30, 2), (2, 40, 3)]
    change(hearing_days=14)
    assert [number for number, *_rest in told()] == [1, 2]
    with clock.frozen(NOON + timedelta(days=5)):
        change(asked_minimum=30, organisations=2)
    assert told()[-1] == (3, 30, 2)
    assert rule_versions.shown() == rule_versions.RuleRef(number=3, since=NOON + timedelta(days=5))
    first, _second, third = db.session.query(RuleVersion).order_by(RuleVersion.number)
    assert first.fingerprint == third.fingerprint


def _adopt(circle: Circle, *, edition: int | None = None) -> Finding:
    terms = SignalRule(
        polarity=Polarity.HIGH_FAVOURABLE, age_limit_years=5, min_difference=5,
        min_difference_kind=DifferenceKind.ABSOLUTE,
    )  # fmt: skip
    signal = IndicatorSignal(
        key="netz", topic=circle.topic.key, is_lead=True, group=None, signal=FiguresSignal.CONSPICUOUS,
        reasons=(SignalReason.DIFFERENCE,), value=80.0, county=90.0, period="2022", terms=terms,
    )  # fmt: skip
    proposal = propose(
        circle.topic.key, items=(), statements=(), events=(), signals={"netz": signal}, limits=Thresholds(),
        today=NOON.date(),
    )  # fmt: skip
    actor = circle.actor("amsel")
    with transaction():
        return adoption.adopt(
            circle.place, draft(), proposal=proposal, limits=Thresholds(), edition=edition, actor=actor
        )


def test_a_finding_keeps_the_numbers_of_its_day(circle: Circle) -> None:
    finding = reread(_adopt(circle))
    version = finding.latest
    assert version.rule_version is not None
    assert (version.rule_version.number, version.rule_version.parameters["evidence.asked_minimum"]) == (1, 30)
    kept = version.proposal["numbers"]["netz"]
    assert (kept["value"], kept["county"], kept["period"], kept["min_difference"]) == (80.0, 90.0, "2022", 5)
    with clock.frozen(NOON + timedelta(days=1)):
        change(asked_minimum=40)
        finding = reread(_adopt(circle, edition=reread(finding).edition))
    assert [one.rule_version and one.rule_version.number for one in finding.versions] == [1, 2]


def test_confidence_is_a_number_of_the_rule() -> None:
    """41 of 130 lie above a quarter with 90 %, not with 99 %."""
    one = SurveyItem(
        round_id=1, round_slug="r", code="q", topics=frozenset(), indicators=(), count=41, n=130, rest_count=0, rest_n=0
    )  # fmt: skip
    assert one.lower(Thresholds(confidence=0.9)) > 0.25 > one.lower(Thresholds(confidence=0.99))

"""Whom a hearing reaches, by mail and by letter; what happens when it stops, and when its proposal comes back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from circle import NOON, Circle, reread
from flask import Flask
from portal_client import PortalClient
from test_finding_services import PROPOSAL, adopt, heard, published

from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.evidence import adoption, history, publication, readable, reopening
from portal.evidence.hearings import notices
from portal.evidence.models import Finding, FindingState, LetterNews
from portal.evidence.rules import freezing
from portal.evidence.rules.rule import HeldEvent, Proposal, Thresholds, propose
from portal.outbox.models import OutboxMessage

ASKED: Proposal = propose(
    "mobility_infrastructure", items=(), statements=(), signals={}, limits=Thresholds(), today=NOON.date(),
    events=(HeldEvent(id=1, topics=frozenset({"mobility_infrastructure"}), groups_present=8, groups_required=8),),
)  # fmt: skip
CHANGE: dict[str, Any] = freezing.difference(
    freezing.frozen(PROPOSAL, Thresholds()), freezing.frozen(ASKED, Thresholds())
)


def reopened(finding: Finding) -> Finding:
    with clock.frozen(NOON + timedelta(days=1)), transaction():
        reopening.reopen(finding, "Anders.", actor=SYSTEM, change=CHANGE)
    return reread(finding)


def come_back(finding: Finding, *, days: int = 2) -> Finding:
    with clock.frozen(NOON + timedelta(days=days)), transaction():
        reopening.resume(finding, actor=SYSTEM)
    return reread(finding)


def subjects(mails: Callable[[], list[OutboxMessage]]) -> list[str]:
    return [mail.subject.partition(":")[0] for mail in mails()]


def test_a_stopped_hearing_goes_on_where_its_proposal_comes_back(
    circle: Circle, mails: Callable[[], list[OutboxMessage]]
) -> None:
    finding = heard(circle)
    assert {one.municipality.name: one.is_reached for one in reread(finding).hearings} == {"Dorf": True, "Stadt": False}
    assert reopened(finding).state is FindingState.REOPENED
    assert subjects(mails) == ["Anhörung", "Anhörung angehalten"]
    assert "Frist" not in mails()[-1].text
    found = come_back(finding)
    assert found.state is FindingState.HEARING
    assert (found.reopened_reason, found.reopened_change) == ("", {})
    assert subjects(mails)[-1] == "Anhörung läuft weiter"
    assert "/anhoerung" in mails()[-1].text
    assert (found.steps[-1].is_resumed, found.steps[-1].reason) == (True, "Vorschlag ist wieder wie zuvor.")
    # A second time they are told anew.
    reopened(finding)
    assert subjects(mails).count("Anhörung angehalten") == 2


def test_a_published_finding_is_published_again_and_its_course_says_why(app: Flask, circle: Circle) -> None:
    finding = published(circle)
    with clock.frozen(NOON + timedelta(days=30)), transaction():
        reopening.reopen(finding, "Anders.", actor=SYSTEM, change=CHANGE)
    assert come_back(finding, days=31).state is FindingState.PUBLISHED
    with app.test_request_context():
        course = history.course(reread(finding), circle.actor("rat"))
    assert str(course[-1].title) == "Vorschlag ist wieder wie zuvor"


def test_what_people_opened_or_wrote_to_stays_open(circle: Circle) -> None:
    by_hand = adopt(circle)
    planner = circle.actor("amsel")
    with transaction():
        reopening.reopen(by_hand, "Neues Gutachten.", actor=planner)
    assert reopening.former_state(reread(by_hand)) is None
    with pytest.raises(Refusal), transaction():
        reopening.resume(by_hand, actor=SYSTEM)
    with pytest.raises(NotAllowed), transaction():
        reopening.resume(by_hand, actor=planner)


def test_who_wrote_meanwhile_keeps_it_open_and_so_does_a_deadline_that_passed(circle: Circle) -> None:
    finding = heard(circle)
    assert reopening.former_state(reopened(finding)) is FindingState.HEARING
    with clock.frozen(NOON + timedelta(days=28)):
        assert reopening.former_state(reread(finding)) is FindingState.HEARING
    with clock.frozen(NOON + timedelta(days=29)):
        assert reopening.former_state(reread(finding)) is None
    sectoral = circle.actor("erle")
    with clock.frozen(NOON + timedelta(days=2)), transaction():
        adoption.dissent(finding, "Wir sehen es anders.", organisation=circle.department, actor=sectoral)
    assert reopening.former_state(reread(finding)) is None


def test_the_reason_is_that_of_now(circle: Circle) -> None:
    finding = reopened(heard(circle))
    limits = Thresholds()
    other = reopening.present_reason(finding, ASKED, limits, is_staff=True)
    assert "Jetzt lautet er" in other
    back = reopening.present_reason(finding, PROPOSAL, limits, is_staff=True)
    assert "Jetzt lautet er" not in back
    assert "wieder wie bei der Übernahme" in back
    assert "von selbst" in back
    assert reopening.present_reason(finding, PROPOSAL, limits, is_staff=False) == (
        "Der Vorschlag der Regel wird neu geprüft."
    )
    assert reopening.present_change(finding, PROPOSAL, limits) == {}


def test_letters_are_listed_printed_and_noted(circle: Circle, browser: PortalClient) -> None:
    finding = heard(circle)
    browser.sign_in("amsel@verein.example")
    browser.checks_pages = True
    assert "1 Gemeinde erreicht keine E-Mail." in browser.get("/heute").text
    page = browser.get(f"/befund/{finding.public_id}/anhoerung").text
    assert "Stadt: Anhörung bis 31. Dezember 2026" in page
    (letter,) = notices.waiting(reread(finding))
    answer = browser.submit(
        f"/befund/{finding.public_id}/briefe", {"brief": str(letter.id)}, page=f"/befund/{finding.public_id}/anhoerung"
    )
    assert answer.status_code == 302
    assert "Stadt: verschickt am 3. Dezember 2026" in browser.get(f"/befund/{finding.public_id}/anhoerung").text
    assert "erreicht keine E-Mail. Bitte schicken" not in browser.get("/heute").text
    assert notices.waiting(reread(finding)) == []
    # It stops: Stadt has to know by letter, unless it goes on before that letter was posted.
    (told,) = notices.waiting(reopened(finding))
    assert (told.municipality.name, told.letter_news) == ("Stadt", LetterNews.STOPPED)
    assert "Stadt: Anhörung angehalten" in browser.get(f"/befund/{finding.public_id}/anhoerung").text
    assert notices.waiting(come_back(finding)) == []


def test_whom_nothing_reached_is_printed_so_and_asks_before_publication(circle: Circle, browser: PortalClient) -> None:
    finding = heard(circle)
    browser.sign_in("amsel@verein.example")
    assert readable.silence(reread(finding), reread(finding).hearings)[0] == (
        "Anhörung läuft bis 31. Dezember 2026, noch ohne Stellungnahme: Dorf, Stadt."
    )
    planner = circle.actor("amsel")
    with clock.frozen(NOON + timedelta(days=29)):
        with pytest.raises(Refusal, match="Nicht erreicht: Stadt"), transaction():
            publication.publish(finding, actor=planner)
        with transaction():
            publication.publish(finding, actor=planner, without_unreached=True)
        found = reread(finding)
        assert found.state is FindingState.PUBLISHED
        assert readable.silence(found, found.hearings) == [
            "Angehört, ohne Stellungnahme: Dorf.", "Nicht erreicht: Stadt.",
        ]  # fmt: skip


def test_a_new_version_stops_the_hearing_too(circle: Circle, mails: Callable[[], list[OutboxMessage]]) -> None:
    finding = heard(circle)
    adopt(circle, edition=reread(finding).edition, reason="Neu bedacht.")
    assert subjects(mails) == ["Anhörung", "Anhörung angehalten"]

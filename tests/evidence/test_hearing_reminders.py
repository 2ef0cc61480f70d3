"""Municipalities that have not answered are reminded before the last day, once and only once."""

from collections.abc import Callable
from datetime import timedelta

from circle import NOON, Circle, reread
from test_finding_services import cosigned, heard

from portal.core import clock
from portal.core.transaction import transaction
from portal.evidence import hearings
from portal.outbox.models import OutboxMessage


def test_a_reminder_comes_once_and_to_those_who_are_silent(
    circle: Circle, mails: Callable[[], list[OutboxMessage]]
) -> None:
    finding = heard(circle)
    assert hearings.remind_all() == 0  # far from its end
    with clock.frozen(NOON + timedelta(days=21)):
        assert hearings.remind_all() == 2
        assert hearings.remind_all() == 0
    with clock.frozen(NOON + timedelta(days=28)):
        assert hearings.remind_all() == 0
    reminders = [mail for mail in mails() if mail.kind == "evidence.hearing_ends"]
    assert [mail.recipient for mail in reminders] == ["mayor@verein.example"]
    assert "31. Dezember 2026" in reminders[0].subject
    assert f"/befund/{finding.public_id}/anhoerung" in reminders[0].text


def test_who_has_answered_is_left_alone(circle: Circle, mails: Callable[[], list[OutboxMessage]]) -> None:
    finding = cosigned(circle)
    actor = circle.actor("amsel")
    with transaction():
        hearings.open_hearing(finding, [circle.dorf], actor=actor)
    mayor = circle.mayor
    with transaction():
        hearings.state_position(reread(finding).hearings[0], "Einverstanden.", actor=mayor)
    with clock.frozen(NOON + timedelta(days=25)):
        assert hearings.remind_all() == 0
    assert [mail.kind for mail in mails()] == ["evidence.hearing"]


def test_after_the_last_day_nobody_is_reminded(circle: Circle) -> None:
    heard(circle)
    with clock.frozen(NOON + timedelta(days=29)):
        assert hearings.remind_all() == 0

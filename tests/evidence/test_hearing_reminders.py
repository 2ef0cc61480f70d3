"""Municipalities that have not answered are reminded before the last day, and newcomers told; once and only once."""

from collections.abc import Callable
from datetime import timedelta

from circle import NOON, Circle, reread
from test_finding_services import cosigned, heard

from portal.areas.models import Area
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.core.transaction import transaction
from portal.evidence import tasks
from portal.evidence.hearings import services as hearings
from portal.outbox.models import OutboxMessage
from portal.stakeholders.models import OrganisationKind, OrganisationState
from portal.stakeholders.services import create_organisation, create_person, represent


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


def town_hall(circle: Circle, *, email: str | None) -> None:
    """The second municipality's administration is confirmed, with a person who acts for it."""
    with transaction():
        organisation = create_organisation(
            "Rathaus Stadt",
            OrganisationKind.MUNICIPALITY,
            actor=SYSTEM,
            area=db.session.get_one(Area, circle.stadt.id),
            state=OrganisationState.VERIFIED,
        )
        represent(create_person("Neu im Rathaus", actor=SYSTEM, email=email), organisation, actor=SYSTEM)


def test_who_acts_for_a_municipality_only_since_the_opening_is_told_once(
    circle: Circle, mails: Callable[[], list[OutboxMessage]]
) -> None:
    finding = heard(circle)
    assert tasks.tend_hearings(None) == {"told": 0, "reminded": 0}
    with clock.frozen(NOON + timedelta(days=10)):
        town_hall(circle, email="Neu@Stadt.example")
        assert tasks.tend_hearings(None) == {"told": 1, "reminded": 0}
        assert tasks.tend_hearings(None) == {"told": 0, "reminded": 0}
    told = mails()
    assert [(mail.kind, mail.recipient) for mail in told] == [
        ("evidence.hearing", "mayor@verein.example"),
        ("evidence.hearing", "neu@stadt.example"),
    ]
    assert "31. Dezember 2026" in told[1].text
    assert "Stadt" in told[1].text
    assert f"/befund/{finding.public_id}/anhoerung" in told[1].text


def test_newcomers_of_a_municipality_that_has_answered_are_left_alone(
    circle: Circle, mails: Callable[[], list[OutboxMessage]]
) -> None:
    finding = heard(circle)
    planner = circle.actor("amsel")
    stadt = next(one for one in reread(finding).hearings if one.municipality_id == circle.stadt.id)
    with transaction():
        hearings.state_position(stadt, "Einverstanden.", actor=planner)
    town_hall(circle, email="neu@stadt.example")
    assert hearings.tell_all_newcomers() == 0
    with clock.frozen(NOON + timedelta(days=29)):
        assert hearings.tell_all_newcomers() == 0
    assert len(mails()) == 1


def test_whom_the_county_tells_otherwise_gets_no_mail_later_either(
    circle: Circle, mails: Callable[[], list[OutboxMessage]]
) -> None:
    finding = cosigned(circle)
    planner = circle.actor("amsel")
    with transaction():
        hearings.open_hearing(finding, [circle.dorf, circle.stadt], actor=planner, tell=False)
    town_hall(circle, email="neu@stadt.example")
    assert hearings.tell_all_newcomers() == 0
    assert mails() == []

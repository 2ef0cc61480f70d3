"""How long a planner waits who hands over 1,000 invitations: the request asks for a job, the worker writes the mails.

Beside it, in the same run, what the planner would wait if the request wrote the same mails itself.
"""

import json
import time
from statistics import median

import pytest
from flask import Flask
from planned_events import make_county, make_planned
from portal_client import PortalClient, make_user
from signed_in import app, browser, config
from sqlalchemy import func, insert, select

from portal.conferences import links
from portal.conferences.models import Conference, Invitation
from portal.conferences.services import sending
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.database import db, new_public_id
from portal.core.text import search_key, sort_key
from portal.core.transaction import transaction
from portal.outbox.models import OutboxMessage
from portal.stakeholders.models import Channel, Organisation, OrganisationKind, OrganisationState, Person

__all__ = ["app", "browser", "config"]

INVITATIONS = 1000
ROUNDS = 5
LONGEST_MS = 300.0


def invite_many(conference: Conference) -> None:
    """A thousand people of as many organisations on the list, none of them sent."""
    with transaction():
        for number in range(INVITATIONS):
            name = f"Organisation {number}"
            organisation = Organisation(
                name=name, kind=OrganisationKind.WELFARE_PROVIDER, state=OrganisationState.VERIFIED,
                sort_key=sort_key(name), search_key=search_key(name),
            )  # fmt: skip
            person = Person(name=f"Person {number}", email=f"p{number}@verein.example", channel=Channel.MAIL)
            db.session.add_all([organisation, person])
            db.session.flush()
            db.session.execute(
                insert(Invitation).values(
                    conference_id=conference.id, organisation_id=organisation.id, person_id=person.id,
                    public_id=new_public_id(), link_nonce=links.new_nonce(), created_at=clock.now(), edition=1,
                    sent_as_letter=False, reply="none", reply_note="", deputy_name="",
                )
            )  # fmt: skip


def test_handing_over_1000_invitations(app: Flask, browser: PortalClient, capsys: pytest.CaptureFixture[str]) -> None:
    county = make_county()
    conference = make_planned(county)
    invite_many(conference)
    make_user("plan@kreis.example", Role.PLANNER)
    browser.checks_pages = False
    browser.sign_in("plan@kreis.example")
    address = f"/konferenzen/{conference.public_id}"
    token = browser.token(f"{address}/versenden")
    waited = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        answer = browser.post(f"{address}/versenden", data={"csrf_token": token})
        waited.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == 0
    last = db.session.scalar(select(func.max(Invitation.id)))
    begun = time.perf_counter()
    with transaction():
        sending.hand_over(conference, through=last, limit=INVITATIONS, actor=SYSTEM)
    written = (time.perf_counter() - begun) * 1000
    assert db.session.scalar(select(func.count(OutboxMessage.id))) == INVITATIONS
    result = {
        "benchmark": "invitations",
        "database": db.engine.dialect.name,
        "invitations": INVITATIONS,
        "request_ms": round(median(waited), 1),
        "slowest_request_ms": round(max(waited), 1),
        "writing_in_the_request_ms": round(written, 1),
    }
    with capsys.disabled():
        print("\n" + json.dumps(result))
    assert max(waited) < LONGEST_MS

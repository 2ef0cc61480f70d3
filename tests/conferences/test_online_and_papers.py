"""Events online, what they cost, and their papers: who gets to know the address and who may fetch which file."""

import io
from typing import Any

import pytest
from flask import Flask
from planned_events import invitation_of, make_county, make_member, make_planned, plan
from portal_client import PortalClient, fresh, make_user
from sqlalchemy import func, select

from portal.areas.models import Area
from portal.conferences import announced, deputy_mails, links
from portal.conferences.models import Attending, Conference, ConferenceFile, Reply, ReplyChannel
from portal.conferences.services import events, papers, replies, sending
from portal.core.actor import ANONYMOUS, SYSTEM, Role
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.files.models import StoredFile
from portal.outbox.models import OutboxMessage
from portal.stakeholders.models import Organisation, Person

ADDRESS = "https://sitzung.kreis.example/raum?pw=geheim"
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF\n"


@pytest.fixture
def county(app: Flask) -> dict[str, Area]:
    return make_county()


@pytest.fixture
def member(county: dict[str, Area]) -> tuple[Organisation, Person]:
    return make_member("Erstes Haus", person="Erna Erste")


@pytest.fixture
def event(county: dict[str, Area], member: tuple[Organisation, Person]) -> Conference:
    conference = make_planned(
        county, member, attending=Attending.BOTH, online_url=ADDRESS, costs="kostenfrei", is_public=True
    )
    with transaction():
        sending.ask(conference, actor=SYSTEM, at_once=True)
    return conference


def add(conference: Conference, name: str = "Plan.pdf", *, is_public: bool = False) -> ConferenceFile:
    with transaction():
        return papers.add(conference, io.BytesIO(PDF), name=name, is_public=is_public, actor=SYSTEM)


def mails() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def fetched(browser: PortalClient, path: str) -> bytes:
    with browser.get(path) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return answer.data


def token_of(member: tuple[Organisation, Person]) -> str:
    return links.address(invitation_of(member)).rpartition("/")[2]


def unfolded(text: str | None) -> str:
    return (text or "").replace("\r\n ", "")


def test_the_address_goes_to_those_invited_and_nowhere_else(
    app: Flask, browser: PortalClient, event: Conference, member: tuple[Organisation, Person]
) -> None:
    mail = mails()[-1]
    assert ADDRESS in mail.text
    assert "kostenfrei" in mail.text
    assert ADDRESS in unfolded(mail.calendar).replace("\\,", ",")
    page = browser.get(f"/einladung/{token_of(member)}").text
    assert ADDRESS in page
    public = browser.get(f"/termine/{event.public_id}").text
    assert "geheim" not in public
    assert "Beispielhalle, Aldorf oder online" in public
    assert "Die Adresse der Sitzung bekommen Eingeladene." in public
    assert "kostenfrei" in public
    assert "geheim" not in browser.get(f"/termine/{event.public_id}/kalender.ics").text
    assert "geheim" not in browser.get("/termine").text


def test_who_declines_gets_no_address_and_who_accepts_does(
    event: Conference, member: tuple[Organisation, Person]
) -> None:
    def answer(reply: Reply, **more: Any) -> str:
        with transaction():
            replies.record_reply(
                invitation_of(member), reply, channel=ReplyChannel.LINK, actor=ANONYMOUS, confirm=True, **more
            )
        return mails()[-1].text

    assert ADDRESS in answer(Reply.ACCEPTED)
    assert ADDRESS not in answer(Reply.DECLINED)
    answer(Reply.DEPUTY, deputy_name="Dora Dritte", deputy_email="dora@verein.example")
    to_deputy = [mail for mail in mails() if mail.recipient == "dora@verein.example"][-1]
    assert ADDRESS in to_deputy.text
    assert ADDRESS in unfolded(to_deputy.calendar)
    with transaction():
        deputy_mails.release(invitation_of(member), "dora@verein.example", "Dora Dritte", nonce="x")
    assert ADDRESS not in mails()[-1].text


def test_a_new_address_is_a_change_that_those_invited_are_told(event: Conference, county: dict[str, Area]) -> None:
    assert announced.unannounced(event) == []
    other = ADDRESS + "2"
    with transaction():
        events.change(
            event,
            plan(county, attending=Attending.ONLINE, online_url=other, title=event.title),
            edition=event.edition,
            actor=SYSTEM,
        )
    changed = {one.field: one for one in announced.unannounced(event)}
    assert set(changed) == {"online"}
    assert other in changed["online"].new
    with transaction():
        sending.announce(event, actor=SYSTEM, at_once=True)
    assert other in mails()[-1].text
    assert "Online-Teilnahme" in mails()[-1].text


def test_what_was_told_before_events_could_be_online_still_reads(event: Conference) -> None:
    with transaction():
        event.told = {key: value for key, value in (event.told or {}).items() if key not in ("attending", "online_url")}
        event.attending, event.online_url = Attending.ON_SITE, ""
    assert announced.unannounced(fresh(event)) == []


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("online_url", {"online_url": "http://offen.example"}),
        ("online_url", {"online_url": "javascript:alert(1)"}),
        ("online_url", {"online_url": "https://"}),
        ("online_url", {"online_url": "https://x.example/" + "a" * 500}),
        ("attending", {"online_url": ADDRESS, "attending": Attending.ON_SITE}),
        ("costs", {"costs": "x" * 201}),
    ],
)
def test_addresses_and_costs_that_do_not_fit_are_refused(
    county: dict[str, Area], field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as refused, transaction():
        events.create(plan(county, **{"attending": Attending.ONLINE, **values}), actor=SYSTEM)
    assert refused.value.field == field


def test_an_online_event_needs_no_place_to_be_sent(
    county: dict[str, Area], member: tuple[Organisation, Person]
) -> None:
    conference = make_planned(
        county, member, attending=Attending.ONLINE, online_url=ADDRESS, place_name="", place_town=""
    )
    assert sending.hindrance(conference) is None
    assert announced.where(conference) == "online"


def test_papers_reach_those_they_are_for(
    app: Flask, browser: PortalClient, event: Conference, member: tuple[Organisation, Person]
) -> None:
    inner, outer = add(event, "Intern.pdf"), add(event, "Plan.pdf", is_public=True)
    token = token_of(member)
    page = browser.get(f"/einladung/{token}").text
    assert "Intern.pdf" in page
    assert "Plan.pdf" in page
    for paper in (inner, outer):
        assert fetched(browser, f"/einladung/{token}/anlagen/{paper.public_id}") == PDF
    public = browser.get(f"/termine/{event.public_id}").text
    assert "Plan.pdf" in public
    assert "Intern.pdf" not in public
    assert fetched(browser, f"/termine/{event.public_id}/anlagen/{outer.public_id}") == PDF
    assert browser.get(f"/termine/{event.public_id}/anlagen/{inner.public_id}").status_code == 404
    assert browser.get(f"/einladung/falsch/anlagen/{outer.public_id}").status_code == 404
    assert browser.get(f"/konferenzen/{event.public_id}/anlagen/{outer.public_id}").status_code == 302
    with transaction():
        event.is_public = False
    assert browser.get(f"/termine/{event.public_id}/anlagen/{outer.public_id}").status_code == 404


def test_a_paper_of_another_event_is_not_handed_out(
    browser: PortalClient, event: Conference, county: dict[str, Area], member: tuple[Organisation, Person]
) -> None:
    other = make_planned(county, title="Anderes Treffen", is_public=True)
    paper = add(other, is_public=True)
    assert browser.get(f"/einladung/{token_of(member)}/anlagen/{paper.public_id}").status_code == 404
    assert browser.get(f"/termine/{event.public_id}/anlagen/{paper.public_id}").status_code == 404


def test_planners_add_open_and_remove_papers(browser: PortalClient, event: Conference) -> None:
    make_user("plan@kreis.example", Role.PLANNER)
    browser.sign_in("plan@kreis.example")
    path = f"/konferenzen/{event.public_id}/anlagen"
    refused = browser.submit(path, {"datei": (io.BytesIO(b"MZ program"), "plan.pdf")})
    assert refused.status_code == 422
    assert "lässt sich aber nicht als PDF lesen" in refused.text
    assert "Bitte wählen Sie eine Datei aus." in browser.submit(path, {}).text
    assert browser.submit(path, {"datei": (io.BytesIO(PDF), "Plan.pdf")}).location == path
    db.session.rollback()
    paper = db.session.scalars(select(ConferenceFile)).one()
    assert not paper.is_public
    one = f"{path}/{paper.public_id}"
    assert fetched(browser, one) == PDF
    browser.submit(f"{one}/oeffentlich", page=path)
    assert fresh(paper).is_public
    browser.submit(f"{one}/nur-eingeladene", page=path)
    assert not fresh(paper).is_public
    assert "Plan.pdf" in browser.get(f"{one}/entfernen").text
    browser.submit(f"{one}/entfernen")
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(ConferenceFile)) == 0
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_leadership_reads_papers_but_keeps_none(browser: PortalClient, event: Conference) -> None:
    paper = add(event)
    make_user("chef@kreis.example", Role.LEADERSHIP)
    browser.sign_in("chef@kreis.example")
    path = f"/konferenzen/{event.public_id}"
    assert fetched(browser, f"{path}/anlagen/{paper.public_id}") == PDF
    assert browser.get(f"{path}/anlagen").status_code == 403
    assert "geheim" not in browser.get(path).text


def test_the_twenty_first_paper_and_strangers_are_refused(event: Conference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "MOST_PAPERS", 1)
    add(event)
    with pytest.raises(Refusal):
        add(event)
    with pytest.raises(NotAllowed), transaction():
        papers.add(event, io.BytesIO(PDF), name="x.pdf", is_public=True, actor=ANONYMOUS)

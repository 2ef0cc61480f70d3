"""Invitations as letters: what stands where, and that hostile text stays text."""

import pytest
import segno
from flask import Flask
from invited import invite, make_event, make_organisation
from portal_client import fresh, make_user

from portal.conferences import announced, letter_pdf, short_links
from portal.conferences.letter_pdf import LetterKind
from portal.conferences.models import Conference, ConferenceChange, ConferenceState, Invitation, Reply, ReplyChannel
from portal.conferences.services import replies, sending
from portal.core import clock, pdf
from portal.core.actor import SYSTEM, Role
from portal.core.database import db
from portal.core.transaction import transaction
from portal.stakeholders.models import Person


@pytest.fixture
def set_data(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What was handed to the typesetter."""
    seen: list[dict[str, object]] = []
    real = pdf.render

    def render(template: str, data: dict[str, object]) -> bytes:
        seen.append(data)
        return real(template, data)

    monkeypatch.setattr(pdf, "render", render)
    return seen


def test_letters_are_pdf_ua_with_address_reply_slip_and_link(app: Flask, set_data: list[dict[str, object]]) -> None:
    event = make_event()
    organisation = make_organisation("Verein am Fluss")
    with transaction():
        organisation.street, organisation.town = "Uferweg 3", "Sinsheim"
    row = invite(event, "Oma Muster", email=None, organisation=organisation)
    content = letter_pdf.render(event, [row])
    assert content.startswith(b"%PDF-")
    assert b"pdfuaid" in content
    [data] = set_data
    [letter] = data["letters"]  # type: ignore[misc]
    assert letter["address"] == ["Verein am Fluss", "Oma Muster", "Uferweg 3", "74889 Sinsheim"]
    assert letter["link"] == short_links.address(row)
    [frame] = data["frames"].values()  # type: ignore[attr-defined]
    assert frame["agenda"] == ["Begrüßung", "Wege ohne Auto"]
    assert next(label for label, _named in frame["slip"]["replies"]) == "Ja, ich komme"


def test_the_code_is_the_link(app: Flask) -> None:
    link = short_links.address(invite(make_event(), email=None))
    rows = letter_pdf._bits(link)
    matrix = [[int(bit) for bit in bin(row)[3:]] for row in rows]
    assert matrix == [list(row) for row in segno.make(link, error="m", micro=False).matrix]


def test_every_letter_says_what_is_to_be_said_now(app: Flask, set_data: list[dict[str, object]]) -> None:
    event = make_event()
    row = invite(event, email=None)
    assert letter_pdf.kind_of(row) is LetterKind.INVITATION
    with transaction():
        stored = db.session.get_one(Invitation, row.id)
        stored.printed_sequence, stored.sent_sequence = 0, 1
    assert letter_pdf.kind_of(fresh(row)) is LetterKind.CHANGE
    with transaction():
        conference = db.session.get_one(Conference, event.id)
        conference.state, conference.cancelled_reason = ConferenceState.CANCELLED, "Wasserschaden."
    assert letter_pdf.kind_of(fresh(row)) is LetterKind.CANCELLATION
    assert letter_pdf.render(fresh(event), [fresh(row)]).startswith(b"%PDF-")
    with transaction():
        db.session.get_one(Invitation, row.id).withdrawn_at = clock.now()
    assert letter_pdf.kind_of(fresh(row)) is LetterKind.WITHDRAWAL
    assert letter_pdf.render(fresh(event), [fresh(row)]).startswith(b"%PDF-")
    still = invite(event, "Opa Muster", email=None)
    letter_pdf.render(fresh(event), [fresh(row), fresh(still)])
    titles = ["Absage: Konferenz am Fluss", "Rücknahme der Einladung: Konferenz am Fluss", "Briefe: Konferenz am Fluss"]
    assert [data["title"] for data in set_data] == titles


def test_each_letter_is_in_its_readers_language(app: Flask, set_data: list[dict[str, object]]) -> None:
    event = make_event()
    german, english = invite(event, "Oma Muster", email=None), invite(event, "Ida Muster", email=None)
    user = make_user("ida@verein.example", Role.PROVIDER)
    with transaction():
        user.locale = "en"
        db.session.get_one(Person, english.person_id).user_id = user.id
    letter_pdf.render(event, [fresh(german), fresh(english)])
    assert [frame["lang"] for frame in set_data[0]["frames"].values()] == ["de", "en"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "name", ['#panic("x")', "$ x^2 $ *fett*", '\\ ] [ #import "/etc/passwd": *', "😀 emoji العربية", "x" * 200]
)
def test_what_people_typed_stays_text(app: Flask, name: str) -> None:
    event = make_event()
    with transaction():
        db.session.get_one(Conference, event.id).title = name
    row = invite(event, name, email=None, organisation=make_organisation(name))
    assert letter_pdf.render(fresh(event), [row]).startswith(b"%PDF-")


def test_a_change_on_paper_asks_only_those_whose_reply_is_open(app: Flask, set_data: list[dict[str, object]]) -> None:
    event = make_event()
    silent, came = invite(event, "Oma Muster", email=None), invite(event, "Opa Muster", email=None)
    with transaction():
        replies.record_reply(
            db.session.get_one(Invitation, came.id), Reply.ACCEPTED, channel=ReplyChannel.TELEPHONE, actor=SYSTEM
        )
        for row in (silent, came):
            stored = db.session.get_one(Invitation, row.id)
            stored.printed_sequence, stored.sent_sequence = 0, 1
    rows = [fresh(silent), fresh(came)]
    assert [letter_pdf.asks(row) for row in rows] == [True, False]
    letter_pdf.render(fresh(event), rows)
    asked, kept = set_data[0]["frames"].values()  # type: ignore[attr-defined]
    assert asked["has_slip"]
    assert asked["after"].startswith("Bitte antworten Sie uns")
    assert not kept["has_slip"]
    assert kept["has_link"]
    assert kept["after"] == "Sie haben uns schon geantwortet: zugesagt. Ihre Antwort gilt weiter, bis Sie sie ändern."
    # Day or time changed with number 1: the reply was given for the date before.
    assert [letter_pdf.asks(row, moved=1) for row in rows] == [True, True]
    letter_pdf.render(fresh(event), rows, moved=1)
    again = list(set_data[1]["frames"].values())[1]  # type: ignore[attr-defined]
    assert again["has_slip"]
    assert "Sie galt dem bisherigen Termin." in again["after"]
    assert "Bitte antworten Sie uns" in again["after"]


def test_a_change_on_paper_names_what_was_before_the_last_letter(app: Flask, set_data: list[dict[str, object]]) -> None:
    event = make_event()
    row = invite(event, email=None)
    with transaction():
        stored = db.session.get_one(Invitation, row.id)
        stored.printed_sequence, stored.sent_sequence = 1, 3
        for sequence, old, new, reason in (
            (1, "Turm", "Schloss", "Vor dem letzten Brief."),
            (2, "Schloss", "Rathaus", "Wasserschaden."),
            (3, "Rathaus", "Alte Mühle", ""),
        ):
            db.session.add(
                ConferenceChange(
                    conference_id=event.id,
                    new_state=ConferenceState.PLANNED,
                    sequence=sequence,
                    reason=reason,
                    changes=[["where", old, new]],
                )
            )
    content = letter_pdf.render(fresh(event), [fresh(row)], steps=sending.told_steps(event))
    assert content.startswith(b"%PDF-")
    [frame] = set_data[0]["frames"].values()  # type: ignore[attr-defined]
    assert frame["news"]["rows"] == [("Ort", "Alte Mühle (bisher: Schloss)")]
    assert frame["news"]["reason"] == "Wasserschaden."


def test_what_was_changed_back_is_no_news() -> None:
    steps = [[announced.Changed("where", "Turm", "Schloss")], [announced.Changed("where", "Schloss", "Turm")]]
    assert announced.joined(steps) == []

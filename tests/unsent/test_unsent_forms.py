"""What is being typed is kept for that person alone, in the order it was typed, until the form is sent."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from portal_client import BASE_URL, PortalClient, make_user
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import ANONYMOUS, Actor, Role
from portal.core.database import db
from portal.core.errors import NotAllowed, Refusal
from portal.core.transaction import transaction
from portal.unsent import extension, queries, services, sheets, tasks
from portal.unsent.models import UnsentForm
from portal.unsent.services import Kept, Outcome
from portal.unsent.sheets import Mark

FORM = "probe.text:eins"
PAGE, OTHER = "aaaaaaaaaaaa", "bbbbbbbbbbbb"


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> Iterator[None]:
    """Sheets name the addresses that keep them."""
    with app.test_request_context("/", base_url=BASE_URL):
        yield


@pytest.fixture
def ada(app: Flask) -> User:
    return make_user("ada@verein.example", Role.PLANNER)


@pytest.fixture
def writer(ada: User) -> Actor:
    return Actor(user=ada)


@pytest.fixture
def probe() -> Iterator[dict[str, str | None]]:
    """A record that forms of this kind write at: `edition` is what it is in now."""
    record: dict[str, str | None] = {"edition": "3"}
    extension.editions["probe.text"] = lambda key, actor: record["edition"]
    yield record
    del extension.editions["probe.text"]


def keep(mark: Mark, text: str, turn: int, actor: Actor, *, page: str = PAGE, read: int = 0) -> Outcome:
    with transaction():
        return services.keep(mark, [("text", text)], page=page, turn=turn, read=read, actor=actor)


def shown(actor: Actor, subject: str = FORM) -> str | None:
    """What the form would show if it were opened now."""
    db.session.rollback()
    _sheet, typed = sheets.sheet(subject, actor=actor)
    return None if typed is None else typed.get("text")


def mark_of(actor: Actor, subject: str = FORM) -> Mark:
    found = sheets.read(sheets.sheet(subject, actor=actor)[0].token, actor=actor)
    assert found is not None
    return found


def test_what_was_typed_is_there_again(writer: Actor) -> None:
    mark = mark_of(writer)
    assert shown(writer) is None
    assert keep(mark, "Halb", 1, writer).kept is Kept.NOW
    assert keep(mark, "Halb geschrieben\x00", 2, writer).kept is Kept.NOW
    assert shown(writer) == "Halb geschrieben"
    assert mark_of(writer).key == mark.key  # whoever opens the form goes on with it
    assert queries.unsent([FORM, "anderes:x"], actor=writer).keys() == {FORM}


def test_it_is_for_that_person_alone(writer: Actor) -> None:
    mark = mark_of(writer)
    keep(mark, "geheim", 1, writer)
    other = Actor(user=make_user("bea@verein.example", Role.PLANNER))
    assert shown(other) is None
    assert queries.unsent([FORM], actor=other) == {}
    assert queries.unsent([FORM], actor=ANONYMOUS) == {}
    assert sheets.read(sheets.token(FORM, mark.key, actor=writer), actor=other) is None
    with pytest.raises(NotAllowed):
        keep(mark, "fremd", 2, other)


def test_nothing_old_comes_after_something_new(writer: Actor) -> None:
    mark = mark_of(writer)
    keep(mark, "zweitens", 2, writer)
    keep(mark, "erstens", 1, writer)  # overtaken on its way
    assert shown(writer) == "zweitens"


def test_after_sending_nothing_comes_back(writer: Actor) -> None:
    sheet, _typed = sheets.sheet(FORM, actor=writer)
    mark = mark_of(writer)
    keep(mark, "fast fertig", 1, writer)
    with transaction():
        services.sent({"entwurf": sheets.token(FORM, mark.key, actor=writer)}, actor=writer)
    late = keep(mark, "noch unterwegs", 2, writer)
    assert late.kept is Kept.TOO_LATE
    assert late.key != mark.key
    assert shown(writer) is None
    # The first text may be on its way, too, when the form is sent.
    with transaction():
        services.sent(dict(sheet.hidden), actor=writer)
    fresh_mark = sheets.read(sheet.token, actor=writer)
    assert fresh_mark is not None
    assert keep(fresh_mark, "überholt", 1, writer).kept is Kept.TOO_LATE
    # Whoever comes back and writes on gets a sheet of their own.
    again = Mark(mark.user_id, FORM, late.key)
    assert keep(again, "weiter", 3, writer).kept is Kept.NOW
    assert shown(writer) == "weiter"


def test_two_windows_lose_nothing(writer: Actor) -> None:
    mark = mark_of(writer)
    first = keep(mark, "aus dem ersten Fenster", 1, writer)
    # The second window showed what was kept then, and goes on with it.
    second = keep(mark, "aus dem zweiten Fenster", 1, writer, page=OTHER, read=first.edition)
    assert second.kept is Kept.NOW
    # The first window does not know of that: its text is kept beside it.
    apart = keep(mark, "doch noch aus dem ersten", 2, writer, read=first.edition)
    assert apart.kept is Kept.APART
    assert apart.key != mark.key
    assert shown(writer) == "doch noch aus dem ersten"
    with transaction():
        services.forget(Mark(mark.user_id, FORM, apart.key))
    assert shown(writer) == "aus dem zweiten Fenster"
    # The same text from elsewhere is no conflict.
    same = keep(mark, "aus dem zweiten Fenster", 1, writer, page="cccccccccccc")
    assert (same.kept, same.edition) == (Kept.NOW, second.edition)


def test_at_once_from_one_page_the_latest_stays(app: Flask, ada: User) -> None:
    mark = mark_of(Actor(user=ada))
    user_id = ada.id
    db.session.rollback()
    gate, faults = threading.Barrier(8), []

    def work(turn: int) -> None:
        with app.app_context():
            try:
                actor = Actor(user=db.session.get_one(User, user_id))
                db.session.rollback()
                gate.wait(20)
                keep(mark, f"Stand {turn}", turn, actor)
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=work, args=(turn,)) for turn in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert shown(Actor(user=db.session.get_one(User, user_id))) == "Stand 8"
    assert db.session.scalar(select(func.count(UnsentForm.id))) == 1


def test_too_much_is_refused_and_what_was_kept_stays(writer: Actor) -> None:
    mark = mark_of(writer)
    keep(mark, "kurz", 1, writer)
    with pytest.raises(Refusal):
        keep(mark, "x" * (services.LONGEST + 1), 2, writer)
    with pytest.raises(Refusal), transaction():
        services.keep(mark, [("a", "b")] * (services.MOST_FIELDS + 1), page=PAGE, turn=3, read=0, actor=writer)
    assert shown(writer) == "kurz"


def test_what_nobody_comes_back_to_is_deleted(writer: Actor) -> None:
    keep(mark_of(writer), "liegen geblieben", 1, writer)
    sent = mark_of(writer, "probe.text:zwei")
    with transaction():
        services.forget(sent)
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert tasks.forget(None) == {"unsent_forms": 1}
        assert shown(writer) == "liegen geblieben"
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert tasks.forget(None) == {"unsent_forms": 1}
        assert shown(writer) is None


def typed(client: PortalClient, app: Flask, ada: User, **more: str) -> dict[str, Any]:
    sheet, _typed = sheets.sheet(FORM, actor=Actor(user=ada))
    return {"csrf_token": client.token("/konto"), **dict(sheet.hidden), "entwurf_nr": "1", "text": "Halb", **more}


def test_the_address_answers_in_words(
    app: Flask, ada: User, browser: PortalClient, probe: dict[str, str | None]
) -> None:
    browser.sign_in("ada@verein.example")
    fields = typed(browser, app, ada, edition="3")
    answer = browser.post("/entwurf", data=fields)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["text"].startswith("Entwurf gespeichert, ")
    again = {**fields, "entwurf": answer.json["token"], "entwurf_stand": answer.json["read"], "entwurf_nr": "2"}
    probe["edition"] = "4"
    conflict = browser.post("/entwurf", data={**again, "text": "Halb geschrieben"})
    assert conflict.status_code == 409
    assert conflict.json is not None
    assert "an anderer Stelle geändert" in conflict.json["text"]
    probe["edition"] = None
    gone = browser.post("/entwurf", data={**again, "text": "Halb geschrieben und mehr", "entwurf_nr": "3"})
    assert gone.status_code == 409
    assert gone.json is not None
    assert "inzwischen abgegeben" in gone.json["text"]
    assert shown(Actor(user=ada)) == "Halb geschrieben und mehr"  # kept all the same
    stored = db.session.scalars(select(UnsentForm)).one()
    assert {name for name, _value in stored.fields or []} == {"text", "edition"}
    too_long = browser.post("/entwurf", data={**again, "text": "x" * 150_000, "entwurf_nr": "4"})
    assert too_long.status_code == 422
    assert too_long.json is not None
    assert "zu lang" in too_long.json["text"]


def test_forged_and_foreign_sheets_are_nobodys(app: Flask, ada: User, browser: PortalClient) -> None:
    make_user("bea@verein.example", Role.PROVIDER)
    fields = typed(browser, app, ada)
    assert browser.post("/entwurf", data=fields).status_code == 403  # nobody is signed in
    browser.sign_in("bea@verein.example")
    token = browser.token("/konto")
    for sheet in (fields["entwurf"], fields["entwurf"] + "x", "", "ä" * 500):
        assert browser.post("/entwurf", data={**fields, "csrf_token": token, "entwurf": sheet}).status_code == 404
    assert browser.post("/entwurf", data={**fields, "csrf_token": "falsch"}).status_code == 400
    db.session.rollback()
    assert db.session.scalar(select(func.count(UnsentForm.id))) == 0


def test_thrown_away_it_is_gone(app: Flask, ada: User, browser: PortalClient) -> None:
    browser.sign_in("ada@verein.example")
    fields = typed(browser, app, ada)
    browser.post("/entwurf", data=fields)
    answer = browser.post("/entwurf/verwerfen", data={**fields, "weiter": "/konto"})
    assert answer.location == "/konto"
    assert browser.post("/entwurf/verwerfen", data={**fields, "weiter": "https://boese.example/"}).location == "/"
    assert shown(Actor(user=ada)) is None

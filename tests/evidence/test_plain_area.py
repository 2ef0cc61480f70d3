"""The page of a planning area in plain German, and the text in Leichte Sprache beside it."""

import re
from collections.abc import Callable

from flask import Flask
from portal_client import PortalClient
from sqlalchemy import select
from test_finding_pages import visitor

from portal.core.database import db
from portal.evidence.easy.models import EasyText

__all__ = ["visitor"]
PAGE = "/planungsraeume/sinsheim/kurz-und-klar"
STAFF = "/planungsraeume/weinheim/leichte-sprache"


def test_everybody_reads_what_was_said_shown_recommended_unknown_and_next(
    visitor: Callable[[str], PortalClient],
) -> None:
    client = visitor("anonymous")
    client.checks_pages = True
    page = client.get(PAGE).text
    for part in ("gesagt", "zahlen", "empfehlung", "unbekannt", "weiter"):
        assert f'id="{part}"' in page
    assert "Nichts davon begründet Kürzungen." in page
    assert "Wo Sie mitmachen können" in page
    assert "Abendbus auf Probe prüfen" in page
    assert PAGE in client.get("/planungsraeume/sinsheim").text
    # Sentences with figures lead to their source.
    shown = page.split('id="zahlen"', 1)[1].split("</section>", 1)[0]
    assert re.search(r'<li>[^<]*\d[^<]*<a class="no-print" href="/indikatoren/', shown)


def test_a_conspicuous_figure_is_named_where_the_area_page_marks_it_and_a_reopened_finding_says_so(
    visitor: Callable[[str], PortalClient],
) -> None:
    client = visitor("anonymous")
    page = client.get(PAGE).text
    shown = page.split('id="zahlen"', 1)[1].split("</section>", 1)[0]
    quiet = re.search(r"Hier fallen die Zahlen nicht auf: ([^<]*)\.", shown)
    assert quiet is not None
    # People spoke of the practice, which is near; the emergency department is far and nobody spoke of it.
    assert "Notaufnahme" in shown
    assert "25,5" in shown
    assert "Andere Zahlen des Themas fallen auf." in shown
    assert "Gesundheit" not in quiet[1]
    assert "Wirtschaft" not in quiet[1]
    advised = page.split('id="empfehlung"', 1)[1].split("</section>", 1)[0]
    health = advised.split("/befunde/sinsheim/health", 1)[1].split("<h3>", 1)[0]
    assert re.search(r"Diese Empfehlung ist vom [^<]*\. Wir prüfen den Befund gerade neu\.", health)
    assert advised.count("Wir prüfen den Befund gerade neu.") == 1
    assert "der Befund wird neu geprüft" in page.split('id="weiter"', 1)[1]


def test_the_page_is_the_same_for_staff_and_names_no_internal_figure(visitor: Callable[[str], PortalClient]) -> None:
    def body(page: str) -> str:
        return page.split('id="gesagt"', 1)[1].split("</main>", 1)[0]

    assert body(visitor("planner").get(PAGE).text) == body(visitor("anonymous").get(PAGE).text)


def test_leichte_sprache_is_shown_where_written_and_said_to_be_missing_elsewhere(
    visitor: Callable[[str], PortalClient],
) -> None:
    client = visitor("anonymous")
    easy = client.get(PAGE + "?fassung=leicht").text
    assert "Am Abend fährt kein Bus." in easy
    assert "Demodaten" in easy
    assert "Noch von keiner Prüfgruppe geprüft." in easy
    elsewhere = PAGE.replace("sinsheim", "weinheim")
    assert "Leichte Sprache: noch nicht geschrieben" in client.get(elsewhere).text
    assert "gibt es noch keinen Text in Leichter Sprache" in client.get(elsewhere + "?fassung=leicht").text


def test_a_text_is_written_by_one_and_released_by_another(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    planner, leader, anonymous = visitor("planner"), visitor("leadership"), visitor("anonymous")
    fields = {"text": "Hier ist Weinheim.\nDas ist ein Test.", "checked_by": "", "seen": "0"}
    assert planner.submit(STAFF, fields).status_code == 302
    public = "/planungsraeume/weinheim/kurz-und-klar?fassung=leicht"
    assert "Hier ist Weinheim." not in anonymous.get(public).text
    planner.submit(f"{STAFF}/freigeben", {"fassung": "1"}, page=STAFF)
    assert "Hier ist Weinheim." not in anonymous.get(public).text
    leader.submit(f"{STAFF}/freigeben", {"fassung": "1"}, page=STAFF)
    assert "Hier ist Weinheim." in anonymous.get(public).text
    # Another version waits; the released one stays until it is taken back.
    assert planner.submit(STAFF, fields | {"text": "Neu.", "seen": "1"}).status_code == 302
    assert "Hier ist Weinheim." in anonymous.get(public).text
    leader.submit(f"{STAFF}/zuruecknehmen", {}, page=STAFF)
    assert "Hier ist Weinheim." not in anonymous.get(public).text


def test_two_people_writing_see_each_other(seeded_app: Flask, visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    planner.submit(STAFF, {"text": "Erste.", "checked_by": "", "seen": "0"})
    answer = planner.submit(STAFF, {"text": "Zweite.", "checked_by": "", "seen": "0"})
    assert answer.status_code == 422
    assert "Zweite." in answer.text
    assert "Erste." in answer.text
    db.session.rollback()
    rows = db.session.scalars(select(EasyText.text).join(EasyText.area).where(EasyText.is_demo.is_(False))).all()
    assert rows == ["Erste."]

"""Direct links between indicators and what was said: suggested, accepted, declined, counted, shown on both sides."""

import html
from collections.abc import Callable

from flask import Flask
from portal_client import PortalClient
from sqlalchemy import func, select
from test_finding_pages import visitor

from portal.audit.models import AuditEntry
from portal.core.actor import SYSTEM
from portal.core.database import db
from portal.evidence import queries
from portal.evidence.linking import linkable
from portal.evidence.linking import pages as link_pages
from portal.evidence.linking.linkable import End
from portal.evidence.models import IndicatorLink, LinkState
from portal.indicators.models import Indicator, Visibility

__all__ = ["visitor"]


def _indicator(key: str) -> Indicator:
    return db.session.scalars(select(Indicator).where(Indicator.key == key)).one()


def _suggested(app: Flask) -> tuple[str, End, str]:
    """An indicator with the first thing suggested for it that is public, and the reason."""
    with app.test_request_context(base_url="http://portal.example"):
        for one in link_pages.indicators_in_use():
            if one.visibility is not Visibility.PUBLIC:
                continue
            for suggestion in link_pages.of_indicator(one, actor=SYSTEM).suggested:
                if suggestion.end.is_public and suggestion.end.slug == "hinweis":
                    return one.key, suggestion.end, suggestion.reason
    raise AssertionError("nothing is suggested in the demonstration")


def test_a_suggestion_says_why_and_counts_once_accepted(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    key, end, reason = _suggested(seeded_app)
    assert "Gleiche Wörter" in reason
    planner = visitor("planner")
    page = planner.get(f"/verknuepfungen/kennzahl/{key}").text
    assert html.escape(reason) in page or reason in html.unescape(page)
    fields = {"ende": f"{end.slug}/{end.ref}", "was": "verknuepfen", "grund": reason}
    assert planner.submit(f"/verknuepfungen/kennzahl/{key}", fields).status_code == 302
    db.session.rollback()
    row = db.session.scalars(select(IndicatorLink)).one()
    assert (row.state, row.reason) == (LinkState.LINKED, reason)
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "evidence.linked")) == 1
    # Both directions, for everybody.
    anonymous = visitor("anonymous")
    name = html.escape(_indicator(key).name)
    assert f"Kennzahl: {name}" in anonymous.get(end.url).text
    assert f'href="{end.url}"' in anonymous.get(f"/indikatoren/{key}").text
    # The rule reads it as one of the statement's own.
    matrix = queries.matrix(SYSTEM, queries.period())
    voices = [
        voice
        for proposal in matrix.proposals.values()
        for voice in proposal.voices.statements
        if voice.public_id == end.target
    ]
    assert all(key in voice.indicators for voice in voices)


def test_what_was_declined_is_not_suggested_again(seeded_app: Flask, visitor: Callable[[str], PortalClient]) -> None:
    key, end, reason = _suggested(seeded_app)
    planner = visitor("planner")
    address = f"/verknuepfungen/hinweis/{end.ref}"
    assert reason in html.unescape(planner.get(address).text)
    assert planner.submit(address, {"ende": key, "was": "ablehnen", "grund": reason}).status_code == 302
    db.session.rollback()
    with seeded_app.test_request_context(base_url="http://portal.example"):
        found = link_pages.of_end(linkable.find("hinweis", end.ref), actor=SYSTEM)
        assert key not in {one.indicator.key for one in found.suggested}
        assert [one.indicator.key for one in found.declined] == [key]
    assert planner.submit(address, {"ende": key, "was": "vergessen"}).status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(IndicatorLink)) == 0


def test_a_link_of_the_authors_can_be_released_and_holds_again(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    with seeded_app.test_request_context(base_url="http://portal.example"):
        end = next(one for one in linkable.questions() if one.own)
    key = min(end.own)
    planner = visitor("planner")
    address = f"/verknuepfungen/frage/{end.ref}"
    planner.submit(address, {"ende": key, "was": "ablehnen"})
    item = end.target.partition("/")[2]
    db.session.rollback()
    matrix = queries.matrix(SYSTEM, queries.period())
    read = [one for p in matrix.proposals.values() for one in p.voices.named_items if one.code == item]
    assert all(key not in one.indicators for one in read)
    planner.submit(address, {"ende": key, "was": "vergessen"})
    db.session.rollback()
    matrix = queries.matrix(SYSTEM, queries.period())
    read = [one for p in matrix.proposals.values() for one in p.voices.named_items if one.code == item]
    assert all(key in one.indicators for one in read)


def test_only_who_keeps_the_indicator_links_it(visitor: Callable[[str], PortalClient], seeded_app: Flask) -> None:
    key, end, _reason = _suggested(seeded_app)
    leader = visitor("leadership")
    assert leader.get(f"/verknuepfungen/kennzahl/{key}").status_code == 200
    answer = leader.submit(f"/verknuepfungen/kennzahl/{key}", {"ende": f"{end.slug}/{end.ref}", "was": "verknuepfen"})
    assert answer.status_code == 403
    assert visitor("provider").get("/verknuepfungen").status_code == 403


def test_an_unknown_end_is_refused_in_words(visitor: Callable[[str], PortalClient]) -> None:
    planner = visitor("planner")
    for field in ("", "hinweis/222222222222", "erfunden/x", "x\x00y"):
        answer = planner.submit("/verknuepfungen/kennzahl/p_hausarzt", {"ende": field, "was": "verknuepfen"})
        assert answer.status_code == 302
    assert db.session.scalar(select(func.count()).select_from(IndicatorLink)) == 0


def test_from_the_results_of_a_survey_one_click_leads_to_the_link_and_back(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    planner, anonymous = visitor("planner"), visitor("anonymous")
    with seeded_app.test_request_context(base_url="http://portal.example"):
        end = next(one for one in linkable.questions() if "breitband50" not in one.own)
    results = end.url.partition("#")[0]
    way = f"/verknuepfungen/frage/{end.ref}"
    assert f'href="{way}"' in planner.get(results).text
    assert "/verknuepfungen/" not in anonymous.get(results).text
    name = f"Kennzahl: {html.escape(_indicator('breitband50').name)}"
    before = anonymous.get(results).text.count(name)
    assert planner.submit(way, {"ende": "breitband50", "was": "verknuepfen", "grund": "passt"}).status_code == 302
    page = anonymous.get(results).text
    assert page.count(name) == before + 1, "kept pages know of the link at once"
    assert 'href="/indikatoren/breitband50"' in page


def test_an_english_page_quotes_a_question_in_english(
    seeded_app: Flask, visitor: Callable[[str], PortalClient]
) -> None:
    with seeded_app.test_request_context(base_url="http://portal.example"):
        asked = next(end for end in linkable.questions() if end.own and end.english and len(end.english) < 90)
        key = next(one for one in sorted(asked.own) if _indicator(one).visibility is Visibility.PUBLIC)
    anonymous = visitor("anonymous")
    label = f'<a href="{html.escape(asked.url)}">'
    assert f"{label}{html.escape(asked.label[:40])}" in anonymous.get(f"/indikatoren/{key}").text
    anonymous.get("/sprache/en?back=/")
    english = anonymous.get(f"/indikatoren/{key}").text
    assert f"{label}{html.escape(asked.english)}</a>" in english
    assert html.escape(asked.label[:40]) not in english

"""What is said to a version that is not published stays inside, on every page and in every file."""

import io
import zipfile
from datetime import timedelta

from circle import NOON, Circle, reread
from portal_client import PortalClient
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from test_finding_services import adopt, heard

from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.transaction import transaction
from portal.evidence import adoption, history, publication, readable, reopening
from portal.evidence.hearings import services as hearings
from portal.evidence.models import Finding

CELL = "/befunde/nord/mobility_infrastructure"
FIRST, SECOND = "Antwort auf das Erste.", "Antwort auf das Zweite."
VIEW, LATER_VIEW = "Sicht auf das Erste.", "Sicht auf das Zweite."
# Every page and file about the finding that is open to everybody.
OPEN = (
    CELL, f"{CELL}?periode=p1", "/befunde", "/befunde?format=csv", "/befunde?format=xlsx", "/suche?q=Antwort",
    "/suche?q=Sicht", "/planungsraeume/nord", "/planungsraeume/nord/kurz-und-klar", "/planungsraeume/nord/dossier.pdf",
    "/planungsraeume/nord/dossier.docx", "/planungsraeume/nord/dossier.xlsx",
)  # fmt: skip


def _said(circle: Circle, finding: Finding, statement: str, view: str) -> None:
    found = reread(finding)
    own = next(one for one in found.current_hearings if one.municipality_id == circle.dorf.id)
    mayor = circle.mayor
    with transaction():
        hearings.state_position(own, statement, actor=mayor)
    erle = circle.actor("erle")
    with transaction():
        adoption.dissent(finding, view, organisation=circle.department, actor=erle)


def _published(circle: Circle, finding: Finding) -> None:
    actor = circle.actor("amsel")
    with transaction():
        publication.publish(finding, actor=actor, without_unreached=True)


def _heard_anew(circle: Circle, finding: Finding) -> None:
    adopt(circle, edition=reread(finding).edition, recommendation="Das Zweite.")
    for who, step in (("buche", adoption.cosign), ("amsel", None)):
        actor = circle.actor(who)
        with transaction():
            if step is not None:
                step(finding, actor=actor)
            else:
                hearings.open_hearing(finding, [circle.dorf], actor=actor)


def _two_versions(circle: Circle) -> Finding:
    """The first published with what was said to it, the second heard with an answer and another view."""
    finding = heard(circle)
    _said(circle, finding, FIRST, VIEW)
    with clock.frozen(NOON + timedelta(days=29)):
        _published(circle, finding)
    with clock.frozen(NOON + timedelta(days=30)):
        with transaction():
            reopening.reopen(finding, "Ein neuer Hinweis.", actor=SYSTEM)
        _heard_anew(circle, finding)
        _said(circle, finding, SECOND, LATER_VIEW)
    return finding


def _words(client: PortalClient, address: str) -> str:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == 200, (address, answer.status_code)
    path = address.partition("?")[0]
    if path.endswith(".pdf"):
        return "".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(answer.data)).pages)
    if path.endswith(".docx"):
        return zipfile.ZipFile(io.BytesIO(answer.data)).read("word/document.xml").decode()
    if "xlsx" in address:
        book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return answer.text


def test_answers_and_other_views_go_public_with_the_version_they_are_about(
    circle: Circle, browser: PortalClient, other_browser: PortalClient
) -> None:
    finding = _two_versions(circle)
    dossier = "/planungsraeume/nord/dossier.docx"
    # A county without a map has no place for the link to it.
    browser.checks_pages = False
    with clock.frozen(NOON + timedelta(days=31)):
        for address in OPEN:
            public = _words(browser, address)
            for text in (SECOND, LATER_VIEW, "Das Zweite.", "zu Fassung 2"):
                assert text not in public, (address, text)
        for address in (CELL, dossier):
            public = _words(browser, address)
            assert FIRST in public
            assert VIEW in public
            assert "zu Fassung 1" in public
        browser.checks_pages = True
        assert "Hier steht Fassung 1" in browser.get(CELL).text

        other_browser.sign_in("amsel@verein.example")
        inside = other_browser.get(CELL).text
        assert inside.index(SECOND) < inside.index(FIRST)
        for text in (VIEW, LATER_VIEW, "zu Fassung 1", "zu Fassung 2"):
            assert text in inside
        for suffix in ("docx", "pdf", "xlsx"):
            paper = f"/berichte/vorlage.{suffix}"
            for text in (SECOND, LATER_VIEW):
                assert text not in _words(other_browser, paper)
                assert text in _words(other_browser, f"{paper}?fuer=intern")

        _published(circle, finding)
        for address in (CELL, dossier):
            public = _words(browser, address)
            for text in (FIRST, SECOND, VIEW, LATER_VIEW, "zu Fassung 1", "zu Fassung 2"):
                assert text in public, (address, text)
        assert "Hier steht Fassung 2" in browser.get(CELL).text


def test_the_public_course_tells_nothing_said_to_a_version_under_way(circle: Circle) -> None:
    def told(finding: Finding) -> list[tuple[str, str]]:
        found = reread(finding)
        wanted = {"Stellungnahme", "Abweichende Sicht"}
        return [(str(one.title), one.text) for one in history.course(found, ANONYMOUS) if str(one.title) in wanted]

    finding = _two_versions(circle)
    first = [("Stellungnahme", "Dorf, zu Fassung 1"), ("Abweichende Sicht", "Nahverkehr, zu Fassung 1")]
    assert told(finding) == first
    with clock.frozen(NOON + timedelta(days=31)):
        _published(circle, finding)
    second = [("Stellungnahme", "Dorf, zu Fassung 2"), ("Abweichende Sicht", "Nahverkehr, zu Fassung 2")]
    assert told(finding) == [*first, *second]


def test_an_answer_to_a_version_that_was_given_up_stays_inside_and_a_departments_view_is_printed(
    circle: Circle,
) -> None:
    finding = _two_versions(circle)
    with clock.frozen(NOON + timedelta(days=31)):
        _heard_anew(circle, finding)
        found, mayor = reread(finding), circle.mayor
        with transaction():
            hearings.state_position(found.current_hearings[0], "Antwort auf das Dritte.", actor=mayor)
        _published(circle, finding)
    found = reread(finding)
    assert [one.statement for one in readable.hearings_for(ANONYMOUS, found)] == ["Antwort auf das Dritte.", FIRST]
    assert len(readable.hearings_for(SYSTEM, found)) == 3
    assert [one.text for one in readable.dissents_for(ANONYMOUS, found)] == [VIEW, LATER_VIEW]


def test_a_view_written_after_reopening_waits_for_the_next_publication(circle: Circle) -> None:
    finding = heard(circle)
    with clock.frozen(NOON + timedelta(days=29)):
        _published(circle, finding)
    erle = circle.actor("erle")
    with clock.frozen(NOON + timedelta(days=30)):
        with transaction():
            reopening.reopen(finding, "Ein neuer Hinweis.", actor=SYSTEM)
        with transaction():
            adoption.dissent(finding, VIEW, organisation=circle.department, actor=erle)
    assert readable.dissents_for(ANONYMOUS, reread(finding)) == []
    assert [one.text for one in readable.dissents_for(SYSTEM, reread(finding))] == [VIEW]


def test_the_heard_town_reads_no_other_view_before_publication(
    circle: Circle, browser: PortalClient, other_browser: PortalClient
) -> None:
    finding = _two_versions(circle)
    address = f"/befund/{finding.public_id}/anhoerung.pdf"
    with clock.frozen(NOON + timedelta(days=31)):
        browser.sign_in("mayor@verein.example")
        printed = _words(browser, address)
        assert SECOND in printed
        assert VIEW in printed
        assert LATER_VIEW not in printed
        other_browser.sign_in("amsel@verein.example")
        assert LATER_VIEW in _words(other_browser, address)

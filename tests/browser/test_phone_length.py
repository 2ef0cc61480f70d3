"""On a phone no page is endless: topics and tables fold, lists run in lines, and nothing of it needs a script."""

import pytest
from house import ANONYMOUS
from playwright.sync_api import expect
from windows import Opener

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
LONGEST = {
    # what was named or is conspicuous stands open on both, and of everything else the first entries: the next event, a
    # voice, three recommendations, two needs; the house of the tests holds more than the demo's
    "/planungsraeume/sinsheim": (ANONYMOUS, 10500),
    "/befunde": (ANONYMOUS, 8600),
    "/planungsraeume/neckargemuend-eberbach": (ANONYMOUS, 9600),
    "/befunde/sinsheim/mobility_infrastructure": (ANONYMOUS, 6900),
    # every indicator with the values of its places; pictures and sources fold
    "/vergleich?gebiet=raum:sinsheim&gebiet=raum:weinheim": (ANONYMOUS, 8300),
    "/aenderungen": ("administrator", 6500),
    "/konten": ("administrator", 5500),
    "/": (ANONYMOUS, 7900),
    "/gemeinden/sinsheim": (ANONYMOUS, 7000),
    "/landkreise/rhein-neckar-kreis": (ANONYMOUS, 7000),
    "/indikatoren": (ANONYMOUS, 7000),
    "/indikatoren/p_hausarzt": (ANONYMOUS, 7450),
    "/indikatoren/frauenanteil": (ANONYMOUS, 7500),
    "/planungsraeume/zuordnung": ("planner", 7200),
    "/heute": ("planner", 7000),  # thirteen matters are due in this house; how many dates follow depends on the day
}


@pytest.mark.parametrize("path", LONGEST)
def test_pages_end(window: Opener, path: str) -> None:
    visitor, limit = LONGEST[path]
    opened = window(visitor, viewport=PHONE, java_script_enabled=True)
    opened.open(path)
    assert opened.page.evaluate("document.documentElement.scrollHeight") <= limit


def test_a_topic_says_its_result_before_it_is_opened(window: Opener) -> None:
    page = window(viewport=PHONE, java_script_enabled=False).page
    page.goto("http://portal.example/planungsraeume/sinsheim")
    topic = page.locator("details.topic", has_text="Gesundheit").first
    expect(topic.locator(".result-words").first).to_be_visible()
    expect(topic.locator(".signal").first).to_be_visible()
    expect(topic.locator(".figure").first).not_to_be_visible()
    topic.locator("summary").first.click()
    expect(topic.locator(".figure").first).to_be_visible()
    expect(topic.locator(".results")).not_to_be_visible()


def test_tables_beside_maps_fold_on_a_phone_only_and_paper_shows_everything(window: Opener) -> None:
    page = window(viewport=PHONE).page
    page.goto("http://portal.example/planungsraeume/sinsheim")
    table = page.locator("#tabelle")
    expect(table).not_to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(table).to_be_visible()
    page.set_viewport_size(PHONE)
    page.emulate_media(media="print")
    expect(table).to_be_visible()
    expect(page.locator("details.topic .figure").first).to_be_visible()
    page.emulate_media(media="screen")
    page.goto("http://portal.example/planungsraeume/sinsheim?sortierung=name#tabelle")
    expect(table).to_be_visible()


def test_the_caption_of_cards_runs_over_their_whole_width(window: Opener) -> None:
    opened = window("planner", viewport=PHONE)
    opened.open("/gestaltung")
    caption = opened.page.locator(".table-cards caption", has_text="Auf dem Telefon in laufenden Zeilen")
    box, table = caption.bounding_box(), caption.locator("..").bounding_box()
    assert box is not None
    assert table is not None
    assert box["width"] > 0.9 * table["width"]
    assert box["height"] < 60


def test_the_essential_stands_open_and_the_remainder_folds(window: Opener) -> None:
    """The next event, a voice, who was not heard, the first recommendations; a fold says how much is in it."""
    page = window(viewport=PHONE, java_script_enabled=False).page
    page.goto("http://portal.example/planungsraeume/sinsheim")
    expect(page.locator(".dates .day").first).to_be_visible()
    expect(page.locator(".voice blockquote").first).to_be_visible()
    expect(page.get_by_text("Diese Gruppen haben wir noch nicht überall gehört:")).to_be_visible()
    recommended = page.locator("section", has=page.locator("#empfehlungen"))
    shown = [one for one in recommended.locator(".timeline > li").all() if one.is_visible()]
    folded = recommended.locator("details > summary")
    assert len(shown) == 3
    assert folded.locator(".count").inner_text() == str(recommended.locator(".timeline > li").count() - 3)
    assert folded.evaluate("one => getComputedStyle(one).textDecorationLine") == "none"
    folded.click()
    expect(recommended.locator(".timeline > li").last).to_be_visible()


def test_topics_after_six_fold_on_a_phone_and_nothing_conspicuous_with_them(window: Opener) -> None:
    page = window(viewport=PHONE, java_script_enabled=False).page
    page.goto("http://portal.example/planungsraeume/sinsheim")
    numbers = page.locator("section", has=page.locator("#zahlen"))
    topics = numbers.locator("details.topic:not(.topic-wide)")
    shown = [one for one in topics.all() if one.is_visible()]
    assert len(shown) == 6 < topics.count()
    folded = numbers.locator("details.fold", has=page.locator("details.topic"))
    words = folded.locator("> summary").inner_text()
    for one in topics.all():
        if not one.is_visible():
            assert (one.locator("h3").text_content() or "").strip() in words
            assert one.locator(".results .signal-conspicuous").count() == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(topics.last).to_be_visible()


def test_topics_of_the_matrix_without_any_sign_fold_on_a_phone(window: Opener) -> None:
    page = window(viewport=PHONE, java_script_enabled=False).page
    page.goto("http://portal.example/befunde")
    rows = page.locator(".matrix tbody tr")
    for one in rows.all():
        marked = one.locator(".glyph .on").count() > 0 or one.locator("td:not(.is-no_data)").count() > 0
        assert one.is_visible() is marked
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(rows.last).to_be_visible()
    page.set_viewport_size(PHONE)
    page.goto("http://portal.example/befunde?einordnung=no_data")
    expect(page.locator(".matrix tbody tr").last).to_be_visible()


def test_a_comparison_shows_its_values_before_anything_is_opened(window: Opener) -> None:
    page = window(viewport=PHONE, java_script_enabled=False).page
    page.goto("http://portal.example/vergleich?gebiet=raum:sinsheim&gebiet=raum:weinheim")
    card = page.locator("figure.card", has_text="Bevölkerung insgesamt").first
    summary = card.locator("summary")
    words = [word.strip(":") for word in summary.inner_text().split() if word != ":"]
    assert words == ["Sinsheim", "80.428", "Weinheim", "149.061", "Rhein-Neckar-Kreis", "555.352"]
    summary.click()
    expect(summary).to_have_text("Werte der Gebiete", use_inner_text=True)
    expect(card.locator(".panel-rows").get_by_text("149.061")).to_be_visible()

"""Pages on paper: a first sheet that says the place, no sheet that is nearly empty, no endless pile."""

import io

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader
from windows import Opener

pytestmark = pytest.mark.browser

# Fewer letters on a sheet than this are a line or two left over.
LEFT_OVER = 250
SHEETS = {
    "/planungsraeume/sinsheim": 7,  # the house of the tests holds more than the demonstration
    "/indikatoren/p_hausarzt": 5,
    "/befunde/sinsheim/mobility_infrastructure": 7,
    "/gemeinden/sinsheim": 5,
}


def sheets(page: Page) -> list[str]:
    """The text of every sheet that the browser prints."""
    page.emulate_media(media="print")
    reader = PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    texts = (" ".join(sheet.extract_text().split()) for sheet in reader.pages)
    # Where a word may be parted, the reader of the file sees a gap, people see none.
    return [text.replace("Planungs raum", "Planungsraum") for text in texts]


@pytest.mark.parametrize("path", SHEETS)
def test_paper_is_used(window: Opener, path: str) -> None:
    opened = window()
    opened.open(path)
    printed = sheets(opened.page)
    assert len(printed) <= SHEETS[path]
    assert min(len(text) for text in printed) >= LEFT_OVER, [len(text) for text in printed]


def test_the_first_sheet_of_an_area_shows_map_and_key_figures(window: Opener) -> None:
    opened = window()
    opened.open("/planungsraeume/sinsheim")
    first, second = sheets(opened.page)[:2]
    for words in ("Planungsraum Sinsheim", "Alle Gemeinden des Planungsraums", "Spechbach", "Menschen je km²"):
        assert words in first
    assert "Alle Gemeinden des Planungsraums" not in second


def test_figures_on_paper_keep_their_sources(window: Opener) -> None:
    opened = window()
    opened.open("/planungsraeume/sinsheim")
    assert "Stand: 2024" in " ".join(sheets(opened.page)[1:3])

"""A page in English holds no word that only exists in German: what the catalogue is asked for, it answers."""

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import access_table
import pytest
from flask_babel import force_locale, get_translations
from house import ANONYMOUS, BASE_URL, VISITORS, House, Request
from markup import parsed

PAGES = [row for row in access_table.rows() if row.method == "GET"]
FORMS = [row for row in access_table.rows() if row.method == "POST"]
# Words that no English sentence has; names of places and what the county itself wrote stay German.
_GERMAN = re.compile(
    r"\b(und|oder|nicht|für|wird|werden|sind|eine|keine|Ihre?n?|Sie|wurde|können|über|dieser?s?|beim?|zum|zur|der|die|das|den|des|von|mit|im)\b"
)


class _Missing(gettext.NullTranslations):
    """Asked for what the catalogue does not have."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: set[str] = set()

    def gettext(self, message: str) -> str:
        self.texts.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.texts.add(msgid1)
        return msgid1 if n == 1 else msgid2

    def pgettext(self, context: str, message: str) -> str:
        self.texts.add(message)
        return message

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        self.texts.add(msgid1)
        return msgid1 if n == 1 else msgid2


@contextmanager
def _listening(house: House) -> Iterator[_Missing]:
    missing = _Missing()
    with house.app.test_request_context("/", base_url=BASE_URL), force_locale("en"):
        translations = get_translations()
    before = translations._fallback
    translations._fallback = missing
    try:
        yield missing
    finally:
        translations._fallback = before


def test_the_catalogue_is_asked(house: House) -> None:
    with _listening(house) as missing, house.app.test_request_context("/", base_url=BASE_URL), force_locale("en"):
        assert get_translations().gettext("Impressum") != "Impressum"
        assert get_translations().gettext("Gibt es nicht im Katalog.") == "Gibt es nicht im Katalog."
    assert missing.texts == {"Gibt es nicht im Katalog."}


@pytest.mark.parametrize("row", PAGES + FORMS, ids=lambda row: row.name)
def test_no_text_of_a_page_lacks_its_translation(house: House, row: access_table.Row) -> None:
    seen = {sign: visitor for visitor, sign in row.expected.items()}
    with _listening(house) as missing:
        for visitor in {*seen.values(), *(v for v in VISITORS if row.expected[v] == "ok")}:
            request = house.request(row.method, row.rule, row.record, visitor)
            answer = house.ask(visitor, request, sprache="en")
            if answer.mimetype == "text/html" and answer.status_code not in {302, 303} and "/html" not in row.rule:
                assert '<html lang="en"' in answer.text
            if house.changed():
                house.put_back()
    assert sorted(missing.texts) == []


def _german(document: Any, lang: str = "en") -> Iterator[str]:
    """Texts with German words that no element marks as German."""
    lang = document.get("lang") or lang
    if isinstance(document.tag, str) and document.tag not in {"script", "style"}:
        for text in (document.text, document.get("title"), document.get("aria-label"), document.get("alt")):
            if lang == "en" and len(set(_GERMAN.findall(text or ""))) > 1:
                yield (text or "").strip()[:120]
        for child in document:
            yield from _german(child, lang)
            if lang == "en" and len(set(_GERMAN.findall(child.tail or ""))) > 1:
                yield (child.tail or "").strip()[:120]


PUBLIC = (
    "/planungsraeume", "/planungsraeume/sinsheim", "/planungsraeume/sinsheim/steckbrief", "/gemeinden/sinsheim",
    "/indikatoren", "/indikatoren/frauenanteil", "/indikatoren/p_notaufnahme", "/indikatoren/kita_u3", "/befunde",
    "/befunde/sinsheim/economy", "/befunde/sinsheim/mobility_infrastructure", "/befunde/weinheim/health",
    "/befunde/regel", "/themen", "/offene-daten",
)  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_what_the_county_wrote_is_marked_as_german_on_public_pages(house: House, path: str) -> None:
    answer = house.ask(ANONYMOUS, Request("GET", path, {}, {}), sprache="en")
    assert answer.status_code == 200
    assert list(_german(parsed(answer.text))) == []


PLAIN = ("/", "/anmelden", "/impressum", "/datenschutz", "/barrierefreiheit", "/gibt-es-nicht")


@pytest.mark.parametrize("path", PLAIN)
def test_pages_without_words_of_the_county_hold_no_german_sentence(house: House, path: str) -> None:
    document = parsed(house.ask(ANONYMOUS, Request("GET", path, {}, {}), sprache="en").text)
    german = []
    for element in document.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"} or element.get("lang") == "de":
            continue
        for text in (element.text, element.tail):
            words = set(_GERMAN.findall(text or ""))
            if len(words) > 1:
                german.append((text or "").strip()[:120])
    assert german == []

"""Languages: which one a page is in, and catalogues compiled at start into the data folder."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, current_app, has_request_context, request, url_for
from flask_babel import Babel, force_locale, get_locale
from markupsafe import Markup, escape

from portal.core.actor import current_actor
from portal.core.seed_words import Local, local

CATALOGUES = Path(__file__).parent.parent / "locale"
COOKIE = "sprache"
DEFAULT = "de"
LABELS = {"de": "Deutsch", "en": "English"}
# Used by tests only: German words in a right-to-left page show which parts of a layout are bound to a side.
PSEUDO = "ar"


@dataclass(frozen=True)
class Language:
    """One entry of the language menu."""

    code: str
    label: str
    url: str
    current: bool


def compile_catalogues(data: Path) -> Path:
    """Compile every `.po` into the data folder (about 0.1 s) and hand back the folder for Flask-Babel."""
    sources = sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    target = data / "locale" / digest
    for source in sources:
        mo = target / source.relative_to(CATALOGUES).with_suffix(".mo")
        if mo.exists():
            continue
        mo.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        draft = mo.with_name(f".{mo.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(mo)
    target.mkdir(parents=True, exist_ok=True)
    return target


def chosen_language() -> str:
    """The language of this request: chosen on the page, else the account's, else German.

    Outside of a request (worker, command line) German, unless the caller forces another.
    """
    if not has_request_context():
        return DEFAULT
    offered = set(LABELS) | ({PSEUDO} if _pseudo_allowed() else set())
    chosen = request.cookies.get(COOKIE)
    if chosen in offered:
        return str(chosen)
    user = current_actor().user
    preferred = getattr(user, "locale", None)
    return preferred if preferred in offered else DEFAULT


@contextmanager
def language_of(locale: str | None) -> Iterator[None]:
    """The language of somebody who came by a personal link, unless one was chosen in this browser or by signing in."""
    if locale not in LABELS or COOKIE in request.cookies or current_actor().signed_in:
        yield
        return
    with force_locale(locale):
        yield


def _pseudo_allowed() -> bool:
    return bool(current_app.testing)


def languages() -> list[Language]:
    """Entries of the language menu; each link comes back to the present page."""
    current = str(get_locale())
    back = request.full_path.rstrip("?") if request.method != "POST" else "/"
    return [
        Language(code, label, url_for("home.set_language", code=code, back=back), code == current)
        for code, label in LABELS.items()
    ]


def german_lang() -> Markup:
    """Attribute for an element whose text is German whatever the page's language is (WCAG 3.1.2)."""
    return Markup("") if str(get_locale()) == DEFAULT else Markup(' lang="de"')


def german(text: Any) -> Any:
    """Mark a text that exists in German only: sources, what the county wrote itself.

    Jinja filter. On a German page, and for nothing, the text comes back as it is; words of the shipped data come in
    the page's language.
    """
    translated = local(text)
    if isinstance(translated, Local) or not any(one.isalpha() for one in str(text)):
        return translated
    attribute = german_lang()
    return Markup("<span{}>{}</span>").format(attribute, text) if attribute else text


def quoting(sentence: str, /, **texts: Any) -> Any:
    """A translated sentence with `%(name)s` for each text, the texts marked as German where the page is not.

    What is markup comes in as it is. For views; a template marks the text and hands it to the sentence itself.
    """
    if not german_lang() and not any(isinstance(text, Markup) for text in texts.values()):
        return sentence % texts
    return escape(sentence) % {name: text if isinstance(text, Markup) else german(text) for name, text in texts.items()}


def either(german_text: str, english_text: str) -> Any:
    """Of a text that may exist in both languages the one of the page; marked as German where there is no other."""
    return english_text if english_text and str(get_locale()) == "en" else german(german_text)


def init_languages(app: Flask, babel: Babel, data: Path) -> None:
    """Tie Flask-Babel to the application."""
    babel.init_app(
        app,
        default_locale=DEFAULT,
        default_timezone="Europe/Berlin",
        default_translation_directories=str(compile_catalogues(data)),
        locale_selector=chosen_language,
    )

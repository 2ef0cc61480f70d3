"""Catalogues of translations: what is marked in code and templates, and what of it lacks a translation.

German is the language of the marks themselves, so only other languages have a catalogue. Whoever changed a text
calls `update`, the tests compare; nothing here runs while pages are served.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal import config as configuration

FOLDER = Path(__file__).parent.parent / "locale"
_PACKAGE = Path(__file__).parent.parent
_KEYWORDS = {
    "_": None, "_l": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "lazy_gettext": None,
    "lazy_ngettext": (1, 2), "_ln": (1, 2), "pgettext": ((1, "c"), 2),
}  # fmt: skip
_JINJA = {"extensions": "jinja2.ext.i18n", "trimmed": "false", "silent": "false"}


def marked() -> Catalog:
    """Every marked text of the package and the templates, with the places it stands at."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for folder, name, methods in (
        (_PACKAGE, "portal", [("**.py", "python")]),
        (configuration.TEMPLATES, "templates", [("**.html", "jinja2.ext:babel_extract")]),
    ):
        options = {pattern: _JINJA for pattern, method in methods if method.startswith("jinja2")}
        for file, line, message, comments, context in extract_from_dir(
            folder, method_map=methods, options_map=options, keywords=_KEYWORDS
        ):
            catalogue.add(message, locations=[(f"{name}/{file}", line)], auto_comments=comments, context=context)
    return catalogue


def read(language: str) -> Catalog:
    """The stored catalogue of a language; an empty one if there is none yet."""
    path = _path(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(language: str) -> list[str]:
    """Marked texts that have no translation, or only a doubtful one."""
    stored = read(language)
    missing = []
    for message in marked():
        if not message.id:
            continue
        found = stored.get(message.id, message.context)
        complete = found is not None and (all(found.string) if isinstance(found.string, tuple | list) else found.string)
        if not complete or (found is not None and found.fuzzy):
            missing.append(message.id if isinstance(message.id, str) else message.id[0])
    return missing


def update(language: str) -> int:
    """Bring the stored catalogue up to what is marked: new texts empty, gone ones dropped. Hands back what lacks.

    Nothing is guessed from similar texts: a wrong translation that looks finished is worse than none.
    """
    stored = read(language)
    fresh = Catalog(locale=language, charset="utf-8", fuzzy=False, project="portal", header_comment="")
    for message in marked():
        if not message.id:
            continue
        found = stored.get(message.id, message.context)
        string = found.string if found is not None else ""
        places = [(place, 0) for place in sorted({place for place, _line in message.locations})]
        fresh.add(message.id, string, locations=places, flags=message.flags, context=message.context)
    path = _path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, sort_by_file=False, sort_output=True, include_lineno=False, width=0, omit_header=False)
    return len(untranslated(language))


def _path(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES" / "messages.po"

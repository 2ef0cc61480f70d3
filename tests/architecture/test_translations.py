"""German and English complete, and translations that fit their originals."""

import re

import pytest
from babel.messages.catalog import Message

from portal.core import catalogues
from portal.core.languages import DEFAULT, LABELS

_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")
OTHERS = sorted(set(LABELS) - {DEFAULT})


@pytest.mark.parametrize("language", OTHERS)
def test_every_marked_text_is_translated(language: str) -> None:
    assert catalogues.untranslated(language) == []


def test_no_text_is_marked_inside_another() -> None:
    """The extraction does not look into f-strings: such a text would stay German unnoticed."""
    hidden = re.compile(r"f[\"'][^\n]*\{(_|_l|gettext|ngettext)\(")
    found = [path.name for path in catalogues.FOLDER.parent.rglob("*.py") if hidden.search(path.read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_kept_that_is_no_longer_marked(language: str) -> None:
    marked = catalogues.marked()
    gone = [m.id for m in catalogues.read(language) if m.id and marked.get(m.id, m.context) is None]
    assert gone == []


def _forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_placeholders_and_edges(language: str) -> None:
    def wrong(message: Message) -> bool:
        wanted = set(_PLACEHOLDER.findall(_forms(message.id)[-1]))
        edges = _forms(message.id)[0]
        return any(
            not set(_PLACEHOLDER.findall(form)) <= wanted
            or (len(_forms(message.id)) == 1 and set(_PLACEHOLDER.findall(form)) != wanted)
            or form[:1].isspace() != edges[:1].isspace()
            or form[-1:].isspace() != edges[-1:].isspace()
            for form in _forms(message.string)
        )

    assert [message.id for message in catalogues.read(language) if message.id and wrong(message)] == []

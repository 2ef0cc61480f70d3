"""PDF documents (PDF/UA-1) made by typst from a template and data.

Templates lie beside the pages' (`templates/<feature>/….typ`) and use the common look of `templates/pdf/portal.typ`.
Everything people wrote travels as JSON and is set as text: a template never evaluates it, so markup and code in it
are printed as they stand. Templates read nothing outside their folder and load no packages from the network.
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from functools import cache
from typing import Any

import typst
from flask import current_app
from flask_babel import get_locale
from flask_babel import gettext as _

from portal.config import TEMPLATES, Config
from portal.core import clock
from portal.core.errors import Refusal
from portal.core.text import clean_text

# They bound the time of typesetting (about 5 s here): a document beyond them is refused, not begun.
LIMIT_BYTES = 1_000_000
LIMIT_LINES = 20_000

MEDIA_TYPE = "application/pdf"
_NO_GLYPH = "\ufffd"
# More foreign characters than this are not looked up one by one.
_LOOKED_UP = 400
_CERTAIN = frozenset(chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180))) | frozenset("\n\t–—‘’‚“”„…•−€")


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Set the data with the template (`minutes/minutes.typ`) and hand back the bytes of a PDF/UA-1.

    `data` is anything JSON knows and must hold `title`, `county` (whose document it is) and `source` (the line at
    the foot: where from, what date). Language, words of the frame and the watermark of demonstrations are added:
    `is_demo` marks a single invented record in an installation that is no demonstration. Refuses what is too
    long; characters that no font of ours knows are printed as �.
    """
    content = json.dumps(_clean(_framed(data)), ensure_ascii=False)
    if len(content.encode()) > LIMIT_BYTES or content.count("\\n") > LIMIT_LINES:
        raise Refusal(_("Das Dokument ist zu lang für ein PDF. Bitte kürzen oder teilen Sie den Text."))
    content = _displayable(content)
    try:
        return _compiled(template, content)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
        # Characters that are known alone and not together.
        return _compiled(template, "".join(c if c in _CERTAIN else _NO_GLYPH for c in content))


def _framed(data: Mapping[str, Any]) -> dict[str, Any]:
    config: Config = current_app.config["PORTAL"]
    locale = get_locale()
    is_demo = config.demo or bool(data.get("is_demo", False))
    return {
        **{name: data[name] for name in ("title", "county", "source")},
        **data,
        "lang": "de" if locale is None else locale.language,
        "page_word": _("Seite"),
        "watermark": _("Demodaten – frei erfunden") if is_demo else "",
    }


def _clean(value: Any) -> Any:
    """The same data with texts free of control characters."""
    if isinstance(value, Mapping):
        return {str(key): _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return clean_text(value) if isinstance(value, str) else value


def _compiled(template: str, content: str) -> bytes:
    made = typst.compile(
        TEMPLATES / template,
        root=TEMPLATES,
        font_paths=_fonts(),
        sys_inputs={"data": content},
        format="pdf",
        pdf_standards=["ua-1"],
        # The day, not the second: the same document twice on one day is the same bytes.
        timestamp=datetime.combine(clock.today(), time(), clock.now().tzinfo),
    )
    assert isinstance(made, bytes)
    return made


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with typst and no others: a document looks the same on every machine."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


_known: dict[str, bool] = {}


def _displayable(text: str) -> str:
    """The text with characters replaced that no font can show; PDF/UA refuses a document that holds one."""
    strange = sorted(set(text) - _CERTAIN)
    unknown = [c for c in strange if c not in _known]
    _look_up(unknown[:_LOOKED_UP])
    missing = {ord(c): _NO_GLYPH for c in strange if not _known.get(c, False)}
    return text.translate(missing) if missing else text


def _look_up(characters: list[str]) -> None:
    """Learn which of the characters the fonts know, halving the list until each is decided."""
    if not characters:
        return
    shown = _shows(characters)
    if shown or len(characters) == 1:
        _known.update(dict.fromkeys(characters, shown))
        return
    half = len(characters) // 2
    _look_up(characters[:half])
    _look_up(characters[half:])


def _shows(characters: Iterable[str]) -> bool:
    source = (
        b'#set document(title: "x")\n#set text(font: "Libertinus Serif")\n#for c in sys.inputs.c.clusters() [#c \\ ]'
    )
    try:
        typst.compile(
            source, font_paths=_fonts(), sys_inputs={"c": " ".join(characters)}, format="pdf", pdf_standards=["ua-1"]
        )
    except typst.TypstError:
        return False
    return True


def file_name(*parts: str) -> str:
    """A name for the file: words of the title joined, without signs that file systems dislike."""
    joined = "-".join(re.sub(r"[^\w.]+", "-", part).strip("-.") for part in parts)
    return f"{joined[:120].strip('-')}.pdf"

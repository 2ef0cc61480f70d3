"""One XML part of a workbook walked over with limits: no document type, no depth, no words without end."""

from collections.abc import Callable, Iterator, Mapping
from xml.parsers import expat

from flask_babel import lazy_gettext as _l

from portal.indicators.imports.archive import Archive
from portal.indicators.imports.sheet_parts import refused

DEEPEST = 64
LONGEST_TOKEN = 2 << 20

Start = Callable[[str, Mapping[str, str]], None]


def walk(
    archive: Archive,
    part: str,
    start: Start,
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> Iterator[None]:
    """Call the functions with local element names; yields after every block, so that results can be taken away.

    Raises ImportRefused for damage and for anything that no workbook needs.
    """
    parser = expat.ParserCreate()
    local: dict[str, str] = {}
    depth = 0

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise refused(_l("Der Teil „%(name)s“ ist zu tief verschachtelt.", name=part[:80]))
        short = local.get(name)
        if short is None:
            short = local[name] = name.rpartition(":")[2]
        start(short, attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(local[name])

    def on_type(*_: object) -> None:
        raise refused(_l("Der Teil „%(name)s“ enthält eine Dokumenttyp-Angabe.", name=part[:80]))

    parser.buffer_text = True
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.StartDoctypeDeclHandler = on_type
    parser.EntityDeclHandler = on_type
    if text is not None:
        parser.CharacterDataHandler = text
    fed = 0
    try:
        for block in archive.blocks(part):
            parser.Parse(block, False)
            fed += len(block)
            if fed - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise refused(_l("Der Teil „%(name)s“ enthält zu lange Angaben.", name=part[:80]))
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, LookupError, ValueError) as error:
        # The last two: a character set that does not exist or that expat cannot read.
        raise refused(_l("Der Teil „%(name)s“ ist beschädigt.", name=part[:80])) from error


def scan(
    archive: Archive,
    part: str,
    start: Start,
    *,
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Walk over a part to its end."""
    for _ in walk(archive, part, start, end=end, text=text):
        pass

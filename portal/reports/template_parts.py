"""What lies in the packed file of a Word template: whole, not too big, and nothing from elsewhere."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from portal.reports.template_faults import Fault, TemplateFault

MOST_BYTES = 5 * 1024 * 1024
_MOST_UNPACKED = 60 * 1024 * 1024
_MOST_ENTRIES = 2000
_PACKED = b"PK\x03\x04"
# Kinds of relations (their last word) to programs, to other documents, and to the template a document hangs on.
_FOREIGN = frozenset({"attachedTemplate", "aFChunk", "control", "oleObject", "package", "subDocument", "vbaProject"})
_ADDRESS = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
# Fields of Word that read another file or start a program.
_FETCHING = re.compile(r"\b(DDE|DDEAUTO|IMPORT|INCLUDE|INCLUDEPICTURE|INCLUDETEXT|LINK|MACROBUTTON)\b")


def is_cut_off(stream: IO[bytes]) -> bool:
    """Whether a packed file ends before its table of contents; whether it is a Word file is asked elsewhere."""
    is_packed = stream.read(len(_PACKED)) == _PACKED
    found = is_packed and not zipfile.is_zipfile(stream)
    stream.seek(0)
    return found


def require_small(template: bytes) -> None:
    """A packed file may claim to be small; what it unpacks to is counted before anybody unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            entries = archive.infolist()
            unpacked = 0
            for entry in entries[:_MOST_ENTRIES]:
                with archive.open(entry) as part:
                    unpacked += _length(part, _MOST_UNPACKED - unpacked)
                if unpacked >= _MOST_UNPACKED:
                    break
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise TemplateFault(Fault.BROKEN) from error
    if len(entries) > _MOST_ENTRIES or unpacked >= _MOST_UNPACKED:
        raise TemplateFault(Fault.TOO_BIG)


def require_own(document: Document) -> None:
    """Refuse what a reader's Word would fetch or run: pictures and templates by address, programs, fetching fields.

    Links that a reader clicks on are left alone.
    """
    for relation in document.part.package.iter_rels():
        kind = relation.reltype.rsplit("/", 1)[-1]
        is_link = kind == "hyperlink" and bool(_ADDRESS.match(relation.target_ref))
        if kind in _FOREIGN or (relation.is_external and not is_link):
            raise TemplateFault(Fault.FOREIGN, f"{kind}: {relation.target_ref}")
    for element in _elements(document):
        told = "".join(node.text or "" for node in element.iter(qn("w:instrText")))
        simple = " ".join(node.get(qn("w:instr")) or "" for node in element.iter(qn("w:fldSimple")))
        if found := _FETCHING.search(f"{told} {simple}".upper()):
            raise TemplateFault(Fault.FOREIGN, found.group())


def _elements(document: Document) -> Iterator[BaseOxmlElement]:
    for part in document.part.package.iter_parts():
        element: Any = getattr(part, "element", None)
        if isinstance(element, BaseOxmlElement):
            yield element


def _length(part: IO[bytes], limit: int) -> int:
    """Bytes of an entry, read in blocks that are thrown away and no further than the limit."""
    found = 0
    while found < limit and (block := part.read(1 << 18)):
        found += len(block)
    return found

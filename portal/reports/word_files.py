"""Word documents from templates (docxtpl): the shipped ones or the county's own.

A template is Jinja inside of a Word file and comes from outside: it speaks `paper_language` and knows nothing but the
report's words, and a document that drops the sentences every copy must carry gets them back, as do numbers whose
sources it leaves out. Nothing here needs a request: `template_trial` fills in a process of its own.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from docxtpl import DocxTemplate
from flask_babel import gettext as _
from jinja2 import TemplateError, TemplateNotFound

from portal.config import TEMPLATES
from portal.core.text import clean_text
from portal.files.signatures import DOCX
from portal.reports.content import Report
from portal.reports.models import ReportKind
from portal.reports.paper_language import PaperLanguage
from portal.reports.template_faults import Fault, TemplateFault
from portal.reports.template_parts import require_small

MEDIA_TYPE = DOCX
# `[7]`, `[7, 31]`
_REFERENCE = re.compile(r"\[(\d+(?:, \d+)*)\]")
_SHIPPED = {ReportKind.DOSSIER: "dossier.docx", ReportKind.COMMITTEE_PAPER: "committee_paper.docx"}


def shipped(kind: ReportKind) -> bytes:
    """The template that comes with the portal."""
    return (TEMPLATES / "reports" / _SHIPPED[kind]).read_bytes()


def fill(template: bytes, report: Report) -> bytes:
    """The template filled with a report; a word that no report has stays empty. Raises `Refusal`."""
    try:
        return filled(template, words_of(report), sources=_("Quellen"))
    except TemplateFault as fault:
        raise fault.refusal() from fault


def words_of(report: Report) -> dict[str, Any]:
    """What a template can name: the report as tables of texts, free of control characters, which Word cannot hold."""
    return {name: _clean(value) for name, value in asdict(report).items()}


def filled(template: bytes, words: Mapping[str, Any], *, sources: str, is_strict: bool = False) -> bytes:
    """The template filled with the words of a report; `sources` heads the entries that it leaves out.

    Raises `TemplateFault`, with `is_strict` also for a word that no report has.
    """
    require_small(template)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(dict(words), jinja_env=PaperLanguage(is_strict=is_strict))
        _add_sources(document, words["sources"], heading=sources)
        text = "\n".join(paragraph.text for paragraph in document.docx.paragraphs)
        first = document.docx.paragraphs[0] if document.docx.paragraphs else document.docx.add_paragraph("")
        for notice in words["notices"]:
            if notice not in text:
                first.insert_paragraph_before(notice)
        properties = document.docx.core_properties
        properties.title, properties.author = words["title"][:250], words["office"][:250]
        target = io.BytesIO()
        document.docx.save(target)
    except TemplateNotFound as error:
        raise TemplateFault(Fault.ALONE) from error
    except TemplateError as error:
        raise TemplateFault(Fault.UNFIT, str(error.message)) from error
    except (MemoryError, OverflowError, RecursionError) as error:
        raise TemplateFault(Fault.TOO_MUCH) from error
    # lxml's errors of syntax are Python's `SyntaxError`, too.
    except (KeyError, SyntaxError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise TemplateFault(Fault.BROKEN) from error
    return target.getvalue()


def _add_sources(document: DocxTemplate, sources: list[str], *, heading: str) -> None:
    """Entries of sources that the document names by number and does not print, below everything else."""
    printed = [paragraph.text for paragraph in document.docx.paragraphs]
    cells = [cell.text for table in document.docx.tables for row in table.rows for cell in row.cells]
    listed = {line for text in (*printed, *cells) for line in text.split("\n")}
    named = {number for group in _REFERENCE.findall("\n".join((*printed, *cells))) for number in group.split(", ")}
    missing = [line for line in sources if line not in listed and line[1 : line.index("]")] in named]
    if missing:
        document.docx.add_paragraph(heading).runs[0].bold = True
    for line in missing:
        document.docx.add_paragraph(line)


def _clean(value: object) -> object:
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return clean_text(value) if isinstance(value, str) else value

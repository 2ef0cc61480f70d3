"""Word documents from templates (docxtpl): the shipped ones or the county's own.

A template is Jinja inside of a Word file and comes from outside: it runs in a sandbox that knows nothing but the
report's words, and a document that drops the sentences every copy must carry gets them back, as do numbers whose
sources it leaves out.
"""

import io
import re
import zipfile
from dataclasses import asdict, replace
from typing import IO

from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from flask_babel import gettext as _
from jinja2 import StrictUndefined, TemplateError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from portal.config import TEMPLATES
from portal.core.errors import Refusal
from portal.core.text import clean_text
from portal.files.signatures import DOCX
from portal.reports.content import FigureLine, Report
from portal.reports.models import ReportKind

MEDIA_TYPE = DOCX
MOST_BYTES = 5 * 1024 * 1024
# `[7]`, `[7, 31]`
_REFERENCE = re.compile(r"\[(\d+(?:, \d+)*)\]")
_MOST_UNPACKED = 60 * 1024 * 1024
_SHIPPED = {ReportKind.DOSSIER: "dossier.docx", ReportKind.COMMITTEE_PAPER: "committee_paper.docx"}


def require_whole(stream: IO[bytes]) -> None:
    """Refuse a Word file that was cut off; whether it is one at all is asked elsewhere."""
    is_packed = stream.read(4) == b"PK\x03\x04"
    if is_packed and not zipfile.is_zipfile(stream):
        raise Refusal(
            _("Die Datei ist beschädigt oder nicht ganz übertragen. Bitte speichern und wählen Sie sie noch einmal."),
            field="file",
        )
    stream.seek(0)


def shipped(kind: ReportKind) -> bytes:
    """The template that comes with the portal."""
    return (TEMPLATES / "reports" / _SHIPPED[kind]).read_bytes()


def try_out(template: bytes, sample: Report) -> None:
    """Refuse a template that cannot be filled, names a word that no report has, shows no planning area, or prints
    values of indicators without the numbers of their sources.
    """
    fill(template, sample, undefined=StrictUndefined)
    if "areas" not in DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables():
        raise Refusal(
            _(
                "In der Vorlage steht kein Platzhalter für die Planungsräume. Vom Bericht wäre nichts zu sehen. Laden "
                "Sie die jetzige Vorlage herunter und ändern Sie diese, dann bleiben die Platzhalter erhalten."
            ),
            field="file",
        )
    if _hides_references(template, sample):
        raise Refusal(
            _(
                "Die Vorlage druckt Werte von Kennzahlen ohne die Nummer ihrer Quelle. Bitte setzen Sie „reference“ zu "
                "jedem Wert, wie in der jetzigen Vorlage."
            ),
            field="file",
        )


def _hides_references(template: bytes, sample: Report) -> bool:
    """Whether a figure's value is printed and its reference is not. Both are marked, so that nothing else is found."""
    marks: list[tuple[str, str]] = []

    def marked(one: FigureLine) -> FigureLine:
        value, reference = f"\u27e6{len(marks)}\u27e7", f"\u27e6Q{len(marks)}\u27e7"
        marks.append((value, reference))
        return replace(
            one, value=value, county=value, spread=value, difference=value, compared=value, reference=reference
        )

    areas = tuple(replace(area, figures=tuple(marked(one) for one in area.figures)) for area in sample.areas)
    printed = _printed(fill(template, replace(sample, areas=areas)))
    return any(value in printed and reference not in printed for value, reference in marks)


def _printed(document: bytes) -> str:
    """All text of the document's body, tables and text boxes as well."""
    body = Document(io.BytesIO(document)).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))


def fill(template: bytes, report: Report, *, undefined: type[Undefined] = Undefined) -> bytes:
    """The template filled with a report. Raises `Refusal` with Jinja's words where the template does not fit.

    With `StrictUndefined` a word that no report has is refused; without, it stays empty.
    """
    _require_small(template)
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=undefined)
    words = _clean(asdict(report))
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.render(words, jinja_env=environment)
        _add_sources(document, report)
        text = "\n".join(paragraph.text for paragraph in document.docx.paragraphs)
        first = document.docx.paragraphs[0] if document.docx.paragraphs else document.docx.add_paragraph("")
        for notice in report.notices:
            if notice not in text:
                first.insert_paragraph_before(notice)
        properties = document.docx.core_properties
        properties.title, properties.author = report.title[:250], report.office[:250]
        target = io.BytesIO()
        document.docx.save(target)
    except TemplateError as error:
        raise Refusal(
            _("Die Vorlage passt nicht zum Bericht: %(why)s", why=str(error.message)[:300]), field="file"
        ) from error
    except (KeyError, ValueError, zipfile.BadZipFile, OverflowError, TypeError) as error:
        raise Refusal(_("Die Datei ist beschädigt oder keine Word-Vorlage."), field="file") from error
    return target.getvalue()


def _add_sources(document: DocxTemplate, report: Report) -> None:
    """Entries of sources that the document names by number and does not print, below everything else."""
    printed = [paragraph.text for paragraph in document.docx.paragraphs]
    cells = [cell.text for table in document.docx.tables for row in table.rows for cell in row.cells]
    listed = {line for text in (*printed, *cells) for line in text.split("\n")}
    named = {number for group in _REFERENCE.findall("\n".join((*printed, *cells))) for number in group.split(", ")}
    missing = [line for line in report.sources if line not in listed and line[1 : line.index("]")] in named]
    if missing:
        document.docx.add_paragraph(_("Quellen")).runs[0].bold = True
    for line in missing:
        document.docx.add_paragraph(line)


def _require_small(template: bytes) -> None:
    """A packed file may claim to be small; what it unpacks to is counted before anybody unpacks it."""
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            entries = archive.infolist()
            unpacked = 0
            for entry in entries[:2000]:
                with archive.open(entry) as part:
                    unpacked += _length(part, _MOST_UNPACKED - unpacked)
                if unpacked >= _MOST_UNPACKED:
                    break
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise Refusal(_("Die Datei ist beschädigt oder keine Word-Vorlage."), field="file") from error
    if len(entries) > 2000 or unpacked >= _MOST_UNPACKED:
        raise Refusal(_("Die Vorlage ist ausgepackt zu groß."), field="file")


def _length(part: IO[bytes], limit: int) -> int:
    """Bytes of an entry, read in blocks that are thrown away and no further than the limit."""
    found = 0
    while found < limit and (block := part.read(1 << 18)):
        found += len(block)
    return found


def _clean(value: object) -> object:
    """Texts free of control characters, which no Word file may hold."""
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return clean_text(value) if isinstance(value, str) else value

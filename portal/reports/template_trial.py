"""Trying out a county's own template before it is used: in a process of its own, with an end to time and memory.

`python -m portal.reports.template_trial` reads a job from standard input and answers on standard output, both JSON.
"""

import base64
import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import Any, NewType

from docx import Document
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from portal.reports.content import FigureLine, Report
from portal.reports.paper_language import PaperLanguage
from portal.reports.template_faults import Fault, TemplateFault
from portal.reports.template_parts import require_own, require_small
from portal.reports.word_files import filled, words_of

if sys.platform != "win32":
    import resource

# A paper over all areas of a county takes about two seconds; a web process gives up a request after sixty.
MOST_SECONDS = 40
_MOST_CPU_SECONDS = 30
_MOST_MEMORY = 1 << 30
# Nobody reads what is filled here.
_HEADING = "Quellen"


# A template that passed: nothing else can be put in the place of the one in use.
Tried = NewType("Tried", bytes)


def try_out(template: bytes, sample: Report) -> Tried:
    """The template, if it can be used.

    Refuses one that cannot be filled, names a word that no report has, shows no planning area, brings something from
    elsewhere, or prints values of indicators without the numbers of their sources.

    Takes seconds and needs no database: call it outside of a transaction.
    """
    marked, marks = _marked(sample)
    job = {
        "template": base64.b64encode(template).decode("ascii"),
        "sample": words_of(sample),
        "marked": words_of(marked),
        "marks": marks,
    }
    try:
        ended = subprocess.run(  # noqa: S603 - the portal's own program; what is handed over is read as data
            [sys.executable, "-m", __spec__.name],
            input=json.dumps(job, default=str).encode("utf-8"),
            capture_output=True,
            timeout=MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise TemplateFault(Fault.TOO_MUCH).refusal() from expired
    if ended.returncode < 0:
        raise TemplateFault(Fault.TOO_MUCH).refusal()
    if ended.returncode:
        raise RuntimeError(f"the trial of a template failed: {ended.stderr.decode('utf-8', 'replace')[-2000:]}")
    answer = json.loads(ended.stdout)
    if answer["fault"]:
        raise TemplateFault(Fault(answer["fault"]), answer["why"]).refusal()
    return Tried(template)


def main() -> None:
    """The other process: one job in, the fault or none out."""
    _limit()
    job = json.loads(sys.stdin.buffer.read())
    try:
        _try(base64.b64decode(job["template"]), job)
        answer = {"fault": None, "why": ""}
    except TemplateFault as fault:
        answer = {"fault": fault.fault.value, "why": fault.why}
    except (MemoryError, RecursionError):
        answer = {"fault": Fault.TOO_MUCH.value, "why": ""}
    json.dump(answer, sys.stdout)


def _try(template: bytes, job: dict[str, Any]) -> None:
    require_small(template)
    # Filled before it is looked into: a file that is no document says so in one place.
    filled(template, job["sample"], sources=_HEADING, is_strict=True)
    require_own(Document(io.BytesIO(template)))
    if "areas" not in DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(PaperLanguage()):
        raise TemplateFault(Fault.NO_AREAS)
    printed = _printed(filled(template, job["marked"], sources=_HEADING))
    if any(value in printed and reference not in printed for value, reference in job["marks"]):
        raise TemplateFault(Fault.NO_REFERENCES)


def _marked(sample: Report) -> tuple[Report, list[tuple[str, str]]]:
    """The sample with values and references that nothing else prints: by them a hidden reference is found."""
    marks: list[tuple[str, str]] = []

    def marked(one: FigureLine) -> FigureLine:
        # Shaped like a real one, so that a template which rewrites references loses these as well.
        value, reference = f"\u27e6{len(marks)}\u27e7", f"[{900_000_000 + len(marks)}]"
        marks.append((value, reference))
        return replace(
            one, value=value, county=value, spread=value, difference=value, compared=value, reference=reference
        )

    areas = tuple(replace(area, figures=tuple(marked(one) for one in area.figures)) for area in sample.areas)
    return replace(sample, areas=areas), marks


def _printed(document: bytes) -> str:
    """All text of the document's body, tables and text boxes as well."""
    body = Document(io.BytesIO(document)).element.body
    return "".join(node.text or "" for node in body.iter(qn("w:t")))


def _limit() -> None:
    """Bound this process where the system can (not on Windows, where the time of the caller is all there is)."""
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


if __name__ == "__main__":
    main()

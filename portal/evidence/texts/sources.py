"""Sources that people give for numbers and statements in the texts of a finding (*Quellen zum Text*)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from flask_babel import gettext as _

from portal.core import clock
from portal.core.errors import Refusal
from portal.core.formats import date_long
from portal.core.text import one_line
from portal.evidence.models import FindingVersion

FIELD = "text_sources"
MOST = 20
_LONGEST = {"words": 200, "source": 500, "url": 500}
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]+\S*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TextSource:
    """One entry: `words` as they stand in a text (a number, a statement), where they are from, of which day (ISO)."""

    words: str
    source: str
    url: str = ""
    day: str = ""


def of(version: FindingVersion) -> list[TextSource]:
    """The entries of a version, in their order."""
    return [TextSource(**one) for one in version.text_sources]


def texts(
    *singles: str,
    alternatives: Iterable[Mapping[str, str]] = (),
    parts: Sequence[str] = ("text", "effect", "side_effects"),
) -> list[str]:
    """Everything written, one text after the other."""
    return [*singles, *(one.get(part) or "" for one in alternatives for part in parts)]


def of_version(version: FindingVersion) -> list[str]:
    """Every text of a version that people read."""
    return texts(
        version.title, version.said, version.figures_show, version.reason, version.resources, version.recommendation,
        version.next_step, alternatives=version.alternatives,
    )  # fmt: skip


def checked(found: Sequence[TextSource], written: Iterable[str]) -> list[dict[str, str]]:
    """The entries as they are kept. `Refusal` at the field: incomplete, too long, no address, not in the texts."""
    if len(found) > MOST:
        raise Refusal(_("Bitte nennen Sie höchstens %(limit)s Quellen.", limit=MOST), field=FIELD)
    everything = list(written)
    return [asdict(_checked(one, everything)) for one in found]


def _checked(one: TextSource, written: Sequence[str]) -> TextSource:
    clean = TextSource(
        words=one_line(one.words), source=one_line(one.source), url=one_line(one.url), day=one.day
    )  # fmt: skip
    if not clean.words:
        raise Refusal(_("Bitte schreiben Sie zu jeder Quelle, für welche Zahl oder Aussage sie gilt."), field=FIELD)
    if not clean.source:
        raise Refusal(_("Bitte nennen Sie die Quelle zu „%(words)s“.", words=clean.words), field=FIELD)
    for part, limit in _LONGEST.items():
        if len(getattr(clean, part)) > limit:
            raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=limit), field=FIELD)
    if clean.url and not _ADDRESS.fullmatch(clean.url):
        raise Refusal(
            _("„%(address)s“ ist keine Adresse im Internet. Sie beginnt mit https://", address=clean.url), field=FIELD
        )
    if clean.day and date.fromisoformat(clean.day) > clock.today():
        raise Refusal(_("Das Datum der Quelle zu „%(words)s“ liegt in der Zukunft.", words=clean.words), field=FIELD)
    if not any(places(clean.words, text) for text in written):
        raise Refusal(
            _(
                "„%(words)s“ steht in keinem Text dieses Befunds. Bitte schreiben Sie es so, wie es im Text steht.",
                words=clean.words,
            ),
            field=FIELD,
        )
    return clean


def places(words: str, text: str) -> list[tuple[int, int]]:
    """Where the words stand in a text as whole words and whole numbers: (begin, end); any white space is one blank."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    return [match.span() for match in re.finditer(rf"(?<!\w)(?<!\d[.,]){pattern}(?!\w|[.,]\d)", text)]


def in_words(one: TextSource) -> str:
    """`„250 Plätze“: Jugendamt, Bericht 2025, Stand 1. März 2025`, without its address."""
    line = _("„%(words)s“: %(source)s", words=one.words, source=one.source.rstrip("."))
    return _("%(line)s, Stand %(day)s", line=line, day=date_long(date.fromisoformat(one.day))) if one.day else line

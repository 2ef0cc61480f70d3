"""A planning area in plain German: what was said, what the figures show, what follows, and what is not known.

Sentences are made of what everybody may read: proposals from public figures, published findings, public events. Every
sentence with a number leads to where it comes from.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import escape

from portal.areas.composition import AreaRef
from portal.core.actor import ANONYMOUS
from portal.core.formats import date_long, number
from portal.core.languages import either, quoting
from portal.evidence import disagreements, finding_queries, queries, words
from portal.evidence.matrix import Matrix
from portal.evidence.models import Finding, FindingState, FindingVersion, VoicesAxis
from portal.evidence.participation import heard as participation
from portal.evidence.participation.parameters import GROUP_WORDS
from portal.evidence.rules.rule import Proposal
from portal.home.cards import conferences as conference_cards
from portal.indicators.figures import CountyFigures, IndicatorFigures, SourceFacts
from portal.indicators.signals import FiguresSignal
from portal.surveys import queries as surveys
from portal.surveys import spool
from portal.surveys.definition import from_document

_ITEMS = 2
_FIGURES = 3
_EVENTS = 3


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence; `url` is where it comes from, `source` what that is called."""

    text: Any
    url: str = ""
    source: str = ""
    is_german: bool = False


@dataclass(frozen=True, kw_only=True)
class TopicSentences:
    """What there is to say of one topic."""

    topic: Any
    url: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, kw_only=True)
class PlainArea:
    """The whole page. `unknown` are sentences on what nobody knows yet, `sources` those of the figures in `shown`."""

    said: tuple[TopicSentences, ...]
    not_named: tuple[Any, ...]
    shown: tuple[TopicSentences, ...]
    sources: tuple[SourceFacts, ...]
    inconspicuous: tuple[Any, ...]
    recommended: tuple[TopicSentences, ...]
    unknown: tuple[Sentence, ...]
    next_steps: tuple[Sentence, ...]
    taking_part: tuple[Sentence, ...]


def plain_area(area: AreaRef, figures: CountyFigures) -> PlainArea:
    """Everything there is to say of a planning area, as everybody may read it; a fixed number of queries."""
    period = queries.present_period()
    matrix = None if period is None else queries.matrix(ANONYMOUS, period)
    topics = [] if matrix is None else [(topic, matrix.proposal(area.id, topic.key)) for topic in matrix.topics]
    findings = _published(area)
    conspicuous = {topic.key: _conspicuous(area, topic.key, proposal, figures) for topic, proposal in topics}
    return PlainArea(
        said=tuple(
            _topic(area, topic, _said(area, proposal))
            for topic, proposal in topics
            if proposal.voices.axis is VoicesAxis.NAMED
        ),
        not_named=tuple(
            topic.label for topic, proposal in topics if proposal.voices.axis is VoicesAxis.ASKED_NOT_NAMED
        ),
        shown=tuple(
            _topic(area, topic, _shown(area, proposal, conspicuous[topic.key]))
            for topic, proposal in topics
            if conspicuous[topic.key]
        ),
        sources=tuple(
            dict.fromkeys(
                source for found in conspicuous.values() for one in found[:_FIGURES] for source in one.sources
            )
        ),
        inconspicuous=tuple(
            topic.label
            for topic, proposal in topics
            if proposal.figures.signal is FiguresSignal.NOT_CONSPICUOUS and not conspicuous[topic.key]
        ),
        recommended=tuple(
            _topic(
                area, finding.topic, [Sentence(text=version.recommendation, is_german=True), *_again(finding, version)]
            )
            for finding, version in findings
            if version.recommendation
        ),
        unknown=tuple(_unknown(area, matrix, figures)),
        next_steps=tuple(_next_steps(area, findings)),
        taking_part=tuple(_taking_part({area.id, *figures.composition.within(area.id)}, area)),
    )


def _published(area: AreaRef) -> list[tuple[Finding, FindingVersion]]:
    found = finding_queries.published(area_id=area.id, limit=None)
    return [(finding, version) for finding in found if (version := finding.public_version) is not None]


def _cell(area: AreaRef, topic_key: str) -> str:
    return url_for("evidence.cell", area_slug=area.slug, topic_key=topic_key)


def _topic(area: AreaRef, topic: Any, sentences: Iterable[Sentence]) -> TopicSentences:
    return TopicSentences(topic=topic.label, url=_cell(area, topic.key), sentences=tuple(sentences))


def _said(area: AreaRef, proposal: Proposal) -> list[Sentence]:
    voices = proposal.voices
    found = [
        Sentence(
            text=quoting(
                _("Von 100 Menschen, die geantwortet haben, nennen %(share)s ein Problem. Gefragt war: „%(question)s“"),
                share=escape(number(100 * item.count / item.n)),
                question=escape(either(item.text, item.english)),
            ),
            url=url_for(
                "surveys.results",
                slug=item.round_slug,
                planungsraum=area.slug,
                frage=item.code.partition(".")[0],
                _anchor=f"frage-{item.code.partition('.')[0]}",
            ),
            source=_("Ergebnisse der Befragung"),
        )
        for item in voices.named_items
        if item.is_printable
    ][:_ITEMS]
    if voices.municipalities:
        found.append(
            Sentence(
                text=str(
                    ngettext(
                        "%(num)d Stadt oder Gemeinde hat dazu einen Bedarf gemeldet.",
                        "%(num)d Städte oder Gemeinden haben dazu einen Bedarf gemeldet.",
                        voices.municipalities,
                    )
                )
            )
        )
    if voices.independent:
        found.append(
            Sentence(
                text=str(
                    ngettext(
                        "%(num)d Organisation hat dazu einen Bedarf gemeldet.",
                        "%(num)d Organisationen haben dazu einen Bedarf gemeldet.",
                        voices.independent,
                    )
                )
            )
        )
    return found or [Sentence(text=_("Menschen haben dieses Thema genannt."))]


def _again(finding: Finding, version: FindingVersion) -> list[Sentence]:
    """That what is recommended is being looked at again."""
    if finding.state is FindingState.PUBLISHED:
        return []
    words = _(
        "Diese Empfehlung ist vom %(day)s. Wir prüfen den Befund gerade neu.", day=date_long(version.published_at)
    )
    return [Sentence(text=words)]


def _shown(area: AreaRef, proposal: Proposal, conspicuous: Sequence[IndicatorFigures]) -> list[Sentence]:
    found = [
        Sentence(
            text=words.indicator_sentence(one, area.id),
            url=url_for("indicators.indicator", key=one.indicator.key),
            source=_("Kennzahl mit Quelle"),
        )
        for one in conspicuous[:_FIGURES]
    ]
    found += [
        Sentence(
            text=_("Auch diese Zahl fällt auf: %(name)s.", name=words.subject(one)),
            url=url_for("indicators.indicator", key=one.indicator.key),
            source=_("Kennzahl mit Quelle"),
        )
        for one in conspicuous[_FIGURES:]
    ]
    why = disagreements.explained(proposal, concluded=None, published_at=None)
    return [*found, Sentence(text=why)] if why else found


def _conspicuous(
    area: AreaRef, topic_key: str, proposal: Proposal, figures: CountyFigures
) -> tuple[IndicatorFigures, ...]:
    """The figures of a topic that the area's page marks: those that made the topic conspicuous first."""
    keys = [signal.key for signal in proposal.figures.used if signal.signal is FiguresSignal.CONSPICUOUS]
    used = [one for key in keys if (one := figures.find(key)) is not None]
    others = [one for one in figures.of_topic(topic_key) if one.indicator.key not in keys]
    return (*used, *(one for one in others if one.areas[area.id].signal.signal is FiguresSignal.CONSPICUOUS))


def _unknown(area: AreaRef, matrix: Matrix | None, figures: CountyFigures) -> Iterable[Sentence]:
    if matrix is None:
        yield Sentence(text=_("Noch hat keine Planungsperiode begonnen."))
        return
    proposals = [(topic, matrix.proposal(area.id, topic.key)) for topic in matrix.topics]
    silent = [topic.label for topic, one in proposals if one.voices.axis is VoicesAxis.NOT_ASKED_ENOUGH]
    blind = [
        topic.label
        for topic, one in proposals
        if one.figures.signal in {FiguresSignal.NONE, FiguresSignal.NOT_MEANINGFUL}
    ]
    if silent:
        yield Sentence(text=_("Zu diesen Themen haben wir noch nicht genug gefragt: %(topics)s.", topics=_list(silent)))
    if blind:
        yield Sentence(text=_("Zu diesen Themen gibt es keine geeigneten Zahlen: %(topics)s.", topics=_list(blind)))
    period = queries.period(matrix.period_key)
    for one in participation.of_period(period, figures.composition):
        if one.area.id == area.id:
            missing = dict.fromkeys(cell.group for phase in sorted(one.begun) for cell in one.missing(phase))
            if missing:
                groups = _list([GROUP_WORDS[group] for group in missing])
                yield Sentence(text=_("Diese Gruppen haben wir noch nicht überall gehört: %(groups)s.", groups=groups))
    yield Sentence(text=_("Wenn jemand nichts sagt, heißt das nicht, dass alles gut ist."))


def _list(labels: Collection[Any]) -> str:
    return ", ".join(str(label) for label in labels)


def _next_steps(area: AreaRef, findings: Iterable[tuple[Finding, FindingVersion]]) -> Iterable[Sentence]:
    for finding, version in findings:
        if version.next_step:
            again = "" if finding.state is FindingState.PUBLISHED else " – " + _("der Befund wird neu geprüft")
            until = "" if version.due_on is None else " " + _("(bis %(day)s)", day=date_long(version.due_on))
            yield Sentence(
                text=f"{version.next_step.rstrip('.')}{until}{again}.",
                url=_cell(area, finding.topic.key),
                source=str(finding.topic.label),
                is_german=True,
            )


def _taking_part(places: Collection[int], area: AreaRef) -> Iterable[Sentence]:
    for one in surveys.open_rounds():
        if area.id in {asked.id for asked in one.areas} and spool.opens(one.public_id, one.public_key):
            title = from_document(one.version.definition).title["de"]
            yield Sentence(
                text=quoting(_("Sie können bis %(day)s an der Befragung „%(title)s“ teilnehmen."),
                             day=escape(date_long(one.last_day)), title=title),
                url=url_for("surveys.start", slug=one.slug),
                source=_("Zur Befragung"),
            )  # fmt: skip
    coming = [one for one in conference_cards.events_about(places) if one.is_coming and not one.is_cancelled]
    for event in coming[:_EVENTS]:
        yield Sentence(
            text=quoting(_("Am %(day)s: %(title)s."), day=escape(date_long(event.on)), title=event.name),
            url=event.url,
            source=_("Zur Veranstaltung"),
        )
    yield Sentence(
        text=_("Vereine, Träger und Gemeinden können einen Bedarf melden."),
        url=url_for("needs.statement_list"),
        source=_("Zu den Bedarfshinweisen"),
    )

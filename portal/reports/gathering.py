"""Gathering what a report holds. Reports leave the house: figures, proposals and needs are those everybody may see,
whoever asks; findings, what they rest on and where they stand are those of the audience."""

from collections.abc import Sequence

from flask_babel import gettext as _

from portal.areas.composition import AreaRef
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM, Actor
from portal.core.formats import date_long, exact, number
from portal.evidence import finding_queries, pages, queries, readable, words
from portal.evidence.matrix import Matrix, Standing
from portal.evidence.models import Finding
from portal.evidence.rules import reasons
from portal.evidence.rules.rule import Proposal
from portal.evidence.sources.cells import Rows, rows_of
from portal.evidence.versions import evidence as version_evidence
from portal.indicators import queries as indicators
from portal.indicators import words as figure_words
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue import reference_queries, references
from portal.indicators.figures import CountyFigures, IndicatorFigures, Level
from portal.minutes import assignments
from portal.minutes.assignments import Assignment
from portal.needs import lists as needs
from portal.needs import wording
from portal.planning.models import PlanningPeriod
from portal.reports import actions
from portal.reports.conclusions import ConclusionReader
from portal.reports.content import (
    AreaReport,
    AssessmentLine,
    Audience,
    FigureLine,
    NeedLine,
    Report,
)
from portal.reports.sources import SourceList
from portal.settings import services as settings


def dossier(area: AreaRef, period: PlanningPeriod, *, base_url: str, is_demo: bool) -> Report:
    """Everything about one planning area as everybody may see it."""
    title = _("Dossier Planungsraum %(name)s", name=area.name)
    return _report(title, [area], period, Audience.PUBLIC, actor=ANONYMOUS, base_url=base_url, is_demo=is_demo)


def committee_paper(
    period: PlanningPeriod, audience: Audience, *, actor: Actor, base_url: str, is_demo: bool
) -> Report:
    """All planning areas of a period: for everybody, or as the actor sees them."""
    areas = indicators.county_figures(ANONYMOUS).composition.planning_areas
    title = _("Bericht zur strategischen Sozialplanung, %(period)s", period=period.name)
    if audience is Audience.INTERNAL:
        title = _("%(title)s (nicht öffentlich)", title=title)
    reader = audience.reader(actor)
    return _report(title, areas, period, audience, actor=reader, base_url=base_url, is_demo=is_demo)


def _report(
    title: str,
    areas: Sequence[AreaRef],
    period: PlanningPeriod,
    audience: Audience,
    *,
    actor: Actor,
    base_url: str,
    is_demo: bool,
) -> Report:
    figures, matrix = indicators.county_figures(ANONYMOUS), queries.matrix(ANONYMOUS, period)
    standings = queries.standings(period, actor)
    findings: dict[int, list[Finding]] = {}
    for finding in finding_queries.of_period(actor, period.id, area_ids=[area.id for area in areas]):
        findings.setdefault(finding.area_id, []).append(finding)
    found = [finding for group in findings.values() for finding in group]
    proposals = [(one, matrix.proposal(one.area_id, one.topic.key)) for one in found]
    rows = rows_of(
        proposal
        for one, now in proposals
        for proposal in (now, *(version_evidence.voices_then(version, now) for version in one.versions))
    )
    sources = SourceList(figures, base_url)
    reader = _Reader(actor, figures, matrix, rows, sources=sources, base_url=base_url)
    given = assignments.assigned(period.id)
    reports = tuple(reader.area(area, standings, findings.get(area.id, ()), given) for area in areas)
    day = date_long(clock.today())
    county = settings.get("site.county_name")
    return Report(
        title=title,
        audience=str(audience.label),
        county=county,
        office=f"{settings.get('site.office_name')}, {settings.get('site.office_unit')}",
        period=period.name,
        day=day,
        areas=reports,
        method=_method(matrix),
        notices=_notices(figures, audience, is_demo=is_demo),
        sources=sources.lines,
        source_line=_("%(county)s, Sozialplanung. Stand %(day)s.", county=county, day=day),
        is_demo=is_demo,
    )


def _notices(figures: CountyFigures, audience: Audience, *, is_demo: bool) -> tuple[str, ...]:
    found = [
        *_not_public(audience),
        _("Sozialplanung entscheidet nicht, sie bereitet Entscheidungen vor. Nichts in diesem Dokument begründet, dass "
          "ein Angebot verzichtbar ist oder gekürzt werden kann."),
        _("Ergebnisse von Befragungen sind nicht repräsentativ. Kleine Zahlen werden zum Schutz der Befragten nicht "
          "gezeigt."),
    ]  # fmt: skip
    found.append(
        _("Werte mit einer Nummer in eckigen Klammern hat das Portal aus der Quelle mit dieser Nummer am Ende "
          "übernommen oder berechnet; eine „Quelle zum Text“ haben die Menschen genannt, die den Befund geschrieben "
          "haben. Zahlen ohne Nummer in Befunden, Stellungnahmen und Empfehlungen sind Worte der "
          "Menschen, die sie geschrieben haben; sie sind nicht automatisch geprüft. Zum Nachprüfen stehen die Belege "
          "dabei.")
    )  # fmt: skip
    if figures.composition.examples:
        found.append(
            _("Beispielzuordnung: Welche Gemeinde zu welchem Planungsraum gehört, ist nicht öffentlich und hier frei "
              "gewählt.")
        )  # fmt: skip
    if is_demo:
        found.append(
            _("Demodaten – frei erfunden: Personen, Organisationen, Termine und Aussagen. Die Zahlen sind echt.")
        )
    return tuple(found)


def _not_public(audience: Audience) -> tuple[str, ...]:
    """Above everything else, also in a county's own template that calls itself public."""
    if audience is Audience.PUBLIC:
        return ()
    return (
        _("Nicht öffentlich, nur für die Kreisverwaltung: Dieses Dokument enthält Befunde, die noch nicht "
          "veröffentlicht sind. Die Gemeinden werden vor der Veröffentlichung angehört."),
    )  # fmt: skip


def _method(matrix: Matrix) -> tuple[str, ...]:
    limits = matrix.limits
    return (
        _("Regel 1 stellt zwei Seiten nebeneinander: was Menschen sagen und was Zahlen zeigen. Die Regel schlägt vor, "
          "Menschen beschließen."),
        _("Benannt ist ein Thema, wenn in einer Befragung die untere Grenze des Anteils mindestens %(limit)s\u00a0%% "
          "erreicht oder der Anteil deutlich über dem der anderen Räume liegt, oder wenn %(enough)s es vorbringen.",
          limit=exact(100 * limits.survey_lower_limit), enough=words.enough_organisations(limits)),
        _("Gefragt und nicht benannt heißt: mindestens %(least)s gültige Antworten oder eine Veranstaltung mit dem "
          "Thema, bei der genug Gruppen da waren. Schweigen ist keine Zustimmung.", least=limits.asked_minimum),
        _("Zahlen sind auffällig, wenn sie vom Landkreis (oder vom Bezugswert, der vorher festgelegt wurde) mindestens "
          "um den festgelegten Unterschied ungünstig abweichen oder einen Richtwert verfehlen. Zu alte, "
          "unvollständige, geheime oder mehrdeutige Zahlen zählen nicht."),
        _("Kosten von Alternativen sind grobe Klassen, die beim Schreiben des Befunds geschätzt wurden."),
    )  # fmt: skip


class _Reader:
    """Reads area after area with what they share."""

    def __init__(
        self,
        actor: Actor,
        figures: CountyFigures,
        matrix: Matrix,
        rows: Rows,
        *,
        sources: SourceList,
        base_url: str,
    ) -> None:
        self._actor = actor
        self._figures = figures
        self._matrix = matrix
        self._base_url = base_url
        self._sources = sources
        self._compared = reference_queries.present()
        self._conclusions = ConclusionReader(
            actor, figures, matrix, rows,
            all_figures=indicators.county_figures(SYSTEM), sources=sources, compared=self._compared, base_url=base_url,
        )  # fmt: skip
        self._names = {place.key or "": place.name for place in figures.composition.with_former().municipalities}

    def area(
        self,
        area: AreaRef,
        standings: dict[tuple[int, str], Standing],
        findings: Sequence[Finding],
        given: Sequence[Assignment],
    ) -> AreaReport:
        members = self._figures.composition.members(area.id)
        return AreaReport(
            name=area.name,
            lead=area.character,
            members=", ".join(member.name for member in members),
            facts=self._facts(area),
            assessments=tuple(
                self._assessment(
                    topic.label, self._matrix.proposal(area.id, topic.key), standings.get((area.id, topic.key))
                )
                for topic in self._matrix.topics
            ),
            conclusions=tuple(
                conclusion
                for conclusion in (self._conclusions.of(area, one) for one in findings)
                if conclusion is not None
            ),
            actions=actions.of_area(
                area,
                self._figures.composition.within(area.id),
                [
                    (
                        one,
                        version,
                        self._conclusions.standing(one, version),
                        self._conclusions.citing(area, one, version),
                    )
                    for one in findings
                    if (version := readable.version_for(self._actor, one)) is not None
                ],
                given,
                base_url=self._base_url,
            ),
            figures=tuple(self._figure(one, area) for one in self._figures.indicators.values() if one.has_values),
            needs=self._needs(area),
        )

    def _facts(self, area: AreaRef) -> tuple[tuple[str, str], ...]:
        members = self._figures.composition.members(area.id)
        assigned = self._sources.members(date_long(clock.today()))
        found = [(_("Städte und Gemeinden"), f"{number(len(members))} {assigned}")]
        population, source = self._figures.population.get(area.id), self._sources.population
        if population is not None:
            found.append(
                (
                    _("Menschen"),
                    f"{number(population.persons)} ({figure_words.period(population.period)}) {source}".strip(),
                )
            )
            if population.change is not None and population.since is not None:
                since = figure_words.period(population.since)
                change = f"{number(population.change, 1)}\u00a0% {source}".strip()
                found.append((_("Veränderung seit %(since)s", since=since), change))
        return tuple(found)

    def _assessment(self, topic: object, proposal: Proposal, standing: Standing | None) -> AssessmentLine:
        shown = pages.adopted_or_proposed(proposal, standing)
        return AssessmentLine(
            topic=str(topic),
            assessment=str(shown.label),
            voices=str(proposal.voices.axis.label),
            figures=str(proposal.figures.signal.label),
            reason=reasons.reason(proposal),
            standing="" if standing is None else readable.standing_for(self._actor, standing.state),
        )

    def _figure(self, one: IndicatorFigures, area: AreaRef) -> FigureLine:
        facts, figure = one.indicator, one.areas[area.id]
        value = figure.value
        is_local = one.level is Level.MUNICIPALITY
        return FigureLine(
            key=facts.key,
            topic=str(facts.topic.label),
            name=words.subject(one),
            value=figure_words.area_value(facts, value) if is_local else _("nur für den Landkreis"),
            county=figure_words.county_value(facts, one.county),
            number=value.value if is_local else None,
            county_number=one.county.value,
            unit=facts.area_unit_short or facts.area_unit,
            difference=_difference(one, value.value) if is_local else "",
            spread=" bis ".join(figure_words.spread(facts, value, self._names)) if is_local else "",
            coverage=figure_words.coverage(value) if is_local else "",
            signal=str(figure.signal.signal.label),
            period=figure_words.period_short(one.period),
            method=figure_words.method(facts),
            source="; ".join(source.text for source in one.sources),
            reference=self._sources.reference(facts.key),
            url=self._sources.address(facts.key),
            compared="; ".join(
                f"{said} {self._sources.compared(facts, [reference])}"
                for reference in self._compared.get(facts.id, ())
                for said in references.beside(facts, [reference], value.value)
            ),
        )

    def _needs(self, area: AreaRef) -> tuple[NeedLine, ...]:
        places = [area.id, *(member.id for member in self._figures.composition.members(area.id))]
        return tuple(
            NeedLine(
                title=row.title,
                kind=str(row.kind.label),
                topics=", ".join(str(topic.label) for topic in row.topics),
                state=str(row.state.label),
                sender=wording.sender(row, actor=ANONYMOUS),
                url=f"{self._base_url}/bedarfe/{row.public_id}",
            )
            for row in needs.of_places(ANONYMOUS, places)
        )


def _difference(one: IndicatorFigures, value: float | None) -> str:
    """How far an area is from the county; nothing for counts, which are smaller in every part of it."""
    facts = one.indicator
    if facts.aggregation is Aggregation.SUM:
        return ""
    return figure_words.difference(facts, value, one.county.value)

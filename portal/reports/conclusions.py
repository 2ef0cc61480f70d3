"""A finding as papers print it: every number with the number of its source, every proof with its address."""

from collections.abc import Callable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.areas.composition import AreaRef
from portal.core.actor import Actor
from portal.core.formats import date_long, number
from portal.evidence import former_figures, links, permissions, readable, text_numbers, text_sources, words
from portal.evidence.cell_sources import Rows, VoiceLink, cell_sources
from portal.evidence.costs import COSTS
from portal.evidence.matrix import Matrix
from portal.evidence.models import Finding, FindingHearing, FindingVersion
from portal.evidence.rule import Proposal
from portal.evidence.text_numbers import Origin, OriginKind
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.reports.content import Alternative, Conclusion, Evidence, Quote
from portal.reports.sources import SourceList


class ConclusionReader:
    """Reads finding after finding with what they share: figures and proposals everybody may see.

    Findings and what they rest on are those the actor may see: an internal paper leads to every source. `all_figures`,
    with internal indicators, tell which numbers in texts are not for everybody: an internal paper marks them, a public
    one says in their place that they are withheld.
    """

    def __init__(
        self,
        actor: Actor,
        figures: CountyFigures,
        matrix: Matrix,
        rows: Rows,
        *,
        all_figures: CountyFigures,
        sources: SourceList,
        compared: Mapping[int, Sequence[IndicatorReference]],
        base_url: str,
    ) -> None:
        self._actor = actor
        self._all_figures = all_figures
        self._figures = figures
        self._matrix = matrix
        self._rows = rows
        self._sources = sources
        self._compared = compared
        self._base_url = base_url

    def of(self, area: AreaRef, finding: Finding) -> Conclusion | None:
        version = readable.version_for(self._actor, finding)
        if version is None:
            return None
        proposal = self._matrix.proposal(area.id, finding.topic.key)
        hearings = readable.hearings_for(self._actor, finding)
        silent = readable.silent(finding, hearings)
        cited = self.citing(area, finding, version)
        step = cited(version.next_step)
        if version.responsible is not None:
            step += f" – {version.responsible.name}"
        if version.due_on is not None:
            step += ", " + _("bis %(day)s", day=date_long(version.due_on))
        return Conclusion(
            topic=str(finding.topic.label),
            title=self.citing(area, finding, version, with_marks=False)(version.title),
            assessment=str(version.adopted.label),
            standing="; ".join([self.standing(finding, version), *_not_heard(silent)]),
            said=cited(version.said),
            figures_show=cited(version.figures_show),
            reason=cited(version.reason),
            resources=cited(version.resources),
            recommendation=cited(version.recommendation),
            alternatives=tuple(
                Alternative(
                    text=cited(one["text"]),
                    cost=str(COSTS[one["cost_class"]].label),
                    effect=cited(one.get("effect") or "–"),
                    side_effects=cited(one.get("side_effects") or "–"),
                )
                for one in version.alternatives
            ),
            next_step=step,
            budget=_("%(product)s, %(year)s", product=version.product, year=version.budget_year)
            if version.product
            else "",
            hearing=tuple(
                Quote(who=readable.who_stated(finding, [one]), text=one.statement) for one in hearings if one.statement
            ),
            silent=readable.names_of(silent.get("heard", ())),
            dissent=tuple(
                Quote(who=readable.who_differs(finding, one), text=one.text)
                for one in readable.dissents_for(self._actor, finding)
            ),
            decisions=tuple(
                Quote(
                    who=", ".join(part for part in (one.body.name, date_long(one.decided_on), one.paper) if part),
                    text=one.text,
                )
                for one in finding.decisions
            ),
            evidence=tuple(self._evidence(area, proposal)),
        )

    def citing(
        self, area: AreaRef, finding: Finding, version: FindingVersion, *, with_marks: bool = True
    ) -> Callable[[str], str]:
        """What puts the number of its source behind every number of a text of this version; in a public paper also
        what is withheld in the place of numbers that are not public."""
        proposal = self._matrix.proposal(area.id, finding.topic.key)
        entries, items = text_sources.of(version), text_numbers.survey_items(proposal)
        found = text_numbers.text_numbers(
            text_sources.of_version(version),
            proposal,
            self._all_figures,
            area.id,
            topic=finding.topic.key,
            compared=self._compared,
            entries=entries,
            kept=version.proposal,
        )
        page = self._base_url + url_for(
            "evidence.cell", area_slug=area.slug, topic_key=finding.topic.key, periode=finding.period.key
        )

        def reference(origin: Origin) -> str:
            if origin.kind is OriginKind.TEXT:
                return self._sources.text(entries[origin.number], page)
            if origin.kind is OriginKind.SURVEY:
                item = items[origin.number]
                address = self._base_url + links.survey_results(item.round_slug, area.slug, item.code)
                return self._sources.survey(item, area, address)
            if origin.kind is OriginKind.REFERENCE:
                facts = self._figures.indicators[origin.key].indicator
                beside = [one for one in self._compared[facts.id] if one.number == origin.number]
                return self._sources.compared(facts, beside)
            if origin.kind is OriginKind.FORMER:
                line = former_figures.in_words(origin, version, self._figures, area.id)
                return self._sources.former(line, origin.key)
            if origin.kind is OriginKind.INTERNAL:
                one = self._all_figures.find(origin.key)
                return "" if one is None else _("(intern) %(source)s", source=self._sources.internal(one))
            return self._sources.reference(origin.key)

        is_for_all = not permissions.sees_internal_figures(self._actor)
        withheld = _("[Zahl nicht öffentlich]") if is_for_all else ""
        mark = reference if with_marks else lambda _origin: ""
        return lambda text: found.cited(text, mark, withheld=withheld)

    def standing(self, finding: Finding, version: FindingVersion) -> str:
        """Where the finding stands, marked where this version is not for everybody."""
        words = readable.standing_for(self._actor, finding.state)
        return words if version.published_at is not None else _("%(state)s – nicht öffentlich", state=words)

    def _evidence(self, area: AreaRef, proposal: Proposal) -> list[Evidence]:
        found = cell_sources(proposal, area, self._actor, self._rows)
        said = _("Stimmen")
        asked = zip(found.residents, text_numbers.survey_items(proposal), strict=True)
        evidence = [
            self._voice(said, link, self._sources.survey(item, area, self._address(link))) for link, item in asked
        ]
        others = [link for group in (found.statements, found.entries, found.events) for link in group]
        evidence += [self._voice(said, link) for link in others]
        if found.hidden:
            evidence.append(
                Evidence(
                    side=said,
                    text=_("nicht öffentliche Hinweise"),
                    detail=f"{number(found.hidden)} {self._sources.unpublished()}",
                    url="",
                )
            )
        for signal in (*proposal.figures.used, *proposal.figures.side_notes):
            one = self._figures.find(signal.key)
            if one is not None:
                evidence.append(
                    Evidence(
                        side=_("Zahlen"),
                        text=f"{words.indicator_sentence(one, area.id)} {self._numbers(one)}".strip(),
                        detail="",
                        url=self._sources.address(signal.key),
                    )
                )
        return evidence

    def _numbers(self, one: IndicatorFigures) -> str:
        """The number of the indicator's source, and of the reference value it is compared with."""
        facts, own = one.indicator, self._sources.reference(one.indicator.key)
        if facts.rule.reference is None:
            return own
        kind = facts.rule.reference.kind.value
        beside = [value for value in self._compared.get(facts.id, ()) if value.kind.value == kind]
        return " ".join(part for part in (own, self._sources.compared(facts, beside)) if part).replace("] [", ", ")

    def _voice(self, side: str, link: VoiceLink, source: str = "") -> Evidence:
        text, url = _plain(link.text), self._address(link)
        if not source:
            source = self._sources.page(text, url) if url else self._sources.unpublished()
        return Evidence(side=side, text=text, detail=f"{link.sub} {source}".strip(), url=url)

    def _address(self, link: VoiceLink) -> str:
        return "" if link.url is None else self._base_url + link.url


def _plain(text: object) -> str:
    """Without the mark of its language, which papers do not carry."""
    return text.striptags() if isinstance(text, Markup) else str(text)


def _not_heard(silent: Mapping[str, Sequence[FindingHearing]]) -> list[str]:
    """How far the hearing is and whom nothing reached, beside where the finding stands."""
    found = []
    if silent.get("runs"):
        found.append(_("Anhörung läuft bis %(day)s", day=date_long(silent["runs"][0].ends_on)))
    if silent.get("unreached"):
        found.append(_("nicht erreicht: %(names)s", names=readable.names_of(silent["unreached"])))
    return found

"""A finding as papers print it: every number with the number of its source, every proof with its address."""

from collections.abc import Callable, Mapping, Sequence

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.areas.composition import AreaRef
from portal.core.actor import Actor
from portal.core.formats import date_long, number
from portal.evidence import permissions, readable, words
from portal.evidence.costs import COSTS
from portal.evidence.matrix import Matrix
from portal.evidence.models import Finding, FindingHearing, FindingVersion
from portal.evidence.rules import pages as rule_pages
from portal.evidence.rules.rule import Proposal
from portal.evidence.sources import links
from portal.evidence.sources.cells import Rows, VoiceLink, cell_sources
from portal.evidence.texts import former_figures
from portal.evidence.texts import numbers as text_numbers
from portal.evidence.texts import sources as text_sources
from portal.evidence.texts.numbers import Origin, OriginKind
from portal.evidence.versions import evidence as version_evidence
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
            standing=_(
                "%(standing)s; vorgeschlagen nach %(rule)s",
                standing="; ".join([self.standing(finding, version), *_not_heard(silent)]),
                rule=rule_pages.named_of(version),
            ),
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
            evidence=tuple(self._evidence(area, finding, version)),
        )

    def citing(
        self, area: AreaRef, finding: Finding, version: FindingVersion, *, with_marks: bool = True
    ) -> Callable[[str], str]:
        """What puts the number of its source behind every number of a text of this version; in a public paper also
        what is withheld in the place of numbers that are not public."""
        proposal = version_evidence.voices_then(version, self._matrix.proposal(area.id, finding.topic.key))
        basis = version_evidence.figures_of(version, self._all_figures, area.id)
        entries, items = text_sources.of(version), text_numbers.survey_items(proposal)
        found = text_numbers.text_numbers(
            text_sources.of_version(version),
            proposal,
            basis,
            area.id,
            topic=finding.topic.key,
            compared=self._compared,
            entries=entries,
        )
        page = self._base_url + url_for(
            "evidence.cell", area_slug=area.slug, topic_key=finding.topic.key, periode=finding.period.key
        )

        def reference(origin: Origin) -> str:
            if origin.kind is OriginKind.TEXT:
                return self._sources.text(entries[origin.number], page)
            if origin.kind is OriginKind.VOICES:
                place = _("%(topic)s in %(area)s", topic=finding.topic.label, area=area.name)
                return self._sources.page(_("Hinweise zum Befund %(cell)s", cell=place), page)
            if origin.kind is OriginKind.SURVEY:
                item = items[origin.number]
                address = self._base_url + links.survey_results(item.round_slug, area.slug, item.code)
                return self._sources.survey(item, area, address)
            if origin.kind is OriginKind.REFERENCE:
                found_now = self._figures.find(origin.key)
                if found_now is None:
                    return ""
                facts = found_now.indicator
                beside = [one for one in self._compared[facts.id] if one.number == origin.number]
                return self._sources.compared(facts, beside)
            if origin.kind is OriginKind.FORMER:
                return self._sources.former(former_figures.entry(origin.key, version, basis), origin.key)
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

    def _evidence(self, area: AreaRef, finding: Finding, version: FindingVersion) -> list[Evidence]:
        """What the version was adopted on; what has come since stands beside it and is called that."""
        now = self._matrix.proposal(area.id, finding.topic.key)
        since = version_evidence.voices_since(version, now)
        return [
            *self._said(_("Stimmen"), area, version_evidence.voices_then(version, now)),
            *self._said(_("Stimmen, neu seit der Übernahme"), area, since),
            *self._shown(area, version, now),
        ]

    def _said(self, side: str, area: AreaRef, proposal: Proposal) -> list[Evidence]:
        found = cell_sources(proposal, area, self._actor, self._rows)
        asked = zip(found.residents, text_numbers.survey_items(proposal), strict=True)
        evidence = [
            self._voice(side, link, self._sources.survey(item, area, self._address(link))) for link, item in asked
        ]
        others = [link for group in (found.statements, found.entries, found.events) for link in group]
        evidence += [self._voice(side, link) for link in others]
        if found.hidden:
            evidence.append(
                Evidence(
                    side=side,
                    text=_("nicht öffentliche Hinweise"),
                    detail=f"{number(found.hidden)} {self._sources.unpublished()}",
                    url="",
                )
            )
        return evidence

    def _shown(self, area: AreaRef, version: FindingVersion, now: Proposal) -> list[Evidence]:
        basis = version_evidence.figures_of(version, self._all_figures, area.id)
        keys = list(basis.numbers) or [one.key for one in (*now.figures.used, *now.figures.side_notes)]
        sees_all = permissions.sees_internal_figures(self._actor)
        evidence, is_partial = [], False
        for key in keys:
            one, open_to_all = self._all_figures.find(key), self._figures.find(key)
            if one is None:
                continue
            if open_to_all is None and not sees_all:
                is_partial = True
                continue
            own = self._numbers(one) if open_to_all is not None else self._sources.internal(one)
            text = f"{words.indicator_sentence(one, area.id)} {own}"
            if key in basis.changed:
                former = self._sources.former(former_figures.entry(key, version, basis), key)
                newer = former_figures.newer(key, basis, area.id)
                text = f"{former_figures.sentence(key, basis, area.id)} {former} {newer} {own}"
            evidence.append(Evidence(side=_("Zahlen"), text=text.strip(), detail="", url=self._sources.address(key)))
        if is_partial:
            partial = _("Ein Teil der Zahlen ist nicht öffentlich.")
            evidence.append(Evidence(side=_("Zahlen"), text=partial, detail="", url=""))
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

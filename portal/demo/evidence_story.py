"""The story's findings: proposals of past days, adopted or changed, heard, published, decided on, one open again.

The proposals are those of rule 1 from what was known on the day; the story says what people made of them. Mail is
written for what happens today; the hearings of the past were announced in the past.
"""

from dataclasses import replace
from datetime import UTC, datetime, time

from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import SYSTEM
from portal.core.seed_files import SeedEntry, read_document
from portal.demo.story import Story
from portal.evidence import adoption, publication, queries, reopening
from portal.evidence.adoption import Alternative, Draft, SourceRef
from portal.evidence.hearings import services as hearings
from portal.evidence.matrix import Matrix
from portal.evidence.models import Assessment, Finding, SourceKind
from portal.evidence.texts.sources import TextSource
from portal.indicators.catalogue import lead_rules, references
from portal.indicators.catalogue.reference_models import ReferenceDirection, ReferenceKind
from portal.indicators.catalogue.references import Written
from portal.indicators.figures import CountyFigures
from portal.settings import services as settings
from portal.stakeholders import queries as stakeholders
from portal.stakeholders.acting import actor_of

_EVENING = time(20, 0)


def fill(story: Story) -> None:
    """Tell every finding from its adoption to where it stands on the day of seeding.

    The rule had other numbers before, too: each finding was adopted by those of its day.
    """
    document = read_document(SEEDS / "demo" / "findings.yaml")
    entries = document.entries("findings")
    proposals: dict[int, Matrix] = {}
    changes = document.entries("rule_changes")
    _fix_leads(story, document.entries("lead_changes"))
    _enter_references(story, document.entries("references"))
    for entry in sorted(entries, key=lambda one: one.integer("adopted_day")):
        day = entry.integer("adopted_day")
        changes = _change_rule(story, changes, until=day)
        if day not in proposals:
            proposals[day] = queries.matrix_at(story.period, story.moment(day), story.figures)
        _tell(story, entry, proposals[day], story.figures)
    _change_rule(story, changes, until=0)


def _fix_leads(story: Story, changes: list[SeedEntry]) -> None:
    """Age limits of indicators that were others once, each change with its reason."""
    for change in changes:
        indicator = story.indicators[change.text("indicator")]
        rule = replace(lead_rules.rule_of(indicator), age_limit_years=change.integer("age_limit_years"))
        with clock.frozen(story.moment(change.integer("day"))):
            lead_rules.change(
                {indicator.key: rule},
                editions={indicator.key: indicator.edition},
                reason=change.text("reason"),
                actor=story.actor(change.text("by")),
            )


def _enter_references(story: Story, entries: list[SeedEntry]) -> None:
    """Values of the Land, each a share of published counts, with its source."""
    for entry in entries:
        with clock.frozen(story.moment(entry.integer("day"))):
            references.add(
                story.indicators[entry.text("indicator")],
                Written(
                    kind=ReferenceKind.LAND,
                    direction=ReferenceDirection.COMPARE,
                    value=100 * entry.integer("count") / entry.integer("base"),
                    refers_on=entry.day("refers_on"),
                    valid_from=clock.today(),
                    valid_to=None,
                    source=entry.text("source"),
                    note=entry.text("note"),
                ),
                actor=story.actor(entry.text("by")),
            )


def _change_rule(story: Story, changes: list[SeedEntry], *, until: int) -> list[SeedEntry]:
    """Make the changes of settings up to that day; those that are still to come."""
    for change in changes:
        if change.integer("day") <= until:
            with clock.frozen(story.moment(change.integer("day"))):
                actor = story.actor(change.text("by"))
                settings.put(change.text("setting"), change.integer("value"), actor=actor)
    return [change for change in changes if change.integer("day") > until]


def _tell(story: Story, entry: SeedEntry, matrix: Matrix, figures: CountyFigures) -> None:
    finding = _adopt(story, entry, matrix)
    with clock.frozen(story.moment(entry.integer("cosigned_day"))):
        adoption.cosign(finding, actor=story.actor(entry.text("cosigned_by")))
    for other in entry.entries("dissent"):
        with clock.frozen(story.moment(other.integer("day"))):
            organisation = story.organisations[other.text("organisation")]
            actor = story.actor(other.text("person"))
            adoption.dissent(finding, other.text("text"), organisation=organisation, actor=actor)
    _hear(story, entry.entry("hearing"), finding)
    published = entry.optional_integer("published_day")
    if published is not None:
        with clock.frozen(story.moment(published)):
            publication.publish(finding, actor=story.actor("p_amsel"))
    decision = entry.optional_entry("decision")
    if decision is not None:
        _decide(story, decision, finding)
    reopened = entry.optional_integer("reopened_day")
    if reopened is not None:
        now = queries.matrix_at(story.period, story.moment(reopened), figures)
        with clock.frozen(story.moment(reopened)):
            proposal = now.proposal(finding.area_id, finding.topic.key)
            _words, change = reopening.why(finding.latest.proposal, proposal, now.limits)
            reopening.reopen(finding, entry.text("reopened_reason"), actor=SYSTEM, change=change)


def _adopt(story: Story, entry: SeedEntry, matrix: Matrix) -> Finding:
    area, topic = story.areas[entry.text("area")], story.topics[entry.text("topic")]
    following = entry.entry("next_step")
    budget = entry.optional_integer("budget_day")
    draft = Draft(
        adopted=Assessment(entry.text("adopted")),
        title=entry.text("title"),
        said=entry.text("said"),
        figures_show=entry.text("figures_show"),
        reason=entry.text("reason"),
        resources=entry.optional("resources") or "",
        recommendation=entry.text("recommendation"),
        alternatives=[
            Alternative(
                text=one.text("text"),
                cost_class=one.text("cost_class"),
                effect=one.text("effect"),
                side_effects=one.text("side_effects"),
            )
            for one in entry.entries("alternatives")
        ],
        next_step=following.text("text"),
        responsible=story.organisations[following.text("responsible")],
        due_on=story.day(following.integer("due_day")),
        product=entry.optional("product") or "",
        budget_year=None if budget is None else story.day(budget).year,
        text_sources=[
            TextSource(words=one.text("words"), source=one.text("source"), url=one.optional("url") or "")
            for one in entry.entries("text_sources")
        ],
        sources=_sources(story, entry.entry("sources")),
    )
    with clock.frozen(story.moment(entry.integer("adopted_day"))):
        return adoption.adopt(
            (area, topic, story.period),
            draft,
            proposal=matrix.proposal(area.id, topic.key),
            limits=matrix.limits,
            actor=story.actor(entry.text("adopted_by")),
            is_demo=True,
        )


def _sources(story: Story, entry: SeedEntry) -> list[SourceRef]:
    first_round = story.rounds["runde_1"]
    found = [SourceRef(kind=SourceKind.SURVEY_ITEM, id=first_round.id, item=code) for code in entry.texts("survey")]
    found += [SourceRef(kind=SourceKind.STATEMENT, id=story.statements[key].id) for key in entry.texts("needs")]
    found += [SourceRef(kind=SourceKind.MINUTES_ENTRY, id=story.entries[key].id) for key in entry.texts("minutes")]
    found += [SourceRef(kind=SourceKind.INDICATOR, id=story.indicators[key].id) for key in entry.texts("indicators")]
    return found


def _hear(story: Story, entry: SeedEntry, finding: Finding) -> None:
    begins = entry.integer("from_day")
    with clock.frozen(story.moment(begins)):
        heard = hearings.open_hearing(
            finding,
            [story.areas[ags] for ags in entry.texts("heard")],
            actor=story.actor("p_amsel"),
            tell=begins >= 0,
        )
    said = entry.optional_entry("statement")
    if said is None:
        return
    organisation = story.organisations[said.text("organisation")]
    with clock.frozen(story.moment(said.integer("day"))):
        person = stakeholders.people_acting_for(organisation.id, clock.today())[0]
        own = next(one for one in heard if one.municipality_id == organisation.area_id)
        hearings.state_position(own, said.text("text"), actor=actor_of(person, organisation))


def _decide(story: Story, entry: SeedEntry, finding: Finding) -> None:
    conference = story.conferences[entry.text("event")]
    day = conference.begins.date()
    moment = datetime.combine(day, _EVENING, clock.LOCAL_ZONE).astimezone(UTC)
    with clock.frozen(moment):
        publication.decide(
            finding,
            story.bodies[entry.text("body")],
            entry.text("text"),
            actor=story.actor("p_amsel"),
            decided_on=day,
            paper=entry.text("paper"),
            conference=conference,
        )

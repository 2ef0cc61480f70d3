"""A finding from its adoption to its publication and back, with everything that must be refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from circle import NOON, Circle, draft, reread
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.core import clock
from portal.core.actor import ANONYMOUS, SYSTEM
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, NotFound, Refusal
from portal.core.transaction import transaction
from portal.evidence import adoption, decisions, history, publication, reopening
from portal.evidence.adoption import Alternative
from portal.evidence.hearings import queries as hearing_queries
from portal.evidence.hearings import services as hearings
from portal.evidence.models import Assessment, Finding, FindingState
from portal.evidence.rules.rule import HeldEvent, Proposal, Thresholds, propose
from portal.evidence.texts import quotations
from portal.evidence.texts.sources import TextSource
from portal.outbox.models import OutboxMessage

PROPOSAL: Proposal = propose(
    "mobility_infrastructure", items=(), statements=(), events=(), signals={}, limits=Thresholds(),
    today=NOON.date(),
)  # fmt: skip


def adopt(circle: Circle, who: str = "amsel", *, edition: int | None = None, **changes: object) -> Finding:
    actor = circle.actor(who)
    with transaction():
        return adoption.adopt(
            circle.place, draft(**changes), proposal=PROPOSAL, limits=Thresholds(), edition=edition, actor=actor
        )


def cosigned(circle: Circle) -> Finding:
    finding = adopt(circle)
    actor = circle.actor("buche")
    with transaction():
        adoption.cosign(finding, actor=actor)
    return finding


def heard(circle: Circle) -> Finding:
    finding = cosigned(circle)
    actor = circle.actor("amsel")
    with transaction():
        hearings.open_hearing(finding, [circle.dorf, circle.stadt], actor=actor)
    return finding


def published(circle: Circle) -> Finding:
    finding = heard(circle)
    actor = circle.actor("amsel")
    with clock.frozen(NOON + timedelta(days=29)), transaction():
        publication.publish(finding, actor=actor, without_unreached=True)
    return finding


def test_a_finding_goes_its_way(circle: Circle, mails: Callable[[], list[OutboxMessage]]) -> None:
    finding = published(circle)
    found = reread(finding)
    assert found.state is FindingState.PUBLISHED
    assert [step.new_state.value for step in found.steps] == ["adopted", "cosigned", "hearing", "published"]
    assert found.public_version is not None
    assert found.public_version.proposal["assessment"] == "no_data"
    assert found.latest.adopted is Assessment.CONFIRMED
    assert [mail.recipient for mail in mails()] == ["mayor@verein.example"]
    assert "Stellung nehmen" in mails()[0].text


@pytest.mark.parametrize("who", ["buche", "erle", "mayor", "traeger", "rat"])
def test_planners_alone_adopt(circle: Circle, who: str) -> None:
    with pytest.raises(NotAllowed):
        adopt(circle, who)


@pytest.mark.parametrize("who", ["amsel", "zweite", "mayor", "traeger", "rat"])
def test_nobody_but_leadership_and_sectoral_planning_cosigns(circle: Circle, who: str) -> None:
    finding = adopt(circle)
    actor = circle.actor(who)
    with pytest.raises(NotAllowed), transaction():
        adoption.cosign(finding, actor=actor)
    assert reread(finding).state is FindingState.ADOPTED


def test_two_adopters_of_one_cell(circle: Circle) -> None:
    adopt(circle)
    with pytest.raises(Conflict):
        adopt(circle, "zweite")


def test_a_version_written_on_an_older_edition_is_a_conflict(circle: Circle) -> None:
    finding = adopt(circle)
    edition = reread(finding).edition
    adopt(circle, edition=edition, reason="Neu bedacht.")
    with pytest.raises(Conflict):
        adopt(circle, "zweite", edition=edition)
    assert [version.reason for version in reread(finding).versions] == ["Beides passt zusammen.", "Neu bedacht."]


def test_a_new_version_needs_a_new_signature(circle: Circle) -> None:
    finding = cosigned(circle)
    adopt(circle, edition=reread(finding).edition)
    found = reread(finding)
    assert (found.state, found.latest.cosigned_by) == (FindingState.ADOPTED, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"said": " "}, "said"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 5_000_000}, "reason"),
        ({"recommendation": "\u202e"}, "recommendation"),
        ({"next_step": "Fragen"}, "responsible"),
        ({"adopted": Assessment.FELT_ONLY}, "next_step"),
        ({"product": "31.80.01"}, "budget_year"),
        ({"budget_year": NOON.year}, "product"),
        ({"product": "31.80.01", "budget_year": NOON.year + 30}, "budget_year"),
        ({"due_on": NOON.date() - timedelta(days=1)}, "due_on"),
        ({"alternatives": [Alternative(text="", cost_class="gering")]}, "alternatives"),
        ({"alternatives": [Alternative(text="Bus", cost_class="umsonst")]}, "alternatives"),
        ({"text_sources": [TextSource(words="kein Bus", source="")]}, "text_sources"),
        ({"text_sources": [TextSource(words="", source="Verkehrsamt")]}, "text_sources"),
        ({"text_sources": [TextSource(words="ein Bu", source="Verkehrsamt")]}, "text_sources"),
        ({"text_sources": [TextSource(words="kein Bus", source="x" * 501)]}, "text_sources"),
        ({"text_sources": [TextSource(words="kein Bus", source="Amt", url="javascript:alert(1)")]}, "text_sources"),
        ({"text_sources": [TextSource(words="kein Bus", source="Amt", day="2026-12-04")]}, "text_sources"),
        ({"text_sources": [TextSource(words="kein Bus", source="Amt")] * 21}, "text_sources"),
    ],
)
def test_what_a_draft_lacks_is_said_at_its_field(circle: Circle, changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        adopt(circle, **changes)
    assert refused.value.field == field
    assert db.session.query(Finding).count() == 0


def test_the_course_tells_every_step_and_what_a_version_changed(circle: Circle) -> None:
    finding = cosigned(circle)
    edition = reread(finding).edition
    adopt(circle, edition=edition, product="54.70.01 Nahverkehr", budget_year=NOON.year + 1, reason="Neu bedacht.")
    found = reread(finding)
    actor = circle.actor("amsel")
    told = history.course(found, actor)
    assert [str(one.title) for one in told] == ["übernommen", "mitgezeichnet", "übernommen"]
    assert told[0].who == "Muster-amsel"
    assert history.course(found, ANONYMOUS) == []
    changed = {one.label: (one.old, one.new) for one in history.versions(found)[0][1]}
    assert changed == {
        "Begründung": ("Beides passt zusammen.", "Neu bedacht."),
        "Produkt im Haushalt": ("–", "54.70.01 Nahverkehr"),
        "Haushaltsjahr": ("–", str(NOON.year + 1)),
    }


def test_sources_of_the_text_are_kept_with_their_version(circle: Circle) -> None:
    bus = TextSource(words="kein  Bus", source="Fahrplan 2026", url="https://bus.example/plan", day="2026-11-01")
    finding = adopt(circle, text_sources=[bus])
    adopt(circle, edition=reread(finding).edition)
    first, second = reread(finding).versions
    kept = {"words": "kein Bus", "source": "Fahrplan 2026", "url": "https://bus.example/plan", "day": "2026-11-01"}
    assert first.text_sources == [kept]
    assert second.text_sources == []
    (change,) = history.differences(second, first)
    assert (change.label, change.new) == ("Quellen zum Text", "–")
    assert change.old == "„kein Bus“: Fahrplan 2026, Stand 1. November 2026 https://bus.example/plan"


def test_no_step_is_skipped(circle: Circle) -> None:
    finding = adopt(circle)
    actor = circle.actor("amsel")
    with pytest.raises(Refusal), transaction():
        hearings.open_hearing(finding, [circle.dorf], actor=actor)
    with pytest.raises(Refusal), transaction():
        publication.publish(finding, actor=actor)


def test_publication_waits_for_the_hearing(circle: Circle) -> None:
    finding = heard(circle)
    actor = circle.actor("amsel")
    with clock.frozen(NOON + timedelta(days=28)), pytest.raises(Refusal), transaction():
        publication.publish(finding, actor=actor)  # the last day still belongs to the hearing
    with clock.frozen(NOON + timedelta(days=29)), transaction():
        publication.publish(finding, actor=actor, without_unreached=True)
    assert reread(finding).state is FindingState.PUBLISHED


def test_publication_need_not_wait_once_everybody_has_answered(circle: Circle) -> None:
    finding = cosigned(circle)
    actor = circle.actor("amsel")
    with transaction():
        hearings.open_hearing(finding, [circle.dorf], actor=actor)
    mayor = circle.mayor
    with transaction():
        hearings.state_position(reread(finding).hearings[0], "Wir sehen es auch so.", actor=mayor)
    with transaction():
        publication.publish(finding, actor=actor)
    assert reread(finding).hearings[0].statement == "Wir sehen es auch so."


def test_a_municipality_speaks_for_itself_alone(circle: Circle) -> None:
    finding = heard(circle)
    mayor, provider = circle.mayor, circle.actor("traeger", circle.verein)
    own, other = sorted(reread(finding).hearings, key=lambda one: one.municipality.name)
    for actor, hearing in ((mayor, other), (provider, own), (circle.actor("rat"), own)):
        with pytest.raises(NotFound), transaction():
            hearings.state_position(hearing, "Text", actor=actor)
    with transaction():
        hearings.state_position(own, "Unsere Sicht", actor=circle.actor("mayor", circle.rathaus))
    with pytest.raises(Refusal), transaction():
        hearings.state_position(own, "Noch einmal", actor=mayor)
    assert reread(finding).hearings[0].statement == "Unsere Sicht"


def test_a_planner_enters_what_came_by_letter(circle: Circle) -> None:
    finding = heard(circle)
    hearing = reread(finding).hearings[0]
    for who in ("traeger", "rat"):
        with pytest.raises(NotFound), transaction():
            hearings.state_position(hearing, "Text", actor=circle.actor(who))
    with transaction():
        hearings.state_position(hearing, "Per Brief: Wir sehen es auch so.", actor=circle.actor("amsel"))
    entered = reread(finding).hearings[0]
    assert entered.statement == "Per Brief: Wir sehen es auch so."
    assert entered.organisation is None
    with pytest.raises(Refusal), transaction():
        hearings.state_position(entered, "Noch einmal", actor=circle.actor("amsel"))


def test_what_the_office_entered_is_corrected_and_the_words_before_are_kept(circle: Circle) -> None:
    finding = heard(circle)
    planner = circle.actor("amsel")
    with transaction():
        hearings.state_position(reread(finding).hearings[0], "Wir sehn es auch so.", actor=planner)
    entered = reread(finding).hearings[0]
    for who in ("traeger", "rat"):
        with pytest.raises(NotFound), transaction():
            hearings.correct_statement(entered, "Text", actor=circle.actor(who))
    with pytest.raises(NotFound), transaction():
        hearings.correct_statement(entered, "Text", actor=circle.mayor)
    with pytest.raises(Refusal), transaction():
        hearings.correct_statement(entered, " ", actor=planner)
    with clock.frozen(NOON + timedelta(days=1)), transaction():
        hearings.correct_statement(entered, "Wir sehen es auch so.", actor=planner)
    with clock.frozen(NOON + timedelta(days=2)), transaction():
        hearings.correct_statement(reread(finding).hearings[0], "Wir sehen es auch so.", actor=planner)  # nothing new
    corrected = reread(finding).hearings[0]
    assert (corrected.statement, corrected.stated_at) == ("Wir sehen es auch so.", NOON + timedelta(days=1))
    ((kept,),) = hearing_queries.former_statements([corrected]).values()
    assert (kept.text, kept.stated_at, kept.user_id) == ("Wir sehn es auch so.", NOON, planner.user_id)
    with transaction():
        hearings.correct_statement(corrected, None, actor=planner)
    assert (reread(finding).hearings[0].statement, reread(finding).hearings[0].stated_at) == ("", None)
    with transaction():
        hearings.state_position(reread(finding).hearings[0], "Unsere Sicht", actor=circle.mayor)
    with pytest.raises(NotFound), transaction():
        hearings.correct_statement(reread(finding).hearings[0], "Geändert", actor=planner)
    assert reread(finding).hearings[0].statement == "Unsere Sicht"
    actions = list(
        db.session.scalars(
            select(AuditEntry.action).where(AuditEntry.action.like("evidence.stat%")).order_by(AuditEntry.id)
        )
    )
    assert actions == [
        "evidence.statement_entered",
        "evidence.statement_corrected",
        "evidence.statement_taken_back",
        "evidence.stated",
    ]


def test_after_its_last_day_nothing_entered_is_corrected(circle: Circle) -> None:
    finding = heard(circle)
    planner = circle.actor("amsel")
    with transaction():
        hearings.state_position(reread(finding).hearings[0], "Per Brief", actor=planner)
    entered = reread(finding).hearings[0]
    with clock.frozen(NOON + timedelta(days=29)), pytest.raises(Refusal), transaction():
        hearings.correct_statement(entered, "Zu spät", actor=planner)
    assert reread(finding).hearings[0].statement == "Per Brief"
    assert hearing_queries.former_statements([entered]) == {}


def test_after_its_last_day_a_hearing_takes_nothing(circle: Circle) -> None:
    finding = heard(circle)
    mayor = circle.mayor
    hearing = reread(finding).hearings[0]
    with clock.frozen(NOON + timedelta(days=29)), pytest.raises(Refusal), transaction():
        hearings.state_position(hearing, "Zu spät", actor=mayor)


def test_a_hearing_needs_a_municipality(circle: Circle) -> None:
    finding = cosigned(circle)
    actor = circle.actor("amsel")
    for places in ([], [circle.area]):
        with pytest.raises(Refusal) as refused, transaction():
            hearings.open_hearing(finding, places, actor=actor)
        assert refused.value.field == "municipalities"


def test_dissent_is_kept_and_printed(circle: Circle) -> None:
    finding = adopt(circle)
    erle, department = circle.actor("erle"), circle.department
    with transaction():
        adoption.dissent(finding, "Wir sehen es anders.", organisation=department, actor=erle)
    assert [one.text for one in reread(finding).dissents] == ["Wir sehen es anders."]
    with pytest.raises(NotAllowed), transaction():
        adoption.dissent(finding, "Ich auch.", organisation=department, actor=circle.actor("mayor"))


def test_decisions_belong_to_published_findings(circle: Circle) -> None:
    finding = heard(circle)
    leader = circle.actor("buche")
    with pytest.raises(Refusal), transaction():
        publication.decide(finding, circle.body, "Zur Kenntnis", decided_on=clock.today(), actor=leader)
    actor = circle.actor("amsel")
    with clock.frozen(NOON + timedelta(days=29)):
        with transaction():
            publication.publish(finding, actor=actor, without_unreached=True)
        with pytest.raises(Refusal), transaction():
            tomorrow = clock.today() + timedelta(days=1)
            publication.decide(finding, circle.body, "Zur Kenntnis", decided_on=tomorrow, actor=leader)
        with transaction():
            publication.decide(finding, circle.body, "Zur Kenntnis", decided_on=clock.today(), actor=leader)
    assert [one.text for one in reread(finding).decisions] == ["Zur Kenntnis"]
    ((decision, about),) = decisions.latest(limit=3)
    assert (decision.text, about.id) == ("Zur Kenntnis", finding.id)


def test_reopening_keeps_what_is_published(circle: Circle) -> None:
    finding = published(circle)
    with transaction():
        reopening.reopen(finding, "Ein neuer Hinweis.", actor=SYSTEM)
    found = reread(finding)
    assert (found.state, found.reopened_reason) == (FindingState.REOPENED, "Ein neuer Hinweis.")
    adopt(circle, edition=found.edition, reason="Neu eingeordnet.")
    found = reread(finding)
    assert (found.latest.number, found.latest.published_at) == (2, None)
    assert found.public_version is found.versions[0]
    with pytest.raises(NotAllowed), transaction():
        reopening.reopen(finding, "Warum nicht", actor=circle.actor("mayor"))


def _asked() -> Proposal:
    """What the rule proposes once an event with the topic was held: another one than `PROPOSAL`."""
    event = HeldEvent(id=1, topics=frozenset({"mobility_infrastructure"}), groups_present=4, groups_required=4)
    return propose(
        "mobility_infrastructure", items=(), statements=(), events=(event,), signals={}, limits=Thresholds(),
        today=NOON.date(),
    )  # fmt: skip


def test_who_differs_from_a_changed_proposal_gives_a_new_reason(circle: Circle) -> None:
    finding = published(circle)
    with transaction():
        reopening.reopen(finding, "Ein neuer Hinweis.", actor=SYSTEM)
    edition, actor = reread(finding).edition, circle.actor("amsel")

    def again(proposal: Proposal, **changes: object) -> None:
        with transaction():
            adoption.adopt(
                circle.place, draft(**changes), proposal=proposal, limits=Thresholds(), edition=edition, actor=actor
            )

    with pytest.raises(Refusal) as refused:
        again(_asked())
    assert refused.value.field == "reason"
    again(_asked(), reason="Die Veranstaltung hat es anders gezeigt.")
    # As long as the proposal is the same, the reason may stay.
    edition, actor = reread(finding).edition, circle.actor("amsel")
    again(_asked(), reason="Die Veranstaltung hat es anders gezeigt.")
    assert len(reread(finding).versions) == 3


def test_a_title_is_part_of_the_version(circle: Circle) -> None:
    finding = adopt(circle, title="  Abends fährt \n kein Bus ")
    assert finding.latest.title == "Abends fährt kein Bus"
    adopt(circle, edition=finding.edition, title="Abends fehlt der Bus")
    found = reread(finding)
    changed = {one.label: (one.old, one.new) for one in history.versions(found)[0][1]}
    assert changed["Überschrift"] == ("Abends fährt kein Bus", "Abends fehlt der Bus")


def test_a_title_is_short(circle: Circle) -> None:
    with pytest.raises(Refusal) as refusal:
        adopt(circle, title="x" * 121)
    assert refusal.value.field == "title"
    assert adopt(circle, title="x" * 120).latest.title == "x" * 120


def test_steps_of_a_version_that_is_not_public_stay_inside(circle: Circle) -> None:
    finding = published(circle)
    planner = circle.actor("amsel")
    with clock.frozen(NOON + timedelta(days=40)), transaction():
        reopening.reopen(finding, "Neue Zahlen.", actor=planner)
    with clock.frozen(NOON + timedelta(days=41)):
        adopt(circle, edition=reread(finding).edition, reason="Geheimer Grund")
    told = history.course(reread(finding), ANONYMOUS)
    titles = [str(one.title) for one in told]
    assert titles[0] == "Vorschlag der Regel übernommen und begründet"
    assert titles.count("Vorschlag der Regel übernommen und begründet") == 1
    assert titles[-1] == "Wieder geöffnet"
    assert all("Geheimer Grund" not in str(one.text) and not one.who for one in told)


def test_nobody_is_quoted_without_public_minutes(circle: Circle) -> None:
    published(circle)
    assert quotations.of_area(circle.place[0].id) is None

"""Services of statements on both databases: writing, states, answers, support, voices."""

from collections.abc import Callable

import pytest
from portal_client import fresh
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from town import Make, Town

from portal.audit.models import AuditEntry
from portal.core.database import db
from portal.core.errors import Conflict, NotAllowed, NotFound, Refusal
from portal.core.transaction import transaction
from portal.needs import codes, drafts, permissions, queries, review, states, support
from portal.needs import mails as needs_mails
from portal.needs.models import (
    Intake,
    NeedsStatement,
    StatementKind,
    StatementNumber,
    StatementState,
    StatementStep,
    StatementSupport,
)
from portal.outbox.models import OutboxMessage

Mails = Callable[[], list[OutboxMessage]]
ANSWER = "Vielen Dank. Wir prüfen einen Abendbus."


@pytest.fixture
def to_review(make: Make, town: Town) -> NeedsStatement:
    statement, actor = make(), town.planner
    with transaction():
        review.take_into_review(statement, actor=actor)
    return statement


def decide(statement: NeedsStatement, to: StatementState, town: Town, **more: object) -> None:
    actor = town.planner
    with transaction():
        if statement.state is StatementState.SUBMITTED:
            review.take_into_review(statement, actor=actor)
        review.decide(statement, to, ANSWER, actor=actor, **more)  # type: ignore[arg-type]


def test_a_draft_is_saved_in_steps_and_sent_when_it_is_whole(town: Town, mails: Mails) -> None:
    actor = town.driver
    with transaction():
        statement = drafts.begin(town.bus, StatementKind.NEED, "Abends kein Bus", actor=actor, form_key="k1")
    assert [step for step, _words in drafts.missing(statement)] == ["worum", "ort", "ort"]
    with pytest.raises(Refusal), transaction():
        drafts.submit(statement, actor=actor)
    with transaction():
        drafts.save_subject(
            statement, kind=StatementKind.NEED, title="Abends kein Bus", reason="Nach 19 Uhr.", actor=actor
        )
        drafts.save_place(
            statement, topics=[town.mobility], areas=[town.nord, town.dorf],
            target_groups=["Kinder", "kinder ", "Kinder"], actor=actor,
        )  # fmt: skip
        drafts.save_numbers(statement, rows=[drafts.NumberRow("7 Orte ohne Bus", "")], indicators=[], actor=actor)
    assert [step for step, _words in drafts.missing(statement)] == ["zahlen"]
    row = statement.numbers[0].id
    with transaction():
        drafts.save_numbers(
            statement, rows=[drafts.NumberRow("7 Orte", "Fahrplan", row), drafts.NumberRow("", "")], indicators=[],
            actor=actor,
        )  # fmt: skip
        assert drafts.submit(statement, actor=actor)
    assert fresh(statement).state is StatementState.SUBMITTED
    assert statement.target_groups == ["Kinder", "kinder"]
    assert [(one.id, one.text) for one in statement.numbers] == [(row, "7 Orte")]
    assert statement.person is not None
    assert statement.person.name == "Georg Ginster"
    with transaction():
        assert not drafts.submit(statement, actor=actor)
    sent = [mail for mail in mails() if mail.kind == "needs.received"]
    assert [mail.recipient for mail in sent] == ["ginster@buerger-bus.example"]
    assert statement.tracking_code in sent[0].text
    assert statement.tracking_code in (sent[0].html or "")


def test_the_same_form_makes_one_draft(town: Town) -> None:
    actor = town.driver
    for _attempt in range(2):
        with transaction():
            drafts.begin(town.bus, StatementKind.NEED, "Doppelt", actor=actor, form_key="einmal")
    assert db.session.scalar(select(func.count()).select_from(NeedsStatement)) == 1


def test_only_checked_organisations_and_their_own_people_write(town: Town) -> None:
    for actor, organisation, error in (
        (town.actor("nelke", town.neu), town.neu, Refusal),
        (town.driver, town.kirche, NotAllowed),
        (town.actor("buche"), town.bus, NotAllowed),
        (town.actor("wicke"), town.bus, NotAllowed),
    ):
        with pytest.raises(error), transaction():
            drafts.begin(organisation, StatementKind.NEED, "Fremd", actor=actor)
    actor = town.planner
    with transaction():
        entered = drafts.begin(town.bus, StatementKind.NEED, "Anruf", actor=actor, intake=Intake.TELEPHONE)
    assert entered.entered_by == actor.user_id
    assert entered.person is None


def test_hostile_and_long_texts_are_refused_at_their_field(make: Make, town: Town) -> None:
    statement, actor = make(sent=False), town.driver
    for title, reason, field in (
        ("", "x", "title"), ("x" * 201, "x", "title"), ("ok", "x" * 5_000_000, "reason"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused, transaction():
            drafts.save_subject(statement, kind=StatementKind.NEED, title=title, reason=reason, actor=actor)
        assert refused.value.field == field
    with transaction():
        drafts.save_subject(
            statement, kind=StatementKind.NEED, title="Bus\r\nBcc: alle@x.example", reason="a", actor=actor
        )
    assert fresh(statement).title == "Bus Bcc: alle@x.example"
    for groups in (["x" * 81], [f"Gruppe {number}" for number in range(16)]):
        with pytest.raises(Refusal), transaction():
            drafts.save_place(statement, topics=[], areas=[], target_groups=groups, actor=actor)
    with pytest.raises(Refusal), transaction():
        drafts.save_numbers(statement, rows=[drafts.NumberRow("x" * 501, "q")], indicators=[], actor=actor)


def test_two_tabs_meet_and_the_later_one_is_told(make: Make, town: Town) -> None:
    statement, actor = make(sent=False), town.driver
    edition = statement.edition
    with transaction():
        drafts.save_numbers(statement, rows=[drafts.NumberRow("1", "q")], indicators=[], actor=actor, edition=edition)
    assert statement.edition == edition + 1
    with pytest.raises(Conflict), transaction():
        drafts.save_subject(statement, kind=StatementKind.NEED, title="Zweite", reason="", actor=actor, edition=edition)
    assert fresh(statement).title == "Abends fährt kein Bus"


def test_what_was_sent_or_belongs_to_others_does_not_change(make: Make, town: Town) -> None:
    sent, draft, actor = make(), make("Entwurf", sent=False), town.driver
    with pytest.raises(Refusal), transaction():
        drafts.save_subject(sent, kind=StatementKind.NEED, title="Neu", reason="", actor=actor)
    other = town.deacon
    for act in (
        lambda: drafts.save_subject(draft, kind=StatementKind.NEED, title="Fremd", reason="", actor=other),
        lambda: drafts.submit(draft, actor=other),
        lambda: drafts.discard(draft, actor=other),
    ):
        with pytest.raises(Refusal) as refused, transaction():
            act()
        assert refused.value.field == "organisation"
    planner = town.planner
    with pytest.raises(Refusal), transaction():
        drafts.submit(draft, actor=planner)
    actor = town.driver
    with transaction():
        drafts.discard(draft, actor=actor)
    assert db.session.scalar(select(func.count()).select_from(NeedsStatement)) == 1


@pytest.mark.parametrize("old", list(StatementState))
def test_every_step_is_in_the_table_or_refused(make: Make, town: Town, old: StatementState) -> None:
    statement, into, actor = make(), make("Ziel"), town.planner
    with transaction():
        for new in StatementState:
            if new is old or new in states.TRANSITIONS[old]:
                continue
            copy = NeedsStatement(state=old, id=statement.id)
            with pytest.raises(Refusal):
                states.advance(copy, new, actor=actor)
    assert into.id != statement.id


def test_a_question_goes_to_the_sender_and_comes_back(to_review: NeedsStatement, town: Town, mails: Mails) -> None:
    planner, driver, deacon = town.planner, town.driver, town.deacon
    with transaction():
        review.ask_back(to_review, "Aus welchen Orten?", actor=planner)
    assert fresh(to_review).state is StatementState.QUERY
    assert mails()[-1].recipient == "ginster@buerger-bus.example"
    assert "> Aus welchen Orten?" in mails()[-1].text
    with pytest.raises(NotAllowed), transaction():
        review.reply(to_review, "Ich auch", actor=deacon)
    with pytest.raises(Refusal), transaction():
        review.reply(to_review, "  ", actor=driver)
    with transaction():
        review.reply(to_review, "Aus Dorf.", actor=driver)
    assert fresh(to_review).state is StatementState.IN_REVIEW
    with pytest.raises(Refusal), transaction():
        review.reply(to_review, "Noch einmal.", actor=driver)
    notes = [step.note for step in db.session.scalars(select(StatementStep).order_by(StatementStep.id))]
    assert notes[-2:] == ["Aus welchen Orten?", "Aus Dorf."]
    with transaction():
        review.ask_back(to_review, "Und wann?", actor=planner)
        review.go_on_without_reply(to_review, "Telefonat: abends.", actor=planner)
    assert fresh(to_review).state is StatementState.IN_REVIEW


def test_a_decision_needs_an_answer_and_tells_everybody_once(
    to_review: NeedsStatement, town: Town, mails: Mails
) -> None:
    planner, deacon, erle = town.planner, town.deacon, town.actor("erle")
    with transaction():
        review.release(to_review, True, actor=planner)
        support.support(to_review, "Auch bei uns.", actor=deacon)
    with pytest.raises(Refusal) as refused, transaction():
        review.decide(to_review, StatementState.ADOPTED, " ", actor=planner)
    assert refused.value.field == "answer"
    with pytest.raises(NotAllowed), transaction():
        review.decide(to_review, StatementState.ADOPTED, ANSWER, actor=town.actor("buche"))
    with transaction():
        review.decide(to_review, StatementState.ADOPTED, ANSWER, actor=erle)
    with pytest.raises(Refusal), transaction():
        review.decide(to_review, StatementState.ADOPTED, ANSWER, actor=planner)
    answers = [mail for mail in mails() if mail.kind == "needs.answer"]
    assert sorted(mail.recipient for mail in answers) == ["distel@kirche.example", "ginster@buerger-bus.example"]
    assert all("kein Verwaltungsakt und keine Zusage von Geld" in mail.text for mail in answers)
    assert all("kein Verwaltungsakt und keine Zusage von Geld" in (mail.html or "") for mail in answers)
    assert fresh(to_review).answer.person.name == "Emil Erle"


def test_after_adoption_it_goes_on_to_its_effect(to_review: NeedsStatement, town: Town, mails: Mails) -> None:
    decide(to_review, StatementState.ADOPTED, town)
    actor = town.planner
    with pytest.raises(Refusal) as refused, transaction():
        review.follow(to_review, StatementState.IN_MEASURE, " ", actor=actor)
    assert refused.value.field == "note"
    with pytest.raises(Refusal), transaction():
        review.follow(to_review, StatementState.EFFECT_REVIEWED, "zu früh", actor=actor)
    with transaction():
        review.follow(to_review, StatementState.IN_MEASURE, "Abendbus auf Probe", actor=actor)
        review.follow(to_review, StatementState.IMPLEMENTED, "", actor=actor)
        review.follow(to_review, StatementState.EFFECT_REVIEWED, "Er ist voll.", actor=actor)
    assert fresh(to_review).measure_note == "Abendbus auf Probe"
    assert to_review.effect_note == "Er ist voll."
    assert len([mail for mail in mails() if mail.kind == "needs.progress"]) == 3
    moved = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "needs.moved")).all()
    assert len(moved) == 5


def test_merging_keeps_every_sender_and_carries_support_along(make: Make, town: Town, mails: Mails) -> None:
    first, second, third = make("Erster"), make("Zweiter", actor=town.deacon, organisation=town.kirche), make("Dritter")
    planner, mayor = town.planner, town.mayor
    with transaction():
        for one in (first, second, third):
            review.take_into_review(one, actor=planner)
        review.release(second, True, actor=planner)
        support.support(second, "Wir auch.", actor=mayor)
    for into in (None, first):
        with pytest.raises(Refusal) as refused, transaction():
            review.decide(first, StatementState.MERGED, ANSWER, actor=planner, into=into)
        assert refused.value.field == "into"
    with transaction():
        review.decide(second, StatementState.MERGED, ANSWER, actor=planner, into=first)
    with pytest.raises(Refusal), transaction():
        review.decide(third, StatementState.MERGED, ANSWER, actor=planner, into=second)
    with transaction():
        review.decide(first, StatementState.MERGED, ANSWER, actor=planner, into=third)
    assert {one.title for one in queries.merged_here(fresh(third))} == {"Erster", "Zweiter"}
    before = len(mails())
    with transaction():
        review.decide(third, StatementState.ADOPTED, ANSWER, actor=planner)
    told = {mail.recipient for mail in mails()[before:]}
    assert told == {"ginster@buerger-bus.example", "distel@kirche.example", "hasel@rathaus.example"}
    (voice,) = queries.voices()
    assert voice.public_id == third.public_id
    assert {speaker.name for speaker in voice.speakers} == {"Bürgerbus", "Kirche", "Rathaus"}
    assert [speaker.umbrella for speaker in voice.speakers if speaker.name == "Kirche"] == ["diakonie"]
    assert [speaker.is_municipal for speaker in voice.speakers if speaker.name == "Rathaus"] == [True]
    assert voice.area_ids == {town.nord.id}
    assert voice.topic_keys == {"mobility_infrastructure"}


def test_voices_are_needs_that_were_sent(make: Make, town: Town) -> None:
    make("Entwurf", sent=False)
    make("Hilfe da", kind=StatementKind.RESOURCE)
    sent = make("Gesagt", areas=[town.dorf])
    decide(sent, StatementState.NOT_ADOPTED, town)
    (voice,) = queries.voices()
    assert (voice.title, voice.state, voice.area_ids) == ("Gesagt", StatementState.NOT_ADOPTED, {town.dorf.id})
    assert queries.voices(period_id=voice.period_id + 1) == []


def test_support_is_for_others_who_can_see_it_and_counts_once(make: Make, town: Town) -> None:
    statement = make()
    driver, deacon, new, planner = town.driver, town.deacon, town.actor("nelke", town.neu), town.planner
    for actor in (driver, deacon, new, planner):
        with pytest.raises(NotAllowed), transaction():
            support.support(statement, "Wir auch", actor=actor)
    with transaction():
        review.release(statement, True, actor=planner)
        support.support(statement, "Wir auch", actor=deacon)
        support.support(statement, "Wir auch, noch besser", actor=deacon)
    for actor in (driver, new):
        with pytest.raises(NotAllowed), transaction():
            support.support(statement, "Wir auch", actor=actor)
    (found,) = db.session.scalars(select(StatementSupport)).all()
    assert found.reason == "Wir auch, noch besser"
    with transaction():
        support.withdraw(statement, actor=deacon)
    assert db.session.scalar(select(func.count()).select_from(StatementSupport)) == 0


def test_drafts_are_out_of_everybody_else_s_sight(make: Make, town: Town) -> None:
    draft = make(sent=False)
    with transaction():
        draft.is_public = True  # even then
    for actor in (town.deacon, town.planner, town.actor("buche"), town.actor("erle"), town.actor("wicke")):
        assert not permissions.may_see(actor, draft)
        with pytest.raises(NotFound):
            queries.statement_for(actor, draft.public_id)
    assert queries.statement_for(town.driver, draft.public_id).title == draft.title
    with pytest.raises(NotFound):
        queries.tracked(draft.tracking_code)


def test_codes_are_long_random_and_read_as_people_type_them(make: Make) -> None:
    statement = make()
    code = statement.tracking_code
    assert len({codes.new() for _number in range(200)}) == 200
    assert len(code.replace("-", "")) == 15
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code} "):
        assert queries.tracked(typed).id == statement.id
    for wrong in ("", "x", "A" * 15, code[:-1], "%" * 20, "'; DROP TABLE", "A" * 5000):
        with pytest.raises(NotFound):
            queries.tracked(wrong)


def test_the_database_keeps_what_the_services_promise(make: Make, town: Town) -> None:
    statement = make()
    identity, organisation = statement.id, town.bus.id
    for broken in (
        {"state": StatementState.MERGED}, {"merged_into_id": identity}, {"submitted_at": None},
        {"origin_stem": "abcdefghijkl"},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction():
            for name, value in broken.items():
                setattr(statement, name, value)
            db.session.flush()
    with pytest.raises(IntegrityError), transaction():
        db.session.add(StatementNumber(statement_id=identity, text="a", source="b", is_official=True))
        db.session.flush()
    with pytest.raises(IntegrityError), transaction():
        for _attempt in range(2):
            db.session.add(StatementSupport(statement_id=identity, organisation_id=organisation, reason="x"))
        db.session.flush()


def test_mail_goes_to_whoever_still_acts(make: Make, town: Town) -> None:
    statement = make()
    assert [person.email for person, _organisation in needs_mails.senders(statement)] == ["ginster@buerger-bus.example"]
    with transaction():
        statement.person = drafts.stakeholders.person_behind_id(town.people["distel"].id)
    assert [person.email for person, _organisation in needs_mails.senders(statement)] == ["ginster@buerger-bus.example"]

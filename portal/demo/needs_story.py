"""The story's statements: who put them forward, what the county answered, what became of them.

Everything happens in the order of its days across all statements, because one is merged into another that came
later. What lies in the past was told in the past: no mail is written for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import Actor
from portal.core.seed_files import SeedEntry, read_document
from portal.demo.story import Story
from portal.needs import drafts, figures, review, support
from portal.needs.drafts import NumberRow
from portal.needs.models import Intake, NeedsStatement, StatementKind, StatementState
from portal.stakeholders import queries as stakeholders
from portal.stakeholders.acting import actor_of
from portal.stakeholders.models import Organisation

_PLANNER = "p_amsel"
# The story tells of one settled question only that it was asked; it says nothing of its words.
_ASKED = "Wir haben noch eine Frage und rufen Sie an."
_SETTLED = "Am Telefon geklärt."


def fill(story: Story) -> None:
    """Tell every statement from its first day to today; fills `story.statements`."""
    entries = read_document(SEEDS / "demo" / "needs.yaml").entries("needs")
    chapter = _Chapter(story)
    events = sorted((event for entry in entries for event in chapter.events(entry)), key=lambda event: event.day)
    for event in events:
        with clock.frozen(story.moment(event.day)):
            event.happen()


@dataclass(frozen=True)
class _Event:
    day: int
    happen: Callable[[], object]


@dataclass(frozen=True)
class _Chapter:
    story: Story

    def events(self, entry: SeedEntry) -> list[_Event]:
        """What happens to one statement, each on its day."""
        found = []
        states = [StatementState(one.text("state")) for one in entry.entries("history")]
        days = [one.integer("day") for one in entry.entries("history")]
        for number, (state, day) in enumerate(zip(states, days, strict=True)):
            before = states[number - 1] if number else None
            found.append(_Event(day, self._step(entry, state, before, tells=day >= 0)))
            if state is StatementState.IN_REVIEW and before is StatementState.SUBMITTED and entry.flag("public"):
                found.append(_Event(day, lambda: self._release(entry)))
        return found

    def _step(
        self, entry: SeedEntry, state: StatementState, before: StatementState | None, *, tells: bool
    ) -> Callable[[], object]:
        planner = self.story.actor
        match state:
            case StatementState.DRAFT:
                return lambda: self._write(entry)
            case StatementState.SUBMITTED:
                return lambda: self._submit(entry, tells=tells)
            case StatementState.IN_REVIEW if before is StatementState.QUERY:
                return lambda: review.go_on_without_reply(self._of(entry), _SETTLED, actor=planner(_PLANNER))
            case StatementState.IN_REVIEW:
                return lambda: review.take_into_review(self._of(entry), actor=planner(_PLANNER))
            case StatementState.QUERY:
                return lambda: self._ask(entry, tells=tells)
            case StatementState.ADOPTED | StatementState.NOT_ADOPTED | StatementState.MERGED:
                return lambda: self._decide(entry, state, tells=tells)
            case _:
                return lambda: self._follow(entry, state, tells=tells)

    def _of(self, entry: SeedEntry) -> NeedsStatement:
        return self.story.statements[entry.text("key")]

    def _write(self, entry: SeedEntry) -> tuple[NeedsStatement, Actor]:
        """The draft, by whoever acts for the organisation that day; by the office where nobody has an account."""
        story = self.story
        organisation = story.organisations[entry.text("organisation")]
        kind, title, code = StatementKind(entry.text("kind")), entry.text("title"), entry.optional("tracking")
        origin = story.entries.get(entry.entry("origin").optional("minutes_entry") or "")
        actor = story.actor(_PLANNER)
        if origin is not None:
            statement = drafts.from_entry(origin, organisation, title, actor=actor, tracking_code=code, is_demo=True)
        else:
            sender = self._sender(organisation)
            statement = drafts.begin(
                organisation,
                kind,
                title,
                actor=sender or actor,
                intake=Intake.LETTER if sender is None else Intake.PORTAL,
                tracking_code=code,
                is_demo=True,
            )
            actor = sender or actor
        story.statements[entry.text("key")] = statement
        drafts.save_subject(statement, kind=kind, title=title, reason=entry.text("reason"), actor=actor)
        drafts.save_place(
            statement,
            topics=story.topics_of(entry),
            areas=[story.areas[key] for key in entry.texts("areas")],
            target_groups=entry.texts("target_groups"),
            actor=actor,
        )
        numbers = entry.entries("numbers")
        drafts.save_numbers(
            statement,
            rows=[NumberRow(one.text("text"), one.text("source")) for one in numbers if not one.flag("real")],
            indicators=story.indicators_of(entry),
            actor=actor,
        )
        for one in numbers:
            if one.flag("real"):
                area = story.areas[one.key("ags", 8)]
                quoted = figures.quote(self.story.figures, one.text("indicator"), area.id)
                figures.add(statement, quoted, actor=actor, sentence=one.text("text"), source=one.text("source"))
        return statement, actor

    @staticmethod
    def _sender(organisation: Organisation) -> Actor | None:
        for person in stakeholders.people_acting_for(organisation.id, clock.today()):
            if person.user is not None:
                return actor_of(person, organisation)
        return None

    def _submit(self, entry: SeedEntry, *, tells: bool) -> None:
        statement, actor = self._write(entry)
        drafts.submit(statement, actor=actor, tells=tells)

    def _release(self, entry: SeedEntry) -> None:
        """The planner releases the text; from then on others can say *wir auch*."""
        statement = self._of(entry)
        review.release(statement, True, actor=self.story.actor(_PLANNER))
        supporters = entry.entries("supported_by")
        for one in supporters:
            organisation = self.story.organisations[one.text("organisation")]
            actor = self._sender(organisation)
            if actor is None:
                one.fail("organisation", "nobody acts for it on that day")
            support.support(statement, one.text("reason"), actor=actor)

    def _ask(self, entry: SeedEntry, *, tells: bool) -> None:
        asked = entry.optional_entry("query")
        by, text = (_PLANNER, _ASKED) if asked is None else (asked.text("by"), asked.text("text"))
        review.ask_back(self._of(entry), text, actor=self.story.actor(by), tells=tells)

    def _decide(self, entry: SeedEntry, state: StatementState, *, tells: bool) -> None:
        answer, target = entry.entry("answer"), entry.optional("merged_into")
        review.decide(
            self._of(entry),
            state,
            answer.text("text"),
            actor=self.story.actor(answer.text("by")),
            into=None if target is None else self.story.statements[target],
            tells=tells,
        )

    def _follow(self, entry: SeedEntry, state: StatementState, *, tells: bool) -> None:
        note = {
            StatementState.IN_MEASURE: entry.optional("measure"),
            StatementState.EFFECT_REVIEWED: entry.optional("effect"),
        }.get(state)
        review.follow(self._of(entry), state, note or "", actor=self.story.actor(_PLANNER), tells=tells)

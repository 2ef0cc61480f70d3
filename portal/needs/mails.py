"""Mail about a statement: receipt with the tracking code, a question back, what became of it.

Each person hears of a step once: the step is part of the mail's occasion.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.core import clock
from portal.core.languages import DEFAULT
from portal.core.seed_words import local
from portal.needs import parameters, queries
from portal.needs.models import NeedsStatement, StatementAnswer, StatementStep
from portal.outbox import letters
from portal.outbox.kinds import MessageKind
from portal.outbox.letters import Action, Block, Facts, Letter, Link, Quotation, absolute_url
from portal.stakeholders import queries as stakeholders
from portal.stakeholders.models import Organisation, Person

KINDS = {
    "needs.received": MessageKind(_l("Eingang eines Bedarfshinweises")),
    "needs.query": MessageKind(_l("Rückfrage zu einem Bedarfshinweis")),
    "needs.answer": MessageKind(_l("Rückmeldung zu einem Bedarfshinweis")),
    "needs.progress": MessageKind(_l("Neuer Stand eines Bedarfshinweises")),
}


def received(statement: NeedsStatement, step: StatementStep) -> None:
    """To the sender: it has arrived, and how to follow it."""

    def body() -> Sequence[Block]:
        return [
            _("Ihr Hinweis ist bei uns angekommen. Wir prüfen ihn und geben Ihnen eine fachliche Rückmeldung."),
            Facts([
                (_("Titel"), statement.title),
                (_("Organisation"), statement.organisation.name),
                (_("Kennung"), statement.tracking_code),
            ]),
            _("Mit der Kennung sehen alle, denen Sie sie geben, ohne Anmeldung, was daraus wurde."),
            Action(_("Was daraus wurde"), tracking_url(statement)),
        ]  # fmt: skip

    _tell(
        senders(statement), statement, kind="needs.received", occasion=f"step-{step.id}",
        subject=_l("Eingegangen: %(title)s", title=statement.title), body=body,
    )  # fmt: skip


def asked_back(statement: NeedsStatement, step: StatementStep) -> None:
    """To the sender: the county asks something."""

    def body() -> Sequence[Block]:
        return [
            _("zu Ihrem Hinweis „%(title)s“ haben wir eine Rückfrage:", title=statement.title),
            Quotation(step.note),
            _("Bitte antworten Sie im Portal. Dann prüfen wir weiter."),
            Action(_("Rückfrage beantworten"), _page_url(statement)),
        ]

    _tell(
        senders(statement), statement, kind="needs.query", occasion=f"step-{step.id}",
        subject=_l("Rückfrage: %(title)s", title=statement.title), body=body,
    )  # fmt: skip


def answered(statement: NeedsStatement, answer: StatementAnswer) -> None:
    """To the sender, all who support it and all whose statement was merged into it: the official answer."""

    def body() -> Sequence[Block]:
        blocks: list[Block] = [
            _("zum Hinweis „%(title)s“ gibt es eine fachliche Rückmeldung:", title=statement.title),
            Facts([(_("Stand"), statement.state.label)]),
            Quotation(answer.text),
            str(local(parameters.disclaimer())),
        ]
        target = statement.merged_into
        if target is not None:
            blocks.append(_("Der Hinweis wird zusammengeführt mit: %(title)s", title=target.title))
        return [*blocks, Action(_("Was daraus wurde"), tracking_url(statement))]

    _tell(
        everybody(statement), statement, kind="needs.answer", occasion=f"answer-{answer.id}",
        subject=_l("Rückmeldung: %(title)s", title=statement.title), body=body,
    )  # fmt: skip


def moved_on(statement: NeedsStatement, step: StatementStep) -> None:
    """To the same: what is done about it now."""

    def body() -> Sequence[Block]:
        blocks: list[Block] = [
            _("zum Hinweis „%(title)s“ gibt es einen neuen Stand:", title=statement.title),
            Facts([(_("Stand"), step.new_state.label)]),
        ]
        if step.note:
            blocks.append(Quotation(step.note))
        return [*blocks, Action(_("Was daraus wurde"), tracking_url(statement))]

    _tell(
        everybody(statement), statement, kind="needs.progress", occasion=f"step-{step.id}",
        subject=_l("Neuer Stand: %(title)s", title=statement.title), body=body,
    )  # fmt: skip


def tracking_url(statement: NeedsStatement) -> str:
    return absolute_url("needs.track", code=statement.tracking_code)


def _page_url(statement: NeedsStatement) -> str:
    return absolute_url("needs.statement_page", public_id=statement.public_id)


Recipients = list[tuple[Person, Organisation]]


def senders(statement: NeedsStatement) -> Recipients:
    """Who hears for the organisation: whoever wrote it, or all who act for it if that person no longer does."""
    return _of(statement.organisation, statement.person)


def everybody(statement: NeedsStatement) -> Recipients:
    """Sender, supporters, and those of every statement that was merged into this one; each person once."""
    found = senders(statement)
    for one in [statement, *queries.merged_here(statement)]:
        if one is not statement:
            found += senders(one)
        for support in one.supports:
            found += _of(support.organisation, support.person)
    return list({person.id: (person, organisation) for person, organisation in reversed(found)}.values())[::-1]


def _of(organisation: Organisation, person: Person | None) -> Recipients:
    acting = stakeholders.people_acting_for(organisation.id, clock.today())
    if person is not None and any(one.id == person.id for one in acting):
        acting = [person]
    return [(one, organisation) for one in acting if one.email]


def _tell(
    recipients: Iterable[tuple[Person, Organisation]],
    statement: NeedsStatement,
    *,
    kind: str,
    occasion: str,
    subject: Any,
    body: Callable[[], Sequence[Block]],
) -> None:
    for person, organisation in recipients:
        assert person.email is not None
        with force_locale((person.user.locale if person.user else None) or DEFAULT):
            letters.post(
                Letter(
                    subject=str(subject),
                    body=[*body(), Link(_("Im Portal ansehen"), _page_url(statement))],
                    why=_("Sie bekommen diese Nachricht, weil Sie für „%(name)s“ handeln.", name=organisation.name),
                ),
                kind=kind,
                occasion=f"statement:{statement.public_id}:{occasion}",
                recipient=person.email,
                recipient_name=person.name,
                sequence=0,
            )

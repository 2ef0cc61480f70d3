"""Words about a statement for a given reader: who sent it, and its course without anybody's name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from portal.core.actor import Actor
from portal.core.languages import german
from portal.needs import permissions
from portal.needs.models import NeedsStatement, StatementState
from portal.stakeholders.models import Organisation, OrganisationKind

_MUNICIPAL = frozenset({OrganisationKind.MUNICIPALITY, OrganisationKind.MUNICIPAL_ASSOCIATION})

_EXPLAINED = {
    StatementState.SUBMITTED: _l("Der Hinweis ist angekommen."),
    StatementState.IN_REVIEW: _l("Die Sozialplanung prüft den Hinweis."),
    StatementState.QUERY: _l("Der Landkreis hat eine Rückfrage an die Organisation."),
    StatementState.ADOPTED: _l("Der Landkreis übernimmt den Hinweis als Empfehlung. Entscheiden müssen andere."),
    StatementState.NOT_ADOPTED: _l("Der Landkreis übernimmt den Hinweis nicht. Den Grund nennt die Rückmeldung."),
    StatementState.MERGED: _l("Mehrere sagen dasselbe. Der Hinweis geht in einem anderen auf."),
    StatementState.IN_MEASURE: _l("Es wird etwas getan."),
    StatementState.IMPLEMENTED: _l("Es ist umgesetzt."),
    StatementState.EFFECT_REVIEWED: _l("Es wurde angesehen, was es bewirkt hat."),
}
_NEXT = {
    StatementState.SUBMITTED: _l("Als Nächstes: Die Sozialplanung prüft den Hinweis."),
    StatementState.IN_REVIEW: _l("Als Nächstes: Es gibt eine fachliche Rückmeldung."),
    StatementState.QUERY: _l("Als Nächstes: Die Organisation antwortet."),
    StatementState.ADOPTED: _l("Als Nächstes: Es wird geprüft, was daraus werden kann."),
    StatementState.IN_MEASURE: _l("Als Nächstes: Die Maßnahme wird umgesetzt."),
    StatementState.IMPLEMENTED: _l("Als Nächstes: Wir sehen uns an, was es bewirkt."),
}


def public_name(organisation: Organisation) -> str:
    """Municipalities by name, all others by what they are."""
    return organisation.name if organisation.kind in _MUNICIPAL else str(organisation.kind.label)


def sender(statement: NeedsStatement, *, actor: Actor) -> str:
    """Who put it forward, as the reader may know it."""
    if permissions.may_see_whole(actor, statement):
        return statement.organisation.name
    return public_name(statement.organisation)


def public_senders(statement: NeedsStatement, merged: Iterable[NeedsStatement]) -> list[str]:
    """Sender, then those of merged statements, as everybody may know them; equal words once."""
    together = [statement, *merged]
    return list(dict.fromkeys(public_name(one.organisation) for one in together))


@dataclass(frozen=True)
class Moment:
    """One line of *Was daraus wurde*. `open`: still to come; `step` counts up with time."""

    when: Any
    title: Any
    text: Any
    step: int = 0
    open: bool = False
    state: str = ""


def course(statement: NeedsStatement, *, whole: bool, when: Any) -> list[Moment]:
    """What happened, oldest first, then what comes next. `when` prints a moment.

    Without `whole` it names no person and quotes no question or answer of the correspondence; what is done and what
    it brought about is told to everybody.
    """
    told = {StatementState.IN_MEASURE, StatementState.EFFECT_REVIEWED, StatementState.IMPLEMENTED}
    found = []
    for step in statement.steps:
        note = step.note if whole or step.new_state in told else ""
        text: Any = str(_EXPLAINED.get(step.new_state, ""))
        if step.new_state is StatementState.IN_REVIEW and step.old_state is StatementState.QUERY:
            text = str(_("Die Rückfrage ist geklärt. Die Prüfung geht weiter."))
        if note:
            text = Markup("{} {}").format(text, german(note)) if text else german(note)
        found.append(Moment(when(step.created_at), step.new_state.label, text, step.id))
    following = _NEXT.get(statement.state)
    if following is not None:
        found.append(Moment(_("offen"), "", following, open=True))
    return found


def whole_course(statement: NeedsStatement, *, when: Any) -> list[Moment]:
    """As everybody may know it; of a merged statement its own course and then the target's from that day on."""
    own = course(statement, whole=False, when=when)
    target = statement.merged_into
    if target is None:
        return own
    merged = statement.steps[-1].id
    later = [one for one in course(target, whole=False, when=when) if one.open or one.step > merged]
    return [*own, *later]


def own_groups(chosen: Sequence[str], offered: Sequence[str]) -> list[str]:
    """Target groups that were written in by hand."""
    return [group for group in chosen if group not in offered]

"""Statements on *Heute*, in *Mein Bereich*, on the first page and on the pages of planning areas."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from portal.areas.composition import AreaRef, Composition
from portal.areas.models import AreaKind
from portal.core import clock
from portal.core.actor import Actor
from portal.core.formats import date_short, datetime_short
from portal.core.languages import german
from portal.home.own_page import OwnCard
from portal.home.today import Due
from portal.needs import lists, parameters, permissions, queries, wording
from portal.needs.models import NeedsStatement, StatementKind, StatementState

SHOWN = 6


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LOCAL_ZONE).date()


def awaiting_answer(actor: Actor) -> Iterable[Due]:
    """Statements on which the county has still to say something, with the age of the oldest."""
    if not permissions.may_review(actor):
        return
    waiting = queries.awaiting_answer()
    if waiting.count and waiting.since is not None:
        since = _day(waiting.since)
        late = clock.today() - since > timedelta(days=parameters.answer_days())
        yield Due(
            tone="error" if late else "warn",
            icon="need",
            state=_("überfällig") if late else _("ohne Rückmeldung"),
            title=str(
                ngettext("%(num)d Hinweis wartet auf Rückmeldung", "%(num)d Hinweise warten auf Rückmeldung",
                         waiting.count)
            ),
            detail=_("Der älteste seit dem %(day)s.", day=date_short(since)),
            action=_("Ansehen"),
            url=url_for("needs.statement_list", stand="offen", sortierung="eingereicht"),
            rank=24,
            since=since,
        )  # fmt: skip


def office_drafts(actor: Actor) -> Iterable[Due]:
    """What the office began for an organisation and did not send."""
    for statement in queries.office_drafts(actor):
        yield Due(
            tone="draft",
            icon="edit",
            state=statement.state.label,
            title=german(statement.title),
            detail=statement.organisation.name,
            action=_("Weiterschreiben"),
            url=url_for("needs.edit_subject", public_id=statement.public_id),
            rank=45,
            since=_day(statement.saved_at),
        )


def own_statements(actor: Actor) -> Iterable[OwnCard]:
    """Questions and drafts that lie with the organisation, what became of the others, and the way to a new one."""
    organisation = queries.organisation_acted_for(actor)
    if actor.is_staff or organisation is None:
        return
    for statement in queries.own_open(actor):
        is_query = statement.state is StatementState.QUERY
        yield OwnCard(
            title=german(statement.title),
            text=_("Der Landkreis hat eine Rückfrage zu Ihrem Hinweis.")
            if is_query
            else _("Ihr Entwurf wartet darauf, eingereicht zu werden."),
            url=url_for("needs.statement_page" if is_query else "needs.edit_subject", public_id=statement.public_id),
            facts=(
                (statement.state.icon, statement.state.label),
                ("clock", _("gespeichert: %(when)s", when=datetime_short(statement.saved_at)))
                if not is_query
                else ("clock", date_short(_day(statement.steps[-1].created_at))),
            ),
            rank=10 if is_query else 40,
        )
    sent = [one for one in lists.own(actor) if one.state not in {StatementState.DRAFT, StatementState.QUERY}]
    if sent:
        yield OwnCard(
            title=_("Was aus Ihren Hinweisen wurde"),
            text=Markup(", ").join(Markup("{} ({})").format(german(one.title), one.state.label) for one in sent[:3]),
            url=url_for("needs.statement_list", von=lists.OWN),
            facts=(("need", ngettext("%(num)d Hinweis", "%(num)d Hinweise", len(sent))),),
            rank=60,
        )
    if permissions.may_put_forward(organisation):
        yield OwnCard(
            title=_("Bedarf oder Ressource einbringen"),
            text=_("Was fehlt vor Ort? Oder was ist da und kann helfen? Sie bekommen eine fachliche Rückmeldung."),
            url=url_for("needs.new_statement"),
            rank=70,
        )


@dataclass(frozen=True)
class Said:
    """A statement as a short entry of a page: `sender` as the reader may know it."""

    statement: NeedsStatement
    url: str
    sender: str


@dataclass(frozen=True)
class AreaNeeds:
    """What was put forward about a planning area: the latest, how many; `more_url` leads to the whole list."""

    needs: Sequence[Said]
    resources: Sequence[Said]
    count: int
    need_count: int
    more_url: str


def of_area(actor: Actor, area: AreaRef, composition: Composition) -> AreaNeeds:
    """Needs and resources of a place and everything in it that the actor may know of, the latest of each."""
    rows = lists.of_places(actor, composition.within(area.id))
    said = [_said(row, actor=actor) for row in rows]
    return AreaNeeds(
        needs=[one for one in said if one.statement.kind is StatementKind.NEED][:SHOWN],
        resources=[one for one in said if one.statement.kind is StatementKind.RESOURCE][:SHOWN],
        count=len(rows),
        need_count=sum(row.kind is StatementKind.NEED for row in rows),
        more_url=url_for("needs.statement_list", planungsraum=area.slug) if area.kind is AreaKind.PLANNING_AREA else "",
    )


def outcomes() -> list[Said]:
    """*Was daraus wurde* on the first page: released statements of which something became."""
    return [_said(row, actor=None) for row in lists.outcomes()]


def _said(row: NeedsStatement, *, actor: Actor | None) -> Said:
    name = wording.public_name(row.organisation) if actor is None else wording.sender(row, actor=actor)
    return Said(row, url_for("needs.statement_page", public_id=row.public_id), name)


DUE = (awaiting_answer, office_drafts)
OWN = (own_statements,)

"""The list and the page of one statement."""

from flask import url_for
from werkzeug.wrappers import Response

from portal.core.actor import current_actor
from portal.core.formats import date_long
from portal.core.web import attachment, list_arguments
from portal.needs import exports, lists, permissions, queries, support, unsent_forms, wording
from portal.needs.forms import ReplyForm, SupportForm
from portal.needs.models import NeedsStatement, StatementState
from portal.needs.views.frame import blueprint, page
from portal.planning import uses
from portal.planning.uses import Used
from portal.stakeholders import acting
from portal.stakeholders.permissions import may_see_organisations


@blueprint.get("/bedarfe")
def statement_list() -> Response:
    """Statements as the visitor may know them; `?format=csv` hands out the filtered list."""
    actor = current_actor()
    arguments = list_arguments()
    path = url_for("needs.statement_list")
    if arguments.get("format") == "csv":
        rows = lists.statements(actor, arguments, path=path, everything=True).rows
        content = exports.statements_csv(rows, actor=actor)
        return attachment(content, name="bedarfshinweise.csv", media_type="text/csv; charset=utf-8")
    found = lists.statements(actor, arguments, path=path)
    found.downloads = [("CSV", found.download_url("csv"))]
    return page(
        "list",
        listing=found,
        senders={row.id: wording.sender(row, actor=actor) for row in found.rows},
        sees_all=permissions.may_see_all(actor),
        may_begin=permissions.is_offered_to(actor, in_archive=acting.is_archived(actor)),
    )


@blueprint.get("/bedarfe/<public_id>")
def statement_page(public_id: str) -> Response:
    """One statement: whole for its organisation and the county, the released text for everybody else."""
    return show(queries.statement_for(current_actor(), public_id))


def show(
    statement: NeedsStatement,
    *,
    status: int = 200,
    support_form: SupportForm | None = None,
    reply_form: ReplyForm | None = None,
) -> Response:
    """The page of a statement, perhaps with a form that was refused."""
    actor = current_actor()
    merged = queries.merged_here(statement)
    organisation = queries.organisation_acted_for(actor)
    whole = permissions.may_see_whole(actor, statement)
    if support_form is None and organisation is not None:
        support_form = SupportForm(formdata=None, organisation=organisation.public_id)
        own = support.of(statement, organisation.id)
        support_form.reason.data = "" if own is None else own.reason
    if reply_form is None and organisation is not None:
        reply_form = ReplyForm(formdata=None, organisation=organisation.public_id)
    target = statement.merged_into
    return page(
        "statement" if whole else "public",
        status=status,
        statement=statement,
        merged=merged,
        senders=wording.public_senders(statement, merged),
        supporters=len(statement.supports) + sum(len(one.supports) for one in merged),
        moments=(
            wording.course(statement, whole=True, when=date_long)
            if whole
            else wording.whole_course(statement, when=date_long)
        ),
        origin_url=_origin_url(statement, sees_all=permissions.may_see_all(actor)),
        target=target if target is not None and permissions.may_see(actor, target) else None,
        question=_open_question(statement),
        organisation=organisation,
        sees_reason=whole or permissions.may_put_forward(organisation),
        unsaved=unsent_forms.unsaved_steps(statement, actor=actor) if permissions.may_edit(actor, statement) else {},
        uses=uses.of(Used.STATEMENT, statement.id, actor=actor),
        may_edit=permissions.may_edit(actor, statement),
        may_review=permissions.may_review(actor) and statement.state is not StatementState.DRAFT,
        may_reply=permissions.may_reply_to_query(actor, statement),
        may_support=permissions.may_support(actor, statement, organisation),
        may_open_organisation=may_see_organisations(actor),
        own_support=support.of(statement, actor.organisation_id),
        support_form=support_form,
        reply_form=reply_form,
    )


def _origin_url(statement: NeedsStatement, *, sees_all: bool) -> str | None:
    """The minutes it came from, for those who may read them."""
    if statement.origin_entry is None:
        return None
    minutes = statement.origin_entry.version.minutes
    return url_for("minutes.minutes_page", public_id=minutes.public_id) if sees_all or minutes.is_public else None


def _open_question(statement: NeedsStatement) -> str:
    """What the county asks just now; empty if nothing is open."""
    return statement.steps[-1].note if statement.state is StatementState.QUERY and statement.steps else ""

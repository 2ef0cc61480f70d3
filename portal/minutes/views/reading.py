"""Reading minutes: the list, a version, its PDF."""

from datetime import datetime

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.core import clock
from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.web import list_arguments
from portal.minutes import documents, pages, permissions, queries, remark_queries, unsent_forms
from portal.minutes.forms import PublishForm
from portal.minutes.models import MinutesState
from portal.minutes.views import choices
from portal.minutes.views.frame import blueprint
from portal.unsent import queries as unsent


@blueprint.get("/protokolle")
def minutes_list() -> ResponseReturnValue:
    """All minutes the visitor may read."""
    actor = current_actor()
    found = queries.minutes_list(actor, list_arguments(), path=url_for("minutes.minutes_list"))
    return render_template(
        "minutes/list.html",
        listing=found,
        sees_drafts=permissions.may_see_drafts(actor),
        missing=queries.without_minutes() if permissions.may_write(actor) else [],
    )


@blueprint.get("/protokolle/<public_id>")
def minutes_page(public_id: str) -> ResponseReturnValue:
    """The newest version the visitor may see; who writes at it finds the form for the next entry."""
    return _page(public_id, None)


@blueprint.get("/protokolle/<public_id>/fassungen/<int:number>")
def version_page(public_id: str, number: int) -> ResponseReturnValue:
    """One version; drafts for county staff only."""
    return _page(public_id, number)


def _page(public_id: str, number: int | None) -> ResponseReturnValue:
    actor = current_actor()
    minutes, reader = queries.minutes_for(actor, public_id)
    version = queries.version_for(minutes, reader, number)
    as_public = request.args.get("ansicht") == "oeffentlich"
    is_newest = version is minutes.versions[-1]
    may_edit = is_newest and not as_public and permissions.may_edit(actor, version)
    audience = pages.audience_of(reader, public=as_public)
    form, sheet = None, None
    if may_edit:
        form, sheet = choices.new_form(minutes, request.args.get("top"))
    may_remark = not as_public and permissions.may_remark(actor, is_participant=reader.is_participant)
    remarks = remark_queries.remarks_of(minutes, reader, actor=actor) if may_remark else []
    shown = pages.shown(minutes, version, audience, actor=actor, is_writing=may_edit)
    return render_template(
        "minutes/minutes.html",
        shown=shown,
        minutes=minutes,
        version=version,
        reader=reader,
        released=[one for one in minutes.versions if one.state is MinutesState.RELEASED],
        versions=[one for one in minutes.versions if reader.sees_drafts or one.state is MinutesState.RELEASED],
        is_newest=is_newest,
        last_released=queries.last_released(minutes),
        as_public=as_public,
        form=form,
        sheet=sheet,
        unsaved=_unsaved(shown) if may_edit else {},
        indicator_groups=form.indicator_groups if form is not None else [],
        may_edit=may_edit,
        may_write=is_newest and not as_public and permissions.may_write(actor),
        may_cosign=(is_newest and version.state is MinutesState.SUBMITTED and permissions.may_cosign(actor, version)),
        may_publish=permissions.may_publish(actor),
        publish_form=PublishForm(formdata=None),
        may_remark=may_remark,
        may_answer=permissions.may_answer_remarks(actor),
        remarks=remarks,
        remark_counts=remark_queries.counted(remarks),
        today=clock.today(),
    )


def _unsaved(shown: pages.Shown) -> dict[str, datetime]:
    """Entries at which the visitor wrote without saving, by public id, and when."""
    subjects = {unsent_forms.of_entry(line.public_id): line.public_id for item in shown.items for line in item.lines}
    return {subjects[one]: when for one, when in unsent.unsent(list(subjects), actor=current_actor()).items()}


@blueprint.get("/protokolle/<public_id>/fassungen/<int:number>/protokoll.pdf")
def version_pdf(public_id: str, number: int) -> ResponseReturnValue:
    """A released version as PDF/UA: with people for staff, else without; `?ansicht=oeffentlich` for everybody's."""
    actor = current_actor()
    minutes, reader = queries.minutes_for(actor, public_id)
    version = queries.version_for(minutes, reader, number)
    if version.state is not MinutesState.RELEASED:
        raise NotFound
    audience = pages.audience_of(reader, public=request.args.get("ansicht") == "oeffentlich")
    return documents.answer(pages.shown(minutes, version, audience, actor=actor))

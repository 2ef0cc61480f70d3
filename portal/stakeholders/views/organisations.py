"""Organisations as administrators and planners see them."""

from collections.abc import Sequence

from flask import make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.accounts.permissions import may_manage_users
from portal.core import choosing, clock
from portal.core.actor import current_actor
from portal.core.formats import datetime_short
from portal.core.tables import csv_file
from portal.core.web import attachment, list_arguments
from portal.core.workbooks import XLSX, xlsx_file
from portal.stakeholders import extension, lists, permissions, queries
from portal.stakeholders.models import Organisation, OrganisationState
from portal.stakeholders.views.frame import blueprint
from portal.stakeholders.views.several import acts


@blueprint.get("/organisationen")
def organisation_list() -> Response:
    """All organisations, searchable; `?format=csv` and `xlsx` hand out the filtered list."""
    actor = current_actor()
    arguments = list_arguments()
    path = url_for("stakeholders.organisation_list")
    suffix = arguments.get("format")
    if suffix in {"csv", "xlsx"}:
        return _download(lists.organisations(actor, arguments, path=path, everything=True).rows, suffix)
    found = lists.organisations(actor, arguments, path=path)
    found.downloads = [("Excel", found.download_url("xlsx")), ("CSV", found.download_url("csv"))]
    heard = extension.heard_on([row.id for row in found.rows])
    page = render_template(
        "stakeholders/organisations.html",
        listing=found,
        choice=choosing.choice(found, request.args.getlist("id")),
        heard=heard,
        silent=lists.not_heard_for_long(found.rows, heard),
        acts=acts(in_archive=arguments.get(lists.STATE_FILTER) == OrganisationState.ARCHIVED.value),
        archive_url=_archive_url(arguments),
    )
    return make_response(page)


def _archive_url(arguments: dict[str, str]) -> str:
    """The same search in the archive; empty if nothing is searched or the archive is shown already."""
    search = arguments.get("suche", "").strip()
    if not search or arguments.get(lists.STATE_FILTER):
        return ""
    return url_for("stakeholders.organisation_list", suche=search, stand=OrganisationState.ARCHIVED.value)


def _download(rows: Sequence[Organisation], suffix: str) -> Response:
    head = [
        _("Name"),
        _("Art"),
        _("Spitzenverband"),
        _("Zustand"),
        _("Postleitzahl"),
        _("Planungsräume"),
        _("Themen"),
        _("Zuletzt gehört"),
    ]
    heard = extension.heard_on([row.id for row in rows])
    lines = [
        [
            row.name,
            str(row.kind.label),
            "" if row.umbrella is None else str(row.umbrella.label),
            str(row.state.label),
            row.postcode or "",
            ", ".join(area.full_name for area in row.works_in),
            ", ".join(str(topic.label) for topic in row.topics),
            heard.get(row.id, ""),
        ]
        for row in rows
    ]
    note = _("Stand: %(date)s Uhr", date=datetime_short(clock.now()))
    if suffix == "xlsx":
        title = _("Organisationen")
        content = xlsx_file(head, lines, title=title, sheet=title, note=note)
        return attachment(content, name="organisationen.xlsx", media_type=XLSX)
    content = csv_file(head, lines, note=note)
    return attachment(content, name="organisationen.csv", media_type="text/csv; charset=utf-8")


@blueprint.get("/organisationen/<public_id>")
def organisation_page(public_id: str) -> Response:
    """One organisation: what it is, where it works, who acts for it."""
    actor = current_actor()
    organisation = queries.organisation_for(actor, public_id)
    return make_response(
        render_template(
            "stakeholders/organisation.html",
            organisation=organisation,
            representatives=queries.representatives(organisation),
            today=clock.today(),
            may_end=permissions.may_manage_representations(actor),
            may_open_accounts=may_manage_users(actor),
            may_see_list=permissions.may_see_organisations(actor),
            may_verify=permissions.may_verify(actor),
            may_archive=permissions.may_archive(actor),
            may_edit=permissions.may_edit_organisation(actor, speaks_for_it=queries.speaks_for(actor, organisation)),
            may_add_colleague=permissions.may_add_colleague(actor, organisation),
        )
    )

"""The page of changes."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.audit import queries
from portal.core import clock
from portal.core.actor import current_actor
from portal.core.formats import datetime_exact, datetime_short
from portal.core.tables import Listing, csv_file
from portal.core.web import attachment, list_arguments

blueprint = Blueprint("audit", __name__)


@blueprint.get("/aenderungen")
def changes() -> ResponseReturnValue:
    """Who did what, when: as a list or as a file."""
    path = url_for("audit.changes")
    if request.args.get("format") == "csv":
        listing = queries.changes(current_actor(), list_arguments(), path=path, page_size=queries.DOWNLOAD_ROWS)
        return _download(listing)
    listing = queries.changes(current_actor(), list_arguments(), path=path)
    listing.downloads = [("CSV", listing.download_url("csv"))]
    return render_template("audit/changes.html", listing=listing, searched=queries.SEARCHED_IN_DETAILS)


def _download(listing: Listing[queries.Change]) -> ResponseReturnValue:
    head = [_("Zeitpunkt"), _("Wer"), _("Für"), _("Vorgang"), _("Woran"), _("Name"), _("Angaben")]
    rows = [
        [
            datetime_exact(row.at),
            row.who,
            row.acting_for,
            str(row.action),
            str(row.subject),
            row.name,
            "; ".join(f"{key}: {value}" for key, value in row.details),
        ]
        for row in listing.rows
    ]
    at = datetime_short(clock.now())
    note = _("Stand: %(at)s. Einträge in dieser Auswahl: %(count)s.", at=at, count=listing.count)
    if listing.count > len(rows):
        note += " " + _("Die Datei enthält die neuesten %(rows)s.", rows=len(rows))
    content = csv_file(head, rows, note=note)
    return attachment(content, name=f"aenderungen-{clock.today():%Y-%m-%d}.csv", media_type="text/csv; charset=utf-8")

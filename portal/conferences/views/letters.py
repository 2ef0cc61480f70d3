"""Invitations on paper: what is to be printed, the documents, and the note that they went to the post."""

from collections.abc import Sequence

from flask import flash, make_response, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import letter_pdf, reply_queries
from portal.conferences.models import Conference, Invitation
from portal.conferences.reply_forms import PrintedForm
from portal.conferences.services import printing, sending
from portal.conferences.views.frame import blueprint
from portal.core import pdf
from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.transaction import transaction
from portal.core.web import attachment


@blueprint.get("/konferenzen/<public_id>/briefe", endpoint="letters")
def letters_page(public_id: str) -> Response:
    """Who gets a letter, which are to be printed, and which went to the post."""
    conference = _conference(public_id)
    return _page(conference, PrintedForm(formdata=None))


@blueprint.get("/konferenzen/<public_id>/briefe.pdf")
def letters_pdf(public_id: str) -> Response:
    """All letters that are to be printed, one after the other."""
    conference = _conference(public_id)
    rows = reply_queries.letters(current_actor(), conference, only_open=True)
    return _document(conference, rows, _("Briefe"))


@blueprint.get("/konferenzen/<public_id>/einladungen/<invitation_id>/brief.pdf")
def letter(public_id: str, invitation_id: str) -> Response:
    """The letter to one person, also where they have mail: some want paper after all."""
    conference = _conference(public_id)
    row = reply_queries.invitation_for_organiser(current_actor(), conference, invitation_id)
    return _document(conference, [row], row.person.name)


@blueprint.post("/konferenzen/<public_id>/briefe")
def letters_printed(public_id: str) -> Response:
    """Note that the letters of the document went to the post. What came up since then stays to be printed."""
    conference = _conference(public_id)
    form = PrintedForm()
    if not form.validate():
        return _page(conference, form, status=422)
    with transaction():
        count = printing.note_printed(conference, form.versions(), actor=current_actor())
    words = ngettext(
        "%(num)d Brief ist als verschickt eingetragen.", "%(num)d Briefe sind als verschickt eingetragen.", count
    )
    flash(words, "ok" if count else "info")
    return redirect(url_for("conferences.letters", public_id=public_id))


def _document(conference: Conference, rows: Sequence[Invitation], what: str) -> Response:
    if not rows:
        raise NotFound
    content = letter_pdf.render(
        conference, rows, moved=sending.last_move(conference), steps=sending.told_steps(conference)
    )
    return attachment(content, name=pdf.file_name(_("Einladung"), conference.title, what), media_type=pdf.MEDIA_TYPE)


def _page(conference: Conference, form: PrintedForm, *, status: int = 200) -> Response:
    rows = reply_queries.letters(current_actor(), conference)
    waiting = [row for row in rows if reply_queries.is_open_letter(row)]
    form.keep(waiting)
    page = render_template(
        "conferences/reply_letters.html",
        conference=conference,
        form=form,
        rows=rows,
        waiting=waiting,
        kinds={row.public_id: letter_pdf.kind_of(row) for row in rows},
    )
    return make_response(page, status)


def _conference(public_id: str) -> Conference:
    return reply_queries.conference_for_organiser(current_actor(), public_id)

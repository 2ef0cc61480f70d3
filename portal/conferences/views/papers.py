"""Papers of an event: the planner's page, and handing them out to staff, to those invited and to everybody."""

from flask import flash, make_response, render_template, url_for
from flask_babel import gettext as _
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from portal.conferences import links, permissions, public_queries, queries, reply_queries, short_links
from portal.conferences.forms import PaperForm
from portal.conferences.models import Conference, ConferenceFile, Invitation
from portal.conferences.services import deputies, papers
from portal.conferences.views import link_pages
from portal.conferences.views.frame import blueprint
from portal.core.actor import current_actor
from portal.core.errors import NotFound, Refusal
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import told
from portal.extensions import limiter
from portal.files import services as files


@blueprint.get("/konferenzen/<public_id>/anlagen")
def papers_page(public_id: str) -> Response:
    """What is kept with the event, and the form for another."""
    return _page(_for_change(public_id), PaperForm(formdata=None))


def _for_change(public_id: str) -> Conference:
    actor = current_actor()
    conference = queries.conference_for(actor, public_id)
    require(permissions.may_keep_papers(actor, conference))
    return conference


def _page(conference: Conference, form: PaperForm, *, status: int = 200) -> Response:
    page = render_template("conferences/papers.html", conference=conference, form=form, most=papers.MOST_PAPERS)
    return make_response(page, status)


@blueprint.post("/konferenzen/<public_id>/anlagen")
def add_paper(public_id: str) -> Response:
    """Keep another one."""
    conference, form = _for_change(public_id), PaperForm()
    if not form.validate():
        return _page(conference, form, status=422)
    upload = form.file.data
    try:
        with transaction():
            papers.add(
                conference,
                upload.stream,
                name=upload.filename or "",
                is_public=bool(form.is_public.data),
                actor=current_actor(),
            )
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(conference, form, status=422)
    flash(_("Die Anlage ist gespeichert."), "ok")
    return redirect(url_for("conferences.papers_page", public_id=public_id))


def _paper(conference: Conference, paper_id: str) -> ConferenceFile:
    for paper in conference.files:
        if paper.public_id == paper_id:
            return paper
    raise NotFound


@blueprint.get("/konferenzen/<public_id>/anlagen/<paper_id>")
def staff_paper(public_id: str, paper_id: str) -> Response:
    """For staff who may see the event."""
    return files.send(_paper(queries.conference_for(current_actor(), public_id), paper_id).file)


@blueprint.post("/konferenzen/<public_id>/anlagen/<paper_id>/oeffentlich")
def show_paper(public_id: str, paper_id: str) -> Response:
    """Open it to everybody."""
    return _show(public_id, paper_id, is_public=True, done=_("Die Anlage ist jetzt öffentlich."))


@blueprint.post("/konferenzen/<public_id>/anlagen/<paper_id>/nur-eingeladene")
def hide_paper(public_id: str, paper_id: str) -> Response:
    """Keep it to those invited."""
    return _show(public_id, paper_id, is_public=False, done=_("Die Anlage sehen nur noch Eingeladene."))


def _show(public_id: str, paper_id: str, *, is_public: bool, done: str) -> Response:
    paper = _paper(_for_change(public_id), paper_id)
    with told(done):
        papers.show_to(paper, is_public=is_public, actor=current_actor())
    return redirect(url_for("conferences.papers_page", public_id=public_id))


@blueprint.get("/konferenzen/<public_id>/anlagen/<paper_id>/entfernen")
def ask_remove_paper(public_id: str, paper_id: str) -> Response:
    """Name what is lost."""
    conference = _for_change(public_id)
    page = render_template("conferences/paper_remove.html", conference=conference, paper=_paper(conference, paper_id))
    return make_response(page)


@blueprint.post("/konferenzen/<public_id>/anlagen/<paper_id>/entfernen")
def remove_paper(public_id: str, paper_id: str) -> Response:
    """Take it away for good."""
    paper = _paper(_for_change(public_id), paper_id)
    with told(_("Die Anlage ist entfernt.")):
        papers.remove(paper, actor=current_actor())
    return redirect(url_for("conferences.papers_page", public_id=public_id))


@blueprint.get("/termine/<public_id>/anlagen/<paper_id>")
def public_paper(public_id: str, paper_id: str) -> Response:
    """For everybody, as far as event and paper are public."""
    paper = _paper(public_queries.public_event(public_id), paper_id)
    if not paper.is_public:
        raise NotFound
    return files.send(paper.file)


@blueprint.get("/mein-bereich/einladungen/<public_id>/anlagen/<paper_id>")
def own_paper(public_id: str, paper_id: str) -> Response:
    """For whoever acts for an invited organisation."""
    return files.send(_paper(reply_queries.own_invitation(current_actor(), public_id).conference, paper_id).file)


@blueprint.get("/einladung/<token>/anlagen/<paper_id>")
@limiter.limit(link_pages.RATE)
def invited_paper(token: str, paper_id: str) -> Response:
    """For the invited person, behind the personal link."""
    return _behind_link(short_links.invitation_behind(token), paper_id)


@blueprint.get("/vertretung/<token>/anlagen/<paper_id>")
@limiter.limit(link_pages.RATE)
def deputy_paper(token: str, paper_id: str) -> Response:
    """For the deputy, behind theirs."""
    invitation = links.deputy_invitation_behind(token)
    if invitation is not None and not deputies.is_deputy(invitation, invitation.deputy_nonce):
        invitation = None
    return _behind_link(invitation, paper_id)


def _behind_link(invitation: Invitation | None, paper_id: str) -> Response:
    if invitation is None or invitation.withdrawn_at is not None:
        return link_pages.over()
    return link_pages.private(files.send(_paper(invitation.conference, paper_id).file))

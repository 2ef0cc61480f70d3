"""First page, legal pages, language, gallery."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from portal.areas import permissions as area_permissions
from portal.areas import queries as areas
from portal.conferences.parameters import DELETE_ACCESS_AFTER
from portal.core.actor import current_actor
from portal.core.languages import COOKIE, LABELS
from portal.core.permissions import require
from portal.core.transaction import transaction
from portal.core.web import safe_path
from portal.extensions import limiter
from portal.home import area_maps, area_words, latest, news, openings, permissions, services
from portal.home.cards import needs as needs_cards
from portal.home.cards import published as published_cards
from portal.home.forms import BarrierForm
from portal.home.gallery import specimens as gallery
from portal.home.site import site
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.indicators import words as figure_words
from portal.needs import permissions as needs_permissions
from portal.settings import services as settings
from portal.settings.page_cache import cached_page
from portal.stakeholders import acting
from portal.stakeholders.registration import CONFIRM_WITHIN, KEPT_AFTERWARDS
from portal.surveys import spool

# The day on which the accessibility of this version was last checked by hand.
STATEMENT_DAY = date(2026, 11, 21)


@blueprint.get("/sprache/<code>")
def set_language(code: str) -> ResponseReturnValue:
    """Remember the language of this browser and go back."""
    response = redirect(safe_path(request.args.get("back")))
    if code in LABELS:
        response.set_cookie(COOKIE, code, max_age=365 * 86400, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


@blueprint.get("/")
@cached_page("areas", "figures", "surveys", "needs", "conferences", "minutes", "evidence", standing=spool.standing)
def start() -> ResponseReturnValue:
    """The first page: the map, what is open, what is new."""
    actor = current_actor()
    figures = indicators.county_figures(actor)
    published = published_cards.latest()
    return render_template(
        "home/start.html",
        composition=figures.composition,
        figures=figures,
        map=area_maps.overview(areas.map_of(figures.composition.county), figures.population),
        may_plan=area_permissions.may_plan(actor),
        openings=openings.current(),
        news=news.recent(actor),
        outcomes=needs_cards.outcomes(),
        concluded=published_cards.conclusion(published),
        recommended=latest.recommendations(published),
        dates=latest.dates(),
        # Everybody else is asked to sign in first.
        may_report=not actor.signed_in or needs_permissions.is_offered_to(actor, in_archive=acting.is_archived(actor)),
        words=area_words,
        figure_words=figure_words,
    )


@blueprint.get("/gestaltung")
def design() -> ResponseReturnValue:
    """Every component in every state."""
    require(permissions.may_work(current_actor()))
    return render_template("design/gallery.html", **gallery.samples())


@blueprint.route("/barrierefreiheit", methods=["GET", "POST"])
@limiter.limit("10 per hour", methods=["POST"])
def accessibility() -> ResponseReturnValue:
    """Accessibility statement and the way to report a barrier."""
    form = BarrierForm()
    if form.validate_on_submit() and not form.is_trapped(form.surplus):
        with transaction():
            number = services.report_barrier(
                site=site(),
                place=form.place.data or "",
                text=form.text.data or "",
                email=form.email.data or "",
                actor=current_actor(),
            )
        return redirect(url_for("home.barrier_reported", number=number))
    enforcement = settings.get("site.enforcement_body").splitlines()
    page = render_template(
        "home/barrier_free.html", form=form, enforcement_body=enforcement, statement_day=STATEMENT_DAY
    )
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/barrierefreiheit/gemeldet/<number>")
def barrier_reported(number: str) -> ResponseReturnValue:
    """Receipt of a reported barrier."""
    return render_template("home/barrier_reported.html", number=number[:12])


@blueprint.get("/datenschutz")
def data_protection() -> ResponseReturnValue:
    """What the portal keeps about people, and for how long."""
    return render_template(
        "home/data_protection.html",
        officer=settings.get("site.data_protection_officer").splitlines(),
        session_hours=settings.get("accounts.session_hours"),
        mail_days=settings.get("outbox.retention_days"),
        registration_days=(CONFIRM_WITHIN + KEPT_AFTERWARDS).days,
        support_days=settings.get(DELETE_ACCESS_AFTER),
    )


@blueprint.get("/impressum")
def imprint() -> ResponseReturnValue:
    """Who publishes the portal, and every source of its figures and maps."""
    return render_template("home/imprint.html", sources=areas.attributions(with_invented=site().demo))

"""Where work begins: *Heute* for staff, *Mein Bereich* for representatives and members of committees."""

from flask import render_template
from flask.typing import ResponseReturnValue

from portal.areas import queries as areas
from portal.conferences import permissions as conference_permissions
from portal.core import clock, search_words
from portal.core.actor import Role, current_actor
from portal.core.permissions import require
from portal.core.web import list_arguments
from portal.home import area_maps, news, openings, overview, own_page, permissions, search, today
from portal.home.cards import heard as heard_cards
from portal.home.due import count as due_count
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.needs import permissions as needs_permissions
from portal.stakeholders import acting
from portal.stakeholders import queries as stakeholders


@blueprint.get("/heute", endpoint="today")
def today_page() -> ResponseReturnValue:
    """What is due, what runs, what to keep an eye on, for the person signed in."""
    actor = current_actor()
    require(permissions.may_work(actor))
    due = today.due(actor)
    due_count.note(len(due))
    return render_template(
        "home/today.html",
        day=clock.today(),
        cycle=heard_cards.cycle(actor),
        due=due,
        sections=today.sections(actor),
        dates=today.dates(actor),
        next_step=overview.next_step(actor),
        running=today.running(actor),
        news=news.recent(actor),
        may_organise=conference_permissions.may_organise(actor),
        may_enter_needs=needs_permissions.may_enter_for_others(actor),
    )


@blueprint.get("/suche", endpoint="search")
def search_page() -> ResponseReturnValue:
    """One search over places, organisations, events, needs, findings, minutes and indicators."""
    actor = current_actor()
    require(permissions.may_work(actor))
    query = list_arguments().get("suche", "")[:200].strip()
    groups = search.search(actor, query)
    return render_template(
        "home/search.html",
        query=query,
        groups=groups,
        count=sum(group.count for group in groups),
        too_short=0 < len(query) < search.LEAST_LETTERS,
        has_short_word=search_words.has_short_word(query),
    )


@blueprint.get("/mein-bereich")
def own() -> ResponseReturnValue:
    """For whom somebody acts, where, and what is open there."""
    actor = current_actor()
    require(permissions.may_see_own_page(actor))
    figures = indicators.county_figures(actor)
    places = own_page.places(actor, figures)
    cards = own_page.cards(actor)
    known = {card.about for card in cards if card.about}
    current = () if actor.has(Role.COMMITTEE) else tuple(place.area.id for place in places)
    return render_template(
        "home/own.html",
        composition=figures.composition,
        cards=cards,
        openings=[one for one in openings.current() if one.about not in known],
        places=places,
        map=area_maps.overview(areas.map_of(figures.composition.county), figures.population, current=current),
        for_all=actor.has(Role.COMMITTEE),
        pending=acting.waits_for_check(actor),
        archived=acting.archived(actor),
        refused=stakeholders.refused_of(actor) if actor.acting_for is None else [],
        news=news.recent(actor),
    )

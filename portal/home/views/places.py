"""Public pages of places: planning areas, municipalities, counties; and their numbers as files."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.areas import example_assignment
from portal.areas import permissions as area_permissions
from portal.areas import queries as areas
from portal.areas.composition import AreaRef, Composition, Former, ref
from portal.areas.models import AreaKind
from portal.conferences import public_queries
from portal.core.actor import current_actor
from portal.core.errors import NotFound
from portal.core.formats import with_unit
from portal.core.seed_words import local
from portal.core.tables import csv_file
from portal.core.web import attachment, list_arguments
from portal.evidence.texts import quotations
from portal.home import area_files, area_maps, area_tables, area_words, former_places
from portal.home.area_tables import Row
from portal.home.cards import conferences as conference_cards
from portal.home.cards import figures as area_cards
from portal.home.cards import findings as evidence_cards
from portal.home.cards import needs as needs_cards
from portal.home.cards import published as published_cards
from portal.home.cards import surveys as survey_cards
from portal.home.views.frame import blueprint
from portal.indicators import queries as indicators
from portal.indicators import words as figure_words
from portal.indicators.charts.maps import choropleth
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.minutes import queries as minutes
from portal.settings.page_cache import cached_page

# The figure maps show first where no planning area has a stronger one: known to everybody.
FIRST_FIGURE = "p_hausarzt"
_CSV = "text/csv; charset=utf-8"
_SORTS: Mapping[str, Callable[[Row], Any]] = {
    "name": lambda row: row.area.sort_key,
    "menschen": lambda row: -1 if row.population is None else row.population.persons,
    "wert": lambda row: float("-inf") if row.value is None else row.value,
}


@blueprint.get("/planungsraeume")
@cached_page("areas", "figures")
def planning_areas() -> ResponseReturnValue:
    """All planning areas, on the map and as a list."""
    figures = indicators.county_figures(current_actor())
    composition = figures.composition
    return render_template(
        "home/planning_areas.html",
        composition=composition,
        figures=figures,
        map=area_maps.overview(areas.map_of(composition.county), figures.population),
        may_regroup=area_permissions.may_see_assignments(current_actor()),
        may_plan=area_permissions.may_plan(current_actor()),
        words=area_words,
        figure_words=figure_words,
    )


@blueprint.get("/planungsraeume/<slug>")
@cached_page("areas", "figures", "surveys", "minutes", "needs", "conferences", "evidence", "stakeholders")
def planning_area(slug: str) -> ResponseReturnValue:
    """The hub of a planning area."""
    figures = indicators.county_figures(current_actor())
    area = _planning_area(slug, figures.composition)
    shown = _shown(figures, area)
    members = figures.composition.members(area.id)
    within = figures.composition.within(area.id)
    arguments = list_arguments()
    sort = _sort(arguments)
    heard = evidence_cards.heard(area, figures.composition)
    return render_template(
        "home/planning_area.html",
        area=area,
        composition=figures.composition,
        figures=figures,
        members=members,
        population=figures.population.get(area.id),
        lead=area_words.planning_area_lead(area, figures.composition, figures.population.get(area.id)),
        shown=shown,
        map=None
        if shown is None
        else choropleth(
            areas.map_of(figures.composition.county),
            shown,
            url=area_maps.municipality_url,
            shown={member.id for member in members},
        ),
        choices=area_maps.choices(figures),
        rows=_rows(members, figures, shown, sort),
        extent=area_tables.extent(_rows(members, figures, shown, "wert")),
        was_sorted="sortierung" in arguments,
        sort=sort,
        sort_urls=_sort_urls("home.planning_area", slug, arguments, sort),
        population_stats=area_words.population_stats(area_words.square_km(members), figures.population.get(area.id)),
        topics=area_cards.planning_area_topics(area, figures),
        said=survey_cards.said_in(area.id, area.slug),
        events=conference_cards.events_about(within),
        taken_part=public_queries.held_count(within),
        minutes=minutes.released_in(within, current_actor()),
        assessments=evidence_cards.assessments(area, current_actor()),
        heard=heard,
        not_heard=evidence_cards.not_heard(heard),
        published=published_cards.published(area_id=area.id, actor=current_actor()),
        quotation=quotations.of_area(area.id),
        may_see_heard=current_actor().is_staff,
        from_minutes=evidence_cards.resources_of_minutes(area, current_actor(), figures.composition),
        put_forward=needs_cards.of_area(current_actor(), area, figures.composition),
        neighbours=figures.composition.neighbours(area.id),
        associations=figures.composition.shared_associations(area.id),
        history=area_tables.changes(areas.history(areas.find(AreaKind.PLANNING_AREA, slug))),
        may_regroup=area_permissions.may_see_assignments(current_actor()),
        words=area_words,
        figure_words=figure_words,
    )


@blueprint.get("/planungsraeume/<slug>/kennzahlen.csv")
def planning_area_csv(slug: str) -> ResponseReturnValue:
    """Every indicator of a planning area beside the county."""
    figures = indicators.county_figures(current_actor())
    area = _planning_area(slug, figures.composition)
    return _figures_file(area, area_files.planning_area_csv(area, figures, note=_note(area, figures)))


@blueprint.get("/planungsraeume/<slug>/karte.csv")
def planning_area_map_csv(slug: str) -> ResponseReturnValue:
    """The figure of the map for every municipality of a planning area."""
    figures = indicators.county_figures(current_actor())
    area = _planning_area(slug, figures.composition)
    shown = _shown(figures, area)
    rows = _rows(figures.composition.members(area.id), figures, shown, "name")
    return _map_file(area, rows, shown, figures)


@blueprint.get("/gemeinden/<slug>")
@cached_page("areas", "figures")
def municipality(slug: str) -> ResponseReturnValue:
    """A town or municipality of the own county."""
    figures = indicators.county_figures(current_actor())
    composition = figures.composition
    place = areas.find(AreaKind.MUNICIPALITY, slug)
    if (former := former_places.found(slug, composition)) is not None:
        return _former_page(former, figures, area_tables.changes(areas.history(place)))
    area = _of(composition.municipalities, place.slug)
    group = composition.planning_area(area.id)
    shown = _shown(figures, group)
    around = composition.members(group.id) if group is not None else composition.municipalities
    arguments = list_arguments()
    sort = _sort(arguments)
    return render_template(
        "home/municipality.html",
        area=area,
        composition=composition,
        figures=figures,
        group=group,
        facts=_facts(area, composition),
        population=figures.population.get(area.id),
        lead=area_words.lives(figures.population.get(area.id)),
        population_stats=area_words.population_stats(area.square_km, figures.population.get(area.id)),
        shown=shown,
        map=None
        if shown is None
        else choropleth(
            areas.map_of(composition.county),
            shown,
            url=area_maps.municipality_url,
            shown={member.id for member in around},
            current=area.id,
        ),
        choices=area_maps.choices(figures),
        rows=_rows(around, figures, shown, sort),
        extent=area_tables.extent(_rows(around, figures, shown, "wert")),
        was_sorted="sortierung" in arguments,
        sort=sort,
        sort_urls=_sort_urls("home.municipality", slug, arguments, sort),
        topics=area_cards.municipality_topics(area, figures),
        made_of=former_places.predecessors(area, composition),
        announced=former_places.announced(area, figures.today),
        neighbours=composition.neighbours(area.id),
        history=area_tables.changes(areas.history(place)),
        words=area_words,
        figure_words=figure_words,
    )


@blueprint.get("/gemeinden/<slug>/kennzahlen.csv")
def municipality_csv(slug: str) -> ResponseReturnValue:
    """Every indicator of a municipality beside the county."""
    figures = indicators.county_figures(current_actor())
    if (former := former_places.found(slug, figures.composition)) is not None:
        return _figures_file(former.area, former_places.file(former, figures, note=_former_note(former, figures)))
    area = _of(figures.composition.municipalities, slug)
    return _figures_file(area, area_files.municipality_csv(area, figures, note=_note(area, figures)))


@blueprint.get("/landkreise/<slug>")
@cached_page("areas", "figures")
def county(slug: str) -> ResponseReturnValue:
    """The own county with all its municipalities, or another one for comparison."""
    figures = indicators.county_figures(current_actor())
    place = areas.find(AreaKind.COUNTY, slug)
    if place.id != figures.composition.county.id:
        composition = areas.composition_of(place)
        return render_template(
            "home/other_county.html",
            area=ref(place),
            composition=composition,
            figures=figures,
            own=figures.composition.county,
            population=figures.population.get(place.id),
            map=area_maps.plain(areas.map_of(place)),
            rows=area_tables.county_comparison(figures, [figures.composition.county, ref(place)]),
            words=area_words,
            figure_words=figure_words,
        )
    shown = _shown(figures, None)
    arguments = list_arguments()
    sort = _sort(arguments)
    counties = [figures.composition.county, *figures.others]
    return render_template(
        "home/county.html",
        area=figures.composition.county,
        composition=figures.composition,
        figures=figures,
        population=figures.population.get(place.id),
        lead=area_words.lives(figures.population.get(place.id)),
        shown=shown,
        map=None
        if shown is None
        else choropleth(
            areas.map_of(figures.composition.county),
            shown,
            url=area_maps.municipality_url,
            shown={member.id for member in figures.composition.municipalities},
        ),
        choices=area_maps.choices(figures),
        rows=_rows(figures.composition.municipalities, figures, shown, sort),
        extent=area_tables.extent(_rows(figures.composition.municipalities, figures, shown, "wert")),
        was_sorted="sortierung" in arguments,
        sort=sort,
        sort_urls=_sort_urls("home.county", slug, arguments, sort),
        population_stats=area_words.population_stats(place.square_km, figures.population.get(place.id)),
        topics=area_cards.county_topics(figures),
        counties=counties,
        comparison=area_tables.county_comparison(figures, counties),
        may_plan=area_permissions.may_plan(current_actor()),
        words=area_words,
        figure_words=figure_words,
    )


def _former_page(former: Former, figures: CountyFigures, history: Sequence[area_tables.Change]) -> str:
    topics = former_places.topics(former, figures)
    composition = figures.composition
    return render_template(
        "home/former_municipality.html",
        area=former.area,
        former=former,
        last_day=former.until - timedelta(days=1),
        successor=former_places.part_of(former, composition),
        first_successor=former_places.first_successor(former, composition),
        topics=topics,
        sources=former_places.all_sources(topics),
        facts=_facts(former.area, composition),
        history=history,
    )


def _former_note(former: Former, figures: CountyFigures) -> str:
    successor = former_places.part_of(former, figures.composition)
    day = former.until.strftime("%d.%m.%Y")
    words = [
        _("%(name)s gehört seit dem %(day)s zu %(other)s.", name=former.area.name, day=day,
          other=former.elsewhere if successor is None else successor.name),
        _("Abgerufen am %(day)s.", day=figures.today.strftime("%d.%m.%Y")),
    ]  # fmt: skip
    return " ".join(words)


def _shown(figures: CountyFigures, group: AreaRef | None) -> IndicatorFigures | None:
    """What the map shows: the figure asked for, else the one that says most of the planning area."""
    default = None if group is None else area_maps.most_telling(figures, group.id)
    return area_maps.chosen(figures, request.args.get("zahl"), default=default or FIRST_FIGURE)


def _facts(area: AreaRef, composition: Composition) -> list[tuple[str, str]]:
    """Official facts of a municipality; term and value."""
    association = composition.association(area.id)
    pairs = [(_("Amtlicher Name"), area.official_name), (_("Amtlicher Gemeindeschlüssel"), area.key or "")]
    if association is not None:
        pairs.append((_("Verwaltungsgemeinschaft"), association.name))
    if area.seat_postcode:
        pairs.append((_("Postleitzahl des Rathauses"), area.seat_postcode))
    if area.square_km:
        pairs.append((_("Fläche"), with_unit(area.square_km, "km²", 2)))
    if area.urbanisation:
        pairs.append((_("Besiedlung"), area.urbanisation))
    links = [
        Markup('<a href="{}">{}</a>').format(url_for("home.locality", slug=place.slug), place.name)
        for place in composition.localities_of(area.id)
    ]
    if links:
        pairs.append((_("Ortsteile"), Markup(", ").join(links)))
    return pairs


def _planning_area(slug: str, composition: Composition) -> AreaRef:
    return _of(composition.planning_areas, slug)


def _of(found: Sequence[AreaRef], slug: str) -> AreaRef:
    for area in found:
        if area.slug == slug:
            return area
    raise NotFound


def _sort(arguments: Mapping[str, str]) -> str:
    sort = arguments.get("sortierung", "-menschen")
    return sort if sort.removeprefix("-") in _SORTS else "-menschen"


def _rows(members: Sequence[AreaRef], figures: CountyFigures, shown: IndicatorFigures | None, sort: str) -> list[Row]:
    rows = []
    for member in members:
        value = None if shown is None else shown.municipal.get(member.id)
        rows.append(
            Row(
                area=member,
                population=figures.population.get(member.id),
                value=None if value is None else value.value,
                words="" if shown is None or value is None else figure_words.municipal_value(shown.indicator, value),
            )
        )
    return sorted(rows, key=_SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))


def _figures_file(area: AreaRef, content: bytes) -> ResponseReturnValue:
    return attachment(content, name=f"kennzahlen-{area.slug}.csv", media_type=_CSV)


def _note(area: AreaRef, figures: CountyFigures) -> str:
    return f"{area.name}. {_provenance(area, figures)}"


def _map_file(
    area: AreaRef, rows: Sequence[Row], shown: IndicatorFigures | None, figures: CountyFigures
) -> ResponseReturnValue:
    head = [_("Schlüssel"), _("Gemeinde"), _("Menschen")]
    if shown is not None:
        head += [f"{local(shown.indicator.name)} ({local(shown.indicator.unit)})", _("Status")]
    lines = [
        [
            row.area.key,
            row.area.name,
            None if row.population is None else round(row.population.persons),
            *([] if shown is None else [row.value, "" if row.value is not None else row.words]),
        ]
        for row in rows
    ]
    sources = [] if shown is None else [f"{source.text.rstrip('. ')}." for source in shown.sources]
    note = " ".join([*sources, _provenance(area, figures)])
    return attachment(csv_file(head, lines, note=note), name=f"karte-{area.slug}.csv", media_type=_CSV)


def _provenance(area: AreaRef, figures: CountyFigures) -> str:
    words = [_("Abgerufen am %(day)s.", day=figures.today.strftime("%d.%m.%Y"))]
    words.append(example_assignment.sentence(figures.composition.is_example(area.id)))
    return " ".join(filter(None, words))


def _sort_urls(endpoint: str, slug: str, arguments: Mapping[str, str], current: str) -> Callable[[str], str]:
    """Address that sorts the table by a key; a second click turns the order round."""

    def url(key: str) -> str:
        first = key if key == "name" else f"-{key}"
        turned = key if first.startswith("-") else f"-{key}"
        wanted = turned if current == first else first
        return url_for(endpoint, slug=slug, sortierung=wanted, zahl=arguments.get("zahl"), _anchor="tabelle")

    return url

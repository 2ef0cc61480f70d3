"""The profile (Steckbrief) of a planning area or municipality: the same words for its page and its PDF/UA."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from markupsafe import escape

from portal.areas.composition import AreaRef
from portal.areas.maps.atlas import MapData
from portal.areas.models import AreaKind
from portal.core import pdf
from portal.core.formats import date_long
from portal.core.seed_words import local
from portal.home import area_words
from portal.home.cards import figures as area_cards
from portal.home.cards.figures import Card
from portal.indicators.catalogue import reference_queries, references
from portal.indicators.catalogue.reference_models import IndicatorReference
from portal.indicators.charts.strips import Strip
from portal.indicators.figures import CountyFigures, SourceFacts

TEMPLATE = "home/profile.typ"


@dataclass(frozen=True, kw_only=True)
class Row:
    """An indicator of the profile in words, with its strip as a picture; `internal` ones are seen by staff alone."""

    name: str
    value: str
    compared: str
    notes: str
    period: str
    # Numbers of its sources in the list at the end: `[2]`.
    reference: str
    internal: bool
    strip: str
    strip_label: str


@dataclass(frozen=True, kw_only=True)
class Profile:
    """Everything a profile says. `map` is an SVG picture, `map_label` what it shows."""

    title: str
    lead: str
    example: str
    facts: tuple[tuple[str, str, str], ...]
    members: tuple[str, ...]
    map: str
    map_label: str
    map_source: str
    topics: tuple[tuple[str, tuple[Row, ...]], ...]
    sources: tuple[str, ...]
    made: str
    no_cuts: str


def profile(area: AreaRef, figures: CountyFigures, drawing: MapData | None) -> Profile:
    """The profile of a place as the reader of these figures may see it; topics without a value are left out."""
    composition = figures.composition
    is_group = area.kind is AreaKind.PLANNING_AREA
    members = composition.members(area.id) if is_group else ()
    population = figures.population.get(area.id)
    land = area_words.square_km(members) if is_group else area.square_km
    compared = reference_queries.present()
    people = figures.population_sources_of(population.compared_periods) if population is not None else ()
    topics = (
        area_cards.planning_area_topics(area, figures) if is_group else area_cards.municipality_topics(area, figures)
    )
    place = _("Planungsraum %(name)s", name=area.name) if is_group else area.name
    lead = area_words.planning_area_lead(area, composition, population) if is_group else area_words.lives(population)
    shown = {member.id for member in members} or {area.id}
    sources = _sources(area_cards.all_cards(topics), people)
    of_people = _reference((source.text for source in people), sources)
    return Profile(
        title=_("Steckbrief: %(name)s", name=place),
        lead=str(lead),
        example=_("Beispielzuordnung: Welche Gemeinde zu welchem Planungsraum gehört, ist frei gewählt.")
        if composition.is_example(area.id)
        else "",
        facts=tuple(
            (term, value, f"{note} {of_people}".strip())
            for term, value, note in area_words.population_stats(land, population)
        ),
        members=tuple(member.name for member in members),
        map="" if drawing is None else _map(drawing, shown),
        map_label=_("Karte des Landkreises, hervorgehoben: %(name)s", name=area.name),
        map_source="" if drawing is None else drawing.source.text,
        topics=tuple(
            (str(topic.label), rows)
            for topic in topics
            if (
                rows := tuple(
                    _row(card, area, figures, compared, sources) for card in (*topic.local, *topic.county_only)
                )
            )
        ),
        sources=tuple(f"[{position}] {text}" for position, text in enumerate(sources, start=1)),
        made=_("Stand: %(day)s", day=date_long(figures.today)),
        no_cuts=_("Nichts in diesem Steckbrief begründet Kürzungen: „Nicht auffällig“ heißt nicht, dass ein Angebot "
                  "entbehrlich ist."),
    )  # fmt: skip


def as_pdf(found: Profile, *, county: str) -> bytes:
    """The profile as PDF/UA-1."""
    return pdf.render(
        TEMPLATE,
        {
            "title": found.title,
            "county": county,
            "source": f"{found.made} · {found.map_source}",
            "lead": found.lead,
            "example": found.example,
            "facts": [[term, value, note] for term, value, note in found.facts],
            "map": found.map,
            "map_label": found.map_label,
            "members_heading": _("Städte und Gemeinden"),
            "members": ", ".join(found.members),
            "heads": [_("Kennzahl"), _("Wert"), _("Vergleich"), _("Zeitraum")],
            "topics": [
                {"label": label, "rows": [vars(row) | {"name": local(row.name)} for row in rows]}
                for label, rows in found.topics
            ],
            "internal": _("nur Kreisverwaltung"),
            "key": _("Striche: Städte und Gemeinden. Quadrat: dieser Ort. Gestrichelte Linie: Landkreis."),
            "sources_heading": _("Quellen"),
            "sources": list(found.sources),
            "no_cuts": found.no_cuts,
        },
    )


def _row(
    card: Card,
    area: AreaRef,
    figures: CountyFigures,
    compared: Mapping[int, Sequence[IndicatorReference]],
    sources: Sequence[str],
) -> Row:
    one = figures.find(card.key)
    beside: list[str] = []
    if one is not None and area.id in one.areas:
        beside = references.beside(one.indicator, compared.get(one.indicator.id, ()), one.areas[area.id].value.value)
    notes = " · ".join(note for note in (card.of, *card.notes, card.warning, *beside) if note)
    return Row(
        name=card.name,
        value=card.result,
        compared=card.comparison,
        notes=notes,
        period=card.period,
        reference=_reference((source.text for source in card.sources), sources),
        internal=one is not None and one.indicator.visibility.value == "internal",
        strip="" if card.strip is None else _strip(card.strip),
        strip_label=card.strip_label,
    )


def _sources(cards: Iterable[Card], people: Iterable[SourceFacts]) -> list[str]:
    """Every source once: those of the people, then those of the indicators."""
    return list(dict.fromkeys(source.text for source in (*people, *(one for card in cards for one in card.sources))))


def _reference(texts: Iterable[str], sources: Sequence[str]) -> str:
    """`[1, 4]`: where these stand in the list; nothing for none."""
    numbers = [str(sources.index(text) + 1) for text in dict.fromkeys(texts)]
    return f"[{', '.join(numbers)}]" if numbers else ""


def _strip(strip: Strip) -> str:
    """Strokes are municipalities, the square is the place, the dashed line the county."""
    parts = ['<path d="M5 10h300" stroke="#b9c4cb" stroke-width="1"/>']
    ticks = (_at(mark.at) for mark in strip.members)
    parts += [f'<path d="M{x} 4v12" stroke="#7d8b94" stroke-width="1.2"/>' for x in ticks]
    if strip.county_at is not None:
        x = _at(strip.county_at)
        parts.append(f'<path d="M{x} 0v20" stroke="#1c2a33" stroke-width="1.6" stroke-dasharray="3 2"/>')
    if strip.value_at is not None:
        parts.append(f'<rect x="{_at(strip.value_at) - 5}" y="5" width="10" height="10" fill="#0f4c5c"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 310 20">{"".join(parts)}</svg>'


def _at(percent: str) -> float:
    """A place on the strip in units of the picture."""
    return round(float(percent.rstrip("%")) * 3 + 5, 1)


def _map(drawing: MapData, shown: Iterable[int]) -> str:
    """The county in pale, the place in petrol, borders of planning areas in white."""
    within = set(shown)
    shapes = [
        f'<path d="{escape(shape.path)}" fill="{"#0f4c5c" if shape.area.id in within else "#dfe6e9"}" '
        'stroke="#ffffff" stroke-width="1.5"/>'
        for shape in drawing.shapes
    ]
    lines = [
        f'<path d="{escape(outline.path)}" fill="none" stroke="#4c5a63" stroke-width="2.5"/>'
        for outline in drawing.outlines
    ]
    picture: Sequence[Any] = (*shapes, *lines)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{drawing.view_box}">{"".join(picture)}</svg>'

"""Real figures of the portal beside a statement: indicators to link, and values to quote with their source."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.areas import queries as areas
from portal.areas.composition import AreaRef, Composition
from portal.areas.models import AreaKind
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.indicators import queries as indicators
from portal.indicators import words
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.needs import drafts, permissions
from portal.needs.drafts import MOST_NUMBERS, NUMBER_LENGTH
from portal.needs.models import NeedsStatement, StatementNumber, StatementState


@dataclass(frozen=True)
class Offered:
    """An indicator that could bear the statement out: what it says in plain words, and its values here."""

    key: str
    name: str
    topic: str
    explanation: str
    values: str
    quotable: bool


@dataclass(frozen=True)
class Quoted:
    """A value of the portal, ready to stand in a statement."""

    indicator_id: int
    area_id: int
    text: str
    value_text: str
    period: str
    source: str


def offered(county: CountyFigures, statement: NeedsStatement) -> list[Offered]:
    """Indicators of the statement's topics and those already linked, in the order of reports."""
    wanted = {topic.key for topic in statement.topics}
    linked = {indicator.key for indicator in statement.indicators}
    known = (county.composition.municipality(area.id) or area for area in statement.areas)
    places = list(dict.fromkeys(place.id for place in known))
    return [
        Offered(
            key=one.indicator.key,
            name=one.indicator.name,
            topic=str(one.indicator.topic.label),
            explanation=one.indicator.explanation,
            values=_values(county, one, places),
            quotable=any(shown.value is not None for shown in one.municipal.values()),
        )
        for one in county.indicators.values()
        if one.indicator.topic.key in wanted or one.indicator.key in linked
    ]


def _values(county: CountyFigures, one: IndicatorFigures, places: Sequence[int]) -> str:
    """`Sinsheim: 91,2 % (06/2022)` for each chosen place; what there is instead where there is no value."""
    if not one.has_values:
        return _("Dazu gibt es noch keine Werte.")
    found = []
    for area_id in places:
        text, has_value = _value(one, area_id)
        if has_value:
            found.append(f"{county.composition.areas[area_id].name}: {text}")
    if not found:
        return _("Für diese Orte gibt es keinen Wert.")
    return "; ".join(found) + f" ({words.period(one.period)})"


def _value(one: IndicatorFigures, area_id: int) -> tuple[str, bool]:
    if area_id in one.municipal:
        shown = one.municipal[area_id]
        return words.municipal_value(one.indicator, shown), shown.value is not None or bool(shown.text)
    if area_id in one.areas:
        value = one.areas[area_id].value
        return words.area_value(one.indicator, value), value.value is not None
    return "", False


def places(statement: NeedsStatement) -> list[AreaRef]:
    """Places whose values can be quoted: the chosen ones, then the members of chosen planning areas."""
    composition = composition_today()
    if composition is None:
        return []
    # Below the municipality there are no figures: its own stand for its localities.
    named = (composition.municipality(area.id) or composition.areas.get(area.id) for area in statement.areas)
    chosen = list(dict.fromkeys(place for place in named if place is not None))
    members = [
        member
        for area in chosen
        if area.kind is AreaKind.PLANNING_AREA
        for member in composition.members(area.id)
        if member not in chosen
    ]
    return [*chosen, *members]


def composition_today() -> Composition | None:
    """The county today; None before it is set up."""
    try:
        return areas.composition_of(areas.own_county(), on=clock.today())
    except NotFound:
        return None


def county_today(actor: Actor) -> CountyFigures | None:
    """All figures of today; None before the county is set up. Not inside a transaction: there nothing is kept."""
    try:
        return indicators.county_figures(actor)
    except NotFound:
        return None


def quote(county: CountyFigures | None, key: str, area_id: int) -> Quoted:
    """The value of an indicator for a place; `Refusal` (field `indicator`) where there is none."""
    one = None if county is None else county.find(key)
    if county is None or one is None or area_id not in county.composition.areas:
        raise Refusal(_("Bitte wählen Sie eine Kennzahl aus der Liste."), field="figure")
    text, has_value = _value(one, area_id)
    place = county.composition.areas[area_id].name
    if not has_value:
        raise Refusal(
            _("Für %(place)s gibt es zu „%(name)s“ keinen Wert.", place=place, name=one.indicator.name), field="figure"
        )
    name = one.indicator.name
    if area_id in one.areas and one.indicator.is_share_above:
        name = f"{name} ({words.method(one.indicator)})"
    return Quoted(
        indicator_id=one.indicator.id,
        area_id=area_id,
        text=f"{place}: {name}"[:NUMBER_LENGTH],
        value_text=text[:120],
        period=one.period or "",
        source="; ".join(source.text for source in one.sources)[:NUMBER_LENGTH] or _("Portal der Sozialplanung"),
    )


def add(
    statement: NeedsStatement,
    quoted: Quoted,
    *,
    actor: Actor,
    sentence: str = "",
    source: str = "",
    edition: int | None = None,
) -> StatementNumber:
    """Put a value of the portal among the statement's numbers; the same value stands there once.

    `sentence` and `source` replace the portal's words, never the value.
    """
    lock(statement)
    require(permissions.may_see_whole(actor, statement))
    if statement.state is not StatementState.DRAFT:
        raise Refusal(_("Dieser Hinweis ist eingereicht und kann nicht mehr geändert werden."))
    require(permissions.may_edit(actor, statement))
    if edition is not None and edition != statement.edition:
        raise Conflict(_("Der Entwurf wurde inzwischen an anderer Stelle gespeichert."))
    for one in statement.numbers:
        if (one.indicator_id, one.area_id) == (quoted.indicator_id, quoted.area_id):
            return one
    if len(statement.numbers) >= MOST_NUMBERS:
        raise Refusal(_("Bitte nennen Sie höchstens %(limit)s Zahlen.", limit=MOST_NUMBERS), field="figure")
    number = StatementNumber(
        position=len(statement.numbers),
        text=one_line(sentence) or quoted.text,
        source=one_line(source) or quoted.source,
        is_official=True,
        value_text=quoted.value_text,
        period=quoted.period,
        indicator_id=quoted.indicator_id,
        area_id=quoted.area_id,
    )
    statement.numbers.append(number)
    drafts.touch(statement)
    audit.record("needs.saved", subject=statement, actor=actor)
    return number

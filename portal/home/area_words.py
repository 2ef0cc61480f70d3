"""Sentences about places and figures, as residents read them: B1 German, numbers with their units."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from portal.areas.composition import AreaRef, Composition
from portal.core.formats import number, signed, with_unit
from portal.core.languages import german
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import IndicatorFacts, Population
from portal.indicators.periods import period_end
from portal.indicators.words import area_number, difference, period, period_short


def year(text: str) -> int:
    """The year in which a period ends."""
    return period_end(text).year


def day(text: str) -> str:
    """A date as table heads write it: `31.12.2022`."""
    return period_short(text)


def people(population: Population) -> str:
    """`80.428 Menschen`."""
    count = round(population.persons)
    return str(ngettext("%(count)s Mensch", "%(count)s Menschen", count, count=number(count)))


def change(population: Population) -> str | None:
    """`2,6 Prozent mehr als 2019`, or None where two comparable dates are missing."""
    if population.change is None or population.since is None:
        return None
    since = year(population.since)
    share = round(population.change, 1)
    if share == 0:
        return _("so viele wie %(year)s", year=since)
    if share > 0:
        return _("%(share)s Prozent mehr als %(year)s", share=number(share, 1), year=since)
    return _("%(share)s Prozent weniger als %(year)s", share=number(-share, 1), year=since)


def planning_area_lead(area: AreaRef, composition: Composition, population: Population | None) -> str:
    """What the page of a planning area opens with; the county's own word for its character is marked as German."""
    members = len(composition.members(area.id))
    first = str(
        ngettext("%(num)d Stadt oder Gemeinde", "%(num)d Städte und Gemeinden", members)
        if members
        else _("Zurzeit gehört keine Gemeinde dazu")
    )
    separator = ", " if area.character else ""
    return Markup("{}{}{}. {}").format(first, separator, german(area.character), lives(population)).strip()


def lives(population: Population | None) -> str:
    """`Hier leben 80.428 Menschen, 2,6 Prozent mehr als 2019.`"""
    if population is None:
        return ""
    since = change(population)
    if since is None:
        return _("Hier leben %(people)s.", people=people(population))
    return _("Hier leben %(people)s, %(change)s.", people=people(population), change=since)


def share_of(facts: IndicatorFacts) -> str:
    """What a share of people is a share of, short enough to stand beside the number; empty for everything else."""
    if not facts.is_share_above:
        return ""
    return _("leben in Orten mit mehr als %(limit)s", limit=with_unit(facts.threshold, facts.unit_short, 0))


def compared(facts: IndicatorFacts, value: float, county: float | None) -> str:
    """How far a planning area is from the county; of a sum, which part of the county it is."""
    if county is None:
        return ""
    if facts.aggregation is Aggregation.SUM:
        share = number(100 * value / county) if county else "0"
        return _("%(share)s\u00a0Prozent des Landkreises", share=share)
    return difference(facts, value, county)


def beside_county(facts: IndicatorFacts, value: float, county: float | None) -> str:
    """The county's value and how far this one is from it; of a sum, which part of the county it is."""
    if county is None:
        return ""
    if facts.aggregation is Aggregation.SUM:
        share = number(100 * value / county) if county else "0"
        return _("%(share)s\u00a0Prozent von %(total)s im Landkreis", share=share, total=area_number(facts, county))
    words = _("Landkreis: %(value)s", value=area_number(facts, county))
    return f"{words} · {difference(facts, value, county)}"


def county_share(facts: IndicatorFacts, county: float) -> str:
    """The county beside a municipality's minutes: medians have no mean, so it is a share of people."""
    return _("Landkreis: %(value)s %(of)s", value=area_number(facts, county), of=share_of(facts))


def share_unit(facts: IndicatorFacts) -> str:
    """What a share of people above a threshold is a share of: `% der Menschen leben in Gemeinden, in denen …`"""
    limit = with_unit(facts.threshold, facts.unit_short, 0)
    return _("%% der Menschen leben in Gemeinden, in denen die Hälfte länger als %(limit)s fährt", limit=limit)


def names(areas: tuple[AreaRef, ...], *, shown: int = 3) -> str:
    """`Sinsheim, Waibstadt, Meckesheim und 11 weitere`."""
    first = ", ".join(area.name for area in areas[:shown])
    more = len(areas) - shown
    if more <= 0:
        return first
    return str(ngettext("%(first)s und %(num)d weitere", "%(first)s und %(num)d weitere", more, first=first))


def population_stats(square_km: float | None, population: Population | None) -> list[tuple[str, str, str]]:
    """Key figures of a place: people, change, land, density; term, value, note."""
    if population is None:
        return []
    stats = [(_("Menschen"), number(population.persons), period(population.period))]
    if population.change is not None and population.since is not None:
        stats.append(
            (
                _("Veränderung seit %(year)s", year=year(population.since)),
                signed(population.change, 1) + "\u00a0%",
                _("zum %(day)s", day=period(population.since)),
            )
        )
    if square_km:
        stats.append((_("Fläche"), with_unit(square_km, "km²", 0), ""))
        stats.append((_("Menschen je km²"), number(population.persons / square_km), ""))
    return stats


def square_km(members: Sequence[AreaRef]) -> float | None:
    """Land of a planning area: the sum of its members, if all are known."""
    known = [member.square_km for member in members if member.square_km is not None]
    return sum(known) if known and len(known) == len(members) else None


def land(members: Sequence[AreaRef]) -> str:
    """The same with its unit; a dash where it is not known."""
    return with_unit(square_km(members), "km²", 0)


def change_head(population: Population | None) -> str:
    """Head of the column with the change: `seit 2019`."""
    if population is None or population.since is None:
        return _("Veränderung")
    return _("seit %(year)s", year=year(population.since))


def largest(areas: tuple[AreaRef, ...], population: Mapping[int, Population]) -> tuple[AreaRef, ...]:
    """Areas by the number of people, the largest first."""
    return tuple(sorted(areas, key=lambda area: -population[area.id].persons if area.id in population else 0))

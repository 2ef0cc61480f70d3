"""Figures of an earlier delivery that a version of a finding rests on: said to be that, with those of today beside."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core.formats import date_long
from portal.core.seed_words import local
from portal.evidence import words
from portal.evidence.models import FindingVersion
from portal.evidence.texts.numbers import AFTER_COUNTY, Origin
from portal.evidence.versions.evidence import VersionFigures
from portal.indicators import words as figure_words
from portal.indicators.figures import IndicatorFigures, SourceFacts


def lines(found: Mapping[str, Origin], version: FindingVersion, basis: VersionFigures, area_id: int) -> list[str]:
    """`1.325 EUR: …` for numbers as they are written, each with its origin in what a version keeps."""
    return [
        _("%(number)s: %(words)s", number=written, words=_in_words(origin, version, basis, area_id))
        for written, origin in found.items()
    ]


def _in_words(origin: Origin, version: FindingVersion, basis: VersionFigures, area_id: int) -> str:
    """Indicator, place, period and day of the former value, and what stands in its place today."""
    one = _now(basis, origin.key)
    place, now = _place_now(origin.number, one, basis, area_id)
    return _(
        "%(name)s (%(place)s), Zahl der früheren Lieferung (%(period)s), wie sie am %(day)s im Portal stand; "
        "jetzt %(value)s (%(now)s)",
        name=local(one.indicator.name),
        place=place,
        period=figure_words.period_short(basis.numbers[origin.key]["period"]),
        day=date_long(version.adopted_at),
        value=now,
        now=figure_words.period_short(one.period),
    )


def _place_now(number: int, one: IndicatorFigures, basis: VersionFigures, area_id: int) -> tuple[str, str]:
    facts = one.indicator
    if number >= AFTER_COUNTY:
        places = {place.id: place.name for place in basis.now.composition.municipalities}
        place_id = number - AFTER_COUNTY
        return places[place_id], figure_words.municipal_value(facts, one.municipal[place_id])
    if number:
        return _("Landkreis"), figure_words.county_value(facts, one.county)
    return _("Planungsraum"), figure_words.area_value(facts, one.areas[area_id].value)


def entry(key: str, version: FindingVersion, basis: VersionFigures) -> str:
    """The line of a list of sources: indicator, period, on which day it stood in the portal, and by whom."""
    one, past = _now(basis, key), basis.past.get(key)
    texts = "; ".join(dict.fromkeys(_source(source) for source in past.sources)) if past is not None else ""
    line = _(
        "%(name)s, Stand %(period)s, frühere Lieferung, wie sie am %(day)s im Portal stand",
        name=local(one.indicator.name),
        period=figure_words.period(basis.numbers[key]["period"]),
        day=date_long(version.adopted_at),
    )
    return f"{line}: {texts.rstrip('.')}" if texts else line


def sentence(key: str, basis: VersionFigures, area_id: int) -> str:
    """The area's value beside the county's as the version was adopted on them."""
    past = basis.past.get(key)
    if past is not None:
        return words.indicator_sentence(past, area_id)
    one, kept = _now(basis, key), basis.numbers[key]
    facts = one.indicator
    return _(
        "%(subject)s: %(value)s, im Landkreis %(county)s (%(period)s).",
        subject=words.subject(one),
        value=figure_words.area_number(facts, kept["value"]),
        county=figure_words.area_number(facts, kept["county"]),
        period=figure_words.period_short(kept["period"]),
    )


def newer(key: str, basis: VersionFigures, area_id: int) -> str:
    """What the portal shows today in the place of a former value."""
    return _("Neuer im Portal: %(values)s", values=words.indicator_values(_now(basis, key), area_id))


def _now(basis: VersionFigures, key: str) -> IndicatorFigures:
    one = basis.now.find(key)
    if one is None:
        raise ValueError(key)
    return one


def _source(source: SourceFacts) -> str:
    return source.text if not source.licence or source.licence in source.text else f"{source.text} ({source.licence})"

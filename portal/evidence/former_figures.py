"""Figures of an earlier delivery in the texts of a finding: said to be that, with the value of today beside."""

from collections.abc import Mapping

from flask_babel import gettext as _

from portal.core.formats import date_long
from portal.core.seed_words import local
from portal.evidence.models import FindingVersion
from portal.evidence.text_numbers import Origin
from portal.indicators import words as figure_words
from portal.indicators.figures import CountyFigures


def lines(found: Mapping[str, Origin], version: FindingVersion, figures: CountyFigures, area_id: int) -> list[str]:
    """`1.325 EUR: …` for numbers as they are written, each with its origin in what a version keeps."""
    return [
        _("%(number)s: %(words)s", number=written, words=in_words(origin, version, figures, area_id))
        for written, origin in found.items()
    ]


def in_words(origin: Origin, version: FindingVersion, figures: CountyFigures, area_id: int) -> str:
    """Indicator, period and day of the former value, and what stands in its place today."""
    one = figures.find(origin.key)
    if one is None:
        raise ValueError(origin.key)
    facts, kept = one.indicator, version.proposal["numbers"][origin.key]
    is_county = bool(origin.number)
    return _(
        "%(name)s (%(place)s), Zahl der früheren Lieferung (%(period)s), wie sie am %(day)s im Portal stand; "
        "jetzt %(value)s (%(now)s)",
        name=local(facts.name),
        place=_("Landkreis") if is_county else _("Planungsraum"),
        period=figure_words.period_short(kept["period"]),
        day=date_long(version.adopted_at),
        value=figure_words.county_value(facts, one.county)
        if is_county
        else figure_words.area_value(facts, one.areas[area_id].value),
        now=figure_words.period_short(one.period),
    )

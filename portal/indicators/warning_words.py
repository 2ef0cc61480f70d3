"""The early-warning list in words and as a file."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _

from portal.core import clock
from portal.core.formats import date_long, number, with_unit
from portal.core.seed_words import local
from portal.core.tables import csv_file
from portal.indicators import words
from portal.indicators.early_warning import EarlyWarning, WarningKind


def sentence(one: EarlyWarning) -> str:
    """What was seen, with the numbers that were compared."""
    facts = one.figures.indicator
    if one.kind is WarningKind.STANDARD:
        return _(
            "%(value)s, Richtwert %(standard)s.",
            value=with_unit(one.amount, facts.unit_short, facts.decimals),
            standard=with_unit(one.threshold, facts.unit_short, 0),
        )
    amount = words.amount(facts, one.amount)
    threshold = words.amount(facts, one.threshold)
    if one.kind in {WarningKind.TREND, WarningKind.CHANGE}:
        return _(
            "Seit %(since)s um %(amount)s ungünstiger; als deutlich gelten %(threshold)s.",
            since=words.period_short(one.since),
            amount=amount,
            threshold=threshold,
        )
    return _(
        "%(value)s, %(compared)s: %(amount)s ungünstiger; als auffällig gelten %(threshold)s.",
        value=words.area_number(facts, one.figures.areas[one.area.id].value.value),
        compared=words.compared(one.figures),
        amount=amount,
        threshold=threshold,
    )


def reached(one: EarlyWarning) -> str:
    """How much of the threshold is reached."""
    return _("%(share)s %% der Schwelle", share=number(100 * one.share))


def warning_csv(found: Sequence[EarlyWarning]) -> bytes:
    """The list as the filter leaves it."""
    head = [
        _("Planungsraum"), _("Thema"), _("Kennzahl"), _("Hinweis"), _("Was zu sehen ist"), _("Anteil der Schwelle"),
        _("Sicherheit"), _("Zeitraum"), _("Quelle"),
    ]  # fmt: skip
    rows: list[list[Any]] = [
        [
            one.area.name,
            str(one.figures.indicator.topic.label),
            local(one.figures.indicator.name),
            str(one.kind.label),
            sentence(one),
            one.share,
            str(one.certainty.label),
            one.figures.period or "",
            " | ".join(source.text for source in one.figures.sources),
        ]
        for one in found
    ]
    note = _("Hinweise, keine Befunde. Stand %(day)s.", day=date_long(clock.today()))
    return csv_file(head, rows, note=note)

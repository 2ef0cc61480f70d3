"""Reference values of indicators: Land, legal standard, target. Shown beside the county's value; rule 1 compares with
the county unless planners chose one of these kinds for an indicator (`lead_rules`)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.formats import date_short
from portal.core.permissions import require
from portal.core.text import clean_text, one_line
from portal.core.transaction import lock
from portal.indicators import permissions, words
from portal.indicators.catalogue import reference_queries
from portal.indicators.catalogue.reference_models import IndicatorReference, ReferenceDirection, ReferenceKind
from portal.indicators.deliveries.states import VERSION
from portal.indicators.figures import IndicatorFacts
from portal.indicators.models import Indicator
from portal.settings import services as settings

_SOURCE_LENGTH = 500


@dataclass(frozen=True, kw_only=True)
class Written:
    """A reference value as somebody typed it."""

    kind: ReferenceKind
    direction: ReferenceDirection
    value: float
    refers_on: date
    valid_from: date
    valid_to: date | None
    source: str
    note: str = ""


def add(indicator: Indicator, written: Written, *, actor: Actor) -> IndicatorReference:
    """A further reference value. Source and order of days are asked for."""
    require(permissions.may_keep(actor, indicator.department_id))
    indicator = lock(indicator)
    source = one_line(written.source)[:_SOURCE_LENGTH]
    if not source:
        raise Refusal(_("Bitte nennen Sie die Quelle. Ohne Quelle steht hier keine Zahl."), field="source")
    if not math.isfinite(written.value):
        raise Refusal(_("Bitte geben Sie eine Zahl ein, z.\u00a0B. 12,5."), field="value")
    if written.valid_to is not None and written.valid_to < written.valid_from:
        raise Refusal(_("Der letzte Tag liegt vor dem ersten."), field="valid_to")
    found = reference_queries.history(indicator.id)
    made = IndicatorReference(
        indicator_id=indicator.id,
        number=found[0].number + 1 if found else 1,
        kind=written.kind,
        direction=written.direction,
        value=written.value,
        refers_on=written.refers_on,
        valid_from=written.valid_from,
        valid_to=written.valid_to,
        source=source,
        note=clean_text(written.note),
        user_id=actor.user_id,
    )
    db.session.add(made)
    _finish()
    audit.record("indicators.reference_added", subject=indicator, actor=actor, details={"number": made.number})
    return made


def end(indicator: Indicator, number: int, *, reason: str, actor: Actor) -> None:
    """It is compared with no longer; the row stays with the reason. To change one, end it and add another."""
    require(permissions.may_keep(actor, indicator.department_id))
    indicator = lock(indicator)
    found = next((one for one in reference_queries.history(indicator.id) if one.number == number), None)
    if found is None or found.ended_at is not None:
        raise Refusal(_("Dieser Bezugswert gilt nicht mehr."))
    why = one_line(reason)[:_SOURCE_LENGTH]
    if not why:
        raise Refusal(_("Bitte nennen Sie den Grund."), field="reason")
    others = reference_queries.present().get(indicator.id, ())
    if indicator.compared_with.value == found.kind.value and not any(
        one.kind is found.kind for one in others if one is not found
    ):
        raise Refusal(
            _(
                "Die Regel vergleicht diese Kennzahl mit ihm. Tragen Sie erst einen neuen Wert ein, oder legen Sie "
                "unter „Leitkennzahlen“ einen anderen Vergleich fest."
            )
        )
    found.ended_at, found.ended_by, found.ended_why = clock.now(), actor.user_id, why
    _finish()
    audit.record("indicators.reference_ended", subject=indicator, actor=actor, details={"number": number})


def _finish() -> None:
    db.session.flush()
    settings.bump(VERSION)


def in_words(facts: IndicatorFacts, one: IndicatorReference) -> str:
    """`Wert des Landes: 12,3 % (Stand 31.12.2023)`; `Zielwert: mindestens 95 %`."""
    value = words.area_number(facts, one.value)
    if one.direction is not ReferenceDirection.COMPARE:
        value = f"{one.direction.label} {value}"
    return _("%(kind)s: %(value)s (Stand %(day)s)", kind=one.kind.label, value=value, day=date_short(one.refers_on))


def with_source(facts: IndicatorFacts, one: IndicatorReference) -> str:
    """The same with its source."""
    return _("%(words)s. Quelle: %(source)s", words=in_words(facts, one), source=one.source)


def check(one: IndicatorReference, value: float | None) -> str:
    """Whether a value keeps it, in a word; empty where there is nothing to keep."""
    if value is None or one.direction is ReferenceDirection.COMPARE:
        return ""
    return _("nicht erreicht") if is_missed(one, value) else _("erreicht")


def is_missed(one: IndicatorReference, value: float | None) -> bool:
    """Whether a value is on the wrong side of it; never where it is there for comparison only."""
    if value is None or one.direction is ReferenceDirection.COMPARE:
        return False
    return value < one.value if one.direction is ReferenceDirection.AT_LEAST else value > one.value


def beside(facts: IndicatorFacts, found: Sequence[IndicatorReference], value: float | None) -> list[str]:
    """Every reference value in words, with whether the value keeps it."""
    return [" – ".join(part for part in (in_words(facts, one), check(one, value)) if part) for one in found]

"""Handing in own figures. They wait under a batch that nobody sees until the department releases it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from portal.accounts.models import Department
from portal.areas import queries as areas
from portal.areas.composition import Composition
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.formats import date_long
from portal.core.languages import DEFAULT
from portal.core.permissions import require
from portal.core.text import one_line
from portal.indicators import permissions
from portal.indicators.area_population import population_of
from portal.indicators.deliveries import counting
from portal.indicators.deliveries import services as import_services
from portal.indicators.deliveries.reading import ValueRow
from portal.indicators.deliveries.terms import LICENCE_LENGTH
from portal.indicators.forms import BASIS_LENGTH
from portal.indicators.models import ImportBatch
from portal.indicators.own_figures import queries
from portal.indicators.own_figures.hints import Visible, hints
from portal.indicators.own_figures.layout import OwnIndicator
from portal.indicators.own_figures.reading import Entered, Expected, Read
from portal.indicators.parameters import OWN_LICENCE
from portal.indicators.periods import period_end
from portal.indicators.value_states import ValueState
from portal.settings import services as settings

_UNCERTAIN = frozenset({ValueState.PROVISIONAL, ValueState.ESTIMATED})


def hand_in(
    read: Read,
    expected: Expected,
    visible: Visible,
    *,
    department: Department,
    file_name: str,
    sha256: str,
    basis: str = "",
    actor: Actor,
) -> ImportBatch:
    """Keep what was read as a delivery that waits for its release, with what was noticed about it.

    `basis` says where the department has the numbers from; it becomes part of the source printed below them.
    """
    require(permissions.may_hand_in(actor, department.id))
    if not read.entered:
        raise Refusal(_("In der Vorlage ist nichts ausgefüllt."))
    batch = import_services.begin(file_name=file_name, sha256=sha256, actor=actor)
    entered = [corrected(one, visible) for one in read.entered]
    composition = areas.composition_of(areas.own_county())
    rows = [_row(batch.id, one, expected.indicators[one.indicator], composition) for one in entered]
    import_services.write_values(batch.id, rows)
    line = _source(department, one_line(basis)[:BASIS_LENGTH])
    lines = {(row.series_id, row.period): line for row in rows}
    import_services.write_sources(batch.id, lines, licence=one_line(settings.get(OWN_LICENCE))[:LICENCE_LENGTH])
    db.session.flush()
    summary = _summary(entered, expected.indicators, read, visible, composition)
    import_services.conclude(batch, summary, counting.compare(batch), actor=actor)
    return batch


def corrected(one: Entered, visible: Visible) -> Entered:
    """The value as one that replaces another: a different number in place of a final one is a corrected one."""
    before = visible.get(one.indicator, {}).get(one.area_id, {}).get(one.period.text)
    if before is None or before.value is None or one.value is None:
        return one
    if one.state not in {ValueState.REPORTED, ValueState.ZERO}:
        return one
    if before.value == one.value:
        return one._replace(state=before.state) if before.state is ValueState.REVISED else one
    return one if before.state in _UNCERTAIN else one._replace(state=ValueState.REVISED)


def _row(batch_id: int, one: Entered, indicator: OwnIndicator, composition: Composition) -> ValueRow:
    return ValueRow(
        batch_id=batch_id,
        series_id=indicator.series_id,
        area_id=one.area_id,
        period=one.period.text,
        period_kind=one.period.kind.value,
        dimensions="",
        value=one.value,
        text_value=None,
        state=one.state.value,
        # A register knows no census.
        territorial_date=_territory(one, composition).isoformat(),
        census_base=None,
    )


def _territory(one: Entered, composition: Composition) -> date:
    """The day whose boundaries the number is of: its own, or that of the last change known when it was handed in.

    Departments count in the municipalities that the template lists. A change that is entered later, even for a day
    before the delivery, finds numbers of the territory before it, and adds them up.
    """
    changes = [former.until for former in composition.former.values() if former.successor_id == one.area_id]
    return min(clock.today(), max([period_end(one.period.text), *changes]))


def _source(department: Department, basis: str) -> str:
    """The line printed below the figures, in German like all sources."""
    with force_locale(DEFAULT):
        parts = [areas.own_county().official_name, department.name, basis or _("eigene Zahlen")]
        return ", ".join(parts) + ", " + _("geliefert am %(day)s", day=date_long(clock.today()))


def _summary(
    entered: Sequence[Entered],
    indicators: Mapping[str, OwnIndicator],
    read: Read,
    visible: Visible,
    composition: Composition,
) -> dict[str, Any]:
    signs = Counter(one.state.value for one in entered if one.value is None)
    used = {one.indicator for one in entered}
    people = population_of([composition.county.id, *(place.id for place in composition.municipalities)]).people
    # Everybody on the staff reads what was noticed.
    shown = queries.shown(visible, list(indicators.values()))
    return {
        "own": True,
        "values": sum(one.value is not None for one in entered),
        "missing": {},
        "states": dict(sorted(signs.items())),
        "areas": {"matched": len(read.areas), "unknown": 0},
        "periods": sorted({one.period.text for one in entered}),
        "measures": [
            {"code": key, "label": indicators[key].name, "unit": indicators[key].unit} for key in sorted(used)
        ],
        "refused": [],
        "empty": read.empty,
        "hints": [hint.as_json() for hint in hints(read, indicators, composition, shown, people)],
    }

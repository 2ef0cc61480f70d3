"""The register: every entry of the catalogue with who delivers it, when it is due and how old its values are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, not_, select
from sqlalchemy.orm import contains_eager

from portal.accounts.models import Department
from portal.core import clock
from portal.core.actor import Actor
from portal.core.permissions import require
from portal.core.tables import Filter, Listing, listing
from portal.indicators import permissions, words
from portal.indicators.catalogue import queries as catalogue_queries
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.models import Delivery, Indicator, Visibility
from portal.indicators.periods import valid_until
from portal.planning import queries as planning
from portal.planning.models import Topic

PAGE_SIZE = 50
NOBODY = "niemand"
_SOON_DAYS = 60
_YEARS = (2, 5)


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """One entry as the register prints it. `value` and `period` are the county's, empty without values."""

    entry: Indicator
    level: str
    value: str
    period: str
    is_old: bool
    is_late: bool
    due: date | None


def register(
    arguments: Mapping[str, str],
    figures: CountyFigures,
    *,
    actor: Actor,
    path: str,
    page_size: int | None = PAGE_SIZE,
) -> Listing[Any]:
    """All entries, by topic; rows are `RegisterRow`."""
    require(permissions.may_see_register(actor))
    statement = (
        select(Indicator)
        .join(Indicator.topic)
        .outerjoin(Indicator.department)
        .options(contains_eager(Indicator.topic), contains_eager(Indicator.department))
    )
    found = listing(
        statement,
        arguments,
        path=path,
        sorts={
            "thema": (Topic.position, not_(Indicator.in_use), Indicator.position, Indicator.id),
            "name": (Indicator.sort_key, Indicator.id),
            "faellig": (Indicator.next_due.is_(None), Indicator.next_due, Indicator.sort_key, Indicator.id),
            "fachbereich": (Department.sort_key.is_(None), Department.sort_key, Indicator.sort_key, Indicator.id),
        },
        default_sort="thema",
        search=Indicator.search_key,
        names=Indicator.name,
        search_label=_("Kennzahl suchen"),
        filters=_filters(figures),
        page_size=page_size,
    )
    found.rows = [_row(entry, figures.find(entry.key)) for entry in found.rows]
    return found


def _filters(figures: CountyFigures) -> tuple[Filter, ...]:
    today = clock.today()
    soon = today + timedelta(days=_SOON_DAYS)
    ages = _by_age(figures, today)
    return (
        Filter(
            "thema",
            _("Thema"),
            [("", _("alle Themen")), *((topic.key, topic.label) for topic in planning.topics())],
            lambda value: Topic.key == value,
        ),
        Filter(
            "fachbereich",
            _("Fachbereich"),
            [("", _("alle Fachbereiche")), (NOBODY, _("niemand")), *catalogue_queries.department_choices()],
            _of_department,
        ),
        Filter(
            "faellig",
            _("Nächste Lieferung"),
            [
                ("", _("alle")),
                ("ueberfaellig", _("überfällig")),
                ("bald", _("in den nächsten %(days)s Tagen", days=_SOON_DAYS)),
                ("ohne", _("ohne Termin")),
            ],
            lambda value: {
                "ueberfaellig": Indicator.next_due < today,
                "bald": Indicator.next_due.between(today, soon),
                "ohne": Indicator.next_due.is_(None),
            }[value],
        ),
        Filter(
            "verwendung",
            _("Verwendung"),
            [
                ("", _("alle")),
                ("ja", _("in Benutzung")),
                ("nein", _("nicht in Benutzung")),
                ("stillgelegt", _("stillgelegt")),
            ],
            _in_use,
        ),
        Filter(
            "sichtbar",
            _("Sichtbar für"),
            [("", _("alle")), *Visibility.choices()],
            lambda value: Indicator.visibility == Visibility(value),
        ),
        Filter(
            "herkunft",
            _("Herkunft"),
            [("", _("alle")), ("files", _("Dateien der Ämter")), ("own", _("eigene Zahlen"))],
            lambda value: Indicator.delivery == Delivery(value),
        ),
        Filter(
            "alter",
            _("Neuester Wert"),
            [
                ("", _("jedes Alter")),
                ("2", _("höchstens 2 Jahre alt")),
                ("5", _("3 bis 5 Jahre alt")),
                ("aelter", _("älter als 5 Jahre")),
                ("zu-alt", _("älter als seine Altersgrenze")),
                ("ohne", _("noch ohne Werte")),
            ],
            lambda value: _of_age(value, ages),
        ),
    )


def _in_use(value: str) -> ColumnElement[bool]:
    if value == "stillgelegt":
        return Indicator.retired_on.is_not(None)
    return Indicator.in_use.is_(True) if value == "ja" else and_(not_(Indicator.in_use), Indicator.retired_on.is_(None))


def _of_department(value: str) -> ColumnElement[bool]:
    if value == NOBODY:
        return Indicator.department_id.is_(None)
    return Indicator.department.has(Department.public_id == value)


def _of_age(value: str, ages: Mapping[str, set[str]]) -> ColumnElement[bool]:
    if value == "ohne":
        return Indicator.key.not_in(ages["2"] | ages["5"] | ages["aelter"])
    return Indicator.key.in_(ages[value])


def _by_age(figures: CountyFigures, today: date) -> dict[str, set[str]]:
    """Keys of the entries with values, by the age of the newest one."""
    found: dict[str, set[str]] = {"2": set(), "5": set(), "aelter": set(), "zu-alt": set()}
    young, older = _YEARS
    for key, one in {**figures.indicators, **figures.further}.items():
        if not one.has_values or one.period is None:
            continue
        if valid_until(one.period, young) >= today:
            found["2"].add(key)
        else:
            found["5" if valid_until(one.period, older) >= today else "aelter"].add(key)
        if is_old(one, today):
            found["zu-alt"].add(key)
    return found


def is_old(figures: IndicatorFigures, today: date) -> bool:
    """Whether the shown period has passed the entry's age limit."""
    period = figures.period
    return period is not None and valid_until(period, figures.indicator.rule.age_limit_years) < today


def _row(entry: Indicator, figures: IndicatorFigures | None) -> RegisterRow:
    has_values = figures is not None and figures.has_values
    return RegisterRow(
        entry=entry,
        level=words.level(figures) if figures is not None and has_values else "",
        value=words.county_value(figures.indicator, figures.county) if figures is not None and has_values else "",
        period=words.period_short(figures.period) if figures is not None and has_values else "",
        is_old=figures is not None and has_values and is_old(figures, clock.today()),
        is_late=entry.next_due is not None and entry.next_due < clock.today(),
        due=entry.next_due,
    )

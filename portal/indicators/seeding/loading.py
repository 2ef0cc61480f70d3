"""The shipped catalogue, series and values, written into the tables. Needs areas, attributions and topics."""

import hashlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, exists, insert, select

from portal.areas.models import Area, AreaKind, Attribution
from portal.audit import services as audit
from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import SYSTEM, Actor
from portal.core.database import db
from portal.core.permissions import require
from portal.core.seed_files import SeedError
from portal.indicators import natures, periods, units
from portal.indicators.aggregation import Aggregation
from portal.indicators.catalogue.revision_models import IndicatorRevision
from portal.indicators.models import (
    BatchState,
    ImportBatch,
    ImportBatchEvent,
    Indicator,
    IndicatorSeries,
    Series,
    SeriesSource,
    SeriesValue,
)
from portal.indicators.natures import Nature
from portal.indicators.seeding.demo import DemoIndicatorSeed, read_demo_indicators
from portal.indicators.seeding.files import (
    CatalogueSeed,
    LegendSeed,
    SeriesAttributions,
    read_catalogue,
    read_legend,
    read_series_attributions,
    read_values,
)
from portal.indicators.seeding.rates import AwaitedSeed, put_rate, read_awaited, read_rates
from portal.indicators.signals import Standard
from portal.planning.models import Topic
from portal.settings import services as settings

VALUES_FILE = "indicator_values.csv"
# Rows go straight into the tables: building an object for each would take most of the time.
_VALUES = cast(Table, SeriesValue.__table__)
_SOURCES = cast(Table, SeriesSource.__table__)


def seed_indicators(*, actor: Actor = SYSTEM, folder: Path = SEEDS) -> bool:
    """Write series, catalogue, the indicators in use and all shipped values under one active batch.

    Needs an open transaction. Repeated, it adds what is missing, a rate that came later also to an entry that nobody
    has edited or fed, and touches nothing else: neither an edited indicator nor a batch that was undone. Says whether
    it wrote anything. A key that no area has is a fault of the seeds (`SeedError`).
    """
    require(actor.is_system)
    legend = read_legend(folder)
    series = _seed_series({**legend, **{seed.code: seed for seed in read_awaited(folder)}})
    is_catalogue_new = _seed_catalogue(folder, series, legend)
    are_values_new = _seed_values(folder, series, legend, actor)
    if not (is_catalogue_new or are_values_new):
        return False
    settings.bump("figures")
    db.session.flush()
    return True


def _seed_series(seeds: Mapping[str, LegendSeed | AwaitedSeed]) -> dict[str, Series]:
    known = {
        series.code: series
        for series in db.session.execute(select(Series)).scalars()
        if series.code in seeds and seeds[series.code].unit == series.unit
    }
    for code, seed in seeds.items():
        if code not in known:
            known[code] = found = Series(
                code=code,
                unit=seed.unit,
                title=seed.title,
                definition=seed.definition,
                data_basis=seed.data_basis,
                note=seed.note,
            )
            db.session.add(found)
    db.session.flush()
    return known


def _seed_catalogue(folder: Path, series: Mapping[str, Series], legend: Mapping[str, LegendSeed]) -> bool:
    topics = {topic.key: topic for topic in db.session.execute(select(Topic)).scalars()}
    known = set(db.session.execute(select(Indicator.key)).scalars())
    is_new = False
    demo = {seed.catalogue_key or seed.key: seed for seed in read_demo_indicators(folder).indicators}
    order = {key: position for position, key in enumerate(demo)}
    catalogue = {seed.key: seed for seed in read_catalogue(folder)}
    rates = {seed.key: seed for seed in read_rates(folder)}
    for position, key in enumerate([*catalogue, *(key for key in demo if key not in catalogue)]):
        if key in known or key in rates:
            continue
        entry, used = catalogue.get(key), demo.get(key)
        if entry is not None:
            indicator = _of_catalogue(entry, topics)
        elif used is not None and used.series is not None:
            indicator = _of_legend(used, legend[used.series], topics)
        else:
            raise SeedError("demo/indicators.yaml", key, "real_values_id", "neither in the catalogue nor in the legend")
        indicator.position = order.get(key, len(order) + position)
        if used is not None:
            _put_in_use(indicator, used, topics)
        _link(indicator, entry, used, series)
        db.session.add(indicator)
        is_new = True
    empty = _nobody_filled(rates)
    # They follow the others of their topic.
    for position, (key, rate) in enumerate(rates.items(), start=len(order)):
        entry, present = catalogue.get(key), empty.get(key)
        if key in known and present is None:
            continue
        if present is None:
            present = Indicator(key=key) if entry is None else _of_catalogue(entry, topics)
        put_rate(present, rate, topics, series).position = position
        db.session.add(present)
        is_new = True
    db.session.flush()
    return is_new


def _nobody_filled(keys: Collection[str]) -> dict[str, Indicator]:
    """Of these entries those that nobody edited and nothing feeds: they came before there was anything to feed them."""
    statement = select(Indicator).where(
        Indicator.key.in_(keys),
        ~Indicator.rate.has(),
        ~Indicator.series_links.any(),
        ~exists().where(IndicatorRevision.indicator_id == Indicator.id),
    )
    return {found.key: found for found in db.session.scalars(statement)}


def _of_catalogue(seed: CatalogueSeed, topics: Mapping[str, Topic]) -> Indicator:
    unit = units.printed(seed.unit)
    return Indicator(
        key=seed.key,
        name=seed.name,
        topic=topics[seed.topic],
        definition=seed.definition,
        formula=seed.formula,
        unit=units.on_screen(seed.unit),
        unit_short=unit.short,
        decimals=unit.decimals,
        polarity=seed.polarity,
        nature=natures.of_unit(seed.unit),
        aggregation=Aggregation.NONE,
        smallest_level=seed.smallest_level,
        periodicity=seed.periodicity,
        delivery_months=periods.months_between(seed.periodicity),
        typical_source=seed.typical_source,
        used_in=seed.used_in,
        note=seed.note,
    )


def _of_legend(seed: DemoIndicatorSeed, legend: LegendSeed, topics: Mapping[str, Topic]) -> Indicator:
    """An indicator in use that the catalogue does not hold; its series says what it is."""
    unit = units.printed(legend.unit)
    return Indicator(
        key=seed.key,
        name=legend.title,
        topic=topics[seed.topic],
        definition=legend.definition,
        unit=units.on_screen(legend.unit),
        unit_short=unit.short,
        decimals=unit.decimals,
        polarity=seed.rule.polarity,
        nature=natures.of_unit(legend.unit),
        aggregation=Aggregation.NONE,
        smallest_level="Gemeinde",
        typical_source=legend.data_basis,
    )


def _put_in_use(indicator: Indicator, seed: DemoIndicatorSeed, topics: Mapping[str, Topic]) -> None:
    standard: Standard | None = seed.rule.standard
    indicator.in_use = True
    indicator.topic = topics[seed.topic]
    indicator.explanation = seed.explanation
    indicator.caveat = seed.caveat
    indicator.polarity = seed.rule.polarity
    indicator.aggregation = seed.aggregation
    if seed.aggregation is Aggregation.SUM:
        indicator.nature = Nature.COUNT
    indicator.threshold = seed.threshold
    indicator.rate_basis = seed.rate_basis
    indicator.min_difference = seed.rule.min_difference
    indicator.min_difference_kind = seed.rule.min_difference_kind
    indicator.age_limit_years = seed.rule.age_limit_years
    indicator.correlation_group = seed.correlation_group
    indicator.is_lead = seed.is_lead
    indicator.standard_source = seed.standard_source
    if standard is not None:
        indicator.standard_value = standard.value
        indicator.standard_scope = standard.scope
        indicator.standard_tolerance = standard.tolerance
    name, unit = units.on_screen(seed.unit), units.printed(seed.unit)
    if seed.aggregation is Aggregation.POPULATION_SHARE:
        indicator.area_unit, indicator.area_unit_short = name, unit.short
    elif name != indicator.unit:
        indicator.unit, indicator.unit_short, indicator.decimals = name, unit.short, unit.decimals


def _link(
    indicator: Indicator, entry: CatalogueSeed | None, used: DemoIndicatorSeed | None, series: Mapping[str, Series]
) -> None:
    code = used.series if used is not None else None
    if code is None and entry is not None and len(entry.series) == 1:
        code = entry.series[0]
    # Several series are numerator and denominator or parts of a sum: none of them alone is the indicator.
    if code is not None:
        # The newest period counts, so that the next delivery is seen without anybody touching the catalogue.
        indicator.series_links.append(IndicatorSeries(series=series[code]))


def _seed_values(folder: Path, series: Mapping[str, Series], legend: Mapping[str, LegendSeed], actor: Actor) -> bool:
    digest = hashlib.sha256((folder / VALUES_FILE).read_bytes()).hexdigest()
    if db.session.execute(select(ImportBatch.id).where(ImportBatch.sha256 == digest)).first() is not None:
        return False
    batch = ImportBatch(
        file_name=VALUES_FILE,
        sha256=digest,
        file_format="long",
        encoding="utf-8",
        state=BatchState.ACTIVE,
        activated_at=clock.now(),
    )
    db.session.add(batch)
    db.session.flush()
    attributions = read_series_attributions(folder)
    rows = _value_rows(folder, series, attributions, batch.id)
    db.session.execute(insert(_VALUES), rows)
    _seed_sources(rows, series, legend, attributions, batch.id)
    batch.new_values = len(rows)
    batch.summary = {"seeds": True}
    db.session.add(ImportBatchEvent(batch_id=batch.id, old_state=None, new_state=BatchState.ACTIVE))
    db.session.flush()
    audit.record("indicators.seeded", subject=batch, actor=actor, details={"values": len(rows)})
    return True


def _value_rows(
    folder: Path, series: Mapping[str, Series], attributions: SeriesAttributions, batch_id: int
) -> list[dict[str, Any]]:
    places = select(Area.key, Area.id).where(Area.kind.in_((AreaKind.COUNTY, AreaKind.MUNICIPALITY)))
    area_ids = {key: id_ for key, id_ in db.session.execute(places) if key is not None}
    rows = []
    for seed in read_values(folder):
        if seed.ags not in area_ids:
            raise SeedError(VALUES_FILE, seed.ags, "ags", "no such area")
        rows.append(
            {
                "batch_id": batch_id,
                "series_id": series[seed.series].id,
                "area_id": area_ids[seed.ags],
                "period": seed.period,
                "period_kind": seed.period_kind,
                "dimensions": "",
                "value": seed.value,
                "text_value": seed.text,
                "state": seed.state,
                "territorial_date": seed.territorial_date,
                "census_base": attributions.of(seed.series, seed.period).census_base,
            }
        )
    return rows


def _seed_sources(
    rows: list[dict[str, Any]],
    series: Mapping[str, Series],
    legend: Mapping[str, LegendSeed],
    attributions: SeriesAttributions,
    batch_id: int,
) -> None:
    codes = {found.id: code for code, found in series.items()}
    known = set(db.session.execute(select(Attribution.key)).scalars())
    sources = []
    for series_id, period in sorted({(row["series_id"], row["period"]) for row in rows}):
        code = codes[series_id]
        found = attributions.of(code, period)
        if found.attribution.key not in known:
            raise SeedError("attributions.yaml", found.attribution.key, "attributions", "not seeded yet")
        sources.append(
            {
                "batch_id": batch_id,
                "series_id": series_id,
                "period": period,
                "text": found.source_line(legend[code].data_basis),
                "attribution_key": found.attribution.key,
            }
        )
    db.session.execute(insert(_SOURCES), sources)

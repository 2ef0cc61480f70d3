"""Source and licence of deliveries whose form says nothing about their publisher: somebody has to name them."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import or_, select, update

from portal.areas.models import Attribution
from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.core.permissions import require
from portal.core.text import one_line
from portal.core.transaction import lock
from portal.indicators import permissions, queries
from portal.indicators.deliveries.states import VERSION
from portal.indicators.figures import SourceFacts
from portal.indicators.imports.formats import Format
from portal.indicators.imports.publishers import PUBLISHERS
from portal.indicators.models import BatchState, ImportBatch, SeriesSource
from portal.settings import services as settings

SOURCE_LENGTH = 500
LICENCE_LENGTH = 200
MOST_NAMED = 12
_NAMELESS = frozenset(one.value for one in Format if one not in PUBLISHERS)


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a delivery says of itself: the lines about its sources (empty where values have none), the licence named."""

    sources: Sequence[str]
    licence: str

    @property
    def lacks_source(self) -> bool:
        return not self.sources or "" in self.sources


def of(batch: ImportBatch) -> Terms | None:
    """None where the publisher is known by the form of the file, or nothing was read."""
    if batch.file_format not in _NAMELESS:
        return None
    rows = db.session.execute(
        select(SeriesSource.text, SeriesSource.licence)
        .where(SeriesSource.batch_id == batch.id, SeriesSource.attribution_key.is_(None))
        .distinct()
        .order_by(SeriesSource.text, SeriesSource.licence)
    ).all()
    if not rows:
        return None
    licences = {row.licence for row in rows}
    return Terms(
        sources=list(dict.fromkeys(row.text for row in rows)),
        licence="" if "" in licences else ", ".join(sorted(licences)),
    )


def named(batch: ImportBatch) -> list[SourceFacts]:
    """Whom the values of a delivery are from and under which terms, as everybody reads it below them, each line once.

    At most `MOST_NAMED` of a file with a source in every row; two queries.
    """
    lines = db.session.execute(
        select(SeriesSource.text, SeriesSource.licence, SeriesSource.attribution_key)
        .where(SeriesSource.batch_id == batch.id)
        .distinct()
        .order_by(SeriesSource.text, SeriesSource.licence, SeriesSource.attribution_key)
        .limit(MOST_NAMED)
    ).all()
    keys = {key for _text, _licence, key in lines if key is not None}
    known = {one.key: one for one in db.session.scalars(select(Attribution).where(Attribution.key.in_(keys)))}
    return [queries.facts_of(text, licence, None if key is None else known[key]) for text, licence, key in lines]


def is_asked(batch: ImportBatch) -> bool:
    """Whether source or licence are still missing."""
    return bool(asked_among([batch]))


def asked_among(batches: Sequence[ImportBatch]) -> list[ImportBatch]:
    """Those of these batches whose source or licence is still missing, in their order; one query."""
    nameless = [one.id for one in batches if one.file_format in _NAMELESS]
    if not nameless:
        return []
    missing = (
        select(SeriesSource.batch_id)
        .where(
            SeriesSource.batch_id.in_(nameless),
            SeriesSource.attribution_key.is_(None),
            or_(SeriesSource.licence == "", SeriesSource.text == ""),
        )
        .distinct()
    )
    ids = set(db.session.scalars(missing))
    return [one for one in batches if one.id in ids]


def asked_like(batch: ImportBatch, others: Sequence[ImportBatch]) -> list[ImportBatch]:
    """Those of the others that lack the same and name the same sources as the batch; two queries."""
    asked = [one for one in asked_among(others) if one.id != batch.id]
    if not asked:
        return []
    statement = (
        select(SeriesSource.batch_id, SeriesSource.text)
        .where(SeriesSource.batch_id.in_([batch.id, *(one.id for one in asked)]))
        .distinct()
    )
    named: dict[int, set[str]] = {}
    for batch_id, text in db.session.execute(statement):
        named.setdefault(batch_id, set()).add(text)
    return [one for one in asked if named.get(one.id) == named.get(batch.id)]


def used_before(sources: Sequence[str]) -> str:
    """The licence that was named last for one of these sources; empty if there is none."""
    named = (
        select(SeriesSource.licence)
        .where(SeriesSource.text.in_([one for one in sources if one]), SeriesSource.licence != "")
        .order_by(SeriesSource.batch_id.desc())
        .limit(1)
    )
    return db.session.scalars(named).first() or ""


def name(batch: ImportBatch, *, source: str, licence: str, actor: Actor) -> None:
    """Keep the licence for everything the delivery brings, and the source for what has none.

    `Refusal` at its field where one is missing or too long.
    """
    require(permissions.may_discard(actor, batch.created_by))
    lock(batch)
    found = of(batch)
    if found is None:
        raise Refusal(_("Diese Lieferung nennt ihre Quelle selbst."))
    clean, terms = one_line(source), one_line(licence)
    if found.lacks_source and not clean:
        raise Refusal(_("Bitte nennen Sie die Quelle. Ohne Quelle steht hier keine Zahl."), field="source")
    if not terms:
        raise Refusal(_("Bitte nennen Sie die Lizenz oder die Bedingungen der Nutzung."), field="licence")
    for text, limit, field in ((clean, SOURCE_LENGTH, "source"), (terms, LICENCE_LENGTH, "licence")):
        if len(text) > limit:
            raise Refusal(_("Bitte kürzen Sie auf höchstens %(limit)s Zeichen.", limit=limit), field=field)
    rows = (SeriesSource.batch_id == batch.id, SeriesSource.attribution_key.is_(None))
    db.session.execute(update(SeriesSource).where(*rows).values(licence=terms))
    if clean:
        db.session.execute(update(SeriesSource).where(*rows, SeriesSource.text == "").values(text=clean))
    if batch.state is BatchState.ACTIVE:
        settings.bump(VERSION)  # pages that keep the figures in memory name the terms as well
    db.session.flush()
    audit.record("import.terms_named", subject=batch, actor=actor)

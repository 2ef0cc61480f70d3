"""What taking over a file about places did, or would do; and what both kinds of files share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from portal.areas.extension import FiguresTaken
from portal.areas.models import Area, AreaFile, AreaImport, AreaKind
from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Refusal
from portal.settings import services as settings


@dataclass(frozen=True)
class FileFacts:
    """The file itself."""

    name: str
    sha256: str
    encoding: str


@dataclass(frozen=True)
class Changed:
    """One fact of a place that is another than before, in words."""

    key: str
    name: str
    what: str
    old: str
    new: str


@dataclass
class Outcome:
    """What taking over did, or would do. `matched` counts areas that were there already."""

    territorial_date: date
    counties: list[str] = field(default_factory=list)
    matched: int = 0
    new: list[tuple[str, str]] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: FiguresTaken | None = None
    is_new_source: bool = False
    import_id: str | None = None

    @property
    def nothing_new(self) -> bool:
        brought = self.figures is not None and self.figures.batch is not None
        return not (self.new or self.changed or self.is_new_source or brought)

    @property
    def changed_areas(self) -> int:
        return len({change.key for change in self.changed})

    def counts(self) -> dict[str, int]:
        return {
            "matched": self.matched, "new": len(self.new), "changed": self.changed_areas, "gone": len(self.gone),
        }  # fmt: skip


def counties() -> Sequence[Area]:
    """The own county first; `Refusal` before the seeds are in."""
    statement = select(Area).where(Area.kind == AreaKind.COUNTY).order_by(Area.is_own.desc(), Area.key)
    found = db.session.execute(statement).scalars().all()
    if not found or not found[0].is_own:
        raise Refusal(_("Das Portal kennt seinen Landkreis noch nicht. Zuerst: portal seed"))
    return found


def municipalities(county: Area) -> Sequence[Area]:
    statement = select(Area).where(Area.kind == AreaKind.MUNICIPALITY, Area.county_id == county.id)
    return db.session.execute(statement.order_by(Area.key)).scalars().all()


def existed(area: Area, day: date) -> bool:
    return (area.valid_from is None or area.valid_from <= day) and (area.valid_to is None or area.valid_to > day)


def conclude(outcome: Outcome, kind: AreaFile, attribution_key: str, file: FileFacts, *, actor: Actor) -> None:
    """Note what was taken over, where anything was: a row, the data version, the audit."""
    if outcome.nothing_new:
        return
    row = AreaImport(
        file_name=file.name[:200],
        sha256=file.sha256,
        file_format=kind,
        encoding=file.encoding,
        territorial_date=outcome.territorial_date,
        attribution_key=attribution_key,
        summary={
            "areas": outcome.counts(),
            "gone": [f"{name} ({key})" for key, name in outcome.gone],
            "new": [f"{name} ({key})" for key, name in outcome.new],
            "batch": None if outcome.figures is None else outcome.figures.batch,
        },
        created_by_id=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    settings.bump("areas")
    db.session.flush()
    audit.record("areas.imported", subject=row, actor=actor, details=outcome.counts())
    outcome.import_id = row.public_id

"""Making a social index and changing what it is made of; every version is kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.attributes import flag_modified

from portal.audit import services as audit
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, NotFound, Refusal
from portal.core.permissions import require
from portal.core.seed_words import local
from portal.core.transaction import lock
from portal.indicators import natures, permissions
from portal.indicators.aggregation import Aggregation
from portal.indicators.figures import CountyFigures, IndicatorFigures
from portal.indicators.models import Polarity
from portal.indicators.natures import Nature
from portal.indicators.social_index.computation import FEWEST_PARTS, FEWEST_PLACES, Part, Result, compute
from portal.indicators.social_index.models import MissingRule, SocialIndex, SocialIndexPart, SocialIndexVersion

HEAVIEST = 10.0


@dataclass(frozen=True, kw_only=True)
class Composition:
    """What somebody chose: indicators by key with their weights, and the rule for missing values."""

    name: str
    weights: Mapping[str, float]
    rule: MissingRule
    reason: str


def indices(actor: Actor) -> list[SocialIndex]:
    """All indices by name, with their versions."""
    require(permissions.may_see_indices(actor))
    statement = select(SocialIndex).options(selectinload(SocialIndex.versions)).order_by(SocialIndex.name)
    return list(db.session.scalars(statement))


def find(public_id: str, *, actor: Actor) -> SocialIndex:
    """An index with all versions and parts; `NotFound` if there is none."""
    require(permissions.may_see_indices(actor))
    parts = selectinload(SocialIndex.versions).selectinload(SocialIndexVersion.parts)
    statement = (
        select(SocialIndex)
        .where(SocialIndex.public_id == public_id)
        .options(parts.joinedload(SocialIndexPart.indicator))
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def eligible(figures: CountyFigures) -> list[IndicatorFigures]:
    """Indicators that may go in: rates, shares and means with a favourable side and enough municipalities.

    Counts would turn the size of a town into a burden.
    """
    return [
        one
        for one in figures.indicators.values()
        if one.indicator.polarity is not Polarity.NEUTRAL and len(one.numbers) >= FEWEST_PLACES and not is_count(one)
    ]


def is_count(one: IndicatorFigures) -> bool:
    """Whether the numbers grow with the place: everything that is added up, and counts that nobody adds up."""
    facts = one.indicator
    is_added = facts.aggregation is Aggregation.SUM or facts.counts_cases
    return is_added or (facts.aggregation is Aggregation.NONE and natures.of_unit(facts.unit) is Nature.COUNT)


def create(wanted: Composition, figures: CountyFigures, *, actor: Actor) -> SocialIndex:
    """A new index with its first version."""
    require(permissions.may_change_indices(actor))
    _require_sound(wanted, figures)
    index = SocialIndex(name=wanted.name)
    db.session.add(index)
    db.session.flush()
    _add_version(index, 1, wanted, figures, actor)
    audit.record("social_index.created", subject=index, actor=actor)
    return index


def change(
    index: SocialIndex, wanted: Composition, figures: CountyFigures, *, edition: int, actor: Actor
) -> SocialIndexVersion:
    """A new version; `Conflict` if somebody made another one since the form was opened."""
    require(permissions.may_change_indices(actor))
    lock(index)
    if index.edition != edition:
        raise Conflict(
            _("Inzwischen hat jemand den Index geändert. Bitte vergleichen Sie und speichern Sie noch einmal.")
        )
    _require_sound(wanted, figures)
    if not wanted.reason:
        raise Refusal(_("Bitte sagen Sie, warum Sie den Index ändern."), field="reason")
    index.name = wanted.name
    flag_modified(index, "name")
    version = _add_version(index, index.latest.number + 1, wanted, figures, actor)
    audit.record("social_index.changed", subject=index, actor=actor)
    return version


def result_of(version: SocialIndexVersion, figures: CountyFigures) -> Result | None:
    """The index from the figures of today; None where too few values are left for it."""
    weights = {part.indicator.key: part.weight for part in version.parts}
    found = {key: figures.find(key) for key in weights}
    known = {key: one for key, one in found.items() if one is not None}
    if len(known) < len(weights):
        return None
    return _compute(weights, known, version.rule, figures)


def _compute(
    weights: Mapping[str, float], known: Mapping[str, IndicatorFigures], rule: MissingRule, figures: CountyFigures
) -> Result | None:
    parts = [
        Part(
            key=key,
            name=known[key].indicator.name,
            polarity=known[key].indicator.polarity,
            weight=weight,
            values={id_: shown.value for id_, shown in known[key].municipal.items() if shown.value is not None},
        )
        for key, weight in weights.items()
    ]
    try:
        return compute(parts, [place.id for place in figures.composition.municipalities], least_share=rule.least_share)
    except ValueError:
        return None


def _require_sound(wanted: Composition, figures: CountyFigures) -> None:
    if not wanted.name:
        raise Refusal(_("Bitte geben Sie dem Index einen Namen."), field="name")
    if len(wanted.weights) < FEWEST_PARTS:
        raise Refusal(_("Ein Index braucht mindestens zwei Kennzahlen. Bitte geben Sie zwei ein Gewicht über null."))
    if any(not 0 < weight <= HEAVIEST for weight in wanted.weights.values()):
        raise Refusal(_("Gewichte liegen zwischen 0 und %(most)s.", most=round(HEAVIEST)))
    counted = [figures.indicators[key] for key in wanted.weights if key in figures.indicators]
    counted = [one for one in counted if is_count(one)]
    if counted:
        raise Refusal(
            _(
                "„%(name)s“ ist eine Anzahl: In großen Orten ist sie immer höher, auch wenn es den Menschen dort nicht"
                " schlechter geht. In den Index gehören Quoten, Anteile und Mittelwerte.",
                name=local(counted[0].indicator.name),
            )
        )
    allowed = {one.indicator.key: one for one in eligible(figures)}
    if not wanted.weights.keys() <= allowed.keys():
        raise Refusal(_("Eine der Kennzahlen hat keine günstige Richtung oder zu wenige Werte."))
    if _compute(wanted.weights, allowed, wanted.rule, figures) is None:
        raise Refusal(
            _("Zu wenige Gemeinden haben alle Werte. Bitte lassen Sie eine Kennzahl weg oder ändern Sie die Regel.")
        )


def _add_version(
    index: SocialIndex, number: int, wanted: Composition, figures: CountyFigures, actor: Actor
) -> SocialIndexVersion:
    version = SocialIndexVersion(
        index_id=index.id, number=number, missing_rule=wanted.rule.value, reason=wanted.reason, user_id=actor.user_id
    )
    version.parts = [
        SocialIndexPart(indicator_id=figures.indicators[key].indicator.id, weight=weight, position=position)
        for position, (key, weight) in enumerate(wanted.weights.items())
    ]
    db.session.add(version)
    db.session.flush()
    return version

"""Changing planning areas and localities. Who belongs to which planning area is changed in `regrouping`."""

from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import select, update

from portal.areas import permissions, queries
from portal.areas.models import Area, AreaKind, AreaMembership, MembershipKind
from portal.areas.slugs import checked_slug, free_slug
from portal.audit import services as audit
from portal.core import clock
from portal.core.actor import Actor
from portal.core.database import db
from portal.core.errors import Conflict, Refusal
from portal.core.formats import date_long
from portal.core.permissions import require
from portal.core.text import clean_text, fold, one_line
from portal.core.transaction import lock
from portal.settings import services as settings

NAME_LENGTH = 120
CHARACTER_LENGTH = 120
DESCRIPTION_LENGTH = 4000
FULL_NAME_LENGTH = 200


def create_planning_area(
    *,
    name: str,
    slug: str = "",
    character: str = "",
    description: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    actor: Actor,
) -> Area:
    """A planning area of the own county, without members. An empty slug is made of the name."""
    require(permissions.may_plan(actor))
    county = lock(queries.own_county())
    area = Area(kind=AreaKind.PLANNING_AREA, county_id=county.id, is_own=True)
    _describe(area, name=name, slug=slug, character=character, description=description)
    area.valid_from, area.valid_to = valid_from or clock.today(), valid_to
    _require_order(area)
    db.session.add(area)
    _finish("areas.planning_area_created", area, actor)
    return area


def change_planning_area(
    area: Area,
    *,
    name: str,
    slug: str,
    character: str,
    description: str,
    valid_from: date | None,
    valid_to: date | None,
    edition: int | None = None,
    actor: Actor,
) -> None:
    """New words or another lifetime for a planning area.

    `edition` is the one the form was filled in on; `Conflict` if somebody saved another since. A lifetime that
    would cut off a membership is refused.
    """
    require(permissions.may_plan(actor))
    lock(queries.own_county())
    area = lock(area)
    if edition is not None and edition != area.edition:
        raise Conflict(_("Jemand anderes hat diesen Planungsraum inzwischen geändert."))
    _describe(area, name=name, slug=slug, character=character, description=description)
    area.valid_from, area.valid_to = valid_from, valid_to
    _require_order(area)
    _require_members_inside(area)
    _finish("areas.planning_area_changed", area, actor)


def archive_planning_area(area: Area, *, from_day: date, actor: Actor) -> None:
    """End a planning area: from that day on it no longer exists. Refused while members are left."""
    require(permissions.may_plan(actor))
    lock(queries.own_county())
    area = lock(area)
    area.valid_to = from_day
    _require_order(area)
    _require_members_inside(area)
    _finish("areas.planning_area_archived", area, actor)


def confirm_assignments(area: Area, *, actor: Actor) -> int:
    """Say that the present members of a planning area are decided, not an example; the number of those changed."""
    require(permissions.may_plan(actor))
    lock(queries.own_county())
    changed = db.session.execute(
        update(AreaMembership)
        .where(
            AreaMembership.group_id == area.id,
            AreaMembership.kind == MembershipKind.PLANNING_AREA,
            AreaMembership.is_example,
            AreaMembership.valid_to.is_(None) | (AreaMembership.valid_to > clock.today()),
        )
        .values(is_example=False)
        .returning(AreaMembership.id)
    ).all()
    if changed:
        _finish("areas.assignments_confirmed", area, actor)
    return len(changed)


def create_locality(municipality: Area, *, name: str, description: str = "", actor: Actor) -> Area:
    """A locality of an own municipality, from today on."""
    require(permissions.may_plan(actor))
    municipality = lock(municipality)
    if municipality.kind is not AreaKind.MUNICIPALITY or not municipality.is_own:
        raise Refusal(_("Ortsteile gibt es nur in Städten und Gemeinden des eigenen Landkreises."))
    area = Area(
        kind=AreaKind.LOCALITY, county_id=municipality.county_id, is_own=True, name=_locality_name(municipality, name)
    )
    area.official_name = locality_full_name(area.name, municipality)
    area.description = _text(description)
    area.slug = free_slug(f"{municipality.slug} {area.name}", taken=_slugs(AreaKind.LOCALITY))
    db.session.add(area)
    db.session.flush()
    db.session.add(
        AreaMembership(
            kind=MembershipKind.MUNICIPALITY,
            group_id=municipality.id,
            member_id=area.id,
            valid_from=clock.today(),
        )
    )
    _finish("areas.locality_created", area, actor)
    return area


def change_locality(locality: Area, *, name: str, description: str, actor: Actor) -> None:
    """Another name or description; the address stays."""
    require(permissions.may_plan(actor))
    municipality = lock(_municipality_of(locality))
    locality = lock(locality)
    locality.name = _locality_name(municipality, name, other_than=locality)
    locality.official_name = locality_full_name(locality.name, municipality)
    locality.description = _text(description)
    _finish("areas.locality_changed", locality, actor)


def archive_locality(locality: Area, *, actor: Actor) -> None:
    """Let the locality end with the present day; what refers to it keeps its name."""
    require(permissions.may_plan(actor))
    lock(_municipality_of(locality))
    locality = lock(locality)
    _let_end(locality, clock.today() + timedelta(days=1))
    _finish("areas.locality_archived", locality, actor)


def restore_locality(locality: Area, *, actor: Actor) -> None:
    """Undo of `archive_locality`."""
    require(permissions.may_plan(actor))
    municipality = lock(_municipality_of(locality))
    locality = lock(locality)
    _locality_name(municipality, locality.name, other_than=locality)
    _let_end(locality, None)
    _finish("areas.locality_restored", locality, actor)


def _describe(area: Area, *, name: str, slug: str, character: str, description: str) -> None:
    area.name = _name(name)
    area.official_name = area.name
    taken = _slugs(area.kind, other_than=area)
    area.slug = checked_slug(slug, taken=taken) if slug.strip() else free_slug(area.name, taken=taken)
    same = [
        other for other in queries.all_planning_areas() if other.id != area.id and fold(other.name) == fold(area.name)
    ]
    if any(other.valid_to is None for other in same):
        raise Refusal(_("Einen Planungsraum „%(name)s“ gibt es schon.", name=area.name), field="name")
    area.character = one_line(character)
    if len(area.character) > CHARACTER_LENGTH:
        raise Refusal(_("Bitte höchstens %(limit)s Zeichen.", limit=CHARACTER_LENGTH), field="character")
    area.description = _text(description)


def _name(text: str) -> str:
    name = one_line(text)
    if not name:
        raise Refusal(_("Bitte geben Sie einen Namen an."), field="name")
    if len(name) > NAME_LENGTH:
        raise Refusal(_("Bitte höchstens %(limit)s Zeichen.", limit=NAME_LENGTH), field="name")
    return name


def _text(text: str) -> str:
    cleaned = clean_text(text)
    if len(cleaned) > DESCRIPTION_LENGTH:
        raise Refusal(_("Bitte höchstens %(limit)s Zeichen.", limit=DESCRIPTION_LENGTH), field="description")
    return cleaned


def _slugs(kind: AreaKind, *, other_than: Area | None = None) -> set[str]:
    statement = select(Area.slug).where(Area.kind == kind)
    if other_than is not None and other_than.id is not None:
        statement = statement.where(Area.id != other_than.id)
    with db.session.no_autoflush:
        return set(db.session.execute(statement).scalars())


def _require_order(area: Area) -> None:
    if area.valid_to is not None and area.valid_from is not None and area.valid_to <= area.valid_from:
        raise Refusal(_("Das Ende muss nach dem Beginn liegen."), field="valid_to")


def _require_members_inside(area: Area) -> None:
    """No membership may reach beyond the planning area's own life."""
    with db.session.no_autoflush:
        memberships = queries.history(area)
        for membership in memberships:
            if area.valid_from is not None and membership.valid_from < area.valid_from:
                raise Refusal(
                    _("%(name)s gehört schon seit %(day)s dazu.", name=membership.member.name,
                      day=date_long(membership.valid_from)),
                    field="valid_from",
                )  # fmt: skip
        if area.valid_to is None:
            return
        left = [m for m in memberships if m.valid_to is None or m.valid_to > area.valid_to]
        if left:
            names = ", ".join(sorted({m.member.name for m in left}, key=fold))
            raise Refusal(
                _("Ordnen Sie zuerst zu, wer danach noch dazugehört: %(names)s.", names=names), field="valid_to"
            )


def locality_full_name(name: str, municipality: Area) -> str:
    """How a locality is named where it stands alone; a search for the municipality finds it, too."""
    return f"{name} ({municipality.name})"[:FULL_NAME_LENGTH]


def _locality_name(municipality: Area, text: str, *, other_than: Area | None = None) -> str:
    name = _name(text)
    with db.session.no_autoflush:
        for other in queries.localities(municipality):
            if other.valid_to is None and other is not other_than and fold(other.name) == fold(name):
                raise Refusal(
                    _("„%(name)s“ gibt es in %(place)s schon.", name=other.name, place=municipality.name), field="name"
                )
    return name


def _membership_of(locality: Area) -> AreaMembership:
    statement = select(AreaMembership).where(
        AreaMembership.member_id == locality.id, AreaMembership.kind == MembershipKind.MUNICIPALITY
    )
    return db.session.execute(statement.order_by(AreaMembership.valid_from.desc()).limit(1)).scalar_one()


def _municipality_of(locality: Area) -> Area:
    return _membership_of(locality).group


def _let_end(locality: Area, day: date | None) -> None:
    locality.valid_to = day
    _membership_of(locality).valid_to = day


def _finish(action: str, area: Area, actor: Actor) -> None:
    db.session.flush()
    settings.bump("areas")
    db.session.flush()
    audit.record(action, subject=area, actor=actor)

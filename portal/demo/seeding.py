"""What a demonstration starts with: the facts of the seeds, and the invented organisations and people.

All days of the story are relative to the day of seeding. Everything goes through the services, in one
transaction: a demonstration is there as a whole or not at all.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Department, User
from portal.accounts.security import hash_password
from portal.accounts.services.departments import create_department
from portal.accounts.services.users import create_user
from portal.areas import queries as areas
from portal.areas.models import Area, AreaKind
from portal.areas.seeding.services import seed_areas, seed_planning_areas
from portal.areas.services import create_locality
from portal.config import SEEDS
from portal.core import clock
from portal.core.actor import SYSTEM, Role
from portal.core.clock import LOCAL_ZONE
from portal.core.database import db
from portal.core.seed_files import SeedEntry, read_document
from portal.core.transaction import transaction
from portal.demo import (
    conferences_story,
    deliveries_story,
    easy_story,
    evidence_story,
    index_story,
    minutes_story,
    needs_story,
    stakeholders_story,
    surveys_story,
)
from portal.demo.logins import LOGINS
from portal.demo.story import MORNING, Story
from portal.indicators.models import Indicator
from portal.indicators.queries import county_figures
from portal.indicators.seeding.loading import seed_indicators
from portal.planning.models import PlanningPeriod, Topic
from portal.planning.seeding import seed_topics
from portal.planning.services import create_period
from portal.settings import services as settings
from portal.stakeholders.models import Channel, Organisation, OrganisationKind, OrganisationState, Person, Umbrella
from portal.stakeholders.services import create_organisation, create_person, represent

# Whom a visitor could ask: the pages show where a county's own particulars stand. Nobody answers there.
CONTACT = {
    "office_address": "Beispielweg 1 (erfunden)\n00000 Beispielstadt",
    "office_phone": "00000 000-000 (erfunden)",
    "representative": "Landrätin Linda Muster-Lilie (erfunden)",
    "data_protection_officer": "Datenschutzbeauftragte (erfunden)\nBeispielweg 1, 00000 Beispielstadt\n"
    "datenschutz@landkreis.example",
    "enforcement_body": "Stelle für Barrierefreiheit (erfunden)\nBeispielplatz 2, 00000 Beispielstadt",
}

# Departments of the story: organisation key of the county → name of the department.
DEPARTMENTS = {
    "lk_leitung": "Dezernat Soziales",
    "lk_sozialplanung": "Sozialplanung",
    "lk_jugend": "Jugendhilfeplanung",
    "lk_alter": "Altenhilfeplanung",
    "lk_nahverkehr": "Nahverkehrsplanung",
}


# Which department of the story answers for the figures of a topic.
TOPICS_OF_DEPARTMENTS = {
    "lk_jugend": ("children_youth_families", "education"),
    "lk_alter": ("care_ageing",),
    "lk_nahverkehr": ("mobility_infrastructure",),
}

# Later parts of the story, in the order in which one stands on the other.
CHAPTERS: tuple[Callable[[Story], None], ...] = (
    stakeholders_story.fill,
    easy_story.fill,
    deliveries_story.fill,
    conferences_story.fill,
    surveys_story.fill,
    minutes_story.fill,
    needs_story.fill,
    evidence_story.fill,
    index_story.fill,
)


def seed(app: Flask) -> None:
    """Fill an empty, migrated database. Needs an application context."""
    with transaction():
        fill(clock.today())


def fill(day_zero: date) -> None:
    """Everything the demonstration starts with, in the caller's transaction."""
    seed_areas(actor=SYSTEM)
    seed_planning_areas(day_zero, actor=SYSTEM)
    _localities()
    seed_topics(actor=SYSTEM)
    seed_indicators(actor=SYSTEM)
    # Nobody should have to own an authenticator app to look round.
    settings.put("accounts.second_factor_required", False, actor=SYSTEM)
    for name, value in CONTACT.items():
        settings.put(f"site.{name}", value, actor=SYSTEM)
    departments = {key: create_department(name, actor=SYSTEM) for key, name in DEPARTMENTS.items()}
    _share_figures(departments)
    story = read_document(SEEDS / "demo" / "organisations.yaml")
    topics = {topic.key: topic for topic in db.session.execute(select(Topic)).scalars()}
    organisations = _organisations(story, topics, day_zero)
    people = _people(story, organisations, departments, day_zero)
    told = Story(
        day_zero=day_zero,
        period=_period(day_zero),
        areas=_places(),
        topics=topics,
        indicators={one.key: one for one in db.session.execute(select(Indicator)).scalars()},
        figures=county_figures(SYSTEM),
        organisations=organisations,
        people=people,
    )
    for chapter in CHAPTERS:
        chapter(told)


def _share_figures(departments: dict[str, Department]) -> None:
    for key, topics in TOPICS_OF_DEPARTMENTS.items():
        owned = select(Indicator).join(Indicator.topic).where(Topic.key.in_(topics), Indicator.in_use)
        for indicator in db.session.execute(owned).scalars():
            indicator.department = departments[key]


def _period(day_zero: date) -> PlanningPeriod:
    entry = read_document(SEEDS / "demo" / "events.yaml").entry("planning_period")
    return create_period(
        entry.text("key"),
        entry.text("name"),
        actor=SYSTEM,
        starts_on=day_zero + timedelta(days=entry.integer("from_day")),
        ends_on=day_zero + timedelta(days=entry.integer("to_day")),
        is_demo=True,
    )


def _localities() -> None:
    """Localities of a few towns; their names are real."""
    places = _places()
    for entry in read_document(SEEDS / "demo" / "localities.yaml").entries("municipalities"):
        entry.only("ags", "name", "localities")
        municipality = places[entry.key("ags", 8)]
        if municipality.name != entry.text("name"):
            entry.fail("name", f"{municipality.key} is {municipality.name}")
        for name in entry.texts("localities"):
            create_locality(municipality, name=name, actor=SYSTEM)


def _places() -> dict[str, Area]:
    kinds = [AreaKind.MUNICIPALITY, AreaKind.PLANNING_AREA]
    return {
        (area.key or "") if area.kind is AreaKind.MUNICIPALITY else area.slug: area
        for area in db.session.execute(select(Area).where(Area.is_own, Area.kind.in_(kinds))).scalars()
    }


def _organisations(story: SeedEntry, topics: dict[str, Topic], day_zero: date) -> dict[str, Organisation]:
    places = _places()
    found = {}
    for entry in story.entries("organisations"):
        umbrella, ags, group = entry.optional("umbrella"), entry.optional("ags"), entry.optional("group")
        kind = OrganisationKind(entry.text("kind"))
        registered = datetime.combine(day_zero + timedelta(days=entry.integer("registered_day")), MORNING, LOCAL_ZONE)
        with clock.frozen(registered):
            organisation = create_organisation(
                entry.text("name"),
                kind,
                actor=SYSTEM,
                umbrella=Umbrella(umbrella) if umbrella else None,
                group_kind=OrganisationKind(group) if group and kind is OrganisationKind.OTHER else None,
                state=OrganisationState(entry.text("status")),
                postcode=entry.optional("postcode"),
                town=entry.optional("town") or "",
                area=places[ags] if ags else _association(entry, places),
                areas=[places[key] for key in entry.texts("areas")],
                topics=[topics[key] for key in entry.texts("topics")],
                is_demo=True,
            )
        organisation.state_reason = entry.optional("status_reason") or ""
        found[entry.text("key")] = organisation
    return found


def _association(entry: SeedEntry, places: dict[str, Area]) -> Area | None:
    """The association whose office it is: the one its members belong to."""
    covered = entry.texts("covers")
    if not covered:
        return None
    groups = areas.groups(places[covered[0]], on=clock.today())
    return next(group for group in groups if group.kind is AreaKind.ASSOCIATION)


def _people(
    story: SeedEntry,
    organisations: dict[str, Organisation],
    departments: dict[str, Department],
    day_zero: date,
) -> dict[str, Person]:
    logins = {login.email: login for login in LOGINS}
    hashes = {password: hash_password(password) for password in {login.password for login in LOGINS}}
    entries = story.entries("persons")
    people: dict[str, Person] = {}
    for entry in entries:
        email = entry.optional("email")
        login = logins.pop(email or "", None)
        own = [one.text("organisation") for one in entry.entries("represents")]
        department = next((departments[key] for key in own if key in departments), None)
        user = None
        if login is not None:
            user = _account(login.email, login.name, login.role, department, hashes[login.password])
        elif email is not None:
            user = _account(email, entry.text("name"), Role(entry.text("role")), department)
        people[entry.text("key")] = create_person(
            entry.text("name"),
            actor=SYSTEM,
            email=email,
            channel=Channel.LETTER if entry.optional("channel") == "letter" else Channel.MAIL,
            user=user,
        )
    for login in logins.values():  # those who are not part of the story
        _account(login.email, login.name, login.role, None, hashes[login.password])
    for entry in entries:
        for one in entry.entries("represents"):
            last = one.optional_integer("to_day")
            deputy_of = one.optional("deputy_of")
            represent(
                people[entry.text("key")],
                organisations[one.text("organisation")],
                actor=SYSTEM,
                function=one.optional("function") or "",
                deputy_of=people[deputy_of] if deputy_of else None,
                valid_from=day_zero + timedelta(days=one.integer("from_day")),
                # The story names the last day, the table the first day without.
                valid_to=None if last is None else day_zero + timedelta(days=last + 1),
            )
    return people


def _account(
    email: str, name: str, role: Role, department: Department | None, password_hash: str | None = None
) -> User:
    user = create_user(email, name, [role], actor=SYSTEM, confirmed=True, department=department)
    # One hash for one password: each takes as long as thirty other accounts, and everybody may know these.
    user.password = password_hash
    return user
